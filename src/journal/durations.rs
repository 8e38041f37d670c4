//! Durations: how long the steps of a finished run took, as history keeps them.

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::Milliseconds;

use super::{Entry, Fact};
use crate::plan::{History, Plan, StepId};

/// Adds how long the steps of a run took. Only what one session began and ended counts, without a doubt in between:
/// everything else tells of the trouble, and not of the cloud.
pub fn learn(history: &mut History, plan: &Plan, entries: &[Entry]) {
    let mut begun: BTreeMap<StepId, Milliseconds> = BTreeMap::new();
    // What was in doubt, or left by its session, may go on from where it stood.
    let mut spoilt: BTreeSet<StepId> = BTreeSet::new();
    for entry in entries {
        match &entry.fact {
            Fact::Resumed { .. } => spoilt.extend(std::mem::take(&mut begun).into_keys()),
            Fact::Started { step, .. } => {
                begun.entry(*step).or_insert(entry.at);
            }
            Fact::Doubted { step, .. } => {
                spoilt.insert(*step);
            }
            // The call had no effect, and the wait says nothing of it.
            Fact::Retried { step, .. } => {
                begun.remove(step);
            }
            Fact::Done { step, kept: false, .. } => {
                let planned = plan
                    .content
                    .steps
                    .get(step.0 as usize)
                    .filter(|planned| planned.is_timed() && !spoilt.contains(step));
                if let (Some(at), Some(planned)) = (begun.remove(step), planned) {
                    history.add(&planned.kind, planned.verb, seconds(entry.at.saturating_sub(at)));
                }
            }
            _ => {}
        }
    }
}

/// Whole seconds, rounded up, as the tables of kinds have them.
fn seconds(milliseconds: Milliseconds) -> u32 {
    u32::try_from(milliseconds.div_ceil(1000)).unwrap_or(u32::MAX)
}
