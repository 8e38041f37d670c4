//! What a failover would do, as far as the spec tells: what the change of roles causes.

use std::collections::BTreeSet;
use std::fmt;

use relight_contract::{Act as Call, Name, Operation, Timing, Value};

use super::world::World;
use crate::desired::{Assignment, Instance, InstanceId};
use crate::diff::{Cause, Causes, Earlier, Moves, Operation as Plans};

/// What becomes of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Deed {
    Create,
    Promote,
    Scale,
    Shift,
    Update,
}

impl fmt::Display for Deed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Deed::Create => "create",
            Deed::Promote => "promote",
            Deed::Scale => "scale",
            Deed::Shift => "shift",
            Deed::Update => "update",
        })
    }
}

/// One object that a failover makes or changes.
pub(super) struct Act {
    /// The object, in the world after it.
    pub(super) id: InstanceId,
    pub(super) deed: Deed,
    /// The fields that it changes; none where it makes the object.
    pub(super) fields: BTreeSet<Name>,
}

impl Act {
    /// The operation of the kind that it takes.
    pub(super) fn operation(&self, instance: &Instance) -> Option<&'static Operation> {
        let kind = instance.kind;
        match self.deed {
            Deed::Create => kind.operation(Call::Create),
            Deed::Promote => kind.operation(Call::Promote),
            Deed::Shift => kind.operation(Call::Shift).or(kind.operation(Call::Update)),
            Deed::Scale | Deed::Update => kind.operation(Call::Update),
        }
    }

    /// How long it takes; nothing where nobody says.
    pub(super) fn timing(&self, instance: &Instance) -> Timing {
        self.operation(instance)
            .map_or(Timing { p50_seconds: 0, p90_seconds: 0, source: "unmeasured" }, |operation| {
                operation.timing
            })
    }

    /// Whether it steers traffic.
    pub(super) fn steers(&self, instance: &Instance) -> bool {
        !instance.kind.shiftable().is_empty()
    }
}

/// Everything that a change of roles makes or changes, in the order of the spec. What goes is waited for by nobody.
pub(super) fn acts(assignment: &Assignment, after: &World<'_>, earlier: &[Earlier]) -> Vec<Act> {
    let operation = Plans::Failover { incident: String::new() };
    let causes = Causes::new(Moves { operation: &operation, assignment, earlier }, after.desired);
    let one = |(id, instance): (InstanceId, &Instance)| match causes.of(id) {
        Cause::Everything => Some(Act { id, deed: Deed::Create, fields: BTreeSet::new() }),
        Cause::Fields(fields) if fields.is_empty() => None,
        Cause::Fields(fields) => Some(Act { id, deed: deed(instance, &fields), fields }),
    };
    (0..).zip(&after.desired.instances).filter_map(one).collect()
}

fn deed(instance: &Instance, fields: &BTreeSet<Name>) -> Deed {
    let touches = |names: &[&str]| names.iter().any(|name| fields.contains(*name));
    let promotes = instance.kind.promotable().is_some_and(|(source, _)| {
        touches(&[source]) && instance.attributes.get(source).is_none_or(Value::is_null)
    });
    match promotes {
        true => Deed::Promote,
        false if touches(instance.kind.shiftable()) => Deed::Shift,
        false if touches(instance.kind.scalable()) => Deed::Scale,
        false => Deed::Update,
    }
}
