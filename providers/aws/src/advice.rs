//! Advice: what a person can do about a fault, decided on its kind, its code and its call; never on its text.

use relight_contract::{Fault, FaultKind};

use crate::permissions::actions;

/// What to do about codes of credentials. The first five are relight's own.
const CREDENTIALS: &[(&[&str], &str)] = &[
    (
        &["NoCredentials"],
        "say whose credentials to use: `profile` in the site's `aws` block, or AWS_PROFILE, or AWS_ACCESS_KEY_ID and \
         AWS_SECRET_ACCESS_KEY; `aws sts get-caller-identity` shows whom AWS sees",
    ),
    (
        &["CredentialsFailed", "CredentialsRefused", "InvalidCredentials"],
        "log in again (`aws sso login`) if the profile is one of single sign-on, else put the profile right; \
         `aws sts get-caller-identity` shows whom AWS sees",
    ),
    (&["OtherAccount"], "use the profile, or the role, of the account that the spec names"),
    (
        &["ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired", "InvalidToken"],
        "the session has ended: log in again (`aws sso login`, or whatever gave the session token), then run the \
         same command again",
    ),
    (
        &[
            "AuthFailure",
            "InvalidAccessKeyId",
            "InvalidClientTokenId",
            "UnrecognizedClientException",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
        ],
        "AWS does not know these keys here: they were deleted or mistyped, or the account has not enabled this region \
         (`aws sts get-caller-identity`; console: Account, AWS Regions)",
    ),
    (
        &[
            "SignatureDoesNotMatch",
            "InvalidSignatureException",
            "RequestTimeTooSkewed",
            "IncompleteSignature",
        ],
        "the secret key does not belong to the key id, or the clock of this computer is wrong",
    ),
    (
        &["OptInRequired", "RegionDisabledException", "SubscriptionRequiredException", "NotSignedUp"],
        "the account has not enabled this region or service (console: Account, AWS Regions)",
    ),
];

/// Quotas by code: the service's code and the quota's, for Service Quotas, and its name there.
const QUOTAS: &[(&str, &str, &str, &str)] = &[
    ("AddressLimitExceeded", "ec2", "L-0263D0A3", "EC2-VPC Elastic IPs"),
    ("AutoScalingGroupLimitExceeded", "autoscaling", "L-CDE20ADC", "Auto Scaling groups per region"),
    ("DBClusterQuotaExceededFault", "rds", "L-952B80B8", "DB clusters"),
    ("InstanceLimitExceeded", "ec2", "L-1216C47A", "Running On-Demand Standard instances (vCPU)"),
    ("InstanceQuotaExceeded", "rds", "L-7B6409FD", "DB instances"),
    ("InternetGatewayLimitExceeded", "vpc", "L-A4707A72", "Internet gateways per Region"),
    ("MaxSpotInstanceCountExceeded", "ec2", "L-34B43A08", "All Standard Spot Instance Requests (vCPU)"),
    ("NatGatewayLimitExceeded", "vpc", "L-FE5A380F", "NAT gateways per Availability Zone"),
    ("NetworkInterfaceLimitExceeded", "vpc", "L-DF5E4CA3", "Network interfaces per Region"),
    ("SecurityGroupLimitExceeded", "vpc", "L-E79EC296", "VPC security groups per Region"),
    ("StorageQuotaExceeded", "rds", "L-7ADDB58A", "Total storage for all DB instances"),
    ("SubnetLimitExceeded", "vpc", "L-407747CB", "Subnets per VPC"),
    ("TooManyBuckets", "s3", "L-DC2B2D3D", "Buckets"),
    ("TooManyLoadBalancers", "elasticloadbalancing", "L-53DA6B97", "Application Load Balancers per Region"),
    ("TooManyTargetGroups", "elasticloadbalancing", "L-B22855CB", "Target Groups per Region"),
    ("VcpuLimitExceeded", "ec2", "L-1216C47A", "Running On-Demand Standard instances (vCPU)"),
    ("VpcLimitExceeded", "vpc", "L-F678F1CE", "VPCs per Region"),
];

/// What a person can do about a fault.
pub(crate) fn advice(fault: &Fault) -> Option<String> {
    let code = fault.code.as_deref().unwrap_or_default();
    match fault.kind {
        FaultKind::Denied => Some(denied(code, fault.call.as_deref())),
        FaultKind::Quota => Some(quota(code, fault.call.as_deref())),
        FaultKind::Capacity => Some(
            "AWS has none of it here now: another instance type or zone may have, and `aws_ec2_capacity_reservation` \
             keeps it for the day that it is needed"
                .to_owned(),
        ),
        FaultKind::Conflict if code == "BucketAlreadyExists" => {
            Some("another account has a bucket of this name, and names are the world's: choose another".to_owned())
        }
        FaultKind::Conflict if is_name_taken(code) => Some(
            "the name is taken by an object that is not this topology's: take it over with `relight adopt` or \
             an `import` block, or choose another name"
                .to_owned(),
        ),
        FaultKind::NotFound if code.starts_with("InvalidAMIID") => Some(
            "images belong to a region: `data \"aws_ami\"` finds each region's own, `aws_ami_copy` brings one over"
                .to_owned(),
        ),
        _ => None,
    }
}

fn denied(code: &str, call: Option<&str>) -> String {
    let known = CREDENTIALS.iter().find(|(codes, _)| codes.contains(&code));
    if let Some((_, text)) = known {
        return (*text).to_owned();
    }
    match call {
        Some("sts:AssumeRole") => {
            "the role must trust whoever assumes it, and whoever assumes it must be allowed `sts:AssumeRole`"
                .to_owned()
        }
        Some(call) => {
            let actions: Vec<String> = actions(call).iter().map(|action| format!("`{action}`")).collect();
            let actions = actions.join(" and ");
            format!(
                "allow {actions} to whoever runs this; `relight schema --iam-policy` prints all that the spec needs"
            )
        }
        None => "allow it to whoever runs this; `relight schema --iam-policy` prints all that the spec needs"
            .to_owned(),
    }
}

fn quota(code: &str, call: Option<&str>) -> String {
    match QUOTAS.iter().find(|(listed, ..)| *listed == code) {
        Some((_, service, quota, name)) => format!(
            "the quota is `{name}`: `aws service-quotas request-service-quota-increase --service-code {service} \
             --quota-code {quota} --desired-value N`, in the site's region, asks for more"
        ),
        None => {
            let service = call.and_then(|call| call.split(':').next()).unwrap_or("the service");
            format!(
                "a quota of {service} is reached: Service Quotas, in the site's region, shows it and asks for more"
            )
        }
    }
}

/// Codes that mean that a name is taken, as against an object that is busy.
fn is_name_taken(code: &str) -> bool {
    let stem = ["Exception", "Fault", "Error"].iter().find_map(|end| code.strip_suffix(end)).unwrap_or(code);
    let ends = ["AlreadyExists", "AlreadyExist", "NameExists", "ResourceExists", ".Duplicate"];
    ends.iter().any(|end| stem.ends_with(end)) || stem.starts_with("Duplicate")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_says_what_to_do() {
        let say = |kind, code: &str, call: &str| {
            advice(&Fault::new(kind, "text").code(code).call(call)).unwrap_or_default()
        };
        assert!(
            say(FaultKind::Denied, "UnauthorizedOperation", "ec2:CreateVpc")
                .contains("allow `ec2:CreateVpc` and")
        );
        assert!(say(FaultKind::Denied, "AccessDenied", "s3:ListBuckets").contains("`s3:ListAllMyBuckets`"));
        assert!(say(FaultKind::Denied, "ExpiredToken", "ec2:DescribeVpcs").contains("log in again"));
        assert!(say(FaultKind::Denied, "AccessDenied", "sts:AssumeRole").contains("trust"));
        assert!(say(FaultKind::Quota, "VpcLimitExceeded", "ec2:CreateVpc").contains("L-F678F1CE"));
        assert!(say(FaultKind::Quota, "LimitExceededException", "kms:CreateKey").contains("quota of kms"));
        assert!(
            say(FaultKind::Conflict, "DBInstanceAlreadyExists", "rds:CreateDBInstance").contains("`import`")
        );
        assert!(
            say(FaultKind::Conflict, "BucketAlreadyExists", "s3:CreateBucket").contains("another account")
        );
        assert!(
            say(FaultKind::NotFound, "InvalidAMIID.NotFound", "ec2:RunInstances")
                .contains("data \"aws_ami\"")
        );
        assert_eq!(say(FaultKind::Conflict, "DependencyViolation", "ec2:DeleteVpc"), "");
    }
}
