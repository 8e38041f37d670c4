//! The API half of `aws_route53recoverycontrolconfig_safety_rule`. The native id is the ARN. A rule asserts or gates:
//! which of the two is told by the controls that it names.

use std::sync::Arc;

use aws_sdk_route53recoverycontrolconfig::types::{
    AssertionRule, AssertionRuleUpdate, GatingRule, GatingRuleUpdate, NewAssertionRule, NewGatingRule,
    RuleConfig as Config, RuleType, Status,
};
use relight_contract::{
    Action, Answer, Answering, Block, BlockList, Fault, Live, Object, Owner, State, Typed,
};

use super::{RuleConfig, SafetyRule};
use crate::api::recovery_control::{
    GONE, LOOK_MILLISECONDS, PAGE, READY, marks, once, panels, set_tags, state, tags_of, update_tags, word,
};
use crate::api::side_by_side::each;
use crate::api::{
    Effect, FaultOf, Site, absent_is_none, accepted, int, made, merged, missing, none_of_its_calls,
    object_or_absent, shape, tags,
};

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { .. } => Ok(Answer::Page { items: all(&site).await?, next: None }),
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { token, .. } => {
                let found = all(&site).await?.into_iter();
                Ok(Answer::Found(found.filter(|live| live.token.as_ref() == Some(&token)).collect()))
            }
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, .. } => update(&site, &native_id, &changes).await,
            Action::Poll { native_id, handle, .. } => {
                let waits = |live: &Live| *handle == *GONE || live.state == State::Pending;
                match read(&site, &native_id).await? {
                    Some(live) if waits(&live) => Ok(accepted(&native_id, handle, LOOK_MILLISECONDS)),
                    live => Ok(object_or_absent(live)),
                }
            }
            Action::Delete { native_id, .. } => {
                let asked = site.recovery_control().delete_safety_rule().safety_rule_arn(&*native_id);
                match absent_is_none(asked.send().await.fault(Effect::Maybe))? {
                    Some(_) => Ok(accepted(&native_id, GONE, 0)),
                    None => Ok(Answer::Absent),
                }
            }
            Action::Claim { native_id, owner, .. } => {
                set_tags(&site, &native_id, tags::owner(&owner)).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

async fn all(site: &Site) -> Result<Vec<Live>, Fault> {
    let arns = panels(site).await?.into_iter().filter_map(|panel| panel.control_panel_arn);
    let found = each(arns, |panel| under(site, panel)).await?.into_iter().flatten();
    each(found, |(rule, status)| live(site, rule, status)).await
}

async fn under(site: &Site, panel: String) -> Result<Vec<(SafetyRule, Option<Status>)>, Fault> {
    let (mut found, mut page) = (Vec::new(), None);
    loop {
        let asked = site.recovery_control().list_safety_rules().control_panel_arn(&panel);
        let asked = asked.max_results(PAGE).set_next_token(page).send().await;
        let Some(told) = absent_is_none(asked.fault(Effect::None))? else { return Ok(found) };
        let rules = told.safety_rules.unwrap_or_default().into_iter();
        found.extend(rules.filter_map(|rule| either(rule.assertion, rule.gating)));
        page = told.next_token.filter(|token| !token.is_empty());
        if page.is_none() {
            return Ok(found);
        }
    }
}

async fn read(site: &Site, arn: &str) -> Result<Option<Live>, Fault> {
    let asked = site.recovery_control().describe_safety_rule().safety_rule_arn(arn).send().await;
    let told = absent_is_none(asked.fault(Effect::None))?;
    match told.and_then(|told| either(told.assertion_rule, told.gating_rule)) {
        Some((rule, status)) => live(site, rule, status).await.map(Some),
        None => Ok(None),
    }
}

/// The rule, whichever it is.
fn either(
    assertion: Option<AssertionRule>,
    gating: Option<GatingRule>,
) -> Option<(SafetyRule, Option<Status>)> {
    match (assertion, gating) {
        (Some(rule), _) => {
            let told = SafetyRule {
                asserted_controls: rule.asserted_controls,
                ..common(rule.safety_rule_arn, rule.control_panel_arn, rule.name, rule.rule_config)
            };
            Some((SafetyRule { wait_period_ms: rule.wait_period_ms.map(i64::from), ..told }, rule.status))
        }
        (None, Some(rule)) => {
            let told = SafetyRule {
                gating_controls: rule.gating_controls,
                target_controls: rule.target_controls,
                ..common(rule.safety_rule_arn, rule.control_panel_arn, rule.name, rule.rule_config)
            };
            Some((SafetyRule { wait_period_ms: rule.wait_period_ms.map(i64::from), ..told }, rule.status))
        }
        (None, None) => None,
    }
}

fn common(
    arn: Option<String>,
    panel: Option<String>,
    name: Option<String>,
    config: Option<Config>,
) -> SafetyRule {
    let config = config.map(|config| RuleConfig {
        inverted: config.inverted,
        threshold: config.threshold.map(i64::from),
        type_: config.r#type.map(|kind| kind.as_str().to_owned()),
    });
    SafetyRule {
        arn: arn.clone(),
        control_panel_arn: panel,
        id: arn,
        name,
        rule_config: config.map(|config| BlockList(vec![config])),
        ..SafetyRule::default()
    }
}

async fn live(site: &Site, rule: SafetyRule, status: Option<Status>) -> Result<Live, Fault> {
    let arn = rule.arn.clone().unwrap_or_default();
    let rule = SafetyRule { status: word(status.as_ref()), ..rule };
    Ok(tags_of(site, &arn).await?.tagged(&arn, rule.to_object(), state(status.as_ref())))
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = SafetyRule::from_object(attributes).map_err(shape)?;
    let config = wanted.rule_config.and_then(|blocks| blocks.0.into_iter().next()).unwrap_or_default();
    let config = Config::builder()
        .set_inverted(config.inverted)
        .set_threshold(int(config.threshold)?)
        .set_type(config.type_.as_deref().map(RuleType::from))
        .build();
    let wait = int(wanted.wait_period_ms)?;
    let asked = site.recovery_control().create_safety_rule().client_token(token);
    let asked = match wanted.gating_controls {
        Some(gating) => asked.gating_rule(
            NewGatingRule::builder()
                .set_control_panel_arn(wanted.control_panel_arn)
                .set_gating_controls(Some(gating))
                .set_name(wanted.name)
                .rule_config(config)
                .set_target_controls(wanted.target_controls)
                .set_wait_period_ms(wait)
                .build(),
        ),
        None => asked.assertion_rule(
            NewAssertionRule::builder()
                .set_asserted_controls(wanted.asserted_controls)
                .set_control_panel_arn(wanted.control_panel_arn)
                .set_name(wanted.name)
                .rule_config(config)
                .set_wait_period_ms(wait)
                .build(),
        ),
    };
    let asked = asked.set_tags(marks(tags::all(wanted.tags.as_ref(), owner, token)));
    let told = asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    let rule = either(told.assertion_rule, told.gating_rule);
    Ok(accepted(&made(rule.and_then(|(rule, _)| rule.arn), "a safety rule")?, READY, 0))
}

/// Name and waiting period are told together, whichever of them changes.
async fn update(site: &Site, arn: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = read(site, arn).await?.ok_or_else(|| missing("safety rule", arn))?;
    update_tags(site, &live, changes).await?;
    if ["name", "wait_period_ms"].iter().any(|field| changes.contains(field)) {
        let whole = merged(live.attributes, changes);
        let (name, gates) = (whole.get("name").and_then(String::from_value), whole.get("gating_controls"));
        let wait = int(whole.get("wait_period_ms").and_then(i64::from_value))?;
        let asked = site.recovery_control().update_safety_rule();
        let asked = match gates.is_some_and(|gates| !gates.is_null()) {
            true => {
                let rule = GatingRuleUpdate::builder().safety_rule_arn(arn).set_name(name);
                asked.gating_rule_update(rule.set_wait_period_ms(wait).build())
            }
            false => {
                let rule = AssertionRuleUpdate::builder().safety_rule_arn(arn).set_name(name);
                asked.assertion_rule_update(rule.set_wait_period_ms(wait).build())
            }
        };
        asked.send().await.fault(Effect::Maybe)?;
    }
    Ok(accepted(arn, READY, 0))
}
