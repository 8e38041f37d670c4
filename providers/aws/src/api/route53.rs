//! What the kinds of Route 53 share: tags, which no creation takes, and changes that are polled until they are in sync.

use std::collections::BTreeMap;

use aws_sdk_route53::config::Builder;
use aws_sdk_route53::types::{ChangeInfo, ChangeStatus, Tag, TagResourceType};
use relight_contract::{Fault, FaultKind, Live, Name, Object, Owner, Typed, Value};

use super::fault::{Effect, FaultOf};
use super::side_by_side::side_by_side;
use super::site::{Site, no_retries};
use super::tags::{self, TagChange, Tags, Told};

/// How long to wait between two looks at a change. It takes about 35 s.
pub(crate) const LOOK_MILLISECONDS: u64 = 5_000;

/// The most objects whose tags one call tells, and the most tags that one call changes.
/// Source: Amazon Route 53 API reference, `ListTagsForResources` and `ChangeTagsForResource`.
const MOST_TAGS: usize = 10;

/// The settings of a call that may be made once only.
pub(crate) fn once() -> Builder {
    Builder::new().retry_config(no_retries())
}

/// The sort of object that tags belong to.
#[derive(Clone, Copy)]
pub(crate) enum Sort {
    /// A hosted zone.
    Zone,
    /// A health check.
    HealthCheck,
}

impl Sort {
    fn of_api(self) -> TagResourceType {
        match self {
            Sort::Zone => TagResourceType::Hostedzone,
            Sort::HealthCheck => TagResourceType::Healthcheck,
        }
    }
}

/// The tags of objects by their ids. One that is gone meanwhile has none.
pub(crate) async fn tags_of(
    site: &Site,
    sort: Sort,
    ids: &[String],
) -> Result<BTreeMap<String, Told>, Fault> {
    let parts = ids.chunks(MOST_TAGS).map(|part| tags_of_some(site, sort, part)).collect();
    Ok(side_by_side(parts).await?.into_iter().flatten().collect())
}

async fn tags_of_some(site: &Site, sort: Sort, ids: &[String]) -> Result<Vec<(String, Told)>, Fault> {
    match list_tags(site, sort, ids.to_vec()).await {
        // One that is gone spoils the answer for all.
        Err(fault) if fault.kind == FaultKind::NotFound => {
            let mut told = Vec::new();
            for id in ids {
                told.extend(super::absent_is_none(list_tags(site, sort, vec![id.clone()]).await)?);
            }
            Ok(told.into_iter().flatten().collect())
        }
        told => told,
    }
}

async fn list_tags(site: &Site, sort: Sort, ids: Vec<String>) -> Result<Vec<(String, Told)>, Fault> {
    let asked = site.route53().list_tags_for_resources().resource_type(sort.of_api());
    let answered = asked.set_resource_ids(Some(ids)).send().await.fault(Effect::None)?;
    let told = |tags: Option<Vec<Tag>>| {
        let tags = tags.unwrap_or_default().into_iter();
        Told::of(tags.filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))))
    };
    let sets = answered.resource_tag_sets.into_iter();
    Ok(sets.filter_map(|set| Some((set.resource_id?, told(set.tags)))).collect())
}

/// Makes the user's tags of an object what the changed fields say.
pub(crate) async fn update_tags(site: &Site, sort: Sort, live: &Live, changes: &Object) -> Result<(), Fault> {
    let change = TagChange::of(live, changes);
    set_tags(site, sort, &live.native_id, change.set).await?;
    for part in change.remove.chunks(MOST_TAGS) {
        let asked = site.route53().change_tags_for_resource().resource_type(sort.of_api());
        let asked = asked.resource_id(&*live.native_id).set_remove_tag_keys(Some(part.to_vec()));
        asked.send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

/// Adds tags to an object, or gives them other values.
pub(crate) async fn set_tags(
    site: &Site,
    sort: Sort,
    id: &str,
    set: Vec<(String, String)>,
) -> Result<(), Fault> {
    let set: Vec<Tag> =
        set.into_iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
    for part in set.chunks(MOST_TAGS) {
        let asked = site.route53().change_tags_for_resource().resource_type(sort.of_api());
        let asked = asked.resource_id(id).set_add_tags(Some(part.to_vec()));
        asked.send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

/// The tags that are still missing of a new object, as they travel in the handle of its creation.
pub(crate) struct Marks {
    owner: String,
    token: String,
    /// The change that makes the object, where there is one.
    pub(crate) change: String,
    hint: String,
}

/// How a handle begins that carries tags.
const MARKS: &str = "tags ";

impl Marks {
    /// The tags of an object that was made by `change`.
    pub(crate) fn new(owner: &Owner, token: &str, change: &str) -> Marks {
        Marks {
            owner: owner.id.0.to_string(),
            token: token.to_owned(),
            change: change.to_owned(),
            hint: crate::AWS.tags.escape(&owner.address),
        }
    }

    /// The handle that carries them. The hint comes last, because it may hold anything.
    pub(crate) fn handle(&self) -> Name {
        let change = if self.change.is_empty() { "-" } else { &self.change };
        Name::from(format!("{MARKS}{} {} {change} {}", self.owner, self.token, self.hint))
    }

    /// The tags that a handle carries, if it does.
    pub(crate) fn parse(handle: &str) -> Option<Marks> {
        let mut parts = handle.strip_prefix(MARKS)?.splitn(4, ' ').map(str::to_owned);
        let (owner, token, change) = (parts.next()?, parts.next()?, parts.next()?);
        let change = Some(change).filter(|change| change != "-").unwrap_or_default();
        Some(Marks { owner, token, change, hint: parts.next().unwrap_or_default() })
    }

    /// Writes them, and the user's tags with them.
    pub(crate) async fn write(
        &self,
        site: &Site,
        sort: Sort,
        id: &str,
        attributes: &Object,
    ) -> Result<(), Fault> {
        let rules = &crate::AWS.tags;
        let mut set =
            vec![(rules.owner.to_owned(), self.owner.clone()), (rules.intent.to_owned(), self.token.clone())];
        if !self.hint.is_empty() {
            set.push((rules.address.to_owned(), self.hint.clone()));
        }
        let user = attributes.get("tags").filter(|tags| !tags.is_null()).and_then(Tags::from_value);
        set.extend(user.unwrap_or_default());
        set_tags(site, sort, id, set).await
    }
}

/// Writes the owner tags of an object that was not ours.
pub(crate) async fn claim(site: &Site, sort: Sort, id: &str, owner: &Owner) -> Result<(), Fault> {
    set_tags(site, sort, id, tags::owner(owner)).await
}

/// The id of a change that is not in sync yet.
pub(crate) fn pending(change: Option<ChangeInfo>) -> Option<String> {
    change.filter(|change| change.status == ChangeStatus::Pending).map(|change| change.id)
}

/// Whether a change is in sync.
pub(crate) async fn is_in_sync(site: &Site, change: &str) -> Result<bool, Fault> {
    let answered = site.route53().get_change().id(change).send().await.fault(Effect::None)?;
    Ok(pending(answered.change_info).is_none())
}

/// The text of a field.
pub(crate) fn text<'o>(object: &'o Object, field: &str) -> Option<&'o str> {
    object.get(field).and_then(Value::as_str).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_travel_in_a_handle() {
        for (change, hint) in [("/change/C1", "aws_route53_zone.shop"), ("", "a zone.with spaces"), ("", "")]
        {
            let marks =
                Marks { owner: "0f".into(), token: "ab".into(), change: change.into(), hint: hint.into() };
            let read = Marks::parse(&marks.handle()).unwrap();
            assert_eq!((read.owner, read.token), ("0f".to_owned(), "ab".to_owned()));
            assert_eq!((read.change.as_str(), read.hint.as_str()), (change, hint));
        }
        assert!(Marks::parse("sync /change/C1").is_none());
    }
}
