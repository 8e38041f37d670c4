//! `aws_ecr_repository`: a repository of container images. Class A: its name is unique in the region.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, BlockList, Capability, ControlPlane, Detail, Example, Identity, Kind, Listing, NameRule, One,
    Operation, Placement, Scope, Timeouts, block,
};

use crate::timing::{CALL, QUICK};

block! {
    /// How images are encrypted.
    pub struct Encryption {
        encryption_type: String = optional().replaces().default_text("AES256")
            .words(&["AES256", "KMS", "KMS_DSSE"]).doc("With keys of ECR's own, or with one of KMS, once or twice."),
        kms_key: String = computed().replaces().mentions("aws_kms_key", "arn")
            .doc("The key of KMS, by ARN; the account's own for ECR by default."),
    }
}

block! {
    /// Whether images are looked through.
    pub struct Scanning {
        scan_on_push: bool = required().doc("Whether an image is looked through for known weaknesses when it comes."),
    }
}

block! {
    /// The attributes of `aws_ecr_repository`.
    pub struct Repository {
        arn: String = output().made("arn:aws:ecr:{region}:{account}:repository/{name}").doc("The ARN."),
        encryption_configuration: BlockList<Encryption> = optional().replaces().doc("How images are encrypted."),
        force_delete: bool = optional().default_bool(false).local()
            .doc("Whether deleting the repository also deletes the images in it."),
        id: String = output().made("{name}").doc("The name."),
        image_scanning_configuration: BlockList<Scanning> = optional().maximum(1)
            .doc("Whether images are looked through."),
        image_tag_mutability: String = optional().default_text("MUTABLE").words(&["MUTABLE", "IMMUTABLE"])
            .doc("Whether a tag may move from one image to another."),
        name: String = required().replaces().doc("The name, unique in the region of the account; may have parts, joined by `/`."),
        registry_id: String = output().made("{account}").doc("The account of the registry."),
        repository_url: String = output().made("{account}.dkr.ecr.{region}.amazonaws.com/{name}")
            .doc("Where images are pushed to and pulled from."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
    }
}

const SITE: ControlPlane = ControlPlane::Regional;

/// The table of `aws_ecr_repository`. Limits, pages and calls: Amazon ECR API reference, `CreateRepository` and
/// `DescribeRepositories`, which tells all but the tags.
pub static KIND: Kind = Kind {
    name: "aws_ecr_repository",
    provider: "aws",
    service: "ecr",
    doc: "A repository of container images. Images are nothing of relight's: replicate the registry for a region that may die.",
    placement: Placement::Regional,
    identity: Identity::Name(NameRule {
        attribute: "name",
        prefix: None,
        longest: 256,
        scope: Scope::Region,
    }),
    tags: Some("tags"),
    fields: Repository::FIELDS,
    capabilities: &[Capability::Shared],
    listing: Listing::All { page: 1000 },
    details: &[Detail { call: "ecr:ListTagsForResource", objects: 1, fields: &[] }],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["ecr:DescribeRepositories", "ecr:ListTagsForResource"],
            plane: SITE,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["ecr:DescribeRepositories", "ecr:ListTagsForResource"],
            plane: SITE,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &["ecr:CreateRepository", "ecr:TagResource", "kms:CreateGrant", "kms:DescribeKey"],
            plane: SITE,
            timing: QUICK,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "ecr:PutImageTagMutability",
                "ecr:PutImageScanningConfiguration",
                "ecr:TagResource",
                "ecr:UntagResource",
            ],
            plane: SITE,
            timing: CALL,
        },
        Operation {
            act: Act::Delete,
            calls: &["ecr:DeleteRepository", "kms:RetireGrant"],
            plane: SITE,
            timing: QUICK,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A repository whose images are looked through",
        hcl: r#"resource "aws_ecr_repository" "example" {
  name = "relight-example/orders"

  image_scanning_configuration {
    scan_on_push = true
  }
}
"#,
        update: r#"image_tag_mutability = "IMMUTABLE""#,
        replace: r#"name = "relight-example/payments""#,
    }],
};
