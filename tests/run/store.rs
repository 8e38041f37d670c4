//! The local store: journals that were torn or damaged, the lease, the inventory.

use std::fs;

use relight::journal::{Journal as _, Lease as _, Outcome};
use relight::plan::Verb;
use relight::shell::journal::{FileJournal, read};
use relight::shell::record::HEADER;
use relight::shell::store::{Store, StoreError};
use relight_sim::Settings;

use crate::stage::*;

fn entries() -> Vec<relight::journal::Entry> {
    let mut paper = Paper::default();
    let _ = finish(&building(), world(Settings::calm(7)), &mut paper);
    paper.entries.take()
}

#[test]
fn a_torn_end_is_forgotten_at_every_length() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal");
    let entries = entries();
    let (mut journal, _) = FileJournal::open(&path).expect("a journal");
    journal.append(&entries[..2]).expect("room");
    let whole = fs::read(&path).expect("bytes");
    journal.append(&entries[2..4]).expect("room");
    drop(journal);
    let all = fs::read(&path).expect("bytes");
    for length in 0..=all.len() {
        fs::write(&path, &all[..length]).expect("room");
        let (mut journal, known) = FileJournal::open(&path).expect("a torn end is no damage");
        let expected = match length {
            _ if length == all.len() => 4,
            _ if length >= whole.len() => 2,
            _ => 0,
        };
        assert_eq!(known, entries[..expected], "at {length} bytes");
        journal.append(&entries[expected..=expected]).expect("room");
        drop(journal);
        assert_eq!(read(&path).expect("whole again").entries, entries[..=expected]);
    }
}

#[test]
fn damage_is_reported_and_left_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal");
    let entries = entries();
    let (mut journal, _) = FileJournal::open(&path).expect("a journal");
    for entry in &entries[..4] {
        journal.append(std::slice::from_ref(entry)).expect("room");
    }
    drop(journal);
    let good = fs::read(&path).expect("bytes");
    for offset in (0..good.len() - 1).step_by(7) {
        let mut bad = good.clone();
        bad[offset] ^= 0x04;
        fs::write(&path, &bad).expect("room");
        match FileJournal::open(&path) {
            Err(StoreError::Damaged { help, .. }) => assert!(!help.is_empty()),
            other => panic!("a flipped bit at {offset} goes unnoticed: {other:?}"),
        }
        assert_eq!(fs::read(&path).expect("bytes"), bad);
    }
    // A line that is missing, and one of another version.
    let text = String::from_utf8(good).expect("text");
    let without: Vec<&str> =
        text.split_inclusive('\n').enumerate().filter(|(n, _)| *n != 2).map(|(_, l)| l).collect();
    fs::write(&path, without.concat()).expect("room");
    assert!(matches!(FileJournal::open(&path), Err(StoreError::Damaged { .. })));
    fs::write(&path, text.replacen(HEADER, "relight journal 2\n", 1)).expect("room");
    assert!(matches!(FileJournal::open(&path), Err(StoreError::Damaged { .. })));
}

#[test]
fn one_process_holds_the_lease_and_its_number_rises() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::new(folder.path().join(".relight"));
    let mut first = store.acquire().expect("nobody holds it");
    assert!(first.hold().is_ok());
    match store.acquire() {
        Err(StoreError::Held { holder: Some(holder) }) => assert_eq!(holder.process, std::process::id()),
        other => panic!("two hold it: {other:?}"),
    }
    let number = first.fencing();
    drop(first);
    let second = store.acquire().expect("it was given back");
    assert!(second.fencing() > number);
    // A record that another holder wrote ends the lease.
    let mut second = second;
    let record = folder.path().join(".relight/lease.json");
    let other = fs::read_to_string(&record).expect("a record").replace("\"fencing\":2", "\"fencing\":3");
    fs::write(&record, other).expect("room");
    assert!(second.hold().is_err());
}

#[test]
fn the_inventory_is_the_same_with_and_without_its_snapshot() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::new(folder.path());
    let plan = building();
    let entries = entries();
    let (run, mut journal) = store.begin(&plan).expect("room");
    assert_eq!(store.unfinished().expect("readable"), None, "nothing was opened yet");
    journal.append(&entries[..entries.len() / 2]).expect("room");
    assert_eq!(store.unfinished().expect("readable"), Some(run.clone()));
    store.save_memory().expect("room");
    journal.append(&entries[entries.len() / 2..]).expect("room");
    let on_top = store.memory().expect("readable");
    store.save_memory().expect("room");
    assert_eq!(store.memory().expect("readable"), on_top);
    fs::remove_file(folder.path().join("memory.json")).expect("it is there");
    assert_eq!(store.memory().expect("readable"), on_top);
    assert_eq!(on_top.inventory.len(), 9);
    assert_eq!(store.unfinished().expect("readable"), None);
    assert!(store.applied(&plan).expect("readable").is_some());
    let stored = store.run(&run).expect("readable");
    assert_eq!((&*stored.plan, stored.entries), (&*plan, entries));
    let runs = store.runs().expect("readable");
    assert!(matches!(runs[0].outcome, Some(Outcome::Completed { .. })));
}

#[test]
fn a_damaged_inventory_is_reported_and_left_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::new(folder.path());
    let (_, mut journal) = store.begin(&building()).expect("room");
    journal.append(&entries()).expect("room");
    store.save_memory().expect("room");
    let path = folder.path().join("memory.json");
    let bad = fs::read_to_string(&path).expect("text").replacen("cumulus_disk", "cumulus_dusk", 1);
    fs::write(&path, &bad).expect("room");
    assert!(matches!(store.memory(), Err(StoreError::Damaged { .. })));
    assert!(matches!(store.save_memory(), Err(StoreError::Damaged { .. })));
    assert_eq!(fs::read_to_string(&path).expect("text"), bad);
}

#[test]
fn completed_runs_teach_how_long_steps_take_and_others_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::new(folder.path());
    let entries = entries();
    let addresses = |store: &Store| {
        let timing = store.history().expect("readable").timing("cumulus_address", Verb::Create);
        timing.map(|timing| timing.samples)
    };
    for (known, entries) in
        [(None, &entries[..]), (None, &entries[..entries.len() - 1]), (Some(4), &entries[..])]
    {
        let mut plan = building();
        // Each run has a plan of its own.
        let made = std::sync::Arc::make_mut(&mut plan);
        made.content.kept = store.runs().expect("readable").len() as u64;
        made.id = relight::plan::identify(&made.content);
        let (_, mut journal) = store.begin(&plan).expect("room");
        journal.append(entries).expect("room");
        assert_eq!(addresses(&store), known, "two addresses in each run that came to its end");
        store.save_memory().expect("room");
        assert_eq!(addresses(&store), known);
    }
    fs::remove_file(folder.path().join("memory.json")).expect("it is there");
    assert_eq!(addresses(&store), Some(4), "journals tell the same as what was folded from them");
}
