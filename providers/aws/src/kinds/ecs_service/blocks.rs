//! The nested blocks of a service.

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::field::{computed, optional, required};
use relight_contract::{BlockList, block};

block! {
    /// Alarms that end a deployment.
    pub struct Alarms {
        alarm_names: BTreeSet<String> = required().mentions("aws_cloudwatch_metric_alarm", "alarm_name")
            .doc("The alarms, by name."),
        enable: bool = required().doc("Whether they are watched."),
        rollback: bool = required().doc("Whether the deployment before is taken up again."),
    }
}

block! {
    /// A share of the tasks for a capacity provider.
    pub struct CapacityProvider {
        base: i64 = optional().default_number(0).doc("How many tasks it runs at least."),
        capacity_provider: String = required().doc("The capacity provider, such as `FARGATE_SPOT`."),
        weight: i64 = optional().default_number(0).doc("Its share of the tasks beyond that."),
    }
}

block! {
    /// When a deployment that does not become steady is given up.
    pub struct CircuitBreaker {
        enable: bool = required().doc("Whether it is given up at all."),
        rollback: bool = required().doc("Whether the deployment before is taken up again."),
    }
}

block! {
    /// Who deploys.
    pub struct DeploymentController {
        type_: String = optional().replaces().default_text("ECS").words(&["CODE_DEPLOY", "ECS", "EXTERNAL"])
            .doc("ECS itself, CodeDeploy, or somebody else."),
    }
}

block! {
    /// A load balancer in front of the service.
    pub struct LoadBalancer {
        container_name: String = required().doc("The container that requests go to."),
        container_port: i64 = required().doc("Its port."),
        elb_name: String = optional().doc("A classic load balancer, by name."),
        target_group_arn: String = optional().mentions("aws_lb_target_group", "arn").doc("The target group."),
    }
}

block! {
    /// Where tasks are in the network, with the network mode `awsvpc`.
    pub struct Network {
        assign_public_ip: bool = optional().default_bool(false).doc("Whether tasks get public addresses."),
        security_groups: BTreeSet<String> = optional().refers("aws_security_group", "id")
            .doc("The security groups; the default one of the network where there are none."),
        subnets: BTreeSet<String> = required().refers("aws_subnet", "id").doc("The subnets."),
    }
}

block! {
    /// How tasks are spread over instances.
    pub struct PlacementStrategy {
        field: String = optional().doc("By what, such as `attribute:ecs.availability-zone`, `instanceId` or `memory`."),
        type_: String = required().words(&["binpack", "random", "spread"]).doc("How."),
    }
}

block! {
    /// Where tasks may stand.
    pub struct PlacementConstraint {
        expression: String = optional().doc("The expression of the cluster query language, with `memberOf`."),
        type_: String = required().words(&["distinctInstance", "memberOf"]).doc("What it means."),
    }
}

block! {
    /// A secret that a log driver is given.
    pub struct SecretOption {
        name: String = required().doc("The option."),
        value_from: String = required().doc("The secret or parameter, by ARN."),
    }
}

block! {
    /// Where the proxies of Service Connect write.
    pub struct LogConfiguration {
        log_driver: String = required().doc("The log driver, such as `awslogs`."),
        options: BTreeMap<String, String> = computed().doc("Options of the driver."),
        secret_option: BlockList<SecretOption> = optional().doc("Options that are secrets."),
    }
}

block! {
    /// A name that others call the service by.
    pub struct ClientAlias {
        dns_name: String = computed().doc("The name; that of the service in its namespace by default."),
        port: i64 = required().doc("The port."),
    }
}

block! {
    /// How long calls may take.
    pub struct ConnectTimeout {
        idle_timeout_seconds: i64 = optional().doc("How long a connection may be idle; 0 for ever."),
        per_request_timeout_seconds: i64 = optional().doc("How long one request may take; 0 for ever."),
    }
}

block! {
    /// Who signs certificates.
    pub struct Authority {
        aws_pca_authority_arn: String = required().doc("The authority of Private CA, by ARN."),
    }
}

block! {
    /// How calls are encrypted.
    pub struct ConnectTls {
        issuer_cert_authority: BlockList<Authority> = required().minimum(1).maximum(1).doc("Who signs certificates."),
        kms_key: String = optional().mentions("aws_kms_key", "arn").doc("The key that encrypts their private keys."),
        role_arn: String = optional().mentions("aws_iam_role", "arn").doc("The role that keeps them."),
    }
}

block! {
    /// A port that others may call.
    pub struct ConnectService {
        client_alias: BlockList<ClientAlias> = optional().maximum(1).doc("A name that others call it by."),
        discovery_name: String = computed().doc("The name in Cloud Map; `port_name` by default."),
        ingress_port_override: i64 = optional().doc("The port that the proxy listens on."),
        port_name: String = required().doc("The name of the port mapping in the task definition."),
        timeout: BlockList<ConnectTimeout> = optional().maximum(1).doc("How long calls may take."),
        tls: BlockList<ConnectTls> = optional().maximum(1).doc("How calls are encrypted."),
    }
}

block! {
    /// How services find each other.
    pub struct ServiceConnect {
        enabled: bool = required().doc("Whether the service takes part."),
        log_configuration: BlockList<LogConfiguration> = optional().maximum(1).doc("Where the proxies write."),
        namespace: String = computed().doc("The namespace of Cloud Map; that of the cluster by default."),
        service: BlockList<ConnectService> = optional().doc("Ports that others may call."),
    }
}

block! {
    /// Where tasks are registered by their addresses.
    pub struct ServiceRegistry {
        container_name: String = optional().doc("The container that is registered."),
        container_port: i64 = optional().doc("Its port."),
        port: i64 = optional().doc("The port that SRV records tell."),
        registry_arn: String = required().doc("The service of Cloud Map, by ARN."),
    }
}

block! {
    /// Tags of a volume.
    pub struct VolumeTags {
        propagate_tags: String = optional().words(&["SERVICE", "TASK_DEFINITION", "NONE"])
            .doc("Whose tags are handed on to it."),
        resource_type: String = required().words(&["volume"]).doc("What is tagged."),
        tags: BTreeMap<String, String> = optional().doc("The tags."),
    }
}

block! {
    /// A volume of EBS for each task.
    pub struct ManagedVolume {
        encrypted: bool = optional().default_bool(true).doc("Whether it is encrypted."),
        file_system_type: String = optional().default_text("xfs").words(&["ext3", "ext4", "ntfs", "xfs"])
            .doc("The file system."),
        iops: i64 = optional().doc("Operations a second."),
        kms_key_id: String = optional().mentions("aws_kms_key", "arn").doc("The key that encrypts it."),
        role_arn: String = required().mentions("aws_iam_role", "arn").doc("The role that makes it."),
        size_in_gb: i64 = optional().doc("Its size, in GiB; that of the snapshot by default."),
        snapshot_id: String = optional().doc("The snapshot that it is made from."),
        tag_specifications: BlockList<VolumeTags> = optional().doc("Its tags."),
        throughput: i64 = optional().doc("MiB a second, with gp3."),
        volume_initialization_rate: i64 = optional().doc("How fast the snapshot is read, in MiB a second."),
        volume_type: String = optional().doc("Its type; gp3 by default."),
    }
}

block! {
    /// A volume that the task definition leaves to the service.
    pub struct VolumeConfiguration {
        managed_ebs_volume: BlockList<ManagedVolume> = required().minimum(1).maximum(1).doc("A volume of EBS."),
        name: String = required().doc("The volume's name in the task definition."),
    }
}

block! {
    /// A target group of VPC Lattice.
    pub struct Lattice {
        port_name: String = required().doc("The name of the port mapping in the task definition."),
        role_arn: String = required().mentions("aws_iam_role", "arn").doc("The role that registers tasks."),
        target_group_arn: String = required().doc("The target group."),
    }
}
