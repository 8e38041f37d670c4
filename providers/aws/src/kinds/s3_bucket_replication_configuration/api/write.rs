//! Rules as S3 takes them.

use aws_sdk_s3::types as s3;
use relight_contract::{BlockList, Fault};

use super::super::{
    Destination, Filter, Metrics, Minutes, ReplicationTime, Rule, SourceSelectionCriteria, Switch,
};
use crate::api::{built, int, only};

/// The word of a block that is on or off.
fn status(block: Option<BlockList<Switch>>) -> Option<String> {
    only(block).and_then(|block| block.status)
}

#[expect(deprecated, reason = "a rule of the first version has a prefix and no filter")]
pub(super) fn rule(wanted: Rule) -> Result<s3::ReplicationRule, Fault> {
    let markers = status(wanted.delete_marker_replication).map(|word| {
        let word = s3::DeleteMarkerReplicationStatus::from(word.as_str());
        s3::DeleteMarkerReplication::builder().status(word).build()
    });
    let existing = status(wanted.existing_object_replication).map(|word| {
        let word = s3::ExistingObjectReplicationStatus::from(word.as_str());
        built(s3::ExistingObjectReplication::builder().status(word).build())
    });
    let filter = only(wanted.filter).map(filter).transpose()?;
    // Without a filter a rule is of the first version of the format, which has a prefix instead.
    let prefix = filter.is_none().then(String::new);
    let made = s3::ReplicationRule::builder()
        .set_id(wanted.id)
        .set_priority(int(wanted.priority)?.or(filter.as_ref().map(|_| 0)))
        .set_prefix(prefix)
        .set_filter(filter)
        .set_status(wanted.status.as_deref().map(s3::ReplicationRuleStatus::from))
        .set_source_selection_criteria(only(wanted.source_selection_criteria).map(criteria).transpose()?)
        .set_existing_object_replication(existing.transpose()?)
        .set_destination(only(wanted.destination).map(destination).transpose()?)
        .set_delete_marker_replication(markers);
    built(made.build())
}

fn tag(key: Option<String>, value: Option<String>) -> Result<s3::Tag, Fault> {
    built(s3::Tag::builder().set_key(key).set_value(value).build())
}

fn filter(wanted: Filter) -> Result<s3::ReplicationRuleFilter, Fault> {
    let of_tag = only(wanted.tag).map(|one| tag(one.key, one.value)).transpose()?;
    let and = match only(wanted.and) {
        None => None,
        Some(and) => {
            let tags = and.tags.unwrap_or_default().into_iter();
            let tags = tags.map(|(key, value)| tag(Some(key), Some(value))).collect::<Result<_, Fault>>()?;
            let made = s3::ReplicationRuleAndOperator::builder().set_prefix(and.prefix).set_tags(Some(tags));
            Some(made.build())
        }
    };
    let made = s3::ReplicationRuleFilter::builder().set_prefix(wanted.prefix).set_tag(of_tag).set_and(and);
    Ok(made.build())
}

fn criteria(wanted: SourceSelectionCriteria) -> Result<s3::SourceSelectionCriteria, Fault> {
    let modifications = status(wanted.replica_modifications).map(|word| {
        let word = s3::ReplicaModificationsStatus::from(word.as_str());
        built(s3::ReplicaModifications::builder().status(word).build())
    });
    let encrypted = status(wanted.sse_kms_encrypted_objects).map(|word| {
        let word = s3::SseKmsEncryptedObjectsStatus::from(word.as_str());
        built(s3::SseKmsEncryptedObjects::builder().status(word).build())
    });
    let made = s3::SourceSelectionCriteria::builder()
        .set_replica_modifications(modifications.transpose()?)
        .set_sse_kms_encrypted_objects(encrypted.transpose()?);
    Ok(made.build())
}

fn minutes(wanted: Minutes) -> Result<s3::ReplicationTimeValue, Fault> {
    Ok(s3::ReplicationTimeValue::builder().set_minutes(int(wanted.minutes)?).build())
}

fn metrics(wanted: Metrics) -> Result<s3::Metrics, Fault> {
    let made = s3::Metrics::builder()
        .set_status(wanted.status.as_deref().map(s3::MetricsStatus::from))
        .set_event_threshold(only(wanted.event_threshold).map(minutes).transpose()?);
    built(made.build())
}

fn time(wanted: ReplicationTime) -> Result<s3::ReplicationTime, Fault> {
    let made = s3::ReplicationTime::builder()
        .set_status(wanted.status.as_deref().map(s3::ReplicationTimeStatus::from))
        .set_time(only(wanted.time).map(minutes).transpose()?);
    built(made.build())
}

fn destination(wanted: Destination) -> Result<s3::Destination, Fault> {
    let owner = only(wanted.access_control_translation).and_then(|part| part.owner).map(|owner| {
        let owner = s3::OwnerOverride::from(owner.as_str());
        built(s3::AccessControlTranslation::builder().owner(owner).build())
    });
    let encryption = only(wanted.encryption_configuration).map(|part| {
        s3::EncryptionConfiguration::builder().set_replica_kms_key_id(part.replica_kms_key_id).build()
    });
    let made = s3::Destination::builder()
        .set_bucket(wanted.bucket)
        .set_account(wanted.account)
        .set_storage_class(wanted.storage_class.as_deref().map(s3::StorageClass::from))
        .set_access_control_translation(owner.transpose()?)
        .set_encryption_configuration(encryption)
        .set_metrics(only(wanted.metrics).map(metrics).transpose()?)
        .set_replication_time(only(wanted.replication_time).map(time).transpose()?);
    built(made.build())
}
