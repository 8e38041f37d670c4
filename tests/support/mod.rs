//! What several test suites share: a spec folder brought as far as `Desired`, without any cloud.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;

use relight::desired::{Answers, Assignment, Desired, ModuleFiles, desire};
use relight::diag::{Diagnostics, Sources, text};
use relight::expr::Files;
use relight::shell::files;
use relight::shell::folder::DiskFolder;
use relight::spec::read;
use relight::topology::{Given, Inputs, Topology, bind};
use relight_contract::builtin::BUILTIN;
use relight_contract::{DataSource, Name, Place, Registry};

/// The account that simulated places have.
pub const ACCOUNT: &str = "123456789012";

/// The kinds of every provider that tests use.
pub fn registry() -> Registry {
    Registry::new(&[&relight_aws::AWS, &BUILTIN])
}

/// The files of every module of a spec.
pub struct AllFiles(BTreeMap<Name, files::ModuleFiles>);

impl AllFiles {
    pub fn new(folder: &DiskFolder, spec: &relight::spec::Spec) -> AllFiles {
        let all = spec
            .modules
            .iter()
            .map(|module| (module.directory.clone(), files::ModuleFiles::new(folder, &module.directory)));
        AllFiles(all.collect())
    }
}

impl ModuleFiles for AllFiles {
    fn of(&self, directory: &str) -> &dyn Files {
        &self.0[directory]
    }
}

/// A spec as far as it came, with everything that was found wrong.
pub struct Loaded {
    pub sources: Sources,
    pub diagnostics: Diagnostics,
    pub topology: Option<Topology>,
    pub desired: Option<Desired>,
}

/// Reads, binds and evaluates a folder in peacetime; data sources answer as a simulated cloud would.
pub fn load(path: &Path, variables: &[(&str, &str)]) -> Loaded {
    let mut sources = Sources::new();
    let folder = DiskFolder::open(path).expect("the folder of the case");
    let (spec, mut diagnostics) = read(&folder, NonZero::<usize>::MIN, &mut sources);
    let spec = Arc::new(spec);
    let all = AllFiles::new(&folder, &spec);
    let inputs = Inputs {
        variables: variables
            .iter()
            .map(|(name, text)| {
                let given =
                    Given { text: Some((*text).to_owned()), expr: None, origin: "the test".to_owned() };
                (Name::from(*name), given)
            })
            .collect(),
    };
    let topology = bind(spec, &registry(), &inputs, all.of("."), &mut diagnostics);
    let Some(topology) = topology.filter(|_| !diagnostics.has_errors()) else {
        return Loaded { sources, diagnostics, topology: None, desired: None };
    };
    let assignment = Assignment::peacetime(&topology);
    let mut answers = Answers::new();
    let desired = loop {
        let mut found = Diagnostics::new();
        let desired = desire(&topology, &assignment, &answers, &all, None, &mut found);
        if desired.wanted.is_empty() || found.has_errors() {
            diagnostics.append(found);
            break desired;
        }
        for wanted in &desired.wanted {
            let place = Place { account: Some(ACCOUNT.into()), ..(*wanted.place).clone() };
            let answer = match wanted.data.source {
                DataSource::Cloud(sample) | DataSource::Object { sample, .. } => {
                    sample(&place, &wanted.arguments)
                }
                DataSource::Pure(answer) => answer(&wanted.arguments),
            };
            answers.insert(wanted.address.clone(), answer.map_err(Name::from));
        }
    };
    Loaded { sources, diagnostics, topology: Some(topology), desired: Some(desired) }
}

/// Everything that is wanted, as text that a person can review.
pub fn desired_text(desired: &Desired) -> String {
    let mut text = String::new();
    for instance in &desired.instances {
        let _ = writeln!(text, "{}  [{}]", instance.address, instance.place.name);
        for (name, value) in &instance.attributes {
            let _ = writeln!(text, "  {name} = {}", value.to_json());
        }
    }
    for (name, output) in &desired.outputs {
        let _ = writeln!(text, "output {name} = {}", output.value.to_json());
    }
    for check in &desired.checks {
        let _ = writeln!(text, "{} {:?} {}", check.name, check.passed, check.message);
    }
    text
}

/// The diagnostics of a spec as a terminal shows them.
pub fn diagnostics_text(loaded: &Loaded) -> String {
    text::render(&loaded.diagnostics, &loaded.sources, text::Style::default())
}
