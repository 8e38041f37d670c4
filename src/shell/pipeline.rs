//! The way of the data, end to end: a folder to a plan, by what the clouds and the store tell.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;

use relight_contract::{Fault, FaultKind, Kind, Listing, Milliseconds, Name, Place, Registry, Role};

use super::adopt::{self, Adoption};
use super::files;
use super::folder::DiskFolder;
use super::narrow::options;
use super::observe::{LookUp, Wanted, observe};
use super::transport::Transport;
use crate::desired::{Answers, Assignment, Desired, ModuleFiles, Unanswered, desire};
use crate::diag::{Diagnostic, Diagnostics, Sources, codes};
use crate::diff::{Earlier, Interests, Question, Survey, diff};
use crate::expr::{Files, SecretSource, Vault};
use crate::memory::{Memory, digest};
use crate::plan::{Circumstances, Operation, Plan, build, flaws};
use crate::spec::{FolderError, Spec, read};
use crate::topology::{Inputs, Topology, bind};

/// How often data sources may depend on the answers of others.
const MOST_ROUNDS: usize = 16;

/// How many threads read files at once.
const MOST_WORKERS: usize = 8;

/// The files beside every module of a spec.
pub struct SpecFiles(BTreeMap<Name, files::ModuleFiles>);

impl SpecFiles {
    /// The files of the modules of `spec`.
    pub fn new(folder: &DiskFolder, spec: &Spec) -> SpecFiles {
        // The root's files serve the settings of sites even where nothing was read.
        let root = std::iter::once(Name::from("."));
        let directories = root.chain(spec.modules.iter().map(|module| module.directory.clone()));
        SpecFiles(directories.map(|name| (name.clone(), files::ModuleFiles::new(folder, &name))).collect())
    }

    /// The files of the root module.
    pub fn root(&self) -> &dyn Files {
        &self.0["."]
    }
}

impl ModuleFiles for SpecFiles {
    fn of(&self, directory: &str) -> &dyn Files {
        self.0.get(directory).map_or_else(|| self.root(), |files| files as &dyn Files)
    }
}

/// A spec, bound.
pub struct Bound {
    /// What is meant.
    pub topology: Topology,
    /// The files beside it.
    pub files: SpecFiles,
}

/// Reads and binds the spec in a folder. `None` when there is no telling what is meant; problems stand in
/// `diagnostics` either way.
pub fn load(
    path: &Path,
    registry: &Registry,
    inputs: &Inputs,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Result<Option<Bound>, FolderError> {
    let folder = DiskFolder::open(path)?;
    let workers = std::thread::available_parallelism().map_or(1, NonZero::get).min(MOST_WORKERS);
    let workers = NonZero::new(workers).unwrap_or(NonZero::<usize>::MIN);
    let (spec, found) = read(&folder, workers, sources);
    diagnostics.append(found);
    let spec = Arc::new(spec);
    let files = SpecFiles::new(&folder, &spec);
    let topology = bind(spec, registry, inputs, files.root(), diagnostics);
    Ok(topology.map(|topology| Bound { topology, files }))
}

/// What is asked of the planner, beside the spec.
pub struct Request<'a> {
    /// What is asked for.
    pub operation: Operation,
    /// The roles of the sites.
    pub assignment: Assignment,
    /// The roles that an operation ends which moves them: those that hold now, then others that may show in the clouds.
    pub earlier: Vec<Assignment>,
    /// What is remembered.
    pub memory: &'a Memory,
    /// The key of digests.
    pub key: &'a [u8],
    /// Addresses as given: with or without module, key and site. Empty for all.
    pub targets: Vec<String>,
    /// Sites as given; empty for all.
    pub sites: Vec<String>,
    /// Addresses to replace, as given.
    pub replace: Vec<String>,
    /// An object to adopt, and nothing else.
    pub adopt: Option<Adoption>,
    /// How long a plan is good for, in milliseconds.
    pub lifetime: Milliseconds,
    /// Whether the clouds are simulated.
    pub simulated: bool,
    /// The time of the plan, RFC 3339.
    pub now_text: &'a str,
}

/// What planning came to.
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// The secrets that it was made with, for a run in this process.
    pub vault: Vault,
    /// Places that could not be read, with why; lost sites are not among them.
    pub unreachable: BTreeMap<Name, Name>,
    /// Those of them that answered, and refused: what they said.
    pub refused: BTreeMap<Name, Fault>,
}

impl Planned {
    /// Whether nothing may be changed: a place could not be read, and it is not said that the others may go on
    /// without it. One that refuses is not lost, and is put right first.
    pub fn is_blocked(&self, allow_unreachable: bool) -> bool {
        !self.refused.is_empty() || !self.unreachable.is_empty() && !allow_unreachable
    }
}

/// Everything that a spec wants, data sources read. `None` when something is wrong with it.
///
/// A place that does not answer is asked no further: what hangs on its data is unknown.
pub fn wanted(
    bound: &Bound,
    assignment: &Assignment,
    transport: &mut dyn Transport,
    now_text: &str,
    diagnostics: &mut Diagnostics,
) -> Option<Desired> {
    wanted_with(bound, assignment, transport, now_text, diagnostics).map(|(desired, _)| desired)
}

/// The same, with the answers of its data sources.
pub fn wanted_with(
    bound: &Bound,
    assignment: &Assignment,
    transport: &mut dyn Transport,
    now_text: &str,
    diagnostics: &mut Diagnostics,
) -> Option<(Desired, Answers)> {
    let topology = &bound.topology;
    let mut answers = Answers::new();
    let mut silent: BTreeMap<Name, Name> = BTreeMap::new();
    for _ in 0..MOST_ROUNDS {
        let mut found = Diagnostics::new();
        let desired = desire(topology, assignment, &answers, &bound.files, Some(now_text), &mut found);
        if desired.wanted.is_empty() || found.has_errors() {
            let failed = found.has_errors();
            diagnostics.append(found);
            return (!failed).then_some((desired, answers));
        }
        let (closed, open): (Vec<_>, Vec<_>) =
            desired.wanted.into_iter().partition(|wanted| silent.contains_key(&wanted.place.name));
        for wanted in closed {
            let reason = silent.get(&wanted.place.name).cloned().unwrap_or_default();
            answers.insert(wanted.address, Err(Unanswered::Unknown(reason)));
        }
        let data = open.iter().map(|wanted| LookUp {
            place: wanted.place.clone(),
            data: wanted.data,
            arguments: wanted.arguments.clone(),
        });
        let data = Wanted { data: data.collect(), ..Wanted::default() };
        let read = observe(transport, &topology.registry, &data);
        for (wanted, answer) in open.into_iter().zip(read.data) {
            answers.insert(wanted.address, answer.map_err(unanswered));
        }
        silent.extend(read.unreachable);
        if read.interrupted {
            return None;
        }
    }
    diagnostics.push(Diagnostic::error(
        codes::DATA_UNKNOWN,
        format!("data sources depend on each other's answers more than {MOST_ROUNDS} deep"),
    ));
    None
}

/// What the spec wanted under the roles that an operation ends. Nobody is asked for it: data that only those roles read
/// is unknown.
pub fn earlier(bound: &Bound, request: &Request<'_>, answers: &Answers) -> Vec<Earlier> {
    let one = |assignment: &Assignment| {
        let mut answers = answers.clone();
        let mut unsaid = Diagnostics::new();
        for _ in 0..MOST_ROUNDS {
            let desired = desire(
                &bound.topology,
                assignment,
                &answers,
                &bound.files,
                Some(request.now_text),
                &mut unsaid,
            );
            if desired.wanted.is_empty() {
                return Some(Earlier { assignment: assignment.clone(), desired });
            }
            let unread = |wanted: crate::desired::Wanted| {
                (wanted.address, Err(Unanswered::Unknown("it was not asked".into())))
            };
            answers.extend(desired.wanted.into_iter().map(unread));
        }
        None
    };
    request.earlier.iter().filter_map(one).collect()
}

/// What a fault says of a data source: that the question has no answer, or that nobody gave one.
fn unanswered(fault: Fault) -> Unanswered {
    let reason = Name::from(fault.to_string());
    match fault.kind {
        FaultKind::NotFound | FaultKind::Invalid | FaultKind::Conflict | FaultKind::Denied => {
            Unanswered::Refused(reason)
        }
        _ => Unanswered::Unknown(reason),
    }
}

/// Plans: evaluates, reads the clouds, compares, orders. `None` when there is no plan; `diagnostics` say why.
pub fn plan(
    bound: &Bound,
    request: &Request<'_>,
    transport: &mut dyn Transport,
    diagnostics: &mut Diagnostics,
) -> Option<Planned> {
    let (mut desired, answers) =
        wanted_with(bound, &request.assignment, transport, request.now_text, diagnostics)?;
    if let Some(adoption) = &request.adopt
        && !adopt::enter(adoption, &bound.topology, &request.assignment, &mut desired, diagnostics)
    {
        return None;
    }
    let survey = survey(&bound.topology, &desired, request, transport)?;
    let earlier = earlier(bound, request, &answers);
    plan_from(bound, request, &desired, &earlier, &survey, transport.now(), diagnostics)
}

/// Plans from what was read of the clouds at `now`: compares, orders, checks.
pub fn plan_from(
    bound: &Bound,
    request: &Request<'_>,
    desired: &Desired,
    earlier: &[Earlier],
    survey: &Survey,
    now: Milliseconds,
    diagnostics: &mut Diagnostics,
) -> Option<Planned> {
    let topology = &bound.topology;
    let options = options(topology, desired, request, diagnostics)?;
    let keyed = |value: &relight_contract::Value| digest(request.key, value);
    let question = Question {
        topology,
        assignment: &request.assignment,
        desired,
        earlier,
        survey,
        memory: request.memory,
        operation: request.operation.clone(),
        options: &options,
        digest: &keyed,
    };
    let mut changes = diff(&question, diagnostics);
    if let (Some(adoption), Some(address)) = (&request.adopt, &options.adopts) {
        adopt::judge(address, &adoption.native_id, &question, &mut changes, diagnostics);
    }
    if diagnostics.has_errors() {
        return None;
    }
    let circumstances = Circumstances {
        now,
        lifetime: request.lifetime,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        simulated: request.simulated,
    };
    let plan = build(&question, &changes, &circumstances, diagnostics)?;
    for problem in flaws(&plan.content) {
        diagnostics.push(
            Diagnostic::error(codes::PLAN_INVALID, problem)
                .help("this is a defect of relight, not of the spec: please report it"),
        );
    }
    let unreachable: BTreeMap<Name, Name> =
        changes.unknown.into_iter().filter(|(place, _)| question.counts_on(place)).collect();
    let refused = survey.refused.iter().filter(|(place, _)| unreachable.contains_key(*place));
    let refused = refused.map(|(place, fault)| (place.clone(), fault.clone())).collect();
    let vault = desired.residuals.vault();
    (!diagnostics.has_errors()).then_some(Planned { plan, vault, unreachable, refused })
}

/// Lists every kind that is wanted or remembered, in its places; a lost site gets no call, and neither does a place
/// that did not answer for its data.
pub fn survey(
    topology: &Topology,
    desired: &Desired,
    request: &Request<'_>,
    transport: &mut dyn Transport,
) -> Option<Survey> {
    let mut lists: BTreeMap<(Name, &'static str), (Arc<Place>, &'static Kind)> = BTreeMap::new();
    for instance in &desired.instances {
        lists
            .entry((instance.place.name.clone(), instance.kind.name))
            .or_insert_with(|| (instance.place.clone(), instance.kind));
    }
    let remembered = request.memory.inventory.values().chain(request.memory.deposed.values().flatten());
    // A site that the spec gives up is not looked at: it may be gone.
    for item in remembered.filter(|item| !desired.removed_sites.contains(&item.place)) {
        let place =
            desired.places.get(&item.place).cloned().or_else(|| remembered_place(topology, request, item));
        if let (Some(kind), Some(place)) = (topology.registry.kind(&item.kind), place) {
            lists.entry((item.place.clone(), kind.name)).or_insert((place, kind));
        }
    }
    let parents = parents(desired, request.memory, &lists);
    let mut survey = Survey::default();
    lists.retain(|key, (place, _)| {
        let lost =
            topology.site_named(&place.name).is_some_and(|site| request.assignment.role(site) == Role::Lost);
        let silent = desired.unknown.places.get(&place.name);
        let closed = if lost { Some("it is lost".into()) } else { silent.cloned() };
        let open = closed.is_none();
        if let Some(reason) = closed {
            survey.listed.insert(key.clone(), Err(reason));
        }
        open
    });
    let interests = Interests::new(topology, desired, request.memory);
    let lists_now = lists.values().cloned().collect();
    let wanted = Wanted { lists: lists_now, parents, interests, ..Wanted::default() };
    let read = observe(transport, &topology.registry, &wanted);
    if read.interrupted {
        return None;
    }
    survey.listed.extend(read.survey.listed);
    survey.refused.extend(read.survey.refused);
    unseen(desired, request.memory, &lists, &mut survey, topology, transport)?;
    whole_places(&mut survey);
    Some(survey)
}

/// Reads what memory or an import knows by its id and a list did not show, one by one: lists lag behind, and leave out
/// what carries no owner tag; absent is a verdict that makes duplicates.
fn unseen(
    desired: &Desired,
    memory: &Memory,
    lists: &BTreeMap<(Name, &'static str), (Arc<Place>, &'static Kind)>,
    survey: &mut Survey,
    topology: &Topology,
    transport: &mut dyn Transport,
) -> Option<()> {
    let mut seen: BTreeMap<(Name, &'static str), BTreeSet<Name>> = BTreeMap::new();
    for (key, listed) in &survey.listed {
        if let Ok(listed) = listed {
            seen.insert(key.clone(), listed.iter().map(|live| live.native_id.clone()).collect());
        }
    }
    let items = memory.inventory.values().chain(memory.deposed.values().flatten());
    let remembered =
        items.filter_map(|item| Some((&item.place, topology.registry.kind(&item.kind)?, &item.native_id)));
    let imported = desired.imports.iter().filter_map(|(address, native_id)| {
        let instance = desired.instance(*desired.by_address.get(address)?);
        Some((&instance.place.name, instance.kind, native_id))
    });
    let mut reads = Vec::new();
    for (place, kind, native_id) in remembered.chain(imported) {
        let key = (place.clone(), kind.name);
        let (Some((place, _)), Some(seen)) = (lists.get(&key), seen.get_mut(&key)) else { continue };
        if seen.insert(native_id.clone()) {
            reads.push((place.clone(), kind, native_id.clone()));
        }
    }
    if reads.is_empty() {
        return Some(());
    }
    let read = observe(transport, &topology.registry, &Wanted { reads, ..Wanted::default() });
    for (key, found) in read.survey.listed {
        match (survey.listed.get_mut(&key), found) {
            (Some(Ok(listed)), Ok(found)) => listed.extend(found),
            (Some(listed), Err(reason)) => *listed = Err(reason),
            _ => {}
        }
    }
    (!read.interrupted).then_some(())
}

/// A place that could be read in part is not known: what was read of it is no ground for changing anything there.
fn whole_places(survey: &mut Survey) {
    let failed = survey.listed.iter().filter_map(|((place, _), listed)| {
        listed.as_ref().err().map(|reason| (place.clone(), reason.clone()))
    });
    let failed: BTreeMap<Name, Name> = failed.collect();
    for ((place, _), listed) in &mut survey.listed {
        if let Some(reason) = failed.get(place) {
            *listed = Err(reason.clone());
        }
    }
}

/// Parents of what is listed under one, as the spec and memory name them: they may be anybody's.
fn parents(
    desired: &Desired,
    memory: &Memory,
    lists: &BTreeMap<(Name, &'static str), (Arc<Place>, &'static Kind)>,
) -> BTreeMap<(Name, &'static str), BTreeSet<Name>> {
    let mut parents: BTreeMap<(Name, &'static str), BTreeSet<Name>> = BTreeMap::new();
    for instance in &desired.instances {
        if let Listing::Under { attribute, .. } = instance.kind.listing
            && let Some(parent) = instance.attributes.get(attribute).and_then(relight_contract::Value::as_str)
        {
            let key = (instance.place.name.clone(), instance.kind.name);
            parents.entry(key).or_default().insert(parent.into());
        }
    }
    for (key, (_, kind)) in lists {
        let Listing::Under { kind: parent, .. } = kind.listing else { continue };
        let remembered =
            memory.inventory.values().filter(|item| *item.kind == *parent && item.place == key.0);
        let names = remembered.map(|item| item.native_id.clone());
        let imported = desired.imports.iter().filter(|(address, _)| {
            let id = desired.by_address.get(*address);
            let instance = id.map(|id| desired.instance(*id));
            instance.is_some_and(|own| own.kind.name == parent && own.place.name == key.0)
        });
        let imported = imported.map(|(_, native_id)| native_id.clone());
        parents.entry(key.clone()).or_default().extend(names.chain(imported));
    }
    parents
}

fn remembered_place(
    topology: &Topology,
    request: &Request<'_>,
    item: &crate::memory::Item,
) -> Option<Arc<Place>> {
    let provider = topology.registry.kind(&item.kind)?.provider;
    let site = topology.site_named(&item.place).map(|site| topology.site(site));
    let remembered = request.memory.sites.get(&item.place);
    let home = topology.home(provider);
    let region = match (site, remembered) {
        (Some(site), _) => site.region.clone(),
        (None, Some(remembered)) => remembered.region.clone(),
        (None, None) => home.into(),
    };
    Some(Arc::new(Place {
        name: item.place.clone(),
        provider: provider.into(),
        region,
        account: site.and_then(|site| site.account.clone()),
        global: site.is_none() && remembered.is_none(),
        settings: match site {
            Some(site) => site.settings.clone(),
            None => topology.global_settings(&item.place, provider),
        },
    }))
}

/// Secrets for a run: what planning in this process met.
impl crate::run::Secrets for Vault {
    fn secret(&self, source: &SecretSource) -> Result<relight_contract::Value, String> {
        self.get(source).cloned().ok_or_else(|| match source {
            SecretSource::Variable(name) => {
                format!("the variable `{name}` must be given again: `--var {name}=...`")
            }
            SecretSource::Spec(what) => format!("`{what}` is known only where the spec is read again"),
        })
    }
}
