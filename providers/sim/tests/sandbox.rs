//! The sandbox keeps its world through ends of any kind, and refuses to work on what is damaged.

#[expect(dead_code, reason = "these tests need a part of what is shared")]
mod common;

use std::cell::Cell;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use common::*;
use relight_contract::{Action, Answer, Object, Request, State, Type, Value};
use relight_sim::{Killer, Sandbox, SandboxError, Settings};

fn open(folder: &Path) -> Result<Sandbox, SandboxError> {
    Sandbox::open(folder, registry(), Settings::calm(1), None)
}

fn error(folder: &Path) -> SandboxError {
    match open(folder) {
        Ok(_) => panic!("the sandbox opens"),
        Err(error) => error,
    }
}

fn log(folder: &Path) -> PathBuf {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.into_iter().find(|path| path.extension().is_some_and(|end| end == "log")).unwrap()
}

/// Everything in a sandbox, as a text.
fn contents(sandbox: &Sandbox) -> String {
    let objects = sandbox.world().objects(sandbox.clock());
    objects.map(|(domain, kind, live)| format!("{domain:?} {} {live:?}\n", kind.name)).collect()
}

#[test]
fn what_was_in_flight_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let west = place("oregon", "west");
    let mut sandbox = open(folder.path()).unwrap();
    let reply = sandbox.submit(START, &create(&west, "cumulus_database", database("orders"), "a")).unwrap();
    let Ok(Answer::Accepted { native_id, handle, .. }) = reply.outcome else { panic!("{reply:?}") };
    drop(sandbox);
    let mut sandbox = open(folder.path()).unwrap();
    assert_eq!(sandbox.clock(), START);
    let action =
        Action::Poll { kind: kind("cumulus_database"), native_id, handle, attributes: Object::new() };
    let poll = Request { place: west, action };
    assert!(matches!(sandbox.submit(START + 1_000, &poll).unwrap().outcome, Ok(Answer::Accepted { .. })));
    let ended = sandbox.submit(START + 3_600_000, &poll).unwrap().outcome;
    assert!(matches!(ended, Ok(Answer::Object(live)) if live.state == State::Ready));
    sandbox.keep_clock(START + 4_000_000).unwrap();
    drop(sandbox);
    assert_eq!(open(folder.path()).unwrap().clock(), START + 4_000_000);
}

#[test]
fn every_value_survives() {
    let folder = tempfile::tempdir().unwrap();
    let west = place("oregon", "west");
    let mut sandbox = open(folder.path()).unwrap();
    for (nth, input) in [
        Value::set(Type::Number, vec![Value::from(2), Value::from(1)]),
        Value::Number("0.1".parse().unwrap()),
        Value::Number("123456789012345678901234567890".parse().unwrap()),
        Value::object([("$odd", Value::from("x")), ("b", Value::NULL)].into_iter().collect::<Object>()),
        Value::from("true"),
    ]
    .into_iter()
    .enumerate()
    {
        let request = create(&west, "terraform_data", object([("input", input)]), &nth.to_string());
        sandbox.submit(START, &request).unwrap().outcome.unwrap();
    }
    let before = contents(&sandbox);
    drop(sandbox);
    let mut sandbox = open(folder.path()).unwrap();
    assert_eq!(contents(&sandbox), before, "from the log");
    sandbox.compact().unwrap();
    drop(sandbox);
    assert_eq!(contents(&open(folder.path()).unwrap()), before, "from a snapshot");
}

#[test]
fn a_second_opening_is_refused_until_the_first_ends() {
    let folder = tempfile::tempdir().unwrap();
    let first = open(folder.path()).unwrap();
    assert!(matches!(error(folder.path()), SandboxError::Busy { .. }));
    drop(first);
    assert!(open(folder.path()).is_ok());
}

#[test]
fn a_torn_tail_is_dropped_and_damage_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let west = place("oregon", "west");
    let mut sandbox = open(folder.path()).unwrap();
    sandbox.submit(START, &create(&west, "cumulus_disk", disk(1), "a")).unwrap().outcome.unwrap();
    let one = contents(&sandbox);
    let whole = fs::read(log(folder.path())).unwrap().len();
    sandbox.submit(START, &create(&west, "cumulus_disk", disk(2), "b")).unwrap().outcome.unwrap();
    drop(sandbox);
    let bytes = fs::read(log(folder.path())).unwrap();
    fs::write(log(folder.path()), &bytes[..bytes.len() - 10]).unwrap();
    assert_eq!(contents(&open(folder.path()).unwrap()), one);
    assert_eq!(fs::read(log(folder.path())).unwrap().len(), whole, "the tail is cut off for good");
    let mut damaged = bytes.clone();
    damaged[whole - 20] ^= 1;
    fs::write(log(folder.path()), &damaged).unwrap();
    let text = error(folder.path()).to_string();
    assert!(text.contains("effects-1.log is damaged") && text.contains("move its folder away"), "{text}");
    assert_eq!(fs::read(log(folder.path())).unwrap(), damaged, "it was left as it is");
}

#[test]
fn a_damaged_missing_or_newer_snapshot_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let west = place("oregon", "west");
    let mut sandbox = open(folder.path()).unwrap();
    sandbox.submit(START, &create(&west, "cumulus_disk", disk(1), "a")).unwrap().outcome.unwrap();
    drop(sandbox);
    let path = folder.path().join("world.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("relight-sandbox-world 1", "relight-sandbox-world 2", 1)).unwrap();
    assert!(matches!(error(folder.path()), SandboxError::Version { found, .. } if found == "2"));
    fs::write(&path, text.replacen("seed", "sEEd", 1)).unwrap();
    assert!(matches!(error(folder.path()), SandboxError::Corrupt { .. }));
    fs::remove_file(&path).unwrap();
    assert!(
        matches!(error(folder.path()), SandboxError::Corrupt { .. }),
        "a log is left without its snapshot"
    );
    fs::write(&path, text).unwrap();
    assert!(open(folder.path()).is_ok());
}

/// Ends the process, here by unwinding, at one durable write.
struct Ends {
    at: u64,
    before: bool,
    writes: Cell<u64>,
}

impl Killer for Ends {
    fn before_write(&mut self, write: u64) {
        self.writes.set(write);
        assert!(!(self.before && write == self.at), "killed before write {write}");
    }

    fn after_write(&mut self, write: u64) {
        assert!(self.before || write != self.at, "killed after write {write}");
    }
}

#[test]
fn a_kill_at_any_write_loses_nothing_and_doubles_nothing() {
    let west = place("oregon", "west");
    let script = |sandbox: &mut Sandbox, made: &mut Vec<usize>| {
        for nth in made.len()..4 {
            // The same token again is the same disk: that is how a caller resumes.
            sandbox
                .submit(START, &create(&west, "cumulus_disk", disk(1), &nth.to_string()))
                .unwrap()
                .outcome
                .unwrap();
            made.push(nth);
            if nth == 1 {
                sandbox.compact().unwrap();
            }
        }
    };
    let plain = tempfile::tempdir().unwrap();
    let mut sandbox = open(plain.path()).unwrap();
    script(&mut sandbox, &mut Vec::new());
    let (expected, writes) = (contents(&sandbox), sandbox.writes());
    assert_eq!(writes, 5);
    for (at, before) in (1..=writes).flat_map(|at| [(at, true), (at, false)]) {
        let folder = tempfile::tempdir().unwrap();
        let mut made = Vec::new();
        let killer = Ends { at, before, writes: Cell::new(0) };
        let killed = catch_unwind(AssertUnwindSafe(|| {
            let mut sandbox =
                Sandbox::open(folder.path(), registry(), Settings::calm(1), Some(Box::new(killer))).unwrap();
            script(&mut sandbox, &mut made);
        }));
        assert!(killed.is_err(), "the killer missed write {at}");
        let mut sandbox = open(folder.path()).unwrap();
        script(&mut sandbox, &mut made);
        assert_eq!(contents(&sandbox), expected, "killed at write {at}, before: {before}");
    }
}
