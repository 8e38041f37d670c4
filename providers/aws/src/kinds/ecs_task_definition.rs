//! `aws_ecs_task_definition`: containers that run together, a revision of their family. Class C: ECS numbers revisions,
//! and registering one takes no token.

#[cfg(feature = "api")]
pub(crate) mod api;
mod containers;
mod volume;

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, BlockList, Blocks, ControlPlane, Detail, Example, Identity, Kind, Listing, Operation,
    Placement, Unsupported, block,
};

use crate::timing::CALL;
use volume::Volume;

block! {
    /// Temporary storage.
    pub struct EphemeralStorage {
        size_in_gib: i64 = required().doc("Its size, 21 to 200 GiB."),
    }
}

block! {
    /// An accelerator of Elastic Inference.
    pub struct InferenceAccelerator {
        device_name: String = required().doc("The name by which containers use it."),
        device_type: String = required().doc("Its type."),
    }
}

block! {
    /// Where tasks may stand.
    pub struct PlacementConstraint {
        expression: String = optional().doc("The expression of the cluster query language."),
        type_: String = required().words(&["memberOf"]).doc("What it means."),
    }
}

block! {
    /// The proxy of App Mesh.
    pub struct Proxy {
        container_name: String = required().doc("The container that is the proxy."),
        properties: BTreeMap<String, String> = optional().doc("Its parameters."),
        type_: String = optional().default_text("APPMESH").words(&["APPMESH"]).doc("The type of proxy."),
    }
}

block! {
    /// What machines tasks run on.
    pub struct RuntimePlatform {
        cpu_architecture: String = optional().words(&["X86_64", "ARM64"]).doc("The architecture of the processor."),
        operating_system_family: String = optional().doc("The operating system, such as `LINUX`."),
    }
}

block! {
    /// The attributes of `aws_ecs_task_definition`.
    pub struct TaskDefinition {
        arn: String = output().tail().made("{arn_without_revision}:{revision}").doc("The ARN, with the revision."),
        arn_without_revision: String = output().made("arn:aws:ecs:{region}:{account}:task-definition/{family}")
            .doc("The ARN without the revision: the latest one of the family."),
        container_definitions: String = required().replaces().json().alike(containers::alike)
            .doc("The containers, as a list in JSON: the fields of the API, in its own case."),
        cpu: String = optional().replaces().doc("Units of processor for all containers; 1024 are one processor."),
        enable_fault_injection: bool = computed().replaces()
            .doc("Whether containers may ask for faults to be injected into them."),
        ephemeral_storage: BlockList<EphemeralStorage> = optional().replaces().maximum(1)
            .doc("Temporary storage on Fargate."),
        execution_role_arn: String = optional().replaces().mentions("aws_iam_role", "arn")
            .doc("The role, by ARN, that pulls images and writes logs."),
        family: String = required().replaces().unique(255).doc("The family, of which this is a revision."),
        id: String = output().made("{arn}").doc("The ARN, again; with Terraform it is the family."),
        inference_accelerator: Blocks<InferenceAccelerator> = optional().replaces()
            .doc("Accelerators of Elastic Inference."),
        ipc_mode: String = optional().replaces().words(&["host", "none", "task"])
            .doc("Whom containers share memory and queues with."),
        memory: String = optional().replaces().doc("Memory for all containers, in MiB."),
        network_mode: String = computed().replaces().words(&["awsvpc", "bridge", "host", "none"]).made("bridge")
            .doc("How containers are connected; `awsvpc` on Fargate, `bridge` by default."),
        pid_mode: String = optional().replaces().words(&["host", "task"])
            .doc("Whose processes containers see."),
        placement_constraints: Blocks<PlacementConstraint> = optional().replaces().maximum(10)
            .doc("Where tasks may stand."),
        proxy_configuration: BlockList<Proxy> = optional().replaces().maximum(1).doc("The proxy of App Mesh."),
        requires_compatibilities: BTreeSet<String> = optional().replaces()
            .doc("Where it must be able to run: `EC2`, `FARGATE`, `EXTERNAL`."),
        revision: i64 = output().made("{digits:4}").doc("The number of the revision in its family."),
        runtime_platform: BlockList<RuntimePlatform> = optional().replaces().maximum(1)
            .doc("What machines tasks run on."),
        skip_destroy: bool = optional().default_bool(false).local()
            .doc("Whether a revision that is replaced or destroyed stays registered; it is nobody's then."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        task_role_arn: String = optional().replaces().mentions("aws_iam_role", "arn")
            .doc("The role, by ARN, that the containers act as."),
        volume: Blocks<Volume> = optional().replaces().doc("Volumes that containers mount."),
    }
}

const SITE: ControlPlane = ControlPlane::Regional;

/// The table of `aws_ecs_task_definition`. Pages and calls: Amazon ECS API reference, `RegisterTaskDefinition`,
/// `ListTaskDefinitions` (ARNs alone) and `DeregisterTaskDefinition`: services go on with a revision that is no longer
/// registered.
pub static KIND: Kind = Kind {
    name: "aws_ecs_task_definition",
    provider: "aws",
    service: "ecs",
    doc: "Containers that run together. A revision never changes: another one takes its place, and services that name \
        it by `arn` follow.",
    placement: Placement::Regional,
    identity: Identity::Server,
    tags: Some("tags"),
    fields: TaskDefinition::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 100 },
    details: &[Detail { call: "ecs:DescribeTaskDefinition", objects: 1, fields: &[] }],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["ecs:ListTaskDefinitions", "ecs:DescribeTaskDefinition"],
            plane: SITE,
            timing: CALL,
        },
        Operation { act: Act::Read, calls: &["ecs:DescribeTaskDefinition"], plane: SITE, timing: CALL },
        Operation {
            act: Act::Create,
            calls: &["ecs:RegisterTaskDefinition", "ecs:TagResource", "iam:PassRole"],
            plane: SITE,
            timing: CALL,
        },
        Operation {
            act: Act::Update,
            calls: &["ecs:TagResource", "ecs:UntagResource"],
            plane: SITE,
            timing: CALL,
        },
        Operation {
            act: Act::Delete,
            calls: &["ecs:DeregisterTaskDefinition", "ecs:UntagResource"],
            plane: SITE,
            timing: CALL,
        },
    ],
    unsupported: &[Unsupported {
        name: "track_latest",
        reason: "a revision is known by its owner tag; for revisions that others register, name the family in the \
            service and leave `task_definition` to `ignore_changes`",
    }],
    examples: &[Example {
        title: "A web server on Fargate",
        hcl: r#"resource "aws_ecs_task_definition" "example" {
  family                   = "relight-example-web"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "256"
  memory                   = "512"

  container_definitions = jsonencode([{
    name         = "web"
    image        = "public.ecr.aws/nginx/nginx:1.29"
    portMappings = [{ containerPort = 80 }]
    environment  = [{ name = "STAGE", value = "live" }]
  }])

  runtime_platform {
    cpu_architecture        = "X86_64"
    operating_system_family = "LINUX"
  }
}
"#,
        update: r#"tags = { Team = "shop" }"#,
        replace: r#"cpu = "512"
memory = "1024""#,
    }],
};
