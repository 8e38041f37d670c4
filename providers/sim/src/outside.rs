//! Other hands: changes behind relight's back, for tests. They are seen at once and ask no one.

use std::sync::Arc;

use relight_contract::{Fault, FaultKind, Kind, Name, Object, Owner, Place, Value};

use crate::World;
use crate::create::opened_object;
use crate::made;
use crate::shape::{self, invalid};
use crate::state::Effect;
use crate::stored::Stored;
use crate::world::Turn;

impl World {
    /// Creates an object as someone else would, without an owner unless one is given; gives its native id.
    pub fn create_outside(
        &mut self,
        place: &Arc<Place>,
        kind: &'static Kind,
        attributes: &Object,
        owner: Option<Owner>,
    ) -> Result<Name, Fault> {
        let turn = Turn { now: self.state.clock, place, disturbance: None };
        let domain = self.domain(place, kind);
        let given = shape::given(kind.fields, &opened_object(attributes)?, "", &[])?;
        let nth = self.state.shelf(&domain, kind).count().to_string();
        let words = [kind.name, "outside", &nth];
        let attributes = made::complete(kind.fields, &given, &self.maker(&turn, &domain, &words, 1));
        let native_id = crate::create::native_id(kind, &attributes, &words);
        if self.state.existing(&domain, kind, &native_id, turn.now).is_some() {
            return Err(Fault::new(FaultKind::Conflict, format!("{native_id} exists already")));
        }
        self.apply(Effect::Put(Box::new(Stored {
            kind,
            domain,
            native_id: native_id.clone(),
            attributes,
            owner,
            token: None,
            version: 1,
            created_at: turn.now,
            visible_from: turn.now,
            earlier: None,
            operation: None,
            deletion: None,
            scenery: false,
        })));
        Ok(native_id)
    }

    /// Sets fields of an object, those included that no call could set.
    pub fn edit_outside(
        &mut self,
        place: &Arc<Place>,
        kind: &'static Kind,
        native_id: &str,
        changes: &Object,
    ) -> Result<(), Fault> {
        let mut stored = self.there(place, kind, native_id)?;
        for (name, value) in &opened_object(changes)? {
            let row = kind.field(name).ok_or_else(|| invalid(format!("there is no field `{name}`")))?;
            let value = if value.is_null() { Value::Null(row.ty()) } else { value.clone() };
            stored.attributes.insert(name.clone(), value);
        }
        stored.version += 1;
        stored.earlier = None;
        self.apply(Effect::Put(Box::new(stored)));
        Ok(())
    }

    /// Deletes an object at once, whatever points at it.
    pub fn delete_outside(
        &mut self,
        place: &Arc<Place>,
        kind: &'static Kind,
        native_id: &str,
    ) -> Result<(), Fault> {
        let stored = self.there(place, kind, native_id)?;
        let (domain, native_id) = (stored.domain, stored.native_id);
        self.apply(Effect::Drop { domain, kind, native_id });
        Ok(())
    }

    /// Takes an object's owner tags off, as a person who tidies up might.
    pub fn strip_owner_outside(
        &mut self,
        place: &Arc<Place>,
        kind: &'static Kind,
        native_id: &str,
    ) -> Result<(), Fault> {
        let mut stored = self.there(place, kind, native_id)?;
        stored.owner = None;
        stored.token = None;
        self.apply(Effect::Put(Box::new(stored)));
        Ok(())
    }

    fn there(&self, place: &Arc<Place>, kind: &'static Kind, native_id: &str) -> Result<Stored, Fault> {
        let domain = self.domain(place, kind);
        self.state
            .existing(&domain, kind, native_id, self.state.clock)
            .cloned()
            .ok_or_else(|| Fault::new(FaultKind::NotFound, format!("there is no {} {native_id}", kind.name)))
    }
}
