//! The kinds of AWS: one file each, and one line each in the tables below.

use relight_contract::{DataKind, Kind};

mod cloudwatch_metric_alarm;
mod eip;
mod internet_gateway;
mod lb;
mod lb_listener;
mod lb_target_group;
mod nat_gateway;
mod route;
mod route53_record;
mod route_table;
mod route_table_association;
mod security_group;
mod sns_topic;
mod subnet;
mod vpc;
mod vpc_security_group_egress_rule;
mod vpc_security_group_ingress_rule;

/// Every kind, by name.
pub static KINDS: &[&Kind] = &[
    &cloudwatch_metric_alarm::KIND,
    &eip::KIND,
    &internet_gateway::KIND,
    &lb::KIND,
    &lb_listener::KIND,
    &lb_target_group::KIND,
    &nat_gateway::KIND,
    &route::KIND,
    &route53_record::KIND,
    &route_table::KIND,
    &route_table_association::KIND,
    &security_group::KIND,
    &sns_topic::KIND,
    &subnet::KIND,
    &vpc::KIND,
    &vpc_security_group_egress_rule::KIND,
    &vpc_security_group_ingress_rule::KIND,
];

/// Every data source, by name.
pub static DATA: &[&DataKind] = &[];
