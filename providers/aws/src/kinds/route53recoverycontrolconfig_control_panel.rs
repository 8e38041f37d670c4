//! `aws_route53recoverycontrolconfig_control_panel`: routing controls that belong together. Class B: the cloud makes its
//! ARN, `CreateControlPanel` takes a token.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{optional, output, required};
use relight_contract::{
    Act, Block, ControlPlane, Detail, Example, Identity, Kind, Listing, Operation, Placement, Timing, block,
};

use crate::timing::{CALL, timing};

block! {
    /// The attributes of `aws_route53recoverycontrolconfig_control_panel`.
    pub struct Panel {
        arn: String = output().made("arn:aws:route53-recovery-control::{account}:controlpanel/{hex:32}")
            .doc("The ARN."),
        cluster_arn: String = required().replaces()
            .refers("aws_route53recoverycontrolconfig_cluster", "arn").doc("The cluster that it is in."),
        default_control_panel: bool = output().default_bool(false)
            .doc("Whether it is the one that the cluster came with."),
        id: String = output().made("{arn}").doc("The ARN, again."),
        name: String = required().doc("The name."),
        routing_control_count: i64 = output().volatile().default_number(0).doc("How many controls are in it."),
        status: String = output().volatile().made("DEPLOYED").doc("Whether it is deployed."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
    }
}

/// Routing controls are configured in one region, for all. Source: AWS fault isolation boundaries, "Global services".
const HOME: ControlPlane = ControlPlane::Global("us-west-2");

const DEPLOY: Timing = timing(10, 60, "unmeasured: it is told to five endpoints");

/// The table of `aws_route53recoverycontrolconfig_control_panel`. Calls: Recovery control configuration API reference.
pub static KIND: Kind = Kind {
    name: "aws_route53recoverycontrolconfig_control_panel",
    provider: "aws",
    service: "route53-recovery-control-config",
    doc: "Routing controls that belong together.",
    placement: Placement::Global,
    identity: Identity::Token,
    tags: Some("tags"),
    fields: Panel::FIELDS,
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
                "route53-recovery-control-config:ListTagsForResource",
            ],
            plane: HOME,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &[
                "route53-recovery-control-config:DescribeControlPanel",
                "route53-recovery-control-config:ListTagsForResource",
            ],
            plane: HOME,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &["route53-recovery-control-config:CreateControlPanel"],
            plane: HOME,
            timing: DEPLOY,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "route53-recovery-control-config:UpdateControlPanel",
                "route53-recovery-control-config:TagResource",
                "route53-recovery-control-config:UntagResource",
            ],
            plane: HOME,
            timing: CALL,
        },
        Operation {
            act: Act::Delete,
            calls: &["route53-recovery-control-config:DeleteControlPanel"],
            plane: HOME,
            timing: DEPLOY,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A panel of its own",
        hcl: r#"resource "aws_route53recoverycontrolconfig_cluster" "example" {
  name = "relight-example"
}

resource "aws_route53recoverycontrolconfig_control_panel" "example" {
  name        = "relight-example"
  cluster_arn = aws_route53recoverycontrolconfig_cluster.example.arn
}
"#,
        update: "name = \"relight-other\"",
        replace: "",
    }],
};
