//! Kinds: one table per resource type, from which everything else derives.

use crate::field::{self, Field};
use crate::{Object, Place, Type, Value};

/// A constant of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Literal {
    /// No value.
    None,
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// Text.
    Text(&'static str),
}

impl Literal {
    /// The constant as a value; null of `ty` for none.
    pub fn to_value(self, ty: &Type) -> Value {
        match self {
            Literal::None => Value::Null(ty.clone()),
            Literal::Bool(value) => Value::Bool(value),
            Literal::Number(value) => Value::from(value),
            Literal::Text(text) => Value::from(text),
        }
    }
}

/// Where instances of a kind stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// One instance per site of the provider.
    Regional,
    /// One instance per account, or per site when the spec asks for it with `sites`.
    Global,
    /// One instance over several sites, homed at the current primary.
    Spanning,
}

/// How an object is found again, and how a create is made safe to repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// Class A: a unique name that the caller chooses.
    Name(NameRule),
    /// Class B: the cloud makes the id; the create call takes an idempotency token.
    Token,
    /// Class C: the cloud makes the id, and there is no token: owner and intent tags go into the create call.
    Server,
    /// Class D: these fields are its key under a parent; creating is an upsert.
    Key(&'static [&'static str]),
}

/// How the name of a class A object is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameRule {
    /// The field that holds the name.
    pub attribute: &'static str,
    /// The field whose text begins a derived name, where the kind has one (`name_prefix`).
    pub prefix: Option<&'static str>,
    /// The longest name, in characters.
    pub longest: u16,
    /// Where the name is unique.
    pub scope: Scope,
}

/// Where a name is unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In a region of an account.
    Region,
    /// In an account or project.
    Account,
    /// In all the world.
    World,
    /// Under the parent that the field names.
    Parent(&'static str),
}

/// What a kind can do beyond create, update and delete, and the field transitions that show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capability {
    /// Its size is a number: these fields.
    Scalable {
        /// The counts, the wanted size first.
        fields: &'static [&'static str],
    },
    /// A replica can become a source of its own.
    Promotable {
        /// The field that names the source: value to null is `promote`, null to value is `demote`.
        source: &'static str,
        /// Fields that the source dictates while `source` is set.
        dictated: &'static [&'static str],
        /// Whether the cloud can turn a primary into a replica; else `demote` is retire and create.
        demotes: bool,
        /// Whether the cloud can change the roles of replica and source in one operation that loses nothing: then a
        /// planned promotion asks for that, and nothing has to wait for the replica before.
        switches: bool,
        /// The attribute of relight's own that tells how far a replica is behind its source, in seconds.
        lag: Option<&'static str>,
    },
    /// Writers can be cut.
    Fenceable {
        /// What the fence sets.
        effect: &'static [Transition],
    },
    /// It steers traffic: these fields.
    Shiftable {
        /// The fields that a shift changes.
        fields: &'static [&'static str],
    },
    /// Its data can come from a snapshot.
    Restorable(Restorable),
    /// A key, an image, a secret: others only read it, so that a drill's shadow makes none and uses the one of its site.
    Shared,
    /// It joins networks, or data, of several sites: a drill's shadow makes none and may refer to none.
    Joins,
}

/// How the data of a kind comes from a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restorable {
    /// The field that names the snapshot.
    pub source: &'static str,
    /// The data source that finds the newest one; its `id` is what the field takes.
    pub data: &'static str,
    /// The argument of the data source that names the object which the snapshot is of.
    pub of: &'static str,
    /// The argument that asks for the newest one.
    pub newest: &'static str,
}

/// One field's value after a verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The field.
    pub field: &'static str,
    /// Its value afterwards.
    pub to: Literal,
}

/// What an API operation does to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// Lists objects, a page at a time.
    List,
    /// Reads one object.
    Read,
    /// Creates one.
    Create,
    /// Changes one.
    Update,
    /// Deletes one.
    Delete,
    /// Turns a replica into a primary.
    Promote,
    /// Turns a primary into a replica.
    Demote,
    /// Puts an old primary aside under another name.
    Retire,
    /// Cuts its writers.
    Fence,
    /// Moves traffic.
    Shift,
}

impl Act {
    /// The word for it, in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Act::List => "list",
            Act::Read => "read",
            Act::Create => "create",
            Act::Update => "update",
            Act::Delete => "delete",
            Act::Promote => "promote",
            Act::Demote => "demote",
            Act::Retire => "retire",
            Act::Fence => "fence",
            Act::Shift => "shift",
        }
    }
}

/// Which control plane an operation needs. Source of the classes: the AWS fault isolation boundaries whitepaper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ControlPlane {
    /// The regional data plane: works while control planes are down.
    Data,
    /// The site's own control plane.
    Regional,
    /// A control plane that lives in one region.
    Global(&'static str),
    /// Regional, but depends on another service's global control plane.
    Via(&'static str),
}

/// How long an operation takes, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// Half of all operations take no longer.
    pub p50_seconds: u32,
    /// Nine of ten take no longer.
    pub p90_seconds: u32,
    /// Where the figures come from; `unmeasured` when nowhere.
    pub source: &'static str,
}

/// One operation of a kind: the API calls behind it, which are also the permissions that it needs.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// What it does.
    pub act: Act,
    /// The API operations, as `service:Operation`; the first is the one that counts.
    pub calls: &'static [&'static str],
    /// Which control plane they need.
    pub plane: ControlPlane,
    /// How long it takes.
    pub timing: Timing,
}

/// An attribute of Terraform's that a kind does not support, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsupported {
    /// Its path, blocks joined by dots.
    pub name: &'static str,
    /// Why not; reads on after "is not supported:".
    pub reason: &'static str,
}

/// A body in HCL for conformance and the reference: a base, what an update changes, what a replacement changes.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// What it shows.
    pub title: &'static str,
    /// Whole blocks in HCL, with everything that they refer to.
    pub hcl: &'static str,
    /// Attributes, in HCL, that change the base in place; empty when nothing can.
    pub update: &'static str,
    /// Attributes, in HCL, that replace it; empty when nothing does.
    pub replace: &'static str,
}

/// How the objects of a kind are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listing {
    /// All of a place at once, this many to a page.
    All {
        /// The largest page.
        page: u16,
    },
    /// Only under a parent: a call for each object of that kind.
    Under {
        /// The parent's kind.
        kind: &'static str,
        /// The field of this kind that names the parent.
        attribute: &'static str,
        /// The largest page.
        page: u16,
    },
}

/// A call that a list makes beyond one for each page, because the page does not tell all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Detail {
    /// The API operation, as `service:Operation`.
    pub call: &'static str,
    /// How many objects one call covers; 1 where it is made for each.
    pub objects: u16,
    /// The fields that only it tells: it is left out where none of them is wanted. Empty for what is always needed,
    /// such as tags.
    pub fields: &'static [&'static str],
}

/// A resource type. Its table is the only list of what the type has and does.
#[derive(Debug)]
pub struct Kind {
    /// The resource type in HCL.
    pub name: &'static str,
    /// The provider's name.
    pub provider: &'static str,
    /// The service, for rate limits and control planes.
    pub service: &'static str,
    /// One or two sentences for the reference.
    pub doc: &'static str,
    /// Where its instances stand.
    pub placement: Placement,
    /// How an object is found and made once.
    pub identity: Identity,
    /// The field that holds the user's tags, a map of text or blocks with `key` and `value`; `None` when objects
    /// cannot carry an owner tag.
    pub tags: Option<&'static str>,
    /// Its attributes and nested blocks.
    pub fields: &'static [Field],
    /// What it can do beyond create, update and delete.
    pub capabilities: &'static [Capability],
    /// How it is listed.
    pub listing: Listing,
    /// What a list costs beyond its pages.
    pub details: &'static [Detail],
    /// The API operations.
    pub operations: &'static [Operation],
    /// Attributes of Terraform's that it does not support.
    pub unsupported: &'static [Unsupported],
    /// Bodies for conformance and the reference.
    pub examples: &'static [Example],
}

/// A data source: what it is asked with, and what it answers.
#[derive(Debug)]
pub struct DataKind {
    /// The data source's type in HCL.
    pub name: &'static str,
    /// The provider's name.
    pub provider: &'static str,
    /// One or two sentences for the reference.
    pub doc: &'static str,
    /// `Regional` when the answer differs by site.
    pub placement: Placement,
    /// Its arguments and answers.
    pub fields: &'static [Field],
    /// How it is answered.
    pub source: DataSource,
    /// The API operations, as `service:Operation`; none for a pure one.
    pub calls: &'static [&'static str],
    /// Attributes of Terraform's that it does not support.
    pub unsupported: &'static [Unsupported],
}

/// A pure function from the arguments of a data source to its answers.
pub type Answer = fn(&Object) -> Result<Object, String>;

/// A pure function from a place and arguments to what a simulated cloud answers.
pub type Sample = fn(&Place, &Object) -> Result<Object, String>;

/// The same about an object, by its attributes; `None` when no object was asked for, or there is nothing to answer.
pub type SampleOf = fn(&Place, &Object, Option<&Object>) -> Result<Option<Object>, String>;

/// How a data source is answered.
#[derive(Clone, Copy, Debug)]
pub enum DataSource {
    /// From its arguments alone: no call, and holes in the arguments make holes of the answers.
    Pure(Answer),
    /// By the cloud. The function is what a simulated cloud answers.
    Cloud(Sample),
    /// By finding the one object of a kind whose attributes match; where a simulated cloud has none, the
    /// function makes one up.
    Object {
        /// The kind that is searched.
        kind: &'static str,
        /// The stand-in of a simulated cloud.
        sample: Sample,
    },
    /// By the cloud, about an object that an argument may name: where a simulated cloud does not have that one, there
    /// is no answer either.
    Of {
        /// The kind of the object.
        kind: &'static str,
        /// The argument.
        argument: &'static str,
        /// The attribute of the object that stands in it.
        attribute: &'static str,
        /// What a simulated cloud answers.
        sample: SampleOf,
    },
}

impl Kind {
    /// The row called `name`.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        field::find(self.fields, name)
    }

    /// The operation that does `act`.
    pub fn operation(&self, act: Act) -> Option<&'static Operation> {
        self.operations.iter().find(|operation| operation.act == act)
    }

    /// The attribute that names a replica's source, with the fields that the source dictates.
    pub fn promotable(&self) -> Option<(&'static str, &'static [&'static str])> {
        self.capabilities.iter().find_map(|capability| match capability {
            Capability::Promotable { source, dictated, .. } => Some((*source, *dictated)),
            _ => None,
        })
    }

    /// Whether the cloud can turn a source into a replica.
    pub fn demotes(&self) -> bool {
        self.capabilities
            .iter()
            .any(|capability| matches!(capability, Capability::Promotable { demotes: true, .. }))
    }

    /// Whether the cloud can change the roles of a replica and its source without a loss.
    pub fn switches(&self) -> bool {
        self.capabilities
            .iter()
            .any(|capability| matches!(capability, Capability::Promotable { switches: true, .. }))
    }

    /// What a fence sets, where writers can be cut; empty where not.
    pub fn fence(&self) -> &'static [Transition] {
        let effects = self.capabilities.iter().find_map(|capability| match capability {
            Capability::Fenceable { effect } => Some(*effect),
            _ => None,
        });
        effects.unwrap_or(&[])
    }

    /// The attribute that tells how far a replica is behind its source, in seconds: a volatile one of relight's own.
    pub fn lag(&self) -> Option<&'static str> {
        self.capabilities.iter().find_map(|capability| match capability {
            Capability::Promotable { lag, .. } => *lag,
            _ => None,
        })
    }

    /// The fields that are its size; empty when it has none.
    pub fn scalable(&self) -> &'static [&'static str] {
        let fields = self.capabilities.iter().find_map(|capability| match capability {
            Capability::Scalable { fields } => Some(*fields),
            _ => None,
        });
        fields.unwrap_or(&[])
    }

    /// The fields that steer traffic; empty when it has none.
    pub fn shiftable(&self) -> &'static [&'static str] {
        let fields = self.capabilities.iter().find_map(|capability| match capability {
            Capability::Shiftable { fields } => Some(*fields),
            _ => None,
        });
        fields.unwrap_or(&[])
    }

    /// How its data comes from a snapshot, if it can.
    pub fn restorable(&self) -> Option<Restorable> {
        self.capabilities.iter().find_map(|capability| match capability {
            Capability::Restorable(restorable) => Some(*restorable),
            _ => None,
        })
    }

    /// Whether a drill's shadow uses the object of its site instead of one of its own.
    pub fn is_shared(&self) -> bool {
        self.capabilities.contains(&Capability::Shared)
    }

    /// Whether a drill's shadow makes one of its own: what stands in one site, is not shared, and joins nothing.
    pub fn is_made_in_a_drill(&self) -> bool {
        let apart = self.is_shared() || self.capabilities.contains(&Capability::Joins);
        self.placement == Placement::Regional && !apart && self.shiftable().is_empty()
    }

    /// Why an attribute of Terraform's is not supported, if it is one of those.
    pub fn unsupported(&self, path: &str) -> Option<&'static str> {
        self.unsupported.iter().find(|entry| entry.name == path).map(|entry| entry.reason)
    }

    /// How long an operation takes; a second where the table does not say.
    pub fn timing(&self, act: Act) -> Timing {
        self.operation(act)
            .map_or(Timing { p50_seconds: 1, p90_seconds: 2, source: "unmeasured" }, |operation| {
                operation.timing
            })
    }
}

impl DataKind {
    /// The row called `name`.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        field::find(self.fields, name)
    }

    /// Whether it is answered from its arguments alone.
    pub fn is_pure(&self) -> bool {
        matches!(self.source, DataSource::Pure(_))
    }
}
