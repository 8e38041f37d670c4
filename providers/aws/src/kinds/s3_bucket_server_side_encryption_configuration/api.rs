//! The API half of `aws_s3_bucket_server_side_encryption_configuration`.

use std::sync::Arc;

use aws_sdk_s3::types::{
    ServerSideEncryption, ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration,
    ServerSideEncryptionRule,
};
use relight_contract::{Action, Answering, Blocks, Fault, Kind};

use super::{ByDefault, Encryption, KIND, Rule};
use crate::api::s3::{Setting, setting};
use crate::api::{Effect, FaultOf, Site, built, one, only};

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(setting::<Encryption>(site, action))
}

impl Setting for Encryption {
    fn kind() -> &'static Kind {
        &KIND
    }

    async fn get(site: &Site, bucket: &str) -> Result<Encryption, Fault> {
        let told = site.s3().get_bucket_encryption().bucket(bucket).send().await.fault(Effect::None)?;
        let rules = told.server_side_encryption_configuration.map(|document| document.rules);
        Ok(Encryption {
            bucket: Some(bucket.to_owned()),
            id: Some(bucket.to_owned()),
            rule: rules.map(|rules| Blocks(rules.into_iter().map(read).collect())),
            ..Encryption::default()
        })
    }

    async fn put(site: &Site, bucket: &str, wanted: Encryption) -> Result<(), Fault> {
        let rules = wanted.rule.map(|rules| rules.0).unwrap_or_default();
        let rules = rules.into_iter().map(write).collect::<Result<_, Fault>>()?;
        let document = built(ServerSideEncryptionConfiguration::builder().set_rules(Some(rules)).build())?;
        let asked = site.s3().put_bucket_encryption().bucket(bucket);
        let asked = asked.server_side_encryption_configuration(document);
        asked.set_expected_bucket_owner(wanted.expected_bucket_owner).send().await.fault(Effect::Maybe)?;
        Ok(())
    }

    async fn delete(site: &Site, bucket: &str, how: Encryption) -> Result<(), Fault> {
        let asked = site.s3().delete_bucket_encryption().bucket(bucket);
        asked.set_expected_bucket_owner(how.expected_bucket_owner).send().await.fault(Effect::Maybe)?;
        Ok(())
    }
}

fn read(told: ServerSideEncryptionRule) -> Rule {
    let by_default = told.apply_server_side_encryption_by_default.map(|how| ByDefault {
        kms_master_key_id: how.kms_master_key_id.filter(|key| !key.is_empty()),
        sse_algorithm: Some(how.sse_algorithm.as_str().to_owned()),
    });
    Rule {
        apply_server_side_encryption_by_default: one(by_default),
        bucket_key_enabled: Some(told.bucket_key_enabled.unwrap_or(false)),
    }
}

fn write(wanted: Rule) -> Result<ServerSideEncryptionRule, Fault> {
    let by_default = only(wanted.apply_server_side_encryption_by_default).map(|how| {
        let made = ServerSideEncryptionByDefault::builder()
            .set_sse_algorithm(how.sse_algorithm.as_deref().map(ServerSideEncryption::from))
            .set_kms_master_key_id(how.kms_master_key_id);
        built(made.build())
    });
    let made = ServerSideEncryptionRule::builder()
        .set_apply_server_side_encryption_by_default(by_default.transpose()?)
        .set_bucket_key_enabled(wanted.bucket_key_enabled);
    Ok(made.build())
}
