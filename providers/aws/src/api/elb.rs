//! What the kinds of Elastic Load Balancing share: tags, and attributes that the API keeps as text by key.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::config::Builder;
use aws_sdk_elasticloadbalancingv2::types::{Tag, TagDescription};
use futures_util::future::try_join_all;
use relight_contract::{Fault, FaultKind, Interest, Kind, Live, Name, Object, State, Typed, Value};

use super::fault::{Effect, FaultOf};
use super::side_by_side::{each, side_by_side};
use super::site::{Site, no_retries};
use super::tags::{TagChange, Told};
use super::values::{of_text, text};

/// The largest page.
pub(crate) const PAGE: i32 = 400;

/// The most objects that one call describes by their ARNs, and tells the tags of.
/// Source: Elastic Load Balancing API reference, `DescribeTags` and `DescribeLoadBalancers`.
pub(crate) const MOST_DESCRIBED: usize = 20;

/// The settings of a call that may be made once only.
pub(crate) fn once() -> Builder {
    Builder::new().retry_config(no_retries())
}

/// The end of an ARN behind `part/`, as metrics and network interfaces name it.
pub(crate) fn suffix(arn: &str, part: &str) -> Option<String> {
    arn.split_once(part).map(|(_, suffix)| suffix.to_owned())
}

/// A tag as the API has it.
pub(crate) fn tag((key, value): (String, String)) -> Tag {
    Tag::builder().key(key).value(value).build()
}

/// What reads of tags are known by that wait for one another.
pub(crate) const TAGS: &str = "tags of elasticloadbalancing";

/// The tags of objects by their ARNs. One that is gone meanwhile has none.
pub(crate) async fn tags_of(site: &Site, arns: &[String]) -> Result<BTreeMap<String, Told>, Fault> {
    let parts = arns.chunks(MOST_DESCRIBED).map(async |part| match part.len() {
        MOST_DESCRIBED => tags_of_some(site, part).await,
        _ => tags_among_others(site, part).await,
    });
    Ok(side_by_side(parts.collect()).await?.into_iter().flatten().collect())
}

/// The tags of a few objects, asked for with those of other lists: listeners are listed for each load balancer, which
/// mostly has one.
async fn tags_among_others(site: &Site, arns: &[String]) -> Result<Vec<(String, Told)>, Fault> {
    let describe = |arns| objects_of_tags(site, arns);
    let each = arns.iter().map(|arn| site.together(TAGS, arn, MOST_DESCRIBED, describe));
    let told = try_join_all(each).await?.into_iter().flatten();
    Ok(told.map(|live| (live.native_id.to_string(), Told::from(live))).collect())
}

/// Objects of which nothing is told but their tags.
async fn objects_of_tags(site: &Site, arns: Vec<String>) -> Result<Vec<Live>, Fault> {
    let told = tags_of_some(site, &arns).await?.into_iter();
    let tags_only = |told: &Told| Object::from_iter([(Name::from("tags"), told.user.to_value())]);
    Ok(told.map(|(arn, told)| told.clone().live(&arn, tags_only(&told), State::Ready)).collect())
}

async fn tags_of_some(site: &Site, arns: &[String]) -> Result<Vec<(String, Told)>, Fault> {
    let told = match describe_tags(site, arns.to_vec()).await {
        // One that is gone spoils the answer for all.
        Err(fault) if fault.kind == FaultKind::NotFound => {
            let mut told = Vec::new();
            for arn in arns {
                told.extend(super::absent_is_none(describe_tags(site, vec![arn.clone()]).await)?);
            }
            told.into_iter().flatten().collect()
        }
        told => told?,
    };
    let pairs = |tags: Option<Vec<Tag>>| {
        let tags = tags.unwrap_or_default().into_iter();
        Told::of(tags.filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))))
    };
    Ok(told.into_iter().filter_map(|told| Some((told.resource_arn?, pairs(told.tags)))).collect())
}

async fn describe_tags(site: &Site, arns: Vec<String>) -> Result<Vec<TagDescription>, Fault> {
    let asked = site.elb().describe_tags().set_resource_arns(Some(arns));
    Ok(asked.send().await.fault(Effect::None)?.tag_descriptions.unwrap_or_default())
}

/// Makes the user's tags of an object what the changed fields say.
pub(crate) async fn update_tags(site: &Site, live: &Live, changes: &Object) -> Result<(), Fault> {
    let change = TagChange::of(live, changes);
    set_tags(site, &live.native_id, change.set).await?;
    if change.remove.is_empty() {
        return Ok(());
    }
    let asked = site.elb().remove_tags().resource_arns(&*live.native_id).set_tag_keys(Some(change.remove));
    asked.send().await.fault(Effect::Maybe)?;
    Ok(())
}

/// Adds tags to an object, or gives them other values.
pub(crate) async fn set_tags(site: &Site, arn: &str, set: Vec<(String, String)>) -> Result<(), Fault> {
    if set.is_empty() {
        return Ok(());
    }
    let asked = site.elb().add_tags().resource_arns(arn).set_tags(Some(set.into_iter().map(tag).collect()));
    asked.send().await.fault(Effect::Maybe)?;
    Ok(())
}

/// A page of objects. Those that carry an owner tag, or that memory knows, come with what only calls for each tell, as
/// `whole` has it; `None` is one that is gone meanwhile.
pub(crate) async fn complete<F>(
    items: Vec<Live>,
    interest: &Interest,
    whole: impl Fn(Live) -> F,
) -> Result<Vec<Live>, Fault>
where
    F: Future<Output = Result<Option<Live>, Fault>>,
{
    let whole = &whole;
    let complete = |live: Live| async move {
        let name = live.get("name").and_then(Value::as_str).unwrap_or_default();
        let is_meant = live.owner.is_some() || interest.knows(name) || interest.knows(&live.native_id);
        if is_meant { whole(live).await } else { Ok(Some(live)) }
    };
    Ok(each(items, complete).await?.into_iter().flatten().collect())
}

/// Whether a creation made an object of its own: a creation with the settings of an object that stands already
/// answers with that one. Source: Elastic Load Balancing API reference, `CreateLoadBalancer`.
pub(crate) fn is_made_by(live: &Live, token: &str) -> Result<(), Fault> {
    if live.token.as_deref() == Some(token) {
        return Ok(());
    }
    let text = format!("{} stood already, and is not what was to be made", live.native_id);
    Err(Fault::new(FaultKind::Conflict, text))
}

/// A field that the API keeps as an attribute.
pub(crate) struct Switch {
    /// The field of the table.
    field: &'static str,
    /// The key of the attribute.
    key: &'static str,
    /// The sorts of objects that have it; empty for all.
    only: &'static [&'static str],
}

/// Attributes by key.
pub(crate) type Attributes = BTreeMap<String, String>;

impl Switch {
    /// A row of a table of attributes.
    pub(crate) const fn new(field: &'static str, key: &'static str, only: &'static [&'static str]) -> Switch {
        Switch { field, key, only }
    }

    /// Whether an object of this sort has it.
    fn is_of(&self, sort: &str) -> bool {
        self.only.is_empty() || self.only.contains(&sort)
    }
}

/// The fields of the switches, as attributes tell them. What an object does not have stands at its default, so that
/// a spec may say so.
pub(crate) fn told(kind: &Kind, switches: &[Switch], attributes: &Attributes) -> Object {
    let mut object = Object::new();
    for switch in switches {
        let Some(row) = kind.field(switch.field) else { continue };
        let value = attributes.get(switch.key).and_then(|told| of_text(row, told));
        let value = value.unwrap_or_else(|| row.default.to_value(&row.ty()));
        if !value.is_null() {
            object.insert(switch.field, value);
        }
    }
    object
}

/// The attributes that changed fields are to have; an unset field goes to its default, or to no text.
pub(crate) fn wanted(kind: &Kind, switches: &[Switch], changes: &Object, sort: &str) -> Attributes {
    let mut wanted = Attributes::new();
    for switch in switches.iter().filter(|switch| switch.is_of(sort)) {
        let (Some(row), Some(value)) = (kind.field(switch.field), changes.get(switch.field)) else {
            continue;
        };
        let value = if value.is_null() { row.default.to_value(&row.ty()) } else { value.clone() };
        wanted.insert(switch.key.to_owned(), text(&value));
    }
    wanted
}

/// What of a new object's fields is not at its default, and so has to be set.
pub(crate) fn beyond_default(kind: &Kind, attributes: &Object) -> Object {
    let mut beyond = attributes.clone();
    beyond.retain(|name, value| {
        let default = kind.field(name).map(|row| row.default.to_value(&row.ty()));
        !value.is_null() && default.as_ref() != Some(value)
    });
    beyond
}
