//! What the outputs of objects are when a plan is made: known where nothing will move them.

use std::sync::Arc;

use relight_contract::{Address, DataSource, Live, Name, Object, Registry, Value};

use super::Question;
use super::identity::Identities;
use crate::desired::{Desired, InstanceId};
use crate::expr::{Filled, Filler, Leaves, NoFiles, Residuals, SecretSource};

/// How far the outputs of an address are known.
#[derive(Clone, Debug)]
pub(super) enum Outlook {
    /// The object stays: all that it tells.
    Stays(Arc<Live>),
    /// The object is updated: all that it tells but what an update moves, and what changes.
    Updated(Arc<Live>, Vec<Name>),
    /// The object is made: only what the plan itself decides.
    Made(Object),
    /// Its place could not be read, and why; with the fields that are wanted. What follows from its name is known.
    Unseen(Name, Object),
    /// Nothing of it will be known, and why: it is not made now.
    Unknown(Name),
}

impl Outlook {
    /// That of an object which a held change leaves as it is.
    pub(super) fn held(live: Option<&Arc<Live>>) -> Outlook {
        live.map_or_else(|| Outlook::Unknown("which is held".into()), |live| Outlook::Stays(live.clone()))
    }
}

/// The outlook of every instance that was looked at so far.
pub(super) struct Outputs<'a> {
    desired: &'a Desired,
    registry: &'a Registry,
    variables: &'a dyn Fn(&str) -> Option<Value>,
    identities: Identities<'a>,
    /// By instance.
    outlooks: Vec<Option<Outlook>>,
    /// Whether anything may be hidden.
    hides: bool,
}

impl<'a> Outputs<'a> {
    pub(super) fn new(
        question: &'a Question<'a>,
        variables: &'a dyn Fn(&str) -> Option<Value>,
    ) -> Outputs<'a> {
        let identities = Identities::new(question);
        let registry = &question.topology.registry;
        let desired = question.desired;
        let outlooks = vec![None; desired.instances.len()];
        let hides = !desired.unknown.data.is_empty();
        Outputs { desired, registry, variables, identities, outlooks, hides }
    }

    pub(super) fn set(&mut self, instance: InstanceId, outlook: Outlook) {
        self.hides |= matches!(outlook, Outlook::Unseen(..) | Outlook::Unknown(_));
        if let Some(slot) = self.outlooks.get_mut(instance as usize) {
            *slot = Some(outlook);
        }
    }

    fn outlook(&self, instance: InstanceId) -> Option<&Outlook> {
        self.outlooks.get(instance as usize)?.as_ref()
    }

    /// What an object that is there tells now, whatever becomes of it.
    pub(super) fn standing(&self, address: &Address, attribute: &Name) -> Option<Value> {
        match self.outlook(*self.desired.by_address.get(address)?)? {
            Outlook::Stays(live) | Outlook::Updated(live, _) => live.get(attribute).cloned(),
            _ => None,
        }
    }

    /// Whether some output will not be known when the plan is carried out.
    pub(super) fn hides_any(&self) -> bool {
        self.hides
    }

    /// Why an output will not be known when the plan is carried out; `None` when it will be.
    pub(super) fn hidden(&self, address: &Address, attribute: &str) -> Option<&Name> {
        let Some(id) = self.desired.by_address.get(address) else {
            return self.desired.unknown.data.get(address);
        };
        match self.outlook(*id)? {
            Outlook::Unseen(why, attributes) => {
                let instance = self.desired.instance(*id);
                let known = self.identities.value(instance, attributes, attribute);
                known.is_none().then_some(why)
            }
            Outlook::Unknown(why) => Some(why),
            _ => None,
        }
    }
}

impl Leaves for Outputs<'_> {
    fn output(&mut self, address: &Address, attribute: &Name) -> Option<Value> {
        let id = *self.desired.by_address.get(address)?;
        let kind = self.desired.instance(id).kind;
        let row = kind.field(attribute);
        // What a cloud does not tell of an object that is there, is not set; but for what it never tells.
        let told = |live: &Live| match (live.get(attribute), row) {
            (Some(value), _) => Some(value.clone()),
            (None, Some(row)) if !row.write_only && !row.local => Some(Value::Null(row.ty())),
            (None, _) => None,
        };
        match self.outlook(id)? {
            Outlook::Stays(live) => told(live),
            Outlook::Updated(live, changed) => {
                let moves = row.is_none_or(|row| row.moves) || changed.contains(attribute);
                if moves { None } else { told(live) }
            }
            // What is left to the cloud is not known yet.
            Outlook::Made(attributes) => attributes.get(attribute).filter(|value| !value.is_null()).cloned(),
            Outlook::Unseen(_, attributes) => {
                self.identities.value(self.desired.instance(id), attributes, attribute)
            }
            Outlook::Unknown(_) => None,
        }
    }

    fn secret(&mut self, source: &SecretSource) -> Option<Value> {
        match source {
            SecretSource::Variable(name) => (self.variables)(name),
            SecretSource::Spec(_) => None,
        }
    }

    fn data(&mut self, kind: &Name, arguments: &Object, attribute: &Name) -> Result<Value, String> {
        match self.registry.data(kind).map(|data| data.source) {
            Some(DataSource::Pure(answer)) => {
                let answers = answer(arguments)?;
                let known = answers.get(attribute).or_else(|| arguments.get(attribute));
                Ok(known.cloned().unwrap_or(Value::NULL))
            }
            _ => Err(format!("there is no pure data source `{kind}`")),
        }
    }
}

/// Fills what is known by now into values; what is not stays a hole.
pub(super) struct Filling<'a> {
    filler: Filler<'a, Residuals>,
    pub(super) outputs: Outputs<'a>,
}

impl<'a> Filling<'a> {
    pub(super) fn new(residuals: &'a Residuals, outputs: Outputs<'a>) -> Filling<'a> {
        Filling { filler: Filler::new(residuals), outputs }
    }

    /// The value with all holes filled that can be; secrets are known here and stay as they are.
    pub(super) fn fill(&mut self, value: &Value) -> Result<Value, crate::expr::Failure> {
        value.map_holes(&mut |part| match part {
            Value::Hole(_) => match self.filler.fill_value(part, &mut self.outputs, &NoFiles) {
                Filled::Known(value) => Ok(value),
                Filled::Still(_) => Ok(part.clone()),
                Filled::Failed(failure) => Err(failure),
            },
            other => Ok(other.clone()),
        })
    }

    /// Attributes with all holes filled that can be.
    pub(super) fn fill_all(&mut self, attributes: &Object) -> Result<Object, crate::expr::Failure> {
        if !attributes.iter().any(|(_, value)| value.has_hole()) {
            return Ok(attributes.clone());
        }
        attributes.iter().map(|(name, value)| Ok((name.clone(), self.fill(value)?))).collect()
    }
}
