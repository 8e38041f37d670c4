//! AWS: its kinds, its manners, and (behind the feature `api`) its API.

mod advice;
#[cfg(feature = "api")]
pub mod api;
mod data;
mod kinds;
mod permissions;
mod settings;
mod timing;

use relight_contract::{Block, Provider, TagRules};

pub use data::DATA;
pub use kinds::KINDS;

/// AWS as relight knows it. Tag limits: AWS General Reference, "Tagging your AWS resources".
pub static AWS: Provider = Provider {
    name: "aws",
    kinds: KINDS,
    data: DATA,
    tags: TagRules {
        owner: "relight:id",
        address: "relight:address",
        intent: "relight:intent",
        role: "relight:role",
        longest_key: 128,
        longest_value: 256,
        most: 50,
        accepts: |c| c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c),
    },
    home: "us-east-1",
    // The partitions for China and for the government of the United States.
    homes: &[("cn-", "cn-northwest-1"), ("us-gov-", "us-gov-west-1")],
    regions: REGIONS,
    settings: settings::Settings::FIELDS,
    region_fields: &["region", "replica_region"],
    advice: advice::advice,
    policy: Some(permissions::policy),
};

/// Regions of the standard partition. Source: AWS General Reference, "AWS service endpoints".
const REGIONS: &[&str] = &[
    "af-south-1",
    "ap-east-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];
