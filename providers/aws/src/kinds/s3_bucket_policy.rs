//! `aws_s3_bucket_policy`: who may do what with a bucket. Class D: its key is the bucket.

#[cfg(feature = "api")]
pub(crate) mod api;

use relight_contract::field::{output, required};
use relight_contract::{
    Act, Block, ControlPlane, Example, Identity, Kind, Listing, Operation, Placement, block,
};

use crate::timing::CALL;

block! {
    /// The attributes of `aws_s3_bucket_policy`.
    pub struct BucketPolicy {
        bucket: String = required().replaces().refers("aws_s3_bucket", "bucket").doc("The bucket."),
        id: String = output().made("{bucket}").doc("The bucket's name."),
        policy: String = required().json().doc("The policy, as JSON."),
    }
}

/// Configuring any bucket, wherever it is, depends on this region. Source: AWS fault isolation boundaries.
const HOME: ControlPlane = ControlPlane::Global("us-east-1");

/// The table of `aws_s3_bucket_policy`. Source: Amazon S3 API reference, `PutBucketPolicy`.
pub static KIND: Kind = Kind {
    name: "aws_s3_bucket_policy",
    provider: "aws",
    service: "s3",
    doc: "Who may do what with a bucket and its objects.",
    placement: Placement::Regional,
    identity: Identity::Key(&["bucket"]),
    tags: None,
    fields: BucketPolicy::FIELDS,
    capabilities: &[],
    listing: Listing::Under { kind: "aws_s3_bucket", attribute: "bucket", page: 1 },
    details: &[],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["s3:GetBucketPolicy"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["s3:GetBucketPolicy"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation { act: Act::Create, calls: &["s3:PutBucketPolicy"], plane: HOME, timing: CALL },
        Operation { act: Act::Update, calls: &["s3:PutBucketPolicy"], plane: HOME, timing: CALL },
        Operation { act: Act::Delete, calls: &["s3:DeleteBucketPolicy"], plane: HOME, timing: CALL },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "Encrypted connections only",
        hcl: EXAMPLE,
        update: UPDATE,
        replace: "bucket = aws_s3_bucket.other.id",
    }],
};

const EXAMPLE: &str = r#"resource "aws_s3_bucket" "example" {
  bucket = "relight-example-orders"
}

resource "aws_s3_bucket" "other" {
  bucket = "relight-example-invoices"
}

resource "aws_s3_bucket_policy" "example" {
  bucket = aws_s3_bucket.example.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Encrypted"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = ["arn:aws:s3:::relight-example-orders", "arn:aws:s3:::relight-example-orders/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}
"#;

const UPDATE: &str = r#"policy = jsonencode({
  Version = "2012-10-17"
  Statement = [{
    Sid       = "Encrypted"
    Effect    = "Deny"
    Principal = "*"
    Action    = "s3:PutObject"
    Resource  = "arn:aws:s3:::relight-example-orders/*"
    Condition = { Bool = { "aws:SecureTransport" = "false" } }
  }]
})"#;
