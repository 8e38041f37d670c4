//! Rules as S3 tells them.

use super::super::{
    AccessControlTranslation, And, Destination, EncryptionConfiguration, Filter, Metrics, Minutes,
    ReplicationTime, Rule, SourceSelectionCriteria, Switch, Tag,
};
use crate::api::one;
use aws_sdk_s3::types as s3;

fn switch(status: &str) -> Switch {
    Switch { status: Some(status.to_owned()) }
}

pub(super) fn rule(told: &s3::ReplicationRule) -> Rule {
    let markers = told.delete_marker_replication().and_then(|part| part.status());
    let existing = told.existing_object_replication().map(|part| switch(part.status().as_str()));
    Rule {
        delete_marker_replication: one(markers.map(|status| switch(status.as_str()))),
        destination: one(told.destination().map(destination)),
        existing_object_replication: one(existing),
        filter: one(told.filter().map(filter)),
        id: told.id().map(str::to_owned),
        priority: told.priority().map(i64::from),
        source_selection_criteria: one(told.source_selection_criteria().map(criteria)),
        status: Some(told.status().as_str().to_owned()),
    }
}

fn filter(told: &s3::ReplicationRuleFilter) -> Filter {
    let text = |prefix: Option<&str>| prefix.filter(|prefix| !prefix.is_empty()).map(str::to_owned);
    let and = told.and().map(|and| And {
        prefix: text(and.prefix()),
        tags: Some(and.tags().iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect()),
    });
    let tag = told.tag().map(|tag| Tag { key: Some(tag.key.clone()), value: Some(tag.value.clone()) });
    Filter { and: one(and), prefix: text(told.prefix()), tag: one(tag) }
}

fn criteria(told: &s3::SourceSelectionCriteria) -> SourceSelectionCriteria {
    let modifications = told.replica_modifications().map(|part| switch(part.status().as_str()));
    let encrypted = told.sse_kms_encrypted_objects().map(|part| switch(part.status().as_str()));
    SourceSelectionCriteria {
        replica_modifications: one(modifications),
        sse_kms_encrypted_objects: one(encrypted),
    }
}

fn destination(told: &s3::Destination) -> Destination {
    let minutes = |value: &s3::ReplicationTimeValue| Minutes { minutes: value.minutes().map(i64::from) };
    let owner = told.access_control_translation();
    let encryption = told.encryption_configuration();
    let metrics = told.metrics().map(|part| Metrics {
        event_threshold: one(part.event_threshold().map(minutes)),
        status: Some(part.status().as_str().to_owned()),
    });
    let time = told.replication_time().map(|part| ReplicationTime {
        status: Some(part.status().as_str().to_owned()),
        time: one(part.time().map(minutes)),
    });
    Destination {
        access_control_translation: one(
            owner.map(|part| AccessControlTranslation { owner: Some(part.owner().as_str().to_owned()) })
        ),
        account: told.account().map(str::to_owned),
        bucket: Some(told.bucket().to_owned()),
        encryption_configuration: one(encryption.map(|part| EncryptionConfiguration {
            replica_kms_key_id: part.replica_kms_key_id().map(str::to_owned),
        })),
        metrics: one(metrics),
        replication_time: one(time),
        storage_class: told.storage_class().map(|class| class.as_str().to_owned()),
    }
}
