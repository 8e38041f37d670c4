//! Credentials: found once for a place, kept until they end, and explained where there are none.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::{ConfigLoader, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::credential_feature::AwsCredentialFeature;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::future::ProvideCredentials as Providing;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_sdk_sts::types::PolicyDescriptorType;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use relight_contract::{Fault, FaultKind, Milliseconds, Session};
use tokio::sync::Mutex;

use super::fault;
use super::values::seconds;
use crate::settings::{AssumeRole, AssumeRoleWithWebIdentity, Settings};

/// How long before their end credentials are renewed.
const EARLY: Duration = Duration::from_secs(300);

/// How long it is remembered that there are none: who looks again looks for long.
const REFUSED: Duration = Duration::from_secs(30);

/// The name of a session where nobody gives one.
const SESSION: &str = "relight";

/// Credentials from wherever they come, looked up by one caller for all.
pub(super) struct Kept {
    source: SharedCredentialsProvider,
    known: Mutex<Known>,
}

#[derive(Default)]
enum Known {
    #[default]
    Nothing,
    Credentials(Credentials),
    Refused(SystemTime, Fault),
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Kept")
    }
}

impl Kept {
    pub(super) fn new(source: SharedCredentialsProvider) -> Arc<Kept> {
        Arc::new(Kept { source, known: Mutex::default() })
    }

    /// As the SDKs take it.
    pub(super) fn shared(self: Arc<Kept>) -> SharedCredentialsProvider {
        SharedCredentialsProvider::from(self as Arc<dyn ProvideCredentials>)
    }

    /// The credentials, or why there are none.
    pub(super) async fn credentials(&self) -> Result<Credentials, Fault> {
        let mut known = self.known.lock().await;
        let at = now();
        let lasts = |credentials: &Credentials, more: Duration| {
            credentials.expiry().is_none_or(|end| end > at + more)
        };
        match &*known {
            Known::Credentials(credentials) if lasts(credentials, EARLY) => return Ok(credentials.clone()),
            Known::Refused(since, fault) if at < *since + REFUSED => return Err(fault.clone()),
            _ => {}
        }
        match self.source.provide_credentials().await {
            Ok(credentials) => {
                *known = Known::Credentials(credentials.clone());
                Ok(credentials)
            }
            Err(error) => {
                if let Known::Credentials(old) = &*known
                    && lasts(old, Duration::ZERO)
                {
                    return Ok(old.clone());
                }
                let fault = fault::of_credentials(&error);
                *known = Known::Refused(at, fault.clone());
                Err(fault)
            }
        }
    }

    /// When the session ends that nothing here renews: one of the environment, or of a login.
    pub(super) async fn session(&self) -> Result<Session, Fault> {
        let credentials = self.credentials().await?;
        let features = credentials.get_property::<Vec<AwsCredentialFeature>>();
        let is = |wanted: &[AwsCredentialFeature]| {
            features.is_some_and(|features| features.iter().any(|feature| wanted.contains(feature)))
        };
        let by_role = is(&[
            AwsCredentialFeature::CredentialsStsAssumeRole,
            AwsCredentialFeature::CredentialsStsAssumeRoleWebId,
        ]);
        let by_login = is(&[
            AwsCredentialFeature::CredentialsSso,
            AwsCredentialFeature::CredentialsProfileSso,
            AwsCredentialFeature::CredentialsLogin,
            AwsCredentialFeature::CredentialsProfileLogin,
        ]);
        let end = match () {
            () if by_role => None,
            () if is(&[AwsCredentialFeature::CredentialsEnvVars]) => told_end(),
            () if by_login => credentials.expiry(),
            () => None,
        };
        Ok(Session { ends_at: end.and_then(milliseconds) })
    }
}

impl ProvideCredentials for Kept {
    fn provide_credentials<'a>(&'a self) -> Providing<'a>
    where
        Self: 'a,
    {
        Providing::new(async { self.credentials().await.map_err(CredentialsError::provider_error) })
    }
}

/// When the session of the environment ends, as tools that export one say it. Source: AWS CLI reference,
/// `configure export-credentials`.
#[expect(
    clippy::disallowed_methods,
    reason = "credentials stand in the environment, as every tool for AWS has it"
)]
fn told_end() -> Option<SystemTime> {
    let text = std::env::var("AWS_CREDENTIAL_EXPIRATION").ok()?;
    SystemTime::try_from(DateTime::from_str(&text, Format::DateTimeWithOffset).ok()?).ok()
}

fn milliseconds(time: SystemTime) -> Option<Milliseconds> {
    Milliseconds::try_from(time.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_millis()).ok()
}

#[expect(clippy::disallowed_methods, reason = "credentials end at a time; nothing else is decided by it")]
fn now() -> SystemTime {
    SystemTime::now()
}

/// The loader, with what the settings say of files and profiles.
pub(super) fn sources(loader: ConfigLoader, settings: &Settings) -> ConfigLoader {
    let loader = match &settings.profile {
        Some(profile) => loader.profile_name(profile),
        None => loader,
    };
    match files(settings) {
        Some(files) => loader.profile_files(files),
        None => loader,
    }
}

/// The shared files, where the settings name others than the usual ones.
fn files(settings: &Settings) -> Option<EnvConfigFiles> {
    let (configs, keys) = (&settings.shared_config_files, &settings.shared_credentials_files);
    if configs.is_none() && keys.is_none() {
        return None;
    }
    let mut files = EnvConfigFiles::builder()
        .include_default_config_file(configs.is_none())
        .include_default_credentials_file(keys.is_none());
    for file in configs.iter().flatten() {
        files = files.with_file(EnvConfigFileKind::Config, at_home(file));
    }
    for file in keys.iter().flatten() {
        files = files.with_file(EnvConfigFileKind::Credentials, at_home(file));
    }
    Some(files.build())
}

/// A path that begins with `~/`, in full.
#[expect(
    clippy::disallowed_methods,
    reason = "paths of shared files begin at home, as every tool for AWS has it"
)]
fn at_home(path: &str) -> String {
    match (path.strip_prefix("~/"), std::env::var("HOME")) {
        (Some(rest), Ok(home)) => format!("{home}/{rest}"),
        _ => path.to_owned(),
    }
}

/// The credentials that calls are made with: those that the configuration gives, or those of a role. `given` says
/// whether somebody handed keys over.
pub(super) async fn of(
    shared: &SdkConfig,
    settings: &Settings,
    given: bool,
) -> Result<Option<Arc<Kept>>, Fault> {
    let web = settings.assume_role_with_web_identity.as_ref();
    // Roles are assumed in the site's own region, so that another one may die.
    let endpoint = settings.endpoints.as_ref().and_then(|endpoints| endpoints.0.sts.clone());
    let for_sts = match endpoint {
        Some(endpoint) => &shared.clone().into_builder().endpoint_url(endpoint).build(),
        None => shared,
    };
    let base = match (web, &settings.profile) {
        (Some(web), _) => {
            let (sts, web) = (aws_sdk_sts::Client::new(for_sts), web.0.clone());
            Some(SharedCredentialsProvider::new(ByWebIdentity { sts, web }))
        }
        // A profile that the spec names counts before keys in the environment, as with every tool for AWS.
        (None, Some(profile)) if !given => {
            Some(SharedCredentialsProvider::new(by_profile(shared, settings, profile)))
        }
        (None, _) => shared.credentials_provider(),
    };
    let Some(base) = base else { return Ok(None) };
    let base = Kept::new(base);
    let Some(role) = &settings.assume_role else { return Ok(Some(base)) };
    let source = SharedCredentialsProvider::new(by_role(for_sts, &role.0, base).await?);
    Ok(Some(Kept::new(source)))
}

async fn by_role(
    shared: &SdkConfig,
    role: &AssumeRole,
    base: Arc<Kept>,
) -> Result<AssumeRoleProvider, Fault> {
    let name = role.session_name.as_deref().unwrap_or(SESSION);
    let mut builder = AssumeRoleProvider::builder(role.role_arn.clone().unwrap_or_default())
        .configure(shared)
        .session_name(name)
        .policy_arns(role.policy_arns.clone().unwrap_or_default().into_iter().collect())
        .tags(role.tags.clone().unwrap_or_default());
    if let Some(id) = &role.external_id {
        builder = builder.external_id(id);
    }
    if let Some(policy) = &role.policy {
        builder = builder.policy(policy);
    }
    if let Some(text) = &role.duration {
        let wrong = || {
            let text = format!("the `duration` of a role is between 15m and 12h, not `{text}`");
            Fault::new(FaultKind::Invalid, text).code("InvalidCredentials")
        };
        let length = seconds(text).ok().filter(|length| (900..=43_200).contains(length));
        builder = builder.session_length(Duration::from_secs(length.ok_or_else(wrong)?));
    }
    Ok(builder.build_from_provider(base.shared()).await)
}

fn by_profile(shared: &SdkConfig, settings: &Settings, profile: &str) -> ProfileFileCredentialsProvider {
    let mut builder =
        ProfileFileCredentialsProvider::builder().configure(&provider_config(shared)).profile_name(profile);
    if let Some(files) = files(settings) {
        builder = builder.profile_files(files);
    }
    builder.build()
}

/// What looks credentials up by itself, with our region and our way out.
fn provider_config(shared: &SdkConfig) -> ProviderConfig {
    let config = ProviderConfig::without_region().with_region(shared.region().cloned());
    match shared.http_client() {
        Some(client) => config.with_http_client(client),
        None => config,
    }
}

/// Asks STS for the role's credentials with the token that the identity provider wrote, as it stands each time.
struct ByWebIdentity {
    sts: aws_sdk_sts::Client,
    web: AssumeRoleWithWebIdentity,
}

impl std::fmt::Debug for ByWebIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ByWebIdentity")
    }
}

impl ByWebIdentity {
    async fn credentials(&self) -> Result<Credentials, CredentialsError> {
        let file = at_home(self.web.web_identity_token_file.as_deref().unwrap_or_default());
        let token = std::fs::read_to_string(&file).map_err(|error| {
            CredentialsError::invalid_configuration(format!(
                "the token file `{file}` cannot be read: {error}"
            ))
        })?;
        let arns = self.web.policy_arns.iter().flatten();
        let arns = arns.map(|arn| PolicyDescriptorType::builder().arn(arn).build()).collect::<Vec<_>>();
        let asked = self
            .sts
            .assume_role_with_web_identity()
            .set_role_arn(self.web.role_arn.clone())
            .role_session_name(self.web.session_name.as_deref().unwrap_or(SESSION))
            .web_identity_token(token.trim())
            .set_policy(self.web.policy.clone())
            .set_policy_arns((!arns.is_empty()).then_some(arns));
        let answered = asked.send().await.map_err(CredentialsError::provider_error)?;
        let none = || CredentialsError::unhandled("STS answered without credentials");
        let told = answered.credentials.ok_or_else(none)?;
        let end = SystemTime::try_from(told.expiration).ok();
        Ok(Credentials::new(told.access_key_id, told.secret_access_key, Some(told.session_token), end, "STS"))
    }
}

impl ProvideCredentials for ByWebIdentity {
    fn provide_credentials<'a>(&'a self) -> Providing<'a>
    where
        Self: 'a,
    {
        Providing::new(self.credentials())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_session_is_read_from_the_environment_as_the_cli_writes_it() {
        let read = |text| DateTime::from_str(text, Format::DateTimeWithOffset).ok().map(|time| time.secs());
        assert_eq!(read("2026-11-20T16:00:00+00:00"), Some(1_795_190_400));
        assert_eq!(read("2026-11-20T16:00:00Z"), Some(1_795_190_400));
    }
}
