//! Requests that one region signs for another: RDS copies an encrypted database over only with one.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use aws_credential_types::provider::ProvideCredentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign};
use aws_sigv4::sign::v4;
use relight_contract::{Fault, FaultKind};

use super::site::Site;

/// How long a signed request is good for.
const VALID: Duration = Duration::from_secs(3600);

/// The version of the API of RDS.
const RDS_VERSION: &str = "2014-10-31";

/// The address of a call of RDS in `region`, signed; parameters as they are.
pub(crate) async fn rds(
    site: &Site,
    region: &str,
    operation: &str,
    parameters: &[(&str, &str)],
) -> Result<String, Fault> {
    let denied = |text: String| Fault::new(FaultKind::Denied, text);
    let provider = site.credentials.as_ref().ok_or_else(|| denied("there are no credentials".to_owned()))?;
    let credentials = provider.provide_credentials().await.map_err(|error| denied(error.to_string()))?;
    let mut settings = SigningSettings::default();
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(VALID);
    let identity = credentials.into();
    let wrong = |text: String| Fault::new(FaultKind::Invalid, text);
    let signing = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name("rds")
        .time(now())
        .settings(settings)
        .build()
        .map_err(|error| wrong(error.to_string()))?
        .into();
    let mut url = format!("https://rds.{region}.{}/?Action={operation}&Version={RDS_VERSION}", site.domain());
    for (name, value) in parameters {
        let _ = write!(url, "&{name}={}", escaped(value));
    }
    let request = SignableRequest::new("GET", url.as_str(), std::iter::empty(), SignableBody::Bytes(&[]))
        .map_err(|error| wrong(error.to_string()))?;
    let signed = sign(request, &signing).map_err(|error| wrong(error.to_string()))?;
    for (name, value) in signed.output().params() {
        let _ = write!(url, "&{name}={}", escaped(value));
    }
    Ok(url)
}

#[expect(clippy::disallowed_methods, reason = "a signature carries the time; nothing is decided by it")]
fn now() -> SystemTime {
    SystemTime::now()
}

/// Text as it stands in a query. Source: RFC 3986, unreserved characters.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                escaped.push(char::from(byte))
            }
            _ => {
                let _ = write!(escaped, "%{byte:02X}");
            }
        }
    }
    escaped
}
