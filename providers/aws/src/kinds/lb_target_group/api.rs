//! The API half of `aws_lb_target_group`.
//!
//! The native id is the ARN. `CreateTargetGroup` takes the health check; all other settings are attributes, which
//! follow when the creation is polled.

use std::sync::Arc;

use relight_contract::{Action, Answer, Answering, Fault, Interest, Live, Name, Object};

use super::KIND;
use crate::api::elb::{MOST_DESCRIBED, PAGE, is_made_by, set_tags};
use crate::api::{
    Effect, FaultOf, Site, absent_is_none, accepted, elb, given, missing, next, none_of_its_calls,
    object_or_absent, tags,
};

mod read;
mod write;

/// The handle of a creation; its token follows.
const CREATE: &str = "create ";

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, interest, .. } => list(&site, page, &interest).await,
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { attributes, .. } => find(&site, &attributes).await.map(Answer::Found),
            Action::Create { attributes, owner, token, .. } => {
                let arn = write::create(&site, &attributes, &owner, &token).await?;
                Ok(accepted(&arn, format!("{CREATE}{token}"), 0))
            }
            Action::Update { native_id, changes, .. } => update(&site, &native_id, &changes).await,
            Action::Poll { native_id, handle, attributes, .. } => {
                settle(&site, &native_id, &handle, &attributes).await
            }
            Action::Delete { native_id, .. } => {
                let asked = site.elb().delete_target_group().target_group_arn(&*native_id);
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

async fn list(site: &Site, page: Option<Name>, interest: &Interest) -> Result<Answer, Fault> {
    let asked = site.elb().describe_target_groups().page_size(PAGE);
    let answered = asked.set_marker(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let next = next(answered.next_marker);
    let items = read::tagged(site, answered.target_groups.unwrap_or_default()).await?;
    let items = elb::complete(items, interest, |live| read::whole(site, live, interest)).await?;
    Ok(Answer::Page { items, next })
}

/// What a page tells of a target group, and its tags.
async fn look(site: &Site, arn: &str) -> Result<Option<Live>, Fault> {
    let describe = async |arns| {
        let asked = site.elb().describe_target_groups().set_target_group_arns(Some(arns));
        let answered = asked.send().await.fault(Effect::None)?;
        read::tagged(site, answered.target_groups.unwrap_or_default()).await
    };
    site.together(KIND.name, arn, MOST_DESCRIBED, describe).await
}

async fn read(site: &Site, arn: &str) -> Result<Option<Live>, Fault> {
    match look(site, arn).await? {
        Some(live) => read::whole(site, live, &Interest::default()).await,
        None => Ok(None),
    }
}

async fn find(site: &Site, attributes: &Object) -> Result<Vec<Live>, Fault> {
    let name = given(attributes, "name", "a target group needs a name")?;
    let asked = site.elb().describe_target_groups().names(name).send().await.fault(Effect::None);
    let found = absent_is_none(asked)?.and_then(|answered| answered.target_groups).unwrap_or_default();
    let found = read::tagged(site, found).await?;
    let all = &Interest::default();
    elb::complete(found, all, |live| read::whole(site, live, all)).await
}

async fn update(site: &Site, arn: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = look(site, arn).await?.ok_or_else(|| missing("target group", arn))?;
    write::health_check(site, &live, changes).await?;
    write::settings(site, &live, changes).await?;
    elb::update_tags(site, &live, changes).await?;
    Ok(object_or_absent(read(site, arn).await?))
}

/// Goes on with a creation: sets what it could not be given.
async fn settle(site: &Site, arn: &str, handle: &str, attributes: &Object) -> Result<Answer, Fault> {
    let Some(live) = look(site, arn).await? else { return Ok(Answer::Absent) };
    if let Some(token) = handle.strip_prefix(CREATE) {
        is_made_by(&live, token)?;
    }
    write::settings(site, &live, &elb::beyond_default(&KIND, attributes)).await?;
    Ok(object_or_absent(read::whole(site, live, &Interest::default()).await?))
}
