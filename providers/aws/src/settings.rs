//! What a `provider "aws"` block, and an `aws` block in a site, may set.
//!
//! Keys and tokens are not among it: settings stand in plans and journals.

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::field::{optional, required};
use relight_contract::{One, block};

block! {
    /// A role that calls are made in.
    pub struct AssumeRole {
        duration: String = optional().doc("How long a session lasts before it is renewed: `15m` to `12h`."),
        external_id: String = optional().doc("What the role's owner asks for besides."),
        policy: String = optional().doc("A policy that narrows the session down further."),
        policy_arns: BTreeSet<String> = optional().doc("Managed policies that narrow the session down further."),
        role_arn: String = required().doc("The role."),
        session_name: String = optional().doc("The name of the session in the other account's logs."),
        tags: BTreeMap<String, String> = optional().doc("Tags of the session."),
    }
}

block! {
    /// A role that calls are made in, by the word of an identity provider: what pipelines have.
    pub struct AssumeRoleWithWebIdentity {
        policy: String = optional().doc("A policy that narrows the session down further."),
        policy_arns: BTreeSet<String> = optional().doc("Managed policies that narrow the session down further."),
        role_arn: String = required().doc("The role."),
        session_name: String = optional().doc("The name of the session in the other account's logs."),
        web_identity_token_file: String = required().doc("The file that holds the token; read again when it is renewed."),
    }
}

block! {
    /// Other addresses of services.
    pub struct Endpoints {
        applicationautoscaling: String = optional().doc("Application Auto Scaling."),
        autoscaling: String = optional().doc("EC2 Auto Scaling."),
        backup: String = optional().doc("Backup."),
        cloudwatch: String = optional().doc("CloudWatch."),
        dynamodb: String = optional().doc("DynamoDB."),
        ec2: String = optional().doc("EC2."),
        ecr: String = optional().doc("ECR."),
        ecs: String = optional().doc("ECS."),
        elasticache: String = optional().doc("ElastiCache."),
        elbv2: String = optional().doc("Elastic Load Balancing."),
        iam: String = optional().doc("IAM."),
        kms: String = optional().doc("KMS."),
        lambda: String = optional().doc("Lambda."),
        rds: String = optional().doc("RDS."),
        route53: String = optional().doc("Route 53."),
        route53recoverycluster: String = optional().doc("The states of routing controls."),
        route53recoverycontrolconfig: String = optional().doc("The configuration of routing controls."),
        s3: String = optional().doc("S3."),
        secretsmanager: String = optional().doc("Secrets Manager."),
        sns: String = optional().doc("SNS."),
        sqs: String = optional().doc("SQS."),
        ssm: String = optional().doc("Systems Manager."),
        sts: String = optional().doc("STS."),
    }
}

block! {
    /// What a `provider "aws"` block, and an `aws` block in a site, may set.
    pub struct Settings {
        allowed_account_ids: BTreeSet<String> = optional().doc("Accounts that calls may go to; any without it."),
        assume_role: One<AssumeRole> = optional().doc("A role that calls are made in."),
        assume_role_with_web_identity: One<AssumeRoleWithWebIdentity> = optional()
            .doc("A role that calls are made in, by the word of an identity provider."),
        endpoint_url: String = optional().doc("Where all calls go instead of AWS's own addresses."),
        endpoints: One<Endpoints> = optional().doc("Where the calls of single services go."),
        forbidden_account_ids: BTreeSet<String> = optional().doc("Accounts that calls never go to."),
        profile: String = optional().doc("The profile of the shared configuration files."),
        s3_use_path_style: bool = optional()
            .doc("Whether buckets stand in the path of an address; they do wherever the address is not AWS's own."),
        shared_config_files: Vec<String> = optional().doc("Configuration files instead of `~/.aws/config`."),
        shared_credentials_files: Vec<String> = optional()
            .doc("Credentials files instead of `~/.aws/credentials`."),
    }
}
