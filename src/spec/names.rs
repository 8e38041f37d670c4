//! Names that are shared: a spec says `vpc_id` a hundred thousand times and keeps it once.

use std::collections::HashSet;

use relight_contract::Name;
use unicode_normalization::UnicodeNormalization;

/// The names seen so far by one worker.
#[derive(Debug, Default)]
pub(super) struct Names(HashSet<Name>);

impl Names {
    /// The shared form of `word`, in Unicode normal form C.
    pub(super) fn name(&mut self, word: &str) -> Name {
        if let Some(known) = self.0.get(word) {
            return known.clone();
        }
        let name = text(word);
        self.0.insert(name.clone());
        name
    }
}

/// Text in Unicode normal form C, as every text of the language is.
pub(super) fn text(text: &str) -> Name {
    match text.is_ascii() {
        true => text.into(),
        false => text.nfc().collect::<String>().into(),
    }
}
