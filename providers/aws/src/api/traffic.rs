//! Traffic: every attempt of every call goes through here. It waits for its turn, has its time limit, is counted, and
//! tells its name to whoever explains its failure.
//!
//! The SDKs know calls and we know actions, but services count attempts: so the limits stand around the HTTP client.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_http_client::{ConnectorBuilder, proxy::ProxyConfig, tls};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, Metadata};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use aws_smithy_types::config_bag::ConfigBag;
use relight_contract::{CallCount, FaultKind, Name};

use super::bucket::{Bucket, now};
use super::{code, rates};

/// How long an attempt may take that only reads.
const READ: Duration = Duration::from_secs(12);

/// How long an attempt may take that changes something: some services take their time before they answer.
const CHANGE: Duration = Duration::from_secs(30);

/// The name of a call, as policies have it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CallName {
    /// The service's prefix in policies.
    pub(super) service: &'static str,
    /// The API operation.
    pub(super) operation: String,
}

impl fmt::Display for CallName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service, self.operation)
    }
}

/// Writes its name on every attempt of a client.
#[derive(Debug)]
pub(super) struct Named(pub(super) &'static str);

impl Intercept for Named {
    fn name(&self) -> &'static str {
        "Named"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        if let Some(metadata) = config.load::<Metadata>() {
            let name = CallName { service: self.0, operation: metadata.name().to_owned() };
            context.request_mut().add_extension(name);
        }
        Ok(())
    }
}

/// An attempt that brought no answer.
#[derive(Debug)]
pub(super) struct NoAnswer {
    /// The call; `None` for what the SDK asks by itself, such as credentials.
    pub(super) call: Option<CallName>,
    /// Why; `None` when its time was over.
    cause: Option<ConnectorError>,
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            None => f.write_str("no answer in time"),
            Some(_) => f.write_str("no answer"),
        }
    }
}

impl Error for NoAnswer {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_ref().map(|cause| cause as &(dyn Error + 'static))
    }
}

/// The buckets and counts of one place.
#[derive(Default)]
pub(super) struct Traffic {
    buckets: Mutex<BTreeMap<String, Arc<Bucket>>>,
    counts: Mutex<BTreeMap<CallName, Count>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    attempts: u64,
    throttled: u64,
    failed: u64,
    /// For its turn, and for its answer.
    turn: Duration,
    answer: Duration,
}

/// What came of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Good,
    Throttled,
    Failed,
}

impl Traffic {
    /// How often each call was tried, in this region.
    pub(super) fn counts(&self, region: &str) -> Vec<CallCount> {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = |(name, count): (&CallName, &Count)| CallCount {
            region: Name::from(region),
            call: name.to_string().into(),
            attempts: count.attempts,
            throttled: count.throttled,
            failed: count.failed,
            turn_milliseconds: milliseconds(count.turn),
            answer_milliseconds: milliseconds(count.answer),
        };
        counts.iter().map(count).collect()
    }

    fn bucket(&self, name: &CallName) -> Arc<Bucket> {
        let (key, rate) = rates::bucket(name.service, &name.operation);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.entry(key).or_insert_with(|| Arc::new(Bucket::new(rate))).clone()
    }

    fn count(&self, name: CallName, end: End, turn: Duration, answer: Duration) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(name).or_default();
        count.attempts += 1;
        count.throttled += u64::from(end == End::Throttled);
        count.failed += u64::from(end == End::Failed);
        count.turn += turn;
        count.answer += answer;
    }

    async fn send(
        &self,
        connector: SharedHttpConnector,
        request: HttpRequest,
    ) -> Result<HttpResponse, ConnectorError> {
        let Some(name) = request.extension::<CallName>().cloned() else {
            return attempt(connector, request, CHANGE).await.map_err(|cause| lost(None, cause));
        };
        let bucket = self.bucket(&name);
        let asked_at = now();
        let pass = bucket.pass().await;
        let left_at = now();
        let limit = if rates::is_read(&name.operation) { READ } else { CHANGE };
        let mut answer = attempt(connector, request, limit).await;
        let end = answer.as_ref().map_or(End::Failed, end_of);
        if end == End::Throttled {
            pass.throttled();
        }
        drop(pass);
        self.count(name.clone(), end, left_at - asked_at, left_at.elapsed());
        if let Ok(response) = &mut answer {
            response.add_extension(name.clone());
        }
        answer.map_err(|cause| lost(Some(name), cause))
    }
}

/// One attempt, to the end of the answer: no body of ours is large.
async fn attempt(
    connector: SharedHttpConnector,
    request: HttpRequest,
    limit: Duration,
) -> Result<HttpResponse, Option<ConnectorError>> {
    let whole = async {
        let mut response = connector.call(request).await?;
        let body = ByteStream::new(response.take_body()).collect().await;
        let body = body.map_err(|error| ConnectorError::io(error.into()))?;
        *response.body_mut() = SdkBody::from(body.into_bytes());
        Ok(response)
    };
    tokio::time::timeout(limit, whole).await.map_err(|_| None)?.map_err(Some)
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn end_of(response: &HttpResponse) -> End {
    let status = response.status().as_u16();
    let told = code::of(response).and_then(|code| code::kind_of(&code));
    match told {
        Some(FaultKind::Throttled) => End::Throttled,
        None if matches!(status, 429 | 503) => End::Throttled,
        // To look for what is not there is no failure.
        Some(FaultKind::NotFound) => End::Good,
        _ if status >= 400 => End::Failed,
        _ => End::Good,
    }
}

/// A failed attempt as the SDK is told of it. A connection that broke may be tried again at once. Silence is not: how
/// long a place may stay silent is decided above.
fn lost(call: Option<CallName>, cause: Option<ConnectorError>) -> ConnectorError {
    let user = cause.as_ref().is_some_and(ConnectorError::is_user);
    let broke = cause.as_ref().is_some_and(|cause| cause.is_io() && code::has_connected(cause));
    let error = Box::new(NoAnswer { call, cause });
    match (user, broke) {
        (true, _) => ConnectorError::user(error),
        (_, true) => ConnectorError::io(error),
        _ => ConnectorError::other(error, None),
    }
}

/// The HTTP client of one place: the usual one, with the traffic of the place around it.
pub(super) fn client(traffic: Arc<Traffic>) -> SharedHttpClient {
    let usual = aws_smithy_http_client::Builder::new().build_with_connector_fn(|settings, components| {
        let aws_lc = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::AwsLc);
        let mut connector = ConnectorBuilder::default().tls_provider(aws_lc);
        connector.set_connector_settings(settings.cloned());
        connector.set_proxy_config(Some(ProxyConfig::from_env()));
        if let Some(components) = components {
            connector.set_sleep_impl(components.sleep_impl());
        }
        connector.build()
    });
    SharedHttpClient::new(Around { usual, traffic })
}

struct Around<T> {
    usual: T,
    traffic: Arc<Traffic>,
}

impl<T> fmt::Debug for Around<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Around")
    }
}

impl HttpClient for Around<SharedHttpClient> {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let usual = self.usual.http_connector(settings, components);
        SharedHttpConnector::new(Around { usual, traffic: self.traffic.clone() })
    }
}

impl HttpConnector for Around<SharedHttpConnector> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (traffic, usual) = (self.traffic.clone(), self.usual.clone());
        HttpConnectorFuture::new(async move { traffic.send(usual, request).await })
    }
}
