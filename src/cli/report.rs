//! Reports at the command line: where they are written, and since when a recovery is counted.

use std::fs::{self, File};
use std::path::Path;

use relight_contract::Milliseconds;

use super::problem::Problem;
use crate::journal::RunId;
use crate::report::words::rfc3339;
use crate::report::{Calls, Report, markdown};
use crate::shell::store::Store;

/// When it was seen first that an operation is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detected {
    /// Then.
    At(Milliseconds),
    /// So long ago.
    Ago(Milliseconds),
}

/// Reads `--detected`.
pub(super) fn detected(text: &str) -> Result<Detected, String> {
    let unsigned = |milliseconds: i128| Milliseconds::try_from(milliseconds).ok();
    let at = text.parse::<jiff::Timestamp>().ok().and_then(|at| unsigned(at.as_millisecond().into()));
    let ago = text.parse::<jiff::SignedDuration>().ok().and_then(|ago| unsigned(ago.as_millis()));
    match (at, ago) {
        (Some(at), _) => Ok(Detected::At(at)),
        (None, Some(ago)) => Ok(Detected::Ago(ago)),
        (None, None) => {
            Err("write a time as `2026-11-21T03:04:05Z`, or how long ago it is as `12m`".to_owned())
        }
    }
}

impl Detected {
    /// The time that is meant. One that is still to come is a mistake.
    pub(super) fn at(self, now: Milliseconds) -> Result<Milliseconds, Problem> {
        let at = match self {
            Detected::At(at) => at,
            Detected::Ago(ago) => now.saturating_sub(ago),
        };
        if at > now {
            let text = format!("`--detected` is still to come: {}, and it is {}", rfc3339(at), rfc3339(now));
            return Err(Problem::new(text).hint("say how long ago it was instead: `--detected 12m`"));
        }
        Ok(at)
    }
}

/// The report of a stored run.
pub(super) fn of(store: &Store, run: &RunId, calls: Vec<Calls>) -> Result<Report, Problem> {
    let stored = store.run(run)?;
    Ok(Report::of(&stored.plan, &stored.entries, calls))
}

/// Whether a report can be written there: better known before the run than after it. What stands there stays.
pub(super) fn try_out(path: &Path) -> Result<(), Problem> {
    let is_new = !path.exists();
    let opened = File::options().create(true).append(true).open(path);
    let cleared = opened.and_then(|_| if is_new { fs::remove_file(path) } else { Ok(()) });
    cleared.map_err(|error| Problem::file("write the report to", path, &error))
}

/// Writes a report: as JSON into `.json`, else as Markdown.
pub(super) fn save(report: &Report, path: &Path) -> Result<(), Problem> {
    let json = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("json"));
    let text = match json {
        true => serde_json::to_string_pretty(report).unwrap_or_default() + "\n",
        false => markdown(report),
    };
    fs::write(path, text).map_err(|error| Problem::file("write the report to", path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn detection_is_a_time_or_an_age() {
        assert_eq!(detected("1970-01-01T00:01:00Z"), Ok(Detected::At(60_000)));
        assert_eq!(detected("12m"), Ok(Detected::Ago(720_000)));
        assert_eq!(detected("1h30m"), Ok(Detected::Ago(5_400_000)));
        for wrong in ["", "yesterday", "-5m", "12"] {
            assert!(detected(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Detected::Ago(5).at(60_000).ok(), Some(59_995));
        assert!(Detected::At(60_001).at(60_000).is_err());
    }
}
