//! `aws_sqs_queue`: a queue of messages. Class A: its name is unique in the region.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output};
use relight_contract::{
    Act, Block, ControlPlane, Detail, Example, Identity, Kind, Listing, NameRule, One, Operation, Placement,
    Scope, Timeouts, block,
};

use crate::timing::{CALL, QUICK, timing};

block! {
    /// The attributes of `aws_sqs_queue`.
    pub struct Queue {
        arn: String = output().made("arn:aws:sqs:{region}:{account}:{name}").doc("The ARN."),
        content_based_deduplication: bool = optional().default_bool(false)
            .doc("Whether a FIFO queue tells messages apart by their content."),
        deduplication_scope: String = computed().words(&["messageGroup", "queue"])
            .doc("Where a FIFO queue looks for duplicates."),
        delay_seconds: i64 = optional().default_number(0)
            .doc("How long a message waits before it can be received, 0 to 900 seconds."),
        fifo_queue: bool = optional().replaces().default_bool(false)
            .name_end(".fifo")
            .doc("Whether messages keep their order; the name then ends in `.fifo`."),
        fifo_throughput_limit: String = computed().words(&["perMessageGroupId", "perQueue"])
            .doc("What a FIFO queue's throughput is counted by."),
        id: String = output().made("https://sqs.{region}.amazonaws.com/{account}/{name}").doc("The URL."),
        kms_data_key_reuse_period_seconds: i64 = computed()
            .doc("How long a data key is used, 60 to 86400 seconds; 300 by default."),
        kms_master_key_id: String = optional().mentions("aws_kms_key", "id").conflicts(&["sqs_managed_sse_enabled"])
            .doc("The key that messages at rest are encrypted with."),
        max_message_size: i64 = optional().default_number(262_144)
            .doc("The largest message, in bytes, 1024 to 262144."),
        message_retention_seconds: i64 = optional().default_number(345_600)
            .doc("How long messages are kept, 60 to 1209600 seconds."),
        name: String = computed().replaces().reserved(60).conflicts(&["name_prefix"])
            .doc("The name, unique in the region of the account, for a minute after its queue is gone too."),
        name_prefix: String = computed().replaces().doc("What a derived name begins with."),
        policy: String = computed().json().doc("Who may send and receive, as JSON."),
        receive_wait_time_seconds: i64 = optional().default_number(0)
            .doc("How long a receiver waits for a message, 0 to 20 seconds."),
        redrive_allow_policy: String = computed().json()
            .doc("Which queues may put aside here what they cannot deliver, as JSON."),
        redrive_policy: String = computed().json().mentions("aws_sqs_queue", "arn")
            .doc("Where messages go that nobody could work on, and after how many tries, as JSON."),
        sqs_managed_sse_enabled: bool = computed()
            .doc("Whether messages at rest are encrypted with keys of SQS's own; so they are by default."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
        url: String = output().made("{id}").doc("The URL, again."),
        visibility_timeout_seconds: i64 = optional().default_number(30)
            .doc("How long a received message is hidden from others, 0 to 43200 seconds."),
    }
}

/// The table of `aws_sqs_queue`. Limits, pages and calls: Amazon SQS API reference, `CreateQueue`, `ListQueues` (URLs
/// alone) and `DeleteQueue`, which takes up to a minute.
pub static KIND: Kind = Kind {
    name: "aws_sqs_queue",
    provider: "aws",
    service: "sqs",
    doc: "A queue of messages.",
    placement: Placement::Regional,
    identity: Identity::Name(NameRule {
        attribute: "name",
        prefix: Some("name_prefix"),
        longest: 80,
        scope: Scope::Region,
    }),
    tags: Some("tags"),
    fields: Queue::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 1000 },
    details: &[
        Detail { call: "sqs:GetQueueAttributes", objects: 1, fields: &[] },
        Detail { call: "sqs:ListQueueTags", objects: 1, fields: &[] },
    ],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["sqs:ListQueues", "sqs:GetQueueAttributes", "sqs:ListQueueTags"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["sqs:GetQueueAttributes", "sqs:ListQueueTags", "sqs:GetQueueUrl"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &["sqs:CreateQueue", "sqs:TagQueue", "sqs:GetQueueUrl"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Update,
            calls: &["sqs:SetQueueAttributes", "sqs:TagQueue", "sqs:UntagQueue"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Delete,
            calls: &["sqs:DeleteQueue"],
            plane: ControlPlane::Regional,
            timing: timing(30, 60, "Amazon SQS API reference, `DeleteQueue`: up to 60 seconds"),
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A queue with a place for what cannot be delivered",
        hcl: r#"resource "aws_sqs_queue" "failed" {
  name = "relight-example-failed"
}

resource "aws_sqs_queue" "example" {
  name = "relight-example-orders"

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.failed.arn
    maxReceiveCount     = 4
  })
}
"#,
        update: "visibility_timeout_seconds = 120",
        replace: r#"name = "relight-example-payments""#,
    }],
};
