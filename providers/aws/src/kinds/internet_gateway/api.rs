//! The API half of `aws_internet_gateway`.
//!
//! To create a gateway and to attach it are two calls, so a creation answers as soon as there is an id, and the gateway
//! is attached when it is polled.

use std::sync::Arc;

use aws_sdk_ec2::types::{InternetGateway as Gateway, ResourceType};
use relight_contract::{
    Action, Answer, Answering, Block, Fault, FaultKind, Live, Name, Object, Owner, State, Value,
};

use super::{InternetGateway, KIND};
use crate::api::ec2::{MOST_FILTERED, filter, intended, marks, once, owned, pairs, set_tags, update_tags};
use crate::api::{
    Effect, FaultOf, Site, Told, absent_is_none, accepted, made, missing, next, none_of_its_calls,
    object_or_absent, shape, tags,
};

/// The largest page.
const PAGE: i32 = 1000;

/// What a poll does: it attaches the gateway where it is to be.
const ATTACH: &str = "attach";

/// The code of a gateway that is not attached to what it is to be detached from.
const NOT_ATTACHED: &str = "Gateway.NotAttached";

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
            Action::Update { native_id, changes, .. } => update(&site, &native_id, &changes).await,
            Action::Poll { native_id, attributes, .. } => settle(&site, &native_id, &attributes).await,
            Action::Delete { native_id, .. } => delete(&site, &native_id).await,
            Action::Claim { native_id, owner, .. } => {
                set_tags(&site, &native_id, tags::owner(&owner)).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

async fn list(site: &Site, page: Option<Name>) -> Result<Answer, Fault> {
    let asked = site.ec2().describe_internet_gateways().filters(owned()).max_results(PAGE);
    let answered =
        asked.set_next_token(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let items = all(site, answered.internet_gateways).await?;
    Ok(Answer::Page { items, next: next(answered.next_token) })
}

async fn read(site: &Site, id: &str) -> Result<Option<Live>, Fault> {
    let describe = async |ids| {
        let asked = site.ec2().describe_internet_gateways().filters(filter("internet-gateway-id", ids));
        let answered = asked.max_results(PAGE).send().await.fault(Effect::None)?;
        all(site, answered.internet_gateways).await
    };
    site.together(KIND.name, id, MOST_FILTERED, describe).await
}

async fn find(site: &Site, token: &str) -> Result<Vec<Live>, Fault> {
    let asked = site.ec2().describe_internet_gateways().filters(intended(token));
    let answered = asked.send().await.fault(Effect::None)?;
    all(site, answered.internet_gateways).await
}

async fn all(site: &Site, gateways: Option<Vec<Gateway>>) -> Result<Vec<Live>, Fault> {
    let mut items = Vec::new();
    for gateway in gateways.unwrap_or_default() {
        items.push(live(site, gateway).await?);
    }
    Ok(items)
}

async fn live(site: &Site, gateway: Gateway) -> Result<Live, Fault> {
    let id = gateway.internet_gateway_id.unwrap_or_default();
    let told = Told::of(pairs(gateway.tags));
    let attached = gateway.attachments.unwrap_or_default().into_iter().next();
    let attributes = InternetGateway {
        arn: Some(site.arn("ec2", &format!("internet-gateway/{id}")).await?),
        id: Some(id.clone()),
        owner_id: gateway.owner_id,
        tags: Some(told.user.clone()),
        tags_all: Some(told.user.clone()),
        timeouts: None,
        vpc_id: attached.and_then(|attachment| attachment.vpc_id),
    };
    Ok(told.live(&id, attributes.to_object(), State::Ready))
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = InternetGateway::from_object(attributes).map_err(shape)?;
    let marked = marks(ResourceType::InternetGateway, wanted.tags.as_ref(), owner, token);
    let asked = site.ec2().create_internet_gateway().tag_specifications(marked);
    let answered = asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    let id = answered.internet_gateway.and_then(|gateway| gateway.internet_gateway_id);
    Ok(accepted(&made(id, "an internet gateway")?, ATTACH, 0))
}

/// Goes on with a creation or a move: attaches the gateway where it is not yet attached.
async fn settle(site: &Site, id: &str, attributes: &Object) -> Result<Answer, Fault> {
    let Some(live) = read(site, id).await? else { return Ok(Answer::Absent) };
    let wanted = attributes.get("vpc_id").and_then(Value::as_str);
    match (wanted, attached_to(&live)) {
        (Some(wanted), Some(attached)) if wanted != attached => {
            let text = format!("{id} is attached to {attached}, and not to {wanted}");
            Err(Fault::new(FaultKind::Conflict, text))
        }
        (Some(wanted), None) => {
            attach(site, id, wanted).await?;
            Ok(accepted(id, ATTACH, 0))
        }
        _ => Ok(Answer::Object(live)),
    }
}

fn attached_to(live: &Live) -> Option<&str> {
    live.get("vpc_id").and_then(Value::as_str)
}

async fn attach(site: &Site, id: &str, vpc: &str) -> Result<(), Fault> {
    let asked = site.ec2().attach_internet_gateway().internet_gateway_id(id).vpc_id(vpc);
    asked.send().await.fault(Effect::Maybe)?;
    Ok(())
}

async fn detach(site: &Site, id: &str, vpc: &str) -> Result<(), Fault> {
    let asked = site.ec2().detach_internet_gateway().internet_gateway_id(id).vpc_id(vpc);
    match absent_is_none(asked.send().await.fault(Effect::Maybe)) {
        Err(fault) if fault.code.as_deref() == Some(NOT_ATTACHED) => Ok(()),
        answered => answered.map(drop),
    }
}

async fn update(site: &Site, id: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = read(site, id).await?.ok_or_else(|| missing("internet gateway", id))?;
    update_tags(site, id, &live, changes).await?;
    let wanted = changes.get("vpc_id").and_then(Value::as_str);
    if let Some(wanted) = wanted.filter(|wanted| attached_to(&live) != Some(wanted)) {
        if let Some(attached) = attached_to(&live) {
            detach(site, id, attached).await?;
        }
        attach(site, id, wanted).await?;
        return Ok(accepted(id, ATTACH, 0));
    }
    Ok(object_or_absent(read(site, id).await?))
}

async fn delete(site: &Site, id: &str) -> Result<Answer, Fault> {
    let Some(live) = read(site, id).await? else { return Ok(Answer::Absent) };
    if let Some(attached) = attached_to(&live) {
        detach(site, id, attached).await?;
    }
    let asked = site.ec2().delete_internet_gateway().internet_gateway_id(id);
    absent_is_none(asked.send().await.fault(Effect::Maybe))?;
    Ok(Answer::Absent)
}
