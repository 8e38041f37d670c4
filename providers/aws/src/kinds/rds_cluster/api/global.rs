//! Who writes in a global cluster: what its members are told, and how their roles change.
//!
//! Any region of the members answers for a global cluster, so that a reading member becomes the writing one without a
//! call to the region that is lost.

use std::collections::BTreeSet;

use aws_sdk_rds::types::{FailoverStatus, GlobalCluster};
use relight_contract::{Answer, Fault, FaultKind, Interest, Live, State, Value};

use super::{must_read, read};
use crate::api::lag::{self, Gauge, Measured};
use crate::api::rds::{PAGE, goes_on, handle, once};
use crate::api::{Effect, FaultOf, Site, accepted, missing, next};

/// The attribute that names the member that writes.
const PRIMARY: &str = "primary_cluster_arn";

/// The attribute that tells how far a reading member is behind.
const LAG: &str = "replica_lag_seconds";

/// Source: Aurora user guide, "CloudWatch metrics for Amazon Aurora": milliseconds, told in the region of the member that
/// reads, under its name and the region of the one that writes.
const GAUGE: Gauge = Gauge { metric: "AuroraGlobalDBReplicationLag", per_second: 1000.0 };

/// The handle of a wait for a cluster that wrote to be a reading member; how often that was looked for follows.
pub(super) const DEMOTE: &str = "demote ";

/// How long to wait between two looks at a cluster that AWS turns into a reading member.
const LOOK_MILLISECONDS: u64 = 30_000;

/// How often it is looked for: for an hour.
const MOST_LOOKS: u32 = 120;

fn text<'l>(live: &'l Live, field: &str) -> Option<&'l str> {
    live.get(field).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// The clusters, members of global clusters with who writes and how far they are behind: one call each for all of them,
/// and none where there is no member.
pub(super) async fn tell(
    site: &Site,
    mut clusters: Vec<Live>,
    interest: &Interest,
) -> Result<Vec<Live>, Fault> {
    if interest.wants(&[PRIMARY, LAG]) {
        let groups = groups_of(site, &clusters).await?;
        for live in &mut clusters {
            if let Some(writer) = followed(&groups, live) {
                live.attributes.insert(PRIMARY, Value::from(writer));
            }
        }
    }
    if interest.wants(&[LAG]) {
        let measured: Vec<Measured> = clusters.iter().filter_map(measured).collect();
        let lags = lag::read(site, &GAUGE, &measured).await;
        for live in &mut clusters {
            if let Some(lag) = lags.get(&*live.native_id) {
                live.attributes.insert(LAG, Value::from(*lag));
            }
        }
    }
    Ok(clusters)
}

/// The global clusters that some of the clusters belong to. Where there are none of the kind, nobody is unreadable because
/// of it; where they may not be asked for, a member that reads cannot be told from one that writes, and that is refused.
async fn groups_of(site: &Site, clusters: &[Live]) -> Result<Vec<GlobalCluster>, Fault> {
    let wanted: BTreeSet<&str> =
        clusters.iter().filter_map(|live| text(live, "global_cluster_identifier")).collect();
    let one = match wanted.len() {
        0 => return Ok(Vec::new()),
        1 => wanted.first().copied(),
        _ => None,
    };
    match groups(site, one).await {
        Err(fault) if !fault.kind.is_transient() && fault.kind != FaultKind::Denied => Ok(Vec::new()),
        answered => answered,
    }
}

/// One global cluster, or all of the account.
async fn groups(site: &Site, id: Option<&str>) -> Result<Vec<GlobalCluster>, Fault> {
    let mut found = Vec::new();
    let mut page = None;
    loop {
        let asked = site.rds().describe_global_clusters().max_records(PAGE).set_marker(page);
        let asked = asked.set_global_cluster_identifier(id.map(str::to_owned));
        let answered = asked.send().await.fault(Effect::None)?;
        found.extend(answered.global_clusters.unwrap_or_default());
        match next(answered.marker) {
            Some(more) => page = Some(more.to_string()),
            None => return Ok(found),
        }
    }
}

/// The ARN of the cluster that a reading member follows. Of one whose global cluster nobody tells of, what the cluster
/// itself says that it copies.
fn followed(groups: &[GlobalCluster], live: &Live) -> Option<String> {
    text(live, "global_cluster_identifier")?;
    let arn = text(live, "arn")?;
    let Some(group) = groups.iter().find(|group| has(group, arn)) else {
        return text(live, "replication_source_identifier").map(str::to_owned);
    };
    // While the roles change there may be none that writes.
    let from = || group.failover_state()?.from_db_cluster_arn();
    writer(group).or_else(from).filter(|writer| *writer != arn).map(str::to_owned)
}

fn has(group: &GlobalCluster, arn: &str) -> bool {
    group.global_cluster_members().iter().any(|member| member.db_cluster_arn() == Some(arn))
}

fn writer(group: &GlobalCluster) -> Option<&str> {
    let mut members = group.global_cluster_members().iter();
    members.find(|member| member.is_writer() == Some(true))?.db_cluster_arn()
}

fn measured(live: &Live) -> Option<Measured> {
    let region = text(live, PRIMARY)?.split(':').nth(3)?.to_owned();
    let replica = live.native_id.to_string();
    let dimensions = vec![("DBClusterIdentifier", replica.clone()), ("SourceRegion", region)];
    Some(Measured { replica, dimensions })
}

/// A member with its ARN and its global cluster, as that tells itself.
async fn group_of(site: &Site, live: &Live) -> Result<(String, GlobalCluster), Fault> {
    let alone = || {
        let text = format!("{} belongs to no global cluster: it follows nobody", live.native_id);
        Fault::new(FaultKind::Conflict, text)
    };
    let arn = text(live, "arn").ok_or_else(alone)?;
    let id = text(live, "global_cluster_identifier").ok_or_else(alone)?;
    let found = groups(site, Some(id)).await?.into_iter().find(|group| has(group, arn));
    Ok((arn.to_owned(), found.ok_or_else(alone)?))
}

/// Makes a reading member the one that writes. Planned, the two change their roles and nothing is lost; else the one that
/// writes is taken for lost, and so is what this one has not got.
pub(super) async fn promote(site: &Site, id: &str, planned: bool) -> Result<Answer, Fault> {
    let live = must_read(site, id).await?;
    let (arn, group) = group_of(site, &live).await?;
    let goes = || Ok(goes_on(id, handle::PROMOTE));
    if writer(&group) == Some(&*arn) {
        return promoted(live).map_or_else(goes, Ok);
    }
    let under_way = group.failover_state().is_some_and(|state| {
        let here = state.to_db_cluster_arn() == Some(&*arn);
        let as_asked = planned || state.is_data_loss_allowed() == Some(true);
        here && as_asked && state.status() != Some(&FailoverStatus::Cancelling)
    });
    if under_way {
        return goes();
    }
    let name = group.global_cluster_identifier().unwrap_or_default();
    if planned {
        let asked = site.rds().switchover_global_cluster().global_cluster_identifier(name);
        let asked = asked.target_db_cluster_identifier(arn).customize().config_override(once());
        asked.send().await.fault(Effect::Maybe)?;
    } else {
        let asked = site.rds().failover_global_cluster().global_cluster_identifier(name);
        let asked = asked.target_db_cluster_identifier(arn).allow_data_loss(true);
        asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    }
    goes()
}

/// The answer for a member that writes, once it can be used.
fn promoted(live: Live) -> Option<Answer> {
    matches!(live.state, State::Ready | State::Failed).then_some(Answer::Object(live))
}

/// Looks whether a member that is being promoted writes.
pub(super) async fn promoting(site: &Site, id: &str) -> Result<Answer, Fault> {
    let live = must_read(site, id).await?;
    let (arn, group) = group_of(site, &live).await?;
    let waits = || Ok(goes_on(id, handle::PROMOTE));
    let status = group.failover_state().and_then(|state| state.status());
    match (writer(&group) == Some(&*arn), status) {
        (true, _) => promoted(live).map_or_else(waits, Ok),
        (false, Some(FailoverStatus::Cancelling)) => {
            let text = format!("Aurora gives the change of roles up, and {id} goes on reading");
            Err(Fault::new(FaultKind::Conflict, text))
        }
        (false, _) => waits(),
    }
}

/// Waits for a cluster that wrote to be a reading member. No call makes it one: a switchover did that with the other one's
/// promotion, and after a failover Aurora takes the old one in again by itself, when its region is back.
/// Source: Aurora user guide, "Performing managed failovers for Aurora global databases".
pub(super) async fn demote(site: &Site, id: &str, looks: u32) -> Result<Answer, Fault> {
    let found = match read(site, id).await? {
        Some(live) => tell(site, vec![live], &primary_alone()).await?.pop(),
        None if looks == 0 => return Err(missing("cluster", id)),
        // While Aurora makes its storage anew, it need not show.
        None => None,
    };
    match found {
        Some(live) if text(&live, PRIMARY).is_some() && live.state == State::Ready => {
            Ok(Answer::Object(live))
        }
        _ if looks < MOST_LOOKS => {
            Ok(accepted(id, format!("{DEMOTE}{}", looks.saturating_add(1)), LOOK_MILLISECONDS))
        }
        _ => Err(stays(id)),
    }
}

fn primary_alone() -> Interest {
    Interest { fields: Some([PRIMARY.into()].into()), names: None }
}

fn stays(id: &str) -> Fault {
    let text = format!(
        "{id} has not become a reading member of its global cluster within an hour, which Aurora does by itself: look \
         at it with `aws rds describe-global-clusters`; while it shows as being synchronized, run `relight reprotect` \
         again later; where it left the global cluster, delete it, and `relight apply` makes it anew as a member"
    );
    Fault::new(FaultKind::Invalid, text).code("not_demoted")
}
