//! Permissions: what a policy must allow for an API operation to work.
//!
//! Nearly always it is the action of the operation's name. The tables of kinds name operations; here stands where the
//! action is called otherwise, or where one call needs more than one. Source: AWS Service Authorization Reference.

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// Operations whose action has another name, or that are several actions.
const OTHERWISE: &[(&str, &[&str])] = &[
    ("s3:DeleteBucketEncryption", &["s3:PutEncryptionConfiguration"]),
    ("s3:DeleteBucketLifecycle", &["s3:PutLifecycleConfiguration"]),
    ("s3:DeleteBucketReplication", &["s3:PutReplicationConfiguration"]),
    ("s3:DeleteBucketTagging", &["s3:PutBucketTagging"]),
    ("s3:DeleteObjects", &["s3:DeleteObject", "s3:DeleteObjectVersion"]),
    ("s3:DeletePublicAccessBlock", &["s3:PutBucketPublicAccessBlock"]),
    ("s3:GetBucketAccelerateConfiguration", &["s3:GetAccelerateConfiguration"]),
    ("s3:GetBucketEncryption", &["s3:GetEncryptionConfiguration"]),
    ("s3:GetBucketLifecycleConfiguration", &["s3:GetLifecycleConfiguration"]),
    ("s3:GetBucketReplication", &["s3:GetReplicationConfiguration"]),
    ("s3:GetObjectLockConfiguration", &["s3:GetBucketObjectLockConfiguration"]),
    ("s3:GetPublicAccessBlock", &["s3:GetBucketPublicAccessBlock"]),
    ("s3:HeadBucket", &["s3:ListBucket"]),
    ("s3:ListBuckets", &["s3:ListAllMyBuckets"]),
    ("s3:ListObjectVersions", &["s3:ListBucketVersions"]),
    ("s3:ListObjectsV2", &["s3:ListBucket"]),
    ("s3:PutBucketEncryption", &["s3:PutEncryptionConfiguration"]),
    ("s3:PutBucketLifecycleConfiguration", &["s3:PutLifecycleConfiguration"]),
    ("s3:PutBucketReplication", &["s3:PutReplicationConfiguration"]),
    // Its tags go into the same call.
    ("s3:PutObject", &["s3:PutObject", "s3:PutObjectTagging"]),
    ("s3:PutObjectLockConfiguration", &["s3:PutBucketObjectLockConfiguration"]),
    ("s3:PutPublicAccessBlock", &["s3:PutBucketPublicAccessBlock"]),
    // Everybody may ask who he is.
    ("sts:GetCallerIdentity", &[]),
];

/// What a create call needs besides, because its tags go into it: by the beginning of its name.
const TAGGED: &[(&str, &str)] = &[
    ("autoscaling:CreateAutoScalingGroup", "autoscaling:CreateOrUpdateTags"),
    ("backup:Create", "backup:TagResource"),
    ("cloudwatch:PutMetricAlarm", "cloudwatch:TagResource"),
    ("dynamodb:CreateTable", "dynamodb:TagResource"),
    ("ec2:Allocate", "ec2:CreateTags"),
    ("ec2:CopyImage", "ec2:CreateTags"),
    ("ec2:CreateCapacityReservation", "ec2:CreateTags"),
    ("ec2:CreateInternetGateway", "ec2:CreateTags"),
    ("ec2:CreateLaunchTemplate", "ec2:CreateTags"),
    ("ec2:CreateNatGateway", "ec2:CreateTags"),
    ("ec2:CreateSecurityGroup", "ec2:CreateTags"),
    ("ec2:CreateSubnet", "ec2:CreateTags"),
    ("ec2:CreateVpc", "ec2:CreateTags"),
    ("ec2:RunInstances", "ec2:CreateTags"),
    ("ecr:CreateRepository", "ecr:TagResource"),
    ("ecs:Create", "ecs:TagResource"),
    ("ecs:RegisterTaskDefinition", "ecs:TagResource"),
    ("elasticache:Create", "elasticache:AddTagsToResource"),
    ("elasticloadbalancing:Create", "elasticloadbalancing:AddTags"),
    ("iam:CreateInstanceProfile", "iam:TagInstanceProfile"),
    ("iam:CreatePolicy", "iam:TagPolicy"),
    ("iam:CreateRole", "iam:TagRole"),
    ("kms:CreateKey", "kms:TagResource"),
    ("kms:ReplicateKey", "kms:TagResource"),
    ("lambda:CreateFunction", "lambda:TagResource"),
    ("rds:CreateDB", "rds:AddTagsToResource"),
    ("rds:CreateGlobalCluster", "rds:AddTagsToResource"),
    ("route53-recovery-control-config:CreateC", "route53-recovery-control-config:TagResource"),
    ("route53-recovery-control-config:CreateSafetyRule", "route53-recovery-control-config:TagResource"),
    ("secretsmanager:CreateSecret", "secretsmanager:TagResource"),
    ("sns:CreateTopic", "sns:TagResource"),
    ("sqs:CreateQueue", "sqs:TagQueue"),
    ("ssm:PutParameter", "ssm:AddTagsToResource"),
];

/// The actions that a policy must allow for an operation (`service:Operation`).
pub(crate) fn actions(call: &str) -> Vec<&str> {
    let listed = OTHERWISE.binary_search_by(|(listed, _)| (*listed).cmp(call)).ok();
    let mut actions = match listed.and_then(|index| OTHERWISE.get(index)) {
        Some((_, actions)) => actions.to_vec(),
        None => vec![call],
    };
    let more = TAGGED.iter().filter(|(begin, _)| call.starts_with(begin)).map(|(_, action)| *action);
    actions.extend(more);
    actions
}

/// The least policy that allows these operations. Resources are not narrowed down: names of most objects are only made
/// when they are created.
pub(crate) fn policy(calls: &BTreeSet<&str>) -> Value {
    let actions: BTreeSet<&str> = calls.iter().flat_map(|call| actions(call)).collect();
    json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Action": actions, "Resource": "*" }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_found_and_named_as_policies_do() {
        assert!(OTHERWISE.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(actions("ec2:DescribeVpcs"), ["ec2:DescribeVpcs"]);
        assert_eq!(actions("s3:ListBuckets"), ["s3:ListAllMyBuckets"]);
        assert_eq!(actions("ec2:CreateVpc"), ["ec2:CreateVpc", "ec2:CreateTags"]);
        assert!(actions("sts:GetCallerIdentity").is_empty());
    }
}
