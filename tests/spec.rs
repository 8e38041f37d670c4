//! Spec goldens: a folder each, `main.hcl` to what is desired or what is wrong with it.

mod support;

#[test]
fn probe() {
    let path = std::env::args().nth(3).unwrap_or("examples/webshop".into());
    let _ = path;
    for path in ["examples/webshop", "examples/lift"] {
        let loaded = support::load(std::path::Path::new(path), &[]);
        println!("{}", support::diagnostics_text(&loaded));
        if let Some(desired) = &loaded.desired {
            println!("{}", support::desired_text(desired));
            println!("{} instances", desired.instances.len());
        }
    }
}
