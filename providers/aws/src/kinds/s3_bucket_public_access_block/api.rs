//! The API half of `aws_s3_bucket_public_access_block`.

use std::sync::Arc;

use aws_sdk_s3::types::PublicAccessBlockConfiguration;
use relight_contract::{Action, Answering, Fault, Kind};

use super::{KIND, PublicAccessBlock};
use crate::api::s3::{Setting, setting};
use crate::api::{Effect, FaultOf, Site};

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(setting::<PublicAccessBlock>(site, action))
}

impl Setting for PublicAccessBlock {
    fn kind() -> &'static Kind {
        &KIND
    }

    async fn get(site: &Site, bucket: &str) -> Result<PublicAccessBlock, Fault> {
        let told = site.s3().get_public_access_block().bucket(bucket).send().await.fault(Effect::None)?;
        let told = told.public_access_block_configuration;
        let on = |of: fn(&PublicAccessBlockConfiguration) -> Option<bool>| {
            Some(told.as_ref().and_then(of).unwrap_or(false))
        };
        Ok(PublicAccessBlock {
            block_public_acls: on(PublicAccessBlockConfiguration::block_public_acls),
            block_public_policy: on(PublicAccessBlockConfiguration::block_public_policy),
            bucket: Some(bucket.to_owned()),
            id: Some(bucket.to_owned()),
            ignore_public_acls: on(PublicAccessBlockConfiguration::ignore_public_acls),
            restrict_public_buckets: on(PublicAccessBlockConfiguration::restrict_public_buckets),
        })
    }

    async fn put(site: &Site, bucket: &str, wanted: PublicAccessBlock) -> Result<(), Fault> {
        let document = PublicAccessBlockConfiguration::builder()
            .block_public_acls(wanted.block_public_acls.unwrap_or(false))
            .block_public_policy(wanted.block_public_policy.unwrap_or(false))
            .ignore_public_acls(wanted.ignore_public_acls.unwrap_or(false))
            .restrict_public_buckets(wanted.restrict_public_buckets.unwrap_or(false));
        let asked = site.s3().put_public_access_block().bucket(bucket);
        asked.public_access_block_configuration(document.build()).send().await.fault(Effect::Maybe)?;
        Ok(())
    }

    async fn delete(site: &Site, bucket: &str, _how: PublicAccessBlock) -> Result<(), Fault> {
        site.s3().delete_public_access_block().bucket(bucket).send().await.fault(Effect::Maybe)?;
        Ok(())
    }
}
