//! `aws_lb_listener`: a port of a load balancer. Found by its owner tag, as class C: its key is the load balancer
//! and the port, but the port can change in place.

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, BlockList, Blocks, ControlPlane, Example, Identity, Kind, Listing, One, Operation, Placement,
    Timeouts, block,
};

use crate::timing::{CALL, QUICK};

block! {
    /// Signs users in through a Cognito user pool.
    pub struct AuthenticateCognito {
        authentication_request_extra_params: BTreeMap<String, String> = optional()
            .doc("More parameters of the request to the authorization endpoint, ten at most."),
        on_unauthenticated_request: String = computed().default_text("authenticate")
            .words(&["allow", "authenticate", "deny"])
            .doc("What happens to a user who is not signed in."),
        scope: String = computed().default_text("openid").doc("The claims that are asked for."),
        session_cookie_name: String = computed().default_text("AWSELBAuthSessionCookie")
            .doc("The cookie that keeps the session."),
        session_timeout: i64 = computed().default_number(604_800).doc("How long a session lasts, in seconds."),
        user_pool_arn: String = required().doc("The user pool."),
        user_pool_client_id: String = required().doc("The user pool's client."),
        user_pool_domain: String = required().doc("The user pool's domain."),
    }
}

block! {
    /// Signs users in through an OpenID Connect provider.
    pub struct AuthenticateOidc {
        authentication_request_extra_params: BTreeMap<String, String> = optional()
            .doc("More parameters of the request to the authorization endpoint, ten at most."),
        authorization_endpoint: String = required().doc("Where users are sent to sign in."),
        client_id: String = required().doc("The client's id."),
        client_secret: String = required().sensitive().write_only().doc("The client's secret."),
        issuer: String = required().doc("The issuer's URL."),
        on_unauthenticated_request: String = computed().default_text("authenticate")
            .words(&["allow", "authenticate", "deny"])
            .doc("What happens to a user who is not signed in."),
        scope: String = computed().default_text("openid").doc("The claims that are asked for."),
        session_cookie_name: String = computed().default_text("AWSELBAuthSessionCookie")
            .doc("The cookie that keeps the session."),
        session_timeout: i64 = computed().default_number(604_800).doc("How long a session lasts, in seconds."),
        token_endpoint: String = required().doc("Where tokens are fetched."),
        user_info_endpoint: String = required().doc("Where a user's data is fetched."),
    }
}

block! {
    /// Answers by itself.
    pub struct FixedResponse {
        content_type: String = required()
            .words(&["application/javascript", "application/json", "text/css", "text/html", "text/plain"])
            .doc("The content type."),
        message_body: String = optional().doc("The body."),
        status_code: String = computed().default_text("200").doc("The HTTP status."),
    }
}

block! {
    /// How clients stay with the target group that was chosen first.
    pub struct ForwardStickiness {
        duration: i64 = required().doc("How long a client stays, in seconds."),
        enabled: bool = optional().default_bool(false).doc("Whether clients stay."),
    }
}

block! {
    /// A target group, and its share.
    pub struct ForwardTarget {
        arn: String = required().refers("aws_lb_target_group", "arn").doc("The target group."),
        weight: i64 = optional().default_number(1).doc("The share, 0 to 999, of all weights."),
    }
}

block! {
    /// Sends requests to target groups.
    pub struct Forward {
        stickiness: BlockList<ForwardStickiness> = optional().maximum(1)
            .doc("How clients stay with a target group."),
        target_group: Blocks<ForwardTarget> = required().minimum(1).maximum(5).doc("The target groups."),
    }
}

block! {
    /// Sends clients elsewhere.
    pub struct Redirect {
        host: String = optional().default_text("#{host}").doc("The host."),
        path: String = optional().default_text("/#{path}").doc("The path."),
        port: String = optional().default_text("#{port}").doc("The port."),
        protocol: String = optional().default_text("#{protocol}").words(&["#{protocol}", "HTTP", "HTTPS"])
            .doc("The protocol."),
        query: String = optional().default_text("#{query}").doc("The query, without `?`."),
        status_code: String = required().words(&["HTTP_301", "HTTP_302"]).doc("Whether it is for good."),
    }
}

block! {
    /// What happens to a request that no rule takes.
    pub struct DefaultAction {
        authenticate_cognito: BlockList<AuthenticateCognito> = optional().maximum(1)
            .doc("Signs users in through a Cognito user pool."),
        authenticate_oidc: BlockList<AuthenticateOidc> = optional().maximum(1)
            .doc("Signs users in through an OpenID Connect provider."),
        fixed_response: BlockList<FixedResponse> = optional().maximum(1).doc("Answers by itself."),
        forward: BlockList<Forward> = optional().maximum(1).doc("Sends requests to several target groups."),
        order: i64 = computed().doc("The place among the actions; those without go as they are written."),
        redirect: BlockList<Redirect> = optional().maximum(1).doc("Sends clients elsewhere."),
        target_group_arn: String = optional().refers("aws_lb_target_group", "arn")
            .doc("The one target group that requests go to."),
        type_: String = required()
            .words(&["authenticate-cognito", "authenticate-oidc", "fixed-response", "forward", "redirect"])
            .doc("What is done."),
    }
}

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
    details: &[],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeTags"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &[
                "elasticloadbalancing:DescribeListeners",
                "elasticloadbalancing:DescribeListenerAttributes",
                "elasticloadbalancing:DescribeTags",
            ],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
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
