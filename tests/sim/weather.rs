//! The weather of a seed: what goes wrong with the clouds.

use relight_contract::{Act, FaultKind, Milliseconds};
use relight_sim::{Bucket, Chances, Disturbance, FaultPlan, Limits, Nth, Outage, Rule, Settings, Throttle};

use crate::dice::Dice;
use crate::draft::Draft;
use crate::process::End;

/// The clouds of a seed.
pub fn settings(seed: u64, dice: &mut Dice) -> Settings {
    let throttle = dice.once_in(4).then(|| {
        let bucket = Bucket { burst: 5, refill_per_minute: 600 };
        Throttle { any: Limits { reads: bucket, writes: bucket }, ..Throttle::default() }
    });
    Settings { faults: storm(dice), throttle, ..Settings::calm(seed) }
}

/// Chance and rules.
fn storm(dice: &mut Dice) -> FaultPlan {
    // Each seed has its own mix: mostly nothing of a kind, sometimes much.
    let mut share = |most: u64| match dice.below(3) {
        0 => 0,
        _ => u32::try_from(dice.below(most)).unwrap_or(0),
    };
    let chances = Chances {
        throttled: share(150_000),
        internal: share(80_000),
        lost_before: share(80_000),
        lost_after: share(120_000),
        slow: share(150_000),
        stuck: share(50_000),
        capacity: share(50_000),
    };
    let mut rules = Vec::new();
    for _ in 0..dice.below(3) {
        let disturbance = match dice.below(5) {
            0 => Disturbance::Refused(FaultKind::Quota),
            1 => Disturbance::Refused(FaultKind::Denied),
            2 => Disturbance::LostAfter,
            3 => Disturbance::Fails,
            _ => Disturbance::Stuck { milliseconds: Some(3_000_000) },
        };
        let act = [Act::Create, Act::Update, Act::Delete][usize::try_from(dice.below(3)).unwrap_or(0)];
        let failing = disturbance == Disturbance::Fails;
        let act = if failing { Act::Create } else { act };
        rules.push(Rule::new(act, Nth::Only(1 + dice.below(12)), disturbance));
    }
    FaultPlan { chances, calm_from: None, rules, outages: Vec::new() }
}

/// One site is gone for a while from now on; sometimes until somebody heals it.
pub fn outage(draft: &Draft, now: Milliseconds, dice: &mut Dice) -> Option<Outage> {
    let site = dice.pick(&draft.sites)?;
    let until = match dice.below(3) {
        0 => None,
        _ => Some(now + 1_000 + dice.below(600_000)),
    };
    Some(Outage { place: site.name.into(), from: now + dice.below(120_000), until })
}

/// How a process ends: mostly at its own end.
pub fn end(dice: &mut Dice) -> End {
    let at = dice.below(25);
    match dice.below(8) {
        0 | 1 => End::DiesBefore(at),
        2 | 3 => End::DiesAfter(at),
        4 => End::InterruptedAt(at),
        5 => End::LosesLeaseAt(at),
        _ => End::Never,
    }
}
