//! When two spellings are one value.

use relight_contract::field::optional;
use relight_contract::{Field, SetOf, Shape, Typed, Value, canonical};

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
fn a_kind_may_say_what_else_is_alike() {
    fn in_any_order(wanted: &str, live: &str) -> bool {
        let sorted = |text: &str| {
            let mut letters: Vec<char> = text.chars().collect();
            letters.sort_unstable();
            letters
        };
        sorted(wanted) == sorted(live)
    }
    let row = optional().alike(in_any_order);
    assert!(same(row, "abc", "cab") && same(row, "abc", "abc"));
    assert!(!same(row, "abc", "abd") && !same(optional(), "abc", "cab"));
}

relight_contract::block! {
    /// A rule of a firewall.
    pub struct Rule {
        port: i64 = relight_contract::field::required().doc("The port."),
        peers: Vec<String> = optional().cidr().doc("Who may come."),
        own: bool = optional().default_bool(false).doc("Whether the firewall itself may."),
        text: String = optional().doc("What it is for."),
    }
}

#[test]
fn rules_are_the_same_whichever_peers_stand_together() {
    let rule = |port, peers: &[&str], own| Rule {
        port: Some(port),
        peers: Some(peers.iter().map(|peer| (*peer).to_owned()).collect()),
        own,
        text: None,
    };
    let row = optional().apart().named("rules", <SetOf<Rule> as Typed>::SHAPE);
    let same = |a: Vec<Rule>, b: Vec<Rule>| canonical::same(&row, &SetOf(a).to_value(), &SetOf(b).to_value());
    let together =
        || vec![rule(443, &["10.1.0.0/16", "10.0.0.0/8"], Some(true)), rule(80, &["10.0.0.0/8"], None)];
    let apart = || {
        vec![
            rule(443, &["10.0.0.1/8"], Some(false)),
            rule(80, &["10.0.0.0/8"], Some(false)),
            rule(443, &["10.1.0.0/16"], None),
            rule(443, &[], Some(true)),
        ]
    };
    assert!(same(together(), apart()));
    for (index, _) in apart().iter().enumerate() {
        let mut fewer = apart();
        fewer.remove(index);
        assert!(!same(together(), fewer), "rule {index} counts");
    }
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
