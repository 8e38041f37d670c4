//! The API half of `aws_lb_listener_rule`.
//!
//! The native id is the ARN. Rules are listed a listener at a time, the default one left out: it is the listener's own.

use std::sync::Arc;

use aws_sdk_elasticloadbalancingv2::types::{Rule, RulePriorityPair};
use relight_contract::{
    Action, Answer, Answering, Block, BlockList, Blocks, Fault, FaultKind, Live, Name, Object, Owner, State,
    Value,
};

use super::{Condition, KIND, ListenerRule};
use crate::api::elb::{self, MOST_DESCRIBED, PAGE, once, set_tags, tag};
use crate::api::{
    Effect, FaultOf, Site, absent_is_none, becomes, int, missing, next, none_of_its_calls, object_or_absent,
    shape, tags,
};
use crate::kinds::lb_action::{DefaultAction, RuleAction, api as action};

mod condition;

/// The priority that comes first.
const FIRST: i64 = 1;

/// How often another priority is tried when somebody else has just taken the one behind all others.
const TRIES: usize = 5;

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { under, page, .. } => list(&site, under.as_deref(), page).await,
            Action::Read { native_id, .. } | Action::Poll { native_id, .. } => {
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Find { token, attributes, .. } => {
                let listener = attributes.get("listener_arn").and_then(Value::as_str).unwrap_or_default();
                let rules = tagged(&site, listener, of_listener(&site, listener).await?).await?;
                let ours = |live: &Live| live.token.as_deref() == Some(&*token);
                Ok(Answer::Found(rules.into_iter().filter(ours).collect()))
            }
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, .. } => update(&site, &native_id, &changes).await,
            Action::Delete { native_id, .. } => {
                let asked = site.elb().delete_rule().rule_arn(&*native_id);
                absent_is_none(asked.send().await.fault(Effect::Maybe))?;
                Ok(Answer::Absent)
            }
            Action::Claim { native_id, owner, .. } => {
                set_tags(&site, &native_id, tags::owner(&owner)).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

async fn list(site: &Site, under: Option<&str>, page: Option<Name>) -> Result<Answer, Fault> {
    let Some(listener) = under else {
        return Err(Fault::new(FaultKind::Invalid, "rules are listed under a listener"));
    };
    let asked = site.elb().describe_rules().listener_arn(listener).page_size(PAGE);
    // The tags of the rules of many listeners are asked for together, once they are known.
    let coming = site.comes(elb::TAGS);
    let asked = asked.set_marker(page.map(|page| page.to_string())).send().await;
    drop(coming);
    // A listener that is gone has no rules.
    let Some(answered) = absent_is_none(asked.fault(Effect::None))? else {
        return Ok(Answer::Page { items: Vec::new(), next: None });
    };
    let next = next(answered.next_marker);
    Ok(Answer::Page { items: tagged(site, listener, answered.rules.unwrap_or_default()).await?, next })
}

async fn read(site: &Site, arn: &str) -> Result<Option<Live>, Fault> {
    let describe = async |arns| {
        let asked = site.elb().describe_rules().set_rule_arns(Some(arns));
        let told = asked.send().await.fault(Effect::None)?.rules.unwrap_or_default();
        tagged(site, "", told).await
    };
    site.together(KIND.name, arn, MOST_DESCRIBED, describe).await
}

/// All rules of a listener.
async fn of_listener(site: &Site, listener: &str) -> Result<Vec<Rule>, Fault> {
    let mut rules = Vec::new();
    let mut marker = None;
    loop {
        let asked = site.elb().describe_rules().listener_arn(listener).page_size(PAGE).set_marker(marker);
        let Some(told) = absent_is_none(asked.send().await.fault(Effect::None))? else {
            return Ok(Vec::new());
        };
        rules.extend(told.rules.unwrap_or_default());
        marker = told.next_marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            return Ok(rules);
        }
    }
}

/// What a page tells, and the tags. A rule that is asked for by itself names its listener in its own ARN.
async fn tagged(site: &Site, listener: &str, told: Vec<Rule>) -> Result<Vec<Live>, Fault> {
    let told: Vec<Rule> = told.into_iter().filter(|rule| rule.is_default != Some(true)).collect();
    let arns: Vec<String> = told.iter().filter_map(|one| one.rule_arn.clone()).collect();
    let mut tags = elb::tags_of(site, &arns).await?;
    let live = |told: Rule| {
        let arn = told.rule_arn.clone().unwrap_or_default();
        let tags = tags.remove(&arn).unwrap_or_default();
        let parent = if listener.is_empty() { listener_of(&arn) } else { Some(listener.to_owned()) };
        let conditions = told.conditions.unwrap_or_default().into_iter().map(condition::read);
        let rule = ListenerRule {
            action: Some(BlockList(action::read(told.actions).into_iter().map(of_rule).collect())),
            arn: told.rule_arn.clone(),
            condition: Some(Blocks(conditions.collect())),
            id: told.rule_arn,
            listener_arn: parent,
            priority: told.priority.and_then(|priority| priority.parse().ok()),
            tags: Some(tags.user.clone()),
            tags_all: Some(tags.user.clone()),
        };
        tags.live(&arn, rule.to_object(), State::Ready)
    };
    Ok(told.into_iter().map(live).collect())
}

/// The listener of a rule: its ARN is that of the listener, with another word for the sort, and one part more.
/// Source: Service Authorization Reference, "Resource types defined by AWS Elastic Load Balancing V2".
fn listener_of(rule: &str) -> Option<String> {
    let (listener, _) = rule.rsplit_once('/')?;
    Some(listener.replacen(":listener-rule/", ":listener/", 1))
}

/// The actions of rules and of listeners have the same attributes.
fn of_rule(action: DefaultAction) -> RuleAction {
    RuleAction::from_object(&action.to_object()).unwrap_or_default()
}

fn of_listener_action(action: &RuleAction) -> Result<DefaultAction, Fault> {
    DefaultAction::from_object(&action.to_object()).map_err(shape)
}

fn actions(wanted: &[RuleAction]) -> Result<Vec<aws_sdk_elasticloadbalancingv2::types::Action>, Fault> {
    let wanted: Result<Vec<DefaultAction>, Fault> = wanted.iter().map(of_listener_action).collect();
    action::write(&wanted?)
}

fn conditions(wanted: &[Condition]) -> Vec<aws_sdk_elasticloadbalancingv2::types::RuleCondition> {
    wanted.iter().flat_map(condition::write).collect()
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = ListenerRule::from_object(attributes).map_err(shape)?;
    let listener = wanted.listener_arn.clone().unwrap_or_default();
    let marks: Vec<_> = tags::all(wanted.tags.as_ref(), owner, token).into_iter().map(tag).collect();
    let asked = site
        .elb()
        .create_rule()
        .listener_arn(&listener)
        .set_actions(Some(actions(&wanted.action.unwrap_or(BlockList(Vec::new())).0)?))
        .set_conditions(Some(conditions(&wanted.condition.unwrap_or(Blocks(Vec::new())).0)))
        .set_tags(Some(marks));
    for attempt in 1.. {
        let priority = match wanted.priority {
            Some(priority) => priority,
            None => behind_all(&of_listener(site, &listener).await?),
        };
        let asked = asked.clone().set_priority(int(Some(priority))?);
        let made = asked.customize().config_override(once()).send().await.fault(Effect::Maybe);
        match made {
            Err(fault)
                if fault.code.as_deref() == Some("PriorityInUse")
                    && wanted.priority.is_none()
                    && attempt < TRIES => {}
            Err(fault) => return Err(fault),
            Ok(made) => {
                let made = tagged(site, &listener, made.rules.unwrap_or_default()).await;
                let lost = |text: &str| Fault::new(FaultKind::Ambiguous, text);
                let live = made.map_err(|fault| lost(&fault.message))?.pop();
                return live.map(Answer::Object).ok_or_else(|| lost("a rule was made, but is not told"));
            }
        }
    }
    Err(Fault::new(FaultKind::Conflict, "no priority was free"))
}

/// The priority behind all rules of a listener.
fn behind_all(rules: &[Rule]) -> i64 {
    let taken = rules.iter().filter_map(|rule| rule.priority.as_deref()?.parse::<i64>().ok());
    taken.max().map_or(FIRST, |last| last.saturating_add(1))
}

async fn update(site: &Site, arn: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = read(site, arn).await?.ok_or_else(|| missing("rule", arn))?;
    if let Some(priority) = becomes::<i64>(&KIND, changes, "priority").flatten() {
        let pair = RulePriorityPair::builder().rule_arn(arn).set_priority(int(Some(priority))?).build();
        let asked = site.elb().set_rule_priorities().rule_priorities(pair);
        asked.send().await.fault(Effect::Maybe)?;
    }
    let taken = becomes::<BlockList<RuleAction>>(&KIND, changes, "action").flatten();
    let met = becomes::<Blocks<Condition>>(&KIND, changes, "condition").flatten();
    if taken.is_some() || met.is_some() {
        let asked = site
            .elb()
            .modify_rule()
            .rule_arn(arn)
            .set_actions(taken.map(|taken| actions(&taken.0)).transpose()?)
            .set_conditions(met.map(|met| conditions(&met.0)));
        asked.send().await.fault(Effect::Maybe)?;
    }
    elb::update_tags(site, &live, changes).await?;
    Ok(object_or_absent(read(site, arn).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_names_its_listener() {
        let rule = "arn:aws:elasticloadbalancing:us-east-1:1:listener-rule/app/shop/50dc/f2f7/9683";
        let listener = "arn:aws:elasticloadbalancing:us-east-1:1:listener/app/shop/50dc/f2f7";
        assert_eq!(listener_of(rule).as_deref(), Some(listener));
        assert_eq!(listener_of("nothing"), None);
    }
}
