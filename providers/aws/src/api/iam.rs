//! What the kinds of IAM share.

use aws_sdk_iam::config::Builder;
use aws_sdk_iam::types::{EntityType, RoleDetail, Tag};
use relight_contract::{Fault, Name};

use super::fault::{Effect, FaultOf};
use super::site::{Site, no_retries};
use super::values::built;

/// The largest page. Source: IAM API reference, `MaxItems`.
pub(crate) const PAGE: i32 = 1000;

/// The settings of a call that may be made once only.
pub(crate) fn once() -> Builder {
    Builder::new().retry_config(no_retries())
}

/// A page of roles with what stands in and on them: inline and attached policies, boundary and tags. It leaves out
/// description and longest session, and what `ListRoles` tells leaves out all the rest.
/// Source: IAM API reference, `GetAccountAuthorizationDetails` and `RoleDetail`.
pub(crate) async fn roles(site: &Site, page: Option<Name>) -> Result<(Vec<RoleDetail>, Option<Name>), Fault> {
    let asked = site.iam().get_account_authorization_details().filter(EntityType::Role).max_items(PAGE);
    let answered = asked.set_marker(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let next = answered.marker.filter(|_| answered.is_truncated).map(Name::from);
    Ok((answered.role_detail_list.unwrap_or_default(), next))
}

/// Tags as IAM has them.
pub(crate) fn marks(tags: Vec<(String, String)>) -> Result<Vec<Tag>, Fault> {
    tags.into_iter().map(|(key, value)| built(Tag::builder().key(key).value(value).build())).collect()
}

/// Tags of IAM as pairs.
pub(crate) fn pairs(tags: Vec<Tag>) -> impl Iterator<Item = (String, String)> {
    tags.into_iter().map(|tag| (tag.key, tag.value))
}

/// A document as it was given: IAM tells it escaped as in an address. Source: IAM API reference, `Role`.
pub(crate) fn document(text: Option<String>) -> Option<String> {
    let text = text?;
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped =
            after.get(..2).filter(|_| *first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        match escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    Some(String::from_utf8(bytes).unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::document;

    #[test]
    fn documents_are_told_as_they_were_given() {
        let given = |text: &str| document(Some(text.to_owned()));
        assert_eq!(given("%7B%22a%22%3A%22%C3%A9%20%25%22%7D").as_deref(), Some("{\"a\":\"é %\"}"));
        assert_eq!(given("100% of %zz and %4").as_deref(), Some("100% of %zz and %4"));
    }
}
