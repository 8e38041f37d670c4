//! `aws_lb_listener`: a port of a load balancer. Found by its owner tag, as class C: its key is the load balancer
//! and the port, but the port can change in place.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, BlockList, ControlPlane, Detail, Example, Identity, Kind, Listing, One, Operation, Placement,
    Timeouts, block,
};

use super::lb_action::DefaultAction;
use crate::timing::{CALL, QUICK};

block! {
    /// Whether and how clients show a certificate.
    pub struct MutualAuthentication {
        advertise_trust_store_ca_names: String = computed().words(&["off", "on"])
            .doc("Whether clients are told of the authorities."),
        ignore_client_certificate_expiry: bool = optional().default_bool(false)
            .doc("Whether expired certificates pass."),
        mode: String = required().words(&["off", "passthrough", "verify"]).doc("Whether certificates are checked."),
        trust_store_arn: String = optional().doc("The authorities that are trusted, with `verify`."),
    }
}

block! {
    /// The attributes of `aws_lb_listener`.
    pub struct Listener {
        alpn_policy: String = optional()
            .words(&["HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred", "None"])
            .doc("Which HTTP version TLS negotiates."),
        arn: String = output()
            .made("arn:aws:elasticloadbalancing:{region}:{account}:listener/app/{load_balancer_arn:last}/{hex:16}")
            .doc("The ARN."),
        certificate_arn: String = optional()
            .doc("The default certificate, of the listener's own region."),
        default_action: BlockList<DefaultAction> = required().minimum(1)
            .doc("What happens to a request that no rule takes."),
        id: String = output().made("{arn}").doc("The ARN."),
        load_balancer_arn: String = required().replaces().refers("aws_lb", "arn").doc("The load balancer."),
        mutual_authentication: BlockList<MutualAuthentication> = computed().maximum(1)
            .doc("Whether and how clients show a certificate."),
        port: i64 = optional().doc("The port; a gateway load balancer has none."),
        protocol: String = computed().ignore_case().default_text("HTTP").doc("The protocol that clients speak."),
        routing_http_request_x_amzn_mtls_clientcert_header_name: String = computed()
            .doc("The header that carries the client's certificate."),
        routing_http_request_x_amzn_mtls_clientcert_issuer_header_name: String = computed()
            .doc("The header that carries the certificate's issuer."),
        routing_http_request_x_amzn_mtls_clientcert_leaf_header_name: String = computed()
            .doc("The header that carries the leaf certificate."),
        routing_http_request_x_amzn_mtls_clientcert_serial_number_header_name: String = computed()
            .doc("The header that carries the certificate's serial number."),
        routing_http_request_x_amzn_mtls_clientcert_subject_header_name: String = computed()
            .doc("The header that carries the certificate's subject."),
        routing_http_request_x_amzn_mtls_clientcert_validity_header_name: String = computed()
            .doc("The header that carries the certificate's validity."),
        routing_http_request_x_amzn_tls_cipher_suite_header_name: String = computed()
            .doc("The header that carries the cipher."),
        routing_http_request_x_amzn_tls_version_header_name: String = computed()
            .doc("The header that carries the TLS version."),
        routing_http_response_access_control_allow_credentials_header_value: String = computed()
            .doc("`Access-Control-Allow-Credentials` of answers."),
        routing_http_response_access_control_allow_headers_header_value: String = computed()
            .doc("`Access-Control-Allow-Headers` of answers."),
        routing_http_response_access_control_allow_methods_header_value: String = computed()
            .doc("`Access-Control-Allow-Methods` of answers."),
        routing_http_response_access_control_allow_origin_header_value: String = computed()
            .doc("`Access-Control-Allow-Origin` of answers."),
        routing_http_response_access_control_expose_headers_header_value: String = computed()
            .doc("`Access-Control-Expose-Headers` of answers."),
        routing_http_response_access_control_max_age_header_value: String = computed()
            .doc("`Access-Control-Max-Age` of answers, in seconds."),
        routing_http_response_content_security_policy_header_value: String = computed()
            .doc("`Content-Security-Policy` of answers."),
        routing_http_response_server_enabled: bool = computed().default_bool(true)
            .doc("Whether answers carry `Server`."),
        routing_http_response_strict_transport_security_header_value: String = computed()
            .doc("`Strict-Transport-Security` of answers."),
        routing_http_response_x_content_type_options_header_value: String = computed()
            .doc("`X-Content-Type-Options` of answers."),
        routing_http_response_x_frame_options_header_value: String = computed()
            .doc("`X-Frame-Options` of answers."),
        ssl_policy: String = computed().doc("The policy of TLS versions and ciphers, with HTTPS or TLS."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        tcp_idle_timeout_seconds: i64 = computed()
            .doc("How long a TCP connection may be idle, in seconds."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
    }
}

/// What only `DescribeListenerAttributes` tells.
const SETTINGS: &[&str] = &[
    "routing_http_request_x_amzn_mtls_clientcert_header_name",
    "routing_http_request_x_amzn_mtls_clientcert_issuer_header_name",
    "routing_http_request_x_amzn_mtls_clientcert_leaf_header_name",
    "routing_http_request_x_amzn_mtls_clientcert_serial_number_header_name",
    "routing_http_request_x_amzn_mtls_clientcert_subject_header_name",
    "routing_http_request_x_amzn_mtls_clientcert_validity_header_name",
    "routing_http_request_x_amzn_tls_cipher_suite_header_name",
    "routing_http_request_x_amzn_tls_version_header_name",
    "routing_http_response_access_control_allow_credentials_header_value",
    "routing_http_response_access_control_allow_headers_header_value",
    "routing_http_response_access_control_allow_methods_header_value",
    "routing_http_response_access_control_allow_origin_header_value",
    "routing_http_response_access_control_expose_headers_header_value",
    "routing_http_response_access_control_max_age_header_value",
    "routing_http_response_content_security_policy_header_value",
    "routing_http_response_server_enabled",
    "routing_http_response_strict_transport_security_header_value",
    "routing_http_response_x_content_type_options_header_value",
    "routing_http_response_x_frame_options_header_value",
    "tcp_idle_timeout_seconds",
];

const READS: &[&str] = &[
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeListenerAttributes",
    "elasticloadbalancing:DescribeTags",
];

/// The table of `aws_lb_listener`. Calls: Elastic Load Balancing API reference 2015-12-01; listeners are listed a
/// load balancer at a time.
pub static KIND: Kind = Kind {
    name: "aws_lb_listener",
    provider: "aws",
    service: "elasticloadbalancing",
    doc: "A port of a load balancer, and what happens to its requests.",
    placement: Placement::Regional,
    identity: Identity::Server,
    tags: Some("tags"),
    fields: Listener::FIELDS,
    capabilities: &[],
    listing: Listing::Under { kind: "aws_lb", attribute: "load_balancer_arn", page: 400 },
    details: &[
        Detail { call: "elasticloadbalancing:DescribeTags", objects: 20, fields: &[] },
        Detail { call: "elasticloadbalancing:DescribeListenerAttributes", objects: 1, fields: SETTINGS },
    ],
    operations: &[
        Operation { act: Act::List, calls: READS, plane: ControlPlane::Regional, timing: CALL },
        Operation { act: Act::Read, calls: READS, plane: ControlPlane::Regional, timing: CALL },
        Operation {
            act: Act::Create,
            calls: &[
                "elasticloadbalancing:CreateListener",
                "elasticloadbalancing:ModifyListenerAttributes",
                "elasticloadbalancing:AddTags",
            ],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "elasticloadbalancing:ModifyListener",
                "elasticloadbalancing:ModifyListenerAttributes",
                "elasticloadbalancing:AddTags",
                "elasticloadbalancing:RemoveTags",
            ],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Delete,
            calls: &["elasticloadbalancing:DeleteListener"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A listener that forwards",
        hcl: EXAMPLE,
        update: "port = 8080",
        replace: "load_balancer_arn = aws_lb.other.arn",
    }],
};

const EXAMPLE: &str = r#"resource "aws_vpc" "example" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id            = aws_vpc.example.id
  cidr_block        = "10.0.1.0/24"
  availability_zone = "us-east-1a"
}

resource "aws_subnet" "b" {
  vpc_id            = aws_vpc.example.id
  cidr_block        = "10.0.2.0/24"
  availability_zone = "us-east-1b"
}

resource "aws_lb" "example" {
  name     = "example"
  internal = true
  subnets  = [aws_subnet.a.id, aws_subnet.b.id]
}

resource "aws_lb" "other" {
  name     = "other"
  internal = true
  subnets  = [aws_subnet.a.id, aws_subnet.b.id]
}

resource "aws_lb_target_group" "example" {
  name     = "example"
  port     = 80
  protocol = "HTTP"
  vpc_id   = aws_vpc.example.id
}

resource "aws_lb_listener" "example" {
  load_balancer_arn = aws_lb.example.arn
  port              = 80
  protocol          = "HTTP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.example.arn
  }
}
"#;
