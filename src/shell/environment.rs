//! The process's environment, read once.

use std::collections::BTreeMap;

/// Environment variables by name.
pub type Variables = BTreeMap<String, String>;

/// The environment variables that are valid UTF-8; others cannot be named by anything that relight reads.
#[expect(clippy::disallowed_methods, reason = "this module is the one door to the environment")]
pub fn variables() -> Variables {
    // `vars` would panic on invalid UTF-8.
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}
