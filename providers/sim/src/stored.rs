//! Stored objects, and how they look at a time.

use relight_contract::{Identity, Kind, Live, Milliseconds, Name, Object, Owner, State, Value};

use crate::domain::Domain;

/// One object of a simulated cloud. Its state is not stored: it follows from the times and the clock.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) kind: &'static Kind,
    pub(crate) domain: Domain,
    pub(crate) native_id: Name,
    /// Every row of the table, the write-only ones null.
    pub(crate) attributes: Object,
    pub(crate) owner: Option<Owner>,
    pub(crate) token: Option<Name>,
    /// Counts changes, from 1.
    pub(crate) version: u64,
    pub(crate) created_at: Milliseconds,
    /// From when on reads see it at all.
    pub(crate) visible_from: Milliseconds,
    /// What lagging reads still see.
    pub(crate) earlier: Option<Box<Earlier>>,
    /// The last operation that took time.
    pub(crate) operation: Option<Operation>,
    /// Set once its deletion was taken on.
    pub(crate) deletion: Option<Deletion>,
    /// Made up by a data source: it can be referred to, but is never listed and stands in nobody's way.
    pub(crate) scenery: bool,
}

/// What an object was before a change that not all reads see yet.
#[derive(Clone, Debug)]
pub(crate) struct Earlier {
    pub(crate) attributes: Object,
    pub(crate) version: u64,
    pub(crate) until: Milliseconds,
}

/// An operation that takes time.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) handle: Name,
    pub(crate) ends_at: Milliseconds,
    /// Whether it ends in a failed object.
    pub(crate) fails: bool,
}

/// The times of a deletion.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deletion {
    /// From when on it is gone.
    pub(crate) gone_at: Milliseconds,
    /// Until when it is still listed, as deleting.
    pub(crate) listed_until: Milliseconds,
    /// Until when its reserved values stay taken.
    pub(crate) reserved_until: Milliseconds,
    /// Until when anything has to be remembered of it.
    pub(crate) kept_until: Milliseconds,
}

/// Whether objects of a kind tell whose they are: by their tags; and those of class C even without, because
/// nothing else could find them again.
pub(crate) fn tells_owner(kind: &Kind) -> bool {
    kind.tags.is_some() || kind.identity == Identity::Server
}

/// Whether reads of a kind lag behind changes: classes B and C, whose ids the cloud makes.
pub(crate) fn lags(kind: &Kind) -> bool {
    matches!(kind.identity, Identity::Token | Identity::Server)
}

impl Stored {
    /// Its state at a time.
    pub(crate) fn state(&self, now: Milliseconds) -> State {
        match (&self.deletion, &self.operation) {
            (Some(_), _) => State::Deleting,
            (None, Some(operation)) if operation.ends_at > now => State::Pending,
            (None, Some(operation)) if operation.fails => State::Failed,
            _ => State::Ready,
        }
    }

    /// Whether it exists: until its deletion has ended.
    pub(crate) fn exists(&self, now: Milliseconds) -> bool {
        self.deletion.is_none_or(|deletion| deletion.gone_at > now)
    }

    /// Whether a read sees it.
    pub(crate) fn is_visible(&self, now: Milliseconds) -> bool {
        self.exists(now) && self.visible_from <= now && !self.scenery
    }

    /// Whether a list shows it.
    pub(crate) fn is_listed(&self, now: Milliseconds) -> bool {
        self.visible_from <= now
            && !self.scenery
            && self.deletion.is_none_or(|deletion| deletion.gone_at.max(deletion.listed_until) > now)
    }

    /// What is true of it.
    pub(crate) fn live(&self, now: Milliseconds) -> Live {
        let told = tells_owner(self.kind);
        Live {
            native_id: self.native_id.clone(),
            attributes: self.attributes.clone(),
            owner: self.owner.as_ref().filter(|_| told).map(|owner| owner.id.clone()),
            hint: self.owner.as_ref().filter(|_| told).map(|owner| Name::from(owner.address.to_string())),
            token: self.token.clone().filter(|_| told),
            mark: self.owner.as_ref().filter(|_| told).and_then(|owner| owner.mark.clone()),
            version: Some(Name::from(self.version.to_string())),
            state: self.state(now),
        }
    }

    /// What a read sees of it, which may be how it was before.
    pub(crate) fn seen(&self, now: Milliseconds) -> Live {
        let live = self.live(now);
        match &self.earlier {
            Some(earlier) if earlier.until > now && self.deletion.is_none() => Live {
                attributes: earlier.attributes.clone(),
                version: Some(Name::from(earlier.version.to_string())),
                ..live
            },
            _ => live,
        }
    }

    /// The text of a field, if it has one.
    pub(crate) fn text(&self, field: &str) -> Option<&str> {
        self.attributes.get(field).and_then(Value::as_str)
    }
}
