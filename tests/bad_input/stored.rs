//! What relight keeps, damaged: it says what to do, ends with 1, and overwrites nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::{folder, relight, relight_with};

const SPEC: &str = r#"
topology "t" {}
site "east" {
  provider = "aws"
  region   = "us-east-1"
  role     = "primary"
}
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}
"#;

const ZONE: &str = "resource \"aws_route53_zone\" \"shop\" {\n  name = \"shop.example\"\n}\n";

/// A folder in which the spec was applied, and a plan of a change of it was saved.
fn applied() -> tempfile::TempDir {
    let place = folder(&[("main.hcl", SPEC.as_bytes())]);
    let (code, all) = relight(place.path(), &["apply", "--sandbox", "--yes"]);
    assert_eq!(code, Some(0), "{all}");
    let (code, all) =
        relight(place.path(), &["plan", "--sandbox", "--replace", "aws_vpc.main", "--out", "plan.json"]);
    assert_eq!(code, Some(0), "{all}");
    place
}

/// Every file below the store's folder but locks, by path.
fn kept(place: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = walkdir::WalkDir::new(place.join(".relight")).into_iter().flatten();
    let files = entries.filter(|entry| entry.file_type().is_file());
    files.map(|entry| (entry.path().to_owned(), std::fs::read(entry.path()).unwrap_or_default())).collect()
}

fn find(place: &Path, name: &str) -> PathBuf {
    let found = kept(place).into_keys().find(|path| path.file_name().is_some_and(|found| found == name));
    found.unwrap_or_else(|| panic!("there is no `{name}` in {:?}", kept(place).keys()))
}

/// Damages a file in several ways. Whatever is run then says its name and what to do, and leaves it as it is.
fn damaged(name: &str) {
    let wounds: [fn(&mut Vec<u8>); 4] = [
        |bytes| bytes.iter_mut().take(60).for_each(|byte| *byte ^= 0x15),
        |bytes| bytes.insert(0, b'{'),
        |bytes| {
            let middle = bytes.len() / 3;
            bytes[middle] ^= 0x01;
        },
        |bytes| *bytes = b"\xff\xfe not what it was \n".to_vec(),
    ];
    for (number, wound) in wounds.iter().enumerate() {
        let place = applied();
        let path = find(place.path(), name);
        let mut bytes = std::fs::read(&path).expect("the file");
        wound(&mut bytes);
        std::fs::write(&path, &bytes).expect("the file");
        for command in
            [&["plan", "--sandbox"][..], &["apply", "--sandbox", "--yes"], &["destroy", "--sandbox", "--yes"]]
        {
            let (code, all) = relight(place.path(), command);
            assert_eq!(code, Some(1), "{name} {number} {command:?}: {all}");
            assert!(all.contains(name), "{name} {number} {command:?}: {all}");
            assert!(
                all.contains("move") || all.contains("restore") || all.contains("delete"),
                "{number}: {all}"
            );
            assert_eq!(
                std::fs::read(&path).expect("the file"),
                bytes,
                "{name} {number} {command:?} overwrote it"
            );
        }
    }
}

#[test]
fn a_damaged_inventory() {
    damaged("memory.json");
}

#[test]
fn a_damaged_journal() {
    // A finished run's journal is read only where the inventory does not tell of it.
    let place = applied();
    std::fs::remove_file(find(place.path(), "memory.json")).expect("the inventory");
    let path = find(place.path(), "journal");
    let mut bytes = std::fs::read(&path).expect("the journal");
    let middle = bytes.len() / 3;
    bytes[middle] ^= 0x01;
    std::fs::write(&path, &bytes).expect("the journal");
    for command in
        [&["plan", "--sandbox"][..], &["apply", "--sandbox", "--yes"], &["status", "--sandbox"], &["show"]]
    {
        let (code, all) = relight(place.path(), command);
        assert_eq!(code, Some(1), "{command:?}: {all}");
        assert!(all.contains("journal"), "{command:?}: {all}");
        assert_eq!(std::fs::read(&path).expect("the journal"), bytes);
    }
}

/// A run that was left before its end, with its journal or its plan damaged: `status` tells the rest, and what the hint
/// says is done here to the letter.
#[test]
fn a_damaged_run_that_is_open() {
    for name in ["journal", "plan.json"] {
        let place = applied();
        let wider = format!("{SPEC}resource \"aws_sns_topic\" \"news\" {{\n  name = \"news\"\n}}\n");
        std::fs::write(place.path().join("main.hcl"), wider + ZONE).expect("the spec");
        let faults = r#"{"rules": [{"kind": "aws_route53_zone", "act": "create", "fault": "quota"}]}"#;
        let (code, all) = relight_with(place.path(), &["apply", "--sandbox", "--yes"], faults);
        assert_eq!(code, Some(6), "{all}");
        let path =
            kept(place.path()).into_keys().filter(|path| path.ends_with(name)).max().expect("the file");
        let mut bytes = std::fs::read(&path).expect("the file");
        let middle = bytes.len() / 3;
        bytes[middle] ^= 0x01;
        std::fs::write(&path, &bytes).expect("the file");
        if name == "plan.json" {
            // Else nobody asks for the plan but a resumed run.
            std::fs::remove_file(find(place.path(), "memory.json")).expect("the inventory");
        }
        let (code, all) = relight(place.path(), &["status", "--sandbox"]);
        assert!(code == Some(1) && all.contains("completed") && all.contains("east"), "{all}");
        let (_, told) = all.split_once(" anew: `").expect("what to do");
        let (commands, _) = told.split_once('`').expect("its end");
        let (code, all) = relight(place.path(), &["plan", "--sandbox"]);
        assert!(code == Some(1) && all.contains(commands), "{all}");
        let mut shell = std::process::Command::new("sh");
        assert!(shell.args(["-c", commands]).current_dir(place.path()).status().expect("a shell").success());
        let (code, all) = relight(place.path(), &["apply", "--sandbox", "--yes"]);
        assert_eq!(code, Some(0), "{all}");
        assert!(all.contains("1 step") && all.contains("aws_route53_zone"), "{all}");
        let (code, all) = relight(place.path(), &["plan", "--sandbox", "--detailed-exitcode"]);
        assert_eq!(code, Some(0), "{all}");
    }
}

#[test]
fn a_damaged_key() {
    let place = applied();
    let path = find(place.path(), "key");
    std::fs::write(&path, b"short").expect("the key");
    let (code, all) = relight(place.path(), &["plan", "--sandbox"]);
    assert!(code == Some(1) && all.contains("move it away"), "{all}");
    assert_eq!(std::fs::read(&path).expect("the key"), b"short");
}

#[test]
fn a_damaged_sandbox() {
    let place = applied();
    let inside = |path: &&PathBuf| {
        path.parent().is_some_and(|parent| parent.ends_with("sandbox"))
            && !path.to_string_lossy().contains("lock")
    };
    let files: Vec<PathBuf> = kept(place.path()).keys().filter(inside).cloned().collect();
    assert!(!files.is_empty(), "{:?}", kept(place.path()).keys());
    for path in files {
        let whole = std::fs::read(&path).expect("a file");
        if whole.is_empty() {
            continue;
        }
        for wound in [0, whole.len() / 2] {
            let mut bytes = whole.clone();
            bytes[wound] ^= 0x11;
            std::fs::write(&path, &bytes).expect("a file");
            let (code, all) = relight(place.path(), &["apply", "--sandbox", "--yes"]);
            assert_eq!(code, Some(1), "{} at {wound}: {all}", path.display());
            assert_eq!(std::fs::read(&path).expect("a file"), bytes, "{} was overwritten", path.display());
        }
        std::fs::write(&path, &whole).expect("a file");
    }
    let (code, all) = relight(place.path(), &["plan", "--sandbox", "--detailed-exitcode"]);
    assert_eq!(code, Some(0), "{all}");
}

#[test]
fn a_damaged_plan() {
    let place = applied();
    let path = place.path().join("plan.json");
    let whole = std::fs::read(&path).expect("the plan");
    let text = String::from_utf8(whole.clone()).expect("text");
    let changed = text.replacen("10.0.0.0/16", "10.9.0.0/16", 1);
    let format =
        text.replacen("\"format\":1", "\"format\":999", 1).replacen("\"format\": 1", "\"format\": 999", 1);
    assert!(changed != text && format != text);
    let half = &whole[..whole.len() / 2];
    let deep = "[".repeat(200_000);
    for bytes in [half, changed.as_bytes(), format.as_bytes(), deep.as_bytes(), b"{}", b"", b"\xff\xff"] {
        std::fs::write(&path, bytes).expect("the plan");
        for command in [&["apply", "--sandbox", "plan.json"][..], &["show", "plan.json"]] {
            let (code, all) = relight(place.path(), command);
            assert_eq!(code, Some(1), "{command:?}: {all}");
            assert!(all.contains("plan"), "{command:?}: {all}");
        }
        assert_eq!(std::fs::read(&path).expect("the plan"), bytes);
    }
    std::fs::write(&path, whole).expect("the plan");
    let (code, all) = relight(place.path(), &["apply", "--sandbox", "plan.json"]);
    assert_eq!(code, Some(0), "{all}");
}
