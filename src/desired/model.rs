//! Desired as data: every resource instance with its attribute values, holes included.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use relight_contract::{Address, DataKind, Kind, Name, Object, Place, Role, Value};

use super::guards::DesiredGuard;
use crate::diag::Span;
use crate::expr::{Residuals, Step};
use crate::topology::{BlockId, SiteId, Topology};

/// Site to role: the peacetime one of the spec, or what a declaration makes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    roles: Vec<Role>,
    /// The last primary that was lost, while no other site has its place.
    bereft: Option<SiteId>,
    /// A drill's shadow: the primary of its own world, and of no other.
    shadow: Option<SiteId>,
}

impl Assignment {
    /// The assignment that the spec declares.
    pub fn peacetime(topology: &Topology) -> Assignment {
        Assignment {
            roles: topology.sites.iter().map(|site| site.role).collect(),
            bereft: None,
            shadow: topology.shadow.map(|shadow| shadow.site),
        }
    }

    /// The same with another role for one site.
    #[must_use]
    pub fn with(mut self, site: SiteId, role: Role) -> Assignment {
        let Some(entry) = self.roles.get_mut(usize::from(site.0)) else { return self };
        let before = std::mem::replace(entry, role);
        if self.serving().next().is_some() {
            self.bereft = None;
        } else if (before, role) == (Role::Primary, Role::Lost) {
            self.bereft = Some(site);
        }
        self
    }

    /// The role of a site; a site that is not known is lost.
    pub fn role(&self, site: SiteId) -> Role {
        self.roles.get(usize::from(site.0)).copied().unwrap_or(Role::Lost)
    }

    /// The role that a regional object of a site is described in. The last primary keeps its own when it is lost: no
    /// call goes there, and whatever refers to the primary still means what it has.
    pub fn regional_role(&self, site: SiteId) -> Role {
        if self.bereft == Some(site) { Role::Primary } else { self.role(site) }
    }

    /// The primary sites, in spec order. Until another one is declared, the last one that was lost is meant.
    pub fn primaries(&self) -> Vec<SiteId> {
        let all: Vec<SiteId> = self.serving().collect();
        if all.is_empty() { self.bereft.into_iter().collect() } else { all }
    }

    /// What one in `from` means by the primaries: a drill's shadow means itself.
    pub fn primaries_for(&self, from: Option<SiteId>) -> Vec<SiteId> {
        match self.shadow.filter(|shadow| from == Some(*shadow)) {
            Some(shadow) => vec![shadow],
            None => self.primaries(),
        }
    }

    fn serving(&self) -> impl Iterator<Item = SiteId> {
        let sites = (0..).map(SiteId).zip(&self.roles);
        sites
            .filter(|(site, role)| **role == Role::Primary && Some(*site) != self.shadow)
            .map(|(site, _)| site)
    }
}

/// The answers of data sources, by address: attributes, or why there are none.
pub type Answers = BTreeMap<Address, Result<Object, Unanswered>>;

/// Why a data source has no answer; in words for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// It was asked, and what is asked for does not exist or cannot be asked so: the spec is wrong.
    Refused(Name),
    /// Nobody could be asked: what hangs on it is unknown, and nothing is wrong with the spec.
    Unknown(Name),
}

/// What a desired world leaves unknown, because data cannot be read now.
#[derive(Debug, Default)]
pub struct Unknown {
    /// Data sources without an answer, with why, as it is said of those who need it.
    pub data: BTreeMap<Address, Name>,
    /// The places that did not tell their data or are not asked, with why.
    pub places: BTreeMap<Name, Name>,
    /// Instances that may exist or not, or cannot be described.
    pub instances: BTreeMap<Address, Name>,
    /// Blocks whose instances cannot be counted: in one site, or wherever they are.
    pub blocks: Vec<(Pattern, Option<Name>, Name)>,
}

impl Unknown {
    /// Why nothing can be said about an address; `None` for what the spec wants, or does not want.
    pub fn why(&self, address: &Address) -> Option<&Name> {
        self.instances.get(address).or_else(|| {
            let here = |site: &Option<Name>| site.is_none() || *site == address.site;
            let mut blocks = self.blocks.iter();
            blocks.find(|(pattern, site, _)| here(site) && pattern.matches(address)).map(|(_, _, why)| why)
        })
    }
}

/// A data source that must be read before planning can go on.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Its address.
    pub address: Address,
    /// The data source.
    pub data: &'static DataKind,
    /// Where it is read.
    pub place: Arc<Place>,
    /// Its arguments.
    pub arguments: Object,
    /// Where it is declared.
    pub span: Span,
}

/// The position of an instance.
pub type InstanceId = u32;

/// The position of a join: things that are depended on together.
pub type JoinId = u32;

/// What something follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dependency {
    /// One instance.
    Instance(InstanceId),
    /// Everything that a join gathers.
    Join(JoinId),
}

/// Every resource instance, in an order in which each stands behind what it depends on.
#[derive(Debug, Default)]
pub struct Desired {
    /// The instances.
    pub instances: Vec<Instance>,
    /// Address to instance.
    pub by_address: HashMap<Address, InstanceId>,
    /// What joins gather; a join only names instances and joins before it.
    pub joins: Vec<Vec<Dependency>>,
    /// The root module's outputs.
    pub outputs: BTreeMap<Name, DesiredOutput>,
    /// Checks that do not hold, or cannot be told yet.
    pub checks: Vec<CheckResult>,
    /// The places that calls go to, by name.
    pub places: BTreeMap<Name, Arc<Place>>,
    /// Old addresses to new ones.
    pub moved: Vec<(Address, Address)>,
    /// Addresses that are given up without being deleted.
    pub forgotten: Vec<Pattern>,
    /// Addresses whose resource left the spec by a `removed` block that lets it be deleted.
    pub removed: Vec<Pattern>,
    /// Sites that left the spec by a `removed` block.
    pub removed_sites: Vec<Name>,
    /// Objects to adopt, by address.
    pub imports: BTreeMap<Address, Name>,
    /// In a drill, what only describes other sites and is not read: left out of every look and plan.
    pub left_out: HashSet<InstanceId>,
    /// What cannot be told, because data cannot be read.
    pub unknown: Unknown,
    /// Data sources that must be read first; then the rest is not complete.
    pub wanted: Vec<Wanted>,
    /// Probes, gates and hooks, in every site that they are asked in.
    pub guards: Vec<DesiredGuard>,
    /// What fills the holes.
    pub residuals: Residuals,
}

/// An address with the parts that a spec may leave open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// The labels and keys of the calls; a missing key stands for all.
    pub module: Vec<(Name, Option<relight_contract::Key>)>,
    /// Kind, name, and key; `None` for everything in the module.
    pub resource: Option<(Name, Name, Option<relight_contract::Key>)>,
}

/// One resource instance as it is to be.
#[derive(Debug)]
pub struct Instance {
    /// Its address.
    pub address: Address,
    /// Its kind.
    pub kind: &'static Kind,
    /// Where calls for it go.
    pub place: Arc<Place>,
    /// Its site; `None` for global and spanning ones.
    pub site: Option<SiteId>,
    /// The role of its site.
    pub role: Option<Role>,
    /// The fields that the spec gives, converted, with local ones; null where a field is managed as unset.
    pub attributes: Object,
    /// What it follows; sorted.
    pub after: Vec<Dependency>,
    /// Its lifecycle.
    pub lifecycle: Lifecycle,
    /// The block that declares it.
    pub block: BlockId,
    /// Where it is declared.
    pub span: Span,
}

/// What may happen to an instance.
#[derive(Clone, Debug, Default)]
pub struct Lifecycle {
    /// It may not be deleted, nor replaced.
    pub prevent_destroy: bool,
    /// A replacement is made before the old object goes.
    pub create_before_destroy: bool,
    /// Fields whose drift does not count.
    pub ignore: Ignore,
    /// When any of these changes, it is replaced: an instance, or one of its attributes.
    pub triggers: Vec<(InstanceId, Option<Name>)>,
    /// Conditions that hold holes: checked when its step runs, `true` for after it.
    pub conditions: Vec<(bool, Value, Value)>,
}

/// `ignore_changes`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Ignore {
    /// Nothing.
    #[default]
    Nothing,
    /// Every field.
    All,
    /// These fields, or what stands behind these steps in them.
    Fields(Arc<Vec<(Name, Vec<Step>)>>),
}

/// One output of the root module.
#[derive(Clone, Debug, PartialEq)]
pub struct DesiredOutput {
    /// Its value; for one that is per site an object by site.
    pub value: Value,
    /// Whether it is shown only on request.
    pub sensitive: bool,
}

/// What became of a check.
#[derive(Clone, Debug)]
pub struct CheckResult {
    /// `check.name`, with its site.
    pub name: String,
    /// `Some(true)` passed, `Some(false)` failed, `None` not known yet.
    pub passed: Option<bool>,
    /// Its message, where it failed.
    pub message: String,
    /// The condition and the message of one that is not known yet: with holes that the live world may fill.
    pub open: Option<(Value, Value)>,
    /// Where it is declared.
    pub span: Span,
}

impl Desired {
    /// The instance at a position.
    pub fn instance(&self, id: InstanceId) -> &Instance {
        &self.instances[id as usize]
    }
}
