//! Expressions that end too early, as they are typed at the console.

use relight::diag::Sources;
use relight::spec::parse_expression;

/// What is missing is missing at the end of the expression, not behind it.
#[test]
fn problems_lie_inside_what_was_typed() {
    for text in [
        "",
        " ",
        "1 +",
        "-",
        "true ? 1 :",
        "a.",
        "[1].",
        "{a}",
        "# nothing",
        "/* nothing */",
        "upper(",
        "é +",
    ] {
        let mut sources = Sources::new();
        let file = sources.register("typed", text);
        let problems = parse_expression(text, file).expect_err("no expression");
        for problem in problems.iter() {
            let (start, end) = (problem.span.start as usize, problem.span.end as usize);
            assert!(text.get(start..end).is_some(), "{text:?}: {problem} at {start}..{end}");
        }
    }
}
