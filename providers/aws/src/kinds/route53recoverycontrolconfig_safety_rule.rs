//! `aws_route53recoverycontrolconfig_safety_rule`: what states of routing controls may never come to. Class B: the cloud
//! makes its ARN, `CreateSafetyRule` takes a token.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{optional, output, required};
use relight_contract::{
    Act, Block, BlockList, ControlPlane, Detail, Example, Identity, Kind, Listing, Operation, Placement,
    Timing, block,
};

use crate::timing::{CALL, timing};

block! {
    /// What must hold.
    pub struct RuleConfig {
        inverted: bool = required().replaces().doc("Whether the opposite must hold."),
        threshold: i64 = required().replaces().doc("How many controls must be on, for `ATLEAST`."),
        type_: String = required().replaces().words(&["AND", "ATLEAST", "OR"])
            .doc("Whether all must be on, some number of them, or any."),
    }
}

block! {
    /// The attributes of `aws_route53recoverycontrolconfig_safety_rule`.
    pub struct SafetyRule {
        arn: String = output().made("{control_panel_arn}/safetyrule/{hex:16}").doc("The ARN."),
        asserted_controls: Vec<String> = optional().replaces().conflicts(&["gating_controls", "target_controls"])
            .mentions("aws_route53recoverycontrolconfig_routing_control", "arn")
            .doc("The controls that must always be as the rule says: no change that breaks it is taken."),
        control_panel_arn: String = required().replaces()
            .refers("aws_route53recoverycontrolconfig_control_panel", "arn").doc("The panel that it is in."),
        gating_controls: Vec<String> = optional().replaces().conflicts(&["asserted_controls"])
            .mentions("aws_route53recoverycontrolconfig_routing_control", "arn")
            .doc("The controls that must be as the rule says before those of `target_controls` may change."),
        id: String = output().made("{arn}").doc("The ARN, again."),
        name: String = required().doc("The name."),
        rule_config: BlockList<RuleConfig> = optional().replaces().minimum(1).maximum(1).doc("What must hold."),
        status: String = output().volatile().made("DEPLOYED").doc("Whether it is deployed."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        target_controls: Vec<String> = optional().replaces().conflicts(&["asserted_controls"])
            .mentions("aws_route53recoverycontrolconfig_routing_control", "arn")
            .doc("The controls that change only while `gating_controls` are as the rule says."),
        wait_period_ms: i64 = required()
            .doc("How long a changed state counts as the old one for the rule, in milliseconds: against flapping."),
    }
}

/// Routing controls are configured in one region, for all. Source: AWS fault isolation boundaries, "Global services".
const HOME: ControlPlane = ControlPlane::Global("us-west-2");

const DEPLOY: Timing = timing(10, 60, "unmeasured: it is told to five endpoints");

/// The table of `aws_route53recoverycontrolconfig_safety_rule`. Calls: Recovery control configuration API reference.
pub static KIND: Kind = Kind {
    name: "aws_route53recoverycontrolconfig_safety_rule",
    provider: "aws",
    service: "route53-recovery-control-config",
    doc: "What the states of routing controls may never come to.",
    placement: Placement::Global,
    identity: Identity::Token,
    tags: Some("tags"),
    fields: SafetyRule::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 1000 },
    details: &[Detail {
        call: "route53-recovery-control-config:ListTagsForResource",
        objects: 1,
        fields: &[],
    }],
    operations: &[
        Operation {
            act: Act::List,
            calls: &[
                "route53-recovery-control-config:ListControlPanels",
                "route53-recovery-control-config:ListSafetyRules",
                "route53-recovery-control-config:ListTagsForResource",
            ],
            plane: HOME,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &[
                "route53-recovery-control-config:DescribeSafetyRule",
                "route53-recovery-control-config:ListTagsForResource",
            ],
            plane: HOME,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &["route53-recovery-control-config:CreateSafetyRule"],
            plane: HOME,
            timing: DEPLOY,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "route53-recovery-control-config:UpdateSafetyRule",
                "route53-recovery-control-config:TagResource",
                "route53-recovery-control-config:UntagResource",
            ],
            plane: HOME,
            timing: CALL,
        },
        Operation {
            act: Act::Delete,
            calls: &["route53-recovery-control-config:DeleteSafetyRule"],
            plane: HOME,
            timing: DEPLOY,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "One site serves at least",
        hcl: r#"resource "aws_route53recoverycontrolconfig_cluster" "example" {
  name = "relight-example"
}

resource "aws_route53recoverycontrolconfig_control_panel" "example" {
  name        = "relight-example"
  cluster_arn = aws_route53recoverycontrolconfig_cluster.example.arn
}

resource "aws_route53recoverycontrolconfig_routing_control" "example" {
  name              = "relight-example"
  cluster_arn       = aws_route53recoverycontrolconfig_cluster.example.arn
  control_panel_arn = aws_route53recoverycontrolconfig_control_panel.example.arn
}

resource "aws_route53recoverycontrolconfig_safety_rule" "example" {
  name              = "relight-example"
  control_panel_arn = aws_route53recoverycontrolconfig_control_panel.example.arn
  asserted_controls = [aws_route53recoverycontrolconfig_routing_control.example.arn]
  wait_period_ms    = 5000

  rule_config {
    inverted  = false
    threshold = 1
    type      = "ATLEAST"
  }
}
"#,
        update: "wait_period_ms = 10000",
        replace: "",
    }],
};
