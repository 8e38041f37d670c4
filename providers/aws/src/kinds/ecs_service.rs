//! `aws_ecs_service`: tasks that are kept running. Class A: its name is unique in its cluster.

#[cfg(feature = "api")]
pub(crate) mod api;
mod blocks;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, BlockList, Blocks, Capability, ControlPlane, Detail, Example, Identity, Kind, Listing,
    Literal, NameRule, One, Operation, Placement, Scope, Timeouts, Timing, Transition, block,
};

use crate::timing::{CALL, timing};
use blocks::{
    Alarms, CapacityProvider, CircuitBreaker, DeploymentController, Lattice, LoadBalancer, Network,
    PlacementConstraint, PlacementStrategy, ServiceConnect, ServiceRegistry, VolumeConfiguration,
};

block! {
    /// The attributes of `aws_ecs_service`.
    pub struct Service {
        alarms: BlockList<Alarms> = optional().maximum(1).doc("Alarms that end a deployment."),
        availability_zone_rebalancing: String = optional().default_text("DISABLED").words(&["DISABLED", "ENABLED"])
            .doc("Whether tasks are moved when zones are loaded unevenly."),
        capacity_provider_strategy: Blocks<CapacityProvider> = optional().conflicts(&["launch_type"])
            .doc("Which capacity providers run the tasks. A change begins a new deployment."),
        cluster: String = computed().replaces().tail().refers("aws_ecs_cluster", "arn")
            .made("arn:aws:ecs:{region}:{account}:cluster/default")
            .doc("The cluster, by ARN or name; `default` by default."),
        deployment_circuit_breaker: BlockList<CircuitBreaker> = optional().maximum(1)
            .doc("When a deployment that does not become steady is given up."),
        deployment_controller: BlockList<DeploymentController> = optional().maximum(1).doc("Who deploys."),
        deployment_maximum_percent: i64 = optional().default_number(200)
            .doc("How many tasks run at most during a deployment, in percent of `desired_count`."),
        deployment_minimum_healthy_percent: i64 = optional().default_number(100)
            .doc("How many tasks run at least during a deployment, in percent of `desired_count`."),
        desired_count: i64 = optional().default_number(0)
            .doc("How many tasks there are to be; none by default."),
        enable_ecs_managed_tags: bool = optional().default_bool(false)
            .doc("Whether tasks are tagged with their cluster and service."),
        enable_execute_command: bool = optional().default_bool(false)
            .doc("Whether people may run commands in containers."),
        force_delete: bool = optional().in_a_drill(true).default_bool(false).local()
            .doc("Whether the service is deleted without scaling it down first."),
        force_new_deployment: bool = optional().default_bool(false).local()
            .doc("Whether each update of the service begins a new deployment."),
        health_check_grace_period_seconds: i64 = optional().default_number(0)
            .doc("How long the load balancer may find a new task unhealthy."),
        iam_role: String = computed().replaces().tail().mentions("aws_iam_role", "arn")
            .doc("The role, by ARN or name, that registers tasks with load balancers; ECS's own with `awsvpc`."),
        id: String = output().made("arn:aws:ecs:{region}:{account}:service/{cluster:last}/{name}").doc("The ARN."),
        launch_type: String = computed().replaces().doc("What runs the tasks: `EC2` by default, `FARGATE`, `EXTERNAL`."),
        load_balancer: Blocks<LoadBalancer> = optional().doc("Load balancers in front of it."),
        name: String = required().replaces().doc("The name, unique in the cluster."),
        network_configuration: BlockList<Network> = optional().maximum(1)
            .doc("Where tasks are in the network, with the network mode `awsvpc`."),
        ordered_placement_strategy: BlockList<PlacementStrategy> = optional().maximum(5)
            .doc("How tasks are spread over instances, the first rule first."),
        placement_constraints: Blocks<PlacementConstraint> = optional().maximum(10).doc("Where tasks may stand."),
        platform_version: String = computed().doc("The version of Fargate; `LATEST` by default."),
        propagate_tags: String = optional().default_text("NONE").words(&["NONE", "SERVICE", "TASK_DEFINITION"])
            .doc("Whose tags are handed on to tasks."),
        scheduling_strategy: String = optional().replaces().default_text("REPLICA").words(&["DAEMON", "REPLICA"])
            .doc("As many tasks as are asked for, or one on each instance."),
        service_connect_configuration: BlockList<ServiceConnect> = optional().maximum(1)
            .doc("How services find each other."),
        service_registries: BlockList<ServiceRegistry> = optional().maximum(1)
            .doc("Where tasks are registered by their addresses."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        task_definition: String = optional().tail().mentions("aws_ecs_task_definition", "arn")
            .doc("What runs, by ARN, or by family and revision."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
        triggers: BTreeMap<String, String> = computed().write_only()
            .doc("Whatever is to begin a new deployment when it changes, with `force_new_deployment`."),
        volume_configuration: BlockList<VolumeConfiguration> = optional().maximum(1)
            .doc("A volume that the task definition leaves to the service."),
        vpc_lattice_configurations: Blocks<Lattice> = optional().doc("Target groups of VPC Lattice."),
        wait_for_steady_state: bool = optional().default_bool(false).local()
            .doc("Whether a create or update waits until all tasks run and no deployment is under way."),
    }
}

const SITE: ControlPlane = ControlPlane::Regional;

const LIST: &[&str] = &["ecs:ListClusters", "ecs:ListServices", "ecs:DescribeServices"];

const SCALE: Timing = timing(
    60,
    300,
    "the budget of a public AWS sample, about a minute for tasks of Fargate; AWS's own waiter ends after 600 s",
);

/// The table of `aws_ecs_service`. Pages and calls: Amazon ECS API reference, `CreateService` (a token makes it safe to
/// repeat), `ListServices` (ARNs alone, a cluster at a time) and `DescribeServices`, which tells deleted services as
/// `INACTIVE` and those whose tasks still end as `DRAINING`.
pub static KIND: Kind = Kind {
    name: "aws_ecs_service",
    provider: "aws",
    service: "ecs",
    doc: "Tasks that are kept running: as many as are asked for.",
    placement: Placement::Regional,
    identity: Identity::Name(NameRule {
        attribute: "name",
        prefix: None,
        longest: 255,
        scope: Scope::Parent("cluster"),
    }),
    tags: Some("tags"),
    fields: Service::FIELDS,
    capabilities: &[
        Capability::Scalable { fields: &["desired_count"] },
        Capability::Fenceable { effect: &[Transition { field: "desired_count", to: Literal::Number(0) }] },
    ],
    listing: Listing::All { page: 100 },
    details: &[
        Detail { call: "ecs:ListServices", objects: 100, fields: &[] },
        Detail { call: "ecs:DescribeServices", objects: 10, fields: &[] },
    ],
    operations: &[
        Operation { act: Act::List, calls: LIST, plane: SITE, timing: CALL },
        Operation { act: Act::Read, calls: &["ecs:DescribeServices"], plane: SITE, timing: CALL },
        Operation {
            act: Act::Create,
            calls: &[
                "ecs:CreateService",
                "ecs:TagResource",
                "ecs:DescribeServices",
                "iam:CreateServiceLinkedRole",
                "iam:PassRole",
            ],
            plane: SITE,
            timing: SCALE,
        },
        Operation {
            act: Act::Update,
            calls: &["ecs:UpdateService", "ecs:TagResource", "ecs:UntagResource", "iam:PassRole"],
            plane: SITE,
            timing: SCALE,
        },
        Operation {
            act: Act::Delete,
            calls: &["ecs:DeleteService", "ecs:UpdateService", "ecs:DescribeServices"],
            plane: SITE,
            timing: timing(60, 300, "unmeasured: until all tasks have ended, and left their target groups"),
        },
        Operation {
            act: Act::Fence,
            calls: &["ecs:UpdateService", "ecs:DescribeServices"],
            plane: SITE,
            timing: timing(
                60,
                180,
                "unmeasured: until all tasks have ended; each has 30 s to stop by itself",
            ),
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A service on Fargate",
        hcl: r#"resource "aws_vpc" "example" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "example" {
  vpc_id            = aws_vpc.example.id
  cidr_block        = "10.0.1.0/24"
  availability_zone = "us-east-1a"
}

resource "aws_security_group" "example" {
  name   = "relight-example"
  vpc_id = aws_vpc.example.id
}

resource "aws_ecs_cluster" "example" {
  name = "relight-example"
}

resource "aws_ecs_task_definition" "example" {
  family                   = "relight-example"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "256"
  memory                   = "512"

  container_definitions = jsonencode([{
    name  = "web"
    image = "public.ecr.aws/nginx/nginx:1.29"
  }])
}

resource "aws_ecs_service" "example" {
  name            = "relight-example-web"
  cluster         = aws_ecs_cluster.example.arn
  task_definition = aws_ecs_task_definition.example.arn
  launch_type     = "FARGATE"
  desired_count   = 1

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = [aws_subnet.example.id]
    security_groups  = [aws_security_group.example.id]
    assign_public_ip = true
  }
}
"#,
        update: "desired_count = 3\nenable_execute_command = true",
        replace: r#"name = "relight-example-shop""#,
    }],
};
