//! `aws_dynamodb_table`: a table, and its replicas in other regions. Class A: its name is unique in a region.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, BlockList, Blocks, ControlPlane, Detail, Example, Identity, Kind, Listing, NameRule, One,
    Operation, Placement, Scope, Timeouts, Timing, Unsupported, block,
};

use crate::timing::{CALL, timing};

block! {
    /// An attribute that a key or an index uses.
    pub struct KeyAttribute {
        name: String = required().doc("Its name."),
        type_: String = required().words(&["S", "N", "B"]).doc("Text, number or bytes."),
    }
}

block! {
    /// Upper bounds of a table that is paid per request.
    pub struct OnDemandThroughput {
        max_read_request_units: i64 = computed().doc("The most read request units per second; -1 for no bound."),
        max_write_request_units: i64 = computed().doc("The most write request units per second; -1 for no bound."),
    }
}

block! {
    /// An index with keys of its own. A changed index is made anew beside the table.
    pub struct GlobalSecondaryIndex {
        hash_key: String = required().doc("The partition key."),
        name: String = required().doc("Its name."),
        non_key_attributes: BTreeSet<String> = optional().doc("What it holds, with the projection `INCLUDE`."),
        on_demand_throughput: BlockList<OnDemandThroughput> = optional().maximum(1)
            .doc("Upper bounds of an index that is paid per request."),
        projection_type: String = required().words(&["ALL", "INCLUDE", "KEYS_ONLY"]).doc("What it holds."),
        range_key: String = optional().doc("The sort key."),
        read_capacity: i64 = computed().doc("Read capacity units, when provisioned."),
        write_capacity: i64 = computed().doc("Write capacity units, when provisioned."),
    }
}

block! {
    /// The form of CSV text.
    pub struct Csv {
        delimiter: String = optional().replaces().doc("What stands between values."),
        header_list: BTreeSet<String> = optional().replaces().doc("The columns, where the first line is none."),
    }
}

block! {
    /// The form of the imported text.
    pub struct InputFormatOptions {
        csv: BlockList<Csv> = optional().replaces().maximum(1).doc("The form of CSV text."),
    }
}

block! {
    /// The bucket that is imported.
    pub struct S3BucketSource {
        bucket: String = required().replaces().mentions("aws_s3_bucket", "bucket").doc("The bucket."),
        bucket_owner: String = optional().replaces().doc("The account that owns it."),
        key_prefix: String = optional().replaces().doc("What the names of the objects begin with."),
    }
}

block! {
    /// Contents that the table begins with.
    pub struct ImportTable {
        input_compression_type: String = optional().replaces().words(&["GZIP", "ZSTD", "NONE"])
            .doc("How the objects are compressed."),
        input_format: String = required().replaces().words(&["DYNAMODB_JSON", "ION", "CSV"])
            .doc("What the objects hold."),
        input_format_options: BlockList<InputFormatOptions> = optional().replaces().maximum(1)
            .doc("The form of the text."),
        s3_bucket_source: BlockList<S3BucketSource> = optional().replaces().minimum(1).maximum(1)
            .doc("Where the objects are."),
    }
}

block! {
    /// An index with the table's partition key and another sort key.
    pub struct LocalSecondaryIndex {
        name: String = required().replaces().doc("Its name."),
        non_key_attributes: Vec<String> = optional().replaces().doc("What it holds, with the projection `INCLUDE`."),
        projection_type: String = required().replaces().words(&["ALL", "INCLUDE", "KEYS_ONLY"])
            .doc("What it holds."),
        range_key: String = required().replaces().doc("The sort key."),
    }
}

block! {
    /// Continuous backups.
    pub struct PointInTimeRecovery {
        enabled: bool = required().doc("Whether the table can be restored to any second of the period."),
        recovery_period_in_days: i64 = computed().doc("The period, 1 to 35 days."),
    }
}

block! {
    /// A replica of the table in another region: with it, this is a global table.
    pub struct Replica {
        arn: String = output().doc("Its ARN."),
        kms_key_arn: String = computed().mentions("aws_kms_key", "arn").doc("The key of its region."),
        region_name: String = required().doc("The region."),
    }
}

block! {
    /// Encryption with a key of one's own.
    pub struct ServerSideEncryption {
        enabled: bool = required().doc("Whether a key in KMS is used instead of one that DynamoDB owns."),
        kms_key_arn: String = computed().mentions("aws_kms_key", "arn")
            .doc("The key; that of AWS for DynamoDB where none is given."),
    }
}

block! {
    /// When items expire.
    pub struct TimeToLive {
        attribute_name: String = optional().doc("The attribute that says when, in seconds since 1970."),
        enabled: bool = optional().default_bool(false).doc("Whether items expire."),
    }
}

block! {
    /// The attributes of `aws_dynamodb_table`.
    pub struct DynamodbTable {
        arn: String = output().made("arn:aws:dynamodb:{region}:{account}:table/{name}").doc("The ARN."),
        attribute: Blocks<KeyAttribute> = optional().doc("The attributes that keys and indexes use, and no others."),
        billing_mode: String = optional().default_text("PROVISIONED").words(&["PAY_PER_REQUEST", "PROVISIONED"])
            .doc("How throughput is paid."),
        deletion_protection_enabled: bool = optional().default_bool(false).guards_deletion()
            .doc("Whether DynamoDB refuses to delete the table."),
        global_secondary_index: Blocks<GlobalSecondaryIndex> = optional().doc("Indexes with keys of their own."),
        hash_key: String = computed().replaces().doc("The partition key."),
        id: String = output().made("{name}").doc("The name."),
        import_table: BlockList<ImportTable> = optional().local().maximum(1)
            .doc("Contents that the table begins with."),
        local_secondary_index: Blocks<LocalSecondaryIndex> = optional().replaces()
            .doc("Indexes with the table's partition key and another sort key."),
        name: String = required().replaces().doc("The name."),
        on_demand_throughput: BlockList<OnDemandThroughput> = optional().maximum(1)
            .doc("Upper bounds of a table that is paid per request."),
        point_in_time_recovery: BlockList<PointInTimeRecovery> = computed().maximum(1).doc("Continuous backups."),
        range_key: String = optional().replaces().doc("The sort key."),
        read_capacity: i64 = computed().doc("Read capacity units, when provisioned."),
        replica: Blocks<Replica> = optional().joins().doc("Replicas in other regions."),
        restore_date_time: String = optional().replaces().write_only()
            .doc("The moment that is restored, in RFC 3339."),
        restore_source_name: String = computed().replaces().write_only().mentions("aws_dynamodb_table", "name")
            .conflicts(&["restore_source_table_arn"])
            .doc("The table of this region that this one is restored from at creation."),
        restore_source_table_arn: String = computed().replaces().write_only().mentions("aws_dynamodb_table", "arn")
            .conflicts(&["restore_source_name"])
            .doc("The table of another region that this one is restored from at creation."),
        restore_to_latest_time: bool = optional().replaces().write_only()
            .doc("Whether the last possible moment is restored."),
        server_side_encryption: BlockList<ServerSideEncryption> = computed().maximum(1)
            .doc("Encryption with a key of one's own."),
        stream_arn: String = output().moves().made("{arn}/stream/{time}").doc("The stream of changes, when it is on."),
        stream_enabled: bool = optional().default_bool(false).doc("Whether there is a stream of changes."),
        stream_label: String = output().moves().made("{time}").doc("The moment that the stream was turned on."),
        stream_view_type: String = computed().words(&["KEYS_ONLY", "NEW_AND_OLD_IMAGES", "NEW_IMAGE", "OLD_IMAGE"])
            .doc("What the stream tells of a changed item."),
        table_class: String = optional().default_text("STANDARD").words(&["STANDARD", "STANDARD_INFREQUENT_ACCESS"])
            .doc("How storage is paid."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
        ttl: BlockList<TimeToLive> = computed().maximum(1).doc("When items expire."),
        write_capacity: i64 = computed().doc("Write capacity units, when provisioned."),
    }
}

const CREATE: Timing = timing(15, 60, "unmeasured: seconds; replicas, indexes and imports take minutes");
const CHANGE: Timing = timing(15, 300, "unmeasured: seconds; replicas and indexes take minutes");
const DELETE: Timing = timing(10, 60, "unmeasured: seconds; replicas take minutes");
const SITE: ControlPlane = ControlPlane::Regional;

/// Nothing that is asked of one site may depend on another.
const ELSEWHERE: &str =
    "only the replica's own region tells and sets it, and a table is asked for in its region alone";

/// The table of `aws_dynamodb_table`.
pub static KIND: Kind = Kind {
    name: "aws_dynamodb_table",
    provider: "aws",
    service: "dynamodb",
    doc: "A DynamoDB table, and its replicas in other regions.",
    placement: Placement::Regional,
    identity: Identity::Name(NameRule {
        attribute: "name",
        prefix: None,
        longest: 255,
        scope: Scope::Region,
    }),
    tags: Some("tags"),
    fields: DynamodbTable::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 100 },
    details: &[
        Detail { call: "dynamodb:DescribeTable", objects: 1, fields: &[] },
        Detail { call: "dynamodb:ListTagsOfResource", objects: 1, fields: &[] },
        Detail {
            call: "dynamodb:DescribeContinuousBackups",
            objects: 1,
            fields: &["point_in_time_recovery"],
        },
        Detail { call: "dynamodb:DescribeTimeToLive", objects: 1, fields: &["ttl"] },
    ],
    operations: &[
        Operation {
            act: Act::List,
            calls: &[
                "dynamodb:ListTables",
                "dynamodb:DescribeTable",
                "dynamodb:DescribeContinuousBackups",
                "dynamodb:DescribeTimeToLive",
                "dynamodb:ListTagsOfResource",
            ],
            plane: SITE,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &[
                "dynamodb:DescribeTable",
                "dynamodb:DescribeContinuousBackups",
                "dynamodb:DescribeTimeToLive",
                "dynamodb:ListTagsOfResource",
            ],
            plane: SITE,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &[
                "dynamodb:CreateTable",
                "dynamodb:ImportTable",
                "dynamodb:RestoreTableToPointInTime",
                "dynamodb:CreateTableReplica",
                "dynamodb:UpdateContinuousBackups",
                "dynamodb:UpdateTimeToLive",
                "dynamodb:UpdateTable",
                "dynamodb:TagResource",
                "dynamodb:DescribeTable",
            ],
            plane: SITE,
            timing: CREATE,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "dynamodb:UpdateTable",
                "dynamodb:CreateTableReplica",
                "dynamodb:DeleteTableReplica",
                "dynamodb:UpdateContinuousBackups",
                "dynamodb:UpdateTimeToLive",
                "dynamodb:TagResource",
                "dynamodb:UntagResource",
                "dynamodb:DescribeTable",
            ],
            plane: SITE,
            timing: CHANGE,
        },
        Operation {
            act: Act::Delete,
            calls: &["dynamodb:DeleteTable", "dynamodb:DeleteTableReplica", "dynamodb:DescribeTable"],
            plane: SITE,
            timing: DELETE,
        },
    ],
    unsupported: &[
        Unsupported { name: "replica.point_in_time_recovery", reason: ELSEWHERE },
        Unsupported { name: "replica.propagate_tags", reason: ELSEWHERE },
        Unsupported { name: "replica.stream_arn", reason: ELSEWHERE },
        Unsupported { name: "replica.stream_label", reason: ELSEWHERE },
    ],
    examples: &[Example {
        title: "A table",
        hcl: r#"resource "aws_dynamodb_table" "example" {
  name         = "example"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}
"#,
        update: "point_in_time_recovery {\n  enabled = true\n}",
        replace: "name = \"other\"",
    }],
};
