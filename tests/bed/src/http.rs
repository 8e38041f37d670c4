//! HTTP/1.1 as far as one proxy on loopback needs it: whole messages, read and written.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

/// The longest line of a head, and the largest body that is taken in.
const LONGEST_LINE: u64 = 64 * 1024;
const LARGEST_BODY: u64 = 256 * 1024 * 1024;

/// A request or an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Message {
    /// The request line or the status line, without its end.
    pub(crate) first: String,
    /// Names as they came, and values.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Message {
    /// An answer with a body.
    pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Message {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Message { first: format!("HTTP/1.1 {status} Answer"), headers: headers.collect(), body: body.into() }
    }

    /// A header's value; names in any case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The status of an answer; 0 for what is none.
    pub(crate) fn status(&self) -> u16 {
        self.first.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
    }

    /// Method and path with query of a request.
    pub(crate) fn target(&self) -> (&str, &str) {
        let mut words = self.first.split(' ');
        (words.next().unwrap_or_default(), words.next().unwrap_or_default())
    }

    /// The whole of it, with the length that it has and the fate of the connection. `bodiless` for the answer to HEAD,
    /// which tells the length of a body that does not follow.
    pub(crate) fn bytes(&self, keep_alive: bool, bodiless: bool) -> Vec<u8> {
        let mut text = format!("{}\r\n", self.first);
        let framing = ["content-length", "transfer-encoding", "connection", "keep-alive"];
        for (name, value) in &self.headers {
            let is_told = bodiless && name.eq_ignore_ascii_case("content-length");
            if is_told || !framing.iter().any(|other| name.eq_ignore_ascii_case(other)) {
                text.push_str(&format!("{name}: {value}\r\n"));
            }
        }
        if !bodiless {
            text.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        text.push_str(if keep_alive {
            "Connection: keep-alive\r\n\r\n"
        } else {
            "Connection: close\r\n\r\n"
        });
        let mut bytes = text.into_bytes();
        if !bodiless {
            bytes.extend_from_slice(&self.body);
        }
        bytes
    }

    /// The next message of a connection; `None` at its end. An answer without a length goes on to the end; `bodiless`
    /// for the answer to HEAD.
    pub(crate) fn read(reader: &mut impl BufRead, bodiless: bool) -> io::Result<Option<Message>> {
        let first = line(reader)?;
        if first.is_empty() {
            return Ok(None);
        }
        let mut message = Message { first, ..Message::default() };
        loop {
            let line = line(reader)?;
            match line.split_once(':') {
                Some((name, value)) => message.headers.push((name.to_owned(), value.trim().to_owned())),
                None => break,
            }
        }
        if message.header("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue")) {
            message.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("expect"));
        }
        message.body = match bodiless {
            true => Vec::new(),
            false => body(&message, reader)?,
        };
        Ok(Some(message))
    }
}

fn line(reader: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    reader.take(LONGEST_LINE).read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn body(message: &Message, reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    let is_chunked = message.header("transfer-encoding").is_some_and(|value| value.contains("chunked"));
    if is_chunked {
        loop {
            let size = line(reader)?;
            let size = u64::from_str_radix(size.split(';').next().unwrap_or_default().trim(), 16);
            let size = size.map_err(|_| io::Error::other("a chunk without a size"))?;
            reader.take(size.min(LARGEST_BODY)).read_to_end(&mut body)?;
            line(reader)?;
            if size == 0 {
                return Ok(body);
            }
        }
    }
    let length = message.header("content-length").and_then(|length| length.parse::<u64>().ok());
    let is_answer = message.first.starts_with("HTTP/");
    match length {
        Some(length) => {
            reader.take(length.min(LARGEST_BODY)).read_to_end(&mut body)?;
            if (body.len() as u64) < length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        None if is_answer && ![204, 304].contains(&message.status()) => {
            reader.take(LARGEST_BODY).read_to_end(&mut body)?;
        }
        None => {}
    }
    Ok(body)
}

/// Makes one call over a connection of its own.
pub(crate) fn exchange(target: SocketAddr, request: &Message) -> io::Result<Message> {
    let mut server = TcpStream::connect(target)?;
    server.write_all(&request.bytes(false, false))?;
    let bodiless = request.target().0 == "HEAD";
    let answer = Message::read(&mut BufReader::new(server), bodiless)?;
    answer.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

/// The header by which a server knows whose account is meant.
pub(crate) fn account(account: u64) -> (String, String) {
    ("x-moto-account-id".to_owned(), format!("{account:012}"))
}

fn plain(target: SocketAddr, method: &str, path: &str, body: &str) -> io::Result<String> {
    let first = format!("{method} {path} HTTP/1.1");
    let headers = vec![("Host".to_owned(), target.to_string())];
    let answer = exchange(target, &Message { first, headers, body: body.as_bytes().to_vec() })?;
    match answer.status() {
        200..300 => Ok(String::from_utf8_lossy(&answer.body).into_owned()),
        status => Err(io::Error::other(format!("{path} answered {status}"))),
    }
}

/// The body of a page of a server on loopback; an error for any status but success.
pub fn get(target: SocketAddr, path: &str) -> io::Result<String> {
    plain(target, "GET", path, "")
}

/// What a server on loopback answers to a body; an error for any status but success.
pub fn post(target: SocketAddr, path: &str, body: &str) -> io::Result<String> {
    plain(target, "POST", path, body)
}

/// A call as anybody could make it: whose account, where, of which service, and what.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The account.
    pub account: u64,
    /// The region.
    pub region: &'a str,
    /// The service, as signatures name it.
    pub service: &'a str,
    /// Method and path, with a space in between.
    pub first: &'a str,
    /// The operation of services that name it in a header, with its prefix; or nothing.
    pub target: &'a str,
    /// The body.
    pub body: &'a str,
}

/// What a server on loopback answers to a call; an error, with its text, for any status but success. The signature has
/// its form only: no server of tests verifies it.
pub fn ask(server: SocketAddr, ask: &Ask<'_>) -> io::Result<String> {
    let Ask { account: number, region, service, first, target, body } = *ask;
    let signed = format!(
        "AWS4-HMAC-SHA256 Credential=test/20260101/{region}/{service}/aws4_request, SignedHeaders=host, Signature=0"
    );
    let kind = match body.as_bytes().first() {
        Some(b'<') => "text/xml",
        Some(b'{') => "application/x-amz-json-1.1",
        _ => "application/x-www-form-urlencoded",
    };
    let mut headers =
        vec![("Host".to_owned(), server.to_string()), ("Authorization".to_owned(), signed), account(number)];
    if !body.is_empty() {
        headers.push(("Content-Type".to_owned(), kind.to_owned()));
    }
    if !target.is_empty() {
        headers.push(("X-Amz-Target".to_owned(), target.to_owned()));
    }
    let request = Message { first: format!("{first} HTTP/1.1"), headers, body: body.as_bytes().to_vec() };
    let answer = exchange(server, &request)?;
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    match answer.status() {
        200..300 => Ok(text),
        status => Err(io::Error::other(format!("{service} {first} answered {status}: {text}"))),
    }
}
