//! `aws_s3_bucket_server_side_encryption_configuration`: how a bucket's objects are encrypted. Class D: its key is the
//! bucket.

#[cfg(feature = "api")]
pub(crate) mod api;

use relight_contract::field::{optional, output, required};
use relight_contract::{
    Act, Block, BlockList, Blocks, ControlPlane, Example, Identity, Kind, Listing, Operation, Placement,
    block,
};

use crate::timing::CALL;

block! {
    /// What objects are encrypted with that do not say it themselves.
    pub struct ByDefault {
        kms_master_key_id: String = optional().mentions("aws_kms_key", "arn")
            .doc("The key, by ARN or id; that of AWS for S3 where none is given."),
        sse_algorithm: String = required().words(&["AES256", "aws:kms", "aws:kms:dsse"])
            .doc("Keys of S3 itself, keys in KMS, or the latter in two layers."),
    }
}

block! {
    /// One rule.
    pub struct Rule {
        apply_server_side_encryption_by_default: BlockList<ByDefault> = optional().maximum(1)
            .doc("What objects are encrypted with that do not say it themselves."),
        bucket_key_enabled: bool = optional().default_bool(false)
            .doc("Whether a key of the bucket saves calls to KMS."),
    }
}

block! {
    /// The attributes of `aws_s3_bucket_server_side_encryption_configuration`.
    pub struct Encryption {
        bucket: String = required().replaces().refers("aws_s3_bucket", "bucket").doc("The bucket."),
        expected_bucket_owner: String = optional().local()
            .doc("The account that must own the bucket, else changing it fails."),
        id: String = output().made("{bucket}").doc("The bucket's name."),
        rule: Blocks<Rule> = required().minimum(1).doc("The rule; S3 takes one."),
    }
}

/// Configuring any bucket, wherever it is, depends on this region. Source: AWS fault isolation boundaries.
const HOME: ControlPlane = ControlPlane::Global("us-east-1");

/// The table of `aws_s3_bucket_server_side_encryption_configuration`. Every bucket has one: deleting it goes back to keys
/// of S3. Source: Amazon S3 API reference, `DeleteBucketEncryption`.
pub static KIND: Kind = Kind {
    name: "aws_s3_bucket_server_side_encryption_configuration",
    provider: "aws",
    service: "s3",
    doc: "What the objects of a bucket are encrypted with.",
    placement: Placement::Regional,
    identity: Identity::Key(&["bucket"]),
    tags: None,
    fields: Encryption::FIELDS,
    capabilities: &[],
    listing: Listing::Under { kind: "aws_s3_bucket", attribute: "bucket", page: 1 },
    details: &[],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["s3:GetBucketEncryption"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["s3:GetBucketEncryption"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation { act: Act::Create, calls: &["s3:PutBucketEncryption"], plane: HOME, timing: CALL },
        Operation { act: Act::Update, calls: &["s3:PutBucketEncryption"], plane: HOME, timing: CALL },
        Operation { act: Act::Delete, calls: &["s3:DeleteBucketEncryption"], plane: HOME, timing: CALL },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A key of one's own",
        hcl: r#"resource "aws_kms_key" "example" {
  description             = "Objects of the example"
  deletion_window_in_days = 7
}

resource "aws_s3_bucket" "example" {
  bucket = "relight-example-orders"
}

resource "aws_s3_bucket" "other" {
  bucket = "relight-example-invoices"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "example" {
  bucket = aws_s3_bucket.example.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.example.arn
    }
  }
}
"#,
        update: r#"rule {
  apply_server_side_encryption_by_default {
    sse_algorithm = "AES256"
  }
}"#,
        replace: "bucket = aws_s3_bucket.other.id",
    }],
};
