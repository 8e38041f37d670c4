//! Points at which a test can kill the process: one before and one after every durable write.
//!
//! A test of kills must end a real process at an exact point between two writes, again and again. With
//! `RELIGHT_HOLD_LOG` every point is written to that file, a line each; with `RELIGHT_HOLD_AT=n` the process stops for
//! good at the n-th point, from 1, after saying so in `RELIGHT_HOLD_FILE`: whoever waits for that file then kills it.
//! Without these variables a point costs one look at a lock.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use super::environment::Variables;

static HOLD: OnceLock<Hold> = OnceLock::new();

struct Hold {
    at: Option<u64>,
    said: Option<PathBuf>,
    log: Option<File>,
    count: AtomicU64,
}

/// Arms the points, where the environment asks for it.
pub fn arm(environment: &Variables) {
    let at = environment.get("RELIGHT_HOLD_AT").and_then(|text| text.parse().ok());
    let said = environment.get("RELIGHT_HOLD_FILE").map(PathBuf::from);
    let log = environment
        .get("RELIGHT_HOLD_LOG")
        .and_then(|path| OpenOptions::new().create(true).append(true).open(path).ok());
    if at.is_some() || log.is_some() {
        // Armed once, before anything is written.
        let _ = HOLD.set(Hold { at, said, log, count: AtomicU64::new(0) });
    }
}

/// One point; `what` says where, for people and for the test's statistics.
pub fn point(what: impl FnOnce() -> String) {
    let Some(hold) = HOLD.get() else { return };
    let count = hold.count.fetch_add(1, Ordering::SeqCst) + 1;
    let what = what();
    if let Some(mut log) = hold.log.as_ref() {
        // The log is the test's: when it cannot be written, the test sees that it is short.
        let _ = writeln!(log, "{count} {what}");
    }
    if hold.at == Some(count) {
        if let Some(path) = &hold.said {
            let _ = std::fs::write(path, what);
        }
        loop {
            std::thread::park();
        }
    }
}
