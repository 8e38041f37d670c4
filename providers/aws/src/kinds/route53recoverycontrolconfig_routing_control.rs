//! `aws_route53recoverycontrolconfig_routing_control`: a switch that a health check follows. Class A: its name is unique
//! in its control panel, and it carries no tag.
//!
//! Whether it is on is no attribute: `aws_route53recoverycluster_routing_control_state` says that, by another control
//! plane.

#[cfg(feature = "api")]
pub(crate) mod api;

use relight_contract::field::{computed, output, required};
use relight_contract::{
    Act, Block, ControlPlane, Example, Identity, Kind, Listing, NameRule, Operation, Placement, Scope,
    Timing, block,
};

use crate::timing::{CALL, timing};

block! {
    /// The attributes of `aws_route53recoverycontrolconfig_routing_control`.
    pub struct Control {
        arn: String = output().made("{control_panel_arn}/routingcontrol/{hex:16}").doc("The ARN."),
        cluster_arn: String = required().replaces()
            .refers("aws_route53recoverycontrolconfig_cluster", "arn").doc("The cluster that it is in."),
        control_panel_arn: String = computed().replaces()
            .refers("aws_route53recoverycontrolconfig_control_panel", "arn")
            .made("arn:aws:route53-recovery-control::{account}:controlpanel/{hex:32}")
            .doc("The panel that it is in; the one that the cluster came with by default. Where the spec says it, the \
                control is found without any memory."),
        id: String = output().made("{arn}").doc("The ARN, again."),
        name: String = required().replaces()
            .doc("The name, by which it is found: another name is another control here."),
        status: String = output().volatile().made("DEPLOYED").doc("Whether it is deployed."),
    }
}

/// Routing controls are configured in one region, for all. Source: AWS fault isolation boundaries, "Global services".
const HOME: ControlPlane = ControlPlane::Global("us-west-2");

const DEPLOY: Timing = timing(10, 60, "unmeasured: it is told to five endpoints");

/// The table of `aws_route53recoverycontrolconfig_routing_control`. Calls: Recovery control configuration API reference.
pub static KIND: Kind = Kind {
    name: "aws_route53recoverycontrolconfig_routing_control",
    provider: "aws",
    service: "route53-recovery-control-config",
    doc: "A switch that a health check of the type `RECOVERY_CONTROL` follows.",
    placement: Placement::Global,
    identity: Identity::Name(NameRule {
        attribute: "name",
        prefix: None,
        longest: 64,
        scope: Scope::Parent("control_panel_arn"),
    }),
    tags: None,
    fields: Control::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 1000 },
    details: &[],
    operations: &[
        Operation {
            act: Act::List,
            calls: &[
                "route53-recovery-control-config:ListControlPanels",
                "route53-recovery-control-config:ListRoutingControls",
            ],
            plane: HOME,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &[
                "route53-recovery-control-config:DescribeRoutingControl",
                "route53-recovery-control-config:DescribeControlPanel",
            ],
            plane: HOME,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &["route53-recovery-control-config:CreateRoutingControl"],
            plane: HOME,
            timing: DEPLOY,
        },
        Operation {
            act: Act::Delete,
            calls: &["route53-recovery-control-config:DeleteRoutingControl"],
            plane: HOME,
            timing: DEPLOY,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A switch for a site",
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
"#,
        update: "",
        replace: "name = \"relight-other\"",
    }],
};
