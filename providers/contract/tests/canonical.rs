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

#[test]
fn a_part_of_a_made_value_is_found_again() {
    use relight_contract::pattern::part;
    let arn = "arn:aws:rds:{region}:{account}:db:{identifier}";
    let text = "arn:aws:rds:us-east-1:123456789012:db:orders";
    assert_eq!(part(arn, text, "account"), Some("123456789012"));
    assert_eq!(part(arn, text, "identifier"), Some("orders"));
    assert_eq!(part(arn, text, "time"), None);
    assert_eq!(part(arn, "arn:aws:rds:us-east-1:123456789012:cluster:orders", "account"), None);
    assert_eq!(part("{name}{account}", "one2", "account"), None);
    assert_eq!(part("{account}", "123456789012", "account"), Some("123456789012"));
}
