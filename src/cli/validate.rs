//! `validate`: every problem of a spec, without any cloud.

use super::arguments::{Format, ValidateArguments};
use super::exit::{Exit, Reason};
use super::session::Session;
use super::{Cli, Outcome};
use crate::desired::Answers;
use crate::diag::text;

pub(super) fn run(options: &ValidateArguments, cli: &mut Cli<'_>) -> Outcome {
    let mut session = Session::load(cli, &options.values)?;
    let desired = session.desire(&Answers::new(), None);
    if cli.globals.format == Format::Json {
        cli.terminal.out(&session.json());
    } else {
        let style = cli.terminal.diagnostics();
        cli.terminal.err(&text::render(&session.diagnostics, &session.sources, style));
        if let (Some(desired), Some(bound), 0) = (&desired, &session.bound, session.errors()) {
            let (objects, sites) = (desired.instances.len(), bound.topology.sites.len());
            let more = if desired.wanted.is_empty() { "" } else { " or more" };
            let text = format!("The spec is valid: {objects}{more} objects in {sites} sites.\n");
            cli.terminal.out(&text);
        }
    }
    Ok(Exit::success().and_if(session.errors() > 0, Reason::Error))
}
