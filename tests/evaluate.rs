//! What is unknown or secret: what stays known around it, and what a residual makes of it later.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use relight::diag::{Sources, Span, codes};
use relight::expr::render::render;
use relight::expr::residual::Node;
use relight::expr::{
    Context, Expr, Failure, Files, Filled, Filler, Leaves, Reference, Residuals, Scope, SecretSource, Step,
    evaluate, table,
};
use relight::spec::{parse_expression, parse_template};
use relight_contract::{Address, Name, Object, Type, Value};

/// `var.<type>_...` is an output that is not known yet, `var.secret_...` a secret, `local.absent` does not exist here.
#[derive(Default)]
struct World {
    residuals: Residuals,
    values: BTreeMap<String, Value>,
    looked_up: RefCell<Vec<String>>,
}

impl Scope for World {
    fn look_up(&self, reference: &Reference, path: &[Step], span: Span) -> Result<(Value, usize), Failure> {
        self.looked_up.borrow_mut().push(format!("{reference:?} {path:?}"));
        let (Reference::Variable(name) | Reference::Local(name)) = reference else {
            return Err(Failure::new(codes::REFERENCE_UNKNOWN, "no such thing", span));
        };
        if let Some(value) = self.values.get(&**name) {
            return Ok((value.clone(), 0));
        }
        let address: Address = "aws_vpc.main@oregon".parse().expect("an address");
        let output = |ty| Ok((self.residuals.output(&address, name, ty, false), 0));
        match name.split('_').next() {
            Some("secret") => {
                let source = SecretSource::Variable(name.clone());
                Ok((self.residuals.secret(source, Value::text("hunter2")), 0))
            }
            Some("text") => output(Type::String),
            Some("number") => output(Type::Number),
            Some("flag") => output(Type::Bool),
            Some("texts") => output(Type::list(Type::String)),
            Some("any") => output(Type::Dynamic),
            _ => Err(Failure::new(codes::OBJECT_ABSENT, "it is absent here", span)),
        }
    }
}

impl Files for World {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, String> {
        match path {
            "greeting" => Ok(Arc::from(&b"Hello, ${name}!"[..])),
            "itself" => Ok(Arc::from(&b"${templatefile(\"itself\", {})}"[..])),
            _ => Err("there is no such file".to_owned()),
        }
    }
    fn exists(&self, path: &str) -> Result<bool, String> {
        Ok(path == "greeting")
    }
    fn matching(&self, _: &str, _: &str) -> Result<Vec<String>, String> {
        Ok(Vec::new())
    }
    fn template(&self, _: &str, text: &str) -> Result<Expr, String> {
        parse_template(text, Span::NONE.file).map_err(|_| "not a template".to_owned())
    }
}

impl World {
    fn parse(text: &str) -> Expr {
        let mut sources = Sources::new();
        let file = sources.register("expression", text);
        parse_expression(text, file).unwrap_or_else(|problems| panic!("{text}: {problems:?}"))
    }

    fn try_evaluate(&self, text: &str) -> Result<Value, Failure> {
        let context = Context { scope: self, files: self, residuals: &self.residuals, now: None };
        evaluate(&World::parse(text), &context)
    }

    fn evaluate(&self, text: &str) -> Value {
        self.try_evaluate(text).unwrap_or_else(|failure| panic!("{text}: {}", failure.message))
    }

    /// The value of an expression once all outputs and secrets are there; through the stored form of its residuals.
    fn later(&self, text: &str) -> Result<Value, String> {
        let value = self.evaluate(text);
        let mut roots = Vec::new();
        value.each_hole(&mut |id| roots.push(id));
        let (table, numbers) = table(&self.residuals, roots);
        let stored = serde_json::to_string(&table).expect("a table is data");
        assert!(!stored.contains("hunter2"), "{text}: a secret is stored: {stored}");
        let table: relight::expr::Table = serde_json::from_str(&stored).expect("what was written");
        match Filler::new(&table).fill_value(&numbers.value(&value), &mut Later, self) {
            Filled::Known(value) => Ok(value),
            Filled::Still(leaf) => Err(format!("waits for {leaf:?}")),
            Filled::Failed(failure) => Err(failure.message),
        }
    }
}

/// All outputs by their names: `text_a` is "a", `number_3` is 3, `texts_a_b` a list.
struct Later;

impl Leaves for Later {
    fn output(&mut self, _: &Address, attribute: &Name) -> Option<Value> {
        let (kind, rest) = attribute.split_once('_')?;
        Some(match kind {
            "text" => Value::text(rest),
            "number" => Value::Number(rest.parse().ok()?),
            "flag" => Value::Bool(rest == "true"),
            "texts" => Value::list(Type::String, rest.split('_').map(Value::text).collect()),
            _ => Value::object([("id", Value::text(rest))].into_iter().collect()),
        })
    }
    fn secret(&mut self, source: &SecretSource) -> Option<Value> {
        matches!(source, SecretSource::Variable(_)).then(|| Value::text("hunter2"))
    }
    fn data(&mut self, kind: &Name, arguments: &Object, attribute: &Name) -> Result<Value, String> {
        Ok(Value::text(format!("{kind} {} {attribute}", arguments.to_json())))
    }
}

#[test]
fn structure_stays_known_around_what_is_not() {
    let world = World::default();
    for (text, expected) in [
        ("{ a = var.text_a, b = 1 }.b", "1"),
        ("[var.text_a, 1][1]", "1"),
        ("[for x in [var.text_a, \"b\"] : x][1]", "\"b\""),
        ("{ for k, v in { a = var.text_a } : k => 1 }", "{\n  \"a\" = 1\n}"),
        ("true ? 1 : var.number_1", "1"),
        ("false && var.flag_true", "false"),
        ("var.flag_true ? 1 : 1", "1"),
        ("\"a${var.text_a}\" == null", "false"),
        ("[var.text_a] == [1, 2]", "false"),
        ("length([var.text_a, 1])", "2"),
        ("can(var.text_a)", "true"),
        ("try(local.nothing, 1)", "1"),
        ("var.text_a", "(known after apply)"),
        ("local.nothing[*].id", "[]"),
    ] {
        assert_eq!(render(&world.evaluate(text)), expected, "{text}");
    }
}

#[test]
fn a_hole_has_the_type_that_its_expression_tells() {
    let world = World::default();
    for (text, expected) in [
        ("\"a${var.any_a}\"", Type::String),
        ("var.number_1 + 1", Type::Number),
        ("var.text_1 == 1 || var.flag_true", Type::Bool),
        ("var.flag_true ? [1] : []", Type::list(Type::Number)),
        ("var.texts_a[*]", Type::list(Type::String)),
        ("var.texts_a[0]", Type::String),
        ("try(tonumber(var.text_1), 0)", Type::Number),
        ("[for x in var.texts_a : x]", Type::Dynamic),
        ("tostring(var.number_1)", Type::String),
    ] {
        let value = world.evaluate(text);
        assert!(matches!(value, Value::Hole(_)), "{text}");
        assert_eq!(value.ty(), expected, "{text}");
    }
    for text in ["var.texts_a + 1", "var.number_1 + \"x\"", "var.text_a.b", "\"a${var.texts_a}\""] {
        assert!(world.try_evaluate(text).is_err(), "{text} can never have a value");
    }
}

#[test]
fn residuals_give_later_what_the_expression_would_have_given() {
    let mut world = World::default();
    let cidr = Value::object([("cidr", Value::text("10.0.0.0/8"))].into_iter().collect());
    world.values.insert("site".to_owned(), cidr);
    for (text, expected) in [
        ("\"${var.text_a}-${local.site.cidr}-${1 + 1}\"", "\"a-10.0.0.0/8-2\""),
        (
            "[for x in var.texts_a_b : upper(\"${x}${local.site.cidr}${var.text_c}\")]",
            "[\n  \"A10.0.0.0/8C\",\n  \"B10.0.0.0/8C\",\n]",
        ),
        ("{ for x in var.texts_a_b : x => [for y in var.texts_c : \"${x}${y}\"]... }.b[0][0]", "\"bc\""),
        ("[for a in [1, 2] : [for x in var.texts_a : \"${a}${x}\" if a > 1]][1][0]", "\"2a\""),
        ("var.flag_true ? { a = var.text_x } : { a = 1 }", "{\n  \"a\" = \"x\"\n}"),
        ("var.flag_false ? local.site.cidr : var.text_y", "\"y\""),
        ("try(tonumber(var.text_a), 7)", "7"),
        ("try(tonumber(var.text_5), 7)", "5"),
        ("can(tonumber(var.text_a))", "false"),
        ("try(var.any_a.nope, local.nothing.x, local.site.cidr)", "\"10.0.0.0/8\""),
        ("var.any_b.id", "\"b\""),
        ("{ b = \"found\" }[var.any_b.id]", "\"found\""),
        ("[\"x\", \"y\"][var.number_1]", "\"y\""),
        ("[{ id = var.text_a }, { id = \"b\" }][*].id", "[\n  \"a\",\n  \"b\",\n]"),
        ("tostring(tonumber(\"${var.text_1}.0\"))", "\"1\""),
        ("tolist([var.number_1, \"x\"])", "tolist([\n  \"1\",\n  \"x\",\n])"),
        ("sort(toset([var.text_b, \"b\", \"a\"]))", "tolist([\n  \"a\",\n  \"b\",\n])"),
        ("\"%{for x in var.texts_a_b}${x};%{endfor}\"", "\"a;b;\""),
        ("{ (var.text_a) = 1, b = 2 }.a", "1"),
        ("cidrsubnet(local.site.cidr, 8, var.number_3)", "\"10.3.0.0/16\""),
        ("max([1, var.number_5]...)", "5"),
        ("join(\",\", var.texts_a_b...)", "error"),
        ("concat(var.texts_a, [\"b\"])", "[\n  \"a\",\n  \"b\",\n]"),
        ("templatefile(\"greeting\", { name = var.text_bob })", "\"Hello, bob!\""),
        ("-var.number_1 < 0 && !var.flag_false", "true"),
        ("1 / var.number_0", "error"),
    ] {
        match world.later(text) {
            Ok(value) => assert_eq!(render(&value), expected, "{text}"),
            Err(message) => assert_eq!("error", expected, "{text}: {message}"),
        }
    }
}

#[test]
fn secrets_are_known_here_and_stored_nowhere() {
    let world = World::default();
    for text in [
        "\"a${var.secret_x}\"",
        "upper(var.secret_x)",
        "[for x in [var.secret_x] : upper(x)][0]",
        "[for x in split(\"u\", var.secret_x) : x]",
        "length(var.secret_x) > 3 ? \"yes\" : \"no\"",
        "true ? var.secret_x : 1",
        "{ (var.secret_x) = 1 }",
        "jsonencode({ password = var.secret_x })",
        "toset([var.secret_x])",
        "split(\"u\", var.secret_x)[0]",
        "templatefile(\"greeting\", { name = var.secret_x })",
        "sensitive([var.secret_x, 1])[1]",
        "sensitive({ a = \"hunter2\" }).a",
        "sensitive(\"hunter2\")",
    ] {
        let value = world.evaluate(text);
        assert!(matches!(value, Value::Secret(_)), "{text}: {}", render(&value));
        let (table, _) = table(&world.residuals, holes(&value));
        let stored = serde_json::to_string(&table).expect("a table is data");
        assert!(!stored.contains("hunter2") && !stored.contains("HUNTER2"), "{text}: {stored}");
        if !text.contains("sensitive(") {
            let Value::Secret(secret) = &value else { continue };
            let later = world.later(text).expect("all leaves are there");
            assert!(matches!(&later, Value::Secret(later) if later.value == secret.value), "{text}");
        }
    }
    for (text, expected) in [
        ("{ a = var.secret_x, b = 1 }.b", "1"),
        ("merge({ a = var.secret_x }, { b = 1 })", "{\n  \"a\" = (sensitive value)\n  \"b\" = 1\n}"),
        ("tolist([var.secret_x, 1])", "tolist([\n  (sensitive value),\n  \"1\",\n])"),
        ("length([var.secret_x])", "1"),
        ("nonsensitive(upper(var.secret_x))", "\"HUNTER2\""),
        ("[issensitive(var.secret_x), issensitive([var.secret_x])]", "[\n  true,\n  false,\n]"),
    ] {
        assert_eq!(render(&world.evaluate(text)), expected, "{text}");
    }
}

fn holes(value: &Value) -> Vec<relight_contract::HoleId> {
    let mut ids = Vec::new();
    value.each_hole(&mut |id| ids.push(id));
    ids
}

#[test]
fn what_is_made_of_a_secret_and_a_hole_is_secret_when_it_is_filled() {
    let world = World::default();
    for text in [
        "\"${var.secret_x}${var.text_a}\"",
        "var.flag_true ? var.secret_x : \"\"",
        "split(\"u\", var.secret_x)[var.number_1]",
        "sensitive(var.text_a)",
    ] {
        assert!(matches!(world.evaluate(text), Value::Hole(hole) if hole.sensitive), "{text}");
        assert!(matches!(world.later(text), Ok(Value::Secret(_))), "{text}");
    }
    let plain = world.later("nonsensitive(\"${var.secret_x}${var.text_a}\")");
    assert_eq!(plain, Ok(Value::text("hunter2a")));
}

#[test]
fn failures_say_what_and_where_but_no_secret() {
    let world = World::default();
    for (text, code, marked) in [
        ("1 + [2]", codes::OPERAND_TYPE, "[2]"),
        ("true ? 1 : [2]", codes::ARMS_DIFFER, "true ? 1 : [2]"),
        ("{ name = 1 }.nam", codes::REFERENCE_ATTRIBUTE, ""),
        ("[1][4]", codes::INDEX_INVALID, "4"),
        ("\"a${[1]}\"", codes::TEMPLATE_VALUE, "[1]"),
        ("upperr(\"a\")", codes::FUNCTION_UNKNOWN, "upperr(\"a\")"),
        ("{ for x in [1, 1] : x => 1 }", codes::FOR_INVALID, ""),
        ("cidrsubnet(\"x\", 8, 1)", codes::FUNCTION_FAILED, "\"x\""),
        ("tonumber(var.secret_x)", codes::FUNCTION_FAILED, ""),
        ("[for x in split(\"u\", var.secret_x) : cidrsubnet(x, 8, 1)]", codes::FUNCTION_FAILED, ""),
        ("1 + var.secret_x", codes::OPERAND_TYPE, "var.secret_x"),
        ("templatefile(\"itself\", {})", codes::FUNCTION_FAILED, ""),
        ("try(nope.x, 1)", codes::REFERENCE_UNKNOWN, ""),
    ] {
        let failure = world.try_evaluate(text).expect_err(text);
        assert_eq!(failure.code, code, "{text}: {}", failure.message);
        assert!(!failure.message.contains("nter2"), "{text}: {}", failure.message);
        let range = failure.span.start as usize..failure.span.end as usize;
        assert!(marked.is_empty() || text.get(range) == Some(marked), "{text}: {:?}", failure.span);
    }
    let help = world.try_evaluate("upperr(\"a\")").expect_err("unknown").help;
    assert_eq!(help.as_deref(), Some("Did you mean `upper`?"));
}

#[test]
fn a_path_goes_to_the_scope_as_far_as_its_keys_are_known() {
    let world = World::default();
    world.evaluate("var.any_a.list[1 + 1][\"k\"][var.text_a].b");
    let first = world.looked_up.borrow().iter().find(|line| line.contains("any_a")).cloned();
    let first = first.expect("any_a was asked for");
    assert!(first.contains("list") && first.contains("\"k\"") && !first.contains("\"b\""), "{first}");
}

#[test]
fn long_chains_are_filled_on_a_small_stack_and_cut_out_the_same_each_time() {
    let world = World::default();
    let mut value = world.evaluate("var.number_1");
    let context = Context { scope: &world, files: &world, residuals: &world.residuals, now: None };
    let sum = World::parse("1 + 1");
    for _ in 0..100_000 {
        let relight::expr::ExprKind::Binary { operator, .. } = &sum.kind else { panic!("a sum") };
        let operands = Box::new((Expr::literal(value), Expr::literal(Value::from(1))));
        let kind = relight::expr::ExprKind::Binary { operator: *operator, operands };
        value = evaluate(&Expr::new(kind, Span::NONE), &context).expect("a hole");
    }
    let roots = holes(&value);
    let (first, numbers) = table(&world.residuals, roots.clone());
    assert_eq!(first.len(), 100_001);
    assert!(matches!(first.get(&0), Some(Node::Output { .. })), "operands come first");
    assert_eq!(first, table(&world.residuals, roots).0);
    let value = numbers.value(&value);
    let filled = std::thread::Builder::new()
        .stack_size(512 * 1024)
        .spawn(move || Filler::new(&first).fill_value(&value, &mut Later, &World::default()))
        .expect("a thread")
        .join()
        .expect("no overflow");
    assert_eq!(filled, Filled::Known(Value::from(100_001)));
}

#[test]
fn what_is_still_unknown_is_asked_for_again() {
    struct Growing(bool);
    impl Leaves for Growing {
        fn output(&mut self, _: &Address, attribute: &Name) -> Option<Value> {
            self.0.then(|| Value::text(&**attribute))
        }
        fn secret(&mut self, _: &SecretSource) -> Option<Value> {
            None
        }
        fn data(&mut self, _: &Name, _: &Object, _: &Name) -> Result<Value, String> {
            Err("none here".to_owned())
        }
    }
    let world = World::default();
    let value = world.evaluate("\"<${var.text_a}>\"");
    let mut filler = Filler::new(&world.residuals);
    let first = filler.fill_value(&value, &mut Growing(false), &world);
    assert!(
        matches!(first, Filled::Still(leaf) if matches!(&*leaf, Node::Output { attribute, .. } if &**attribute == "text_a"))
    );
    assert_eq!(filler.fill_value(&value, &mut Growing(true), &world), Filled::Known(Value::text("<text_a>")));
}

#[test]
fn expressions_as_deep_as_the_reader_takes_them_fit_the_stack() {
    let world = World::default();
    for (open, close) in
        [("(1 + ", ")"), ("[", "]"), ("try(", ")"), ("[for x in var.texts_a : ", "]"), ("true ? 1 : (", ")")]
    {
        let depth = 30;
        let text = format!("{}1{}", open.repeat(depth), close.repeat(depth));
        world.evaluate(&text);
    }
}
