//! Spec goldens: a folder each, `main.hcl` to what is desired or what is wrong with it.

mod support;

use relight::memory::Memory;
use relight::plan::Operation;

#[test]
fn probe() {
    for path in ["examples/webshop", "examples/lift"] {
        let mut loaded = support::load(std::path::Path::new(path), &[]);
        let mut clouds = support::empty_clouds(relight_sim::Settings::calm(1));
        let planned = loaded.plan(Operation::Apply, &Memory::default(), &mut clouds);
        println!("{}", loaded.problems());
        if let Some(planned) = planned {
            println!("{}", support::plan_text(&planned.plan));
            println!("{:?} {:?}", planned.plan.id, planned.plan.envelope.estimate);
        }
    }
}
