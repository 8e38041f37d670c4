//! The process is killed, for real, at points between its durable writes; a resumed run comes to the same end.
//!
//! Every durable write of journal and sandbox has a point before it and one after it. An uncrashed run lists them all;
//! then some of them are drawn, and for each a fresh run is held there and killed with SIGKILL, `apply --resume` goes
//! on, and what stands afterwards is compared with the uncrashed world, object by object. `SEED=n` draws other points,
//! `POINTS=n` more or fewer.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use relight_contract::builtin::BUILTIN;
use relight_contract::{Registry, Value};
use relight_sim::{Sandbox, Settings};

const PATIENCE: Duration = Duration::from_secs(120);

struct Workplace(tempfile::TempDir);

impl Workplace {
    fn new() -> Workplace {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::copy("tests/kill/spec/main.hcl", folder.path().join("main.hcl")).expect("a copy of the spec");
        Workplace(folder)
    }

    /// Another folder with all that stands in this one.
    fn copy(&self) -> Workplace {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for entry in walkdir::WalkDir::new(self.path()).min_depth(1) {
            let entry = entry.expect("an entry");
            let to = folder.path().join(entry.path().strip_prefix(self.path()).expect("a part of it"));
            match entry.file_type().is_dir() {
                true => fs::create_dir(to).expect("a folder"),
                false => drop(fs::copy(entry.path(), to).expect("a copy")),
            }
        }
        Workplace(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_relight"));
        command.arg("-C").arg(self.path()).args(arguments).env_remove("RELIGHT_HOLD_AT").stdin(Stdio::null());
        command
    }

    fn relight(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.command(arguments).output().expect("the process");
        let text =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        (output.status.code().unwrap_or(-1), text)
    }

    /// What stands, by owner: the kind, and every attribute whose value the server does not make up.
    fn world(&self) -> BTreeMap<String, Vec<String>> {
        let registry = Registry::new(&[&relight_aws::AWS, &BUILTIN]);
        let folder = self.path().join(".relight/sandbox");
        let sandbox = Sandbox::open(&folder, registry.clone(), Settings::calm(0), None).expect("the sandbox");
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (domain, kind, live) in sandbox.world().objects(sandbox.clock() + 3_600_000) {
            let mut text = String::new();
            for (name, value) in &live.attributes {
                let row = kind.field(name);
                let plain =
                    row.is_some_and(|row| row.is_settable() && row.refers.is_none() && row.made.is_none());
                // A record's answers and a source's ARN hold names that the server made up.
                let made_up = matches!(value, Value::Set(_) | Value::List(_) | Value::Null(_));
                if plain && !made_up {
                    text.push_str(&format!(" {name}={}", value.to_json()));
                }
            }
            let owner = live.owner.map_or_else(|| live.native_id.to_string(), |owner| owner.0.to_string());
            let owner = if kind.tags.is_none() { String::new() } else { owner };
            found.entry(format!("{domain:?} {} {owner}", kind.name)).or_default().push(text);
        }
        found.values_mut().for_each(|texts| texts.sort());
        found
    }
}

/// A small generator: the draw depends on the seed and on nothing else.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % u64::try_from(bound).expect("a bound")).expect("an index")
    }
}

/// Where a point lies between a call's intent, its effect and its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// The intent is durable, the call has not had its effect.
    BeforeCall,
    /// The call had its effect, its record is not durable.
    AfterEffect,
    /// Neither.
    Other,
}

/// The points of an uncrashed run, each with its place.
fn points(log: &str) -> Vec<Place> {
    let mut places = Vec::new();
    let mut open_intents = 0_i64;
    let mut open_effects = 0_i64;
    for line in log.lines() {
        let what = line.split_once(' ').map_or("", |(_, what)| what);
        let count =
            |word: &str| i64::try_from(what.split(' ').filter(|part| *part == word).count()).unwrap_or(0);
        if what.starts_with("after journal") {
            open_intents += count("started");
            open_effects -= count("done") + count("accepted");
            open_effects = open_effects.max(0);
        }
        if what == "after sandbox effect" {
            open_intents = (open_intents - 1).max(0);
            open_effects += 1;
        }
        places.push(match what {
            "before sandbox effect" => Place::BeforeCall,
            "after sandbox effect" => Place::AfterEffect,
            _ if what.starts_with("after journal") && count("started") > 0 => Place::BeforeCall,
            _ if what.starts_with("before journal") && open_effects > 0 => Place::AfterEffect,
            _ => Place::Other,
        });
    }
    places
}

#[expect(clippy::disallowed_methods, reason = "it waits for another process")]
fn wait_for(path: &Path, child: &mut Child) -> bool {
    let begin = Instant::now();
    while !path.exists() {
        if child.try_wait().expect("the process").is_some() {
            return path.exists();
        }
        assert!(begin.elapsed() < PATIENCE, "the process reaches neither the point nor its end");
        std::thread::sleep(Duration::from_millis(2));
    }
    true
}

/// What is killed, and where it begins.
struct Scene {
    stage: Workplace,
    command: &'static [&'static str],
}

impl Scene {
    fn new(before: &[&[&str]], command: &'static [&'static str]) -> Scene {
        let stage = Workplace::new();
        for command in before {
            let (code, text) = stage.relight(command);
            assert_eq!(code, 0, "{text}");
        }
        Scene { stage, command }
    }

    /// What stands after an uncrashed run, and its points.
    fn uncrashed(&self) -> (BTreeMap<String, Vec<String>>, Vec<Place>) {
        let whole = self.stage.copy();
        let log = whole.path().join("points.log");
        let status = whole.command(self.command).env("RELIGHT_HOLD_LOG", &log).output().expect("the process");
        assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stderr));
        (whole.world(), points(&fs::read_to_string(&log).expect("the list of points")))
    }

    /// Kills a run at a point and resumes it.
    fn kill_at(&self, point: usize, expected: &BTreeMap<String, Vec<String>>) {
        let place = self.stage.copy();
        let held = place.path().join("held");
        let mut child = place
            .command(self.command)
            .env("RELIGHT_HOLD_AT", (point + 1).to_string())
            .env("RELIGHT_HOLD_FILE", &held)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the process");
        wait_for(&held, &mut child);
        child.kill().expect("a kill");
        child.wait().expect("an end");
        let (code, text) = match place.relight(&["apply", "--sandbox", "--yes", "--resume"]) {
            // Before the journal began, and behind its end, there is nothing to take up: all of it is run again.
            (1, text) if text.contains("no run to go on with") => place.relight(self.command),
            other => other,
        };
        assert_eq!(code, 0, "point {point}: {text}");
        let found = place.world();
        assert_eq!(&found, expected, "point {point}");
        let (code, text) = place.relight(&["plan", "--sandbox", "--detailed-exitcode"]);
        assert_eq!(code, 0, "point {point}: {text}");
    }

    /// Kills runs at drawn points: so many, unless `POINTS` says otherwise.
    #[expect(clippy::disallowed_methods, reason = "the seed and the number of points may be given")]
    #[expect(clippy::print_stdout, reason = "tests tell what they counted")]
    fn sweep(&self, kills: u64) {
        let number = |name: &str, default: u64| {
            std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
        };
        let (expected, places) = self.uncrashed();
        let wanted = usize::try_from(number("POINTS", kills)).expect("a count");
        let mut dice = Dice(number("SEED", 1));
        let all: Vec<usize> = (0..places.len()).collect();
        let mut drawn: Vec<usize> = Vec::new();
        // A third each of the two places that matter, as far as there are so many, and the rest from anywhere.
        for place in [Place::BeforeCall, Place::AfterEffect] {
            let of: Vec<usize> = all.iter().copied().filter(|point| places[*point] == place).collect();
            drawn.extend((0..wanted / 3).map(|_| of[dice.below(of.len())]));
        }
        while drawn.len() < wanted {
            drawn.push(all[dice.below(all.len())]);
        }
        let next = std::sync::Mutex::new(drawn.clone());
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    loop {
                        let Some(point) = next.lock().expect("the list").pop() else { break };
                        self.kill_at(point, &expected);
                    }
                });
            }
        });
        let count = |place: Place| drawn.iter().filter(|point| places[**point] == place).count();
        println!(
            "{}: {wanted} kills over {} points: {} before a call, {} after its effect and before its record, {} elsewhere",
            self.command[0],
            places.len(),
            count(Place::BeforeCall),
            count(Place::AfterEffect),
            count(Place::Other),
        );
        assert!(count(Place::BeforeCall) >= wanted * 3 / 20 && count(Place::AfterEffect) >= wanted * 3 / 20);
    }
}

const APPLY: &[&str] = &["apply", "--sandbox", "--yes"];

#[test]
fn a_killed_apply_is_resumed_to_the_same_end() {
    Scene::new(&[], APPLY).sweep(200);
}

#[test]
fn a_killed_failover_is_resumed_to_the_same_end() {
    let takes_over =
        &["failover", "oregon", "--lost", "virginia", "--incident", "INC-1", "--sandbox", "--yes"];
    Scene::new(&[APPLY], takes_over).sweep(100);
}
