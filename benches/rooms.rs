//! Every room by itself, on a system of a thousand resources: where a change of the whole table comes from.
//!
//! `cargo bench --bench rooms`

#[expect(dead_code, reason = "the table of plans uses the rest")]
mod support;

use divan::Bencher;
use relight::desired::{Answers, Assignment, Desired, desire};
use relight::diag::{Diagnostics, Sources};
use relight::diff::{Changes, Options, Question, diff};
use relight::memory::Memory;
use relight::plan::{Circumstances, Operation, Plan, build, flaws, identify};
use relight::shell::pipeline::{Bound, load};
use relight::topology::Inputs;
use relight_contract::{Name, Value};

use support::{Form, Shape, System, registry};

/// How many resources there are.
const COUNT: usize = 1_000;

fn main() {
    divan::main();
}

fn system(form: Form) -> System {
    System { shape: Shape::Layered, form, count: COUNT }
}

fn bound(folder: &std::path::Path) -> Bound {
    let (mut sources, mut problems) = (Sources::new(), Diagnostics::new());
    let bound = load(folder, &registry(), &Inputs::default(), &mut sources, &mut problems);
    bound.expect("a folder").expect("a topology")
}

fn wanted(bound: &Bound) -> Desired {
    let assignment = Assignment::peacetime(&bound.topology);
    let mut problems = Diagnostics::new();
    desire(&bound.topology, &assignment, &Answers::new(), &bound.files, None, &mut problems)
}

/// A spec on a disk for as long as it is used, bound.
fn given(form: Form) -> (tempfile::TempDir, Bound) {
    let folder = tempfile::tempdir().expect("a folder");
    system(form).write(folder.path()).expect("a spec");
    let bound = bound(folder.path());
    (folder, bound)
}

/// Asks the question of a plan, with everything standing or nothing.
fn with_question<R>(standing: bool, ask: impl FnOnce(&Question<'_>) -> R) -> R {
    let (_folder, bound) = given(Form::Blocks);
    let desired = wanted(&bound);
    let system = system(Form::Blocks);
    ask(&Question {
        topology: &bound.topology,
        assignment: &Assignment::peacetime(&bound.topology),
        desired: &desired,
        survey: &if standing { system.standing() } else { system.empty() },
        earlier: &[],
        memory: &Memory::default(),
        operation: Operation::Apply,
        options: &Options::default(),
        digest: &|_: &Value| Name::from(""),
    })
}

fn plan(question: &Question<'_>, changes: &Changes) -> Plan {
    let circumstances = Circumstances { now: 0, lifetime: 1, version: String::new(), simulated: true };
    build(question, changes, &circumstances, &mut Diagnostics::new()).expect("a plan")
}

#[divan::bench]
fn reading_and_binding(bencher: Bencher<'_, '_>) {
    let (folder, _) = given(Form::Blocks);
    bencher.bench_local(|| bound(folder.path()));
}

#[divan::bench(args = ["blocks", "for_each"])]
fn evaluating(bencher: Bencher<'_, '_>, form: &str) {
    let form = Form::ALL.into_iter().find(|known| known.word() == form).expect("a form");
    let (_folder, bound) = given(form);
    bencher.bench_local(|| wanted(&bound));
}

#[divan::bench(args = [false, true])]
fn comparing(bencher: Bencher<'_, '_>, standing: bool) {
    with_question(standing, |question| bencher.bench_local(|| diff(question, &mut Diagnostics::new())));
}

#[divan::bench]
fn ordering(bencher: Bencher<'_, '_>) {
    with_question(false, |question| {
        let changes = diff(question, &mut Diagnostics::new());
        bencher.bench_local(|| plan(question, &changes));
    });
}

#[divan::bench]
fn checking(bencher: Bencher<'_, '_>) {
    with_question(false, |question| {
        let plan = plan(question, &diff(question, &mut Diagnostics::new()));
        bencher.bench_local(|| flaws(&plan.content));
    });
}

#[divan::bench]
fn hashing(bencher: Bencher<'_, '_>) {
    with_question(false, |question| {
        let plan = plan(question, &diff(question, &mut Diagnostics::new()));
        bencher.bench_local(|| identify(&plan.content));
    });
}

#[divan::bench]
fn writing(bencher: Bencher<'_, '_>) {
    with_question(false, |question| {
        let plan = plan(question, &diff(question, &mut Diagnostics::new()));
        bencher.bench_local(|| serde_json::to_vec(&plan));
    });
}
