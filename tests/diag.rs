//! Diagnostics, through their public surface: places, rendering, collecting, codes and suggestions.

use insta::assert_snapshot;
use proptest::prelude::*;
use relight::diag::json::DiagnosticReport;
use relight::diag::text::{self, Style};
use relight::diag::{
    Code, Diagnostic, Diagnostics, FileId, Position, Severity, Sources, Span, codes, suggest,
};

/// The first place where some words stand.
fn span(sources: &Sources, file: FileId, words: &str) -> Span {
    let start = sources.text(file).and_then(|text| text.find(words)).expect("the words stand in the text");
    Span::new(file, start..start + words.len())
}

fn plain(diagnostic: &Diagnostic, sources: &Sources) -> String {
    text::render_one(diagnostic, sources, Style::default())
}

#[test]
fn lines_and_columns_count_as_people_do() {
    let mut sources = Sources::new();
    let file = sources.register("a.hcl", "\u{feff}größe\r\n世界 = 1\n");
    let at = |words: &str| sources.position(file, span(&sources, file, words).start);
    let position = |line, column| Some(Position { line, column });
    assert_eq!(at("größe"), position(1, 1));
    assert_eq!(at("e\r"), position(1, 5));
    assert_eq!(at("\r\n"), position(1, 6));
    assert_eq!(at("\n世"), position(1, 6), "a line end is one place");
    assert_eq!(at("= 1"), position(2, 4));
    assert_eq!(sources.position(file, 9_999), position(3, 1), "past the end is the end");
    assert_eq!(
        sources.position(file, span(&sources, file, "世").start + 1),
        position(2, 1),
        "inside a letter"
    );
    assert_eq!((sources.positions(Span::NONE), sources.path(Span::NONE.file)), (None, None));
}

#[test]
fn text_marks_the_source_with_all_labels() {
    let mut sources = Sources::new();
    let locals = "resource \"aws_vpc\" \"main\" {\r\n\tcidr = \"größe 世界\" + site.cidrr\r\n}\n\nlocals {\n  a = local.b\n  b = local.a\n}\n";
    let main = sources.register("shop/main.hcl", locals);
    let other = sources.register("shop/other.hcl", "site \"oregon\" {}");
    let mut all = Diagnostics::new();
    all.push(Diagnostic::warning(codes::STORE_UNREADABLE, "The store is \u{1b}[31mslow."));
    let circle = Diagnostic::error(codes::CYCLE, "`local.a` depends on itself.");
    let circle =
        circle.at(span(&sources, main, "local.b")).label(span(&sources, main, "local.b"), "`a` needs `b`");
    all.push(circle.label(span(&sources, main, "local.a"), "`b` needs `a`"));
    all.push(
        Diagnostic::error(codes::SITE_VALUE_UNKNOWN, "Site `oregon` has no value `cidrr`.")
            .at(span(&sources, main, "site.cidrr"))
            .label(span(&sources, main, "\"größe 世界\""), "wide")
            .label(span(&sources, other, "\"oregon\""), "the site")
            .address("aws_vpc.main@oregon")
            .did_you_mean(suggest("cidrr", ["cidr", "zones"])),
    );
    assert_snapshot!(text::render(&all, &sources, Style::default()), @r#"
    error[RL0217]: Site `oregon` has no value `cidrr`.
     --> shop/main.hcl:2:22
      |
    2 |     cidr = "größe 世界" + site.cidrr
      |            ------------   ^^^^^^^^^^
      |            |
      |            wide
      |
     ::: shop/other.hcl:1:6
      |
    1 | site "oregon" {}
      |      -------- the site
      |
      = in: aws_vpc.main@oregon
      = help: Did you mean `cidr`?

    error[RL0205]: `local.a` depends on itself.
     --> shop/main.hcl:6:7
      |
    6 |   a = local.b
      |       ^^^^^^^ `a` needs `b`
    7 |   b = local.a
      |       ------- `b` needs `a`

    warning[RL0901]: The store is ␛[31mslow.

    2 errors, 1 warning
    "#);
}

#[test]
fn a_very_long_line_is_shown_around_the_mark_with_the_column_of_the_file() {
    let mut sources = Sources::new();
    let numbers = "12345, ".repeat(100_000);
    let file = sources.register("long.hcl", format!("x = [{numbers}wrong, {numbers}]"));
    let diagnostic = Diagnostic::error(codes::REFERENCE_UNKNOWN, "Nothing is called `wrong`.");
    let text = plain(&diagnostic.at(span(&sources, file, "wrong")), &sources);
    assert_snapshot!(text, @r"
    error[RL0202]: Nothing is called `wrong`.
     --> long.hcl:1:700006
      |
    1 | ...5, 12345, 12345, 12345, 12345, 12345, 12345, 12345, wrong, 12345, 12345, 12345, 12345, 12345, 12345, 12345, 12...
      |                                                        ^^^^^
    ");
}

#[test]
fn a_whole_block_is_marked_at_its_head_and_the_end_of_a_file_at_its_last_line() {
    let mut sources = Sources::new();
    let file = sources.register("a.hcl", format!("site \"x\" {{\n{}}}\n", "  a = 1\n".repeat(50)));
    let whole =
        Diagnostic::note(codes::SITE_UNKNOWN, "Whole.").at(Span::new(file, 0..400)).help("One.").help("Two.");
    assert_snapshot!(plain(&whole, &sources), @r#"
    note[RL0213]: Whole.
     --> a.hcl:1:1
      |
    1 | site "x" {
      | ^^^^^^^^^^
      |
      = help: One.
              Two.
    "#);
    let empty = sources.register("empty.hcl", "");
    let end = Diagnostic::error(codes::SYNTAX, "A file ends too early.").at(Span::new(empty, 0..0));
    assert_snapshot!(plain(&end, &sources), @r"
    error[RL0101]: A file ends too early.
     --> empty.hcl:1:1
      |
    1 |
      | ^
    ");
}

#[test]
fn colour_adds_nothing_but_colour() {
    let mut sources = Sources::new();
    let file = sources.register("a.hcl", "a = b\n");
    let diagnostic = Diagnostic::error(codes::REFERENCE_UNKNOWN, "No.").at(Span::new(file, 4..5)).help("Do.");
    let coloured = text::render_one(&diagnostic, &sources, Style { colour: true, ..Style::default() });
    assert!(coloured.contains("\u{1b}["));
    let parts = coloured.split("\u{1b}[").enumerate();
    let stripped: String = parts
        .map(
            |(index, part)| if index == 0 { part } else { part.split_once('m').map_or("", |(_, rest)| rest) },
        )
        .collect();
    assert_eq!(stripped, plain(&diagnostic, &sources));
}

#[test]
fn json_has_stable_fields() {
    let mut sources = Sources::new();
    let file = sources.register("a.hcl", "ä = b\nc = 1");
    let mut all = Diagnostics::new();
    all.push(Diagnostic::note(codes::READ_PAST, "Somewhere."));
    let diagnostic = Diagnostic::error(codes::REFERENCE_UNKNOWN, "No `b`.").at(span(&sources, file, "b\nc"));
    all.push(diagnostic.label(span(&sources, file, "1"), "here").address("x.y@z").help("Declare it."));
    let report = DiagnosticReport::new(&all, &sources);
    let json = serde_json::to_value(&report).expect("a report is JSON");
    let nowhere = serde_json::Value::Null;
    let expected = serde_json::json!({
        "format_version": "1.0", "errors": 1, "warnings": 0, "notes": 1, "omitted": 0,
        "diagnostics": [
            {
                "severity": "error", "code": "RL0202", "summary": codes::REFERENCE_UNKNOWN.summary(),
                "message": "No `b`.", "help": "Declare it.", "address": "x.y@z",
                "file": "a.hcl", "line": 1, "column": 5, "end_line": 2, "end_column": 2,
                "labels": [{
                    "message": "here", "file": "a.hcl", "line": 2, "column": 5, "end_line": 2, "end_column": 6,
                }],
            },
            {
                "severity": "note", "code": "RL0117", "summary": codes::READ_PAST.summary(),
                "message": "Somewhere.", "help": nowhere, "address": nowhere, "file": nowhere, "line": nowhere,
                "column": nowhere, "end_line": nowhere, "end_column": nowhere, "labels": [],
            },
        ],
    });
    assert_eq!(json, expected);
    let schema = serde_json::to_value(schemars::schema_for!(DiagnosticReport)).expect("a schema is JSON");
    let fields =
        |object: &serde_json::Value| object.as_object().map(|map| map.keys().cloned().collect::<Vec<_>>());
    let promised = fields(&schema["$defs"]["JsonDiagnostic"]["properties"]);
    assert!(promised.is_some() && promised == fields(&json["diagnostics"][0]), "{promised:?}");
    assert_eq!(serde_json::from_value::<DiagnosticReport>(json).ok(), Some(report));
}

#[test]
fn the_same_problem_is_kept_once_and_the_flood_is_counted() {
    let problem =
        |number: usize| Diagnostic::error(codes::TYPE_MISMATCH, format!("Number {number} is wrong."));
    let mut all = Diagnostics::new();
    assert!(all.is_empty() && !all.has_errors());
    all.push(Diagnostic::warning(codes::CHECK, "A check does not hold."));
    assert!(!all.is_empty() && !all.has_errors());
    all.extend([problem(0), problem(0)]);
    assert_eq!((all.count(Severity::Error), all.has_errors()), (1, true));
    let mut more = Diagnostics::new();
    more.extend((0..1_000).map(problem));
    assert_eq!((more.iter().count(), more.count(Severity::Error)), (200, 1_000));
    all.append(more);
    assert_eq!((all.count(Severity::Error), all.omitted(Severity::Error)), (1_000, 800));
    let text = text::render(&all, &Sources::new(), Style::default());
    assert!(text.ends_with("\n1000 errors (800 not shown), 1 warning\n"), "{text}");
    assert_eq!(all.keep(Err::<(), _>(problem(3))), None);
    assert_eq!(all.keep(Ok(7)), Some(7));
}

#[test]
fn codes_are_unique_ordered_and_explained() {
    let ids: Vec<&str> = codes::ALL.iter().map(|code| code.id()).collect();
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "codes must ascend: {ids:?}");
    for code in codes::ALL {
        let digits = code.id().strip_prefix("RL").expect("codes begin with RL");
        assert!(digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()), "{code}");
        assert!(
            !code.summary().is_empty() && !code.summary().ends_with('.'),
            "{code}: a summary is no sentence"
        );
        assert!(code.explanation().ends_with('.'), "{code}: an explanation is a sentence");
        assert_eq!(Code::find(code.id()), Some(*code));
    }
    assert_eq!(Code::find("RL9999"), None);
}

#[test]
fn suggestions_are_near_and_do_not_depend_on_the_order() {
    let kinds = ["aws_eip", "aws_instance", "aws_lb", "aws_security_group", "aws_subnet", "aws_vpc"];
    let cases = [
        ("aws_subent", Some("aws_subnet")),
        ("aws_security_grp", Some("aws_security_group")),
        ("AWS-VPC", Some("aws_vpc")),
        ("vpc", Some("aws_vpc")),
        ("aws_nat", None),
        ("aws_sqs", None),
        ("instance", Some("aws_instance")),
        ("", None),
    ];
    for (name, expected) in cases {
        assert_eq!(suggest(name, kinds).as_deref(), expected, "{name}");
        assert_eq!(suggest(name, kinds.iter().rev()).as_deref(), expected, "{name}, reversed");
    }
    assert_eq!(suggest("cat", ["bat", "car", "rat"]).as_deref(), Some("car"), "the common beginning decides");
    assert_eq!(suggest("b", ["a"]), None);
    assert_eq!(suggest(&"a".repeat(1_000_000), ["a".repeat(999_999)]), None);
}

proptest! {
    /// Whatever the text and wherever the spans: no panic, the message is there, and nothing that a terminal obeys.
    #[test]
    fn rendering_survives_anything(
        source in "([a-z ={}\"]|\\r?\\n|[\\t\\PC\\p{Cc}\u{feff}\u{f8ff}世ö]){0,80}",
        repeat in 1_usize..20,
        spans in prop::collection::vec((0_u32..300, 0_u32..300), 1..5),
        width in 0_usize..200,
    ) {
        let mut sources = Sources::new();
        let file = sources.register(source.clone(), source.repeat(repeat));
        let mut diagnostic = Diagnostic::error(codes::SYNTAX, "Message.");
        for (index, (start, end)) in spans.into_iter().enumerate() {
            let place = Span { file, start, end };
            diagnostic = if index == 0 { diagnostic.at(place) } else { diagnostic.label(place, source.clone()) };
        }
        let text = text::render_one(&diagnostic.address(&source).help(source), &sources, Style { colour: false, width });
        prop_assert!(text.starts_with("error[RL0101]: Message.\n"));
        prop_assert!(!text.contains(|letter: char| letter.is_control() && letter != '\n'), "{text:?}");
        prop_assert!(!text.contains('\u{f8ff}'), "{text:?}");
    }
}
