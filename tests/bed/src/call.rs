//! Calls of AWS as they go by: region and service by their signature, operation by each protocol's own way.

use std::sync::LazyLock;

use crate::http::Message;

/// The operations of services that name them by method and path alone.
const REST: &str = include_str!("rest.tsv");

/// A call, known by what it asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Call {
    /// The region that it is signed for.
    pub region: String,
    /// The service that it is signed for, such as `ec2` or `elasticloadbalancing`.
    pub service: String,
    /// The API operation, such as `CreateVpc`; method and path of one that is not known.
    pub operation: String,
    /// The body, decoded where it is a form, or else the query.
    pub body: String,
}

/// One way to name an operation.
struct Route {
    service: &'static str,
    method: &'static str,
    segments: Vec<&'static str>,
    /// What the query must hold: `list-type=2`, `versioning`.
    query: Vec<&'static str>,
    operation: &'static str,
}

static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(|| REST.lines().filter_map(route).collect());

fn route(line: &'static str) -> Option<Route> {
    let mut words = line.split('\t').filter(|_| !line.starts_with('#'));
    let (service, method, template, operation) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let (path, query) = template.split_once('?').unwrap_or((template, ""));
    let query = query.split('&').filter(|part| !part.is_empty()).collect();
    Some(Route { service, method, segments: segments(path).collect(), query, operation })
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

impl Route {
    /// How well a request fits: more literal parts are better. `None` where it does not.
    fn fit(&self, path: &str, query: &str) -> Option<usize> {
        let holds = |part: &&str| -> bool {
            query.split('&').any(|given| given == *part || given.strip_suffix('=') == Some(part))
        };
        if !self.query.iter().all(holds) {
            return None;
        }
        let mut literal = self.query.len();
        let mut wanted = self.segments.iter();
        let mut given = segments(path);
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return Some(literal),
                (Some(greedy), Some(_)) if greedy.ends_with("+}") => {
                    // The rest belongs to it, but for the literal segments that follow it.
                    let rest: Vec<&str> = given.collect();
                    let after: Vec<&&str> = wanted.collect();
                    let fits =
                        after.iter().rev().zip(rest.iter().rev()).all(|(wanted, given)| **wanted == *given);
                    return (fits && rest.len() >= after.len()).then_some(literal + after.len());
                }
                (Some(wanted), Some(_)) if wanted.starts_with('{') => {}
                (Some(wanted), Some(given)) if *wanted == given => literal += 1,
                _ => return None,
            }
        }
    }
}

impl Call {
    /// Whether it may change anything, by the word that it begins with.
    pub fn changes_anything(&self) -> bool {
        const READS: &[&str] = &["Describe", "Get", "List", "Head", "BatchGet", "Lookup", "Search", "Select"];
        !READS.iter().any(|read| self.operation.starts_with(read))
    }

    /// What a request asks.
    pub(crate) fn of(request: &Message) -> Call {
        let (method, target) = request.target();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let (region, service) = scope(request);
        let text = decoded(&request.body);
        let operation = operation(request, &service, method, path, query, &text);
        let body = if text.is_empty() { decoded(query.as_bytes()) } else { text };
        Call { region, service, operation, body }
    }
}

/// Region and service of the signature: `Credential=<key>/<date>/<region>/<service>/aws4_request`.
fn scope(request: &Message) -> (String, String) {
    let signed = request.header("authorization").unwrap_or_default();
    let credential = signed.split("Credential=").nth(1).unwrap_or_default();
    let mut words = credential.split(',').next().unwrap_or_default().split('/').skip(2);
    (words.next().unwrap_or_default().to_owned(), words.next().unwrap_or_default().to_owned())
}

fn operation(request: &Message, service: &str, method: &str, path: &str, query: &str, body: &str) -> String {
    if let Some(target) = request.header("x-amz-target") {
        return target.rsplit('.').next().unwrap_or(target).to_owned();
    }
    if let Some((_, operation)) = path.split_once("/operation/") {
        return operation.to_owned();
    }
    let mut parts = body.split('&').chain(query.split('&'));
    if let Some(action) = parts.find_map(|part| part.strip_prefix("Action=")) {
        return action.to_owned();
    }
    let fits = ROUTES.iter().filter(|route| route.service == service && route.method == method);
    let fits = fits.filter_map(|route| Some((route.fit(path, query)?, route.operation)));
    match fits.max_by_key(|(literal, _)| *literal) {
        Some((_, operation)) => operation.to_owned(),
        None => format!("{method} {path}"),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn named(service: &str, first: &str, headers: &[(&str, &str)], body: &str) -> String {
        let signed = format!("AWS4-HMAC-SHA256 Credential=k/20260101/us-east-1/{service}/aws4_request, X=1");
        let mut headers: Vec<(String, String)> =
            headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        headers.push(("authorization".to_owned(), signed));
        let call = Call::of(&Message { first: first.to_owned(), headers, body: body.as_bytes().to_vec() });
        assert_eq!((&*call.region, &*call.service), ("us-east-1", service));
        call.operation
    }

    #[test]
    fn operations_are_known_in_every_protocol() {
        let none: &[(&str, &str)] = &[];
        assert_eq!(
            named("ec2", "POST / HTTP/1.1", none, "Action=CreateVpc&CidrBlock=10.0.0.0%2F16"),
            "CreateVpc"
        );
        let target = [("X-Amz-Target", "DynamoDB_20120810.CreateTable")];
        assert_eq!(named("dynamodb", "POST / HTTP/1.1", &target, "{}"), "CreateTable");
        for (first, operation) in [
            ("GET / HTTP/1.1", "ListBuckets"),
            ("PUT /orders HTTP/1.1", "CreateBucket"),
            ("PUT /orders?versioning HTTP/1.1", "PutBucketVersioning"),
            ("GET /orders/?list-type=2&prefix=a HTTP/1.1", "ListObjectsV2"),
            ("GET /orders?versions= HTTP/1.1", "ListObjectVersions"),
            ("PUT /orders/a/b/c HTTP/1.1", "PutObject"),
        ] {
            assert_eq!(named("s3", first, none, ""), operation, "{first}");
        }
        let records = "POST /2013-04-01/hostedzone/Z1/rrset HTTP/1.1";
        assert_eq!(named("route53", records, none, "<a/>"), "ChangeResourceRecordSets");
        let tags = "GET /2017-03-31/tags/arn%3Aaws%3Alambda HTTP/1.1";
        assert_eq!(named("lambda", tags, none, ""), "ListTags");
        let selection = "PUT /backup/plans/p/selections HTTP/1.1";
        assert_eq!(named("backup", selection, none, "{}"), "CreateBackupSelection");
    }
}
