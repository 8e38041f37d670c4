//! Pages: answers cut to the size that was asked for, with tokens of the proxy's own.
//!
//! moto ignores page sizes for networks, subnets, groups and target groups. AWS may return fewer objects than asked for,
//! so that a smaller page than that is a faithful one too.

use std::ops::Range;

use crate::call::Call;

/// How the proxy's tokens begin; the offset and the server's own token follow.
const MARK: &str = "bed.";

/// How one protocol writes its pages.
struct Manner {
    /// The parameter with the size of a page, and that with its token.
    size: &'static str,
    token: &'static str,
    /// The element that holds the next token, and how deep that and the list stand; the root is at 1.
    next: &'static str,
    depth: usize,
    /// The element of one object.
    item: &'static str,
}

fn manner(call: &Call) -> Option<Manner> {
    let reads = call.operation.starts_with("Describe");
    match call.service.as_str() {
        "ec2" if reads => {
            Some(Manner { size: "MaxResults", token: "NextToken", next: "nextToken", depth: 2, item: "item" })
        }
        "elasticloadbalancing" if reads => {
            Some(Manner { size: "PageSize", token: "Marker", next: "NextMarker", depth: 3, item: "member" })
        }
        _ => None,
    }
}

/// A page that is asked for: what goes to the server, and what of the answer is to be handed out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Page {
    /// The form without the proxy's token.
    pub(crate) form: Vec<u8>,
    offset: usize,
    most: usize,
    inner: String,
}

/// How a call's answer is to be cut; `None` where it stays as it is.
pub(crate) fn asked(call: &Call, form: &[u8], cap: Option<usize>) -> Option<Page> {
    let manner = manner(call)?;
    let text = std::str::from_utf8(form).ok()?;
    let value = |name: &str| text.split('&').find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
    let size = value(manner.size).and_then(|size| size.parse::<usize>().ok());
    // Without a size there are no pages, or no call of pages at all.
    let most = size?.min(cap.unwrap_or(usize::MAX));
    let token = value(manner.token).unwrap_or_default();
    let ours = token.strip_prefix(MARK).and_then(|rest| rest.split_once('.'));
    let (offset, inner) = match ours {
        Some((offset, inner)) => (offset.parse().ok()?, inner),
        None => (0, token),
    };
    let mut parts: Vec<String> = text
        .split('&')
        .filter(|part| !part.starts_with(&format!("{}=", manner.token)))
        .map(str::to_owned)
        .collect();
    if !inner.is_empty() {
        parts.push(format!("{}={inner}", manner.token));
    }
    Some(Page { form: parts.join("&").into_bytes(), offset, most, inner: inner.to_owned() })
}

/// The page of a whole answer; `None` where nothing is to be cut.
pub(crate) fn cut(call: &Call, page: &Page, answer: &[u8]) -> Option<Vec<u8>> {
    let manner = manner(call)?;
    let text = std::str::from_utf8(answer).ok()?;
    let items = items(text, &manner);
    let end = page.offset.saturating_add(page.most).min(items.len());
    if page.offset == 0 && end == items.len() {
        return None;
    }
    let (first, last) = (items.first()?, items.last()?);
    let kept = match (items.get(page.offset), end.checked_sub(1).and_then(|end| items.get(end))) {
        (Some(from), Some(to)) => text.get(from.start..to.end)?,
        _ => "",
    };
    let mut cut = format!("{}{kept}{}", text.get(..first.start)?, text.get(last.end..)?);
    if end < items.len() {
        let next = format!("<{0}>{MARK}{end}.{1}</{0}>", manner.next, page.inner);
        cut = with_next(&cut, &manner, &next);
    }
    Some(cut.into_bytes())
}

/// The answer with this next token instead of its own.
fn with_next(text: &str, manner: &Manner, next: &str) -> String {
    let mut text = text.replace(&format!("<{}/>", manner.next), "");
    let open = format!("<{}>", manner.next);
    let close = format!("</{}>", manner.next);
    if let (Some(from), Some(to)) = (text.find(&open), text.find(&close)) {
        text.replace_range(from..to + close.len(), "");
    }
    // At the end of the element that holds the list: the root, or the result within it.
    let end = match manner.depth {
        2 => text.rfind("</"),
        _ => text
            .find("Result>")
            .and_then(|_| text.rfind("Result>"))
            .and_then(|at| text.get(..at)?.rfind("</")),
    };
    if let Some(end) = end {
        text.insert_str(end, next);
    }
    text
}

/// Where the objects of an answer stand: the children of the first list at the right depth.
fn items(text: &str, manner: &Manner) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let (mut depth, mut at, mut begin) = (0_usize, 0, None);
    let mut list = None;
    while let Some(open) = text.get(at..).and_then(|rest| rest.find('<')).map(|open| at + open) {
        let Some(close) = text.get(open..).and_then(|rest| rest.find('>')).map(|close| open + close) else {
            break;
        };
        let tag = text.get(open + 1..close).unwrap_or_default();
        at = close + 1;
        if tag.starts_with(['?', '!']) || tag.ends_with('/') {
            continue;
        }
        if tag.starts_with('/') {
            if depth == manner.depth + 1
                && let Some(begin) = begin.take()
            {
                found.push(begin..at);
            }
            if depth == manner.depth && list.is_some() && !found.is_empty() {
                return found;
            }
            depth = depth.saturating_sub(1);
            continue;
        }
        depth += 1;
        let name = tag.split(' ').next().unwrap_or_default();
        if depth == manner.depth {
            list = Some(open);
        }
        if depth == manner.depth + 1 && name == manner.item {
            begin = Some(open);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Follows every page of three networks.
    fn walked(service: &str, operation: &str, size: &str, answer: &str, next: &str) -> Vec<String> {
        let call = Call { service: service.to_owned(), operation: operation.to_owned(), ..Call::default() };
        let mut form = size.to_owned();
        let mut pages = Vec::new();
        loop {
            let page = asked(&call, form.as_bytes(), Some(2)).expect("a page");
            assert_eq!(page.form, size.as_bytes(), "the server sees no token of ours");
            let text = cut(&call, &page, answer.as_bytes())
                .map_or(answer.to_owned(), |cut| String::from_utf8(cut).unwrap());
            let token = text
                .split_once(&format!("<{next}>"))
                .map(|(_, rest)| rest.split('<').next().unwrap().to_owned());
            pages.push(text);
            match token {
                Some(token) => {
                    let name = if service == "ec2" { "NextToken" } else { "Marker" };
                    form = format!("{size}&{name}={token}");
                }
                None => return pages,
            }
        }
    }

    #[test]
    fn pages_are_cut_and_lead_on() {
        let answer = "<?xml version=\"1.0\"?><R xmlns=\"x\"><requestId>1</requestId><vpcSet><item><vpcId>a</vpcId>\
                      <tagSet><item><key>k</key></item></tagSet></item><item><vpcId>b</vpcId></item><item>\
                      <vpcId>c</vpcId></item></vpcSet></R>";
        let pages = walked("ec2", "DescribeVpcs", "Action=DescribeVpcs&MaxResults=100", answer, "nextToken");
        assert_eq!(pages.len(), 2, "{pages:?}");
        assert!(
            pages[0]
                .contains("<vpcId>a</vpcId><tagSet><item><key>k</key></item></tagSet></item><item><vpcId>b")
        );
        assert!(pages[0].ends_with("</vpcSet><nextToken>bed.2.</nextToken></R>"), "{}", pages[0]);
        assert!(pages[1].contains("<vpcSet><item><vpcId>c</vpcId></item></vpcSet></R>"), "{}", pages[1]);

        let answer = "<R><DescribeTargetGroupsResult><TargetGroups><member><A>a</A></member><member><A>b</A></member>\
                      <member><A>c</A></member></TargetGroups></DescribeTargetGroupsResult><M><I>1</I></M></R>";
        let form = "Action=DescribeTargetGroups&PageSize=400";
        let pages = walked("elasticloadbalancing", "DescribeTargetGroups", form, answer, "NextMarker");
        assert_eq!(pages.len(), 2, "{pages:?}");
        assert!(
            pages[0].contains("</TargetGroups><NextMarker>bed.2.</NextMarker></DescribeTargetGroupsResult>"),
            "{}",
            pages[0]
        );
    }
}
