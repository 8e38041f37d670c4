//! Changing and deleting objects, and how long that takes.

use relight_contract::field::{Field, Mutability, Presence};
use relight_contract::{
    Act, Answer, Fault, FaultKind, Identity, Kind, Literal, Name, Object, Owner, Value, canonical,
};

use crate::World;
use crate::create::{conflict, opened_object, refuse_unless_settled};
use crate::domain::Domain;
use crate::faults::Disturbance;
use crate::made;
use crate::random::{Random, digest, hex};
use crate::shape::{self, invalid};
use crate::state::Effect;
use crate::stored::{Deletion, Earlier, Operation, Stored, lags, tells_owner};
use crate::tags;
use crate::world::{Done, Turn};

/// From this median on, in seconds, an operation is answered with a handle to poll.
const LONG_SECONDS: u32 = 10;

impl World {
    /// Starts the operation that leads to `stored`, and answers for it.
    pub(crate) fn begin(&mut self, turn: &Turn, mut stored: Stored, act: Act) -> Done {
        let ends_at = self.operate(turn, &mut stored, act);
        let answer = match self.is_long(turn, stored.kind, act, ends_at) {
            true => self.progress(&stored, turn.now),
            false => Answer::Object(stored.live(ends_at)),
        };
        let ready_at = if matches!(answer, Answer::Accepted { .. }) { turn.now } else { ends_at };
        self.apply(Effect::Put(Box::new(stored)));
        Done { answer, ready_at }
    }

    /// Notes the operation on the object, and tells when it ends.
    fn operate(&self, turn: &Turn, stored: &mut Stored, act: Act) -> u64 {
        let version = stored.version.to_string();
        let domain = &stored.domain;
        let words =
            [&*domain.account, &domain.region, stored.kind.name, &stored.native_id, &version, act.name()];
        let mut random = Random::of(self.settings.seed, &words);
        let mut ends_at = turn.now + self.duration_milliseconds(stored.kind, act, &mut random);
        if let Some(Disturbance::Stuck { milliseconds }) = turn.disturbance {
            ends_at = milliseconds.map_or(u64::MAX, |more| ends_at.saturating_add(more));
        }
        let handle = format!("operation-{}", hex(digest(words.join("/").as_bytes())));
        let fails = turn.disturbance == Some(Disturbance::Fails);
        stored.operation = Some(Operation { handle: Name::from(handle), ends_at, fails });
        ends_at
    }

    fn is_long(&self, turn: &Turn, kind: &Kind, act: Act, ends_at: u64) -> bool {
        let stuck = matches!(turn.disturbance, Some(Disturbance::Stuck { .. }));
        ends_at > turn.now && (stuck || kind.timing(act).p50_seconds >= LONG_SECONDS)
    }

    /// How long an operation takes: through the table's median and ninth decile, with a tail of a third behind.
    fn duration_milliseconds(&self, kind: &Kind, act: Act, random: &mut Random) -> u64 {
        if !self.settings.latency {
            return 0;
        }
        let timing = kind.timing(act);
        let p50 = u64::from(timing.p50_seconds) * 1000;
        let p90 = u64::from(timing.p90_seconds).max(u64::from(timing.p50_seconds)) * 1000;
        match random.below(1000) {
            _ if !self.settings.spread => p50,
            share @ 0..500 => p50 * (600 + share * 4 / 5) / 1000,
            share @ 500..900 => p50 + (p90 - p50) * (share - 500) / 400,
            share => p90 + p90 / 3 * (share - 900) / 100,
        }
    }

    /// What a caller is told of an operation: that it goes on, or what it led to.
    pub(crate) fn progress(&self, stored: &Stored, now: u64) -> Answer {
        match &stored.operation {
            Some(operation) if operation.ends_at > now => Answer::Accepted {
                native_id: stored.native_id.clone(),
                handle: operation.handle.clone(),
                after_milliseconds: ((operation.ends_at - now) / 4).clamp(1_000, 30_000),
            },
            _ if !stored.exists(now) => Answer::Absent,
            _ => Answer::Object(stored.live(now)),
        }
    }

    /// An object that a call may change.
    pub(crate) fn changeable(
        &self,
        turn: &Turn,
        kind: &'static Kind,
        native_id: &str,
        version: Option<&str>,
    ) -> Result<Stored, Fault> {
        let domain = self.domain(turn.place, kind);
        let stored = self.state.existing(&domain, kind, native_id, turn.now);
        let Some(stored) = stored.filter(|stored| !stored.scenery) else {
            return Err(Fault::new(FaultKind::NotFound, format!("there is no {} {native_id}", kind.name)));
        };
        refuse_unless_settled(stored, turn.now)?;
        if version.is_some_and(|version| version != stored.version.to_string()) {
            let message = format!("{} {native_id} was changed meanwhile", kind.name);
            return Err(conflict(message, "StaleVersion"));
        }
        Ok(stored.clone())
    }

    /// Changes fields of an object.
    pub(crate) fn update(
        &mut self,
        turn: &Turn,
        kind: &'static Kind,
        native_id: &str,
        changes: &Object,
        attributes: &Object,
        version: Option<&str>,
    ) -> Result<Done, Fault> {
        let stored = self.changeable(turn, kind, native_id, version)?;
        let changes = opened_object(changes)?;
        for (name, value) in &changes {
            check_change(kind, name, value, &stored.attributes)?;
        }
        check_rivals(kind, &opened_object(attributes)?)?;
        self.change(turn, stored, &changes, Act::Update)
    }

    /// Gives fields new values and starts the operation for it. The callers have checked that they may change.
    pub(crate) fn change(
        &mut self,
        turn: &Turn,
        mut stored: Stored,
        changes: &Object,
        act: Act,
    ) -> Result<Done, Fault> {
        let kind = stored.kind;
        let before = stored.attributes.clone();
        self.set_fields(turn, &mut stored, changes)?;
        let given: Object = changes.iter().filter(|(_, value)| !value.is_null()).cloned().collect();
        self.check_references(kind, &given, &stored.domain, turn.now)?;
        let owner = stored.owner.as_ref().zip(stored.token.as_deref());
        tags::check(&self.registry, kind, &stored.attributes, owner)?;
        if let Identity::Name(rule) = kind.identity
            && before.get(rule.attribute) != stored.attributes.get(rule.attribute)
        {
            let besides = Some(&*stored.native_id);
            self.check_name(&stored.domain, kind, rule, &stored.attributes, turn.now, besides)?;
        }
        if act == Act::Update && before == stored.attributes && !writes_unseen(kind, changes) {
            return Ok(Done { answer: Answer::Object(stored.live(turn.now)), ready_at: turn.now });
        }
        self.bump(turn, &mut stored, before);
        Ok(self.begin(turn, stored, act))
    }

    /// Counts the change, moves what an update moves, and hides it from lagging reads for a while.
    fn bump(&self, turn: &Turn, stored: &mut Stored, before: Object) {
        let earlier_version = stored.version;
        stored.version += 1;
        let maker = self.maker_of(turn, stored, "moves");
        for row in stored.kind.fields.iter().filter(|row| row.moves && row.made.is_some()) {
            let value = made::make_one(row, &stored.attributes, &maker);
            stored.attributes.insert(row.name, value);
        }
        let lag = self.lag(stored.kind, &stored.native_id, stored.version);
        stored.earlier = (lag > 0).then(|| {
            Box::new(Earlier { attributes: before, version: earlier_version, until: turn.now + lag })
        });
    }

    /// Sets the fields of `changes`; null takes a field back to what the cloud gives without it.
    pub(crate) fn set_fields(&self, turn: &Turn, stored: &mut Stored, changes: &Object) -> Result<(), Fault> {
        let maker = self.maker_of(turn, stored, "update");
        let mut given = Object::new();
        for (name, value) in changes {
            let row =
                stored.kind.field(name).ok_or_else(|| invalid(format!("there is no field `{name}`")))?;
            let value = shape::conformed(row, value, "")?;
            if !value.is_null() {
                given.insert(name.clone(), value);
            }
        }
        // Completed together with the untouched fields, so that patterns find the names they need.
        for (name, value) in &stored.attributes {
            if !changes.contains(name) {
                given.insert(name.clone(), value.clone());
            }
        }
        let whole = made::complete(stored.kind.fields, &given, &maker);
        for name in changes.names() {
            if let Some(value) = whole.get(name) {
                stored.attributes.insert(name.clone(), value.clone());
            }
        }
        Ok(())
    }

    /// What makes the cloud's values for a change of an object.
    pub(crate) fn maker_of(&self, turn: &Turn, stored: &Stored, why: &str) -> made::Maker {
        let version = stored.version.to_string();
        let words = [stored.kind.name, &*stored.native_id, why, &version];
        let maker = self.maker(turn, &stored.domain, &words, stored.version);
        made::Maker { created_at: stored.created_at, ..maker }
    }

    /// Deletes an object; deleting again what is on its way out asks how far it is.
    pub(crate) fn delete(
        &mut self,
        turn: &Turn,
        kind: &'static Kind,
        native_id: &str,
        version: Option<&str>,
    ) -> Result<Done, Fault> {
        let domain = self.domain(turn.place, kind);
        let gone = Done { answer: Answer::Absent, ready_at: turn.now };
        match self.state.existing(&domain, kind, native_id, turn.now) {
            None => return Ok(gone),
            Some(stored) if stored.scenery => return Ok(gone),
            Some(stored) if stored.deletion.is_some() => {
                return Ok(Done { answer: self.progress(stored, turn.now), ready_at: turn.now });
            }
            Some(_) => {}
        }
        let mut stored = self.changeable(turn, kind, native_id, version)?;
        let guard = kind.fields.iter().find(|row| {
            row.guards_deletion && stored.attributes.get(row.name).and_then(Value::as_bool) == Some(true)
        });
        if let Some(guard) = guard {
            return Err(conflict(format!("`{}` is true", guard.name), "DeletionProtected"));
        }
        self.check_unused(&stored, turn.now)?;
        stored.version += 1;
        let ends_at = self.operate(turn, &mut stored, Act::Delete);
        let long = self.is_long(turn, kind, Act::Delete, ends_at);
        stored.deletion = Some(self.deletion(&stored, &domain, ends_at));
        let answer = if long { self.progress(&stored, turn.now) } else { Answer::Absent };
        self.apply(Effect::Put(Box::new(stored)));
        Ok(Done { answer, ready_at: if long { turn.now } else { ends_at } })
    }

    fn deletion(&self, stored: &Stored, domain: &Domain, gone_at: u64) -> Deletion {
        let kind = stored.kind;
        let linger = if lags(kind) { self.settings.linger_milliseconds } else { 0 };
        let reserved = kind.fields.iter().map(|row| u64::from(row.reserved_seconds) * 1000).max();
        let listed_until = gone_at.saturating_add(linger);
        let reserved_until = gone_at.saturating_add(reserved.unwrap_or(0));
        let token = stored.token.as_ref().and_then(|token| {
            self.state.tokens.get(&(domain.clone(), kind.name, token.clone())).map(|used| used.until)
        });
        let kept_until = listed_until.max(reserved_until).max(token.unwrap_or(0));
        Deletion { gone_at, listed_until, reserved_until, kept_until }
    }

    /// Writes owner tags. Like labels, they do not count as a change of the object.
    pub(crate) fn claim(
        &mut self,
        turn: &Turn,
        kind: &'static Kind,
        native_id: &str,
        owner: &Owner,
    ) -> Result<Done, Fault> {
        if !tells_owner(kind) {
            return Err(invalid(format!("{} carries no tags", kind.name)));
        }
        let mut stored = self.changeable(turn, kind, native_id, None)?;
        let token = stored.token.clone().unwrap_or_else(|| Name::from(""));
        tags::check(&self.registry, kind, &stored.attributes, Some((owner, &token)))?;
        let mark = owner.mark.clone().or_else(|| stored.owner.take().and_then(|earlier| earlier.mark));
        stored.owner = Some(Owner { mark, ..owner.clone() });
        let answer = Answer::Object(stored.live(turn.now));
        self.apply(Effect::Put(Box::new(stored)));
        Ok(Done { answer, ready_at: turn.now })
    }
}

/// Whether a change touches what the cloud never tells back: then equal looks say nothing.
fn writes_unseen(kind: &Kind, changes: &Object) -> bool {
    changes.names().any(|name| kind.field(name).is_some_and(|row| row.write_only))
}

fn check_change(kind: &'static Kind, name: &str, value: &Value, before: &Object) -> Result<(), Fault> {
    let row = kind.field(name).ok_or_else(|| invalid(format!("there is no field `{name}`")))?;
    let unset = Value::Null(row.ty());
    let live = before.get(name).unwrap_or(&unset);
    if canonical::same(row, value, live) || row.local {
        return Ok(());
    }
    if row.presence == Presence::Output {
        return Err(invalid(format!("`{name}` is given by the cloud alone")));
    }
    if row.presence == Presence::Required && value.is_null() {
        return Err(invalid(format!("`{name}` cannot be unset")));
    }
    if kind.promotable().is_some_and(|(source, _)| source == name) {
        return Err(invalid(format!("`{name}` is changed by promote and demote alone")));
    }
    let back_to_default = value.is_null() && goes_back(row, live);
    if row.mutability == Mutability::Replace && !back_to_default {
        return Err(invalid(format!("`{name}` cannot be changed in place")));
    }
    Ok(())
}

/// Whether a field without a value already is what the cloud gives without one.
fn goes_back(row: &Field, live: &Value) -> bool {
    match row.default {
        Literal::None => row.presence == Presence::Computed,
        default => canonical::same(row, &default.to_value(&row.ty()), live),
    }
}

/// Refuses fields that may not stand beside each other in what an object is to be.
fn check_rivals(kind: &Kind, attributes: &Object) -> Result<(), Fault> {
    let is_set = |name: &str| {
        attributes
            .get(name)
            .is_some_and(|value| !value.is_null() && !value.as_items().is_some_and(<[Value]>::is_empty))
    };
    for row in kind.fields.iter().filter(|row| row.presence != Presence::Computed && is_set(row.name)) {
        let optional = |other: &&&str| {
            kind.field(other)
                .is_some_and(|other| matches!(other.presence, Presence::Optional | Presence::Required))
        };
        if let Some(rival) = row.conflicts.iter().filter(optional).find(|other| is_set(other)) {
            return Err(invalid(format!("`{}` may not stand beside `{rival}`", row.name)));
        }
    }
    Ok(())
}
