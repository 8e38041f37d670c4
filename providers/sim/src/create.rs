//! Creating: identity classes, references, and what the cloud adds.

use relight_contract::{
    Answer, Fault, FaultKind, Identity, Kind, Milliseconds, Name, NameRule, Object, Owner, Scope, Value,
    canonical,
};

use crate::World;
use crate::domain::Domain;
use crate::made;
use crate::random::{Random, digest};
use crate::shape::{self, invalid};
use crate::state::{Effect, TokenUse};
use crate::stored::{Stored, lags};
use crate::tags;
use crate::world::{Done, Turn};

/// How long a token is remembered. Source: Amazon EC2, "Ensuring idempotency": at least a day.
const TOKEN_MILLISECONDS: u64 = 24 * 3_600_000;

pub(crate) fn conflict(message: impl Into<String>, code: &str) -> Fault {
    Fault::new(FaultKind::Conflict, message).code(code)
}

/// A create call that passed the checks which need no look at other objects.
struct Wanted<'a> {
    kind: &'static Kind,
    domain: Domain,
    given: Object,
    owner: &'a Owner,
    token: &'a Name,
}

impl World {
    /// Creates an object, by the rules of its identity class.
    pub(crate) fn create(
        &mut self,
        turn: &Turn,
        kind: &'static Kind,
        attributes: &Object,
        owner: &Owner,
        token: &Name,
    ) -> Result<Done, Fault> {
        let domain = self.domain(turn.place, kind);
        let attributes = opened_object(attributes)?;
        let parameters = digest(format!("{} {}", attributes.to_json(), owner.id.0).as_bytes());
        if kind.identity == Identity::Token
            && let Some(done) = self.replay(turn, kind, &domain, token, parameters)?
        {
            return Ok(done);
        }
        let given = self.with_source(kind, &attributes, &domain, turn.now)?;
        tags::check(&self.registry, kind, &given, Some((owner, token)))?;
        self.check_references(kind, &given, &domain, turn.now)?;
        let wanted = Wanted { kind, domain, given, owner, token };
        if let Identity::Key(fields) = kind.identity {
            return self.upsert(turn, wanted, fields);
        }
        let stored = self.new_object(turn, &wanted)?;
        if kind.identity == Identity::Token {
            let used = TokenUse {
                native_id: stored.native_id.clone(),
                parameters,
                until: turn.now + TOKEN_MILLISECONDS,
            };
            let domain = wanted.domain.clone();
            self.apply(Effect::Token { domain, kind, token: token.clone(), used });
        }
        Ok(self.begin(turn, stored, relight_contract::Act::Create))
    }

    /// What an earlier call with the same token made, dead or alive.
    fn replay(
        &mut self,
        turn: &Turn,
        kind: &'static Kind,
        domain: &Domain,
        token: &Name,
        parameters: u64,
    ) -> Result<Option<Done>, Fault> {
        let key = (domain.clone(), kind.name, token.clone());
        let Some(used) = self.state.tokens.get(&key).filter(|used| used.until > turn.now) else {
            return Ok(None);
        };
        if used.parameters != parameters {
            let message = "this token was used with other parameters";
            return Err(conflict(message, "IdempotentParameterMismatch"));
        }
        let answer = match self.state.get(domain, kind, &used.native_id) {
            Some(stored) => self.progress(stored, turn.now),
            None => Answer::Absent,
        };
        Ok(Some(Done { answer, ready_at: turn.now }))
    }

    /// The given fields, those that a replica takes from its source included.
    fn with_source(
        &self,
        kind: &'static Kind,
        attributes: &Object,
        domain: &Domain,
        now: Milliseconds,
    ) -> Result<Object, Fault> {
        let Some((source, dictated)) = kind.promotable() else {
            return shape::given(kind.fields, attributes, "", &[]);
        };
        let Some(text) = attributes.get(source).and_then(Value::as_str).filter(|text| !text.is_empty())
        else {
            return shape::given(kind.fields, attributes, "", &[]);
        };
        let mut given = shape::given(kind.fields, attributes, "", dictated)?;
        let reference = kind.field(source).and_then(|row| row.refers);
        let found = reference.and_then(|reference| {
            let target = self.registry.kind(reference.kind)?;
            self.target(target, reference.attribute, text, domain, true, now)
        });
        let Some(found) = found else {
            let message = format!("`{source}`: there is no {text:?}");
            return Err(Fault::new(FaultKind::NotFound, message).code("SourceNotFound"));
        };
        for name in dictated {
            if let Some(value) = found.attributes.get(name).filter(|value| !value.is_null()) {
                given.insert(*name, value.clone());
            }
        }
        Ok(given)
    }

    /// Creating what has this key already changes it.
    fn upsert(&mut self, turn: &Turn, wanted: Wanted, fields: &[&str]) -> Result<Done, Fault> {
        let act = relight_contract::Act::Create;
        let mut stored = self.new_object(turn, &wanted)?;
        let there = self.keyed(&wanted.domain, wanted.kind, fields, &stored.attributes, turn.now);
        if let Some(there) = there {
            refuse_unless_settled(there, turn.now)?;
            stored.native_id = there.native_id.clone();
            stored.version = there.version + 1;
            stored.created_at = there.created_at;
        }
        Ok(self.begin(turn, stored, act))
    }

    /// The object under a key.
    pub(crate) fn keyed(
        &self,
        domain: &Domain,
        kind: &'static Kind,
        fields: &[&str],
        attributes: &Object,
        now: Milliseconds,
    ) -> Option<&Stored> {
        self.state.shelf(domain, kind).find(|stored| {
            stored.exists(now)
                && !stored.scenery
                && fields.iter().all(|name| same(kind, name, attributes, &stored.attributes))
        })
    }

    /// Objects in whose scope a name is.
    pub(crate) fn namesakes<'w>(
        &'w self,
        domain: &'w Domain,
        kind: &'static Kind,
        rule: NameRule,
        attributes: &'w Object,
    ) -> impl Iterator<Item = &'w Stored> {
        let near = move |stored: &&Stored| match rule.scope {
            Scope::Region => stored.domain == *domain,
            Scope::Account => {
                stored.domain.provider == domain.provider && stored.domain.account == domain.account
            }
            Scope::World => stored.domain.provider == domain.provider,
            Scope::Parent(parent) => {
                stored.domain == *domain && same(kind, parent, attributes, &stored.attributes)
            }
        };
        self.state.everywhere(kind.name).filter(near).filter(move |stored| {
            !stored.scenery && same(kind, rule.attribute, attributes, &stored.attributes)
        })
    }

    /// Refuses a name that is taken, or that its last bearer still reserves.
    pub(crate) fn check_name(
        &self,
        domain: &Domain,
        kind: &'static Kind,
        rule: NameRule,
        attributes: &Object,
        now: Milliseconds,
        besides: Option<&str>,
    ) -> Result<(), Fault> {
        let name = attributes.get(rule.attribute).and_then(Value::as_str).unwrap_or_default();
        if name.is_empty() {
            return Err(invalid(format!("`{}` is missing: the caller chooses it", rule.attribute)));
        }
        if name.chars().count() > usize::from(rule.longest) {
            return Err(invalid(format!("the name {name:?} is longer than {} characters", rule.longest)));
        }
        for stored in self.namesakes(domain, kind, rule, attributes) {
            if besides == Some(&*stored.native_id) {
                continue;
            }
            if stored.exists(now) {
                return Err(conflict(format!("the name {name:?} is taken"), "AlreadyExists"));
            }
            if stored.deletion.is_some_and(|deletion| deletion.reserved_until > now) {
                return Err(conflict(format!("the name {name:?} is still reserved"), "NameReserved"));
            }
        }
        Ok(())
    }

    /// The object that a create call makes, with a native id of its own.
    fn new_object(&self, turn: &Turn, wanted: &Wanted) -> Result<Stored, Fault> {
        let (kind, domain) = (wanted.kind, &wanted.domain);
        let mut attempt = 0_u32;
        loop {
            let words = [kind.name, wanted.token, &attempt.to_string()];
            let maker = self.maker(turn, domain, &words, 1);
            let attributes = made::complete(kind.fields, &wanted.given, &maker);
            if let Identity::Name(rule) = kind.identity {
                self.check_name(domain, kind, rule, &attributes, turn.now, None)?;
            }
            let native_id = native_id(kind, &attributes, &words);
            let there = self.state.get(domain, kind, &native_id).filter(|stored| !stored.scenery);
            // An id made by chance is tried anew; one that follows from the fields cannot be.
            let last = attempt == 3;
            let free = match (kind.identity, there) {
                (_, None) | (Identity::Key(_), _) => true,
                (Identity::Name(_), Some(stored)) => !stored.exists(turn.now),
                (Identity::Token | Identity::Server, Some(stored)) => last && !stored.exists(turn.now),
            };
            if free {
                return Ok(self.fresh(turn, wanted, native_id, attributes));
            }
            if last {
                return Err(conflict(format!("{} {native_id} exists already", kind.name), "AlreadyExists"));
            }
            attempt += 1;
        }
    }

    fn fresh(&self, turn: &Turn, wanted: &Wanted, native_id: Name, attributes: Object) -> Stored {
        Stored {
            kind: wanted.kind,
            domain: wanted.domain.clone(),
            visible_from: turn.now + self.lag(wanted.kind, &native_id, 1),
            native_id,
            attributes,
            owner: Some(wanted.owner.clone()),
            token: Some(wanted.token.clone()),
            version: 1,
            created_at: turn.now,
            earlier: None,
            operation: None,
            deletion: None,
            scenery: false,
        }
    }

    /// How long reads do not see a change, in milliseconds.
    pub(crate) fn lag(&self, kind: &Kind, native_id: &str, version: u64) -> u64 {
        if !lags(kind) || self.settings.lag_milliseconds == 0 {
            return 0;
        }
        let words = ["lag", kind.name, native_id, &version.to_string()];
        Random::of(self.settings.seed, &words).below(self.settings.lag_milliseconds + 1)
    }
}

/// Whether two objects have the same value in a field.
fn same(kind: &Kind, name: &str, a: &Object, b: &Object) -> bool {
    match (kind.field(name), a.get(name), b.get(name)) {
        (Some(row), Some(a), Some(b)) => canonical::same(row, a, b),
        (_, a, b) => a.is_none_or(Value::is_null) && b.is_none_or(Value::is_null),
    }
}

/// Secrets opened, in every field.
pub(crate) fn opened_object(object: &Object) -> Result<Object, Fault> {
    object.iter().map(|(name, value)| Ok((name.clone(), shape::opened(value)?))).collect()
}

/// Refuses to change what another operation works on.
pub(crate) fn refuse_unless_settled(stored: &Stored, now: Milliseconds) -> Result<(), Fault> {
    let word = match stored.state(now) {
        relight_contract::State::Pending => "busy",
        relight_contract::State::Deleting => "being deleted",
        relight_contract::State::Ready | relight_contract::State::Failed => return Ok(()),
    };
    Err(conflict(format!("{} {} is {word}", stored.kind.name, stored.native_id), "InvalidState"))
}

/// What calls name an object by: its `id`; of class D, whose `id` may not tell all keys apart, the whole key.
pub(crate) fn native_id(kind: &Kind, attributes: &Object, words: &[&str]) -> Name {
    if let Identity::Key(fields) = kind.identity {
        // A part that is not set stays as an empty one, and `|` is doubled: two keys never give one text.
        let texts = fields.iter().map(|name| key_text(kind, name, attributes).unwrap_or_default());
        let texts: Vec<String> = texts.map(|text| text.replace('|', "||")).collect();
        return Name::from(texts.join("|"));
    }
    match attributes.get("id").and_then(Value::as_str).filter(|id| !id.is_empty()) {
        Some(id) => Name::from(id),
        None => Name::from(Random::of(0, words).text("hex", 17).unwrap_or_default()),
    }
}

fn key_text(kind: &Kind, name: &str, attributes: &Object) -> Option<String> {
    let value = attributes.get(name).filter(|value| !value.is_null())?;
    Some(match (value.as_str(), kind.field(name)) {
        (Some(text), Some(row)) => canonical::text(row.canonical, text),
        (Some(text), None) => text.to_owned(),
        (None, _) => value.to_json().to_string(),
    })
}
