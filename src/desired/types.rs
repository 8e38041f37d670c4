//! The types of rows, made once: a large spec says the same few kinds a hundred thousand times.

use std::collections::HashMap;
use std::sync::Arc;

use relight_contract::{Field, Name, ObjectType, Shape, Type};

/// The types of one row.
#[derive(Debug)]
pub(super) struct RowTypes {
    /// That of its value.
    pub(super) whole: Type,
    /// That of what a spec may give: its objects may leave out any of their rows.
    pub(super) settable: Type,
}

impl RowTypes {
    /// The object of one nested block of the row.
    pub(super) fn block(&self) -> &Type {
        self.whole.element().unwrap_or(&self.whole)
    }
}

/// The types of the rows that were asked for, by the place of the row: tables are static.
#[derive(Debug, Default)]
pub(super) struct Types(HashMap<usize, Arc<RowTypes>>);

impl Types {
    pub(super) fn of(&mut self, row: &'static Field) -> Arc<RowTypes> {
        let place = std::ptr::from_ref(row).addr();
        let made = || Arc::new(RowTypes { whole: row.ty(), settable: settable(row.shape) });
        self.0.entry(place).or_insert_with(made).clone()
    }
}

fn settable(shape: Shape) -> Type {
    match shape {
        Shape::List(inner) => Type::list(settable(*inner)),
        Shape::Set(inner) => Type::set(settable(*inner)),
        Shape::Map(inner) => Type::map(settable(*inner)),
        Shape::Object(rows) => {
            let attributes = rows.iter().map(|row| (Name::from(row.name), settable(row.shape))).collect();
            let optional = rows.iter().map(|row| Name::from(row.name)).collect();
            Type::Object(Arc::new(ObjectType { attributes, optional }))
        }
        other => other.ty(),
    }
}
