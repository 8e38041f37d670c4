//! The providers that are linked into this binary. Nothing else in the project names one.

use relight_contract::{Provider, Registry, builtin};

/// Every linked provider; the built-in kinds come first.
pub(super) fn providers() -> Vec<&'static Provider> {
    vec![
        &builtin::BUILTIN,
        #[cfg(feature = "aws")]
        &relight_aws::AWS,
    ]
}

/// Their kinds.
pub(super) fn registry() -> Registry {
    Registry::new(&providers())
}
