//! The process is killed, for real, at drawn changing calls: before the call had its effect, and after it.
//!
//! `SEED=n` draws other points, `POINTS=n` more or fewer.

use std::sync::{Condvar, Mutex};
use std::time::Duration;

use relight_bed::{Nth, Rule, Seen, Trouble};

use super::bed::{STACK_FOLDER, WEBSHOP, Workplace};
use super::made::STACK;
use super::world::assert_same;

/// How many runs go up to their kill side by side. Those that are resumed mostly wait.
const AT_ONCE: usize = 3;

const PATIENCE: Duration = Duration::from_secs(300);

/// A small generator: the draw depends on the seed and on nothing else.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// Where a run is killed: at which changing call, before or after its effect.
#[derive(Clone, Copy, Debug)]
struct Point {
    nth: u64,
    trouble: Trouble,
}

/// Room for a few.
struct Room(Mutex<usize>, Condvar);

impl Room {
    fn within<T>(&self, act: impl FnOnce() -> T) -> T {
        let left = self.0.lock().expect("the room");
        let mut left = self.1.wait_while(left, |left| *left == 0).expect("the room");
        *left -= 1;
        drop(left);
        let done = act();
        *self.0.lock().expect("the room") += 1;
        self.1.notify_one();
        done
    }
}

/// What is killed, what it leads to uncrashed, and how many changing calls that takes.
struct Scene {
    begin: fn() -> Option<Workplace>,
    command: &'static [&'static str],
    shape: Vec<String>,
    changes: u64,
}

/// The smaller stack, nothing standing.
fn nothing() -> Option<Workplace> {
    Workplace::new(STACK_FOLDER)
}

/// The web shop, standing.
fn shop() -> Option<Workplace> {
    let workplace = Workplace::new(WEBSHOP)?;
    let domain = format!("webshop-{}.example", workplace.account);
    let workplace = workplace.with("TF_VAR_domain", domain);
    workplace.apply();
    Some(workplace)
}

/// Kills a command at a point; tells at which call.
fn kill(workplace: &Workplace, command: &[&str], point: Point) -> String {
    workplace.proxy.add(Rule::new(Nth::Only(point.nth), point.trouble).changing());
    let mut child = workplace.command(command);
    let (out, err) = (std::process::Stdio::null(), std::process::Stdio::null());
    let mut child = child.stdout(out).stderr(err).spawn().expect("the process");
    let mut at = String::new();
    let reached = workplace.proxy.wait(PATIENCE, |seen: &Seen| {
        at = format!("{} in {}", seen.call.operation, seen.call.region);
        seen.trouble == Some(point.trouble)
    });
    child.kill().expect("a kill");
    child.wait().expect("an end");
    assert!(reached, "{point:?} is never reached");
    workplace.proxy.clear();
    at
}

pub fn a_killed_apply_is_resumed_once_to_the_same_end() {
    let Some(whole) = STACK.as_ref() else { return };
    let (shape, changes) = (whole.shape.clone(), whole.changes);
    Scene { begin: nothing, command: &["apply", "--yes"], shape, changes }.sweep();
}

#[test]
fn a_killed_failover_is_resumed_once_to_the_same_end() {
    let command = &["failover", "oregon", "--lost", "virginia", "--incident", "INC-1", "--yes"];
    let Some(whole) = shop() else { return };
    let before = whole.changing().len();
    whole.relight(command).ending(0);
    let changes = (whole.changing().len() - before) as u64;
    Scene { begin: shop, command, shape: whole.world().shape(), changes }.sweep();
}

impl Scene {
    #[expect(clippy::disallowed_methods, reason = "the seed and the number of points may be given")]
    fn sweep(&self) {
        let number = |name: &str, usual: u64| {
            std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
        };
        let calls = self.changes;
        let (mut dice, wanted) = (Dice(number("SEED", 1)), number("POINTS", 20));
        // One from each part of the run, so that all of it is cut.
        let points: Vec<Point> = (0..wanted)
            .map(|index| {
                let (begin, end) = (index * calls / wanted, (index + 1) * calls / wanted);
                let trouble = if index % 2 == 0 { Trouble::BlackHole } else { Trouble::Withhold };
                Point { nth: begin + 1 + dice.below((end - begin).max(1)), trouble }
            })
            .collect();
        let room = Room(Mutex::new(AT_ONCE), Condvar::new());
        let told: Vec<String> = std::thread::scope(|scope| {
            let runs: Vec<_> =
                points.iter().map(|point| scope.spawn(|| self.resumed(*point, &room))).collect();
            runs.into_iter()
                .filter_map(|run| run.join().expect("a run that ends like the uncrashed one"))
                .collect()
        });
        println!(
            "{} of {} kills of {} over {calls} changing calls, resumed once, ended like the uncrashed run:",
            told.len(),
            points.len(),
            self.command[0],
        );
        told.iter().for_each(|line| println!("  {line}"));
    }

    /// Kills and resumes; tells what happened.
    fn resumed(&self, point: Point, room: &Room) -> Option<String> {
        let (workplace, at) = room.within(|| {
            let workplace = (self.begin)()?;
            let at = kill(&workplace, self.command, point);
            Some((workplace, at))
        })?;
        let when = if point.trouble == Trouble::BlackHole { "before" } else { "after" };
        let what = format!("call {}, {when} the effect of {at}", point.nth);
        let resumed = workplace.relight(&["apply", "--yes", "--resume"]);
        assert_eq!(resumed.code, 0, "{what}: {}{}", resumed.out, resumed.err);
        room.within(|| {
            let world = workplace.world();
            assert_eq!(world.twice(), [], "{what}");
            assert_same(&self.shape, &world.shape(), &what);
            workplace.is_quiet();
        });
        Some(what)
    }
}
