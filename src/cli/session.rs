//! The way from a folder to a topology, shared by the commands, with every problem on the way told.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::Arc;

use relight_contract::Registry;

use super::arguments::{Format, Values};
use super::problem::Problem;
use super::variables::Reader;
use super::{Cli, registry};
use crate::desired::{self, Answers, Assignment, Desired};
use crate::diag::json::DiagnosticReport;
use crate::diag::{Diagnostics, Severity, Sources, text};
use crate::expr::Files;
use crate::shell::files::ModuleFiles;
use crate::shell::folder::DiskFolder;
use crate::spec::{self, Spec};
use crate::topology::{Inputs, Topology, bind};

/// A spec that was read, and what is wrong with it.
pub(super) struct Session {
    pub(super) registry: Registry,
    pub(super) sources: Sources,
    pub(super) diagnostics: Diagnostics,
    pub(super) files: SpecFiles,
    pub(super) inputs: Inputs,
    /// `None` when there is no telling what is meant.
    pub(super) topology: Option<Topology>,
}

/// The files beside each module of a spec.
pub(super) struct SpecFiles {
    modules: BTreeMap<String, ModuleFiles>,
    none: ModuleFiles,
}

impl Session {
    /// Reads and binds the spec. Problems of the spec are collected, those of the machine end it.
    pub(super) fn load(cli: &Cli<'_>, values: &Values) -> Result<Session, Problem> {
        let directory = &cli.globals.directory;
        let folder = DiskFolder::open(directory).map_err(|error| Problem::folder(directory, &error))?;
        let workers = std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
        let mut sources = Sources::new();
        let (spec, mut diagnostics) = spec::read(&folder, workers, &mut sources);
        let root = spec.modules.first();
        let declared = root.into_iter().flat_map(|root| &root.variables);
        let declared = declared.map(|variable| variable.name.name.clone()).collect();
        let mut reader = Reader { declared, sources: &mut sources, diagnostics: &mut diagnostics };
        let inputs = reader.inputs(directory, cli.environment, &values.given)?;
        let files = SpecFiles::new(&folder, &spec);
        let registry = registry::registry();
        let spec = Arc::new(spec);
        // What was not read would show up again as a name that is missing.
        let topology = match diagnostics.has_errors() {
            true => None,
            false => bind(spec, &registry, &inputs, files.root(), &mut diagnostics),
        };
        Ok(Session { registry, sources, diagnostics, files, inputs, topology })
    }

    /// Everything that the topology wants in peacetime, as far as it is known without a cloud.
    pub(super) fn desire(&mut self, answers: &Answers, now: Option<&str>) -> Option<Desired> {
        let topology = self.topology.as_ref().filter(|_| !self.diagnostics.has_errors())?;
        let assignment = Assignment::peacetime(topology);
        Some(desired::desire(topology, &assignment, answers, &self.files, now, &mut self.diagnostics))
    }

    /// Tells what is wrong; an error ends the command. Where a command answers in JSON, an answer of diagnostics stands
    /// in the place of the result.
    pub(super) fn told(&self, cli: &mut Cli<'_>) -> Result<(), Problem> {
        let errors = self.diagnostics.has_errors();
        match (cli.globals.format, errors) {
            (Format::Json | Format::TerraformJson, true) => cli.terminal.out(&self.json()),
            _ => {
                let text = text::render(&self.diagnostics, &self.sources, cli.terminal.diagnostics());
                cli.terminal.err(&text);
            }
        }
        if errors { Err(Problem::told()) } else { Ok(()) }
    }

    /// The diagnostics as a JSON document.
    pub(super) fn json(&self) -> String {
        let report = DiagnosticReport::new(&self.diagnostics, &self.sources);
        serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
    }

    /// How many errors there are.
    pub(super) fn errors(&self) -> usize {
        self.diagnostics.count(Severity::Error)
    }
}

impl SpecFiles {
    fn new(folder: &DiskFolder, spec: &Spec) -> SpecFiles {
        let modules = spec
            .modules
            .iter()
            .map(|module| (module.directory.to_string(), ModuleFiles::new(folder, &module.directory)));
        SpecFiles { modules: modules.collect(), none: ModuleFiles::new(folder, ".") }
    }

    /// The files of the root module.
    pub(super) fn root(&self) -> &dyn Files {
        &self.none
    }
}

impl desired::ModuleFiles for SpecFiles {
    fn of(&self, directory: &str) -> &dyn Files {
        self.modules.get(directory).unwrap_or(&self.none)
    }
}
