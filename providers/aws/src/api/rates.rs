//! How many calls a second the services take, as AWS documents it.

/// What a bucket holds, and how fast it fills.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rate {
    /// Calls that may leave at once.
    pub(super) burst: f64,
    /// Calls that become possible in a second.
    pub(super) per_second: f64,
    /// The fastest that it may become while nothing is throttled.
    pub(super) most_per_second: f64,
}

const fn documented(burst: u32, per_second: f64) -> Rate {
    Rate { burst: burst as f64, per_second, most_per_second: per_second }
}

/// Where nothing is published we begin at 20 a second for reads and 10 for changes, and learn.
const READS: Rate = Rate { burst: 40.0, per_second: 20.0, most_per_second: 100.0 };
const CHANGES: Rate = Rate { burst: 20.0, per_second: 10.0, most_per_second: 50.0 };

/// Whose calls a rate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    /// Each operation has a bucket of its own.
    EachRead,
    EachChange,
    /// One bucket for all of the service.
    All,
    /// This operation.
    Call(&'static str),
}

struct Fact {
    service: &'static str,
    of: Of,
    rate: Rate,
}

const fn fact(service: &'static str, of: Of, burst: u32, per_second: f64) -> Fact {
    Fact { service, of, rate: documented(burst, per_second) }
}

/// What is published, the first that fits. Sources:
/// - EC2: Amazon EC2 developer guide, "Request throttling for the Amazon EC2 API";
/// - Route 53: Route 53 developer guide, "Quotas: maximums on API requests";
/// - KMS: AWS KMS developer guide, "Request quotas";
/// - Lambda: AWS Lambda developer guide, "Lambda quotas: API requests";
/// - CloudWatch: Amazon CloudWatch user guide, "CloudWatch service quotas";
/// - Secrets Manager: AWS Secrets Manager user guide, "AWS Secrets Manager quotas".
const FACTS: &[Fact] = &[
    fact("ec2", Of::Call("RunInstances"), 5, 2.0),
    fact("ec2", Of::Call("CreateNatGateway"), 10, 1.0),
    fact("ec2", Of::Call("CreateVpcEndpoint"), 4, 0.3),
    fact("ec2", Of::Call("CopyImage"), 100, 1.0),
    fact("ec2", Of::Call("CreateTags"), 100, 10.0),
    fact("ec2", Of::Call("DeleteTags"), 100, 10.0),
    fact("ec2", Of::Call("CreateSnapshot"), 100, 5.0),
    fact("ec2", Of::Call("CreateVolume"), 100, 5.0),
    fact("ec2", Of::Call("CreateNetworkInterface"), 100, 5.0),
    fact("ec2", Of::Call("CreateLaunchTemplateVersion"), 100, 5.0),
    fact("ec2", Of::EachRead, 100, 20.0),
    fact("ec2", Of::EachChange, 50, 5.0),
    fact("route53", Of::Call("CreateHostedZone"), 40, 2.0),
    fact("route53", Of::Call("CreateHealthCheck"), 50, 0.5),
    fact("route53", Of::Call("GetHealthCheckStatus"), 4, 1.0),
    fact("route53", Of::All, 50, 10.0),
    fact("kms", Of::Call("DescribeKey"), 100, 2000.0),
    fact("kms", Of::Call("ListResourceTags"), 100, 2000.0),
    fact("kms", Of::Call("GetKeyPolicy"), 100, 1000.0),
    fact("kms", Of::Call("GetKeyRotationStatus"), 100, 1000.0),
    fact("kms", Of::Call("ListKeys"), 100, 500.0),
    fact("kms", Of::Call("ListAliases"), 100, 500.0),
    fact("kms", Of::Call("EnableKeyRotation"), 15, 15.0),
    fact("kms", Of::Call("ScheduleKeyDeletion"), 15, 15.0),
    fact("kms", Of::Call("PutKeyPolicy"), 15, 15.0),
    fact("kms", Of::Call("TagResource"), 10, 10.0),
    fact("kms", Of::EachChange, 5, 5.0),
    fact("lambda", Of::Call("GetFunction"), 100, 100.0),
    fact("lambda", Of::Call("GetPolicy"), 15, 15.0),
    fact("lambda", Of::All, 15, 15.0),
    fact("cloudwatch", Of::Call("DescribeAlarms"), 9, 9.0),
    fact("cloudwatch", Of::Call("PutMetricAlarm"), 3, 3.0),
    fact("cloudwatch", Of::Call("DeleteAlarms"), 3, 3.0),
    fact("secretsmanager", Of::Call("DescribeSecret"), 100, 10_000.0),
    fact("secretsmanager", Of::Call("GetSecretValue"), 100, 10_000.0),
    fact("secretsmanager", Of::Call("ListSecrets"), 100, 100.0),
    fact("secretsmanager", Of::EachChange, 50, 50.0),
];

/// The bucket that a call of an operation takes from, and its rate.
pub(super) fn bucket(service: &str, operation: &str) -> (String, Rate) {
    let reads = is_read(operation);
    let fits = |fact: &&Fact| {
        fact.service == service
            && match fact.of {
                Of::Call(named) => named == operation,
                Of::EachRead => reads,
                Of::EachChange => !reads,
                Of::All => true,
            }
    };
    match FACTS.iter().find(fits) {
        Some(Fact { of: Of::All, rate, .. }) => (service.to_owned(), *rate),
        Some(Fact { rate, .. }) => (format!("{service}:{operation}"), *rate),
        None if reads => (format!("{service} reads"), READS),
        None => (format!("{service} changes"), CHANGES),
    }
}

/// Whether an operation only reads, by the first word of its name, as all services have it.
pub(super) fn is_read(operation: &str) -> bool {
    ["Describe", "List", "Get", "Head", "BatchGet", "Search"].iter().any(|word| operation.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_published_counts_and_the_rest_learns() {
        let rate = |service, operation| bucket(service, operation).1;
        assert_eq!(bucket("ec2", "DescribeVpcs"), ("ec2:DescribeVpcs".to_owned(), documented(100, 20.0)));
        assert_eq!(rate("ec2", "CreateVpc"), documented(50, 5.0));
        assert_eq!(rate("ec2", "CreateVpcEndpoint"), documented(4, 0.3));
        assert_eq!(bucket("route53", "GetChange").0, bucket("route53", "ChangeResourceRecordSets").0);
        assert_eq!(rate("rds", "DescribeDBInstances"), READS);
        assert_eq!(rate("rds", "CreateDBInstance"), CHANGES);
    }
}
