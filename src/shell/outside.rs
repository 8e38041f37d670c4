//! What no cloud answers: endpoints, people, commands. Each inquiry is a thread, its answer a letter in the mailbox.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::mailbox::{Arrival, Mailbox};
use super::people::People;
use super::{hook, probe};
use crate::plan::ProbeWay;
use crate::run::{Inquiry, Ticket, Verdict};

/// Who is asked.
pub trait Outside {
    /// Asks. What is known at once is returned; everything else arrives in the mailbox.
    fn inquire(&mut self, ticket: Ticket, inquiry: &Inquiry) -> Vec<Verdict>;

    /// Nobody waits for the answer any more.
    fn withdraw(&mut self, ticket: Ticket);
}

/// Nobody: nothing is up, nobody says yes, and no command is run.
pub struct Nobody;

impl Outside for Nobody {
    fn inquire(&mut self, _: Ticket, inquiry: &Inquiry) -> Vec<Verdict> {
        vec![match inquiry {
            Inquiry::Probe(_) => Verdict::Down("nobody asks".to_owned()),
            Inquiry::Gate(_) => Verdict::Refused("nobody can be asked".to_owned()),
            Inquiry::Hook(_) => Verdict::NotRun("nobody runs it".to_owned()),
        }]
    }

    fn withdraw(&mut self, _: Ticket) {}
}

/// The world around this process.
pub struct Surroundings {
    /// Where answers arrive.
    pub mailbox: Mailbox,
    /// The folder of the spec: where commands are run.
    pub folder: PathBuf,
    /// Whether commands are run at all: those of a sandbox are only noted, unless somebody wants them.
    pub runs: bool,
    /// Who allows gates.
    pub people: People,
}

impl Outside for Surroundings {
    fn inquire(&mut self, ticket: Ticket, inquiry: &Inquiry) -> Vec<Verdict> {
        let noted = |words: &[String]| format!("simulated: `{}` was not run", words.join(" "));
        match inquiry {
            Inquiry::Gate(gate) => return self.people.ask(ticket, gate, &self.mailbox),
            Inquiry::Probe(probe) if probe.way == ProbeWay::Command && !self.runs => {
                return vec![Verdict::Up(noted(&probe.target))];
            }
            Inquiry::Hook(hook) if !self.runs => return vec![Verdict::NotRun(noted(&hook.run))],
            Inquiry::Probe(_) | Inquiry::Hook(_) => {}
        }
        let (inquiry, folder, mailbox) = (inquiry.clone(), self.folder.clone(), self.mailbox.clone());
        let is_hook = matches!(inquiry, Inquiry::Hook(_));
        let asked = std::thread::Builder::new().name("inquiry".to_owned()).spawn(move || {
            mailbox.post(Arrival::Told(ticket, answer(&inquiry, &folder)));
        });
        match asked {
            Ok(_) => Vec::new(),
            Err(error) if is_hook => vec![Verdict::Ended { status: None, output: error.to_string() }],
            Err(error) => vec![Verdict::Down(error.to_string())],
        }
    }

    fn withdraw(&mut self, ticket: Ticket) {
        self.people.withdraw(ticket);
    }
}

/// Asks an endpoint, or runs a command, and waits for what comes of it.
fn answer(inquiry: &Inquiry, folder: &Path) -> Verdict {
    match inquiry {
        Inquiry::Probe(probe) => probe::ask(probe, folder),
        Inquiry::Hook(hook) => {
            let patience = Duration::from_secs(hook.timeout_seconds);
            let (status, output) = hook::run(&hook.run, &hook.environment, folder, patience);
            Verdict::Ended { status, output }
        }
        Inquiry::Gate(_) => Verdict::Refused("nobody can be asked".to_owned()),
    }
}
