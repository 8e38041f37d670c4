//! The clients of one place.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime::client::retries::{RetryPartition, TokenBucket};
use relight_contract::Fault;
use tokio::sync::OnceCell;

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

/// The clients of one place, and what is learnt there once.
pub(crate) struct Site {
    /// EC2.
    pub(crate) ec2: aws_sdk_ec2::Client,
    /// RDS.
    pub(crate) rds: aws_sdk_rds::Client,
    /// Route 53.
    pub(crate) route53: aws_sdk_route53::Client,
    sts: aws_sdk_sts::Client,
    /// What requests are signed with.
    pub(crate) credentials: Option<SharedCredentialsProvider>,
    region: String,
    account: OnceCell<String>,
    /// Names of hosted zones by id: they never change.
    pub(crate) zone_names: Mutex<BTreeMap<String, String>>,
}

impl Site {
    /// The clients of a region. The SDK's own retries are a second line for calls that can be made again; their budget
    /// is unlimited, because the first line, which counts, is the caller's.
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
        let partition = |service: &str| {
            RetryPartition::custom(format!("{service}-{region}"))
                .token_bucket(TokenBucket::unlimited())
                .build()
        };
        let ec2 = aws_sdk_ec2::config::Builder::from(&shared).retry_partition(partition("ec2"));
        let rds = aws_sdk_rds::config::Builder::from(&shared).retry_partition(partition("rds"));
        let route53 = aws_sdk_route53::config::Builder::from(&shared).retry_partition(partition("route53"));
        Site {
            ec2: aws_sdk_ec2::Client::from_conf(ec2.build()),
            rds: aws_sdk_rds::Client::from_conf(rds.build()),
            route53: aws_sdk_route53::Client::from_conf(route53.build()),
            sts: aws_sdk_sts::Client::new(&shared),
            credentials: shared.credentials_provider(),
            region: region.to_owned(),
            account: OnceCell::new_with(account.map(str::to_owned)),
            zone_names: Mutex::default(),
        }
    }

    /// The ARN of an object of this region and account.
    pub(crate) async fn arn(&self, service: &str, resource: &str) -> Result<String, Fault> {
        let account = self.account().await?;
        Ok(format!("arn:{}:{service}:{}:{account}:{resource}", self.partition(), self.region))
    }

    /// The partition that a region belongs to. Source: AWS General Reference, "Amazon Resource Names".
    fn partition(&self) -> &'static str {
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
    async fn account(&self) -> Result<&str, Fault> {
        let asked = self.account.get_or_try_init(|| async {
            let identity = self.sts.get_caller_identity().send().await.fault(Effect::None)?;
            Ok::<String, Fault>(identity.account.unwrap_or_default())
        });
        asked.await.map(String::as_str)
    }
}

/// The settings of a call that may be made once only: when its answer is lost, the caller first looks what came of it.
pub(crate) fn no_retries() -> RetryConfig {
    RetryConfig::disabled()
}
