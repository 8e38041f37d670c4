//! The proxy before a server of the test's own, through a socket.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use relight_bed::{Nth, Proxy, Rule, Settings, Trouble};

/// A server that numbers its answers; and how many it has given.
fn server() -> (SocketAddr, Arc<AtomicU64>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let answers = Arc::new(AtomicU64::new(0));
    let counted = answers.clone();
    thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let mut reader = BufReader::new(client.try_clone().expect("a socket"));
            read(&mut reader);
            let number = counted.fetch_add(1, Ordering::SeqCst) + 1;
            let body = format!("<R><n>{number}</n></R>");
            let _ = write!(client, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        }
    });
    (address, answers)
}

/// One message: its first line and body.
fn read(reader: &mut impl BufRead) -> Option<(String, String)> {
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first).ok().filter(|read| *read > 0)?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((first.trim().to_owned(), String::from_utf8(body).ok()?))
}

/// A client that keeps its connection.
struct Client(TcpStream);

impl Client {
    fn to(proxy: &Proxy) -> Client {
        Client(TcpStream::connect(proxy.address).expect("a connection"))
    }

    /// The status line and the body; `None` where the connection ended.
    fn call(&mut self, form: &str) -> Option<(String, String)> {
        let signed = "AWS4-HMAC-SHA256 Credential=k/20260101/us-east-1/ec2/aws4_request, Signature=0";
        let head =
            format!("POST / HTTP/1.1\r\nAuthorization: {signed}\r\nContent-Length: {}\r\n\r\n", form.len());
        self.0.write_all(format!("{head}{form}").as_bytes()).ok()?;
        read(&mut BufReader::new(&self.0))
    }
}

#[test]
fn a_token_has_one_effect() {
    let (server, effects) = server();
    let proxy = Proxy::start(server).expect("a proxy");
    let mut client = Client::to(&proxy);
    let first = client.call("Action=CreateVpcEndpoint&ClientToken=a&VpcId=1").expect("an answer");
    assert_eq!(client.call("Action=CreateVpcEndpoint&ClientToken=a&VpcId=1"), Some(first.clone()));
    let other = client.call("Action=CreateVpcEndpoint&ClientToken=a&VpcId=2").expect("an answer");
    assert!(other.1.contains("IdempotentParameterMismatch"), "{other:?}");
    assert_ne!(client.call("Action=CreateVpcEndpoint&ClientToken=b&VpcId=1"), Some(first));
    assert_eq!(effects.load(Ordering::SeqCst), 2);
    let uses = proxy.tokens()["CreateVpcEndpoint"];
    assert_eq!((uses.tokens, uses.replays, uses.mismatches), (2, 2, 1));
}

#[test]
fn fields_of_json_have_no_order() {
    let (server, effects) = server();
    let proxy = Proxy::start(server).expect("a proxy");
    let mut client = Client::to(&proxy);
    let first = client.call(r#"{"CreatorRequestId":"a","Tags":{"one":"1","two":"2"}}"#);
    assert_eq!(client.call(r#"{"Tags":{"two":"2","one":"1"},"CreatorRequestId":"a"}"#), first);
    let other = client.call(r#"{"Tags":{"two":"1","one":"2"},"CreatorRequestId":"a"}"#).expect("an answer");
    assert!(other.1.contains("IdempotentParameterMismatch"), "{other:?}");
    assert_eq!(effects.load(Ordering::SeqCst), 1);
}

#[test]
fn trouble_comes_before_or_after_the_effect() {
    let (server, effects) = server();
    let proxy = Proxy::start(server).expect("a proxy");
    let call = |form: &str| Client::to(&proxy).call(form);
    proxy.add(Rule::new(Nth::Only(1), Trouble::LoseRequest).operation("CreateVpc"));
    proxy.add(Rule::new(Nth::Only(2), Trouble::LoseAnswer).operation("CreateVpc"));
    proxy.add(Rule::new(Nth::Every, Trouble::Throttle).operation("CreateSubnet").region("us-east-1"));
    proxy.add(Rule::new(Nth::Every, Trouble::Deny).operation("CreateSubnet").region("eu-west-1"));
    assert_eq!(call("Action=CreateVpc"), None);
    assert_eq!(effects.load(Ordering::SeqCst), 0);
    assert_eq!(call("Action=CreateVpc"), None);
    assert_eq!(effects.load(Ordering::SeqCst), 1);
    assert!(call("Action=CreateVpc").is_some());
    let refused = call("Action=CreateSubnet").expect("an answer");
    assert!(refused.0.contains("503") && refused.1.contains("RequestLimitExceeded"), "{refused:?}");
    proxy.clear();
    assert!(call("Action=CreateSubnet").expect("an answer").0.contains("200"));
    let count = |operation: &str| proxy.counts()[&("ec2".to_owned(), operation.to_owned())];
    assert_eq!((count("CreateVpc"), count("CreateSubnet")), (3, 2));
}

#[test]
fn a_stale_read_shows_what_was_before_the_last_change() {
    let (server, _) = server();
    let proxy = Proxy::start(server).expect("a proxy");
    let mut client = Client::to(&proxy);
    let before = client.call("Action=DescribeVpcs");
    client.call("Action=CreateVpc");
    proxy.add(Rule::new(Nth::Only(1), Trouble::Stale).operation("DescribeVpcs"));
    assert_eq!(client.call("Action=DescribeVpcs"), before);
    assert_ne!(client.call("Action=DescribeVpcs"), before);
}

#[test]
fn the_same_seed_brings_the_same_weather() {
    let weather = |seed| {
        let (server, _) = server();
        let proxy = Proxy::start(server).expect("a proxy");
        proxy.set(Settings { seed, throttled_percent: 30, failed_percent: 10, ..Settings::default() });
        let mut client = Client::to(&proxy);
        (0..50).map(|_| client.call("Action=CreateVpc").expect("an answer").0).collect::<Vec<_>>()
    };
    assert_eq!(weather(1), weather(1));
    assert_ne!(weather(1), weather(2));
}
