//! Identifiers: what may be a name in a spec, and so in an address.
//!
//! Source: HCL native syntax specification, "Identifiers"; Unicode Standard Annex 31. The underscore may also come first,
//! as it may for every parser of the language.

use unicode_ident::{is_xid_continue, is_xid_start};

/// Whether a text is an identifier.
pub fn is_identifier(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(begins_identifier) && letters.all(continues_identifier)
}

/// Whether an identifier may begin with a letter.
pub fn begins_identifier(letter: char) -> bool {
    is_xid_start(letter) || letter == '_'
}

/// Whether an identifier may go on with a letter.
pub fn continues_identifier(letter: char) -> bool {
    is_xid_continue(letter) || letter == '-'
}
