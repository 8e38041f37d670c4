//! The order of nested blocks without order.
//!
//! Where two blocks of a set speak of one thing (two `principals` of one type), the text depends on which comes first.
//! Terraform's plugin SDK orders a set by the decimal digits of its elements' checksums; so does this module.

use std::collections::BTreeSet;

use super::{Condition, Principals};

/// The CRC-32 (IEEE) of a text.
pub fn checksum(text: &str) -> u32 {
    let mut remainder = u32::MAX;
    for byte in text.bytes() {
        remainder ^= u32::from(byte);
        for _ in 0..8 {
            let carry = remainder & 1;
            remainder = (remainder >> 1) ^ (0xEDB8_8320 * carry);
        }
    }
    !remainder
}

/// The items by the digits of the checksums of their serialised forms.
fn by_checksum<T>(items: &[T], form: impl Fn(&T) -> String) -> Vec<&T> {
    let mut keyed: Vec<(String, &T)> =
        items.iter().map(|item| (checksum(&form(item)).to_string(), item)).collect();
    keyed.sort_by(|a, b| a.0.cmp(&b.0));
    keyed.into_iter().map(|(_, item)| item).collect()
}

/// `principals` blocks in their order.
pub fn principals(blocks: &[Principals]) -> Vec<&Principals> {
    by_checksum(blocks, |block| {
        let identifiers: Vec<&String> = block.identifiers.iter().flatten().collect();
        let identifiers: String = by_checksum(&identifiers, |text| format!("{text};"))
            .iter()
            .map(|text| format!("{text};"))
            .collect();
        format!("identifiers:{{{identifiers}}};type:{};", block.type_.as_deref().unwrap_or_default())
    })
}

/// `condition` blocks in their order.
pub fn conditions(blocks: &[Condition]) -> Vec<&Condition> {
    by_checksum(blocks, |block| {
        let values: String = block.values.iter().flatten().map(|text| format!("{text};")).collect();
        let test = block.test.as_deref().unwrap_or_default();
        let variable = block.variable.as_deref().unwrap_or_default();
        format!("test:{test};values:({values});variable:{variable};")
    })
}

/// The texts of a set as the provider lists them: backwards.
pub fn backwards(texts: &BTreeSet<String>) -> Vec<String> {
    texts.iter().rev().cloned().collect()
}
