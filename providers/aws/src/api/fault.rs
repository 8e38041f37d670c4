//! Faults: what the API says, by its error code; never by the text beside it.

use std::error::Error;

use aws_config::imds::client::error::ImdsError;
use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::{ErrorMetadata, ProvideErrorMetadata};
use relight_contract::{Fault, FaultKind, ShapeError};

use super::code;
use super::traffic::{CallName, NoAnswer};

/// What a call without a clear answer may have done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing: it only reads, or the same call again leads to the same end.
    None,
    /// Perhaps what it was to do.
    Maybe,
}

/// The result of a call, its failure as a fault.
pub(crate) trait FaultOf<T> {
    /// Maps a failure; `effect` says what the call may have done unseen.
    fn fault(self, effect: Effect) -> Result<T, Fault>;
}

impl<T, E> FaultOf<T> for Result<T, SdkError<E, HttpResponse>>
where
    E: ProvideErrorMetadata + Error + 'static,
{
    fn fault(self, effect: Effect) -> Result<T, Fault> {
        self.map_err(|error| of(&error, effect))
    }
}

fn of<E>(error: &SdkError<E, HttpResponse>, effect: Effect) -> Fault
where
    E: ProvideErrorMetadata + Error + 'static,
{
    if let Some(missing) = cause::<CredentialsError>(error) {
        return of_credentials(missing);
    }
    let unclear = match effect {
        Effect::None => FaultKind::Unreachable,
        Effect::Maybe => FaultKind::Ambiguous,
    };
    let silence = cause::<NoAnswer>(error).and_then(|silence| silence.call.as_ref());
    let unanswered = |kind| named(Fault::new(kind, causes(error)), silence);
    match error {
        SdkError::ConstructionFailure(_) => unanswered(FaultKind::Invalid),
        SdkError::DispatchFailure(failure) if failure.is_user() => unanswered(FaultKind::Invalid),
        SdkError::DispatchFailure(_) if !code::has_connected(error) => unanswered(FaultKind::Unreachable),
        SdkError::ServiceError(answered) => of_answer(answered.err().meta(), answered.raw(), effect),
        // What could not be understood may still say why.
        SdkError::ResponseError(answered) => {
            of_answer(&ErrorMetadata::builder().build(), answered.raw(), effect)
        }
        _ => unanswered(unclear),
    }
}

/// An error that stands inside of an answer, as those of batches do.
pub(crate) fn told(code: Option<&str>, message: Option<&str>, effect: Effect) -> Fault {
    let text = message.unwrap_or("an error that says nothing more");
    Fault { code: code.map(str::to_owned), ..Fault::new(kind(code, 400, effect), text) }
}

/// An answer that is an error. One without a code is not from the service (an unknown action, a gateway), and a failure
/// on the cloud's side does not say how far it came: so what may have had its effect is ambiguous.
fn of_answer(meta: &ErrorMetadata, raw: &HttpResponse, effect: Effect) -> Fault {
    let told = meta.code().map(str::to_owned).or_else(|| code::of(raw));
    let status = raw.status().as_u16();
    let kind = kind(told.as_deref(), status, effect);
    let mut fault = match meta.message() {
        Some(message) => Fault::new(kind, message),
        None => Fault::new(kind, format!("an answer of status {status} that says nothing more")),
    };
    fault.code = told;
    let header = |name: &str| raw.headers().get(name);
    let request = meta.extra("aws_request_id").or_else(|| header("x-amzn-requestid"));
    fault.request = request.or_else(|| header("x-amz-request-id")).map(str::to_owned);
    named(fault, raw.extension::<CallName>())
}

fn named(mut fault: Fault, call: Option<&CallName>) -> Fault {
    fault.call = call.map(CallName::to_string);
    fault
}

fn kind(code: Option<&str>, status: u16, effect: Effect) -> FaultKind {
    match (code.and_then(code::kind_of), code, status) {
        (Some(kind), ..) => kind,
        (None, _, 429) => FaultKind::Throttled,
        (None, Some(_), 400..=499) => FaultKind::Invalid,
        (None, None, 400..=499) => FaultKind::Internal,
        _ if effect == Effect::Maybe => FaultKind::Ambiguous,
        _ => FaultKind::Internal,
    }
}

/// No credentials: nothing was called. The codes are relight's own.
pub(super) fn of_credentials(error: &CredentialsError) -> Fault {
    // The last that is asked is the metadata of an instance: whatever it says, nothing before it had any.
    let exhausted =
        matches!(error, CredentialsError::CredentialsNotLoaded(_)) || cause::<ImdsError>(error).is_some();
    if !exhausted && cause::<NoAnswer>(error).is_some() {
        return Fault::new(FaultKind::Unreachable, format!("credentials cannot be had: {}", causes(error)));
    }
    let refused = refusal(error);
    if let Some(meta) = refused {
        let text = meta.message().unwrap_or("the credentials were refused");
        let fault = Fault::new(FaultKind::Denied, text).call("sts:AssumeRole");
        return fault.code(meta.code().unwrap_or("CredentialsRefused"));
    }
    let (code, text) = match error {
        _ if exhausted => {
            let text = "there are no credentials: not in the environment, in no profile, not from a container or \
                        an instance";
            ("NoCredentials", text.to_owned())
        }
        CredentialsError::InvalidConfiguration(_) => {
            ("InvalidCredentials", format!("the set-up of credentials is wrong: {}", causes(error)))
        }
        _ => ("CredentialsFailed", format!("credentials cannot be had: {}", causes(error))),
    };
    Fault::new(FaultKind::Denied, text).code(code)
}

/// What STS said of a role.
fn refusal<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e ErrorMetadata> {
    use aws_sdk_sts::operation::assume_role::AssumeRoleError;
    use aws_sdk_sts::operation::assume_role_with_web_identity::AssumeRoleWithWebIdentityError;
    let plain = cause::<AssumeRoleError>(error).map(ProvideErrorMetadata::meta);
    plain.or_else(|| cause::<AssumeRoleWithWebIdentityError>(error).map(ProvideErrorMetadata::meta))
}

/// The first of an error's causes, itself included, that is of this type.
fn cause<'e, C: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e C> {
    let mut next = Some(error);
    while let Some(cause) = next {
        if let Some(found) = cause.downcast_ref::<C>() {
            return Some(found);
        }
        next = cause.source();
    }
    None
}

/// The error and all its causes, in one line.
fn causes(error: &(dyn Error + 'static)) -> String {
    let (mut text, mut next) = (error.to_string(), error.source());
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

/// Attributes that do not have the form of the table.
pub(crate) fn shape(error: ShapeError) -> Fault {
    Fault::new(FaultKind::Invalid, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_of_the_cloud_is_ambiguous_only_where_there_may_be_an_effect() {
        assert_eq!(kind(Some("InternalError"), 500, Effect::None), FaultKind::Internal);
        assert_eq!(kind(Some("InternalError"), 500, Effect::Maybe), FaultKind::Ambiguous);
        assert_eq!(kind(None, 500, Effect::None), FaultKind::Internal);
        assert_eq!(kind(None, 404, Effect::Maybe), FaultKind::Internal);
        assert_eq!(kind(Some("ServiceUnavailable"), 503, Effect::Maybe), FaultKind::Ambiguous);
        assert_eq!(kind(Some("InvalidParameterValue"), 400, Effect::Maybe), FaultKind::Invalid);
        assert_eq!(kind(Some("RequestLimitExceeded"), 503, Effect::Maybe), FaultKind::Throttled);
    }
}
