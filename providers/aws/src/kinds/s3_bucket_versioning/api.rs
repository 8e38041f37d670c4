//! The API half of `aws_s3_bucket_versioning`.
//!
//! Every bucket has it: one that was never versioned tells no status, and is told as `Disabled`.

use std::sync::Arc;

use aws_sdk_s3::types::{BucketVersioningStatus, MfaDelete, VersioningConfiguration as Document};
use relight_contract::{Action, Answering, Fault, FaultKind, Kind};

use super::{KIND, Versioning, VersioningConfiguration};
use crate::api::s3::{Setting, setting};
use crate::api::{Effect, FaultOf, Site, one, only};

/// What no call sets: that a bucket was never versioned.
const NEVER: &str = "Disabled";

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(setting::<Versioning>(site, action))
}

impl Setting for Versioning {
    fn kind() -> &'static Kind {
        &KIND
    }

    async fn get(site: &Site, bucket: &str) -> Result<Versioning, Fault> {
        let told = site.s3().get_bucket_versioning().bucket(bucket).send().await.fault(Effect::None)?;
        let status = told.status.map_or(NEVER.to_owned(), |status| status.as_str().to_owned());
        let mfa_delete = told.mfa_delete.map_or(NEVER.to_owned(), |status| status.as_str().to_owned());
        let block = VersioningConfiguration { mfa_delete: Some(mfa_delete), status: Some(status) };
        Ok(Versioning {
            bucket: Some(bucket.to_owned()),
            id: Some(bucket.to_owned()),
            versioning_configuration: one(Some(block)),
            ..Versioning::default()
        })
    }

    async fn put(site: &Site, bucket: &str, wanted: Versioning) -> Result<(), Fault> {
        let block = only(wanted.versioning_configuration).unwrap_or_default();
        let Some(status) = block.status.filter(|status| status != NEVER) else {
            return must_be_new(site, bucket).await;
        };
        // To name it at all takes the code of the device.
        let mfa_delete = block.mfa_delete.filter(|_| wanted.mfa.is_some());
        let document = Document::builder()
            .status(BucketVersioningStatus::from(status.as_str()))
            .set_mfa_delete(mfa_delete.as_deref().map(MfaDelete::from));
        let asked =
            site.s3().put_bucket_versioning().bucket(bucket).versioning_configuration(document.build());
        let asked = asked.set_mfa(wanted.mfa).set_expected_bucket_owner(wanted.expected_bucket_owner);
        asked.send().await.fault(Effect::Maybe)?;
        Ok(())
    }

    /// Nothing makes a bucket unversioned again: it is suspended where it was versioned.
    async fn delete(site: &Site, bucket: &str, how: Versioning) -> Result<(), Fault> {
        let told = site.s3().get_bucket_versioning().bucket(bucket).send().await.fault(Effect::None)?;
        if told.status != Some(BucketVersioningStatus::Enabled) {
            return Ok(());
        }
        let document = Document::builder().status(BucketVersioningStatus::Suspended).build();
        let asked = site.s3().put_bucket_versioning().bucket(bucket).versioning_configuration(document);
        let asked = asked.set_mfa(how.mfa).set_expected_bucket_owner(how.expected_bucket_owner);
        asked.send().await.fault(Effect::Maybe)?;
        Ok(())
    }
}

async fn must_be_new(site: &Site, bucket: &str) -> Result<(), Fault> {
    let told = site.s3().get_bucket_versioning().bucket(bucket).send().await.fault(Effect::None)?;
    if told.status.is_none() {
        return Ok(());
    }
    let text = format!("{bucket} was versioned once: from then on a bucket can only be suspended");
    Err(Fault::new(FaultKind::Invalid, text))
}
