//! `aws_s3_object`: an object in a bucket, whose content the spec gives. Class D: its key is the bucket and the object's
//! key.
//!
//! To write an object needs nothing but the bucket's own region: a health check that looks at one steers traffic while
//! every global control plane is gone.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, Capability, ControlPlane, Detail, Example, Identity, Kind, Listing, Operation, Placement,
    Unsupported, block,
};

use crate::timing::CALL;

block! {
    /// The attributes of `aws_s3_object`.
    pub struct StoredObject {
        arn: String = output().made("arn:aws:s3:::{bucket}/{key}").doc("The ARN."),
        bucket: String = required().replaces().refers("aws_s3_bucket", "bucket").doc("The bucket."),
        bucket_key_enabled: bool = computed().doc("Whether a key of the bucket saves calls of KMS."),
        cache_control: String = optional().doc("How long others may keep a copy: the `Cache-Control` of answers."),
        content: String = optional().conflicts(&["content_base64"]).doc("What stands in it, as text."),
        content_base64: String = optional().base64().conflicts(&["content"])
            .doc("What stands in it, where that is no text: `filebase64(...)`."),
        content_disposition: String = optional().doc("The `Content-Disposition` of answers."),
        content_encoding: String = optional().doc("The `Content-Encoding` of answers, such as `gzip`."),
        content_language: String = optional().doc("The `Content-Language` of answers."),
        content_type: String = computed().made("application/octet-stream").doc("The `Content-Type` of answers."),
        etag: String = computed().made("{hex:32}").moves().local()
            .doc("The MD5 of the content, where no key of KMS encrypts it. To give it changes nothing: content that \
                differs is noticed."),
        id: String = output().made("{key}").doc("The key."),
        key: String = required().replaces().doc("The name of the object in its bucket."),
        kms_key_id: String = computed().mentions("aws_kms_key", "arn")
            .doc("The ARN of the key that encrypts it; without one the bucket's own setting counts."),
        metadata: BTreeMap<String, String> = optional().doc("The user's own words about it; the names in lower case."),
        server_side_encryption: String = computed().made("AES256").words(&["AES256", "aws:kms", "aws:kms:dsse"])
            .doc("How it is encrypted."),
        storage_class: String = computed().made("STANDARD").doc("What it is kept on, such as `STANDARD_IA`."),
        tags: BTreeMap<String, String> = optional().doc("Tags: S3 takes ten, and relight needs three of them."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        version_id: String = output().moves().doc("The version, in a bucket that keeps them."),
        website_redirect: String = optional().doc("Where a bucket that is a website sends those who ask for it."),
    }
}

/// Objects are the data plane of their region: nothing of them depends on another one. Source: AWS fault isolation
/// boundaries, "Amazon S3".
const DATA: ControlPlane = ControlPlane::Data;

/// Why what S3 calculates over a content is left to it.
const CHECKED: &str = "S3 checks every upload by a checksum already, and what differs is compared by itself";

/// Why locks are left out.
const LOCKED: &str =
    "an object under a lock cannot be changed by what the spec says next: say it of the bucket";

/// The table of `aws_s3_object`. Limits: Amazon S3 API reference, `PutObject`; Amazon S3 user guide, "Categorizing your
/// storage using tags".
pub static KIND: Kind = Kind {
    name: "aws_s3_object",
    provider: "aws",
    service: "s3",
    doc: "An object in a bucket. A health check that watches one steers traffic by the data plane alone.",
    placement: Placement::Regional,
    identity: Identity::Key(&["bucket", "key"]),
    tags: Some("tags"),
    fields: StoredObject::FIELDS,
    capabilities: &[Capability::Shiftable { fields: &["content", "content_base64"] }],
    listing: Listing::Under { kind: "aws_s3_bucket", attribute: "bucket", page: 1000 },
    details: &[
        Detail { call: "s3:GetObject", objects: 1, fields: &[] },
        Detail { call: "s3:GetObjectTagging", objects: 1, fields: &[] },
    ],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["s3:ListObjectsV2", "s3:GetObject", "s3:GetObjectTagging"],
            plane: DATA,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["s3:GetObject", "s3:GetObjectTagging"],
            plane: DATA,
            timing: CALL,
        },
        Operation { act: Act::Create, calls: &["s3:PutObject"], plane: DATA, timing: CALL },
        Operation {
            act: Act::Update,
            calls: &["s3:PutObject", "s3:PutObjectTagging", "s3:GetObject", "s3:GetObjectTagging"],
            plane: DATA,
            timing: CALL,
        },
        Operation { act: Act::Delete, calls: &["s3:DeleteObject"], plane: DATA, timing: CALL },
        Operation {
            act: Act::Shift,
            calls: &["s3:PutObject", "s3:GetObject", "s3:GetObjectTagging"],
            plane: DATA,
            timing: CALL,
        },
    ],
    unsupported: &[
        Unsupported {
            name: "acl",
            reason: "buckets take no ACLs any more unless they are made to: say it in `aws_s3_bucket_policy`",
        },
        Unsupported { name: "checksum_algorithm", reason: CHECKED },
        Unsupported { name: "checksum_crc32", reason: CHECKED },
        Unsupported { name: "checksum_crc32c", reason: CHECKED },
        Unsupported { name: "checksum_crc64nvme", reason: CHECKED },
        Unsupported { name: "checksum_sha1", reason: CHECKED },
        Unsupported { name: "checksum_sha256", reason: CHECKED },
        Unsupported {
            name: "force_destroy",
            reason: "old versions are deleted with their bucket, when that is what its `force_destroy` says",
        },
        Unsupported { name: "object_lock_legal_hold_status", reason: LOCKED },
        Unsupported { name: "object_lock_mode", reason: LOCKED },
        Unsupported { name: "object_lock_retain_until_date", reason: LOCKED },
        Unsupported {
            name: "override_provider",
            reason: "the provider's `default_tags` count for every object: leave them out there",
        },
        Unsupported {
            name: "source",
            reason: "a plan holds what is written: `content = file(...)`, or `content_base64 = filebase64(...)`",
        },
        Unsupported { name: "source_hash", reason: "content that differs is noticed without it" },
    ],
    examples: &[Example {
        title: "The switch that a health check looks at",
        hcl: r#"resource "aws_s3_bucket" "example" {
  bucket = "relight-example-switch"
}

resource "aws_s3_object" "example" {
  bucket        = aws_s3_bucket.example.id
  key           = "serves"
  content       = "no"
  content_type  = "text/plain"
  cache_control = "no-store"
  metadata      = { purpose = "switch" }
  tags          = { Name = "switch" }
}
"#,
        update: "content = \"yes\"",
        replace: "key = \"serves-now\"",
    }],
};
