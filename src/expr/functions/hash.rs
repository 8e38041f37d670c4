//! Hashes, identifiers made of them, and decryption.

use base64::Engine;
use relight_contract::Value;
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::pkcs8::DecodePrivateKey;
use rsa::{Pkcs1v15Encrypt, RsaPrivateKey};
use sha2::Digest;
use uuid::Uuid;

use super::encoding::{STANDARD, decode_base64};
use super::table::*;

const TEXT: &[Parameter] = &[Parameter::text("str")];

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new("base64sha256", TEXT, text_type, |a, _| Ok(base64_sha256(a.text(0).as_bytes()))),
    Function::new("base64sha512", TEXT, text_type, |a, _| Ok(base64_sha512(a.text(0).as_bytes()))),
    Function::new("md5", TEXT, text_type, |a, _| Ok(md5(a.text(0).as_bytes()))),
    Function::new(
        "rsadecrypt",
        &[Parameter::text("ciphertext"), Parameter::text("privatekey")],
        text_type,
        |a, _| decrypt(a),
    ),
    Function::new("sha1", TEXT, text_type, |a, _| Ok(sha1(a.text(0).as_bytes()))),
    Function::new("sha256", TEXT, text_type, |a, _| Ok(sha256(a.text(0).as_bytes()))),
    Function::new("sha512", TEXT, text_type, |a, _| Ok(sha512(a.text(0).as_bytes()))),
    Function::new("uuidv5", &[Parameter::text("namespace"), Parameter::text("name")], text_type, |a, _| {
        let namespace = match a.text(0) {
            "dns" => Uuid::NAMESPACE_DNS,
            "url" => Uuid::NAMESPACE_URL,
            "oid" => Uuid::NAMESPACE_OID,
            "x500" => Uuid::NAMESPACE_X500,
            other => Uuid::try_parse(other)
                .map_err(|_| wrong(0, "must be a UUID or one of \"dns\", \"url\", \"oid\", \"x500\""))?,
        };
        Ok(Value::text(Uuid::new_v5(&namespace, a.text(1).as_bytes()).to_string()))
    }),
];

fn hexadecimal(digest: &[u8]) -> Value {
    Value::text(digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

pub(super) fn md5(bytes: &[u8]) -> Value {
    hexadecimal(&md5::Md5::digest(bytes))
}

pub(super) fn sha1(bytes: &[u8]) -> Value {
    hexadecimal(&sha1::Sha1::digest(bytes))
}

pub(super) fn sha256(bytes: &[u8]) -> Value {
    hexadecimal(&sha2::Sha256::digest(bytes))
}

pub(super) fn sha512(bytes: &[u8]) -> Value {
    hexadecimal(&sha2::Sha512::digest(bytes))
}

pub(super) fn base64_sha256(bytes: &[u8]) -> Value {
    Value::text(STANDARD.encode(sha2::Sha256::digest(bytes)))
}

pub(super) fn base64_sha512(bytes: &[u8]) -> Value {
    Value::text(STANDARD.encode(sha2::Sha512::digest(bytes)))
}

/// RSA with PKCS #1 v1.5 padding. No message says more about the text than that it cannot be read.
fn decrypt(arguments: &Arguments<'_>) -> Answer {
    let cipher = decode_base64(arguments.text(0)).ok_or_else(|| wrong(0, "must be base64"))?;
    let pem = arguments.text(1);
    if pem.contains("ENCRYPTED") {
        return Err(wrong(1, "must be a private key without a passphrase"));
    }
    let key = RsaPrivateKey::from_pkcs1_pem(pem).or_else(|_| RsaPrivateKey::from_pkcs8_pem(pem));
    let key = key.map_err(|_| wrong(1, "must be an RSA private key in PEM form (PKCS #1 or PKCS #8)"))?;
    let plain = key.decrypt(Pkcs1v15Encrypt, &cipher).map_err(|_| failed("cannot decrypt with this key"))?;
    String::from_utf8(plain).map(text_value).map_err(|_| failed("the decrypted bytes are no UTF-8 text"))
}
