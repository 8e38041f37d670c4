//! An expression, asked of a spec in one site, as `relight console` does.

#![no_main]

use libfuzzer_sys::fuzz_target;
use relight::desired::{Answers, Assignment, evaluate};
use relight::diag::{Diagnostics, Sources};
use relight::expr::Expr;
use relight::expr::render::render;
use relight::shell::pipeline::Bound;
use relight::spec::parse_expression;
use relight_contract::Value;
use relight_fuzz::{check_diagnostics, compile, folder};
use tempfile::TempDir;

thread_local! {
    /// The spec that is asked: that of the console goldens, in a site.
    static ASKED: (TempDir, Bound) = {
        let site = "topology \"asked\" {}\nsite \"east\" {\n  provider = \"aws\"\n  region = \"us-east-1\"\n  role = \"primary\"\n}\n";
        let prelude = include_str!("../../tests/console/prelude.tf");
        let files = [("site.hcl", site), ("prelude.tf", prelude), ("hello.tpl", "Hello, ${name}!\n")];
        let folder = folder(&files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())));
        let bound = compile(folder.path()).bound.expect("the spec of the goldens, bound");
        (folder, bound)
    };
}

fuzz_target!(|text: &str| {
    let mut sources = Sources::new();
    let file = sources.register("console", text);
    let answer =
        parse_expression(text, file).and_then(|expression| ASKED.with(|(_, asked)| ask(asked, &expression)));
    match answer {
        Ok(value) => drop(render(&value)),
        Err(problems) => check_diagnostics(&problems, &sources),
    }
});

fn ask(asked: &Bound, expression: &Expr) -> Result<Value, Diagnostics> {
    let (assignment, answers) = (Assignment::peacetime(&asked.topology), Answers::new());
    let mut found = Diagnostics::new();
    let evaluated = evaluate(&asked.topology, &assignment, &answers, &asked.files, None, &mut found);
    evaluated.value(asked.topology.site_ids().next(), expression)
}
