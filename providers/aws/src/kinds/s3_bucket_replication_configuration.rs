//! `aws_s3_bucket_replication_configuration`: which objects of a bucket are copied where. Class D: its key is the
//! bucket.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, BlockList, Capability, ControlPlane, Example, Identity, Kind, Listing, Operation, Part,
    Placement, Unsupported, block,
};

use crate::timing::CALL;

block! {
    /// A part of a rule that is on or off.
    pub struct Switch {
        status: String = required().words(&["Enabled", "Disabled"]).doc("`Enabled` or `Disabled`."),
    }
}

block! {
    /// Who owns the copies.
    pub struct AccessControlTranslation {
        owner: String = required().words(&["Destination"])
            .doc("`Destination`: the account of the destination bucket."),
    }
}

block! {
    /// How copies are encrypted.
    pub struct EncryptionConfiguration {
        replica_kms_key_id: String = required().mentions("aws_kms_key", "arn")
            .doc("The key, by ARN, in the destination's region."),
    }
}

block! {
    /// A number of minutes.
    pub struct Minutes {
        minutes: i64 = required().doc("Minutes; S3 accepts 15."),
    }
}

block! {
    /// Metrics and events of a rule.
    pub struct Metrics {
        event_threshold: BlockList<Minutes> = optional().maximum(1)
            .doc("After which time a copy that is missing raises an event."),
        status: String = required().words(&["Enabled", "Disabled"]).doc("`Enabled` or `Disabled`."),
    }
}

block! {
    /// A promise about the time that copies take (S3 RTC).
    pub struct ReplicationTime {
        status: String = required().words(&["Enabled", "Disabled"]).doc("`Enabled` or `Disabled`."),
        time: BlockList<Minutes> = required().minimum(1).maximum(1).doc("The promised time."),
    }
}

block! {
    /// Where copies go.
    pub struct Destination {
        access_control_translation: BlockList<AccessControlTranslation> = optional().maximum(1)
            .doc("Gives the copies to the owner of the destination bucket."),
        account: String = optional().doc("The account of the destination bucket, where it is another one."),
        bucket: String = required().mentions("aws_s3_bucket", "arn").doc("The destination bucket, by ARN."),
        encryption_configuration: BlockList<EncryptionConfiguration> = optional().maximum(1)
            .doc("How copies of objects under KMS keys are encrypted."),
        metrics: BlockList<Metrics> = optional().maximum(1).doc("Metrics and events of this rule."),
        replication_time: BlockList<ReplicationTime> = optional().maximum(1)
            .doc("A promise about the time that copies take."),
        storage_class: String = optional().doc("The storage class of the copies; that of the object by default."),
    }
}

block! {
    /// A tag that objects carry.
    pub struct Tag {
        key: String = required().doc("Its key."),
        value: String = required().doc("Its value."),
    }
}

block! {
    /// A prefix and tags, all of which must fit.
    pub struct And {
        prefix: String = optional().doc("What the key begins with."),
        tags: BTreeMap<String, String> = optional().doc("Tags that the object carries."),
    }
}

block! {
    /// Which objects a rule is for; an empty block is all of them.
    pub struct Filter {
        and: BlockList<And> = optional().maximum(1).conflicts(&["prefix", "tag"])
            .doc("A prefix and tags, all of which must fit."),
        prefix: String = optional().conflicts(&["tag"]).doc("What the key begins with."),
        tag: BlockList<Tag> = optional().maximum(1).doc("A tag that the object carries."),
    }
}

block! {
    /// Which of the objects are copied that S3 leaves out otherwise.
    pub struct SourceSelectionCriteria {
        replica_modifications: BlockList<Switch> = optional().maximum(1)
            .doc("Whether changes of a copy's metadata are copied back."),
        sse_kms_encrypted_objects: BlockList<Switch> = optional().maximum(1)
            .doc("Whether objects under KMS keys are copied."),
    }
}

block! {
    /// One rule.
    pub struct Rule {
        delete_marker_replication: BlockList<Switch> = optional().maximum(1)
            .doc("Whether deletions are copied; needs a `filter`."),
        destination: BlockList<Destination> = required().minimum(1).maximum(1).doc("Where copies go."),
        existing_object_replication: BlockList<Switch> = optional().maximum(1)
            .doc("Whether objects from before the rule are copied, where AWS support has allowed it."),
        filter: BlockList<Filter> = optional().maximum(1).doc("Which objects; an empty block is all of them."),
        id: String = computed().made("{letters:20}").doc("The rule's name, up to 255 characters."),
        priority: i64 = optional().default_number(0)
            .doc("Which rule wins for an object of several: the highest. Needs a `filter`."),
        source_selection_criteria: BlockList<SourceSelectionCriteria> = optional().maximum(1)
            .doc("Which of the objects are copied that S3 leaves out otherwise."),
        status: String = required().words(&["Enabled", "Disabled"]).doc("Whether the rule counts."),
    }
}

block! {
    /// The attributes of `aws_s3_bucket_replication_configuration`.
    pub struct ReplicationConfiguration {
        bucket: String = required().replaces().refers("aws_s3_bucket", "bucket")
            .doc("The bucket that is copied from; it must be versioned."),
        id: String = output().made("{bucket}").doc("The bucket's name."),
        role: String = required().mentions("aws_iam_role", "arn").doc("The role that S3 copies with, by ARN."),
        rule: BlockList<Rule> = required().minimum(1).maximum(1000).plays(COPIES).doc("The rules."),
        token: String = optional().sensitive().local()
            .doc("Leave for a bucket with object lock; AWS support hands it out."),
    }
}

/// Configuring any bucket, wherever it is, depends on this region. Source: AWS fault isolation boundaries.
const HOME: ControlPlane = ControlPlane::Global("us-east-1");

/// Most objects are there within 15 minutes; with replication time control, 99.9 % are. Source: Amazon S3 user guide,
/// "Meeting compliance requirements with S3 Replication Time Control".
const COPIES: Part = Part::Copies { p90_seconds: 900 };

/// The table of `aws_s3_bucket_replication_configuration`. Source: Amazon S3 API reference,
/// `PutBucketReplication`.
pub static KIND: Kind = Kind {
    name: "aws_s3_bucket_replication_configuration",
    provider: "aws",
    service: "s3",
    doc: "Which objects of a bucket S3 copies to another one. Only what is written after the rule is copied.",
    placement: Placement::Regional,
    identity: Identity::Key(&["bucket"]),
    tags: None,
    fields: ReplicationConfiguration::FIELDS,
    capabilities: &[Capability::Joins],
    listing: Listing::Under { kind: "aws_s3_bucket", attribute: "bucket", page: 1 },
    details: &[],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["s3:GetBucketReplication"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["s3:GetBucketReplication"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &["s3:PutBucketReplication", "iam:PassRole"],
            plane: HOME,
            timing: CALL,
        },
        Operation {
            act: Act::Update,
            calls: &["s3:PutBucketReplication", "iam:PassRole"],
            plane: HOME,
            timing: CALL,
        },
        Operation { act: Act::Delete, calls: &["s3:DeleteBucketReplication"], plane: HOME, timing: CALL },
    ],
    unsupported: &[Unsupported { name: "rule.prefix", reason: "deprecated: use filter" }],
    examples: &[Example {
        title: "Copies of all objects",
        hcl: EXAMPLE,
        update: UPDATE,
        replace: "bucket = aws_s3_bucket.other.id",
    }],
};

const EXAMPLE: &str = r#"resource "aws_iam_role" "example" {
  name = "relight-example-replication"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "s3.amazonaws.com" }
    }]
  })
}

resource "aws_s3_bucket" "source" {
  bucket = "relight-example-orders"
}

resource "aws_s3_bucket" "destination" {
  bucket = "relight-example-orders-copy"
}

resource "aws_s3_bucket" "other" {
  bucket = "relight-example-invoices"
}

resource "aws_s3_bucket_versioning" "source" {
  bucket = aws_s3_bucket.source.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_versioning" "destination" {
  bucket = aws_s3_bucket.destination.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_versioning" "other" {
  bucket = aws_s3_bucket.other.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_replication_configuration" "example" {
  bucket = aws_s3_bucket.source.id
  role   = aws_iam_role.example.arn

  rule {
    id       = "everything"
    priority = 1
    status   = "Enabled"

    filter {}

    delete_marker_replication {
      status = "Enabled"
    }

    destination {
      bucket = aws_s3_bucket.destination.arn
    }
  }

  depends_on = [
    aws_s3_bucket_versioning.source,
    aws_s3_bucket_versioning.destination,
    aws_s3_bucket_versioning.other,
  ]
}
"#;

const UPDATE: &str = r#"rule {
  id       = "everything"
  priority = 1
  status   = "Enabled"

  filter {
    prefix = "signed/"
  }

  delete_marker_replication {
    status = "Disabled"
  }

  destination {
    bucket        = aws_s3_bucket.destination.arn
    storage_class = "STANDARD_IA"
  }
}"#;
