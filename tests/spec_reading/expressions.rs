//! Each form of an expression, and what it becomes.

use relight::diag::{Sources, Span};
use relight::expr::{Expr, ExprKind, For, Part, Reference, SPLAT};
use relight::spec::{parse_expression, parse_template};
use relight_contract::{Mode, Value};

/// An expression with every structure spelt out.
fn show(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Literal(value) => literal(value),
        ExprKind::Template(parts) => {
            format!("template({})", parts.iter().map(part).collect::<Vec<_>>().join(", "))
        }
        ExprKind::TemplateFor(each) => format!("template-{}", show_for(each)),
        ExprKind::Reference(reference) => format!("<{}>", show_reference(reference)),
        ExprKind::Bound(name) => {
            if &**name == SPLAT {
                "*".to_owned()
            } else {
                format!("${name}")
            }
        }
        ExprKind::Attribute { of, name } => format!("{}.{name}", show(of)),
        ExprKind::Index { of, key } => format!("{}[{}]", show(of), show(key)),
        ExprKind::Splat { of, each } => format!("splat({}, {})", show(of), show(each)),
        ExprKind::Unary { operator, operand } => format!("({operator:?} {})", show(operand)),
        ExprKind::Binary { operator, operands } => {
            format!("({} {operator:?} {})", show(&operands.0), show(&operands.1))
        }
        ExprKind::Conditional { parts } => {
            format!("({} ? {} : {})", show(&parts.0), show(&parts.1), show(&parts.2))
        }
        ExprKind::Call { function, arguments, spread } => {
            let arguments: Vec<_> = arguments.iter().map(show).collect();
            format!("{function}({}{})", arguments.join(", "), if *spread { "..." } else { "" })
        }
        ExprKind::Tuple(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", ")),
        ExprKind::Object(entries) => {
            let entries: Vec<_> =
                entries.iter().map(|(key, value)| format!("{} = {}", show(key), show(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        ExprKind::For(each) => show_for(each),
        ExprKind::Convert { .. } => "only the evaluator converts".to_owned(),
    }
}

fn show_for(each: &For) -> String {
    let key = each.key.iter().map(|key| format!("{key}, ")).collect::<String>();
    let result = each.key_result.iter().map(|key| format!("{} => ", show(key))).collect::<String>();
    let condition =
        each.condition.iter().map(|condition| format!(" if {}", show(condition))).collect::<String>();
    let group = if each.group { "..." } else { "" };
    format!(
        "for({key}{} in {}: {result}{}{group}{condition})",
        each.value,
        show(&each.collection),
        show(&each.result)
    )
}

fn part(part: &Part) -> String {
    match part {
        Part::Text(text) => format!("{text:?}"),
        Part::Value(value) => show(value),
    }
}

fn literal(value: &Value) -> String {
    match value {
        Value::Null(_) => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("{text:?}"),
        other => format!("{other:?}"),
    }
}

fn show_reference(reference: &Reference) -> String {
    match reference {
        Reference::Variable(name) => format!("var.{name}"),
        Reference::Local(name) => format!("local.{name}"),
        Reference::Module(name) => format!("module.{name}"),
        Reference::Resource { mode: Mode::Managed, kind, name } => format!("{kind}.{name}"),
        Reference::Resource { mode: Mode::Data, kind, name } => format!("data.{kind}.{name}"),
        Reference::Topology(name) => format!("topology.{name}"),
        Reference::Site(name) => format!("site.{name}"),
        Reference::Primary(inner) => format!("primary {}", show_reference(inner)),
        Reference::At(site, inner) => format!("at {site} {}", show_reference(inner)),
        Reference::SiteValue(site, value) => format!("value {site} {value}"),
        Reference::Probe(name) => format!("probe.{name}"),
        Reference::Gate(name) => format!("gate.{name}"),
        Reference::Hook(name) => format!("hook.{name}"),
        other => format!("{other:?}"),
    }
}

/// What an expression becomes; of a wrong one, its first problem.
fn lowered(text: &str) -> String {
    let mut sources = Sources::new();
    let file = sources.register("console", text);
    match parse_expression(text, file) {
        Ok(expr) => show(&expr),
        Err(problems) => {
            let first = problems.sorted()[0].clone();
            let (from, to) = (first.span.start as usize, first.span.end as usize);
            let marked = text.get(from..to).unwrap_or_default();
            format!("{} at `{marked}`: {}", first.code, first.message)
        }
    }
}

fn each(pairs: &[(&str, &str)]) {
    let wrong: Vec<String> = pairs
        .iter()
        .map(|(text, expected)| (text, expected, lowered(text)))
        .filter(|(_, expected, got)| *expected != got)
        .map(|(text, expected, got)| format!("{text}\n  expected {expected}\n  got      {got}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn literals_and_operators() {
    each(&[
        ("1", "1"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("0.1", "0.1"),
        ("1.50", "1.5"),
        ("1e3", "1000"),
        ("a1e400.b - 2", "(<a1e400.b> Subtract 2)"),
        ("-3", "-3"),
        ("- 3", "-3"),
        ("-0", "(Negate 0)"),
        ("-\"3\"", "(Negate \"3\")"),
        ("true", "true"),
        ("null", "null"),
        ("\"a\\nb\\u00e9 $${x} %%{y}\"", "\"a\\nbé ${x} %{y}\""),
        ("\"e\\u0301\"", "\"é\""),
        ("1 + 2 * 3 == 7 && !false || x.y", "((((1 Add (2 Multiply 3)) Equal 7) And (Not false)) Or <x.y>)"),
        ("1 - 1 - 1", "((1 Subtract 1) Subtract 1)"),
        ("(1 - (2 % 3)) / 4", "((1 Subtract (2 Remainder 3)) Divide 4)"),
        (
            "1 < 2 ? 1 <= 2 : 1 > 2 ? 3 : 1 >= 2",
            "((1 Less 2) ? (1 LessOrEqual 2) : ((1 Greater 2) ? 3 : (1 GreaterOrEqual 2)))",
        ),
        ("1 # comment", "1"),
        ("\n1\n+ 2 // three", "(1 Add 2)"),
        ("max(1, [2]...)", "max(1, [2]...)"),
        ("core::upper(\"a\",)", "upper(\"a\")"),
    ]);
}

#[test]
fn numbers_beyond_a_double_are_exact() {
    assert_eq!(lowered("1e310"), format!("1{}", "0".repeat(310)));
    assert_eq!(
        lowered(&format!("x.y / 1{}", "0".repeat(400))),
        format!("(<x.y> Divide 1{})", "0".repeat(400))
    );
}

#[test]
fn collections_and_keys() {
    each(&[
        ("[1, \"a\",]", "[1, \"a\"]"),
        (
            "{a = 1, \"b c\": 2\n (var.x) = 3, null = 4, true = 5, 1 = 6}",
            "{\"a\" = 1, \"b c\" = 2, <var.x> = 3, \"null\" = 4, \"true\" = 5, 1 = 6}",
        ),
        ("{\"x-${var.n}\" = 1}", "{template(\"x-\", <var.n>) = 1}"),
        ("{var.x = 1}", "RL0203 at `var.x`: A key cannot be a bare reference."),
        ("[for x in var.l : x]", "for(x in <var.l>: $x)"),
        ("[for i, x in l.m : x.y[i] if i > 0]", "for(i, x in <l.m>: $x.y[$i] if ($i Greater 0))"),
        ("{for k, v in var.m : k => v...}", "for(k, v in <var.m>: $k => $v...)"),
        ("[for x in [1] : [for y in [x] : x + y]]", "for(x in [1]: for(y in [$x]: ($x Add $y)))"),
        ("[for var in [1] : var]", "for(var in [1]: $var)"),
        ("[for x in x.y : 1]", "for(x in <x.y>: 1)"),
        ("[[for x in [1] : x], x.y]", "[for(x in [1]: $x), <x.y>]"),
    ]);
}

#[test]
fn paths_and_splats() {
    each(&[
        ("a.b.c[0][\"d\"].e", "<a.b>.c[0][\"d\"].e"),
        ("a.b.0.c", "<a.b>[0].c"),
        ("a.b.0.1", "RL0101 at `a.b.0`: Two indexes in a row need brackets."),
        ("a.b[*].c[0].d", "splat(<a.b>, *.c[0].d)"),
        ("a.b.*.c.0.d[1]", "splat(<a.b>, *.c[0].d)[1]"),
        ("a.b[*].c[*].d", "splat(<a.b>, splat(*.c, *.d))"),
        ("a.b.*.c.*.d", "RL0101 at `a.b.*`: A `.*` cannot stand behind another one."),
        ("(a.b)[var.i]", "<a.b>[<var.i>]"),
        ("f(x.y).z", "f(<x.y>).z"),
        ("[1, 2][0]", "[1, 2][0]"),
    ]);
}

#[test]
fn references() {
    each(&[
        ("var.a.b", "<var.a>.b"),
        ("local.a", "<local.a>"),
        ("module.net[\"a\"].id", "<module.net>[\"a\"].id"),
        ("aws_vpc.main.id", "<aws_vpc.main>.id"),
        ("resource.aws_vpc.main.id", "<aws_vpc.main>.id"),
        ("data.aws_ami.main.id", "<data.aws_ami.main>.id"),
        (
            "[each.key, each.value.x, count.index, self.id]",
            "[<EachKey>, <EachValue>.x, <CountIndex>, <This>.id]",
        ),
        (
            "[path.module, path.root, path.cwd, terraform.workspace]",
            "[<PathModule>, <PathRoot>, <PathWorking>, <Workspace>]",
        ),
        ("[topology.name, site.cidr[0]]", "[<topology.name>, <site.cidr>[0]]"),
        ("primary.aws_db_instance.orders[0].arn", "<primary aws_db_instance.orders>[0].arn"),
        ("primary.data.aws_ami.x.id", "<primary data.aws_ami.x>.id"),
        ("primary.module.net.id", "<primary module.net>.id"),
        ("sites.oregon.aws_vpc.main.id", "<at oregon aws_vpc.main>.id"),
        ("sites.oregon.cidr", "<value oregon cidr>"),
        ("sites.oregon.zones[0]", "<value oregon zones>[0]"),
        ("sites.oregon.network.cidr", "<value oregon network>.cidr"),
        ("sites[each.key].aws_vpc.main.id", "<Sites>[<EachKey>].aws_vpc.main.id"),
        ("keys(sites)", "keys(<Sites>)"),
        ("[probe.web, gate.promote, hook.warm-cache]", "[<probe.web>, <gate.promote>, <hook.warm-cache>]"),
    ]);
}

#[test]
fn what_names_nothing() {
    each(&[
        ("foo", "RL0203 at `foo`: `foo` names nothing."),
        ("aws_vpc[0]", "RL0203 at `aws_vpc`: A name must follow the kind `aws_vpc`."),
        ("var", "RL0203 at `var`: A name must follow `var`."),
        ("data.aws_ami", "RL0203 at `data`: A kind and a name must follow `data`."),
        ("each.kye", "RL0203 at `each`: `each` has nothing of this name."),
        (
            "primary.cidr",
            "RL0203 at `primary`: The address of a resource, data source or module must follow `primary`.",
        ),
        (
            "primary.var.x",
            "RL0203 at `primary`: The address of a resource, data source or module must follow `primary`.",
        ),
        ("sites.oregon.data.x", "RL0203 at `sites`: A kind and a name must follow `data`."),
        ("provider::x::y(1)", "RL0214 at `provider::x::y(1)`: There is no function `provider::x::y`."),
    ]);
    let mut sources = Sources::new();
    let text = "[for zone in var.zones : zoen]";
    let file = sources.register("console", text);
    let problems = parse_expression(text, file).expect_err("no such name");
    let help = problems.sorted()[0].help.clone().unwrap_or_default();
    assert!(help.ends_with("Did you mean `zone`?"), "{help}");
}

#[test]
fn templates_in_quotes() {
    each(&[
        ("\"a${var.x}b\"", "template(\"a\", <var.x>, \"b\")"),
        ("\"${var.x}\"", "template(<var.x>)"),
        ("\" ${~ var.x ~} \"", "template(\"\", <var.x>, \"\")"),
        ("\"a\\n ${~ 1 ~}\\n b\"", "template(\"a\", 1, \"b\")"),
        ("\"%{if var.x}a%{endif}\"", "template((<var.x> ? \"a\" : \"\"))"),
        (
            "\"%{if var.x}${1}%{else}b${2}%{endif}\"",
            "template((<var.x> ? template(1, \"\") : template(\"b\", 2)))",
        ),
        (
            "\"%{for i, x in var.l}${x},%{endfor}\"",
            "template(template-for(i, x in <var.l>: template($x, \",\")))",
        ),
        ("\"a %{~ if true ~} b %{~ endif ~} c\"", "template(\"a\", (true ? \"b\" : \"\"), \"c\")"),
        ("\"$${a}${\"b${1}\"}\"", "template(\"${a}\", template(\"b\", 1))"),
        ("\"$$${1}\"", "\"$${1}\""),
        ("\"a\nb\"", "RL0101 at `\"`: The text that begins here is not closed on its line."),
    ]);
}

#[test]
fn heredocs_as_terraform_answers() {
    each(&[
        ("<<EOT\n  a\n  ${~ 1 ~}\n  b\nEOT", "template(\"  a\\n\", 1, \"  b\\n\")"),
        ("<<EOT\nEOT", "\"\""),
        ("<<-EOT\n    one\n      two\n\n    three\n  EOT", "\"one\\n  two\\n\\nthree\\n\""),
        // A strip marker takes the line end, so that the next line is no line of its own any more.
        (
            "<<-EOT\n    a\n      %{ if true ~}\n      x\n    %{ endif ~}\n    b\n  EOT",
            "template(\"a\\n  \", (true ? \"      x\\n\" : \"\"), \"    b\\n\")",
        ),
        ("<<-EOT\n\n    a\n  \n    b\n  EOT", "\"\\na\\n  \\nb\\n\""),
        (
            "<<-EOT\n    a ${var.x} \n  ${var.y}\n    $${z} 100%\n  EOT",
            "template(\"  a \", <var.x>, \" \\n\", <var.y>, \"\\n  ${z} 100%\\n\")",
        ),
        ("<<-EOT\n  a\n${1}\n  EOT", "template(\"  a\\n\", 1, \"\\n\")"),
        ("<<EOT\n\\n stays \"as\" it is\nEOT", "\"\\\\n stays \\\"as\\\" it is\\n\""),
        ("upper(<<EOT\n EOTX\nEOT\n)", "upper(\" EOTX\\n\")"),
        ("<<EOT\n EOT no\nEOT)\nEOT", "\" EOT no\\nEOT)\\n\""),
        ("[<<EOT\n  EOT\n, <<EOT\nx\nEOT\n]", "[\"\", \"x\\n\"]"),
        ("[<<A\nx\nA\n, <<B\ny\nB\n]", "[\"x\\n\", \"y\\n\"]"),
    ]);
}

#[test]
fn template_files_bind_every_name() {
    let template =
        |text: &str| parse_template(text, Span::NONE.file).map(|expr| show(&expr)).map_err(|_| "wrong");
    assert_eq!(template("a ${x.y} ${var}"), Ok("template(\"a \", $x.y, \" \", $var)".to_owned()));
    assert_eq!(template("${x}"), Ok("template($x)".to_owned()), "keeps its type");
    assert_eq!(template("plain \"text\" \\n"), Ok("\"plain \\\"text\\\" \\\\n\"".to_owned()));
    assert_eq!(template(""), Ok("\"\"".to_owned()));
    let loops = "x\n  ${~ 1 ~}\n  y\n %{ for k in ks ~}\n  ${k}\n %{ endfor ~}\nend";
    let expected =
        "template(\"x\\n\", 1, \"  y\\n \", template-for(k in $ks: template(\"  \", $k, \"\\n \")), \"end\")";
    assert_eq!(template(loops), Ok(expected.to_owned()));
    assert_eq!(template("%{ if x }"), Err("wrong"));
}

#[test]
fn places_are_those_of_the_source() {
    let text = "upper( # so\n  aws_vpc.main.id)";
    let mut sources = Sources::new();
    let file = sources.register("console", text);
    let expr = parse_expression(text, file).expect("an expression");
    let mut seen = Vec::new();
    expr.each_reference(&mut |reference, path, span| {
        seen.push((
            show_reference(reference),
            path.len(),
            text[span.start as usize..span.end as usize].to_owned(),
        ));
    });
    assert_eq!(seen, [("aws_vpc.main".to_owned(), 1, "aws_vpc.main".to_owned())]);
    assert_eq!((expr.span.start, expr.span.end), (0, 30));
}

#[test]
fn syntax_errors_are_diagnostics() {
    for text in [
        "",
        "(",
        ")",
        "1) + (2",
        "a.",
        "[1",
        "{a = 1",
        "\"a",
        "\"a${",
        "1 2",
        "f(1",
        "1a",
        "a..b",
        "/* x",
        "<<EOT",
        "<<EOT\na",
        "[for x in]",
        "%{if}",
        "@",
        "\"\\q\"",
        "true ?",
        "{a}",
        "x::y",
        "..",
        "{for = 1}",
    ] {
        let got = lowered(text);
        assert!(got.starts_with("RL01") || got.starts_with("RL02"), "{text} gave {got}");
    }
}
