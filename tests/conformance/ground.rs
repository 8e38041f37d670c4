//! What the suite stands on: a cloud that holds nothing yet, and a way to see it without relight.

use std::sync::Arc;

use relight::shell::transport::{SimTransport, Transport};
use relight_bed::Proxy;
use relight_contract::{Fault, Kind, Object, Place};
use relight_sim::Settings;

use super::support::{self, Clouds};

/// A cloud of its own for each example.
pub trait Ground {
    /// The word for it in `CLOUD`, in exceptions and in what is printed.
    fn name(&self) -> &'static str;

    /// Whether a kind can be had here.
    fn reaches(&self, kind: &'static Kind) -> bool;

    /// The way to it.
    fn transport(&mut self) -> &mut dyn Transport;

    /// Everything that stands there now, read without relight; sorted.
    fn standing(&mut self) -> Vec<String>;

    /// What stands before it and makes trouble; `None` where nothing does.
    fn proxy(&self) -> Option<&Proxy>;

    /// Sets what no call could change; `None` where there is no way to.
    fn force(
        &mut self,
        place: &Arc<Place>,
        kind: &'static Kind,
        native_id: &str,
        changes: &Object,
    ) -> Option<Result<(), Fault>>;
}

/// The simulated cloud, in which things take their time and reads lag.
pub struct Sim(SimTransport<Clouds>);

impl Sim {
    pub fn new() -> Sim {
        Sim(support::empty_clouds(Settings::calm(1)))
    }
}

impl Ground for Sim {
    fn name(&self) -> &'static str {
        "sim"
    }

    fn reaches(&self, _kind: &'static Kind) -> bool {
        true
    }

    fn transport(&mut self) -> &mut dyn Transport {
        &mut self.0
    }

    fn standing(&mut self) -> Vec<String> {
        let now = self.0.now();
        let objects = self.0.simulator().0.objects(now);
        let mut all: Vec<String> =
            objects.map(|(_, kind, live)| format!("{} {}", kind.name, live.native_id)).collect();
        all.sort();
        all
    }

    /// The simulated clouds have trouble of their own: `tests/run` and `tests/sim` make it.
    fn proxy(&self) -> Option<&Proxy> {
        None
    }

    fn force(
        &mut self,
        place: &Arc<Place>,
        kind: &'static Kind,
        native_id: &str,
        changes: &Object,
    ) -> Option<Result<(), Fault>> {
        Some(self.0.simulator_mut().0.edit_outside(place, kind, native_id, changes))
    }
}
