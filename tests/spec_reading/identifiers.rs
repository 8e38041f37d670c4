//! Identifiers: one definition for names, addresses and templates, and it is the parser's.

use hcl_edit::Ident;
use hcl_edit::expr::Expression;
use relight_contract::Address;
use relight_contract::identifier::is_identifier;

use crate::support::read_text;

#[test]
fn every_letter_is_judged_as_by_the_parser() {
    for letter in '\0'..=char::MAX {
        for text in [letter.to_string(), format!("a{letter}")] {
            assert_eq!(is_identifier(&text), Ident::try_new(text.as_str()).is_ok(), "{text:?}");
        }
    }
    assert!(!is_identifier(""));
    for text in ["_a", "a-", "\u{e9}", "a\u{b7}b", "q\u{323}", "-a", "1a", "a\u{b2}", "\u{323}"] {
        let parsed = hcl_edit::parser::parse_expr(text);
        let parses = matches!(parsed, Ok(Expression::Variable(name)) if name.as_str() == text);
        assert_eq!(is_identifier(text), parses, "{text:?}");
    }
}

/// An accent that stays a letter of its own, and a digit that is none.
#[test]
fn labels_are_identifiers_and_stand_in_addresses() {
    let spec = |label: &str| format!("resource \"aws_vpc\" \"{label}\" {{}}\n");
    let (_, problems) = read_text(&spec("q\u{323}"));
    assert!(!problems.iter().any(|line| line.contains("RL0114")), "{problems:#?}");
    let address: Address = "aws_vpc.q\u{323}@oregon".parse().expect("an address");
    assert_eq!(address.to_string(), "aws_vpc.q\u{323}@oregon");
    let (_, problems) = read_text(&spec("a\u{b2}"));
    assert!(problems.iter().any(|line| line.contains("RL0114")), "{problems:#?}");
    assert!("aws_vpc.a\u{b2}".parse::<Address>().is_err());
}
