//! What no cloud answers: people who say no, endpoints that are not up yet; hooks that fail.

use std::collections::BTreeMap;

use relight::run::{Inquiry, Ticket, Verdict};
use relight::shell::outside::Outside;

use crate::dice::Dice;

/// Everybody outside, in some mood.
pub struct Others {
    dice: Dice,
    is_calm: bool,
    /// What they said, and how often.
    pub said: BTreeMap<&'static str, u64>,
}

impl Others {
    pub fn new(seed: u64, is_calm: bool) -> Others {
        Others { dice: Dice::new(seed), is_calm, said: BTreeMap::new() }
    }
}

impl Outside for Others {
    fn inquire(&mut self, _: Ticket, inquiry: &Inquiry) -> Vec<Verdict> {
        let bad = !self.is_calm && self.dice.once_in(3);
        let what = match (inquiry, bad) {
            (Inquiry::Gate(_), true) => "gates refused",
            (Inquiry::Gate(_), false) => "gates opened",
            (Inquiry::Probe(_), true) => "probes that were down",
            (Inquiry::Probe(_), false) => "probes that were up",
            (Inquiry::Hook(_), true) => "hooks that failed",
            (Inquiry::Hook(_), false) => "hooks that ran",
        };
        *self.said.entry(what).or_default() += 1;
        match inquiry {
            Inquiry::Gate(_) if bad => vec![Verdict::Refused("not today".to_owned())],
            Inquiry::Gate(_) => vec![Verdict::Allowed { by: "ops".to_owned(), how: "by voice".to_owned() }],
            Inquiry::Probe(_) if bad => vec![Verdict::Down("not yet".to_owned())],
            Inquiry::Probe(_) => vec![Verdict::Up("it is".to_owned())],
            Inquiry::Hook(_) => {
                vec![Verdict::Ended { status: Some(i32::from(bad)), output: "said and done".to_owned() }]
            }
        }
    }

    fn withdraw(&mut self, _: Ticket) {}
}
