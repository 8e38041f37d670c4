//! `aws_s3_bucket_public_access_block`: what of a bucket may be public. Class D: its key is the bucket.

#[cfg(feature = "api")]
pub(crate) mod api;

use relight_contract::field::{optional, output, required};
use relight_contract::{
    Act, Block, ControlPlane, Example, Identity, Kind, Listing, Operation, Placement, block,
};

use crate::timing::CALL;

block! {
    /// The attributes of `aws_s3_bucket_public_access_block`.
    pub struct PublicAccessBlock {
        block_public_acls: bool = optional().default_bool(false)
            .doc("Whether access control lists that make something public are refused."),
        block_public_policy: bool = optional().default_bool(false)
            .doc("Whether policies that make the bucket public are refused."),
        bucket: String = required().replaces().refers("aws_s3_bucket", "bucket").doc("The bucket."),
        id: String = output().made("{bucket}").doc("The bucket's name."),
        ignore_public_acls: bool = optional().default_bool(false)
            .doc("Whether access control lists that make something public do not count."),
        restrict_public_buckets: bool = optional().default_bool(false)
            .doc("Whether a public policy serves the account and AWS services only."),
    }
}

/// Configuring any bucket, wherever it is, depends on this region. Source: AWS fault isolation boundaries.
const HOME: ControlPlane = ControlPlane::Global("us-east-1");

/// The table of `aws_s3_bucket_public_access_block`. A new bucket has one with everything on. Source: Amazon S3 user
/// guide, "Blocking public access to your Amazon S3 storage".
pub static KIND: Kind = Kind {
    name: "aws_s3_bucket_public_access_block",
    provider: "aws",
    service: "s3",
    doc: "What of a bucket may be public.",
    placement: Placement::Regional,
    identity: Identity::Key(&["bucket"]),
    tags: None,
    fields: PublicAccessBlock::FIELDS,
    capabilities: &[],
    listing: Listing::Under { kind: "aws_s3_bucket", attribute: "bucket", page: 1 },
    details: &[],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["s3:GetPublicAccessBlock"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["s3:GetPublicAccessBlock"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation { act: Act::Create, calls: &["s3:PutPublicAccessBlock"], plane: HOME, timing: CALL },
        Operation { act: Act::Update, calls: &["s3:PutPublicAccessBlock"], plane: HOME, timing: CALL },
        Operation { act: Act::Delete, calls: &["s3:DeletePublicAccessBlock"], plane: HOME, timing: CALL },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "Nothing is public",
        hcl: r#"resource "aws_s3_bucket" "example" {
  bucket = "relight-example-orders"
}

resource "aws_s3_bucket" "other" {
  bucket = "relight-example-invoices"
}

resource "aws_s3_bucket_public_access_block" "example" {
  bucket                  = aws_s3_bucket.example.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
"#,
        update: "block_public_policy = false",
        replace: "bucket = aws_s3_bucket.other.id",
    }],
};
