//! Advice: what a person can do about a fault, as the provider knows it.

use relight_contract::{Address, Fault};

use super::registry;

/// What to do about a fault of a provider's cloud.
pub(super) fn of(provider: &str, fault: &Fault) -> Option<String> {
    (registry::registry().provider(provider)?.advice)(fault)
}

/// What to do about a fault that an object met.
pub(super) fn at(address: &Address, fault: &Fault) -> Option<String> {
    of(registry::registry().kind(&address.kind)?.provider, fault)
}
