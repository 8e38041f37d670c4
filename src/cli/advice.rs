//! Advice: what a person can do about a fault, as the provider knows it.

use relight_contract::{Address, Fault};

use super::registry;

/// What to do about a fault of a provider's cloud.
pub(super) fn of(provider: &str, fault: &Fault) -> Option<String> {
    (registry::registry().provider(provider)?.advice)(fault)
}

/// What to do about a fault that an object met. That somebody else's stands in the way is found by relight itself, of
/// whatever cloud.
pub(super) fn at(address: &Address, fault: &Fault) -> Option<String> {
    if fault.code.as_deref() == Some("not_ours") {
        let text =
            "choose another name; or, if nobody else looks after that object, take it over: `relight adopt`";
        return Some(text.to_owned());
    }
    of(registry::registry().kind(&address.kind)?.provider, fault)
}
