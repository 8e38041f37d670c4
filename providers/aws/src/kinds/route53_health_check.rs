//! `aws_route53_health_check`: what Route 53 watches to decide which record answers. Class B: the cloud makes the
//! id, `CreateHealthCheck` takes a caller reference; tags follow in a second call.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, Capability, ControlPlane, Detail, Example, Identity, Kind, Listing, Operation, Part,
    Placement, Unsupported, block,
};

use crate::timing::{CALL, QUICK};

block! {
    /// The attributes of `aws_route53_health_check`.
    pub struct HealthCheck {
        arn: String = output().made("arn:aws:route53:::healthcheck/{id}").doc("The ARN."),
        child_health_threshold: i64 = optional()
            .doc("How many of the children must be healthy, 0 to 256."),
        child_healthchecks: BTreeSet<String> = optional().mentions("aws_route53_health_check", "id")
            .doc("The checks that a `CALCULATED` one counts."),
        cloudwatch_alarm_name: String = optional().mentions("aws_cloudwatch_metric_alarm", "alarm_name")
            .doc("The alarm that a `CLOUDWATCH_METRIC` check follows."),
        cloudwatch_alarm_region: String = optional().plays(Part::AlarmRegion).doc("The region of that alarm."),
        disabled: bool = optional().default_bool(false)
            .doc("Whether the check rests; a resting check counts as healthy."),
        enable_sni: bool = computed().doc("Whether `fqdn` is sent when TLS begins; true for HTTPS checks."),
        failure_threshold: i64 = computed().default_number(3).plays(Part::Threshold { otherwise: 3 })
            .doc("How many answers in a row turn the check around, 1 to 10."),
        fqdn: String = optional().dns().plays(Part::Watched).doc("The name of the endpoint."),
        id: String = output().made("{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}").doc("The id."),
        insufficient_data_health_status: String = optional().words(&["Healthy", "Unhealthy", "LastKnownStatus"])
            .plays(Part::Silence { fails: "Unhealthy" })
            .doc("What the check says while its alarm lacks data."),
        invert_healthcheck: bool = optional().default_bool(false)
            .doc("Whether healthy counts as unhealthy, and the other way round."),
        ip_address: String = optional().plays(Part::Watched).doc("The address of the endpoint."),
        measure_latency: bool = optional().replaces().default_bool(false)
            .doc("Whether the time to connect is measured."),
        port: i64 = optional().doc("The port of the endpoint."),
        reference_name: String = optional().replaces().local()
            .doc("Begins the reference of the create call. Read only when the check is created."),
        regions: BTreeSet<String> = optional().doc("Where checkers stand, three regions at least; all by default."),
        request_interval: i64 = optional().replaces().plays(Part::Interval { otherwise: 30 }).doc("Seconds between two requests: 10 or 30."),
        resource_path: String = optional().doc("The path that is requested."),
        routing_control_arn: String = optional().replaces()
            .doc("The routing control that a `RECOVERY_CONTROL` check follows."),
        search_string: String = optional()
            .doc("What the first 5,120 bytes of the answer must hold, for the `_STR_MATCH` types."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        type_: String = required().replaces().ignore_case()
            .words(&["CALCULATED", "CLOUDWATCH_METRIC", "HTTP", "HTTPS", "HTTPS_STR_MATCH", "HTTP_STR_MATCH",
                "RECOVERY_CONTROL", "TCP"])
            .doc("What is watched, and how."),
    }
}

/// The home of Route 53's control plane; the checking itself goes on without it. Source: AWS fault isolation
/// boundaries.
const HOME: ControlPlane = ControlPlane::Global("us-east-1");

/// The table of `aws_route53_health_check`. Calls and limits: Route 53 API reference, `HealthCheckConfig`.
pub static KIND: Kind = Kind {
    name: "aws_route53_health_check",
    provider: "aws",
    service: "route53",
    doc: "What Route 53 watches to decide which of several records answers.",
    placement: Placement::Global,
    identity: Identity::Token,
    tags: Some("tags"),
    fields: HealthCheck::FIELDS,
    capabilities: &[Capability::Shiftable { fields: &["invert_healthcheck"] }],
    listing: Listing::All { page: 1000 },
    details: &[Detail { call: "route53:ListTagsForResources", objects: 10, fields: &[] }],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["route53:ListHealthChecks", "route53:ListTagsForResources"],
            plane: HOME,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["route53:GetHealthCheck", "route53:ListTagsForResources"],
            plane: HOME,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &["route53:CreateHealthCheck", "route53:ChangeTagsForResource"],
            plane: HOME,
            timing: QUICK,
        },
        Operation {
            act: Act::Update,
            calls: &["route53:UpdateHealthCheck", "route53:ChangeTagsForResource"],
            plane: HOME,
            timing: CALL,
        },
        Operation { act: Act::Delete, calls: &["route53:DeleteHealthCheck"], plane: HOME, timing: CALL },
        Operation { act: Act::Shift, calls: &["route53:UpdateHealthCheck"], plane: HOME, timing: CALL },
    ],
    unsupported: &[Unsupported {
        name: "triggers",
        reason: "the cloud keeps nothing that it could be compared with; the alarm's own settings are compared",
    }],
    examples: &[Example {
        title: "A page that must answer",
        hcl: r#"resource "aws_route53_health_check" "example" {
  type              = "HTTPS"
  fqdn              = "www.example.com"
  port              = 443
  resource_path     = "/healthz"
  request_interval  = 30
  failure_threshold = 3
}
"#,
        update: "failure_threshold = 2",
        replace: "request_interval = 10",
    }],
};
