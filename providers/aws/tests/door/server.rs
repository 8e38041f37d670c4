//! A server that answers as a test says: on loopback, with a thread for each connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// A call as it came in.
#[derive(Clone, Debug)]
pub struct Call {
    /// The API operation; method and path where neither body nor header name one.
    pub operation: String,
    /// The region that it is signed for.
    pub region: String,
    /// The service that it is signed for.
    pub service: String,
    /// The whole request.
    pub text: String,
}

/// What to answer.
pub enum Reply {
    Say(u16, String),
    /// Nothing, for as long as the test lives.
    Silence,
}

/// A running server; it ends with the test's process.
pub struct Server {
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<Call>>>,
}

impl Server {
    pub fn start(answer: impl Fn(&Call) -> Reply + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("a bound address");
        let (answer, seen) = (Arc::new(answer), Arc::<Mutex<Vec<Call>>>::default());
        let log = seen.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (answer, log) = (answer.clone(), log.clone());
                thread::spawn(move || serve(&client, &*answer, &log));
            }
        });
        Server { address, seen }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn seen(&self) -> Vec<Call> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn serve(client: &TcpStream, answer: &dyn Fn(&Call) -> Reply, log: &Mutex<Vec<Call>>) {
    let mut reader = BufReader::new(client);
    while let Some(call) = read(&mut reader) {
        log.lock().unwrap_or_else(PoisonError::into_inner).push(call.clone());
        match answer(&call) {
            Reply::Say(status, body) => {
                let head = format!(
                    "HTTP/1.1 {status} told\r\nContent-Length: {}\r\nx-amzn-RequestId: 11-22\r\n\r\n",
                    body.len()
                );
                let mut client = client;
                if client.write_all(format!("{head}{body}").as_bytes()).is_err() {
                    return;
                }
            }
            Reply::Silence => loop {
                thread::park();
            },
        }
    }
}

fn read(reader: &mut BufReader<&TcpStream>) -> Option<Call> {
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line == "\r\n" {
            break;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let text = format!("{head}\n{}", String::from_utf8_lossy(&body));
    let scope: Vec<&str> = text
        .split_once("Credential=")
        .map(|(_, rest)| rest.split(',').next().unwrap_or(rest).split('/').collect())
        .unwrap_or_default();
    let part = |index: usize| scope.get(index).copied().unwrap_or_default().to_owned();
    let action = text.split(['&', '\n']).find_map(|part| part.strip_prefix("Action="));
    let target =
        head.lines().find_map(|line| line.to_lowercase().strip_prefix("x-amz-target: ").map(|_| line));
    let first = head.lines().next().unwrap_or_default().rsplit_once(' ').map_or("", |(first, _)| first);
    let operation = action.or_else(|| target?.rsplit('.').next()).unwrap_or(first);
    Some(Call {
        operation: operation.trim().to_owned(),
        region: part(2),
        service: part(3),
        text: text.clone(),
    })
}

/// The answer of EC2 to a list of what is not there.
pub fn no_vpcs() -> String {
    "<DescribeVpcsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>1</requestId><vpcSet/>\
     </DescribeVpcsResponse>"
        .to_owned()
}

/// An error of EC2.
pub fn ec2_error(code: &str) -> String {
    format!(
        "<Response><Errors><Error><Code>{code}</Code><Message>told so</Message></Error></Errors>\
         <RequestID>11-22</RequestID></Response>"
    )
}

/// An error of the services that speak the query protocol.
pub fn query_error(code: &str) -> String {
    format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>told so</Message></Error>\
         <RequestId>11-22</RequestId></ErrorResponse>"
    )
}
