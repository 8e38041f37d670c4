//! Probes: one question to an endpoint.

use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value as Json;

use super::hook;
use crate::plan::ProbeWay;
use crate::run::Verdict;
use crate::run::inquiry::Probe;

/// How much of an answer is looked at, in bytes.
const LOOKED_AT_BYTES: u64 = 256 * 1024;

/// Asks, and waits for the answer as long as the probe says.
pub(super) fn ask(probe: &Probe, folder: &Path) -> Verdict {
    let patience = Duration::from_secs(probe.timeout_seconds);
    let target = probe.target.first().map_or("", String::as_str);
    let told = match probe.way {
        ProbeWay::Http => http(target, &probe.expect, patience),
        ProbeWay::Tcp => tcp(target, patience),
        ProbeWay::Dns => dns(target, &probe.expect, patience),
        ProbeWay::Command => command(&probe.target, &probe.expect, folder, patience),
    };
    match told {
        Ok(told) => Verdict::Up(told),
        Err(why) => Verdict::Down(why),
    }
}

fn http(url: &str, expect: &Json, patience: Duration) -> Result<String, String> {
    let agent = ureq::Agent::config_builder()
        .timeout_global(Some(patience))
        // Where it leads elsewhere, that is the answer.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .user_agent(concat!("relight/", env!("CARGO_PKG_VERSION")))
        .build()
        .new_agent();
    let mut answer = agent.get(url).call().map_err(|error| error.to_string())?;
    let status = answer.status().as_u16();
    let text = match texts(expect).is_empty() {
        true => String::new(),
        false => {
            let body = answer.body_mut().with_config().limit(LOOKED_AT_BYTES).read_to_vec();
            String::from_utf8_lossy(&body.map_err(|error| error.to_string())?).into_owned()
        }
    };
    is_met(status, &text, expect)
}

/// Whether a status and a text are what is expected: one of the numbers, or 2xx where none is given; and one of the
/// texts in it, where any is given.
fn is_met(status: u16, text: &str, expect: &Json) -> Result<String, String> {
    let wanted = numbers(expect);
    let fits = match wanted.is_empty() {
        true => (200..300).contains(&status),
        false => wanted.contains(&u64::from(status)),
    };
    if !fits {
        return Err(format!("it answers {status}"));
    }
    let texts = texts(expect);
    match texts.is_empty() || texts.iter().any(|wanted| text.contains(wanted)) {
        true => Ok(format!("it answers {status}")),
        false => Err(format!("it answers {status}, without the text that is expected")),
    }
}

fn tcp(target: &str, patience: Duration) -> Result<String, String> {
    let addresses = resolve(target.to_owned(), patience)?;
    let mut why = "it has no address".to_owned();
    for address in addresses {
        match TcpStream::connect_timeout(&address, patience) {
            Ok(_) => return Ok("it accepts connections".to_owned()),
            Err(error) => why = error.to_string(),
        }
    }
    Err(why)
}

fn dns(name: &str, expect: &Json, patience: Duration) -> Result<String, String> {
    let found = resolve(format!("{name}:0"), patience)?;
    let mut found: Vec<IpAddr> = found.into_iter().map(|address| address.ip()).collect();
    found.sort_unstable();
    found.dedup();
    let told: Vec<String> = found.iter().map(ToString::to_string).collect();
    let missing = texts(expect).into_iter().find(|wanted| {
        let wanted: Option<IpAddr> = wanted.parse().ok();
        !wanted.is_some_and(|wanted| found.contains(&wanted))
    });
    match (missing, told.is_empty()) {
        (_, true) => Err("it has no address".to_owned()),
        (Some(missing), false) => Err(format!("its addresses are {}, without {missing}", told.join(", "))),
        (None, false) => Ok(format!("its addresses are {}", told.join(", "))),
    }
}

/// The addresses of `host:port`. The system's resolver has a patience of its own: nobody waits for it longer than ours.
fn resolve(target: String, patience: Duration) -> Result<Vec<SocketAddr>, String> {
    let (sender, found) = mpsc::channel();
    let asked = std::thread::Builder::new().name("resolver".to_owned()).spawn(move || {
        let addresses = target.to_socket_addrs().map(Iterator::collect);
        let _ = sender.send(addresses);
    });
    asked.map_err(|error| error.to_string())?;
    match found.recv_timeout(patience) {
        Ok(addresses) => addresses.map_err(|error| error.to_string()),
        Err(_) => Err("its name is not resolved in time".to_owned()),
    }
}

fn command(words: &[String], expect: &Json, folder: &Path, patience: Duration) -> Result<String, String> {
    let (status, output) = hook::run(words, &Default::default(), folder, patience);
    let last = output.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default().to_owned();
    match status {
        Some(0) => {}
        Some(status) => return Err(format!("it ends with {status}: {last}")),
        None => return Err(last),
    }
    let texts = texts(expect);
    match texts.is_empty() || texts.iter().any(|wanted| output.contains(wanted)) {
        true => Ok("it ends with 0".to_owned()),
        false => Err("it ends with 0, without the text that is expected".to_owned()),
    }
}

fn each(expect: &Json) -> &[Json] {
    match expect {
        Json::Null => &[],
        Json::Array(items) => items,
        other => std::slice::from_ref(other),
    }
}

fn numbers(expect: &Json) -> Vec<u64> {
    each(expect).iter().filter_map(Json::as_u64).collect()
}

fn texts(expect: &Json) -> Vec<String> {
    each(expect).iter().filter_map(Json::as_str).map(str::to_owned).collect()
}
