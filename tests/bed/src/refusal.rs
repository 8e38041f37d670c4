//! Refusals in the form of each protocol.
//!
//! Codes and statuses: the "Common errors" pages of the services' API references. EC2 answers `RequestLimitExceeded`
//! and `InsufficientInstanceCapacity` as its "Error codes for the Amazon EC2 API" have it.

use crate::http::Message;
use crate::rules::Trouble;

/// How a service writes its errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// EC2's own XML.
    Ec2,
    /// `<ErrorResponse>`: the query protocol, and Route 53.
    Query,
    /// A bare `<Error>`.
    S3,
    /// `__type` in a JSON body.
    Json,
    /// The code in a header.
    RestJson,
}

fn form(service: &str) -> Form {
    match service {
        "ec2" => Form::Ec2,
        "s3" => Form::S3,
        "lambda" | "backup" => Form::RestJson,
        "dynamodb" | "kms" | "ssm" | "secretsmanager" | "ecs" | "ecr" | "application-autoscaling" | "sqs" => {
            Form::Json
        }
        _ => Form::Query,
    }
}

/// What a service answers to a call that gets into trouble; `None` for trouble that is no answer.
pub(crate) fn refusal(service: &str, trouble: Trouble) -> Option<Message> {
    let form = form(service);
    let (status, code, text) = match (trouble, form) {
        (Trouble::Throttle, Form::Ec2) => (503, "RequestLimitExceeded", "slower"),
        (Trouble::Throttle, Form::S3) => (503, "SlowDown", "slower"),
        (Trouble::Throttle, Form::Query) => (400, "Throttling", "slower"),
        (Trouble::Throttle, Form::RestJson) if service == "lambda" => {
            (429, "TooManyRequestsException", "slower")
        }
        (Trouble::Throttle, _) => (400, "ThrottlingException", "slower"),
        (Trouble::Fail, Form::Json | Form::RestJson) => (500, "InternalServerError", "it is not you"),
        (Trouble::Fail, Form::Query) => (500, "InternalFailure", "it is not you"),
        (Trouble::Fail, _) => (500, "InternalError", "it is not you"),
        (Trouble::Deny, Form::Ec2) => (403, "UnauthorizedOperation", "you may not do this"),
        (Trouble::Deny, Form::Query | Form::S3) => (403, "AccessDenied", "you may not do this"),
        (Trouble::Deny, _) => (400, "AccessDeniedException", "you may not do this"),
        (Trouble::NoCapacity, Form::Ec2) => (500, "InsufficientInstanceCapacity", "there is no room"),
        (Trouble::NoCapacity, _) => (400, "InsufficientCapacityException", "there is no room"),
        (Trouble::Refuse { status, code }, _) => (status, code, "no"),
        _ => return None,
    };
    Some(error(service, status, code, text))
}

/// The number of a call, which its support asks for.
const NUMBER: &str = "bed-1";

/// An error of a service.
pub(crate) fn error(service: &str, status: u16, code: &str, text: &str) -> Message {
    let form = form(service);
    let number = if form == Form::S3 { "x-amz-request-id" } else { "x-amzn-requestid" };
    let written = match form {
        Form::Ec2 => format!(
            "<Response><Errors><Error><Code>{code}</Code><Message>{text}</Message></Error></Errors>\
             <RequestID>{NUMBER}</RequestID></Response>"
        ),
        Form::Query => format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{text}</Message></Error>\
             <RequestId>{NUMBER}</RequestId></ErrorResponse>"
        ),
        Form::S3 => format!("<Error><Code>{code}</Code><Message>{text}</Message></Error>"),
        Form::Json | Form::RestJson => {
            let json = serde_json::json!({ "__type": code, "message": text, "Message": text });
            let headers =
                [("Content-Type", "application/json"), ("x-amzn-errortype", code), (number, NUMBER)];
            return Message::answer(status, &headers, json.to_string());
        }
    };
    Message::answer(status, &[("Content-Type", "text/xml"), (number, NUMBER)], written)
}
