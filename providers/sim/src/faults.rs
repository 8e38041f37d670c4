//! What goes wrong in a world: by chance, by rule, and whole places at a time.

use relight_contract::{Act, FaultKind, Milliseconds, Name, Request};

use crate::random::Random;

/// Everything that goes wrong.
#[derive(Clone, Debug, Default)]
pub struct FaultPlan {
    /// What goes wrong by chance.
    pub chances: Chances,
    /// From when on chance rests: a world must be able to heal. `None` for never.
    pub calm_from: Option<Milliseconds>,
    /// What goes wrong on purpose. The first rule that applies counts, before chance.
    pub rules: Vec<Rule>,
    /// Places that cannot be reached.
    pub outages: Vec<Outage>,
}

/// How often something goes wrong, in a million calls each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chances {
    /// The call is refused for its rate.
    pub throttled: u32,
    /// The cloud fails on its side, without effect.
    pub internal: u32,
    /// The request is lost: no effect, no answer.
    pub lost_before: u32,
    /// The answer is lost: the effect stands.
    pub lost_after: u32,
    /// The answer comes up to 20 s late.
    pub slow: u32,
    /// A changing operation takes ten minutes longer.
    pub stuck: u32,
    /// A create finds no room.
    pub capacity: u32,
}

/// One thing that goes wrong on purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// In this place only, by its name.
    pub place: Option<Name>,
    /// For this kind or data source only.
    pub kind: Option<Name>,
    /// For this act only. Polls, finds and look-ups are reads; a claim is an update.
    pub act: Option<Act>,
    /// For which of the calls that fit.
    pub nth: Nth,
    /// What happens.
    pub disturbance: Disturbance,
}

/// Which of the calls that fit a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nth {
    /// All of them.
    Every,
    /// This one, counted from 1.
    Only(u64),
    /// This many at the start.
    First(u64),
}

/// What happens to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disturbance {
    /// It is refused, without effect.
    Refused(FaultKind),
    /// It never arrives: no effect, no answer.
    LostBefore,
    /// It has its effect, but the answer is lost.
    LostAfter,
    /// Its answer comes this much later.
    Slow {
        /// In milliseconds.
        milliseconds: u64,
    },
    /// What it starts takes this much longer; `None` for ever.
    Stuck {
        /// In milliseconds.
        milliseconds: Option<u64>,
    },
    /// What it starts ends in a failed object.
    Fails,
}

/// A place that cannot be reached for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outage {
    /// The place's name.
    pub place: Name,
    /// From when, inclusive.
    pub from: Milliseconds,
    /// Until when, exclusive; `None` for ever.
    pub until: Option<Milliseconds>,
}

impl Outage {
    fn covers(&self, place: &str, at: Milliseconds) -> bool {
        &*self.place == place && self.from <= at && self.until.is_none_or(|until| at < until)
    }
}

impl Rule {
    /// A rule for every place and kind.
    pub fn new(act: Act, nth: Nth, disturbance: Disturbance) -> Rule {
        Rule { place: None, kind: None, act: Some(act), nth, disturbance }
    }

    /// The same rule for one kind.
    #[must_use]
    pub fn kind(mut self, kind: impl Into<Name>) -> Rule {
        self.kind = Some(kind.into());
        self
    }

    /// The same rule for one place.
    #[must_use]
    pub fn place(mut self, place: impl Into<Name>) -> Rule {
        self.place = Some(place.into());
        self
    }

    fn fits(&self, request: &Request) -> bool {
        self.place.as_ref().is_none_or(|place| *place == request.place.name)
            && self.kind.as_ref().is_none_or(|kind| **kind == *request.action.kind_name())
            && self.act.is_none_or(|act| act == request.action.act())
    }
}

impl Nth {
    fn takes(self, count: u64) -> bool {
        match self {
            Nth::Every => true,
            Nth::Only(n) => count == n,
            Nth::First(n) => count <= n,
        }
    }
}

impl FaultPlan {
    /// Whether a place cannot be reached at a time.
    pub fn is_out(&self, place: &str, at: Milliseconds) -> bool {
        self.outages.iter().any(|outage| outage.covers(place, at))
    }

    /// What happens to a call. `counts` holds, per rule, how many calls fitted so far; all that fit are counted.
    pub(crate) fn disturb(
        &self,
        counts: &mut Vec<u64>,
        now: Milliseconds,
        request: &Request,
        random: &mut Random,
    ) -> Option<Disturbance> {
        counts.resize(self.rules.len(), 0);
        let mut found = None;
        for (rule, count) in self.rules.iter().zip(counts) {
            if rule.fits(request) {
                *count += 1;
                if found.is_none() && rule.nth.takes(*count) {
                    found = Some(rule.disturbance);
                }
            }
        }
        let by_chance = self.chances.draw(request, random);
        let calm = self.calm_from.is_some_and(|from| now >= from);
        found.or(if calm { None } else { by_chance })
    }
}

impl Chances {
    /// The first that strikes, in this order. The stream belongs to the call, so later calls are not moved by it.
    fn draw(&self, request: &Request, random: &mut Random) -> Option<Disturbance> {
        let changes = request.action.changes_anything();
        let creates = request.action.act() == Act::Create;
        let late = random.below(20_000);
        [
            (self.throttled, true, Disturbance::Refused(FaultKind::Throttled)),
            (self.internal, true, Disturbance::Refused(FaultKind::Internal)),
            (self.lost_before, true, Disturbance::LostBefore),
            (self.lost_after, true, Disturbance::LostAfter),
            (self.slow, true, Disturbance::Slow { milliseconds: late }),
            (self.stuck, changes, Disturbance::Stuck { milliseconds: Some(600_000) }),
            (self.capacity, creates, Disturbance::Refused(FaultKind::Capacity)),
        ]
        .into_iter()
        .find(|(per_million, applies, _)| random.hits(*per_million) && *applies)
        .map(|(_, _, disturbance)| disturbance)
    }
}
