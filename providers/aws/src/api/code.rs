//! Error codes: what a service calls its refusal, and which kind of fault that is.

use std::error::Error;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use relight_contract::FaultKind;

/// Codes that no rule of [`RULES`] covers, or covers wrongly, without `Exception`, `Fault` or `Error` at their end.
/// Sources: the error code lists of the EC2, S3 and RDS API references, the common errors of the AWS APIs, and the
/// errors of the published service models.
const CODES: &[(&str, FaultKind)] = &[
    ("APICallRateForCustomerExceeded", FaultKind::Throttled),
    ("AWS.SimpleQueueService.QueueDeletedRecently", FaultKind::Conflict),
    ("AccountProblem", FaultKind::Denied),
    ("AllAccessDisabled", FaultKind::Denied),
    ("AuthFailure", FaultKind::Denied),
    ("Authorization", FaultKind::Denied),
    ("BandwidthLimitExceeded", FaultKind::Throttled),
    ("Blocked", FaultKind::Denied),
    ("BlockedByOrganizationPolicy", FaultKind::Denied),
    ("BucketAlreadyOwnedByYou", FaultKind::Conflict),
    ("CapacityReservationPending", FaultKind::Conflict),
    ("CodeStorageExceeded", FaultKind::Quota),
    ("ConcurrentAccess", FaultKind::Throttled),
    ("ConcurrentUpdate", FaultKind::Throttled),
    ("ConflictingDomainExists", FaultKind::Conflict),
    ("ConflictingTypes", FaultKind::Conflict),
    ("DBInstanceNotReady", FaultKind::Conflict),
    ("DependencyViolation", FaultKind::Conflict),
    ("Disabled", FaultKind::Conflict),
    ("EntityTemporarilyUnmodifiable", FaultKind::Throttled),
    ("ExpiredToken", FaultKind::Denied),
    ("ExpiredTradeInToken", FaultKind::Denied),
    ("Gateway.NotAttached", FaultKind::Conflict),
    ("HostedZonePartiallyDelegated", FaultKind::Conflict),
    ("IDPCommunication", FaultKind::Internal),
    ("IDPRejectedClaim", FaultKind::Denied),
    ("IdempotencyParameterMismatch", FaultKind::Conflict),
    ("IdempotentParameterMismatch", FaultKind::Conflict),
    ("IncompleteSignature", FaultKind::Denied),
    ("InvalidAMIID.Unavailable", FaultKind::NotFound),
    ("InvalidAccessKeyId", FaultKind::Denied),
    ("InvalidClientTokenId", FaultKind::Denied),
    ("InvalidIdentityToken", FaultKind::Denied),
    ("InvalidResourceId", FaultKind::NotFound),
    ("InvalidSignature", FaultKind::Denied),
    ("InvalidToken", FaultKind::Denied),
    ("KMSKeyNotAccessible", FaultKind::Denied),
    ("KMSOptInRequired", FaultKind::Denied),
    ("LastVPCAssociation", FaultKind::Conflict),
    ("LimitsExceeded", FaultKind::Quota),
    ("MissingAuthenticationToken", FaultKind::Denied),
    ("NotAuthorized", FaultKind::Denied),
    ("NotSignedUp", FaultKind::Denied),
    ("OperationAborted", FaultKind::Conflict),
    ("OperationNotPermitted", FaultKind::Conflict),
    ("OptInRequired", FaultKind::Denied),
    ("OverLimit", FaultKind::Quota),
    ("PendingVerification", FaultKind::Denied),
    ("PermanentRedirect", FaultKind::Conflict),
    ("PreconditionFailed", FaultKind::Conflict),
    ("PriorRequestNotComplete", FaultKind::Throttled),
    ("ProvisionedIopsNotAvailableInAZ", FaultKind::Capacity),
    ("ProvisionedThroughputExceeded", FaultKind::Throttled),
    ("QueueDeletedRecently", FaultKind::Conflict),
    ("RegionDisabled", FaultKind::Denied),
    ("RequestExpired", FaultKind::Denied),
    ("RequestLimitExceeded", FaultKind::Throttled),
    ("RequestTimeTooSkewed", FaultKind::Denied),
    ("RequestTimeout", FaultKind::Internal),
    ("ReservationCapacityExceeded", FaultKind::Capacity),
    ("ResourceContention", FaultKind::Throttled),
    ("ResourceCountExceeded", FaultKind::Quota),
    ("SNSNoAuthorization", FaultKind::Denied),
    ("ServiceNotActive", FaultKind::Conflict),
    ("SignatureDoesNotMatch", FaultKind::Denied),
    ("SlowDown", FaultKind::Throttled),
    ("StaleTag", FaultKind::Conflict),
    ("StorageTypeNotAvailable", FaultKind::Capacity),
    ("SubscriptionRequired", FaultKind::Denied),
    ("TokenRefreshRequired", FaultKind::Denied),
    ("TooManyRequests", FaultKind::Throttled),
    ("TooManyUpdates", FaultKind::Throttled),
    ("UnauthorizedOperation", FaultKind::Denied),
    ("UnrecognizedClient", FaultKind::Denied),
    ("VolumeInUse", FaultKind::Conflict),
];

/// How the names of codes are made, `Exception`, `Fault` and `Error` at their end left out. The first rule that fits
/// counts.
const RULES: &[(Rule, FaultKind)] = &[
    (Rule::Begins("Throttl"), FaultKind::Throttled),
    (Rule::Ends("Throttled"), FaultKind::Throttled),
    (Rule::Ends("Throttling"), FaultKind::Throttled),
    (Rule::Begins("AccessDenied"), FaultKind::Denied),
    (Rule::Ends("AccessDenied"), FaultKind::Denied),
    (Rule::Ends("NotAuthorized"), FaultKind::Denied),
    (Rule::Begins("NoSuch"), FaultKind::NotFound),
    (Rule::Ends("NotFound"), FaultKind::NotFound),
    (Rule::Ends("DoesNotExist"), FaultKind::NotFound),
    (Rule::Ends("NonExistentQueue"), FaultKind::NotFound),
    (Rule::Ends("AlreadyExists"), FaultKind::Conflict),
    (Rule::Ends("AlreadyExist"), FaultKind::Conflict),
    (Rule::Ends("AlreadyAssociated"), FaultKind::Conflict),
    (Rule::Ends("NameExists"), FaultKind::Conflict),
    (Rule::Ends("ResourceExists"), FaultKind::Conflict),
    (Rule::Begins("Duplicate"), FaultKind::Conflict),
    (Rule::Ends(".Duplicate"), FaultKind::Conflict),
    (Rule::Ends("InUse"), FaultKind::Conflict),
    (Rule::Ends("InProgress"), FaultKind::Conflict),
    (Rule::Begins("Concurrent"), FaultKind::Conflict),
    (Rule::Begins("ClusterContains"), FaultKind::Conflict),
    (Rule::Ends("Conflict"), FaultKind::Conflict),
    (Rule::Begins("Incorrect"), FaultKind::Conflict),
    (Rule::Ends("State"), FaultKind::Conflict),
    (Rule::Ends("NotReady"), FaultKind::Conflict),
    (Rule::Ends("NotEmpty"), FaultKind::Conflict),
    (Rule::Ends("VersionMismatch"), FaultKind::Conflict),
    (Rule::Begins("Insufficient"), FaultKind::Capacity),
    (Rule::Ends("LimitExceeded"), FaultKind::Quota),
    (Rule::Ends("LimitReached"), FaultKind::Quota),
    (Rule::Ends("QuotaExceeded"), FaultKind::Quota),
    (Rule::Begins("QuotaExceeded"), FaultKind::Quota),
    (Rule::Ends("ForCustomerExceeded"), FaultKind::Quota),
    (Rule::Ends("PerResourceExceeded"), FaultKind::Quota),
    (Rule::Begins("TooMany"), FaultKind::Quota),
];

enum Rule {
    Begins(&'static str),
    Ends(&'static str),
}

/// The kind of fault that a code stands for; `None` where the code does not say.
pub(super) fn kind_of(code: &str) -> Option<FaultKind> {
    let stem = ["Exception", "Fault", "Error"].iter().find_map(|end| code.strip_suffix(end)).unwrap_or(code);
    let listed = CODES.binary_search_by(|(listed, _)| (*listed).cmp(stem)).ok();
    if let Some((_, kind)) = listed.and_then(|index| CODES.get(index)) {
        return Some(*kind);
    }
    let fits = |rule: &Rule| match rule {
        Rule::Begins(word) => stem.starts_with(word),
        Rule::Ends(word) => stem.ends_with(word),
    };
    RULES.iter().find(|(rule, _)| fits(rule)).map(|(_, kind)| *kind)
}

/// The code of an answer that is an error, wherever its protocol puts it: in a header, in XML, or in JSON.
pub(super) fn of(response: &HttpResponse) -> Option<String> {
    if response.status().as_u16() < 400 {
        return None;
    }
    let header = |name: &str| response.headers().get(name);
    if let Some(told) = header("x-amzn-errortype").or_else(|| header("x-amzn-query-error")) {
        return Some(bare(told));
    }
    let body = std::str::from_utf8(response.body().bytes()?).ok()?;
    if let Some((_, rest)) = body.split_once("<Code>") {
        return rest.split_once("</Code>").map(|(code, _)| code.trim().to_owned());
    }
    let json: serde_json::Value = serde_json::from_str(body).ok()?;
    let told = ["__type", "code", "Code"].iter().find_map(|key| json.get(key)?.as_str());
    told.map(bare)
}

/// `namespace#Code:address` and `Code;Sender` without what is not the code.
fn bare(told: &str) -> String {
    let code = told.rsplit('#').next().unwrap_or(told);
    code.split([':', ';']).next().unwrap_or(code).trim().to_owned()
}

/// Whether a connection stood when the call failed. Without one, the call cannot have had an effect.
pub(super) fn has_connected(error: &(dyn Error + 'static)) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_so_that_they_are_found() {
        assert!(CODES.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn every_service_names_the_same_things_its_own_way() {
        let kinds = |kind: FaultKind, codes: &[&str]| {
            for code in codes {
                assert_eq!(kind_of(code), Some(kind), "{code}");
            }
        };
        kinds(
            FaultKind::Throttled,
            &["RequestLimitExceeded", "ThrottlingException", "Throttling", "TooManyRequestsException"],
        );
        kinds(
            FaultKind::Throttled,
            &["SlowDown", "PriorRequestNotComplete", "KMSThrottling", "KmsThrottled"],
        );
        kinds(FaultKind::Denied, &["UnauthorizedOperation", "AccessDenied", "AccessDeniedException"]);
        kinds(FaultKind::Denied, &["AuthFailure", "InvalidClientTokenId", "UnrecognizedClientException"]);
        kinds(FaultKind::Denied, &["ExpiredToken", "ExpiredTokenException", "SignatureDoesNotMatch"]);
        kinds(FaultKind::Denied, &["InvalidSignatureException", "OptInRequired", "AuthorizationError"]);
        kinds(
            FaultKind::NotFound,
            &["InvalidVpcID.NotFound", "NoSuchBucket", "DBInstanceNotFound", "NoSuchHostedZone"],
        );
        kinds(
            FaultKind::NotFound,
            &["NotFoundException", "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"],
        );
        kinds(FaultKind::Conflict, &["DependencyViolation", "ResourceInUseException", "InvalidGroup.InUse"]);
        kinds(
            FaultKind::Conflict,
            &["InvalidDBClusterStateFault", "IncorrectInstanceState", "DeleteConflict"],
        );
        kinds(
            FaultKind::Conflict,
            &["BucketAlreadyExists", "DuplicateLoadBalancerName", "EntityAlreadyExists"],
        );
        kinds(FaultKind::Conflict, &["ResourceExistsException", "QueueNameExists", "BucketNotEmpty"]);
        kinds(FaultKind::Quota, &["VpcLimitExceeded", "LimitExceededException", "TooManyLoadBalancers"]);
        kinds(FaultKind::Quota, &["InstanceQuotaExceededFault", "NodeQuotaForCustomerExceeded"]);
        kinds(FaultKind::Capacity, &["InsufficientInstanceCapacity", "InsufficientDBInstanceCapacityFault"]);
        for invalid in ["InvalidParameterValue", "ValidationException", "InvalidSubnet", "InternalFailure"] {
            assert_eq!(kind_of(invalid), None, "{invalid}");
        }
    }
}
