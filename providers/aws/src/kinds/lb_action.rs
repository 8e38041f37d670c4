//! What a load balancer does with a request: shared by listeners and their rules.
//!
//! One target group may be written as `target_group_arn` or as a `forward` block, and the API tells both: so both are
//! the cloud's to tell, and what the spec writes is compared.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, required};
use relight_contract::{BlockList, Blocks, block};

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
        stickiness: BlockList<ForwardStickiness> = computed().maximum(1)
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

/// Declares actions. The two users differ in one thing: whether Terraform takes what signing in leaves out from the
/// cloud, or sets it itself.
macro_rules! actions {
    ($(#[$doc:meta])* $action:ident, $cognito:ident, $oidc:ident, $presence:ident) => {
        block! {
            /// Signs users in through a Cognito user pool.
            pub struct $cognito {
                authentication_request_extra_params: BTreeMap<String, String> = optional()
                    .doc("More parameters of the request to the authorization endpoint, ten at most."),
                on_unauthenticated_request: String = computed().default_text("authenticate")
                    .words(&["allow", "authenticate", "deny"])
                    .doc("What happens to a user who is not signed in."),
                scope: String = $presence().default_text("openid").doc("The claims that are asked for."),
                session_cookie_name: String = $presence().default_text("AWSELBAuthSessionCookie")
                    .doc("The cookie that keeps the session."),
                session_timeout: i64 = $presence().default_number(604_800).doc("How long a session lasts, in seconds."),
                user_pool_arn: String = required().doc("The user pool."),
                user_pool_client_id: String = required().doc("The user pool's client."),
                user_pool_domain: String = required().doc("The user pool's domain."),
            }
        }

        block! {
            /// Signs users in through an OpenID Connect provider.
            pub struct $oidc {
                authentication_request_extra_params: BTreeMap<String, String> = optional()
                    .doc("More parameters of the request to the authorization endpoint, ten at most."),
                authorization_endpoint: String = required().doc("Where users are sent to sign in."),
                client_id: String = required().doc("The client's id."),
                client_secret: String = required().sensitive().write_only().doc("The client's secret."),
                issuer: String = required().doc("The issuer's URL."),
                on_unauthenticated_request: String = computed().default_text("authenticate")
                    .words(&["allow", "authenticate", "deny"])
                    .doc("What happens to a user who is not signed in."),
                scope: String = $presence().default_text("openid").doc("The claims that are asked for."),
                session_cookie_name: String = $presence().default_text("AWSELBAuthSessionCookie")
                    .doc("The cookie that keeps the session."),
                session_timeout: i64 = $presence().default_number(604_800).doc("How long a session lasts, in seconds."),
                token_endpoint: String = required().doc("Where tokens are fetched."),
                user_info_endpoint: String = required().doc("Where a user's data is fetched."),
            }
        }

        block! {
            $(#[$doc])*
            pub struct $action {
                authenticate_cognito: BlockList<$cognito> = optional().maximum(1)
                    .doc("Signs users in through a Cognito user pool."),
                authenticate_oidc: BlockList<$oidc> = optional().maximum(1)
                    .doc("Signs users in through an OpenID Connect provider."),
                fixed_response: BlockList<FixedResponse> = optional().maximum(1).doc("Answers by itself."),
                forward: BlockList<Forward> = computed().maximum(1).doc("Sends requests to target groups, by their shares."),
                order: i64 = computed().doc("The place among the actions; those without go as they are written."),
                redirect: BlockList<Redirect> = optional().maximum(1).doc("Sends clients elsewhere."),
                target_group_arn: String = computed().refers("aws_lb_target_group", "arn")
                    .doc("The one target group that requests go to."),
                type_: String = required()
                    .words(&["authenticate-cognito", "authenticate-oidc", "fixed-response", "forward", "redirect"])
                    .doc("What is done."),
            }
        }
    };
}

actions!(
    /// What happens to a request that no rule takes.
    DefaultAction,
    AuthenticateCognito,
    AuthenticateOidc,
    computed
);
actions!(
    /// What happens to a request that a rule takes.
    RuleAction,
    RuleAuthenticateCognito,
    RuleAuthenticateOidc,
    optional
);
