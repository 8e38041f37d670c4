//! Creations and changes of listeners.

use aws_sdk_elasticloadbalancingv2::types::{
    AdvertiseTrustStoreCaNamesEnum, Certificate, ListenerAttribute, MutualAuthenticationAttributes,
    ProtocolEnum,
};
use relight_contract::{Block, BlockList, Fault, Live, Object, Owner, Value};

use super::super::{KIND, Listener, MutualAuthentication};
use super::action;
use crate::api::elb::{self, Switch, once, tag};
use crate::api::{Effect, FaultOf, Site, becomes, int, made, shape, tags};
use crate::kinds::lb_action::DefaultAction;

const HTTP: &[&str] = &["app"];

macro_rules! header {
    ($field:literal, $key:literal) => {
        Switch::new(concat!("routing_http_", $field), concat!("routing.http.", $key), HTTP)
    };
}

/// Fields that are attributes of a listener.
/// Source: Elastic Load Balancing API reference, `ListenerAttribute`.
pub(super) const SWITCHES: &[Switch] = &[
    Switch::new("tcp_idle_timeout_seconds", "tcp.idle_timeout.seconds", &["gwy", "net"]),
    header!("request_x_amzn_mtls_clientcert_header_name", "request.x_amzn_mtls_clientcert.header_name"),
    header!(
        "request_x_amzn_mtls_clientcert_issuer_header_name",
        "request.x_amzn_mtls_clientcert_issuer.header_name"
    ),
    header!(
        "request_x_amzn_mtls_clientcert_leaf_header_name",
        "request.x_amzn_mtls_clientcert_leaf.header_name"
    ),
    header!(
        "request_x_amzn_mtls_clientcert_serial_number_header_name",
        "request.x_amzn_mtls_clientcert_serial_number.header_name"
    ),
    header!(
        "request_x_amzn_mtls_clientcert_subject_header_name",
        "request.x_amzn_mtls_clientcert_subject.header_name"
    ),
    header!(
        "request_x_amzn_mtls_clientcert_validity_header_name",
        "request.x_amzn_mtls_clientcert_validity.header_name"
    ),
    header!("request_x_amzn_tls_cipher_suite_header_name", "request.x_amzn_tls_cipher_suite.header_name"),
    header!("request_x_amzn_tls_version_header_name", "request.x_amzn_tls_version.header_name"),
    header!(
        "response_access_control_allow_credentials_header_value",
        "response.access_control_allow_credentials.header_value"
    ),
    header!(
        "response_access_control_allow_headers_header_value",
        "response.access_control_allow_headers.header_value"
    ),
    header!(
        "response_access_control_allow_methods_header_value",
        "response.access_control_allow_methods.header_value"
    ),
    header!(
        "response_access_control_allow_origin_header_value",
        "response.access_control_allow_origin.header_value"
    ),
    header!(
        "response_access_control_expose_headers_header_value",
        "response.access_control_expose_headers.header_value"
    ),
    header!("response_access_control_max_age_header_value", "response.access_control_max_age.header_value"),
    header!("response_content_security_policy_header_value", "response.content_security_policy.header_value"),
    header!("response_server_enabled", "response.server.enabled"),
    header!(
        "response_strict_transport_security_header_value",
        "response.strict_transport_security.header_value"
    ),
    header!("response_x_content_type_options_header_value", "response.x_content_type_options.header_value"),
    header!("response_x_frame_options_header_value", "response.x_frame_options.header_value"),
];

/// The sort of load balancer that an ARN names: `app`, `net` or `gwy`.
fn sort(load_balancer: &str) -> &str {
    load_balancer.split('/').nth(1).unwrap_or_default()
}

/// Creates a listener, and tells its ARN.
pub(super) async fn create(
    site: &Site,
    attributes: &Object,
    owner: &Owner,
    token: &str,
) -> Result<String, Fault> {
    let wanted = Listener::from_object(attributes).map_err(shape)?;
    let marks = tags::all(wanted.tags.as_ref(), owner, token).into_iter().map(tag).collect();
    let balancer = wanted.load_balancer_arn.unwrap_or_default();
    let protocol = wanted.protocol.or_else(|| (sort(&balancer) == "app").then(|| "HTTP".to_owned()));
    let actions = wanted.default_action.unwrap_or(BlockList(Vec::new())).0;
    let clients = wanted.mutual_authentication.and_then(|block| block.0.into_iter().next());
    let asked = site
        .elb()
        .create_listener()
        .load_balancer_arn(balancer)
        .set_protocol(protocol.as_deref().map(protocol_of))
        .set_port(int(wanted.port)?)
        .set_ssl_policy(wanted.ssl_policy)
        .set_certificates(wanted.certificate_arn.map(certificates))
        .set_default_actions(Some(action::write(&actions)?))
        .set_alpn_policy(wanted.alpn_policy.map(|policy| vec![policy]))
        .set_mutual_authentication(clients.map(mutual))
        .set_tags(Some(marks));
    let answered = asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    let first = answered.listeners.unwrap_or_default().into_iter().next();
    made(first.and_then(|first| first.listener_arn), "a listener")
}

fn protocol_of(protocol: &str) -> ProtocolEnum {
    ProtocolEnum::from(protocol.to_uppercase().as_str())
}

fn certificates(arn: String) -> Vec<Certificate> {
    vec![Certificate::builder().certificate_arn(arn).build()]
}

fn mutual(block: MutualAuthentication) -> MutualAuthenticationAttributes {
    let mode = block.mode.unwrap_or_else(|| "off".to_owned());
    // Only what is verified takes the rest.
    let verifies = mode == "verify";
    let advertised = block.advertise_trust_store_ca_names.as_deref();
    MutualAuthenticationAttributes::builder()
        .mode(mode)
        .set_trust_store_arn(block.trust_store_arn.filter(|_| verifies))
        .set_ignore_client_certificate_expiry(block.ignore_client_certificate_expiry.filter(|_| verifies))
        .set_advertise_trust_store_ca_names(
            advertised.filter(|_| verifies).map(AdvertiseTrustStoreCaNamesEnum::from),
        )
        .build()
}

/// Makes what a listener was created with what the changed fields say.
pub(super) async fn modify(site: &Site, live: &Live, changes: &Object) -> Result<(), Fault> {
    const FIELDS: &[&str] = &[
        "alpn_policy",
        "certificate_arn",
        "default_action",
        "mutual_authentication",
        "port",
        "protocol",
        "ssl_policy",
    ];
    if !FIELDS.iter().any(|field| changes.contains(field)) {
        return Ok(());
    }
    let text = |name: &str| becomes::<String>(&KIND, changes, name);
    let actions = becomes::<BlockList<DefaultAction>>(&KIND, changes, "default_action").flatten();
    let clients = becomes::<BlockList<MutualAuthentication>>(&KIND, changes, "mutual_authentication");
    let clients =
        clients.map(|block| mutual(block.and_then(|block| block.0.into_iter().next()).unwrap_or_default()));
    let policy = text("alpn_policy").map(|policy| vec![policy.unwrap_or_else(|| "None".to_owned())]);
    let asked = site
        .elb()
        .modify_listener()
        .listener_arn(&*live.native_id)
        .set_port(int(becomes::<i64>(&KIND, changes, "port").flatten())?)
        .set_protocol(text("protocol").flatten().as_deref().map(protocol_of))
        .set_ssl_policy(text("ssl_policy").flatten())
        .set_certificates(text("certificate_arn").flatten().map(certificates))
        .set_default_actions(actions.map(|actions| action::write(&actions.0)).transpose()?)
        .set_alpn_policy(policy)
        .set_mutual_authentication(clients);
    asked.send().await.fault(Effect::Maybe)?;
    Ok(())
}

/// Makes attributes what the changed fields say.
pub(super) async fn settings(site: &Site, live: &Live, changes: &Object) -> Result<(), Fault> {
    let balancer = live.get("load_balancer_arn").and_then(Value::as_str).unwrap_or_default();
    let mut wanted = elb::wanted(&KIND, SWITCHES, changes, sort(balancer));
    // A header without text is taken away; other attributes have no such value.
    wanted.retain(|key, value| !value.is_empty() || key.contains(".header_"));
    if wanted.is_empty() {
        return Ok(());
    }
    let attributes = wanted
        .into_iter()
        .map(|(key, value)| ListenerAttribute::builder().key(key).value(value).build())
        .collect();
    let asked = site.elb().modify_listener_attributes().listener_arn(&*live.native_id);
    asked.set_attributes(Some(attributes)).send().await.fault(Effect::Maybe)?;
    Ok(())
}
