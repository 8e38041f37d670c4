//! `aws_route53recoverycluster_routing_control_state`: whether a routing control is on. Class D: its key is the control.
//!
//! Terraform has no such resource. The state is apart from its control because it has another control plane: it is told
//! and set by five endpoints in five regions, any of which will do, and by nothing else.

#[cfg(feature = "api")]
pub(crate) mod api;

use relight_contract::field::{optional, output, required};
use relight_contract::{
    Act, Block, Capability, ControlPlane, Example, Identity, Kind, Listing, Operation, Placement, block,
};

use crate::timing::CALL;

block! {
    /// The attributes of `aws_route53recoverycluster_routing_control_state`.
    pub struct RoutingControlState {
        endpoints: String = required().replaces()
            .doc("Where its cluster answers, as `region=address` with commas between them. The control plane that tells \
                them may be gone when they are needed: what the spec has as text is known without it."),
        id: String = output().made("{routing_control_arn}").doc("The ARN of the routing control."),
        routing_control_arn: String = required().replaces()
            .mentions("aws_route53recoverycontrolconfig_routing_control", "arn").doc("The routing control."),
        state: String = optional().default_text("Off").words(&["Off", "On"])
            .doc("Whether it is on: a health check that follows it is well then. Where nobody says it any more, it goes \
                off, as every control begins."),
    }
}

/// Quorum of five regions, none of which has to be a certain one. Source: Amazon Application Recovery Controller
/// developer guide, "Best practices for routing control".
const DATA: ControlPlane = ControlPlane::Data;

const SET: &str = "route53-recovery-cluster:UpdateRoutingControlStates";
const GET: &str = "route53-recovery-cluster:GetRoutingControlState";

/// The table of `aws_route53recoverycluster_routing_control_state`. Calls: Routing control API reference of Amazon
/// Application Recovery Controller, which takes ten states in a call, all of them or none.
pub static KIND: Kind = Kind {
    name: "aws_route53recoverycluster_routing_control_state",
    provider: "aws",
    service: "route53-recovery-cluster",
    doc: "Whether a routing control is on: traffic that moves while no control plane answers.",
    placement: Placement::Regional,
    identity: Identity::Key(&["routing_control_arn", "endpoints"]),
    tags: None,
    fields: RoutingControlState::FIELDS,
    capabilities: &[Capability::Shiftable { fields: &["state"] }],
    listing: Listing::All { page: 1000 },
    details: &[],
    operations: &[
        Operation { act: Act::List, calls: &[GET], plane: DATA, timing: CALL },
        Operation { act: Act::Read, calls: &[GET], plane: DATA, timing: CALL },
        Operation { act: Act::Create, calls: &[SET], plane: DATA, timing: CALL },
        Operation { act: Act::Update, calls: &[SET], plane: DATA, timing: CALL },
        Operation { act: Act::Delete, calls: &[SET], plane: DATA, timing: CALL },
        Operation { act: Act::Shift, calls: &[SET], plane: DATA, timing: CALL },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A site that is switched on",
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

resource "aws_route53recoverycluster_routing_control_state" "example" {
  routing_control_arn = aws_route53recoverycontrolconfig_routing_control.example.arn
  endpoints           = "us-east-1=https://a1b2c3d4.route53-recovery-cluster.us-east-1.amazonaws.com/v1,us-west-2=https://e5f6a7b8.route53-recovery-cluster.us-west-2.amazonaws.com/v1"
  state               = "Off"
}
"#,
        update: "state = \"On\"",
        replace: "",
    }],
};
