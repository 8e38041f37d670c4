//! The clients of one place.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime::client::retries::{RetryPartition, TokenBucket};
use relight_contract::Fault;
use tokio::sync::OnceCell;

use super::batch::Batches;
use super::fault::{Effect, FaultOf};
use super::settings::Options;

/// How long to wait for a connection: past it the place counts as unreachable.
const CONNECT: Duration = Duration::from_secs(3);
/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(30);
/// How long a call may take with all its attempts.
const CALL: Duration = Duration::from_secs(90);
/// How often a call that can be made again is made.
const ATTEMPTS: u32 = 5;

/// Declares the clients: each is made when the first call needs it. The SDK's own retries are a second line for calls
/// that can be made again, with an unlimited budget for each service, because the first line, which counts, is the
/// caller's. `adjusted by` names what else the configuration of a service needs.
macro_rules! clients {
    ($($(#[$doc:meta])* $service:ident: $sdk:ident $(adjusted by $adjust:ident)?,)*) => {
        #[derive(Default)]
        struct Clients {
            $($service: OnceLock<$sdk::Client>,)*
        }

        impl Site {
            $($(#[$doc])*
            pub(crate) fn $service(&self) -> &$sdk::Client {
                self.clients.$service.get_or_init(|| {
                    let partition = RetryPartition::custom(format!("{}-{}", stringify!($service), self.region))
                        .token_bucket(TokenBucket::unlimited())
                        .build();
                    let config = $sdk::config::Builder::from(&self.shared).retry_partition(partition);
                    $(let config = $adjust(config, &self.shared);)?
                    $sdk::Client::from_conf(config.build())
                })
            }
            )*
        }
    };
}

clients! {
    /// Application Auto Scaling.
    application_autoscaling: aws_sdk_applicationautoscaling,
    /// EC2 Auto Scaling.
    autoscaling: aws_sdk_autoscaling,
    /// Backup.
    backup: aws_sdk_backup,
    /// CloudWatch.
    cloudwatch: aws_sdk_cloudwatch,
    /// DynamoDB.
    dynamodb: aws_sdk_dynamodb,
    /// EC2.
    ec2: aws_sdk_ec2,
    /// ElastiCache.
    elasticache: aws_sdk_elasticache,
    /// Elastic Load Balancing, of application and network load balancers.
    elb: aws_sdk_elasticloadbalancingv2,
    /// IAM.
    iam: aws_sdk_iam,
    /// KMS.
    kms: aws_sdk_kms,
    /// RDS.
    rds: aws_sdk_rds,
    /// Route 53.
    route53: aws_sdk_route53,
    /// S3.
    s3: aws_sdk_s3 adjusted by in_path,
    /// Secrets Manager.
    secrets: aws_sdk_secretsmanager,
    /// SNS.
    sns: aws_sdk_sns,
    /// SQS.
    sqs: aws_sdk_sqs,
    /// Systems Manager.
    ssm: aws_sdk_ssm,
    /// STS.
    sts: aws_sdk_sts,
}

/// A server that is not AWS's has no name for each bucket: there the bucket stands in the path.
fn in_path(config: aws_sdk_s3::config::Builder, shared: &SdkConfig) -> aws_sdk_s3::config::Builder {
    let elsewhere = shared.endpoint_url().is_some_and(|url| !url.contains(".amazonaws.com"));
    config.force_path_style(elsewhere)
}

/// The clients of one place, and what is learnt there once.
pub(crate) struct Site {
    /// What all clients share: region, credentials, timeouts, one pool of connections.
    shared: SdkConfig,
    clients: Clients,
    /// Reads that wait for others of their kind.
    pub(super) batches: Batches,
    /// What requests are signed with.
    pub(crate) credentials: Option<SharedCredentialsProvider>,
    region: String,
    account: OnceCell<String>,
    /// Names of hosted zones by id: they never change.
    pub(crate) zone_names: Mutex<BTreeMap<String, String>>,
}

impl Site {
    /// The clients of a region.
    pub(crate) async fn new(
        options: &Options,
        region: &str,
        profile: Option<&str>,
        account: Option<&str>,
    ) -> Site {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT)
            .read_timeout(ATTEMPT)
            .operation_attempt_timeout(ATTEMPT)
            .operation_timeout(CALL)
            .build();
        let retries = RetryConfig::standard()
            .with_max_attempts(ATTEMPTS)
            .with_initial_backoff(Duration::from_millis(200))
            .with_max_backoff(Duration::from_secs(5));
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new(region.to_owned()))
            .timeout_config(timeouts)
            .retry_config(retries);
        if let Some(profile) = profile {
            loader = loader.profile_name(profile);
        }
        if let Some(endpoint) = &options.endpoint {
            loader = loader.endpoint_url(endpoint);
        }
        if let Some(keys) = &options.keys {
            let keys = Credentials::new(&keys.id, &keys.secret, None, None, "relight");
            loader = loader.credentials_provider(keys);
        }
        let shared = loader.load().await;
        Site {
            clients: Clients::default(),
            batches: Batches::default(),
            credentials: shared.credentials_provider(),
            region: region.to_owned(),
            account: OnceCell::new_with(account.map(str::to_owned)),
            zone_names: Mutex::default(),
            shared,
        }
    }

    /// The ARN of an object of this region and account.
    pub(crate) async fn arn(&self, service: &str, resource: &str) -> Result<String, Fault> {
        let account = self.account().await?;
        Ok(format!("arn:{}:{service}:{}:{account}:{resource}", self.partition(), self.region))
    }

    /// The ARN of an image, which names no account.
    pub(crate) fn arn_of_image(&self, id: &str) -> String {
        format!("arn:{}:ec2:{}::image/{id}", self.partition(), self.region)
    }

    /// The partition that a region belongs to. Source: AWS General Reference, "Amazon Resource Names".
    pub(crate) fn partition(&self) -> &'static str {
        match self.region.split('-').next() {
            Some("cn") => "aws-cn",
            _ if self.region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        }
    }

    /// The domain that the partition's endpoints stand under.
    pub(crate) fn domain(&self) -> &'static str {
        match self.partition() {
            "aws-cn" => "amazonaws.com.cn",
            _ => "amazonaws.com",
        }
    }

    /// The region.
    pub(crate) fn region(&self) -> &str {
        &self.region
    }

    /// The account: as the spec knows it, else as the credentials say.
    pub(crate) async fn account(&self) -> Result<&str, Fault> {
        let asked = self.account.get_or_try_init(|| async {
            let identity = self.sts().get_caller_identity().send().await.fault(Effect::None)?;
            Ok::<String, Fault>(identity.account.unwrap_or_default())
        });
        asked.await.map(String::as_str)
    }
}

/// The settings of a call that may be made once only: when its answer is lost, the caller first looks what came of it.
pub(crate) fn no_retries() -> RetryConfig {
    RetryConfig::disabled()
}
