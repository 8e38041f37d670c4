//! When two spellings are one value.

use relight_contract::field::optional;
use relight_contract::{Field, Shape, Value, canonical};

fn same(row: Field, wanted: &str, live: &str) -> bool {
    canonical::same(&row.named("field", Shape::String), &Value::from(wanted), &Value::from(live))
}

#[test]
fn the_beginning_of_a_version_is_enough() {
    let row = optional().version();
    assert!(same(row, "16", "16.8"));
    assert!(same(row, "16.8", "16.8"));
    assert!(!same(row, "16", "160.1"));
    assert!(!same(row, "16.8", "16"));
    assert!(!same(optional(), "16", "16.8"));
}
