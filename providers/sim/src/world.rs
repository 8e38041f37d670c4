//! The world: calls come in with their time, and go out as answers with the time of their arrival.

use std::cell::RefCell;
use std::collections::BTreeMap;

use relight_contract::{
    Act, Action, Answer, Fault, FaultKind, Kind, Live, Milliseconds, Name, OwnerId, Place, Registry, Request,
};

use crate::domain::Domain;
use crate::faults::Disturbance;
use crate::made::Maker;
use crate::random::Random;
use crate::refer::Referrers;
use crate::settings::Settings;
use crate::shape::invalid;
use crate::state::{Effect, State};
use crate::throttle::Buckets;

/// Simulated clouds: every place of every provider of a registry.
///
/// A call has its effect when it is submitted, whether or not its answer ever arrives. The same seed and the same
/// calls at the same times give the same world.
#[derive(Debug)]
pub struct World {
    pub(crate) registry: Registry,
    pub(crate) settings: Settings,
    pub(crate) state: State,
    pub(crate) referrers: Referrers,
    /// Effects not yet on disk; `None` when nobody keeps them.
    pub(crate) unsaved: Option<Vec<Effect>>,
    buckets: Buckets,
    rule_counts: Vec<u64>,
    log: Vec<Call>,
    counts: BTreeMap<(Name, &'static str, Act), u64>,
}

/// What a call comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// When the answer arrives, or the caller gives up.
    pub at: Milliseconds,
    /// The answer.
    pub outcome: Result<Answer, Fault>,
}

/// One call as the world saw it, for assertions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// When it was made.
    pub at: Milliseconds,
    /// The name of the place that it went to.
    pub place: Name,
    /// The kind or data source.
    pub kind: &'static str,
    /// What it did.
    pub act: Act,
    /// The native id that it named; `None` for creates, lists and the like.
    pub native_id: Option<Name>,
    /// Whose object a create or claim was to be.
    pub owner: Option<OwnerId>,
    /// Whether the cloud is another one afterwards.
    pub effect: bool,
    /// How it failed in the eyes of the caller.
    pub fault: Option<FaultKind>,
}

/// One call on its way through the world.
pub(crate) struct Turn<'a> {
    pub(crate) now: Milliseconds,
    pub(crate) place: &'a Place,
    pub(crate) disturbance: Option<Disturbance>,
}

/// What a call did: its answer, and when that is ready to leave.
pub(crate) struct Done {
    pub(crate) answer: Answer,
    pub(crate) ready_at: Milliseconds,
}

impl World {
    /// An empty world.
    pub fn new(registry: Registry, settings: Settings) -> World {
        World::with_state(registry, settings, State::default())
    }

    pub(crate) fn with_state(registry: Registry, settings: Settings, state: State) -> World {
        World {
            referrers: Referrers::of(&registry),
            registry,
            settings,
            state,
            unsaved: None,
            buckets: Buckets::default(),
            rule_counts: Vec::new(),
            log: Vec::new(),
            counts: BTreeMap::new(),
        }
    }

    /// Makes one call. Time never runs backwards: an earlier `now` counts as the latest seen.
    pub fn submit(&mut self, now: Milliseconds, request: &Request) -> Reply {
        let now = now.max(self.state.clock);
        self.state.clock = now;
        self.state.calls += 1;
        let changes_before = self.changes();
        let mut random = Random::of(self.settings.seed, &["call", &self.state.calls.to_string()]);
        let reply = self.reply(now, request, &mut random);
        let effect = self.changes() != changes_before;
        self.note(now, request, &reply, effect);
        reply
    }

    fn reply(&mut self, now: Milliseconds, request: &Request, random: &mut Random) -> Reply {
        let place = &request.place;
        let patience = now + self.settings.deadline_milliseconds;
        let arrives = now + self.call_milliseconds(request, random);
        let fails =
            |at, kind: FaultKind, text: &str| Reply { at, outcome: Err(Fault::new(kind, text.to_owned())) };
        if self.settings.faults.is_out(&place.name, now) {
            let text = format!("no connection to {}", place.name);
            return fails(now + self.settings.connect_milliseconds, FaultKind::Unreachable, &text);
        }
        let plan = &self.settings.faults;
        let disturbance = plan.disturb(&mut self.rule_counts, now, request, random);
        let lost =
            if request.action.changes_anything() { FaultKind::Ambiguous } else { FaultKind::Unreachable };
        match disturbance {
            Some(Disturbance::LostBefore) => return fails(patience, lost, "no answer"),
            Some(Disturbance::Refused(kind)) => return fails(arrives, kind, "refused by the fault plan"),
            _ => {}
        }
        if !self.has_room(now, request) {
            return Reply {
                at: arrives,
                outcome: Err(Fault::new(FaultKind::Throttled, "too many calls").code("RequestLimitExceeded")),
            };
        }
        let turn = Turn { now, place, disturbance };
        let outcome = self.act(&turn, &request.action);
        let late = match disturbance {
            Some(Disturbance::Slow { milliseconds }) => milliseconds,
            _ => 0,
        };
        let ready_at = outcome.as_ref().map_or(now, |done| done.ready_at);
        let at = arrives.max(ready_at).saturating_add(late);
        let cut = self.settings.faults.is_out(&place.name, at);
        if disturbance == Some(Disturbance::LostAfter) || cut || at > patience {
            return fails(patience, lost, "no answer");
        }
        Reply { at, outcome: outcome.map(|done| done.answer) }
    }

    fn act(&mut self, turn: &Turn, action: &Action) -> Result<Done, Fault> {
        if let Some(kind) = action.kind() {
            self.check_kind(kind, turn.place)?;
        }
        let now = turn.now;
        let read = |answer| Done { answer, ready_at: now };
        match action {
            Action::List { kind, under, page, interest } => {
                self.list(turn, kind, under.as_deref(), page.as_deref(), interest).map(read)
            }
            Action::Read { kind, native_id } => Ok(read(self.read(turn, kind, native_id))),
            Action::Find { kind, token, attributes } => {
                self.find(turn, kind, token, attributes).map(Answer::Found).map(read)
            }
            Action::Poll { kind, native_id, handle, .. } => {
                Ok(read(self.poll(turn, kind, native_id, handle)))
            }
            Action::LookUp { data, arguments } => {
                self.look_up(turn, data, arguments).map(Answer::Data).map(read)
            }
            Action::Create { kind, attributes, owner, token } => {
                self.create(turn, kind, attributes, owner, token)
            }
            Action::Update { kind, native_id, changes, attributes, version } => {
                self.update(turn, kind, native_id, changes, attributes, version.as_deref())
            }
            Action::Delete { kind, native_id, version, .. } => {
                self.delete(turn, kind, native_id, version.as_deref())
            }
            Action::Perform { kind, act, native_id, changes, owner, .. } => {
                self.perform(turn, kind, *act, native_id, changes, owner.as_ref())
            }
            Action::Claim { kind, native_id, owner } => self.claim(turn, kind, native_id, owner),
        }
    }

    fn check_kind(&self, kind: &'static Kind, place: &Place) -> Result<(), Fault> {
        // A provider without a home region belongs to every site.
        let homeless = self.registry.provider(kind.provider).is_some_and(|provider| provider.home.is_empty());
        if self.registry.kind(kind.name).is_none() || (*place.provider != *kind.provider && !homeless) {
            return Err(invalid(format!("{} hosts no `{}`", place.provider, kind.name)));
        }
        Ok(())
    }

    /// How long the call itself takes, whatever it starts: 20 to 90 ms for a read, 60 to 300 ms for a change.
    fn call_milliseconds(&self, request: &Request, random: &mut Random) -> u64 {
        match (self.settings.latency, request.action.changes_anything()) {
            (false, _) => 0,
            (true, false) => 20 + random.below(70),
            (true, true) => 60 + random.below(240),
        }
    }

    fn has_room(&mut self, now: Milliseconds, request: &Request) -> bool {
        let Some(throttle) = &self.settings.throttle else { return true };
        let (placement, service) = match &request.action {
            Action::LookUp { data, .. } => {
                let service = data.calls.first().and_then(|call| call.split(':').next());
                (data.placement, service.unwrap_or(data.provider))
            }
            action => match action.kind() {
                Some(kind) => (kind.placement, kind.service),
                None => return true,
            },
        };
        let domain = Domain::of(&request.place, placement, &self.settings);
        self.buckets.take(throttle, domain, service, request.action.changes_anything(), now)
    }

    fn note(&mut self, now: Milliseconds, request: &Request, reply: &Reply, effect: bool) {
        let action = &request.action;
        let (native_id, owner) = match action {
            Action::Create { owner, .. } => (None, Some(owner.id.clone())),
            Action::Claim { native_id, owner, .. } => (Some(native_id.clone()), Some(owner.id.clone())),
            Action::Read { native_id, .. }
            | Action::Update { native_id, .. }
            | Action::Delete { native_id, .. }
            | Action::Perform { native_id, .. }
            | Action::Poll { native_id, .. } => (Some(native_id.clone()), None),
            Action::List { .. } | Action::Find { .. } | Action::LookUp { .. } => (None, None),
        };
        let (kind, act) = (action.kind_name(), action.act());
        *self.counts.entry((request.place.name.clone(), kind, act)).or_default() += 1;
        self.log.push(Call {
            at: now,
            place: request.place.name.clone(),
            kind,
            act,
            native_id,
            owner,
            effect,
            fault: reply.outcome.as_ref().err().map(|fault| fault.kind),
        });
    }

    /// Every call so far, in order.
    pub fn calls(&self) -> &[Call] {
        &self.log
    }

    /// How many calls there were, by place, kind and act.
    pub fn counts(&self) -> &BTreeMap<(Name, &'static str, Act), u64> {
        &self.counts
    }

    /// The latest time that the world has seen.
    pub fn clock(&self) -> Milliseconds {
        self.state.clock
    }

    /// The settings; faults may change while a world runs.
    pub fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }

    /// Whether no call to a place is answered at a time.
    pub fn is_out(&self, place: &str, now: Milliseconds) -> bool {
        self.settings.faults.is_out(place, now)
    }

    /// Everything that exists at a time, as it is and not as a lagging read sees it.
    pub fn objects(&self, now: Milliseconds) -> impl Iterator<Item = (&Domain, &'static Kind, Live)> {
        let all = self.state.shelves.values().flat_map(BTreeMap::values);
        all.filter(move |stored| stored.exists(now) && !stored.scenery)
            .map(move |stored| (&stored.domain, stored.kind, stored.live(now)))
    }

    /// The domain of a kind as a place sees it.
    pub(crate) fn domain(&self, place: &Place, kind: &Kind) -> Domain {
        Domain::of(place, kind.placement, &self.settings)
    }

    /// Makes a change, and keeps it for the disk.
    pub(crate) fn apply(&mut self, effect: Effect) {
        if let Some(unsaved) = &mut self.unsaved {
            unsaved.push(effect.clone());
        }
        self.state.changes += 1;
        self.state.apply(effect);
    }

    fn changes(&self) -> u64 {
        self.state.changes
    }

    /// What makes the cloud's values for an object of this name, at this version.
    pub(crate) fn maker(&self, turn: &Turn, domain: &Domain, words: &[&str], version: u64) -> Maker {
        let mut all = vec!["made", &*domain.provider, &*domain.account, &*domain.region];
        all.extend(words);
        Maker {
            region: turn.place.region.clone(),
            account: domain.account.clone(),
            provider: domain.provider.clone(),
            version,
            created_at: turn.now,
            random: RefCell::new(Random::of(self.settings.seed, &all)),
        }
    }
}
