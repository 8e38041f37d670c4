//! Idempotency tokens: the same call twice with one token has one effect, and two answers that are the same.
//!
//! moto ignores tokens. Sources: Amazon EC2 developer guide, "Ensuring idempotency in Amazon EC2 API requests"; Route 53
//! API reference, `CreateHostedZone` and `CreateHealthCheck`, for what a caller reference does.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::call::Call;
use crate::http::Message;
use crate::refusal;

/// Parameters that are tokens, whatever the protocol.
const NAMES: &[&str] = &[
    "ClientToken",
    "clientToken",
    "CallerReference",
    "ClientRequestToken",
    "CreationToken",
    "CreatorRequestId",
    "IdempotencyToken",
    "idempotencyToken",
];

/// How often tokens were used with an operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TokenUse {
    /// Different tokens: so many effects.
    pub tokens: u64,
    /// Calls with a token that had been used before: so many effects that were not.
    pub replays: u64,
    /// Of these, calls that asked for something else than the first one did.
    pub mismatches: u64,
}

type Key = (String, String, String, String);

/// What a call asks for.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    /// Its fields have no order: a client may write them in another one each time.
    Json(Json),
    Plain(Vec<u8>),
}

impl Asked {
    fn of(body: &[u8]) -> Asked {
        serde_json::from_slice(body).map_or_else(|_| Asked::Plain(body.to_vec()), Asked::Json)
    }
}

/// Every token that had an effect.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    answers: BTreeMap<Key, (Asked, Message)>,
    uses: BTreeMap<String, TokenUse>,
}

impl Tokens {
    /// What a service answers to a token that it knows; `None` for the first call.
    pub(crate) fn replay(&mut self, call: &Call, body: &[u8]) -> Option<Message> {
        let (first, answer) = self.answers.get(&key(call)?)?;
        let same = *first == Asked::of(body);
        let uses = self.uses.entry(call.operation.clone()).or_default();
        uses.replays += 1;
        let refused =
            |status, code| Some(refusal::error(&call.service, status, code, "the token is used already"));
        match (call.operation.as_str(), same) {
            ("CreateHostedZone", _) => refused(409, "HostedZoneAlreadyExists"),
            (_, true) => Some(answer.clone()),
            (operation, false) => {
                uses.mismatches += 1;
                match operation {
                    "CreateHealthCheck" => refused(409, "HealthCheckAlreadyExists"),
                    _ if call.service == "ec2" => refused(400, "IdempotentParameterMismatch"),
                    _ => refused(400, "IdempotentParameterMismatchException"),
                }
            }
        }
    }

    /// Keeps the answer to a call that had its effect.
    pub(crate) fn keep(&mut self, call: &Call, body: &[u8], answer: &Message) {
        if (200..300).contains(&answer.status())
            && let Some(key) = key(call)
            && self.answers.insert(key, (Asked::of(body), answer.clone())).is_none()
        {
            self.uses.entry(call.operation.clone()).or_default().tokens += 1;
        }
    }

    pub(crate) fn uses(&self) -> BTreeMap<String, TokenUse> {
        self.uses.clone()
    }
}

fn key(call: &Call) -> Option<Key> {
    let token = call.changes_anything().then(|| token(&call.body))??;
    Some((call.region.clone(), call.service.clone(), call.operation.clone(), token))
}

/// The token in a form, a JSON or an XML body.
fn token(body: &str) -> Option<String> {
    if body.starts_with('{') {
        let json: Json = serde_json::from_str(body).ok()?;
        return NAMES.iter().find_map(|name| json.get(name)?.as_str().map(str::to_owned));
    }
    if body.starts_with('<') {
        return NAMES.iter().find_map(|name| {
            let (_, rest) = body.split_once(&format!("<{name}>"))?;
            Some(rest.split('<').next()?.to_owned())
        });
    }
    let named = |part: &str| {
        let (name, value) = part.split_once('=')?;
        NAMES.contains(&name).then(|| value.to_owned())
    };
    body.split('&').find_map(named)
}
