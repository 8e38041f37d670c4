//! The crash sweep: die before or after every journal write, take the run up again; the end is the same, and nothing
//! stands twice.

use relight::journal::{Fact, Outcome};
use relight::memory::Memory;
use relight_sim::{Settings, World};

use crate::stage::*;

/// What a run without deaths leaves.
struct Calm {
    standing: Vec<String>,
    writes: usize,
}

fn calm(plan: &std::sync::Arc<relight::plan::Plan>, world: World) -> (World, Calm, Paper) {
    let mut paper = Paper::default();
    let (world, outcome, writes) = Process::new(plan).run(world, &mut paper);
    assert!(matches!(outcome, Ok(Outcome::Completed { .. })), "{outcome:?}\n{}", transcript(&paper));
    let standing = standing(&world);
    (world, Calm { standing, writes }, paper)
}

fn built() -> (World, Memory) {
    let plan = building();
    let (world, _, paper) = calm(&plan, world(Settings::calm(7)));
    (world, inventory(&Memory::default(), &plan, &paper))
}

fn sweep(make: impl Fn() -> (World, Memory, std::sync::Arc<relight::plan::Plan>)) {
    let (start, _, plan) = make();
    let (_, expected, _) = calm(&plan, start);
    assert!(expected.writes > 8, "there is something to die at");
    let mut in_doubt = 0;
    for write in 0..expected.writes {
        for death in [Death::Before(write), Death::After(write)] {
            let (world, memory, plan) = make();
            let mut paper = Paper::default();
            let (world, outcome, _) =
                Process { death: Some(death), ..Process::new(&plan) }.run(world, &mut paper);
            assert!(outcome.is_err(), "it was to die at {death:?}");
            if paper.entries.borrow().iter().any(|entry| matches!(entry.fact, Fact::Started { .. })) {
                in_doubt += 1;
            }
            let ended =
                matches!(paper.entries.borrow().last().map(|entry| &entry.fact), Some(Fact::Finished { .. }));
            let world = if ended { world } else { finish(&plan, world, &mut paper).0 };
            assert_eq!(standing(&world), expected.standing, "{death:?}\n{}", transcript(&paper));
            check_inventory(&inventory(&memory, &plan, &paper), &world);
        }
    }
    assert!(in_doubt > 10, "the sweep met steps under way");
}

#[test]
fn creations_survive_every_death() {
    sweep(|| (world(Settings::calm(7)), Memory::default(), building()));
}

#[test]
fn changes_replacements_and_deletions_survive_every_death() {
    sweep(|| {
        let (world, memory) = built();
        let plan = rebuilding(&world);
        (world, memory, plan)
    });
}

#[test]
fn a_run_can_die_again_and_again() {
    let plan = building();
    let (_, expected, _) = calm(&plan, world(Settings::calm(7)));
    let (mut paper, mut world) = (Paper::default(), world(Settings::calm(7)));
    for turn in 0..40 {
        let death = Some(if turn % 2 == 0 { Death::Before(2) } else { Death::After(2) });
        let fencing = next_fencing(&paper);
        let (after, outcome, _) = Process { death, fencing, ..Process::new(&plan) }.run(world, &mut paper);
        world = after;
        if outcome.is_ok()
            || paper.entries.borrow().last().is_some_and(|e| matches!(e.fact, Fact::Finished { .. }))
        {
            break;
        }
    }
    let finished = paper.entries.borrow().last().is_some_and(|e| matches!(e.fact, Fact::Finished { .. }));
    let world = if finished { world } else { finish(&plan, world, &mut paper).0 };
    assert_eq!(standing(&world), expected.standing, "{}", transcript(&paper));
}
