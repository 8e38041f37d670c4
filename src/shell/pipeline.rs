//! The way of the data, end to end: a folder to a plan, by what the clouds and the store tell.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;

use relight_contract::{Fault, FaultKind, Milliseconds, Name, Registry};

use super::adopt::{self, Adoption};
use super::files;
use super::folder::DiskFolder;
use super::narrow::options;
use super::observe::{LookUp, Wanted, observe};
use super::survey::{look_again, open, survey};
use super::transport::Transport;
use crate::desired::{Answers, Assignment, Desired, ModuleFiles, Unanswered, desire};
use crate::diag::{Diagnostic, Diagnostics, Sources, codes};
use crate::diff::{Changes, Earlier, Endangered, Options, Question, Survey, diff};
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
    /// Whether a replica may be promoted that is known to lack what the primary had.
    pub accepts_loss: bool,
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
    /// without it. One that refuses is not lost, and is put right first; and a site that is silent takes nothing over,
    /// whatever is said.
    pub fn is_blocked(&self, allow_unreachable: bool) -> bool {
        let silent = !self.unreachable.is_empty() && !allow_unreachable;
        !self.refused.is_empty() || silent || self.cannot_take_over().is_some()
    }

    /// A site that is to take over, and does not answer.
    pub fn cannot_take_over(&self) -> Option<&Name> {
        let content = &self.plan.content;
        let is_site = |place: &&Name| content.sites.iter().any(|site| *site.name == ***place);
        self.unreachable.keys().find(is_site).filter(|_| content.operation.moves_roles())
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
    let endangered = match request.operation.destroys() {
        true => Endangered::Everything,
        false => Endangered::Nothing,
    };
    let mut survey = survey(&bound.topology, &desired, request, &endangered, transport)?;
    let earlier = earlier(bound, request, &answers);
    let options = options(&bound.topology, &desired, request, diagnostics)?;
    let world = World { bound, request, desired: &desired, earlier: &earlier, options: &options };
    let mut found = Diagnostics::new();
    let changes = world.changes(&survey, &mut found);
    let open = open(&changes, &survey, &desired, request, &bound.topology);
    if open.is_empty() {
        diagnostics.append(found);
        return world.plan(&survey, changes, transport.now(), diagnostics);
    }
    look_again(&bound.topology, &desired, request, open, &mut survey, transport)?;
    let changes = world.changes(&survey, diagnostics);
    world.plan(&survey, changes, transport.now(), diagnostics)
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
    let options = options(&bound.topology, desired, request, diagnostics)?;
    let world = World { bound, request, desired, earlier, options: &options };
    let changes = world.changes(survey, diagnostics);
    world.plan(survey, changes, now, diagnostics)
}

/// Everything that a plan is made of but what the clouds tell.
struct World<'a> {
    bound: &'a Bound,
    request: &'a Request<'a>,
    desired: &'a Desired,
    earlier: &'a [Earlier],
    options: &'a Options,
}

impl World<'_> {
    fn asked<T>(&self, survey: &Survey, ask: impl FnOnce(&Question<'_>) -> T) -> T {
        let keyed = |value: &relight_contract::Value| digest(self.request.key, value);
        ask(&Question {
            topology: &self.bound.topology,
            assignment: &self.request.assignment,
            desired: self.desired,
            earlier: self.earlier,
            survey,
            memory: self.request.memory,
            operation: self.request.operation.clone(),
            options: self.options,
            digest: &keyed,
        })
    }

    /// What is to change.
    fn changes(&self, survey: &Survey, diagnostics: &mut Diagnostics) -> Changes {
        self.asked(survey, |question| diff(question, diagnostics))
    }

    /// The plan of changes; `None` when something is wrong.
    fn plan(
        &self,
        survey: &Survey,
        changes: Changes,
        now: Milliseconds,
        diagnostics: &mut Diagnostics,
    ) -> Option<Planned> {
        self.asked(survey, |question| self.ordered(question, changes, now, diagnostics))
    }

    fn ordered(
        &self,
        question: &Question<'_>,
        mut changes: Changes,
        now: Milliseconds,
        diagnostics: &mut Diagnostics,
    ) -> Option<Planned> {
        if let (Some(adoption), Some(address)) = (&self.request.adopt, &self.options.adopts) {
            adopt::judge(address, &adoption.native_id, question, &mut changes, diagnostics);
        }
        if diagnostics.has_errors() {
            return None;
        }
        let circumstances = Circumstances {
            now,
            lifetime: self.request.lifetime,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            simulated: self.request.simulated,
        };
        let plan = build(question, &changes, &circumstances, diagnostics)?;
        for problem in flaws(&plan.content) {
            diagnostics.push(
                Diagnostic::error(codes::PLAN_INVALID, problem)
                    .help("this is a defect of relight, not of the spec: please report it"),
            );
        }
        let unreachable = question.unreachable(&changes);
        let refused = question.survey.refused.iter().filter(|(place, _)| unreachable.contains_key(*place));
        let refused = refused.map(|(place, fault)| (place.clone(), fault.clone())).collect();
        let vault = self.desired.residuals.vault();
        (!diagnostics.has_errors()).then_some(Planned { plan, vault, unreachable, refused })
    }
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
