//! The API half of `aws_route53_zone`.
//!
//! The native id is the zone's id without `/hostedzone/`. The caller reference is the token, and finds a zone again
//! whose creation was cut. Tags follow a creation in a call of their own, then networks one by one: each is a change
//! that is waited for.

use std::sync::Arc;

use relight_contract::{Action, Answer, Answering, Block, Fault, Interest, Live, Name, Object};

use super::{KIND, Zone, ZoneVpc};
use crate::api::route53::{LOOK_MILLISECONDS, Marks, Sort, claim, is_in_sync, text, update_tags};
use crate::api::{
    Effect, FaultOf, Site, accepted, becomes, found, missing, none_of_its_calls, object_or_absent, shape,
};

pub(crate) mod read;
mod write;

/// The largest page.
const PAGE: i32 = 100;

/// What a poll waits for: the handles of operations. One that carries tags is of [`Marks`].
mod handle {
    /// A change, whose id follows; then networks that are still to be added or taken away.
    pub(super) const SYNC: &str = "sync ";
    /// The end of the zone, a change whose id follows.
    pub(super) const DELETE: &str = "delete ";
}

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, interest, .. } => list(&site, page, &interest).await,
            Action::Read { native_id, .. } => Ok(object_or_absent(read::read(&site, &native_id).await?)),
            Action::Find { token, attributes, .. } => {
                let name = text(&attributes, "name").unwrap_or_default();
                let live = match read::by_reference(&site, name, &token).await? {
                    Some(id) => read::read(&site, &id).await?,
                    None => None,
                };
                Ok(found(live))
            }
            Action::Create { attributes, owner, token, .. } => {
                let (id, change) = write::create(&site, &attributes, &token).await?;
                Ok(accepted(&id, Marks::new(&owner, &token, &change).handle(), 0))
            }
            Action::Update { native_id, changes, attributes, .. } => {
                update(&site, &native_id, &changes, &attributes).await
            }
            Action::Poll { native_id, handle, attributes, .. } => {
                poll(&site, &native_id, &handle, &attributes).await
            }
            Action::Delete { native_id, attributes, .. } => {
                let how = Zone::from_object(&attributes).map_err(shape)?;
                match write::delete(&site, &native_id, how.force_destroy.unwrap_or_default()).await? {
                    Some(change) => {
                        Ok(accepted(&native_id, format!("{}{change}", handle::DELETE), LOOK_MILLISECONDS))
                    }
                    None => Ok(Answer::Absent),
                }
            }
            Action::Claim { native_id, owner, .. } => {
                claim(&site, Sort::Zone, &native_id, &owner).await?;
                Ok(object_or_absent(read::read(&site, &native_id).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

async fn list(site: &Site, page: Option<Name>, interest: &Interest) -> Result<Answer, Fault> {
    let asked = site.route53().list_hosted_zones().max_items(PAGE);
    let answered = asked.set_marker(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let next = answered.next_marker.filter(|_| answered.is_truncated).map(Name::from);
    let items = read::tagged(site, answered.hosted_zones).await?;
    let looked_at = |live: &Live| live.owner.is_some() || interest.knows(&live.native_id);
    Ok(Answer::Page { items: read::complete(site, items, interest, looked_at).await?, next })
}

async fn update(site: &Site, id: &str, changes: &Object, attributes: &Object) -> Result<Answer, Fault> {
    let live = read::read(site, id).await?.ok_or_else(|| missing("hosted zone", id))?;
    if let Some(comment) = becomes::<String>(&KIND, changes, "comment") {
        let asked = site.route53().update_hosted_zone_comment().id(id);
        asked.comment(comment.unwrap_or_default()).send().await.fault(Effect::Maybe)?;
    }
    update_tags(site, Sort::Zone, &live, changes).await?;
    networks(site, id, attributes).await
}

async fn poll(site: &Site, id: &str, handle: &str, attributes: &Object) -> Result<Answer, Fault> {
    let goes_on = |handle: &str| Ok(accepted(id, handle, LOOK_MILLISECONDS));
    if let Some(marks) = Marks::parse(handle) {
        marks.write(site, Sort::Zone, id, attributes).await?;
        if !marks.change.is_empty() && !is_in_sync(site, &marks.change).await? {
            return goes_on(&format!("{}{}", handle::SYNC, marks.change));
        }
        return networks(site, id, attributes).await;
    }
    if let Some(change) = handle.strip_prefix(handle::DELETE) {
        return match is_in_sync(site, change).await? {
            true => Ok(Answer::Absent),
            false => goes_on(handle),
        };
    }
    match handle.strip_prefix(handle::SYNC) {
        Some(change) if !is_in_sync(site, change).await? => goes_on(handle),
        _ => networks(site, id, attributes).await,
    }
}

/// The zone, once it answers in the networks that are asked for.
async fn networks(site: &Site, id: &str, attributes: &Object) -> Result<Answer, Fault> {
    let Some(live) = read::read(site, id).await? else { return Ok(Answer::Absent) };
    let wanted = Zone::from_object(attributes).map_err(shape)?;
    let wanted: Option<Vec<ZoneVpc>> = wanted.vpc.map(|blocks| blocks.0).filter(|some| !some.is_empty());
    let change = match wanted {
        Some(wanted) => write::next_network(site, &live, &wanted).await?,
        None => None,
    };
    match change {
        None => Ok(Answer::Object(live)),
        Some(change) => Ok(accepted(id, format!("{}{change}", handle::SYNC), 0)),
    }
}
