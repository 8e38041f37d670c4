//! `aws_s3_bucket`: a container of objects. Class A: its name is unique in all the world.

#[cfg(feature = "api")]
pub(crate) mod api;
#[cfg(feature = "api")]
mod zone;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output};
use relight_contract::{
    Act, Block, ControlPlane, Detail, Example, Identity, Kind, Listing, NameRule, One, Operation, Placement,
    Scope, Timeouts, Unsupported, block,
};

use crate::timing::{CALL, QUICK};

block! {
    /// The attributes of `aws_s3_bucket`.
    pub struct Bucket {
        arn: String = output().made("arn:aws:s3:::{bucket}").doc("The ARN."),
        bucket: String = computed().replaces().doc("The name, unique in all the world: 3 to 63 characters."),
        bucket_domain_name: String = output().made("{bucket}.s3.amazonaws.com").doc("The global domain name."),
        bucket_prefix: String = computed().local().conflicts(&["bucket"])
            .doc("Begins a derived name. Read only when the bucket is created."),
        bucket_regional_domain_name: String = output().made("{bucket}.s3.{region}.amazonaws.com")
            .doc("The domain name in the bucket's region."),
        force_destroy: bool = optional().in_a_drill(true).default_bool(false).local()
            .doc("Whether deleting the bucket deletes all objects and versions in it first."),
        hosted_zone_id: String = output().made("Z{digits:13}")
            .doc("The Route 53 zone of the region's website endpoints."),
        id: String = output().made("{bucket}").doc("The name."),
        object_lock_enabled: bool = computed().replaces().default_bool(false)
            .doc("Whether objects can be locked against deletion. Turns versioning on."),
        region: String = output().made("{region}").doc("The region that the bucket is in."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
    }
}

/// Configuring any bucket, wherever it is, depends on this region. Source: AWS fault isolation boundaries.
const HOME: ControlPlane = ControlPlane::Global("us-east-1");

/// The table of `aws_s3_bucket`. Calls and limits: Amazon S3 API reference, `CreateBucket`; user guide, "Bucket
/// naming rules".
pub static KIND: Kind = Kind {
    name: "aws_s3_bucket",
    provider: "aws",
    service: "s3",
    doc: "A bucket of objects in one region, under a name that is unique in all the world.",
    placement: Placement::Regional,
    identity: Identity::Name(NameRule {
        attribute: "bucket",
        prefix: Some("bucket_prefix"),
        longest: 63,
        scope: Scope::World,
    }),
    tags: Some("tags"),
    fields: Bucket::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 10_000 },
    details: &[
        Detail { call: "s3:GetBucketTagging", objects: 1, fields: &[] },
        Detail { call: "s3:GetObjectLockConfiguration", objects: 1, fields: &["object_lock_enabled"] },
    ],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["s3:ListBuckets", "s3:GetBucketTagging", "s3:GetObjectLockConfiguration"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["s3:GetBucketTagging", "s3:GetObjectLockConfiguration"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &["s3:CreateBucket", "s3:TagResource", "s3:GetBucketTagging"],
            plane: HOME,
            timing: QUICK,
        },
        Operation {
            act: Act::Update,
            calls: &["s3:PutBucketTagging", "s3:DeleteBucketTagging", "s3:GetBucketTagging"],
            plane: HOME,
            timing: CALL,
        },
        Operation {
            act: Act::Delete,
            calls: &["s3:DeleteBucket", "s3:ListObjectVersions", "s3:DeleteObjects"],
            plane: HOME,
            timing: QUICK,
        },
    ],
    unsupported: &[
        Unsupported {
            name: "acceleration_status",
            reason: "deprecated: use aws_s3_bucket_accelerate_configuration",
        },
        Unsupported { name: "acl", reason: "deprecated: use aws_s3_bucket_acl" },
        Unsupported { name: "cors_rule", reason: "deprecated: use aws_s3_bucket_cors_configuration" },
        Unsupported { name: "grant", reason: "deprecated: use aws_s3_bucket_acl" },
        Unsupported {
            name: "lifecycle_rule",
            reason: "deprecated: use aws_s3_bucket_lifecycle_configuration",
        },
        Unsupported { name: "logging", reason: "deprecated: use aws_s3_bucket_logging" },
        Unsupported {
            name: "object_lock_configuration",
            reason: "deprecated: use aws_s3_bucket_object_lock_configuration",
        },
        Unsupported { name: "policy", reason: "deprecated: use aws_s3_bucket_policy" },
        Unsupported {
            name: "replication_configuration",
            reason: "deprecated: use aws_s3_bucket_replication_configuration",
        },
        Unsupported {
            name: "request_payer",
            reason: "deprecated: use aws_s3_bucket_request_payment_configuration",
        },
        Unsupported {
            name: "server_side_encryption_configuration",
            reason: "deprecated: use aws_s3_bucket_server_side_encryption_configuration",
        },
        Unsupported { name: "versioning", reason: "deprecated: use aws_s3_bucket_versioning" },
        Unsupported { name: "website", reason: "deprecated: use aws_s3_bucket_website_configuration" },
        Unsupported { name: "website_domain", reason: "deprecated: use aws_s3_bucket_website_configuration" },
        Unsupported {
            name: "website_endpoint",
            reason: "deprecated: use aws_s3_bucket_website_configuration",
        },
    ],
    examples: &[Example {
        title: "A bucket",
        hcl: r#"resource "aws_s3_bucket" "example" {
  bucket = "relight-example-orders"
}
"#,
        update: r#"tags = { Team = "orders" }"#,
        replace: r#"bucket = "relight-example-invoices""#,
    }],
};
