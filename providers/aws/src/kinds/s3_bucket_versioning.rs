//! `aws_s3_bucket_versioning`: whether a bucket keeps old versions. Class D: its key is the bucket.

#[cfg(feature = "api")]
pub(crate) mod api;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, BlockList, ControlPlane, Example, Identity, Kind, Listing, Operation, Placement, block,
};

use crate::timing::CALL;

block! {
    /// What is kept.
    pub struct VersioningConfiguration {
        mfa_delete: String = computed().words(&["Enabled", "Disabled"])
            .doc("Whether deleting a version takes a code of an MFA device."),
        status: String = required().words(&["Enabled", "Suspended", "Disabled"])
            .doc("Whether overwritten and deleted objects are kept; `Disabled` only where they never were."),
    }
}

block! {
    /// The attributes of `aws_s3_bucket_versioning`.
    pub struct Versioning {
        bucket: String = required().replaces().refers("aws_s3_bucket", "bucket").doc("The bucket."),
        expected_bucket_owner: String = optional().local()
            .doc("The account that must own the bucket, else changing it fails."),
        id: String = output().made("{bucket}").doc("The bucket's name."),
        mfa: String = optional().local()
            .doc("Serial number and current code of the MFA device, which changing `mfa_delete` takes."),
        versioning_configuration: BlockList<VersioningConfiguration> = required().minimum(1).maximum(1)
            .doc("What is kept."),
    }
}

/// Configuring any bucket, wherever it is, depends on this region. Source: AWS fault isolation boundaries.
const HOME: ControlPlane = ControlPlane::Global("us-east-1");

/// The table of `aws_s3_bucket_versioning`. A bucket that was versioned once can only be suspended, so deleting
/// suspends. Source: Amazon S3 API reference, `PutBucketVersioning`.
pub static KIND: Kind = Kind {
    name: "aws_s3_bucket_versioning",
    provider: "aws",
    service: "s3",
    doc: "Whether a bucket keeps overwritten and deleted objects. Replication needs it on both sides.",
    placement: Placement::Regional,
    identity: Identity::Key(&["bucket"]),
    tags: None,
    fields: Versioning::FIELDS,
    capabilities: &[],
    listing: Listing::Under { kind: "aws_s3_bucket", attribute: "bucket", page: 1 },
    details: &[],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["s3:GetBucketVersioning"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["s3:GetBucketVersioning"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation { act: Act::Create, calls: &["s3:PutBucketVersioning"], plane: HOME, timing: CALL },
        Operation { act: Act::Update, calls: &["s3:PutBucketVersioning"], plane: HOME, timing: CALL },
        Operation {
            act: Act::Delete,
            calls: &["s3:PutBucketVersioning", "s3:GetBucketVersioning"],
            plane: HOME,
            timing: CALL,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "Old versions are kept",
        hcl: r#"resource "aws_s3_bucket" "example" {
  bucket = "relight-example-orders"
}

resource "aws_s3_bucket" "other" {
  bucket = "relight-example-invoices"
}

resource "aws_s3_bucket_versioning" "example" {
  bucket = aws_s3_bucket.example.id

  versioning_configuration {
    status = "Enabled"
  }
}
"#,
        update: r#"versioning_configuration {
  status = "Suspended"
}"#,
        replace: "bucket = aws_s3_bucket.other.id",
    }],
};
