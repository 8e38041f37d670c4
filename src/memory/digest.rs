//! Keyed digests: how a value that the cloud never tells back is compared without being kept.

use relight_contract::address::hex;
use relight_contract::{Name, Value};
use sha2::{Digest, Sha256};

/// The digest of a value under the store's key, 32 hex digits.
///
/// Keyed twice, inside and outside, so that nobody without the key can guess a short secret from its digest, nor
/// extend one. Secrets count as what they hide.
pub fn digest(key: &[u8], value: &Value) -> Name {
    let mut inner = Sha256::new();
    for part in [key, plain(value).to_json().to_string().as_bytes()] {
        inner.update((part.len() as u64).to_be_bytes());
        inner.update(part);
    }
    let mut outer = Sha256::new();
    outer.update(key);
    outer.update(inner.finalize());
    hex(&outer.finalize()[..16]).into()
}

fn plain(value: &Value) -> Value {
    let opened = value.map_holes(&mut |leaf| match leaf {
        Value::Secret(secret) => Ok::<_, std::convert::Infallible>(plain(&secret.value)),
        other => Ok(other.clone()),
    });
    match opened {
        Ok(value) => value,
    }
}
