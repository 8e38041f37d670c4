//! One seed, one disaster: random topologies on both clouds, random faults, over the whole way from text to world.
//!
//! First the weather is foul: calls are lost, refused, late, sites go away, processes die at their journal writes, and
//! other hands meddle. Safety is asserted throughout. Then the faults stop, and everything must come right: the world
//! is as the second version of the spec says, the next plan is empty, with and without memory, and after `destroy`
//! nothing is left. Another play loses its primary, fails over, and comes home. `SEED=7` replays one seed and prints what happened; `SEEDS=5000` plays more.

mod dice;
mod disaster;
mod door;
mod draft;
mod edit;
mod guard;
mod meddle;
mod oracle;
mod others;
mod play;
mod process;
mod recipes;
mod safety;
#[path = "../support/mod.rs"]
mod support;
mod weather;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use door::Transcript;

/// How many seeds are played unless told otherwise.
const SEEDS: u64 = 500;

/// A play of a seed, in a folder, telling what happens.
type Plot = fn(u64, PathBuf, &Transcript) -> BTreeMap<String, u64>;

/// One seed in a folder of its own: what it did, or why it failed and what had happened.
fn play(plot: Plot, seed: u64) -> Result<BTreeMap<String, u64>, (String, String)> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let transcript = Transcript::default();
    let path = folder.path().to_path_buf();
    let outcome = catch_unwind(AssertUnwindSafe(|| plot(seed, path, &transcript)));
    outcome.map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        (text.unwrap_or_default(), transcript.take())
    })
}

#[expect(clippy::disallowed_methods, reason = "`SEED` replays one play, `SEEDS` asks for more")]
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

#[test]
fn every_disaster_ends_well() {
    every_seed("every_disaster_ends_well", play::play);
}

#[test]
fn every_recovery_ends_at_home() {
    every_seed("every_recovery_ends_at_home", disaster::play);
}

#[expect(clippy::print_stdout, reason = "tests tell what they counted")]
fn every_seed(test: &str, plot: Plot) {
    if let Some(seed) = number("SEED") {
        if let Err((why, transcript)) = play(plot, seed) {
            panic!("{transcript}\nSEED={seed}: {why}");
        }
        return;
    }
    let seeds = number("SEEDS").unwrap_or(SEEDS);
    let next = AtomicU64::new(0);
    let counts = Mutex::new(BTreeMap::<String, u64>::new());
    let failed = Mutex::new(BTreeMap::<u64, String>::new());
    let quiet = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds {
                        break;
                    }
                    match play(plot, seed) {
                        Ok(found) => {
                            let mut counts = counts.lock().expect("a whole map");
                            for (what, count) in found {
                                *counts.entry(what).or_default() += count;
                            }
                        }
                        Err((why, _)) => {
                            failed.lock().expect("a whole map").insert(seed, why);
                        }
                    }
                }
            });
        }
    });
    std::panic::set_hook(quiet);
    for (what, count) in counts.into_inner().expect("a whole map") {
        println!("{count:>8} {what}");
    }
    let failed = failed.into_inner().expect("a whole map");
    let lines: Vec<String> = failed
        .iter()
        .take(20)
        .map(|(seed, why)| {
            format!("SEED={seed} cargo test --test sim {test}  # {}", why.lines().next().unwrap_or_default())
        })
        .collect();
    assert!(failed.is_empty(), "{} of {seeds} seeds failed:\n{}", failed.len(), lines.join("\n"));
}
