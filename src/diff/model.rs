//! What was read of the clouds, and what is to change, as data.

use std::collections::BTreeMap;
use std::sync::Arc;

use relight_contract::{Address, Field, Kind, Live, Name, Object, OwnerId, Place, Value};

use super::Action;
use crate::desired::InstanceId;
use crate::diag::Diagnostic;

/// The objects of one kind in one place, or why it could not be read.
pub type Listed = Result<Vec<Arc<Live>>, Name>;

/// Everything that was listed, by place and kind: objects, or why a place could not be read.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// The objects of a kind in a place, listed to the end.
    pub listed: BTreeMap<(Name, &'static str), Listed>,
}

/// The change of one address.
#[derive(Clone, Debug)]
pub struct Change {
    /// The address.
    pub address: Address,
    /// The instance that is wanted; `None` for what is not wanted any more.
    pub instance: Option<InstanceId>,
    /// Its kind.
    pub kind: &'static Kind,
    /// Where its calls go.
    pub place: Arc<Place>,
    /// What becomes of it.
    pub action: Action,
    /// Why, in words for people.
    pub why: String,
    /// Seen and explained, but not done.
    pub held: Option<String>,
    /// A hole stands against a live value: it may turn out to be no change.
    pub maybe: bool,
    /// Whether a replacement is made before the old object goes.
    pub create_first: bool,
    /// The fields that differ.
    pub fields: Vec<Delta>,
    /// The object as it is.
    pub live: Option<Arc<Live>>,
    /// The fields as they are to be, filled as far as the live world allows.
    pub attributes: Object,
    /// Whether its owner tags must be written first: it was moved, adopted, or its tags are gone.
    pub claim: Option<OwnerId>,
    /// What it followed when it was made, for what is not wanted any more.
    pub after: Vec<Address>,
}

/// One field that differs.
#[derive(Clone, Debug)]
pub struct Delta {
    /// The row.
    pub field: &'static Field,
    /// The live value.
    pub before: Value,
    /// The wanted value.
    pub after: Value,
    /// Whether it forces a replacement.
    pub replaces: bool,
}

/// What is to change, in the order of the instances; what is not wanted any more stands behind.
#[derive(Debug, Default)]
pub struct Changes {
    /// Everything but what stays as it is.
    pub changes: Vec<Change>,
    /// The live object behind each wanted instance.
    pub live: Vec<Option<Arc<Live>>>,
    /// How many wanted objects stay as they are.
    pub kept: u64,
    /// The outputs of the root module, filled as far as they are known.
    pub outputs: BTreeMap<Name, Value>,
    /// Conditions that are not known yet, by instance: after the step or before it, the condition, the message.
    pub conditions: BTreeMap<InstanceId, Vec<(bool, Value, Value)>>,
    /// Places that could not be read, with why.
    pub unknown: BTreeMap<Name, Name>,
    /// Notes for the reader of the plan.
    pub notes: Vec<Diagnostic>,
}

impl Change {
    /// Whether anything is done for it.
    pub fn is_done(&self) -> bool {
        self.held.is_none() && (self.action != Action::Keep || self.claim.is_some())
    }
}
