//! The API half of `aws_route53recoverycluster_routing_control_state`.
//!
//! The native id is the control and where its cluster answers: so memory alone is enough to read it, and no control plane
//! is asked for an address. One endpoint is asked, and the next one where that is silent or fails. States that are set
//! at the same time go together, so that a rule which forbids what lies between them is not broken.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_route53recoverycluster::Client;
use aws_sdk_route53recoverycluster::types::{RoutingControlState as Word, UpdateRoutingControlStateEntry};
use relight_contract::{
    Act, Action, Answer, Answering, Block, Fault, FaultKind, Interest, Live, Name, Object, State,
};

use super::RoutingControlState;
use crate::api::side_by_side::each;
use crate::api::{
    Effect, FaultOf, Site, absent_is_none, becomes, built, found, given, none_of_its_calls, object_or_absent,
};

/// How long one endpoint may take before the next one is asked: no answer is worth waiting for that another may have.
const PATIENCE: Duration = Duration::from_secs(3);

/// The most states that are set by one call. Source: Routing control API reference, `UpdateRoutingControlStates`.
const MOST: usize = 10;

/// What stands between the control and its endpoints in a native id.
const BETWEEN: char = '|';

/// States that are about to be set, gathered.
const SETS: &str = "aws_route53recoverycluster_routing_control_state, set";

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { interest, .. } => list(&site, &interest).await,
            Action::Read { native_id, .. }
            | Action::Poll { native_id, .. }
            | Action::Claim { native_id, .. } => {
                Ok(object_or_absent(read(&site, &Control::of(&native_id)?).await?))
            }
            Action::Find { attributes, .. } => Ok(found(read(&site, &Control::named(&attributes)?).await?)),
            Action::Create { attributes, .. } => {
                set(&site, &Control::named(&attributes)?, &attributes).await.map(Answer::Object)
            }
            Action::Update { native_id, changes, .. }
            | Action::Perform { act: Act::Shift, native_id, changes, .. } => {
                set(&site, &Control::of(&native_id)?, &changes).await.map(Answer::Object)
            }
            Action::Delete { native_id, .. } => {
                let off = set(&site, &Control::of(&native_id)?, &Object::new()).await;
                absent_is_none(off)?;
                Ok(Answer::Absent)
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

/// A routing control, and where its cluster answers.
struct Control {
    arn: String,
    endpoints: String,
}

impl Control {
    fn of(native_id: &str) -> Result<Control, Fault> {
        let lack =
            || Fault::new(FaultKind::Invalid, format!("`{native_id}` is no routing control with endpoints"));
        let (arn, endpoints) = native_id.split_once(BETWEEN).ok_or_else(lack)?;
        Ok(Control { arn: arn.to_owned(), endpoints: endpoints.to_owned() })
    }

    fn named(attributes: &Object) -> Result<Control, Fault> {
        let arn = given(attributes, "routing_control_arn", "a state needs a routing control")?;
        let endpoints = given(attributes, "endpoints", "a state needs the endpoints of its cluster")?;
        Ok(Control { arn: arn.to_owned(), endpoints: endpoints.to_owned() })
    }

    fn native_id(&self) -> String {
        format!("{}{BETWEEN}{}", self.arn, self.endpoints)
    }

    fn live(&self, state: &str) -> Live {
        let attributes = RoutingControlState {
            endpoints: Some(self.endpoints.clone()),
            id: Some(self.arn.clone()),
            routing_control_arn: Some(self.arn.clone()),
            state: Some(state.to_owned()),
        };
        Live {
            native_id: self.native_id().into(),
            attributes: attributes.to_object(),
            owner: None,
            hint: None,
            token: None,
            mark: None,
            version: None,
            state: State::Ready,
        }
    }
}

/// The controls that can be meant: those that memory knows, and every one of the spec at all endpoints of the spec. What
/// is none of them is no object of anybody's, and nobody could tell its endpoints.
async fn list(site: &Site, interest: &Interest) -> Result<Answer, Fault> {
    let names = interest.names.iter().flatten();
    let (known, parts): (Vec<&Name>, Vec<&Name>) = names.partition(|name| name.contains(BETWEEN));
    let (arns, endpoints): (Vec<&Name>, Vec<&Name>) = parts.iter().partition(|name| name.starts_with("arn:"));
    let pairs = arns
        .iter()
        .flat_map(|arn| endpoints.iter().map(move |endpoints| format!("{arn}{BETWEEN}{endpoints}")));
    let ids: BTreeSet<String> = known.into_iter().map(ToString::to_string).chain(pairs).collect();
    let read = |id: String| async move { read(site, &Control::of(&id)?).await };
    let items = each(ids, read).await?.into_iter().flatten().collect();
    Ok(Answer::Page { items, next: None })
}

async fn read(site: &Site, control: &Control) -> Result<Option<Live>, Fault> {
    let ask = |client: Client| {
        let asked = client.get_routing_control_state().routing_control_arn(&control.arn);
        async move { asked.send().await.fault(Effect::None) }
    };
    let told = absent_is_none(anywhere(site, &control.endpoints, FaultKind::Unreachable, ask).await)?;
    Ok(told.map(|told| control.live(told.routing_control_state.as_str())))
}

/// Sets a state, together with others that are set at the same time.
async fn set(site: &Site, control: &Control, changes: &Object) -> Result<Live, Fault> {
    let wanted = becomes::<String>(&super::KIND, changes, "state").flatten();
    let state = wanted.unwrap_or_else(|| "Off".to_owned());
    let id = format!("{state}{BETWEEN}{}", control.native_id());
    let set = async |ids: Vec<String>| set_all(site, &ids).await;
    site.together(SETS, &id, MOST, set).await?;
    Ok(control.live(&state))
}

/// Sets states, each named as `state|control|endpoints`: one call for each cluster.
async fn set_all(site: &Site, ids: &[String]) -> Result<Vec<Live>, Fault> {
    let mut clusters: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for id in ids {
        let (state, control) = id.split_once(BETWEEN).unwrap_or((id, ""));
        let control = Control::of(control)?;
        clusters.entry(control.endpoints).or_default().push((control.arn, state.to_owned()));
    }
    for (endpoints, states) in clusters {
        let entry = |(arn, state): &(String, String)| {
            let entry = UpdateRoutingControlStateEntry::builder().routing_control_arn(arn);
            built(entry.routing_control_state(Word::from(state.as_str())).build())
        };
        let entries = states.iter().map(entry).collect::<Result<Vec<_>, Fault>>()?;
        let ask = |client: Client| {
            let asked = client.update_routing_control_states();
            let asked = asked.set_update_routing_control_state_entries(Some(entries.clone()));
            async move { asked.send().await.fault(Effect::Maybe) }
        };
        anywhere(site, &endpoints, FaultKind::Ambiguous, ask).await?;
    }
    ids.iter().map(|id| Ok(Live { native_id: Name::from(&**id), ..Control::of(id)?.live("") })).collect()
}

/// Asks one endpoint after the other, beginning anywhere, until one of them answers. To set a state twice is to set it
/// once, so that a lost answer is no reason to stop. `silence` is what no answer means.
async fn anywhere<T, F>(
    site: &Site,
    endpoints: &str,
    silence: FaultKind,
    ask: impl Fn(Client) -> F,
) -> Result<T, Fault>
where
    F: Future<Output = Result<T, Fault>>,
{
    let endpoints = apart(endpoints)?;
    let first = site.turn() % endpoints.len();
    let mut last = None;
    for step in 0..endpoints.len() {
        let Some((region, address)) = endpoints.get((first + step) % endpoints.len()) else { continue };
        let asked = ask(site.cluster(region, address));
        let fault = match tokio::time::timeout(PATIENCE, asked).await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(fault)) if is_an_answer(&fault) => return Err(fault),
            Ok(Err(fault)) => fault,
            Err(_) => Fault::new(silence, format!("{address} does not answer")),
        };
        last = Some(fault);
    }
    let text = last.map_or_else(String::new, |fault| format!(": {}", fault.message));
    Err(Fault::new(silence, format!("none of {} endpoints of the cluster answers{text}", endpoints.len())))
}

/// Whether every other endpoint would say the same.
fn is_an_answer(fault: &Fault) -> bool {
    use FaultKind::{Conflict, Denied, Invalid, NotFound, Quota};
    matches!(fault.kind, Conflict | Denied | Invalid | NotFound | Quota)
}

/// The regions and addresses of `region=address,...`; there is one at least.
fn apart(endpoints: &str) -> Result<Vec<(String, String)>, Fault> {
    let lack = |one: &str| Fault::new(FaultKind::Invalid, format!("`{one}` is no `region=address`"));
    let pair = |(region, address): (&str, &str)| (region.to_owned(), address.to_owned());
    endpoints.split(',').map(|one| one.trim().split_once('=').map(pair).ok_or_else(|| lack(one))).collect()
}
