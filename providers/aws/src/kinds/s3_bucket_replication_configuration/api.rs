//! The API half of `aws_s3_bucket_replication_configuration`: one document with all rules.

use std::sync::Arc;

use aws_sdk_s3::types::ReplicationConfiguration as Document;
use relight_contract::{Action, Answering, BlockList, Fault, Kind};

use super::{KIND, ReplicationConfiguration};
use crate::api::s3::{Setting, setting};
use crate::api::{Effect, FaultOf, Site, built};

mod read;
mod write;

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(setting::<ReplicationConfiguration>(site, action))
}

impl Setting for ReplicationConfiguration {
    fn kind() -> &'static Kind {
        &KIND
    }

    async fn get(site: &Site, bucket: &str) -> Result<ReplicationConfiguration, Fault> {
        let told = site.s3().get_bucket_replication().bucket(bucket).send().await.fault(Effect::None)?;
        let document = told.replication_configuration;
        let rules = document.as_ref().map(|document| document.rules.iter().map(read::rule).collect());
        Ok(ReplicationConfiguration {
            bucket: Some(bucket.to_owned()),
            id: Some(bucket.to_owned()),
            role: document.map(|document| document.role),
            rule: rules.map(BlockList),
            ..ReplicationConfiguration::default()
        })
    }

    async fn put(site: &Site, bucket: &str, wanted: ReplicationConfiguration) -> Result<(), Fault> {
        let rules = wanted.rule.map(|blocks| blocks.0).unwrap_or_default();
        let rules = rules.into_iter().map(write::rule).collect::<Result<_, Fault>>()?;
        let document = built(Document::builder().set_role(wanted.role).set_rules(Some(rules)).build())?;
        let asked = site.s3().put_bucket_replication().bucket(bucket).replication_configuration(document);
        asked.set_token(wanted.token).send().await.fault(Effect::Maybe)?;
        Ok(())
    }

    async fn delete(site: &Site, bucket: &str, _how: ReplicationConfiguration) -> Result<(), Fault> {
        site.s3().delete_bucket_replication().bucket(bucket).send().await.fault(Effect::Maybe)?;
        Ok(())
    }
}
