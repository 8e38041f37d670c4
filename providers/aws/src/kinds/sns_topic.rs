//! `aws_sns_topic`: where messages are published. Class A: the name is its identity, and `CreateTopic` answers with
//! the topic that is there.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output};
use relight_contract::{
    Act, Block, ControlPlane, Detail, Example, Identity, Kind, Listing, NameRule, Operation, Placement,
    Scope, block,
};

use crate::timing::CALL;

block! {
    /// The attributes of `aws_sns_topic`.
    pub struct Topic {
        application_failure_feedback_role_arn: String = optional().mentions("aws_iam_role", "arn")
            .doc("The role that logs failed deliveries to mobile applications."),
        application_success_feedback_role_arn: String = optional().mentions("aws_iam_role", "arn")
            .doc("The role that logs deliveries to mobile applications."),
        application_success_feedback_sample_rate: i64 = optional()
            .doc("The share of deliveries to mobile applications that is logged, in percent."),
        archive_policy: String = optional().json().doc("How long a FIFO topic keeps its messages, as JSON."),
        arn: String = output().made("arn:aws:sns:{region}:{account}:{name}").doc("The ARN."),
        beginning_archive_time: String = output().moves().doc("The time of the oldest message that is kept."),
        content_based_deduplication: bool = optional().default_bool(false)
            .doc("Whether a FIFO topic tells messages apart by their content."),
        delivery_policy: String = optional().json().doc("How often deliveries are tried, as JSON."),
        display_name: String = optional().doc("The sender's name in text messages."),
        fifo_throughput_scope: String = computed().words(&["MessageGroup", "Topic"])
            .doc("Whether a FIFO topic's throughput is counted by topic or by message group."),
        fifo_topic: bool = optional().replaces().default_bool(false)
            .name_end(".fifo")
            .doc("Whether messages keep their order; the name then ends in `.fifo`."),
        firehose_failure_feedback_role_arn: String = optional().mentions("aws_iam_role", "arn")
            .doc("The role that logs failed deliveries to delivery streams."),
        firehose_success_feedback_role_arn: String = optional().mentions("aws_iam_role", "arn")
            .doc("The role that logs deliveries to delivery streams."),
        firehose_success_feedback_sample_rate: i64 = optional()
            .doc("The share of deliveries to delivery streams that is logged, in percent."),
        http_failure_feedback_role_arn: String = optional().mentions("aws_iam_role", "arn")
            .doc("The role that logs failed deliveries over HTTP."),
        http_success_feedback_role_arn: String = optional().mentions("aws_iam_role", "arn")
            .doc("The role that logs deliveries over HTTP."),
        http_success_feedback_sample_rate: i64 = optional()
            .doc("The share of deliveries over HTTP that is logged, in percent."),
        id: String = output().made("{arn}").doc("The ARN."),
        kms_master_key_id: String = optional().mentions("aws_kms_key", "id")
            .doc("The key that messages at rest are encrypted with."),
        lambda_failure_feedback_role_arn: String = optional().mentions("aws_iam_role", "arn")
            .doc("The role that logs failed deliveries to functions."),
        lambda_success_feedback_role_arn: String = optional().mentions("aws_iam_role", "arn")
            .doc("The role that logs deliveries to functions."),
        lambda_success_feedback_sample_rate: i64 = optional()
            .doc("The share of deliveries to functions that is logged, in percent."),
        name: String = computed().replaces().conflicts(&["name_prefix"])
            .doc("The name, unique in the region of the account."),
        name_prefix: String = computed().replaces().doc("What a derived name begins with."),
        owner: String = output().made("{account}").doc("The account that owns the topic."),
        policy: String = computed().json()
            .doc("Who may publish and subscribe, as JSON; else the owner's account may."),
        signature_version: i64 = computed().default_number(1)
            .doc("How messages are signed: 1 with SHA-1, 2 with SHA-256."),
        sqs_failure_feedback_role_arn: String = optional().mentions("aws_iam_role", "arn")
            .doc("The role that logs failed deliveries to queues."),
        sqs_success_feedback_role_arn: String = optional().mentions("aws_iam_role", "arn")
            .doc("The role that logs deliveries to queues."),
        sqs_success_feedback_sample_rate: i64 = optional()
            .doc("The share of deliveries to queues that is logged, in percent."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        tracing_config: String = computed().default_text("PassThrough").words(&["Active", "PassThrough"])
            .doc("Whether the topic begins traces by itself."),
    }
}

/// The table of `aws_sns_topic`. Name limit, page and calls: Amazon SNS API reference, `CreateTopic` and
/// `ListTopics`, whose answer holds ARNs alone.
pub static KIND: Kind = Kind {
    name: "aws_sns_topic",
    provider: "aws",
    service: "sns",
    doc: "A topic that messages are published to.",
    placement: Placement::Regional,
    identity: Identity::Name(NameRule {
        attribute: "name",
        prefix: Some("name_prefix"),
        longest: 256,
        scope: Scope::Region,
    }),
    tags: Some("tags"),
    fields: Topic::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 100 },
    details: &[
        Detail { call: "sns:GetTopicAttributes", objects: 1, fields: &[] },
        Detail { call: "sns:ListTagsForResource", objects: 1, fields: &[] },
    ],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["sns:ListTopics", "sns:GetTopicAttributes", "sns:ListTagsForResource"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["sns:GetTopicAttributes", "sns:ListTagsForResource", "sts:GetCallerIdentity"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &["sns:CreateTopic", "sns:SetTopicAttributes", "sns:TagResource"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Update,
            calls: &["sns:SetTopicAttributes", "sns:TagResource", "sns:UntagResource"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Delete,
            calls: &["sns:DeleteTopic"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A topic for alarms",
        hcl: "resource \"aws_sns_topic\" \"example\" {\n  name = \"example-alarms\"\n}\n",
        update: "display_name = \"Alarms\"",
        replace: "name = \"example-pages\"",
    }],
};
