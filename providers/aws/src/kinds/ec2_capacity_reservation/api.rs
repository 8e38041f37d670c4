//! The API half of `aws_ec2_capacity_reservation`.

use std::sync::Arc;

use aws_sdk_ec2::types::{
    CapacityReservation as Described, CapacityReservationInstancePlatform as Platform,
    CapacityReservationState as Doing, CapacityReservationTenancy as Tenancy, EndDateType,
    InstanceMatchCriteria, ResourceType,
};
use relight_contract::{Action, Answer, Answering, Block, Fault, Live, Name, Object, Owner, State};

use super::{CapacityReservation, KIND};
use crate::api::ec2::{MOST_FILTERED, intended, marks, owned, pairs, set_tags, update_tags};
use crate::api::{
    Effect, FaultOf, Site, Told, absent_is_none, accepted, becomes, int, made, merged, missing, next,
    none_of_its_calls, object_or_absent, shape, tags, time, time_text,
};

/// The largest page.
const PAGE: i32 = 1000;

/// What a poll waits for: the capacity is there, or no longer changes.
const READY: &str = "ready";

/// How long to wait between two looks at a reservation.
const LOOK_MILLISECONDS: u64 = 2_000;

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, .. } => list(&site, page).await,
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { token, .. } => find(&site, &token).await.map(Answer::Found),
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, attributes, .. } => {
                update(&site, &native_id, &changes, &attributes).await
            }
            Action::Poll { native_id, .. } => poll(&site, &native_id).await,
            Action::Delete { native_id, .. } => {
                let asked = site.ec2().cancel_capacity_reservation().capacity_reservation_id(&*native_id);
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

async fn list(site: &Site, page: Option<Name>) -> Result<Answer, Fault> {
    let asked = site.ec2().describe_capacity_reservations().filters(owned()).max_results(PAGE);
    let answered =
        asked.set_next_token(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    Ok(Answer::Page { items: all(answered.capacity_reservations), next: next(answered.next_token) })
}

/// No filter takes ids, so they are asked for as such; one that is missing is then asked for by itself.
async fn read(site: &Site, id: &str) -> Result<Option<Live>, Fault> {
    let describe = async |ids: Vec<String>| {
        let asked = site.ec2().describe_capacity_reservations().set_capacity_reservation_ids(Some(ids));
        Ok(all(asked.send().await.fault(Effect::None)?.capacity_reservations))
    };
    site.together(KIND.name, id, MOST_FILTERED, describe).await
}

async fn find(site: &Site, token: &str) -> Result<Vec<Live>, Fault> {
    let asked = site.ec2().describe_capacity_reservations().filters(intended(token));
    Ok(all(asked.send().await.fault(Effect::None)?.capacity_reservations))
}

fn all(reservations: Option<Vec<Described>>) -> Vec<Live> {
    reservations.unwrap_or_default().into_iter().filter_map(live).collect()
}

/// The object; `None` for one that is cancelled or has ended, which EC2 still tells.
fn live(told: Described) -> Option<Live> {
    let state = match &told.state {
        Some(Doing::Cancelled | Doing::Expired) => return None,
        Some(Doing::Failed | Doing::PaymentFailed | Doing::Unavailable | Doing::Unsupported) => State::Failed,
        Some(Doing::Pending | Doing::PaymentPending | Doing::Assessing) => State::Pending,
        Some(Doing::Cancelling) => State::Deleting,
        _ => State::Ready,
    };
    let id = told.capacity_reservation_id.unwrap_or_default();
    let marks = Told::of(pairs(told.tags));
    let end = time_text(told.end_date.as_ref());
    let attributes = CapacityReservation {
        arn: told.capacity_reservation_arn,
        availability_zone: told.availability_zone,
        ebs_optimized: told.ebs_optimized,
        end_date: end,
        end_date_type: told.end_date_type.map(|word| word.as_str().to_owned()),
        ephemeral_storage: told.ephemeral_storage,
        id: Some(id.clone()),
        instance_count: told.total_instance_count.map(i64::from),
        instance_match_criteria: told.instance_match_criteria.map(|word| word.as_str().to_owned()),
        instance_platform: told.instance_platform.map(|word| word.as_str().to_owned()),
        instance_type: told.instance_type,
        outpost_arn: told.outpost_arn.filter(|arn| !arn.is_empty()),
        owner_id: told.owner_id,
        placement_group_arn: told.placement_group_arn.filter(|arn| !arn.is_empty()),
        tags: Some(marks.user.clone()),
        tags_all: Some(marks.user.clone()),
        tenancy: told.tenancy.map(|word| word.as_str().to_owned()),
        timeouts: None,
    };
    Some(marks.live(&id, attributes.to_object(), state))
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = CapacityReservation::from_object(attributes).map_err(shape)?;
    let criteria = wanted.instance_match_criteria.as_deref().map(InstanceMatchCriteria::from);
    let asked = site
        .ec2()
        .create_capacity_reservation()
        .client_token(token)
        .set_availability_zone(wanted.availability_zone)
        .set_ebs_optimized(wanted.ebs_optimized)
        .set_end_date(time(wanted.end_date.as_deref())?)
        .set_end_date_type(wanted.end_date_type.as_deref().map(EndDateType::from))
        .set_ephemeral_storage(wanted.ephemeral_storage)
        .set_instance_count(int(wanted.instance_count)?)
        .set_instance_match_criteria(criteria)
        .set_instance_platform(wanted.instance_platform.as_deref().map(Platform::from))
        .set_instance_type(wanted.instance_type)
        .set_outpost_arn(wanted.outpost_arn)
        .set_placement_group_arn(wanted.placement_group_arn)
        .set_tenancy(wanted.tenancy.as_deref().map(Tenancy::from))
        .tag_specifications(marks(ResourceType::CapacityReservation, wanted.tags.as_ref(), owner, token));
    let answered = asked.send().await.fault(Effect::Maybe)?;
    let id = answered.capacity_reservation.and_then(|made| made.capacity_reservation_id);
    Ok(accepted(&made(id, "a capacity reservation")?, READY, 0))
}

async fn poll(site: &Site, id: &str) -> Result<Answer, Fault> {
    match read(site, id).await? {
        Some(live) if live.state == State::Pending => Ok(accepted(id, READY, LOOK_MILLISECONDS)),
        live => Ok(object_or_absent(live)),
    }
}

/// The end and its type go together in one call, as they are to be.
async fn update(site: &Site, id: &str, changes: &Object, attributes: &Object) -> Result<Answer, Fault> {
    let live = read(site, id).await?.ok_or_else(|| missing("capacity reservation", id))?;
    update_tags(site, id, &live, changes).await?;
    let of_end = changes.contains("end_date") || changes.contains("end_date_type");
    let count = becomes::<i64>(&KIND, changes, "instance_count").flatten();
    if !of_end && count.is_none() {
        return Ok(object_or_absent(read(site, id).await?));
    }
    let mut asked = site.ec2().modify_capacity_reservation().capacity_reservation_id(id);
    asked = asked.set_instance_count(int(count)?);
    if of_end {
        let wanted = merged(merged(live.attributes.clone(), attributes), changes);
        let wanted = CapacityReservation::from_object(&wanted).map_err(shape)?;
        let limited = wanted.end_date_type.as_deref() == Some(EndDateType::Limited.as_str());
        let end = time(wanted.end_date.as_deref().filter(|_| limited))?;
        let kind = if limited { EndDateType::Limited } else { EndDateType::Unlimited };
        asked = asked.set_end_date(end).end_date_type(kind);
    }
    asked.send().await.fault(Effect::Maybe)?;
    Ok(accepted(id, READY, 0))
}
