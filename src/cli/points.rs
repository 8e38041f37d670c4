//! The durable writes of simulated objects, as points at which tests kill the process.

use relight_sim::Killer;

use crate::shell::hold;

pub(super) struct Points;

impl Killer for Points {
    fn before_write(&mut self, _: u64) {
        hold::point(|| "before sandbox effect".to_owned());
    }
    fn after_write(&mut self, _: u64) {
        hold::point(|| "after sandbox effect".to_owned());
    }
}
