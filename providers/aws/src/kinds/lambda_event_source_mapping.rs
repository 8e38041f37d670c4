//! `aws_lambda_event_source_mapping`: a function that is called with what comes in a queue or a stream. Class C: Lambda
//! makes its id, and its creation takes no token.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, BlockList, Blocks, Capability, ControlPlane, Detail, Example, Identity, Kind, Listing,
    Literal, Operation, Placement, Timing, Transition, block,
};

use crate::timing::{CALL, timing};

block! {
    /// The consumers of a cluster of Kafka.
    pub struct Kafka {
        consumer_group_id: String = computed().doc("The consumer group; one of its own by default."),
    }
}

block! {
    /// Where goes what failed.
    pub struct OnFailure {
        destination_arn: String = required().mentions("aws_sqs_queue", "arn")
            .doc("The queue, topic or bucket, by ARN."),
    }
}

block! {
    /// Where goes what was worked on.
    pub struct Destination {
        on_failure: BlockList<OnFailure> = optional().maximum(1).doc("Where goes what failed."),
    }
}

block! {
    /// What of a DocumentDB cluster is a source.
    pub struct DocumentDb {
        collection_name: String = optional().doc("The collection; all of the database by default."),
        database_name: String = required().doc("The database."),
        full_document: String = optional().default_text("Default").words(&["Default", "UpdateLookup"])
            .doc("Whether an update comes with the whole document."),
    }
}

block! {
    /// A pattern.
    pub struct Filter {
        pattern: String = optional().json().doc("What an event must be like, as JSON."),
    }
}

block! {
    /// Which events count.
    pub struct FilterCriteria {
        filter: Blocks<Filter> = optional().maximum(10).doc("Patterns, one of which an event must be like."),
    }
}

block! {
    /// What is measured.
    pub struct Metrics {
        metrics: BTreeSet<String> = required().words(&["EventCount"]).doc("The metrics."),
    }
}

block! {
    /// Pollers that stand ready.
    pub struct Pollers {
        maximum_pollers: i64 = computed().doc("The most pollers."),
        minimum_pollers: i64 = computed().doc("The least pollers."),
    }
}

block! {
    /// How far a queue scales the function.
    pub struct Scaling {
        maximum_concurrency: i64 = optional().doc("How many calls may run at once for this queue, 2 to 1000."),
    }
}

block! {
    /// A cluster of Kafka of one's own.
    pub struct SelfManaged {
        endpoints: BTreeMap<String, String> = required()
            .doc("Its servers: `{ KAFKA_BOOTSTRAP_SERVERS = \"a.example:9092,b.example:9092\" }`."),
    }
}

block! {
    /// How the source is reached.
    pub struct Access {
        type_: String = required().doc("What is given: `BASIC_AUTH`, `VPC_SUBNET`, `VIRTUAL_HOST` and others."),
        uri: String = required().doc("The secret by ARN, `subnet:` and the subnet, and so on."),
    }
}

block! {
    /// The attributes of `aws_lambda_event_source_mapping`.
    pub struct Mapping {
        amazon_managed_kafka_event_source_config: BlockList<Kafka> = computed().replaces().maximum(1)
            .conflicts(&["self_managed_event_source", "self_managed_kafka_event_source_config"])
            .doc("The consumers of a cluster of MSK."),
        arn: String = output().made("arn:aws:lambda:{region}:{account}:event-source-mapping:{uuid}").doc("The ARN."),
        batch_size: i64 = optional().doc("How many records a call gets at most; 10 by default for queues, else 100."),
        bisect_batch_on_function_error: bool = optional().default_bool(false)
            .doc("Whether a batch that failed is halved before it is tried again."),
        destination_config: BlockList<Destination> = optional().maximum(1).doc("Where goes what was worked on."),
        document_db_event_source_config: BlockList<DocumentDb> = optional().maximum(1)
            .doc("What of a DocumentDB cluster is a source."),
        enabled: bool = optional().default_bool(true).doc("Whether the function is called."),
        event_source_arn: String = optional().replaces().mentions("aws_sqs_queue", "arn")
            .conflicts(&["self_managed_event_source"]).doc("The queue, the stream or the cluster, by ARN."),
        filter_criteria: BlockList<FilterCriteria> = optional().maximum(1).doc("Which events count."),
        function_arn: String = output().made("arn:aws:lambda:{region}:{account}:function:{function_name:last}").moves()
            .doc("The function, by ARN."),
        function_name: String = required().also("function_arn").mentions("aws_lambda_function", "function_name")
            .doc("The function, by name or ARN, with a version or an alias if need be."),
        function_response_types: BTreeSet<String> = optional().words(&["ReportBatchItemFailures"])
            .doc("What the function's answer may say."),
        id: String = output().made("{uuid}").doc("The id."),
        kms_key_arn: String = optional().mentions("aws_kms_key", "arn").doc("The key that encrypts the patterns."),
        last_modified: String = output().made("{time}").volatile().doc("When it was changed, or its state moved."),
        last_processing_result: String = output().made("No records processed").volatile()
            .doc("What came of the last call."),
        maximum_batching_window_in_seconds: i64 = optional().default_number(0)
            .doc("How long records are gathered for a call, 0 to 300 seconds."),
        maximum_record_age_in_seconds: i64 = computed()
            .doc("How old a record of a stream may become, -1 for any age, which is the default."),
        maximum_retry_attempts: i64 = computed()
            .doc("How often a batch of a stream is tried again, -1 for ever, which is the default."),
        metrics_config: BlockList<Metrics> = optional().maximum(1).doc("What is measured."),
        parallelization_factor: i64 = computed().doc("How many batches of a shard are worked on at once, 1 to 10."),
        provisioned_poller_config: BlockList<Pollers> = optional().maximum(1).doc("Pollers that stand ready."),
        queues: Vec<String> = optional().replaces().doc("The queue of a broker of MQ."),
        scaling_config: BlockList<Scaling> = optional().maximum(1).doc("How far a queue scales the function."),
        self_managed_event_source: BlockList<SelfManaged> = optional().replaces().maximum(1)
            .doc("A cluster of Kafka of one's own."),
        self_managed_kafka_event_source_config: BlockList<Kafka> = computed().replaces().maximum(1)
            .conflicts(&["event_source_arn"]).doc("The consumers of a cluster of Kafka of one's own."),
        source_access_configuration: Blocks<Access> = optional().maximum(22).doc("How the source is reached."),
        starting_position: String = optional().replaces().words(&["AT_TIMESTAMP", "LATEST", "TRIM_HORIZON"])
            .doc("Where reading of a stream begins."),
        starting_position_timestamp: String = optional().replaces()
            .doc("When, with `starting_position = \"AT_TIMESTAMP\"`, as RFC 3339."),
        state: String = output().made("Enabled").volatile().doc("Its state."),
        state_transition_reason: String = output().made("USER_INITIATED").volatile()
            .doc("Why it is in that state."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        topics: BTreeSet<String> = optional().replaces().doc("The topic of Kafka."),
        tumbling_window_in_seconds: i64 = optional().default_number(0)
            .doc("How long records of a stream are added up, 0 to 900 seconds."),
        uuid: String = output().made("{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}").doc("The id, again."),
    }
}

const SITE: ControlPlane = ControlPlane::Regional;

const READS: &[&str] = &["lambda:ListEventSourceMappings", "lambda:ListTags"];

const MOVES: Timing = timing(15, 60, "unmeasured: until its pollers have begun, or stopped");

/// The table of `aws_lambda_event_source_mapping`. Pages and calls: AWS Lambda API reference,
/// `CreateEventSourceMapping` and `ListEventSourceMappings`, which tells all but the tags.
pub static KIND: Kind = Kind {
    name: "aws_lambda_event_source_mapping",
    provider: "aws",
    service: "lambda",
    doc: "A function that is called with what comes in a queue or a stream.",
    placement: Placement::Regional,
    identity: Identity::Server,
    tags: Some("tags"),
    fields: Mapping::FIELDS,
    capabilities: &[Capability::Fenceable {
        effect: &[Transition { field: "enabled", to: Literal::Bool(false) }],
    }],
    listing: Listing::All { page: 100 },
    details: &[Detail { call: "lambda:ListTags", objects: 1, fields: &[] }],
    operations: &[
        Operation { act: Act::List, calls: READS, plane: SITE, timing: CALL },
        Operation {
            act: Act::Read,
            calls: &["lambda:GetEventSourceMapping", "lambda:ListTags"],
            plane: SITE,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &["lambda:CreateEventSourceMapping", "lambda:TagResource", "lambda:GetEventSourceMapping"],
            plane: SITE,
            timing: MOVES,
        },
        Operation {
            act: Act::Update,
            calls: &["lambda:UpdateEventSourceMapping", "lambda:TagResource", "lambda:UntagResource"],
            plane: SITE,
            timing: MOVES,
        },
        Operation {
            act: Act::Delete,
            calls: &["lambda:DeleteEventSourceMapping", "lambda:GetEventSourceMapping"],
            plane: SITE,
            timing: MOVES,
        },
        Operation {
            act: Act::Fence,
            calls: &["lambda:UpdateEventSourceMapping", "lambda:GetEventSourceMapping"],
            plane: SITE,
            timing: MOVES,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A function that works on orders",
        hcl: r#"resource "aws_sqs_queue" "example" {
  name = "relight-example-orders"
}

resource "aws_sqs_queue" "returns" {
  name = "relight-example-returns"
}

resource "aws_iam_role" "example" {
  name = "relight-example-orders"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "example" {
  name = "queues"
  role = aws_iam_role.example.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
      Resource = [aws_sqs_queue.example.arn, aws_sqs_queue.returns.arn]
    }]
  })
}

resource "aws_lambda_function" "example" {
  function_name = "relight-example-orders"
  role          = aws_iam_role.example.arn
  package_type  = "Image"
  image_uri     = "123456789012.dkr.ecr.us-east-1.amazonaws.com/orders:1.4.2"
}

resource "aws_lambda_event_source_mapping" "example" {
  event_source_arn = aws_sqs_queue.example.arn
  function_name    = aws_lambda_function.example.function_name
  batch_size       = 5

  filter_criteria {
    filter {
      pattern = jsonencode({ body = { kind = ["order"] } })
    }
  }

  scaling_config {
    maximum_concurrency = 20
  }

  depends_on = [aws_iam_role_policy.example]
}
"#,
        update: "batch_size = 8\nenabled = false\nscaling_config {\n  maximum_concurrency = 40\n}",
        replace: "event_source_arn = aws_sqs_queue.returns.arn",
    }],
};
