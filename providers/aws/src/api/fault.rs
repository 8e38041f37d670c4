//! Faults: what the API says, by its error code; never by the text beside it.

use std::error::Error;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use relight_contract::{Fault, FaultKind, ShapeError};

/// What a call without a clear answer may have done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing: it only reads, or the same call again leads to the same end.
    None,
    /// Perhaps what it was to do.
    Maybe,
}

/// Codes that no rule of [`RULES`] covers, or covers wrongly. Sources: the error code lists of the API references of the
/// services, and the common errors of the AWS APIs.
const CODES: &[(&str, FaultKind)] = &[
    ("AWS.SimpleQueueService.NonExistentQueue", FaultKind::NotFound),
    ("AWS.SimpleQueueService.QueueDeletedRecently", FaultKind::Conflict),
    ("AuthFailure", FaultKind::Denied),
    ("Blocked", FaultKind::Denied),
    ("BucketAlreadyOwnedByYou", FaultKind::Conflict),
    ("BucketNotEmpty", FaultKind::Conflict),
    ("CacheSubnetGroupInUse", FaultKind::Conflict),
    ("ConcurrentAccess", FaultKind::Throttled),
    ("ConcurrentModification", FaultKind::Conflict),
    ("ConcurrentUpdateException", FaultKind::Throttled),
    ("ConflictException", FaultKind::Conflict),
    ("ConflictingDomainExists", FaultKind::Conflict),
    ("DBSubnetGroupDoesNotCoverEnoughAZs", FaultKind::Invalid),
    ("DeleteConflict", FaultKind::Conflict),
    ("DependencyViolation", FaultKind::Conflict),
    ("DisabledException", FaultKind::Conflict),
    ("DuplicateListener", FaultKind::Conflict),
    ("DuplicateLoadBalancerName", FaultKind::Conflict),
    ("DuplicateTargetGroupName", FaultKind::Conflict),
    ("EntityTemporarilyUnmodifiable", FaultKind::Throttled),
    ("ExpiredToken", FaultKind::Denied),
    ("ExpiredTokenException", FaultKind::Denied),
    ("Gateway.NotAttached", FaultKind::Conflict),
    ("HealthCheckInUse", FaultKind::Conflict),
    ("HealthCheckVersionMismatch", FaultKind::Conflict),
    ("HostedZoneNotEmpty", FaultKind::Conflict),
    ("IdempotentParameterMismatch", FaultKind::Conflict),
    ("IncompleteSignature", FaultKind::Denied),
    ("IncorrectState", FaultKind::Conflict),
    ("InstanceLimitExceeded", FaultKind::Quota),
    ("InstanceRefreshInProgress", FaultKind::Conflict),
    ("InvalidAMIID.Unavailable", FaultKind::NotFound),
    ("InvalidBucketState", FaultKind::Conflict),
    ("InvalidCacheClusterState", FaultKind::Conflict),
    ("InvalidClientTokenId", FaultKind::Denied),
    ("InvalidDBClusterSnapshotStateFault", FaultKind::Conflict),
    ("InvalidDBClusterStateFault", FaultKind::Conflict),
    ("InvalidDBInstanceState", FaultKind::Conflict),
    ("InvalidDBInstanceStateFault", FaultKind::Conflict),
    ("InvalidDBParameterGroupState", FaultKind::Conflict),
    ("InvalidDBSnapshotState", FaultKind::Conflict),
    ("InvalidDBSubnetGroupStateFault", FaultKind::Conflict),
    ("InvalidDBSubnetStateFault", FaultKind::Conflict),
    ("InvalidGlobalClusterStateFault", FaultKind::Conflict),
    ("InvalidReplicationGroupState", FaultKind::Conflict),
    ("InvalidResourceId", FaultKind::NotFound),
    ("KMSInvalidStateException", FaultKind::Conflict),
    ("KMSKeyNotAccessibleFault", FaultKind::Denied),
    ("LastVPCAssociation", FaultKind::Conflict),
    ("LimitExceeded", FaultKind::Quota),
    ("LimitExceededException", FaultKind::Quota),
    ("LimitsExceeded", FaultKind::Quota),
    ("MissingAuthenticationToken", FaultKind::Denied),
    ("NotAuthorized", FaultKind::Denied),
    ("OperationAborted", FaultKind::Conflict),
    ("OperationNotPermitted", FaultKind::Conflict),
    ("OptInRequired", FaultKind::Denied),
    ("PendingVerification", FaultKind::Denied),
    ("PermanentRedirect", FaultKind::Conflict),
    ("PriorRequestNotComplete", FaultKind::Throttled),
    ("PriorityInUse", FaultKind::Conflict),
    ("ProvisionedIopsNotAvailableInAZFault", FaultKind::Capacity),
    ("QueueAlreadyExists", FaultKind::Conflict),
    ("QueueDeletedRecently", FaultKind::Conflict),
    ("QueueDoesNotExist", FaultKind::NotFound),
    ("QueueNameExists", FaultKind::Conflict),
    ("RequestExpired", FaultKind::Denied),
    ("RequestLimitExceeded", FaultKind::Throttled),
    ("RequestThrottled", FaultKind::Throttled),
    ("ResourceContention", FaultKind::Throttled),
    ("ResourceExistsException", FaultKind::Conflict),
    ("ResourceInUse", FaultKind::Conflict),
    ("ResourceInUseException", FaultKind::Conflict),
    ("ScalingActivityInProgress", FaultKind::Conflict),
    ("SignatureDoesNotMatch", FaultKind::Denied),
    ("SlowDown", FaultKind::Throttled),
    ("SubnetInUse", FaultKind::Conflict),
    ("TableInUseException", FaultKind::Conflict),
    ("TooManyHostedZones", FaultKind::Quota),
    ("TooManyRequestsException", FaultKind::Throttled),
    ("TooManyUpdates", FaultKind::Throttled),
    ("TransactionConflictException", FaultKind::Conflict),
    ("UnauthorizedOperation", FaultKind::Denied),
    ("UnrecognizedClientException", FaultKind::Denied),
    ("VolumeInUse", FaultKind::Conflict),
];

/// How the names of codes are made: the words that a code begins or ends with. The first rule that fits counts.
const RULES: &[(Rule, FaultKind)] = &[
    (Rule::Begins("Throttl"), FaultKind::Throttled),
    (Rule::Ends("ThrottledException"), FaultKind::Throttled),
    (Rule::Begins("AccessDenied"), FaultKind::Denied),
    (Rule::Begins("NoSuch"), FaultKind::NotFound),
    (Rule::Begins("TooMany"), FaultKind::Quota),
    (Rule::Ends("NotFound"), FaultKind::NotFound),
    (Rule::Ends("NotFoundError"), FaultKind::NotFound),
    (Rule::Ends("NotFoundFault"), FaultKind::NotFound),
    (Rule::Ends("NotFoundException"), FaultKind::NotFound),
    (Rule::Ends("AlreadyExists"), FaultKind::Conflict),
    (Rule::Ends("AlreadyExistsFault"), FaultKind::Conflict),
    (Rule::Ends("AlreadyExistsException"), FaultKind::Conflict),
    (Rule::Ends(".AlreadyAssociated"), FaultKind::Conflict),
    (Rule::Ends(".Duplicate"), FaultKind::Conflict),
    (Rule::Ends(".InUse"), FaultKind::Conflict),
    (Rule::Begins("Insufficient"), FaultKind::Capacity),
    (Rule::Ends("LimitExceeded"), FaultKind::Quota),
    (Rule::Ends("LimitExceededException"), FaultKind::Quota),
    (Rule::Ends("QuotaExceeded"), FaultKind::Quota),
    (Rule::Ends("QuotaExceededFault"), FaultKind::Quota),
    (Rule::Ends("QuotaExceededException"), FaultKind::Quota),
];

enum Rule {
    Begins(&'static str),
    Ends(&'static str),
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
    let unclear = match effect {
        Effect::None => FaultKind::Unreachable,
        Effect::Maybe => FaultKind::Ambiguous,
    };
    match error {
        SdkError::ConstructionFailure(_) => Fault::new(FaultKind::Invalid, causes(error)),
        SdkError::DispatchFailure(failure) if failure.is_user() => {
            Fault::new(FaultKind::Invalid, causes(error))
        }
        SdkError::DispatchFailure(_) if !has_connected(error) => {
            Fault::new(FaultKind::Unreachable, causes(error))
        }
        SdkError::ServiceError(answered) => {
            let meta = answered.err();
            of_answer(meta.code(), meta.message(), answered.raw().status().as_u16(), effect)
        }
        SdkError::ResponseError(answered) => of_answer(None, None, answered.raw().status().as_u16(), effect),
        _ => Fault::new(unclear, causes(error)),
    }
}

/// An error that stands inside of an answer, as those of batches do.
pub(crate) fn told(code: Option<&str>, message: Option<&str>, effect: Effect) -> Fault {
    of_answer(code, message, 400, effect)
}

/// An answer that is an error. One without a code is not from the service (an unknown action, a gateway), and a failure
/// on the cloud's side does not say how far it came: so what may have had its effect is ambiguous.
fn of_answer(code: Option<&str>, message: Option<&str>, status: u16, effect: Effect) -> Fault {
    let known = code.and_then(kind_of);
    let kind = match (known, code, status) {
        (Some(kind), ..) => kind,
        (None, Some(_), 400..=499) => FaultKind::Invalid,
        (None, None, 400..=499) => FaultKind::Internal,
        _ if effect == Effect::Maybe => FaultKind::Ambiguous,
        _ => FaultKind::Internal,
    };
    let fault = match message {
        Some(message) => Fault::new(kind, message),
        None => Fault::new(kind, format!("an answer of status {status} that says nothing more")),
    };
    match code {
        Some(code) => fault.code(code),
        None => fault,
    }
}

fn kind_of(code: &str) -> Option<FaultKind> {
    let listed = CODES.binary_search_by(|(listed, _)| (*listed).cmp(code)).ok();
    if let Some((_, kind)) = listed.and_then(|index| CODES.get(index)) {
        return Some(*kind);
    }
    let fits = |rule: &Rule| match rule {
        Rule::Begins(word) => code.starts_with(word),
        Rule::Ends(word) => code.ends_with(word),
    };
    RULES.iter().find(|(rule, _)| fits(rule)).map(|(_, kind)| *kind)
}

/// Whether a connection stood when the call failed. Without one, the call cannot have had an effect.
fn has_connected(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(cause) = next {
        let client = cause.downcast_ref::<hyper_util::client::legacy::Error>();
        if client.is_some_and(|client| client.is_connect()) {
            return false;
        }
        next = cause.source();
    }
    true
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
    fn codes_are_sorted_so_that_they_are_found() {
        assert!(CODES.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn the_code_decides() {
        let kind = |code, status, effect| of_answer(code, Some("text"), status, effect).kind;
        for (code, expected) in [
            ("RequestLimitExceeded", FaultKind::Throttled),
            ("ThrottlingException", FaultKind::Throttled),
            ("VpcLimitExceeded", FaultKind::Quota),
            ("InstanceQuotaExceededFault", FaultKind::Quota),
            ("InsufficientDBInstanceCapacityFault", FaultKind::Capacity),
            ("InvalidVpcID.NotFound", FaultKind::NotFound),
            ("DBInstanceNotFound", FaultKind::NotFound),
            ("NoSuchHostedZone", FaultKind::NotFound),
            ("DBInstanceAlreadyExists", FaultKind::Conflict),
            ("InvalidLaunchTemplateName.AlreadyExistsException", FaultKind::Conflict),
            ("UnauthorizedOperation", FaultKind::Denied),
            ("InvalidParameterValue", FaultKind::Invalid),
        ] {
            assert_eq!(kind(Some(code), 400, Effect::Maybe), expected, "{code}");
        }
    }

    #[test]
    fn a_failure_of_the_cloud_is_ambiguous_only_where_there_may_be_an_effect() {
        let kind = |code, status, effect| of_answer(code, None, status, effect).kind;
        assert_eq!(kind(Some("InternalError"), 500, Effect::None), FaultKind::Internal);
        assert_eq!(kind(Some("InternalError"), 500, Effect::Maybe), FaultKind::Ambiguous);
        assert_eq!(kind(None, 500, Effect::None), FaultKind::Internal);
        assert_eq!(kind(None, 404, Effect::Maybe), FaultKind::Internal);
    }
}
