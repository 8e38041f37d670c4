//! The API half of `aws_s3_bucket_policy`.

use std::sync::Arc;

use relight_contract::{Action, Answering, Fault, Kind};

use super::{BucketPolicy, KIND};
use crate::api::s3::{Setting, setting};
use crate::api::{Effect, FaultOf, Site};

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(setting::<BucketPolicy>(site, action))
}

impl Setting for BucketPolicy {
    fn kind() -> &'static Kind {
        &KIND
    }

    async fn get(site: &Site, bucket: &str) -> Result<BucketPolicy, Fault> {
        let told = site.s3().get_bucket_policy().bucket(bucket).send().await.fault(Effect::None)?;
        Ok(BucketPolicy { bucket: Some(bucket.to_owned()), id: Some(bucket.to_owned()), policy: told.policy })
    }

    async fn put(site: &Site, bucket: &str, wanted: BucketPolicy) -> Result<(), Fault> {
        let asked = site.s3().put_bucket_policy().bucket(bucket).set_policy(wanted.policy);
        asked.send().await.fault(Effect::Maybe)?;
        Ok(())
    }

    async fn delete(site: &Site, bucket: &str, _how: BucketPolicy) -> Result<(), Fault> {
        site.s3().delete_bucket_policy().bucket(bucket).send().await.fault(Effect::Maybe)?;
        Ok(())
    }
}
