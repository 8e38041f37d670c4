//! Requests to a cloud and its answers: the whole traffic, as plain data.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::{Act, Address, DataKind, Kind, Mark, Name, Object, OwnerId, Place, Value};

/// One call.
#[derive(Clone, Debug)]
pub struct Request {
    /// Where it goes.
    pub place: Arc<Place>,
    /// What it asks.
    pub action: Action,
}

/// Who an object belongs to: written as tags in the create call, read back by every list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owner {
    /// The owner id.
    pub id: OwnerId,
    /// The address; the cloud keeps an escaped hint of it.
    pub address: Address,
    /// The declared role of its site, where it is to be told; else whatever is told of it stays.
    pub mark: Option<Mark>,
}

/// What is wanted of a list, so that what takes calls for each object is asked only where it counts. The default
/// wants everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interest {
    /// The fields that spec or memory name, that anything refers to, or that every plan looks at; `None` for all. What
    /// a list tells of others does not count, and may be left out.
    pub fields: Option<BTreeSet<Name>>,
    /// Names of class A, values of the keys of class D, of classes B and C the texts that the spec must give and that
    /// never change, and native ids that spec or memory know: where a list does not tell whose an object is, only these
    /// are looked at. `None` for all.
    pub names: Option<BTreeSet<Name>>,
}

impl Interest {
    /// Whether any of these fields is wanted.
    pub fn wants(&self, fields: &[&str]) -> bool {
        self.fields.as_ref().is_none_or(|wanted| fields.iter().any(|field| wanted.contains(*field)))
    }

    /// Whether it is said that this name, or native id, is meant: where everything is wanted, nothing is said.
    pub fn names(&self, name: &str) -> bool {
        self.names.as_ref().is_some_and(|known| known.contains(name))
    }

    /// Whether an object of this name, or native id, can be meant.
    pub fn knows(&self, name: &str) -> bool {
        self.names.as_ref().is_none_or(|known| known.contains(name))
    }
}

/// What a call asks.
#[derive(Clone, Debug)]
pub enum Action {
    /// One page of the objects of a kind.
    ///
    /// Of a kind that can carry tags, objects without an owner tag may be left out, so that a cloud can filter by it:
    /// but for those whose class A name or class D key the interest knows, because whoever wants such a name must see
    /// that it is taken. An object that an import or memory knows by its native id is read by it where it is missing.
    List {
        /// The kind.
        kind: &'static Kind,
        /// The parent's value, for kinds that are listed under one.
        under: Option<Name>,
        /// The page to go on with; `None` for the first.
        page: Option<Name>,
        /// What is wanted of the objects.
        interest: Arc<Interest>,
    },
    /// One object by its native id.
    Read {
        /// The kind.
        kind: &'static Kind,
        /// Its native id.
        native_id: Name,
    },
    /// What an earlier create left, however its answer was lost: by intent tag for classes B and C, by name or
    /// key in `attributes` for A and D. Answers `Found`.
    Find {
        /// The kind.
        kind: &'static Kind,
        /// The token of the create call.
        token: Name,
        /// The attributes of the create call.
        attributes: Object,
    },
    /// A new object. All its tags go into the same call where the cloud allows that.
    ///
    /// A creation of several calls answers `Accepted` as soon as there is a native id, and goes on in `Poll`: so the
    /// id is journalled at once, and a cut behind any of them is resumed and not repeated.
    Create {
        /// The kind.
        kind: &'static Kind,
        /// The fields that the spec gives; no holes.
        attributes: Object,
        /// Whose it is.
        owner: Owner,
        /// The idempotency token (class B) and intent tag: 32 characters of `[a-z0-9]`.
        token: Name,
    },
    /// A change of an object.
    Update {
        /// The kind.
        kind: &'static Kind,
        /// Its native id.
        native_id: Name,
        /// The fields that change, with their new values; null unsets.
        changes: Object,
        /// The fields as they are to be.
        attributes: Object,
        /// The version that the change was planned against, where the cloud has such a thing.
        version: Option<Name>,
    },
    /// The end of an object.
    Delete {
        /// The kind.
        kind: &'static Kind,
        /// Its native id.
        native_id: Name,
        /// The version that the deletion was planned against.
        version: Option<Name>,
        /// The kind's local fields (`skip_final_snapshot`), as the spec last gave them.
        attributes: Object,
    },
    /// A capability: promote, demote, retire, fence or shift.
    Perform {
        /// The kind.
        kind: &'static Kind,
        /// Which.
        act: Act,
        /// Its native id.
        native_id: Name,
        /// The fields that it changes, with their new values.
        changes: Object,
        /// Whether a promotion may lose nothing, of a kind whose cloud can see to that: the source answers, and changes
        /// its role with the replica. Else the source is taken for lost, and so is what the replica has not got.
        planned: bool,
        /// Whose a retired object is from then on: its tags are written before it gets its other name, so that nothing
        /// takes it for the object that follows it under the old one. `None` for every other capability.
        owner: Option<Owner>,
    },
    /// Writes the owner tags of an object that was not ours.
    Claim {
        /// The kind.
        kind: &'static Kind,
        /// Its native id.
        native_id: Name,
        /// Whose it is from now on.
        owner: Owner,
    },
    /// Asks how a long-running operation goes on, and does what it still needs: such calls only set what the
    /// operation asked for, so that they can be made again.
    Poll {
        /// The kind.
        kind: &'static Kind,
        /// The native id that the operation works on.
        native_id: Name,
        /// The operation.
        handle: Name,
        /// What the call that began it asked for: its [`Action::asked`].
        attributes: Object,
    },
    /// A data source.
    LookUp {
        /// The data source.
        data: &'static DataKind,
        /// Its arguments; no holes.
        arguments: Object,
    },
}

/// A live object as a cloud tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    /// What API calls name it by.
    pub native_id: Name,
    /// Every readable field; the user's tags without relight's own.
    pub attributes: Object,
    /// Whose it is, by its owner tag.
    pub owner: Option<OwnerId>,
    /// The address that it was made for, by its hint tag: true only if the owner id of that address is `owner`.
    pub hint: Option<Name>,
    /// The token of the call that created it, by its intent tag.
    pub token: Option<Name>,
    /// The declared role of its site, by its role tag.
    pub mark: Option<Mark>,
    /// What the cloud compares on a change (fingerprint, ETag), where it has such a thing.
    pub version: Option<Name>,
    /// Whether it can be used and changed.
    pub state: State,
}

/// Whether an object can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It can be used and changed.
    Ready,
    /// An operation goes on.
    Pending,
    /// It is on its way out.
    Deleting,
    /// It will not become usable.
    Failed,
}

/// What a call answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Objects, and the page to go on with.
    Page {
        /// The objects of this page.
        items: Vec<Live>,
        /// The next page; `None` when this was the last.
        next: Option<Name>,
    },
    /// The object, after the operation has ended.
    Object(Live),
    /// The objects that a `Find` found.
    Found(Vec<Live>),
    /// The operation was taken on and goes on in the cloud.
    Accepted {
        /// The native id that it works on.
        native_id: Name,
        /// What to ask about it.
        handle: Name,
        /// When to ask again, in milliseconds from now.
        after_milliseconds: u64,
    },
    /// There is no such object, or no more.
    Absent,
    /// What a data source answers.
    Data(Object),
}

/// What is known of one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observation {
    /// It is there.
    Present(Arc<Live>),
    /// It is not there: its place was listed to the end.
    Absent,
    /// Its place could not be read. Never the same as absent.
    Unknown(Name),
}

/// Observations by address.
pub type Observations = BTreeMap<Address, Observation>;

impl Action {
    /// The name of the kind or data source.
    pub fn kind_name(&self) -> &'static str {
        match self {
            Action::LookUp { data, .. } => data.name,
            _ => self.kind().map_or("", |kind| kind.name),
        }
    }

    /// The provider of the kind or data source: that of the place, but for what belongs to every place.
    pub fn provider(&self) -> &'static str {
        match self {
            Action::LookUp { data, .. } => data.provider,
            _ => self.kind().map_or("", |kind| kind.provider),
        }
    }

    /// The kind; `None` for a data source.
    pub fn kind(&self) -> Option<&'static Kind> {
        match self {
            Action::List { kind, .. }
            | Action::Read { kind, .. }
            | Action::Find { kind, .. }
            | Action::Create { kind, .. }
            | Action::Update { kind, .. }
            | Action::Delete { kind, .. }
            | Action::Perform { kind, .. }
            | Action::Claim { kind, .. }
            | Action::Poll { kind, .. } => Some(kind),
            Action::LookUp { .. } => None,
        }
    }

    /// The fields that a changing call asks for, and that the polls after it carry on: the `attributes` of a create,
    /// update or delete, the `changes` of a capability.
    pub fn asked(&self) -> Object {
        match self {
            Action::Create { attributes, .. }
            | Action::Update { attributes, .. }
            | Action::Delete { attributes, .. }
            | Action::Poll { attributes, .. } => attributes.clone(),
            Action::Perform { changes, .. } => changes.clone(),
            _ => Object::new(),
        }
    }

    /// Which operation of the kind's table this is.
    pub fn act(&self) -> Act {
        match self {
            Action::List { .. } => Act::List,
            Action::Create { .. } => Act::Create,
            Action::Update { .. } | Action::Claim { .. } => Act::Update,
            Action::Delete { .. } => Act::Delete,
            Action::Perform { act, .. } => *act,
            Action::Read { .. } | Action::Find { .. } | Action::Poll { .. } | Action::LookUp { .. } => {
                Act::Read
            }
        }
    }

    /// Whether the call may change anything: then its intent is journalled before it leaves.
    pub fn changes_anything(&self) -> bool {
        matches!(
            self,
            Action::Create { .. }
                | Action::Update { .. }
                | Action::Delete { .. }
                | Action::Perform { .. }
                | Action::Claim { .. }
        )
    }
}

impl Live {
    /// The value of a field, if the cloud tells it.
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.attributes.get(field)
    }
}

impl Observation {
    /// The object, if it is there.
    pub fn live(&self) -> Option<&Live> {
        match self {
            Observation::Present(live) => Some(live),
            _ => None,
        }
    }
}
