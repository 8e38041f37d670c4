//! The clients of one place.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime::client::retries::{RetryPartition, TokenBucket};
use aws_types::service_config::ServiceConfigKey;
use relight_contract::{Block as _, CallCount, Fault, FaultKind, Place, Session, Value};
use tokio::sync::OnceCell;

use super::batch::Batches;
use super::credentials::{self, Kept};
use super::fault::{Effect, FaultOf, shape};
use super::settings::Options;
use super::traffic::{Named, Traffic, client};
use crate::settings::Settings;

/// How long to wait for a connection: past it the place counts as unreachable.
const CONNECT: Duration = Duration::from_secs(3);
/// How often a call that can be made again is made.
const ATTEMPTS: u32 = 5;

/// Declares the clients, with their services' prefixes in policies and in the `endpoints` block: each is made when the
/// first call needs it. The SDK's own retries are a second line for calls that can be made again, with an unlimited
/// budget for each service: the first line is [`Traffic`]. It alone limits the time of an attempt, because waiting for
/// a turn is no silence: that no byte leaves meanwhile is no stalled stream either.
macro_rules! clients {
    ($($(#[$doc:meta])* $service:ident: $sdk:ident, $prefix:literal, $endpoint:literal $(, $more:ident)?;)*) => {
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
                    let mut config = $sdk::config::Builder::from(&self.shared)
                        .retry_partition(partition)
                        .interceptor(Named($prefix));
                    if let Some(endpoint) = self.endpoint($endpoint) {
                        config = config.endpoint_url(endpoint);
                    }
                    $(config = self.$more(config);)?
                    $sdk::Client::from_conf(config.build())
                })
            }
            )*
        }
    };
}

clients! {
    /// Application Auto Scaling.
    application_autoscaling: aws_sdk_applicationautoscaling, "application-autoscaling", "applicationautoscaling";
    /// EC2 Auto Scaling.
    autoscaling: aws_sdk_autoscaling, "autoscaling", "autoscaling";
    /// Backup.
    backup: aws_sdk_backup, "backup", "backup";
    /// CloudWatch.
    cloudwatch: aws_sdk_cloudwatch, "cloudwatch", "cloudwatch";
    /// DynamoDB.
    dynamodb: aws_sdk_dynamodb, "dynamodb", "dynamodb";
    /// EC2.
    ec2: aws_sdk_ec2, "ec2", "ec2";
    /// ECR.
    ecr: aws_sdk_ecr, "ecr", "ecr";
    /// ECS.
    ecs: aws_sdk_ecs, "ecs", "ecs";
    /// ElastiCache.
    elasticache: aws_sdk_elasticache, "elasticache", "elasticache";
    /// Elastic Load Balancing, of application and network load balancers.
    elb: aws_sdk_elasticloadbalancingv2, "elasticloadbalancing", "elbv2";
    /// IAM.
    iam: aws_sdk_iam, "iam", "iam";
    /// KMS.
    kms: aws_sdk_kms, "kms", "kms";
    /// Lambda.
    lambda: aws_sdk_lambda, "lambda", "lambda";
    /// RDS.
    rds: aws_sdk_rds, "rds", "rds";
    /// Route 53.
    route53: aws_sdk_route53, "route53", "route53";
    /// The configuration of Application Recovery Controller.
    recovery_control: aws_sdk_route53recoverycontrolconfig, "route53-recovery-control-config",
        "route53recoverycontrolconfig", homed;
    /// S3.
    s3: aws_sdk_s3, "s3", "s3", addressed;
    /// Secrets Manager.
    secrets: aws_sdk_secretsmanager, "secretsmanager", "secretsmanager";
    /// SNS.
    sns: aws_sdk_sns, "sns", "sns";
    /// SQS.
    sqs: aws_sdk_sqs, "sqs", "sqs";
    /// Systems Manager.
    ssm: aws_sdk_ssm, "ssm", "ssm";
    /// STS.
    sts: aws_sdk_sts, "sts", "sts";
}

/// The clients of one place, and what is learnt there once.
pub(crate) struct Site {
    /// What all clients share: region, credentials, timeouts, one pool of connections.
    shared: SdkConfig,
    clients: Clients,
    traffic: Arc<Traffic>,
    settings: Settings,
    /// Reads that wait for others of their kind.
    pub(super) batches: Batches,
    kept: Option<Arc<Kept>>,
    /// What requests are signed with.
    pub(crate) credentials: Option<SharedCredentialsProvider>,
    region: String,
    /// The account that the spec names.
    wanted_account: Option<String>,
    account: OnceCell<String>,
    /// Names of hosted zones by id: they never change.
    pub(crate) zone_names: Mutex<BTreeMap<String, String>>,
    /// How often one of several endpoints was chosen.
    turns: AtomicUsize,
}

impl Site {
    /// The clients of a place. Reads configuration files, and makes no call.
    pub(super) async fn new(options: &Options, place: &Place) -> Result<Site, Fault> {
        let settings = Settings::from_object(&place.settings).map_err(shape)?;
        let traffic = Arc::<Traffic>::default();
        let retries = RetryConfig::standard()
            .with_max_attempts(ATTEMPTS)
            .with_initial_backoff(Duration::from_millis(200))
            .with_max_backoff(Duration::from_secs(5));
        let loader = aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new(place.region.to_string()))
            .timeout_config(TimeoutConfig::builder().connect_timeout(CONNECT).build())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .retry_config(retries)
            .http_client(client(traffic.clone()));
        let mut loader = credentials::sources(loader, &settings);
        if let Some(endpoint) = options.endpoint.as_ref().or(settings.endpoint_url.as_ref()) {
            loader = loader.endpoint_url(endpoint);
        }
        if let Some(keys) = &options.keys {
            let keys = Credentials::new(&keys.id, &keys.secret, None, None, "relight");
            loader = loader.credentials_provider(keys);
        }
        let mut shared = loader.load().await;
        let kept = credentials::of(&shared, &settings, options.keys.is_some()).await?;
        let credentials = kept.clone().map(Kept::shared);
        if let Some(credentials) = &credentials {
            shared = shared.into_builder().credentials_provider(credentials.clone()).build();
        }
        Ok(Site {
            clients: Clients::default(),
            traffic,
            settings,
            batches: Batches::default(),
            kept,
            credentials,
            region: place.region.to_string(),
            wanted_account: place.account.as_deref().map(str::to_owned),
            account: OnceCell::new(),
            zone_names: Mutex::default(),
            turns: AtomicUsize::default(),
            shared,
        })
    }

    /// Makes sure of credentials, and that they are for an account that is meant, before the first call.
    pub(super) async fn admit(&self) -> Result<(), Fault> {
        self.session().await?;
        let (allowed, forbidden) = (&self.settings.allowed_account_ids, &self.settings.forbidden_account_ids);
        let wanted = &self.wanted_account;
        if allowed.is_none() && forbidden.is_none() && wanted.is_none() {
            return Ok(());
        }
        let account = self.account().await?;
        let meant = allowed.as_ref().is_none_or(|allowed| allowed.contains(account))
            && forbidden.as_ref().is_none_or(|forbidden| !forbidden.contains(account))
            && wanted.as_ref().is_none_or(|wanted| wanted == account);
        if meant {
            return Ok(());
        }
        let text = format!("the credentials are for the account {account}, which the spec does not mean");
        Err(Fault::new(FaultKind::Denied, text).code("OtherAccount"))
    }

    /// The session of the credentials, or why there are none.
    pub(super) async fn session(&self) -> Result<Session, Fault> {
        match &self.kept {
            Some(kept) => kept.session().await,
            None => Ok(Session::default()),
        }
    }

    /// How often each call was tried.
    pub(super) fn counts(&self) -> Vec<CallCount> {
        self.traffic.counts(&self.region)
    }

    /// Where the calls of one service go, if the settings say so.
    fn endpoint(&self, service: &str) -> Option<String> {
        let endpoints = self.settings.endpoints.as_ref()?.0.to_object();
        endpoints.get(service).and_then(Value::as_str).map(str::to_owned)
    }

    /// Whether calls of a service go to a server of one's own, and not to AWS.
    fn is_elsewhere(&self, service_id: &str, service: &str) -> bool {
        let key = ServiceConfigKey::builder()
            .service_id(service_id)
            .env("AWS_ENDPOINT_URL")
            .profile("endpoint_url")
            .build();
        let own = key.ok().and_then(|key| self.shared.service_config()?.load_config(key));
        own.is_some() || self.shared.endpoint_url().is_some() || self.endpoint(service).is_some()
    }

    /// The one region that configures routing controls. Source: AWS fault isolation boundaries, "Global services".
    fn homed(
        &self,
        config: aws_sdk_route53recoverycontrolconfig::config::Builder,
    ) -> aws_sdk_route53recoverycontrolconfig::config::Builder {
        config.region(aws_sdk_route53recoverycontrolconfig::config::Region::new("us-west-2"))
    }

    /// The client of one endpoint of a cluster of routing controls: it asks once, for there are others to ask.
    pub(crate) fn cluster(&self, region: &str, address: &str) -> aws_sdk_route53recoverycluster::Client {
        const SERVICE: &str = "route53recoverycluster";
        let mut config = aws_sdk_route53recoverycluster::config::Builder::from(&self.shared)
            .region(aws_sdk_route53recoverycluster::config::Region::new(region.to_owned()))
            .retry_config(no_retries())
            .interceptor(Named("route53-recovery-cluster"));
        match self.endpoint(SERVICE) {
            Some(endpoint) => config = config.endpoint_url(endpoint),
            None if self.is_elsewhere("Route53 Recovery Cluster", SERVICE) => {}
            None => config = config.endpoint_url(address),
        }
        aws_sdk_route53recoverycluster::Client::from_conf(config.build())
    }

    /// A number that is the next one each time, and begins elsewhere in each process.
    pub(crate) fn turn(&self) -> usize {
        let process = usize::try_from(std::process::id()).unwrap_or_default();
        process.wrapping_add(self.turns.fetch_add(1, Ordering::Relaxed))
    }

    /// Buckets stand in the path wherever the address is not AWS's own: no server of one's own answers to the names of
    /// buckets.
    fn addressed(&self, config: aws_sdk_s3::config::Builder) -> aws_sdk_s3::config::Builder {
        let elsewhere = self.is_elsewhere("S3", "s3");
        config.force_path_style(self.settings.s3_use_path_style.unwrap_or(elsewhere))
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

    /// The account, as the credentials say.
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
