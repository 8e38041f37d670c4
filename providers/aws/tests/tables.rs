//! What the tables of AWS promise beyond Terraform's schema and the linter.

use relight_aws::KINDS;
use relight_contract::field::{Field, Mutability};
use relight_contract::{Identity, pattern};

/// Class A kinds whose ARN carries an id of the server's all the same.
const ARNS_BY_THE_SERVER: &[&str] = &[
    "aws_autoscaling_group",
    "aws_lb",
    "aws_lb_target_group",
    "aws_route53recoverycontrolconfig_routing_control",
    "aws_secretsmanager_secret",
    "aws_security_group",
];

#[test]
fn class_a_arns_are_known_while_their_site_is_dead() {
    let named = KINDS.iter().filter(|kind| matches!(kind.identity, Identity::Name(_)));
    for kind in named.filter(|kind| !ARNS_BY_THE_SERVER.contains(&kind.name)) {
        let Some(arn) = kind.field("arn") else { continue };
        let arn = arn.made.unwrap_or_default();
        assert!(!arn.is_empty(), "{} has an ARN without a pattern", kind.name);
        let chosen = ["{hex", "{digits", "{letters"].iter().any(|part| arn.contains(part));
        let known = pattern::fields(arn).all(|name| kind.field(name).is_some_and(Field::is_settable));
        assert!(!chosen && known, "{}: {arn}", kind.name);
    }
}

#[test]
fn a_natural_key_never_changes_in_place() {
    for kind in KINDS {
        let Identity::Key(key) = kind.identity else { continue };
        for name in key {
            let field = kind.field(name).map(|field| field.mutability);
            assert_eq!(field, Some(Mutability::Replace), "{}: `{name}` is part of its key", kind.name);
        }
    }
}
