//! A door to a simulated world, in virtual time: what the conformance suite of every provider goes through.

use relight_conformance::{Door, Trouble};
use relight_contract::{Act, Answer, Fault, FaultKind, Kind, Milliseconds, Request};
use relight_sim::{Disturbance, Nth, Rule, World};

/// A world and the time in it.
pub struct Simulated {
    pub world: World,
    pub now: Milliseconds,
}

impl Door for Simulated {
    fn call(&mut self, request: &Request) -> Result<Answer, Fault> {
        let reply = self.world.submit(self.now, request);
        self.now = reply.at;
        reply.outcome
    }

    fn wait(&mut self, milliseconds: u64) {
        self.now += milliseconds;
    }

    fn trouble(&mut self, kind: &'static Kind, act: Act, trouble: Trouble) -> bool {
        let disturbance = match trouble {
            Trouble::Throttle => Disturbance::Refused(FaultKind::Throttled),
            Trouble::LoseRequest => Disturbance::LostBefore,
            Trouble::LoseAnswer => Disturbance::LostAfter,
        };
        self.world
            .settings_mut()
            .faults
            .rules
            .push(Rule::new(act, Nth::Only(1), disturbance).kind(kind.name));
        true
    }
}
