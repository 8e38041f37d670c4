//! The providers that are linked into this binary. Nothing else in the project names one.

use std::collections::BTreeMap;
use std::sync::Arc;

use relight_contract::{Cloud, Name, Provider, Registry, builtin};

/// Every linked provider; the built-in kinds come first.
pub(super) fn providers() -> Vec<&'static Provider> {
    vec![&builtin::BUILTIN, &relight_aws::AWS]
}

/// Their kinds.
pub(super) fn registry() -> Registry {
    Registry::new(&providers())
}

/// The doors to real clouds, by provider. None is linked without an API half.
pub(super) fn clouds() -> BTreeMap<Name, Arc<dyn Cloud>> {
    BTreeMap::new()
}
