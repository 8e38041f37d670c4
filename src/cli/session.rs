//! The way from a folder to a topology, shared by the commands, with every problem on the way told.

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
use crate::plan::Plan;
use crate::shell::folder::DiskFolder;
use crate::shell::pipeline::{Bound, SpecFiles};
use crate::spec;
use crate::topology::bind;

/// A spec that was read, and what is wrong with it.
pub(super) struct Session {
    pub(super) registry: Registry,
    pub(super) sources: Sources,
    pub(super) diagnostics: Diagnostics,
    /// The files of the root module, also where nothing could be bound.
    pub(super) files: SpecFiles,
    /// `None` when there is no telling what is meant.
    pub(super) bound: Option<Bound>,
}

impl Session {
    /// Reads and binds the spec. Problems of the spec are collected, those of the machine end it.
    pub(super) fn load(cli: &Cli<'_>, values: &Values) -> Result<Session, Problem> {
        Session::load_for(cli, values, None)
    }

    /// The same for a saved plan, which knows the variables that it was made with.
    pub(super) fn load_for(cli: &Cli<'_>, values: &Values, saved: Option<&Plan>) -> Result<Session, Problem> {
        let directory = &cli.globals.directory;
        let folder = DiskFolder::open(directory).map_err(|error| Problem::folder(directory, &error))?;
        let workers = std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
        let mut sources = Sources::new();
        let (spec, mut diagnostics) = spec::read(&folder, workers, &mut sources);
        let root = spec.modules.first();
        let declared = root.into_iter().flat_map(|root| &root.variables);
        let declared = declared.map(|variable| variable.name.name.clone()).collect();
        let mut reader = Reader { declared, sources: &mut sources, diagnostics: &mut diagnostics };
        let inputs = reader.inputs(directory, cli.environment, saved, &values.given)?;
        let files = SpecFiles::new(&folder, &spec);
        let registry = registry::registry();
        let spec = Arc::new(spec);
        // What was not read would show up again as a name that is missing.
        let topology = match diagnostics.has_errors() {
            true => None,
            false => bind(spec.clone(), &registry, &inputs, files.root(), &mut diagnostics),
        };
        let bound = topology.map(|topology| Bound { topology, files: SpecFiles::new(&folder, &spec) });
        Ok(Session { registry, sources, diagnostics, files, bound })
    }

    /// Everything that the topology wants in peacetime, as far as it is known without a cloud.
    pub(super) fn desire(&mut self, answers: &Answers, now: Option<&str>) -> Option<Desired> {
        let bound = self.bound.as_ref().filter(|_| !self.diagnostics.has_errors())?;
        let assignment = Assignment::peacetime(&bound.topology);
        Some(desired::desire(&bound.topology, &assignment, answers, &bound.files, now, &mut self.diagnostics))
    }

    /// What is meant, once no error is left; else tells what is wrong.
    pub(super) fn bound(&self, cli: &mut Cli<'_>) -> Result<&Bound, Problem> {
        self.told(cli)?;
        self.bound.as_ref().ok_or_else(Problem::told)
    }

    /// Tells what is wrong; an error ends the command. Where a command answers in JSON, an answer of diagnostics stands
    /// in the place of the result.
    pub(super) fn told(&self, cli: &mut Cli<'_>) -> Result<(), Problem> {
        let errors = self.diagnostics.has_errors();
        match (cli.globals.format, errors) {
            (Format::Json | Format::TerraformJson, true) => cli.terminal.out(&self.json()),
            _ => {
                let weighty = self.weighty();
                let told = if errors { &self.diagnostics } else { &weighty };
                let text = text::render(told, &self.sources, cli.terminal.diagnostics());
                cli.terminal.err(&text);
            }
        }
        if errors { Err(Problem::told()) } else { Ok(()) }
    }

    /// Everything but notes, which `validate` shows: they say the same each time, and nothing is to be done.
    fn weighty(&self) -> Diagnostics {
        let mut weighty = Diagnostics::new();
        weighty.extend(self.diagnostics.iter().filter(|one| one.severity != Severity::Note).cloned());
        weighty
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
