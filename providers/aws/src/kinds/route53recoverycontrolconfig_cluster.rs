//! `aws_route53recoverycontrolconfig_cluster`: five endpoints that tell and set routing controls. Class B: the cloud
//! makes its ARN, `CreateCluster` takes a token.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, ControlPlane, Detail, Example, Identity, Kind, ListOf, Listing, Operation, Placement, Timing,
    block,
};

use crate::timing::{CALL, timing};

block! {
    /// One of the five endpoints.
    pub struct ClusterEndpoint {
        endpoint: String = output().doc("The address."),
        region: String = output().doc("The region that it is in, and that calls to it are signed for."),
    }
}

block! {
    /// The attributes of `aws_route53recoverycontrolconfig_cluster`.
    pub struct Cluster {
        arn: String = output().made("arn:aws:route53-recovery-control::{account}:cluster/{hex:32}").doc("The ARN."),
        cluster_endpoints: ListOf<ClusterEndpoint> = output()
            .doc("Where states of routing controls are told and set: write them down where the cluster is not."),
        id: String = output().made("{arn}").doc("The ARN, again."),
        name: String = required().replaces().doc("The name."),
        network_type: String = computed().made("IPV4").words(&["DUALSTACK", "IPV4"])
            .doc("Which addresses the endpoints have."),
        status: String = output().volatile().made("DEPLOYED").doc("Whether it is deployed."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
    }
}

/// Routing controls are configured in one region, for all. Source: AWS fault isolation boundaries, "Global services".
const HOME: ControlPlane = ControlPlane::Global("us-west-2");

const DEPLOY: Timing = timing(120, 600, "unmeasured: five endpoints in five regions are deployed");

/// The table of `aws_route53recoverycontrolconfig_cluster`. Calls: Recovery control configuration API reference.
pub static KIND: Kind = Kind {
    name: "aws_route53recoverycontrolconfig_cluster",
    provider: "aws",
    service: "route53-recovery-control-config",
    doc: "Five endpoints in five regions that tell and set the states of routing controls.",
    placement: Placement::Global,
    identity: Identity::Token,
    tags: Some("tags"),
    fields: Cluster::FIELDS,
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
                "route53-recovery-control-config:ListClusters",
                "route53-recovery-control-config:ListTagsForResource",
            ],
            plane: HOME,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &[
                "route53-recovery-control-config:DescribeCluster",
                "route53-recovery-control-config:ListTagsForResource",
            ],
            plane: HOME,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &["route53-recovery-control-config:CreateCluster"],
            plane: HOME,
            timing: DEPLOY,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "route53-recovery-control-config:UpdateCluster",
                "route53-recovery-control-config:TagResource",
                "route53-recovery-control-config:UntagResource",
            ],
            plane: HOME,
            timing: CALL,
        },
        Operation {
            act: Act::Delete,
            calls: &["route53-recovery-control-config:DeleteCluster"],
            plane: HOME,
            timing: DEPLOY,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A cluster",
        hcl: "resource \"aws_route53recoverycontrolconfig_cluster\" \"example\" {\n  name = \"relight-example\"\n}\n",
        update: "network_type = \"DUALSTACK\"\ntags = { Team = \"shop\" }",
        replace: "name = \"relight-other\"",
    }],
};
