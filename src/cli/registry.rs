//! The providers that are linked into this binary. Nothing else in the project names one.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use relight_contract::{Cloud, Name, Provider, Registry, builtin};

use super::builtin::Beside;

/// Every linked provider; the built-in kinds come first.
pub(super) fn providers() -> Vec<&'static Provider> {
    vec![&builtin::BUILTIN, &relight_aws::AWS]
}

/// Their kinds.
pub(super) fn registry() -> Registry {
    Registry::new(&providers())
}

/// The doors to real clouds, by provider: those whose API half is linked, and that to what stands beside the store in
/// `folder`.
pub(super) fn clouds(folder: &Path) -> BTreeMap<Name, Arc<dyn Cloud>> {
    let mut clouds = real();
    clouds.insert(Name::from(builtin::BUILTIN.name), Arc::new(Beside::new(folder)));
    clouds
}

#[cfg(feature = "aws")]
fn real() -> BTreeMap<Name, Arc<dyn Cloud>> {
    // Without an endpoint of its own nothing is refused here; credentials are read with the first call.
    let aws = relight_aws::api::cloud(relight_aws::api::Options::default());
    aws.into_iter().map(|cloud| (Name::from(relight_aws::AWS.name), cloud)).collect()
}

#[cfg(not(feature = "aws"))]
fn real() -> BTreeMap<Name, Arc<dyn Cloud>> {
    BTreeMap::new()
}
