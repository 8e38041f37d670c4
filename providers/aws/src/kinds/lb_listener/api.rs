//! The API half of `aws_lb_listener`.
//!
//! The native id is the ARN. Listeners are listed a load balancer at a time; what is no part of `CreateListener` are
//! attributes, which follow when the creation is polled.

use std::sync::Arc;

use aws_sdk_elasticloadbalancingv2::types::Listener as Told;
use relight_contract::BlockList;
use relight_contract::{
    Action, Answer, Answering, Block, Fault, FaultKind, Interest, Live, Name, Object, State, Value,
};

use super::{KIND, Listener, SETTINGS};
use crate::api::elb::{Attributes, MOST_DESCRIBED, PAGE, is_made_by, set_tags};
use crate::api::{
    Effect, FaultOf, Site, absent_is_none, accepted, elb, merged, missing, next, none_of_its_calls,
    object_or_absent, tags,
};
use crate::kinds::lb_action::api as action;

mod write;

/// The handle of a creation; its token follows.
const CREATE: &str = "create ";

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { under, page, interest, .. } => {
                list(&site, under.as_deref(), page, &interest).await
            }
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { token, attributes, .. } => {
                find(&site, &token, &attributes).await.map(Answer::Found)
            }
            Action::Create { attributes, owner, token, .. } => {
                let arn = write::create(&site, &attributes, &owner, &token).await?;
                Ok(accepted(&arn, format!("{CREATE}{token}"), 0))
            }
            Action::Update { native_id, changes, .. } => update(&site, &native_id, &changes).await,
            Action::Poll { native_id, handle, attributes, .. } => {
                settle(&site, &native_id, &handle, &attributes).await
            }
            Action::Delete { native_id, .. } => {
                let asked = site.elb().delete_listener().listener_arn(&*native_id);
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

async fn list(
    site: &Site,
    under: Option<&str>,
    page: Option<Name>,
    interest: &Interest,
) -> Result<Answer, Fault> {
    let Some(parent) = under else {
        return Err(Fault::new(FaultKind::Invalid, "listeners are listed under a load balancer"));
    };
    // The tags of the listeners of many load balancers are asked for together, once they are known.
    let coming = site.comes(elb::TAGS);
    let asked = site.elb().describe_listeners().load_balancer_arn(parent).page_size(PAGE);
    let asked = asked.set_marker(page.map(|page| page.to_string())).send().await;
    drop(coming);
    // A load balancer that is gone has no listeners.
    let Some(answered) = absent_is_none(asked.fault(Effect::None))? else {
        return Ok(Answer::Page { items: Vec::new(), next: None });
    };
    let next = next(answered.next_marker);
    let items = tagged(site, answered.listeners.unwrap_or_default()).await?;
    let items = elb::complete(items, interest, |live| whole(site, live, interest)).await?;
    Ok(Answer::Page { items, next })
}

/// What a page tells of a listener, and its tags.
async fn look(site: &Site, arn: &str) -> Result<Option<Live>, Fault> {
    let describe = async |arns| {
        let asked = site.elb().describe_listeners().set_listener_arns(Some(arns));
        let answered = asked.send().await.fault(Effect::None)?;
        tagged(site, answered.listeners.unwrap_or_default()).await
    };
    site.together(KIND.name, arn, MOST_DESCRIBED, describe).await
}

async fn read(site: &Site, arn: &str) -> Result<Option<Live>, Fault> {
    match look(site, arn).await? {
        Some(live) => whole(site, live, &Interest::default()).await,
        None => Ok(None),
    }
}

async fn find(site: &Site, token: &str, attributes: &Object) -> Result<Vec<Live>, Fault> {
    let parent = attributes.get("load_balancer_arn").and_then(Value::as_str).map(str::to_owned);
    let mut found = Vec::new();
    let mut marker = None;
    loop {
        let asked = site.elb().describe_listeners().set_load_balancer_arn(parent.clone()).page_size(PAGE);
        let answered = asked.set_marker(marker).send().await.fault(Effect::None);
        let Some(answered) = absent_is_none(answered)? else { return Ok(Vec::new()) };
        let page = tagged(site, answered.listeners.unwrap_or_default()).await?;
        found.extend(page.into_iter().filter(|live| live.token.as_deref() == Some(token)));
        marker = answered.next_marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            let all = &Interest::default();
            return elb::complete(found, all, |live| whole(site, live, all)).await;
        }
    }
}

/// What a page tells, and the tags.
async fn tagged(site: &Site, told: Vec<Told>) -> Result<Vec<Live>, Fault> {
    let arns: Vec<String> = told.iter().filter_map(|one| one.listener_arn.clone()).collect();
    let mut tags = elb::tags_of(site, &arns).await?;
    let live = |told: Told| {
        let arn = told.listener_arn.clone().unwrap_or_default();
        let tags = tags.remove(&arn).unwrap_or_default();
        let attributes =
            Listener { tags: Some(tags.user.clone()), tags_all: Some(tags.user.clone()), ..attributes(told) };
        tags.live(&arn, attributes.to_object(), State::Ready)
    };
    Ok(told.into_iter().map(live).collect())
}

fn attributes(told: Told) -> Listener {
    let certificate = told.certificates.unwrap_or_default().into_iter().next();
    let clients = told.mutual_authentication.map(|told| super::MutualAuthentication {
        advertise_trust_store_ca_names: told
            .advertise_trust_store_ca_names
            .map(|word| word.as_str().to_owned()),
        ignore_client_certificate_expiry: told.ignore_client_certificate_expiry,
        mode: told.mode,
        trust_store_arn: told.trust_store_arn,
    });
    Listener {
        alpn_policy: told.alpn_policy.unwrap_or_default().into_iter().next(),
        id: told.listener_arn.clone(),
        arn: told.listener_arn,
        certificate_arn: certificate.and_then(|certificate| certificate.certificate_arn),
        default_action: Some(BlockList(action::read(told.default_actions))),
        load_balancer_arn: told.load_balancer_arn,
        mutual_authentication: clients.map(|clients| BlockList(vec![clients])),
        port: told.port.map(i64::from),
        protocol: told.protocol.map(|word| word.as_str().to_owned()).filter(|word| !word.is_empty()),
        ssl_policy: told.ssl_policy.filter(|policy| !policy.is_empty()),
        ..Listener::default()
    }
}

/// A listener with what only a call for it tells; `None` for one that is gone meanwhile.
async fn whole(site: &Site, live: Live, interest: &Interest) -> Result<Option<Live>, Fault> {
    if !interest.wants(SETTINGS) {
        return Ok(Some(live));
    }
    let asked = site.elb().describe_listener_attributes().listener_arn(&*live.native_id);
    let Some(answered) = absent_is_none(asked.send().await.fault(Effect::None))? else { return Ok(None) };
    let told = answered.attributes.unwrap_or_default().into_iter();
    let told: Attributes = told.filter_map(|told| Some((told.key?, told.value?))).collect();
    let settings = elb::told(&KIND, write::SWITCHES, &told);
    Ok(Some(Live { attributes: merged(live.attributes, &settings), ..live }))
}

async fn update(site: &Site, arn: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = look(site, arn).await?.ok_or_else(|| missing("listener", arn))?;
    write::modify(site, &live, changes).await?;
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
    Ok(object_or_absent(whole(site, live, &Interest::default()).await?))
}
