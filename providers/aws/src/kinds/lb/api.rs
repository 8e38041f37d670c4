//! The API half of `aws_lb`.
//!
//! The native id is the ARN. A creation answers at once; its attributes are set while the load balancer comes up, and
//! it is made when it is active. One that is deleted is gone when its network interfaces are: until then they keep
//! subnets and security groups in use.

use std::sync::Arc;

use relight_contract::{Action, Answer, Answering, Fault, Interest, Live, Name, Object, State};

use super::KIND;
use crate::api::elb::{PAGE, is_made_by, set_tags, suffix};
use crate::api::{
    Effect, FaultOf, Site, absent_is_none, accepted, ec2, elb, given, missing, next, none_of_its_calls,
    object_or_absent, tags,
};

mod read;
mod write;

/// How long to wait between two looks at a load balancer that comes up. It takes two to three minutes.
const LOOK_MILLISECONDS: u64 = 2_500;

/// What a poll waits for: the handles of operations.
mod handle {
    /// The settings of a new load balancer, and its becoming active; the token of the creation follows.
    pub(super) const CREATE: &str = "create ";
    /// A load balancer that becomes active.
    pub(super) const ACTIVE: &str = "active";
    /// The end of its network interfaces.
    pub(super) const DELETE: &str = "delete";
}

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, interest, .. } => list(&site, page, &interest).await,
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { attributes, .. } => find(&site, &attributes).await.map(Answer::Found),
            Action::Create { attributes, owner, token, .. } => {
                let arn = write::create(&site, &attributes, &owner, &token).await?;
                Ok(accepted(&arn, format!("{}{token}", handle::CREATE), 0))
            }
            Action::Update { native_id, changes, .. } => update(&site, &native_id, &changes).await,
            Action::Poll { native_id, handle, attributes, .. } => {
                poll(&site, &native_id, &handle, &attributes).await
            }
            Action::Delete { native_id, .. } => {
                let asked = site.elb().delete_load_balancer().load_balancer_arn(&*native_id);
                absent_is_none(asked.send().await.fault(Effect::Maybe))?;
                vanish(&site, &native_id).await
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
    let asked = site.elb().describe_load_balancers().page_size(PAGE);
    let answered = asked.set_marker(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let next = next(answered.next_marker);
    let items = read::tagged(site, answered.load_balancers.unwrap_or_default()).await?;
    let items = elb::complete(items, interest, |live| read::whole(site, live, interest)).await?;
    Ok(Answer::Page { items, next })
}

/// What a page tells of a load balancer, and its tags.
async fn look(site: &Site, arn: &str) -> Result<Option<Live>, Fault> {
    let describe = async |arns| {
        let asked = site.elb().describe_load_balancers().set_load_balancer_arns(Some(arns));
        let answered = asked.send().await.fault(Effect::None)?;
        read::tagged(site, answered.load_balancers.unwrap_or_default()).await
    };
    site.together(KIND.name, arn, elb::MOST_DESCRIBED, describe).await
}

async fn read(site: &Site, arn: &str) -> Result<Option<Live>, Fault> {
    match look(site, arn).await? {
        Some(live) => read::whole(site, live, &Interest::default()).await,
        None => Ok(None),
    }
}

async fn find(site: &Site, attributes: &Object) -> Result<Vec<Live>, Fault> {
    let name = given(attributes, "name", "a load balancer needs a name")?;
    let asked = site.elb().describe_load_balancers().names(name).send().await.fault(Effect::None);
    let found = absent_is_none(asked)?.and_then(|answered| answered.load_balancers).unwrap_or_default();
    let found = read::tagged(site, found).await?;
    let all = &Interest::default();
    elb::complete(found, all, |live| read::whole(site, live, all)).await
}

async fn update(site: &Site, arn: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = look(site, arn).await?.ok_or_else(|| missing("load balancer", arn))?;
    write::network(site, &live, changes).await?;
    write::settings(site, &live, changes).await?;
    elb::update_tags(site, &live, changes).await?;
    settle(site, arn).await
}

async fn poll(site: &Site, arn: &str, handle: &str, attributes: &Object) -> Result<Answer, Fault> {
    if handle == handle::DELETE {
        return vanish(site, arn).await;
    }
    if let Some(token) = handle.strip_prefix(handle::CREATE) {
        let Some(live) = look(site, arn).await? else { return Ok(Answer::Absent) };
        is_made_by(&live, token)?;
        write::settings(site, &live, &elb::beyond_default(&KIND, attributes)).await?;
    }
    settle(site, arn).await
}

/// The load balancer, once it is active.
async fn settle(site: &Site, arn: &str) -> Result<Answer, Fault> {
    match look(site, arn).await? {
        None => Ok(Answer::Absent),
        Some(live) if live.state == State::Pending => Ok(accepted(arn, handle::ACTIVE, LOOK_MILLISECONDS)),
        Some(live) => Ok(object_or_absent(read::whole(site, live, &Interest::default()).await?)),
    }
}

/// Waits until no network interface of a load balancer is left.
async fn vanish(site: &Site, arn: &str) -> Result<Answer, Fault> {
    let Some(suffix) = suffix(arn, "loadbalancer/") else { return Ok(Answer::Absent) };
    let described = ec2::filter("description", [format!("ELB {suffix}")]);
    let asked = site.ec2().describe_network_interfaces().filters(described);
    match asked.send().await.fault(Effect::None)?.network_interfaces.unwrap_or_default().is_empty() {
        true => Ok(Answer::Absent),
        false => Ok(accepted(arn, handle::DELETE, 2 * LOOK_MILLISECONDS)),
    }
}
