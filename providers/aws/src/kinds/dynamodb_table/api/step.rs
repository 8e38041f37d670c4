//! The next step from what a table is to what it is to be.
//!
//! DynamoDB takes one of them at a time. Each has a name, and is made once: what it should have changed and does not show
//! is then the cloud's business.

use aws_sdk_dynamodb::operation::update_table::builders::UpdateTableFluentBuilder as Call;
use aws_sdk_dynamodb::types as sdk;
use relight_contract::{Block, Fault, Live, Object};

use super::super::{DynamodbTable, GlobalSecondaryIndex, KIND, Replica, TimeToLive};
use super::write;
use crate::api::values::differing;
use crate::api::{Effect, FaultOf, Site, built, int, merged, only, shape};

/// What DynamoDB says while the backups of a new table are being set up.
const NOT_YET: &str = "ContinuousBackupsUnavailableException";

/// A table as it is and as it is to be.
struct Course<'a> {
    site: &'a Site,
    name: &'a str,
    live: DynamodbTable,
    wanted: DynamodbTable,
    /// The fields that differ, as they are to be.
    differing: Object,
    /// The steps that were made already.
    made: &'a [String],
}

/// Makes the next step, and tells its name; `None` where all is as it is to be.
pub(super) async fn next(
    site: &Site,
    live: &Live,
    asked: &Object,
    made: &[String],
) -> Result<Option<String>, Fault> {
    let differing = differing(&KIND, live, asked);
    let course = Course {
        site,
        name: &live.native_id,
        live: DynamodbTable::from_object(&live.attributes).map_err(shape)?,
        wanted: DynamodbTable::from_object(&merged(live.attributes.clone(), &differing)).map_err(shape)?,
        differing,
        made,
    };
    if let Some((name, call)) = course.setting()? {
        return course.send(name, call).await.map(Some);
    }
    if let Some((name, call)) = course.index()? {
        return course.send(name, call).await.map(Some);
    }
    if let Some((name, call)) = course.replica()? {
        return course.send(name, call).await.map(Some);
    }
    if course.is_due("point_in_time_recovery", "backups") {
        return course.backups().await.map(Some);
    }
    course.expiry().await
}

impl Course<'_> {
    fn differs(&self, field: &str) -> bool {
        self.differing.contains(field)
    }

    /// Whether a field differs, and the step that changes it was not made yet.
    fn is_due(&self, field: &str, step: &str) -> bool {
        self.differs(field) && self.is_open(step)
    }

    fn is_open(&self, step: &str) -> bool {
        !self.made.iter().any(|made| made == step)
    }

    fn call(&self) -> Call {
        self.site.dynamodb().update_table().table_name(self.name)
    }

    async fn send(&self, step: String, call: Call) -> Result<String, Fault> {
        call.send().await.fault(Effect::Maybe)?;
        Ok(step)
    }

    /// A change of the table itself.
    fn setting(&self) -> Result<Option<(String, Call)>, Fault> {
        let wanted = &self.wanted;
        let provisioned = wanted.billing_mode.as_deref() != Some("PAY_PER_REQUEST");
        let units = provisioned && (self.differs("read_capacity") || self.differs("write_capacity"));
        let (step, call) = if (self.differs("billing_mode") || units) && self.is_open("payment") {
            ("payment", self.payment(provisioned)?)
        } else if self.is_due("on_demand_throughput", "bounds") {
            let bounds = write::bounds(wanted.on_demand_throughput.clone());
            ("bounds", self.call().set_on_demand_throughput(Some(bounds.unwrap_or_else(no_bounds))))
        } else if self.is_due("table_class", "class") {
            let class = wanted.table_class.as_deref().map(sdk::TableClass::from);
            ("class", self.call().set_table_class(class))
        } else if self.is_due("deletion_protection_enabled", "protection") {
            let on = wanted.deletion_protection_enabled;
            ("protection", self.call().set_deletion_protection_enabled(on))
        } else if let Some((step, view)) = self.stream() {
            (step, self.call().stream_specification(write::stream(view)?))
        } else if self.is_due("server_side_encryption", "encryption") {
            let how = write::encryption(only(wanted.server_side_encryption.clone()).as_ref());
            ("encryption", self.call().set_sse_specification(how))
        } else {
            return Ok(None);
        };
        Ok(Some((step.to_owned(), call)))
    }

    /// How throughput is paid. A table that is to be provisioned names the units of its indexes, too.
    fn payment(&self, provisioned: bool) -> Result<Call, Fault> {
        let mode = self.wanted.billing_mode.as_deref().map(sdk::BillingMode::from);
        let call =
            self.call().set_billing_mode(mode).set_provisioned_throughput(write::table_units(&self.wanted)?);
        if !provisioned || !self.differs("billing_mode") {
            return Ok(call);
        }
        let lives = |name: &Option<String>| indexes(&self.live).any(|index| index.name == *name);
        let wanted = indexes(&self.wanted).filter(|index| lives(&index.name));
        let updates =
            wanted.filter_map(|index| self.index_units(index).transpose()).collect::<Result<Vec<_>, _>>()?;
        Ok(call.set_global_secondary_index_updates(Some(updates).filter(|updates| !updates.is_empty())))
    }

    fn index_units(
        &self,
        index: &GlobalSecondaryIndex,
    ) -> Result<Option<sdk::GlobalSecondaryIndexUpdate>, Fault> {
        let Some(units) = write::units(index.read_capacity, index.write_capacity)? else { return Ok(None) };
        let made = sdk::UpdateGlobalSecondaryIndexAction::builder()
            .set_index_name(index.name.clone())
            .provisioned_throughput(units)
            .build();
        Ok(Some(sdk::GlobalSecondaryIndexUpdate::builder().update(built(made)?).build()))
    }

    /// A stream that tells something else is another stream: the old one is turned off first.
    fn stream(&self) -> Option<(&'static str, Option<&str>)> {
        let on = self.wanted.stream_enabled == Some(true);
        let view = self.wanted.stream_view_type.as_deref().filter(|_| on);
        let told = self.live.stream_view_type.as_deref().filter(|_| self.live.stream_enabled == Some(true));
        match (told, view) {
            _ if told == view => None,
            (Some(_), _) => self.is_open("stream off").then_some(("stream off", None)),
            (None, _) => self.is_open("stream on").then_some(("stream on", view)),
        }
    }

    /// One index: those that are not wanted, or not so, go first.
    fn index(&self) -> Result<Option<(String, Call)>, Fault> {
        if !self.differs("global_secondary_index") {
            return Ok(None);
        }
        for index in indexes(&self.live) {
            let name = index.name.clone().unwrap_or_default();
            let stays = indexes(&self.wanted).any(|wanted| is_same_index(wanted, index));
            if !stays && self.is_open(&format!("drop {name}")) {
                let gone = sdk::DeleteGlobalSecondaryIndexAction::builder().index_name(&name).build();
                let update = sdk::GlobalSecondaryIndexUpdate::builder().delete(built(gone)?).build();
                return Ok(Some((
                    format!("drop {name}"),
                    self.call().global_secondary_index_updates(update),
                )));
            }
        }
        for index in indexes(&self.wanted) {
            let name = index.name.clone().unwrap_or_default();
            let told = indexes(&self.live).find(|told| told.name == index.name);
            let units = |index: &GlobalSecondaryIndex| (index.read_capacity, index.write_capacity);
            let update = match told {
                None if self.is_open(&format!("make {name}")) => Some(("make", new_index(index)?)),
                Some(told) if units(told) != units(index) && self.is_open(&format!("size {name}")) => {
                    self.index_units(index)?.map(|update| ("size", update))
                }
                _ => None,
            };
            if let Some((word, update)) = update {
                let call = self.call().set_attribute_definitions(Some(write::definitions(&self.wanted)?));
                return Ok(Some((format!("{word} {name}"), call.global_secondary_index_updates(update))));
            }
        }
        Ok(None)
    }

    /// One replica: those that are not wanted go first.
    fn replica(&self) -> Result<Option<(String, Call)>, Fault> {
        if !self.differs("replica") {
            return Ok(None);
        }
        let same_key = |wanted: &Replica, told: &Replica| {
            wanted.kms_key_arn.is_none() || wanted.kms_key_arn == told.kms_key_arn
        };
        for told in replicas(&self.live) {
            let region = told.region_name.clone().unwrap_or_default();
            let stays =
                replicas(&self.wanted).any(|one| one.region_name == told.region_name && same_key(one, told));
            if !stays && self.is_open(&format!("leave {region}")) {
                return Ok(Some((format!("leave {region}"), leave(self.call(), &region)?)));
            }
        }
        for wanted in replicas(&self.wanted) {
            let region = wanted.region_name.clone().unwrap_or_default();
            let lives = replicas(&self.live).any(|told| told.region_name == wanted.region_name);
            if !lives && self.is_open(&format!("join {region}")) {
                let member = sdk::CreateReplicationGroupMemberAction::builder()
                    .region_name(&region)
                    .set_kms_master_key_id(wanted.kms_key_arn.clone());
                let update = sdk::ReplicationGroupUpdate::builder().create(built(member.build())?).build();
                return Ok(Some((format!("join {region}"), self.call().replica_updates(update))));
            }
        }
        Ok(None)
    }

    async fn backups(&self) -> Result<String, Fault> {
        let block = only(self.wanted.point_in_time_recovery.clone()).unwrap_or_default();
        let on = block.enabled.unwrap_or(false);
        let how = sdk::PointInTimeRecoverySpecification::builder()
            .point_in_time_recovery_enabled(on)
            .set_recovery_period_in_days(int(block.recovery_period_in_days)?.filter(|_| on));
        let asked = self.site.dynamodb().update_continuous_backups().table_name(self.name);
        let asked = asked.point_in_time_recovery_specification(built(how.build())?);
        match asked.send().await.fault(Effect::Maybe) {
            Err(fault) if fault.code.as_deref() == Some(NOT_YET) => Ok("backups not yet".to_owned()),
            answered => answered.map(|_| "backups".to_owned()),
        }
    }

    /// When items expire. Another attribute can be named only once the old one no longer counts.
    async fn expiry(&self) -> Result<Option<String>, Fault> {
        let wanted = only(self.wanted.ttl.clone()).unwrap_or_default();
        let told = only(self.live.ttl.clone()).unwrap_or_default();
        let of = |block: &TimeToLive| {
            block
                .attribute_name
                .clone()
                .filter(|_| block.enabled == Some(true))
                .filter(|name| !name.is_empty())
        };
        let (step, name, on) = match (of(&told), of(&wanted)) {
            (told, wanted) if told == wanted || !self.differs("ttl") => return Ok(None),
            (Some(told), _) => ("expiry off", told, false),
            (None, Some(wanted)) => ("expiry on", wanted, true),
            (None, None) => return Ok(None),
        };
        if !self.is_open(step) {
            return Ok(None);
        }
        let how = sdk::TimeToLiveSpecification::builder().attribute_name(name).enabled(on).build();
        let asked = self.site.dynamodb().update_time_to_live().table_name(self.name);
        asked.time_to_live_specification(built(how)?).send().await.fault(Effect::Maybe)?;
        Ok(Some(step.to_owned()))
    }
}

/// Takes the replica of a region away.
pub(super) async fn delete_replica(site: &Site, table: &str, region: &str) -> Result<(), Fault> {
    let call = leave(site.dynamodb().update_table().table_name(table), region)?;
    call.send().await.fault(Effect::Maybe)?;
    Ok(())
}

fn leave(call: Call, region: &str) -> Result<Call, Fault> {
    let member = sdk::DeleteReplicationGroupMemberAction::builder().region_name(region).build();
    Ok(call.replica_updates(sdk::ReplicationGroupUpdate::builder().delete(built(member)?).build()))
}

/// No bounds. Source: Amazon DynamoDB API reference, `OnDemandThroughput`.
fn no_bounds() -> sdk::OnDemandThroughput {
    sdk::OnDemandThroughput::builder().max_read_request_units(-1).max_write_request_units(-1).build()
}

fn indexes(table: &DynamodbTable) -> impl Iterator<Item = &GlobalSecondaryIndex> {
    table.global_secondary_index.iter().flat_map(|blocks| &blocks.0)
}

fn replicas(table: &DynamodbTable) -> impl Iterator<Item = &Replica> {
    table.replica.iter().flat_map(|blocks| &blocks.0)
}

/// Whether two descriptions are of one index: only its size can change.
fn is_same_index(one: &GlobalSecondaryIndex, other: &GlobalSecondaryIndex) -> bool {
    let what = |index: &GlobalSecondaryIndex| {
        let held = index.non_key_attributes.clone().unwrap_or_default();
        let range = index.range_key.clone().unwrap_or_default();
        (index.name.clone(), index.hash_key.clone(), range, index.projection_type.clone(), held)
    };
    what(one) == what(other)
}

fn new_index(index: &GlobalSecondaryIndex) -> Result<sdk::GlobalSecondaryIndexUpdate, Fault> {
    let held = index.non_key_attributes.clone().unwrap_or_default().into_iter().collect();
    let made = sdk::CreateGlobalSecondaryIndexAction::builder()
        .set_index_name(index.name.clone())
        .set_key_schema(Some(write::keys(index.hash_key.as_deref(), index.range_key.as_deref())?))
        .projection(write::projection(index.projection_type.as_deref(), held))
        .set_provisioned_throughput(write::units(index.read_capacity, index.write_capacity)?)
        .set_on_demand_throughput(write::bounds(index.on_demand_throughput.clone()));
    Ok(sdk::GlobalSecondaryIndexUpdate::builder().create(built(made.build())?).build())
}
