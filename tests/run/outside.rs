//! What no cloud answers, asked for real: endpoints on loopback, commands.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Duration;

use relight::plan::ProbeWay;
use relight::run::inquiry::{Hook, Probe};
use relight::run::{Inquiry, Ticket, Verdict};
use relight::shell::mailbox::{Arrival, Mailbox};
use relight::shell::outside::{Outside as _, Surroundings};
use relight::shell::people::{Allowances, People};
use serde_json::{Value as Json, json};

use crate::stage::address;

fn ask(inquiry: Inquiry, folder: PathBuf) -> Verdict {
    let mailbox = Mailbox::new();
    let people = People::new(Allowances::default());
    let mut outside = Surroundings { mailbox: mailbox.clone(), folder, runs: true, people };
    assert_eq!(outside.inquire(Ticket(1), &inquiry), []);
    match mailbox.wait(Some(Duration::from_secs(20))) {
        Arrival::Told(Ticket(1), verdict) => verdict,
        other => panic!("{other:?}"),
    }
}

fn probe(way: ProbeWay, target: &[&str], expect: Json) -> Verdict {
    let target = target.iter().map(|word| (*word).to_owned()).collect();
    let address = address("probe", "web");
    ask(Inquiry::Probe(Probe { address, way, target, expect, timeout_seconds: 5 }), PathBuf::from("."))
}

fn is_up(verdict: &Verdict) -> bool {
    match verdict {
        Verdict::Up(_) => true,
        Verdict::Down(_) => false,
        other => panic!("{other:?}"),
    }
}

/// Answers every request of one test alike; gives its host and port.
fn server(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let name = listener.local_addr().expect("its name").to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut request = [0; 1024];
            let _ = stream.read(&mut request);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    name
}

#[test]
fn an_endpoint_is_up_when_it_answers_what_is_expected() {
    let well = server("HTTP/1.1 200 OK\r\ncontent-length: 9\r\nconnection: close\r\n\r\nall is up");
    let elsewhere = server(
        "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
    );
    let broken = server("HTTP/1.1 503 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    let cases = [
        (&well, Json::Null, true),
        (&well, json!("is up"), true),
        (&well, json!("is down"), false),
        (&well, json!([204, 200]), true),
        (&well, json!(204), false),
        (&elsewhere, Json::Null, false),
        (&elsewhere, json!(302), true),
        (&broken, Json::Null, false),
        (&broken, json!(503), true),
    ];
    for (name, expect, up) in cases {
        let told = probe(ProbeWay::Http, &[&format!("http://{name}/healthz")], expect.clone());
        assert_eq!(is_up(&told), up, "{name} {expect}: {told:?}");
    }
    assert!(is_up(&probe(ProbeWay::Tcp, &[&well], Json::Null)));
    let closed = TcpListener::bind("127.0.0.1:0").and_then(|one| one.local_addr()).expect("a port");
    assert!(!is_up(&probe(ProbeWay::Tcp, &[&closed.to_string()], Json::Null)));
    assert!(!is_up(&probe(ProbeWay::Http, &[&format!("http://{closed}/")], Json::Null)));
    assert!(is_up(&probe(ProbeWay::Dns, &["localhost"], json!(["127.0.0.1"]))));
    assert!(!is_up(&probe(ProbeWay::Dns, &["localhost"], json!("192.0.2.1"))));
}

#[cfg(unix)]
#[test]
fn commands_end_with_what_they_began() {
    assert!(is_up(&probe(ProbeWay::Command, &["sh", "-c", "echo ready"], json!("ready"))));
    assert!(!is_up(&probe(ProbeWay::Command, &["sh", "-c", "echo ready; exit 1"], json!("ready"))));
    assert!(!is_up(&probe(ProbeWay::Command, &["/no/such/command"], Json::Null)));
    let folder = tempfile::tempdir().expect("a folder");
    let hook = |script: &str, timeout_seconds| {
        let run = ["sh", "-c", script].map(str::to_owned).to_vec();
        let environment = [("LEVEL".to_owned(), "3".to_owned())].into();
        let hook = Hook { address: address("hook", "warm"), run, environment, timeout_seconds };
        match ask(Inquiry::Hook(hook), folder.path().to_owned()) {
            Verdict::Ended { status, output } => (status, output),
            other => panic!("{other:?}"),
        }
    };
    let (status, output) = hook("pwd > here; echo $LEVEL; exit 7", 5);
    assert_eq!((status, &*output), (Some(7), "3\n"));
    assert!(folder.path().join("here").is_file());
    let (status, output) = hook("yes | head -c 100000; echo last", 5);
    assert_eq!((status, output.len()), (Some(0), 16 * 1024));
    assert!(output.ends_with("last\n"));
    // What it began would write a file a second after it was ended.
    let (status, output) = hook("(sleep 2; touch late) & echo begun; sleep 60", 1);
    assert_eq!(status, None);
    assert_eq!(output, "begun\nit took longer than 1 s, and was ended");
    let (_, waited) = hook("sleep 2; ls", 5);
    assert!(!waited.contains("late"), "{waited}");
}
