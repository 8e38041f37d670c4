//! An expression, asked of a spec in one site, as `relight console` does.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use relight::desired::{Answers, Assignment, evaluate};
use relight::diag::{Diagnostics, Sources};
use relight::expr::render::render;
use relight::spec::parse_expression;
use relight_fuzz::{check_diagnostics, compile, folder};
use tempfile::TempDir;

/// The spec that is asked: that of the console goldens, in a site.
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let site = "topology \"asked\" {}\nsite \"east\" {\n  provider = \"aws\"\n  region = \"us-east-1\"\n  role = \"primary\"\n}\n";
    let prelude = include_str!("../../tests/console/prelude.tf");
    let files = [("site.hcl", site), ("prelude.tf", prelude), ("hello.tpl", "Hello, ${name}!\n")];
    folder(&files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())))
});

fuzz_target!(|text: &str| {
    let mut sources = Sources::new();
    let file = sources.register("console", text);
    let expression = match parse_expression(text, file) {
        Ok(expression) => expression,
        Err(problems) => return check_diagnostics(&problems, &sources),
    };
    let bound = compile(FOLDER.path()).bound.expect("the spec of the goldens, bound");
    let (assignment, answers) = (Assignment::peacetime(&bound.topology), Answers::new());
    let mut found = Diagnostics::new();
    let evaluated = evaluate(&bound.topology, &assignment, &answers, &bound.files, None, &mut found);
    match evaluated.value(bound.topology.site_ids().next(), &expression) {
        Ok(value) => drop(render(&value)),
        Err(problems) => check_diagnostics(&problems, &sources),
    }
});
