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

/// The doors to real clouds, by provider: those whose API half is linked.
#[cfg(feature = "aws")]
pub(super) fn clouds() -> BTreeMap<Name, Arc<dyn Cloud>> {
    // Without an endpoint of its own nothing is refused here; credentials are read with the first call.
    let aws = relight_aws::api::cloud(relight_aws::api::Options::default());
    aws.into_iter().map(|cloud| (Name::from(relight_aws::AWS.name), cloud)).collect()
}

/// The doors to real clouds, by provider: none is linked.
#[cfg(not(feature = "aws"))]
pub(super) fn clouds() -> BTreeMap<Name, Arc<dyn Cloud>> {
    BTreeMap::new()
}
