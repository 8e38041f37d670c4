//! Files of a spec, on the way of `relight validate` and of `relight fmt`.

#![no_main]

use std::fmt::Write as _;

use libfuzzer_sys::fuzz_target;
use relight::cli::canonical;
use relight::desired::Desired;
use relight::diag::Sources;
use relight_fuzz::{File, check_diagnostics, compile, files, folder};

fuzz_target!(|input: &[u8]| {
    let files = files(input);
    let desired = swallow(&files);
    let formatted: Vec<File> =
        files.iter().map(|(path, bytes)| (path.clone(), format(path, bytes))).collect();
    // A spec that reads its own files, or their names, sees the difference.
    let reads = files.iter().any(|(_, bytes)| bytes.windows(4).any(|word| word == b"file"));
    if let Some(desired) = desired.filter(|_| !reads && formatted != files) {
        assert_eq!(swallow(&formatted), Some(desired), "formatting changed what is wanted");
    }
});

/// Compiles; everything that is wanted, as text, when nothing is wrong.
fn swallow(files: &[File]) -> Option<String> {
    let folder = folder(files);
    let mut compiled = compile(folder.path());
    let desired = compiled.desire();
    check_diagnostics(&compiled.diagnostics, &compiled.sources);
    desired.as_ref().map(told)
}

fn told(desired: &Desired) -> String {
    let mut text = String::new();
    for instance in &desired.instances {
        let _ = writeln!(text, "{} in {}", instance.address, instance.place.name);
        for (name, value) in &instance.attributes {
            let _ = writeln!(text, "  {name} = {}", value.to_json());
        }
    }
    for (name, output) in &desired.outputs {
        let _ = writeln!(text, "output {name} = {}", output.value.to_json());
    }
    text
}

/// The canonical text of a file of the spec that can be read, and as it is of every other one.
fn format(path: &str, bytes: &[u8]) -> Vec<u8> {
    let spec = path.ends_with(".hcl") || path.ends_with(".tf");
    let Some(text) = std::str::from_utf8(bytes).ok().filter(|_| spec) else { return bytes.to_vec() };
    let mut sources = Sources::new();
    let file = sources.register(path, text);
    match canonical(text, file) {
        Ok(formatted) => {
            let file = sources.register(path, formatted.as_str());
            let again = canonical(&formatted, file).expect("formatted text that can be read");
            assert_eq!(again, formatted, "formatting twice is not formatting once");
            formatted.into_bytes()
        }
        Err(problems) => {
            check_diagnostics(&problems, &sources);
            bytes.to_vec()
        }
    }
}
