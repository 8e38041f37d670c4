//! What stands between the door and moto: makes trouble, remembers tokens (moto does not), and keeps a log.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use relight_conformance::Trouble;

const THROTTLED: &str = "<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>slower</Message>\
                         </Error></Errors><RequestID>1</RequestID></Response>";
const THROTTLED_TOO: &str = "<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code>\
                             <Message>slower</Message></Error><RequestId>1</RequestId></ErrorResponse>";
const MISMATCH: &str = "<Response><Errors><Error><Code>IdempotentParameterMismatch</Code><Message>other \
                        parameters</Message></Error></Errors><RequestID>1</RequestID></Response>";

/// A call as it went by.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The API operation.
    pub operation: String,
    /// The body, decoded where it is a form.
    pub body: String,
}

#[derive(Default)]
struct State {
    trouble: Option<(String, Trouble)>,
    seen: Vec<Seen>,
    tokens: BTreeMap<String, (Vec<u8>, Vec<u8>)>,
}

/// A running proxy. It ends with the test's process.
pub struct Proxy {
    /// Where it listens.
    pub address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl Proxy {
    /// Starts one before `target`.
    pub fn start(target: SocketAddr) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("a bound address");
        let state: Arc<Mutex<State>> = Arc::default();
        let shared = state.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let shared = shared.clone();
                thread::spawn(move || serve(&client, target, &shared));
            }
        });
        Proxy { address, state }
    }

    /// Makes trouble for every attempt at an operation, until it is told to stop.
    pub fn trouble(&self, trouble: Option<(String, Trouble)>) {
        lock(&self.state).trouble = trouble;
    }

    /// The calls so far.
    pub fn seen(&self) -> Vec<Seen> {
        lock(&self.state).seen.clone()
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Call {
    bytes: Vec<u8>,
    body: Vec<u8>,
    operation: String,
    is_ec2: bool,
}

fn serve(client: &TcpStream, target: SocketAddr, state: &Mutex<State>) {
    let Some(call) = read_call(client) else { return };
    let body = decoded(&call.body);
    let trouble = {
        let mut state = lock(state);
        state.seen.push(Seen { operation: call.operation.clone(), body: body.clone() });
        state
            .trouble
            .clone()
            .filter(|(operation, _)| *operation == call.operation)
            .map(|(_, trouble)| trouble)
    };
    let answer = match trouble {
        Some(Trouble::Throttle) => refusal(if call.is_ec2 { THROTTLED } else { THROTTLED_TOO }),
        // Neither the call nor an answer: the connection just ends.
        Some(Trouble::LoseRequest) => return,
        _ => answered(&call, &body, target, state),
    };
    if trouble != Some(Trouble::LoseAnswer) {
        let mut client = client;
        let _ = client.write_all(&answer);
    }
}

/// The answer of moto, or the first one that a token got. Source: Amazon EC2 user guide, "Ensuring idempotency".
fn answered(call: &Call, body: &str, target: SocketAddr, state: &Mutex<State>) -> Vec<u8> {
    let token = body.split('&').find_map(|part| part.strip_prefix("ClientToken=")).map(str::to_owned);
    if let Some((first, answer)) = token.as_ref().and_then(|token| lock(state).tokens.get(token).cloned()) {
        return if first == call.body { answer } else { refusal(MISMATCH) };
    }
    let answer = forward(call, target);
    if let Some(token) = token.filter(|_| answer.starts_with(b"HTTP/1.1 200")) {
        lock(state).tokens.insert(token, (call.body.clone(), answer.clone()));
    }
    answer
}

fn refusal(body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 400 Bad Request\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
        .into_bytes()
}

fn read_call(client: &TcpStream) -> Option<Call> {
    let mut reader = BufReader::new(client);
    let (mut head, mut first, mut length) = (String::new(), String::new(), 0);
    let mut is_ec2 = false;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if first.is_empty() {
            first.clone_from(&line);
        }
        let lower = line.to_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        is_ec2 |= lower.starts_with("authorization:") && lower.contains("/ec2/");
        if line == "\r\n" {
            break;
        }
        if !lower.starts_with("connection:") {
            head.push_str(&line);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let operation = operation(&first, &decoded(&body));
    let mut bytes = format!("{head}Connection: close\r\n\r\n").into_bytes();
    bytes.extend_from_slice(&body);
    Some(Call { bytes, body, operation, is_ec2 })
}

fn forward(call: &Call, target: SocketAddr) -> Vec<u8> {
    let mut answer = Vec::new();
    if let Ok(mut server) = TcpStream::connect(target)
        && server.write_all(&call.bytes).is_ok()
    {
        let _ = server.read_to_end(&mut answer);
    }
    answer
}

/// The name of the operation: a form says it, Route 53 has it in method and path.
fn operation(first: &str, body: &str) -> String {
    if let Some(action) = body.split('&').find_map(|part| part.strip_prefix("Action=")) {
        return action.to_owned();
    }
    let name = match (first.starts_with("POST"), first.contains("/rrset"), first.contains("/change/")) {
        (true, true, _) => "ChangeResourceRecordSets",
        (false, true, _) => "ListResourceRecordSets",
        (_, _, true) => "GetChange",
        _ => first.trim(),
    };
    name.to_owned()
}

/// Text without the escapes of a form, one layer of them.
pub fn decoded(body: &[u8]) -> String {
    let mut text = Vec::with_capacity(body.len());
    let mut rest = body.iter();
    while let Some(byte) = rest.next() {
        let hex = rest.as_slice().get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match (byte, hex.and_then(|digits| u8::from_str_radix(digits, 16).ok())) {
            (b'%', Some(code)) => {
                text.push(code);
                rest.nth(1);
            }
            _ => text.push(*byte),
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}
