//! Conditions of rules, both ways.

use std::collections::BTreeSet;

use aws_sdk_elasticloadbalancingv2::types::{
    HostHeaderConditionConfig, HttpHeaderConditionConfig, HttpRequestMethodConditionConfig,
    PathPatternConditionConfig, QueryStringConditionConfig, QueryStringKeyValuePair, RuleCondition,
    SourceIpConditionConfig,
};
use relight_contract::{BlockList, Blocks};

use super::super::{Condition, HttpHeader, QueryString, Values};
use crate::api::first;

fn listed(values: &Option<BTreeSet<String>>) -> Option<Vec<String>> {
    values.clone().map(|values| values.into_iter().collect())
}

/// A condition as calls take it; a block with several parts is several conditions.
pub(super) fn write(block: &Condition) -> Vec<RuleCondition> {
    let field = |name: &str| RuleCondition::builder().field(name);
    let mut conditions = Vec::new();
    if let Some(part) = first(&block.host_header) {
        let config = HostHeaderConditionConfig::builder().set_values(listed(&part.values)).build();
        conditions.push(field("host-header").host_header_config(config).build());
    }
    if let Some(part) = first(&block.http_header) {
        let config = HttpHeaderConditionConfig::builder()
            .set_http_header_name(part.http_header_name.clone())
            .set_values(listed(&part.values))
            .build();
        conditions.push(field("http-header").http_header_config(config).build());
    }
    if let Some(part) = first(&block.http_request_method) {
        let config = HttpRequestMethodConditionConfig::builder().set_values(listed(&part.values)).build();
        conditions.push(field("http-request-method").http_request_method_config(config).build());
    }
    if let Some(part) = first(&block.path_pattern) {
        let config = PathPatternConditionConfig::builder().set_values(listed(&part.values)).build();
        conditions.push(field("path-pattern").path_pattern_config(config).build());
    }
    let pairs = block.query_string.iter().flat_map(|pairs| &pairs.0).map(|pair| {
        let key = pair.key.clone().filter(|key| !key.is_empty());
        QueryStringKeyValuePair::builder().set_key(key).set_value(pair.value.clone()).build()
    });
    let pairs: Vec<QueryStringKeyValuePair> = pairs.collect();
    if !pairs.is_empty() {
        let config = QueryStringConditionConfig::builder().set_values(Some(pairs)).build();
        conditions.push(field("query-string").query_string_config(config).build());
    }
    if let Some(part) = first(&block.source_ip) {
        let config = SourceIpConditionConfig::builder().set_values(listed(&part.values)).build();
        conditions.push(field("source-ip").source_ip_config(config).build());
    }
    conditions
}

fn block(values: Option<Vec<String>>) -> Option<BlockList<Values>> {
    values.map(|values| BlockList(vec![Values { values: Some(values.into_iter().collect()) }]))
}

/// A condition as the API tells it. Hosts and paths may be told in the older form, as bare values.
pub(super) fn read(told: RuleCondition) -> Condition {
    let bare = told.values.filter(|values| !values.is_empty());
    let of = |field: &str| bare.clone().filter(|_| told.field.as_deref() == Some(field));
    let host = told.host_header_config.and_then(|config| config.values).or(of("host-header"));
    let path = told.path_pattern_config.and_then(|config| config.values).or(of("path-pattern"));
    let pairs = told.query_string_config.and_then(|config| config.values);
    Condition {
        host_header: block(host),
        http_header: told.http_header_config.map(|config| {
            BlockList(vec![HttpHeader {
                http_header_name: config.http_header_name,
                values: config.values.map(|values| values.into_iter().collect()),
            }])
        }),
        http_request_method: block(told.http_request_method_config.and_then(|config| config.values)),
        path_pattern: block(path),
        query_string: pairs.map(|pairs| {
            let pairs = pairs.into_iter().map(|pair| QueryString { key: pair.key, value: pair.value });
            Blocks(pairs.collect())
        }),
        source_ip: block(told.source_ip_config.and_then(|config| config.values)),
    }
}
