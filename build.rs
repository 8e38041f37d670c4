//! Lets the linker keep one copy of functions that compile to the same code: see `docs/decisions/release-profile.md`.

#[expect(clippy::disallowed_methods, reason = "cargo tells a build script by its environment")]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let setting = |name: &str| std::env::var(name).unwrap_or_default();
    // The one target whose default linker, as rustc ships it, is known to take the option.
    let folds = setting("CARGO_CFG_TARGET_ARCH") == "x86_64"
        && setting("CARGO_CFG_TARGET_OS") == "linux"
        && setting("CARGO_CFG_TARGET_ENV") == "gnu";
    if folds && setting("PROFILE") == "release" {
        println!("cargo::rustc-link-arg-bins=-Wl,--icf=all");
    }
}
