//! `aws_lambda_function`: code that runs when it is called. Class A: its name is unique in the region.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, BlockList, ControlPlane, Detail, Example, Identity, Kind, Listing, NameRule, One, Operation,
    Placement, Scope, Timeouts, Unsupported, block,
};

use crate::timing::{CALL, timing};

block! {
    /// Where calls go that failed.
    pub struct DeadLetter {
        target_arn: String = required().mentions("aws_sqs_queue", "arn").doc("The queue or topic, by ARN."),
    }
}

block! {
    /// What the code finds in its environment.
    pub struct Environment {
        variables: BTreeMap<String, String> = optional().doc("Variables by name."),
    }
}

block! {
    /// The folder `/tmp`.
    pub struct EphemeralStorage {
        size: i64 = computed().default_number(512).doc("Its size, 512 to 10240 MB."),
    }
}

block! {
    /// A file system of EFS.
    pub struct FileSystem {
        arn: String = required().doc("The access point, by ARN."),
        local_mount_path: String = required().doc("Where it is mounted, under `/mnt/`."),
    }
}

block! {
    /// What of the image is set otherwise.
    pub struct ImageConfig {
        command: Vec<String> = optional().doc("The parameters of the entry point."),
        entry_point: Vec<String> = optional().doc("What is run."),
        working_directory: String = optional().doc("Where it is run."),
    }
}

block! {
    /// What is logged, and how.
    pub struct Logging {
        application_log_level: String = optional().words(&["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"])
            .doc("The least level of the code's own messages, with `log_format = \"JSON\"`."),
        log_format: String = required().words(&["JSON", "Text"]).doc("The form of messages."),
        log_group: String = computed().doc("The log group, by name; `/aws/lambda/` and the function's name by default."),
        system_log_level: String = optional().words(&["DEBUG", "INFO", "WARN"])
            .doc("The least level of Lambda's messages, with `log_format = \"JSON\"`."),
    }
}

block! {
    /// Snapshots of functions that have begun.
    pub struct SnapStart {
        apply_on: String = required().words(&["None", "PublishedVersions"]).doc("What they are made of."),
        optimization_status: String = output().doc("Whether there are some."),
    }
}

block! {
    /// How calls are traced.
    pub struct Tracing {
        mode: String = required().words(&["Active", "PassThrough"])
            .doc("Whether calls are traced that their caller does not trace."),
    }
}

block! {
    /// Where the function is in the network.
    pub struct Network {
        ipv6_allowed_for_dual_stack: bool = optional().default_bool(false)
            .doc("Whether calls to the outside may go over IPv6."),
        security_group_ids: BTreeSet<String> = required().refers("aws_security_group", "id")
            .doc("The security groups."),
        subnet_ids: BTreeSet<String> = required().refers("aws_subnet", "id").doc("The subnets."),
        vpc_id: String = output().doc("The network."),
    }
}

block! {
    /// The attributes of `aws_lambda_function`.
    pub struct Function {
        architectures: Vec<String> = computed().doc("The architecture of the processor: `x86_64` by default, or `arm64`."),
        arn: String = output().made("arn:aws:lambda:{region}:{account}:function:{function_name}").doc("The ARN."),
        code_sha256: String = output().made("{letters:43}=").moves().doc("The hash of the code."),
        code_signing_config_arn: String = optional().doc("What signatures of the code are insisted on, by ARN."),
        dead_letter_config: BlockList<DeadLetter> = optional().maximum(1).doc("Where calls go that failed."),
        description: String = optional().doc("What it is for."),
        environment: BlockList<Environment> = optional().maximum(1).doc("What the code finds in its environment."),
        ephemeral_storage: BlockList<EphemeralStorage> = computed().maximum(1).doc("The folder `/tmp`."),
        file_system_config: BlockList<FileSystem> = optional().maximum(1).doc("A file system of EFS."),
        function_name: String = required().replaces().doc("The name, unique in the region of the account."),
        handler: String = optional().doc("What of the code is called."),
        id: String = output().made("{function_name}").doc("The name."),
        image_config: BlockList<ImageConfig> = optional().maximum(1).doc("What of the image is set otherwise."),
        image_uri: String = optional().mentions("aws_ecr_repository", "repository_url")
            .conflicts(&["s3_bucket", "s3_key", "s3_object_version"])
            .doc("The image of the code, in a repository of the same region, with its tag or digest."),
        invoke_arn: String = output()
            .made("arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations")
            .doc("What API Gateway calls it by."),
        kms_key_arn: String = optional().mentions("aws_kms_key", "arn")
            .doc("The key that encrypts the environment and the code."),
        last_modified: String = output().made("{time}").moves().doc("When it was changed."),
        layers: Vec<String> = optional().doc("Layers, by ARN with their version."),
        logging_config: BlockList<Logging> = computed().maximum(1).doc("What is logged, and how."),
        memory_size: i64 = optional().default_number(128).doc("Its memory, 128 to 10240 MB."),
        package_type: String = optional().replaces().default_text("Zip").words(&["Image", "Zip"])
            .doc("What the code comes in."),
        publish: bool = optional().default_bool(false).local()
            .doc("Whether each change of code or configuration becomes a version of its own."),
        qualified_arn: String = output().made("{arn}:{version}").moves().doc("The ARN of the latest version."),
        qualified_invoke_arn: String = output()
            .made("arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{qualified_arn}/invocations").moves()
            .doc("What API Gateway calls the latest version by."),
        reserved_concurrent_executions: i64 = optional().default_number(-1)
            .doc("How many calls may run at once, which others then cannot have; 0 for none, -1 for no bound of its own."),
        role: String = required().mentions("aws_iam_role", "arn").doc("The role, by ARN, that the code acts as."),
        runtime: String = optional().doc("What runs the code, such as `python3.13`."),
        s3_bucket: String = optional().write_only().mentions("aws_s3_bucket", "bucket")
            .doc("The bucket, of the same region, that the code is fetched from."),
        s3_key: String = optional().write_only().doc("The object with the code."),
        s3_object_version: String = optional().write_only().doc("The version of the object."),
        signing_job_arn: String = output().doc("The job that signed the code."),
        signing_profile_version_arn: String = output().doc("The profile that signed the code."),
        skip_destroy: bool = optional().default_bool(false).local()
            .doc("Whether a function that is destroyed stays; it is nobody's then."),
        snap_start: BlockList<SnapStart> = optional().maximum(1).doc("Snapshots of functions that have begun."),
        source_code_hash: String = computed().write_only()
            .doc("The hash of the code: when it changes, the code is fetched again."),
        source_code_size: i64 = output().default_number(0).moves().made("{digits:5}").doc("The size of the code, in bytes."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        timeout: i64 = optional().default_number(3).doc("How long a call may take, 1 to 900 seconds."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
        tracing_config: BlockList<Tracing> = computed().maximum(1).doc("How calls are traced."),
        version: String = output().made("$LATEST").moves()
            .doc("The latest version that is published, or `$LATEST` where none is."),
        vpc_config: BlockList<Network> = optional().maximum(1).doc("Where it is in the network."),
    }
}

const SITE: ControlPlane = ControlPlane::Regional;

const READS: &[&str] = &[
    "lambda:ListFunctions",
    "lambda:GetFunction",
    "lambda:GetFunctionCodeSigningConfig",
    "lambda:ListVersionsByFunction",
];

/// What is made of the role, the code and the network of a function.
const TRUSTED: &str = "iam:PassRole";

/// The table of `aws_lambda_function`. Limits, pages and calls: AWS Lambda API reference, `CreateFunction`,
/// `UpdateFunctionCode`, `UpdateFunctionConfiguration` (each is waited for), `ListFunctions` and `GetFunction`, which
/// alone tells tags, reserved concurrency and image.
pub static KIND: Kind = Kind {
    name: "aws_lambda_function",
    provider: "aws",
    service: "lambda",
    doc: "Code that runs when it is called. The code comes from a bucket, or from a repository of images.",
    placement: Placement::Regional,
    identity: Identity::Name(NameRule {
        attribute: "function_name",
        prefix: None,
        longest: 64,
        scope: Scope::Region,
    }),
    tags: Some("tags"),
    fields: Function::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 50 },
    details: &[
        Detail { call: "lambda:GetFunction", objects: 1, fields: &[] },
        Detail {
            call: "lambda:GetFunctionCodeSigningConfig",
            objects: 1,
            fields: &["code_signing_config_arn"],
        },
        Detail {
            call: "lambda:ListVersionsByFunction",
            objects: 1,
            fields: &["qualified_arn", "qualified_invoke_arn", "version"],
        },
    ],
    operations: &[
        Operation { act: Act::List, calls: READS, plane: SITE, timing: CALL },
        Operation { act: Act::Read, calls: READS, plane: SITE, timing: CALL },
        Operation {
            act: Act::Create,
            calls: &[
                "lambda:CreateFunction",
                "lambda:TagResource",
                "lambda:PutFunctionConcurrency",
                "lambda:GetLayerVersion",
                TRUSTED,
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcs",
                "ecr:GetRepositoryPolicy",
                "ecr:SetRepositoryPolicy",
                "s3:GetObject",
                "s3:GetObjectVersion",
            ],
            plane: SITE,
            timing: timing(
                10,
                60,
                "unmeasured: seconds, and a minute where the function is in a network of its own",
            ),
        },
        Operation {
            act: Act::Update,
            calls: &[
                "lambda:UpdateFunctionConfiguration",
                "lambda:UpdateFunctionCode",
                "lambda:PublishVersion",
                "lambda:PutFunctionConcurrency",
                "lambda:DeleteFunctionConcurrency",
                "lambda:PutFunctionCodeSigningConfig",
                "lambda:DeleteFunctionCodeSigningConfig",
                "lambda:TagResource",
                "lambda:UntagResource",
                TRUSTED,
            ],
            plane: SITE,
            timing: timing(10, 30, "unmeasured: seconds for code, and for configuration"),
        },
        Operation {
            act: Act::Delete,
            calls: &["lambda:DeleteFunction", "lambda:UntagResource"],
            plane: SITE,
            timing: CALL,
        },
    ],
    unsupported: &[
        Unsupported {
            name: "filename",
            reason: "a kind reads no files of the spec's folder: put the package into a bucket, and name it by \
                `s3_bucket` and `s3_key`, or give an `image_uri`",
        },
        Unsupported {
            name: "replace_security_groups_on_destroy",
            reason: "deleting a security group waits until the interfaces of deleted functions are gone",
        },
        Unsupported {
            name: "replacement_security_group_ids",
            reason: "deleting a security group waits until the interfaces of deleted functions are gone",
        },
    ],
    examples: &[Example {
        title: "A function from an image",
        hcl: r#"resource "aws_iam_role" "example" {
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

resource "aws_lambda_function" "example" {
  function_name = "relight-example-orders"
  role          = aws_iam_role.example.arn
  package_type  = "Image"
  image_uri     = "123456789012.dkr.ecr.us-east-1.amazonaws.com/orders:1.4.2"
  memory_size   = 512

  environment {
    variables = { STAGE = "live" }
  }
}
"#,
        update: "image_uri = \"123456789012.dkr.ecr.us-east-1.amazonaws.com/orders:1.5.0\"\ntimeout = 30\n\
            reserved_concurrent_executions = 20",
        replace: r#"function_name = "relight-example-payments""#,
    }],
};
