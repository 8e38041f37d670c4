//! The function library through its door, `functions::call`: known answers, refusals, holes and limits.
//!
//! The answers of known arguments are those of Terraform's console.

use std::collections::BTreeMap;
use std::sync::Arc;

use relight::diag::Span;
use relight::expr::functions::{FunctionError, Outcome, call, names};
use relight::expr::{Context, Expr, Failure, Files, Node, Reference, Residuals, Scope, Step};
use relight_contract::{HoleId, Type, Value};
use serde_json::Value as Json;

struct NoNames;

impl Scope for NoNames {
    fn look_up(&self, _: &Reference, _: &[Step], _: Span) -> Result<(Value, usize), Failure> {
        unreachable!("functions look no names up")
    }
}

/// Files in memory.
struct Folder(BTreeMap<&'static str, &'static [u8]>);

impl Files for Folder {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, String> {
        self.0.get(path).map(|bytes| Arc::from(*bytes)).ok_or_else(|| format!("there is no file \"{path}\""))
    }
    fn exists(&self, path: &str) -> Result<bool, String> {
        Ok(self.0.contains_key(path))
    }
    fn matching(&self, _: &str, _: &str) -> Result<Vec<String>, String> {
        Ok(self.0.keys().map(|name| (*name).to_owned()).collect())
    }
    fn template(&self, _: &str, _: &str) -> Result<Expr, String> {
        Err("no templates here".to_owned())
    }
}

fn call_in(residuals: &Residuals, name: &str, arguments: &[Value]) -> Result<Outcome, FunctionError> {
    let files = Folder(BTreeMap::from([("hello.txt", &b"hello"[..]), ("bytes.bin", &[0xff, 0x00][..])]));
    let now = Some("2026-01-31T23:59:00Z");
    let context = Context { scope: &NoNames, files: &files, residuals, now };
    call(name, arguments, &context).unwrap_or_else(|| panic!("there is no function {name}"))
}

fn outcome(name: &str, arguments: &[Value]) -> Result<Outcome, FunctionError> {
    call_in(&Residuals::new(), name, arguments)
}

/// The value of a call whose arguments are the items of a JSON array.
fn value(name: &str, arguments: &str) -> Result<Value, FunctionError> {
    let json: Json = serde_json::from_str(arguments).expect("the arguments are JSON");
    let arguments = Value::from_json(&json, &Type::Dynamic).expect("JSON is a value");
    match outcome(name, arguments.as_items().expect("an array of arguments"))? {
        Outcome::Known(value) => Ok(value),
        Outcome::Unknown(ty) => panic!("{name} is unknown: {ty}"),
    }
}

fn check(cases: &[(&str, &str, &str)]) {
    for (name, arguments, expected) in cases {
        let expected: Json = serde_json::from_str(expected).expect("the expected value is JSON");
        let got = value(name, arguments).unwrap_or_else(|error| panic!("{name}({arguments}): {error}"));
        assert_eq!(got.to_json(), expected, "{name}({arguments})");
    }
}

fn refused(name: &str, arguments: &str) -> FunctionError {
    match value(name, arguments) {
        Err(error) => error,
        Ok(value) => panic!("{name}({arguments}) gives {value:?}"),
    }
}

fn hole(ty: Type) -> Value {
    Value::hole(HoleId(7), ty)
}

fn unknown(name: &str, arguments: &[Value]) -> Type {
    match outcome(name, arguments) {
        Ok(Outcome::Unknown(ty)) => ty,
        other => panic!("{name} gives {other:?}"),
    }
}

fn known(name: &str, arguments: &[Value]) -> Value {
    match outcome(name, arguments) {
        Ok(Outcome::Known(value)) => value,
        other => panic!("{name} gives {other:?}"),
    }
}

#[test]
fn every_function_of_terraform_is_there() {
    let list: BTreeMap<String, Json> =
        serde_json::from_str(include_str!("console/functions.json")).expect("the list is JSON");
    let mut expected: Vec<&str> = list.keys().map(String::as_str).chain(["type"]).collect();
    expected.sort_unstable();
    assert_eq!(names(), expected);
}

#[test]
fn text_is_counted_in_characters_as_people_see_them() {
    check(&[
        ("length", r#"["👨‍👩‍👧"]"#, "1"),
        ("substr", r#"["e\u0301a", 0, 1]"#, r#""é""#),
        ("substr", r#"["hello", -3, -1]"#, r#""llo""#),
        ("strrev", r#"["👨‍👩‍👧x"]"#, r#""x👨‍👩‍👧""#),
        ("format", r#"["%5s|%-4s|", "日本", "é"]"#, r#""   日本|é   |""#),
        ("upper", r#"["ß é ᾳ"]"#, r#""ß É ᾼ""#),
        ("lower", r#"["İ ΑΣ"]"#, r#""i ασ""#),
        ("title", r#"["hello-world foo_bar o'neil"]"#, r#""Hello-World Foo_bar O'Neil""#),
        ("indent", r#"[2, "a\n\nb"]"#, r#""a\n  \n  b""#),
        ("split", r#"["", "aé"]"#, r#"["a", "é"]"#),
        ("join", r#"["-", [1], [], ["x", true]]"#, r#""1-x-true""#),
    ]);
}

#[test]
fn patterns_are_those_of_re2() {
    check(&[
        ("regex", r#"["(?P<a>\\w+)-(?P<b>x)?", "ab-"]"#, r#"{"a": "ab", "b": null}"#),
        ("regex", r#"["(a)|(b)", "b"]"#, r#"[null, "b"]"#),
        ("regex", r#"["(?P<a>x)(?P<a>y)", "xy"]"#, r#"{"a": "y"}"#),
        ("regex", r#"["\\Q[a.\\E[[&&]+", "[a.[&"]"#, r#""[a.[&""#),
        ("regex", r#"["a{,3}", "a{,3}"]"#, r#""a{,3}""#),
        ("regexall", r#"["a*", "baac"]"#, r#"["", "aa", ""]"#),
        ("replace", r#"["hello", "/(h)(?P<x>e)/", "$2${1}$x$$$1x"]"#, r#""ehe$llo""#),
        ("replace", r#"["a/b", "/", "-"]"#, r#""a-b""#),
        ("replace", r#"["abc", "/x*/", "-"]"#, r#""-a-b-c-""#),
    ]);
    for pattern in ["[", "a(?=b)", "(?P<x>a)(b)", "a**", "a{1001}", "(?x)a", "\\\\1"] {
        assert_eq!(refused("regex", &format!(r#"["{pattern}", "ab"]"#)).argument, Some(0), "{pattern}");
    }
    assert_eq!(refused("regex", r#"["\\w", "é"]"#).message, "does not match the pattern");
}

#[test]
fn numbers_are_formatted_as_go_does() {
    check(&[
        ("format", r#"["%d %05d %+d|%-5d|%8.3d", "12", -42, 5, 7, 5]"#, r#""12 -0042 +5|7    |     005""#),
        ("format", r##"["%#x %X %o %08b", 255, -255, 8, 5]"##, r#""0xff -FF 10 00000101""#),
        ("format", r#"["%e %.0e %E", 12345.678, 15, 0.00001]"#, r#""1.234568e+04 2e+01 1.000000E-05""#),
        (
            "format",
            r#"["%g %g %.3g %G", 123456, 1000000, 123456789, 1e-10]"#,
            r#""123456 1e+06 1.23e+08 1E-10""#,
        ),
        ("format", r#"["%.2f %.0f %08.2f", 1.005, 2.5, -3.14159]"#, r#""1.00 2 -0003.14""#),
        ("format", r##"["%v %#v %v", 1000000, 1000000, [1, "<"]]"##, r#""1e+06 1000000 [1,\"\\u003c\"]""#),
        ("format", r#"["%[2]s %[1]s%%", "a", "b"]"#, r#""b a%""#),
        ("pow", "[2, 64]", r#""18446744073709550000""#),
        ("parseint", r#"["zZ", 62]"#, "2231"),
        ("range", "[10, 5, -2]", "[10, 8, 6]"),
        ("sum", r#"[[0.5, "2"]]"#, r#""2.5""#),
    ]);
    for arguments in
        [r#"["%s"]"#, r#"["%d", 1.5]"#, r#"["x", 1]"#, r#"["%*d", 5, 1]"#, r#"["%[0]s", 1]"#, r#"["%"]"#]
    {
        refused("format", arguments);
    }
}

#[test]
fn collections_keep_or_share_their_types() {
    check(&[
        ("coalesce", r#"[null, "", 1]"#, r#""1""#),
        ("lookup", r#"[{"a": 1}, "b", "x"]"#, r#""x""#),
        ("setunion", r#"[[1], ["a"], [true]]"#, r#"["1", "a", "true"]"#),
        ("setproduct", r#"[[1, "a"], [true]]"#, r#"[["1", true], ["a", true]]"#),
        ("transpose", r#"[{"b": ["x"], "a": ["x", "y"]}]"#, r#"{"x": ["a", "b"], "y": ["a"]}"#),
        ("chunklist", r#"[[1, 2, 3], 2]"#, "[[1, 2], [3]]"),
        ("matchkeys", r#"[["a", "b"], [1, 2], ["1"]]"#, r#"["a"]"#),
        ("element", r#"[["a", "b"], 3]"#, r#""b""#),
        ("alltrue", "[[true, null]]", "false"),
        ("contains", r#"[[1], "1"]"#, "false"),
        ("one", "[[]]", "null"),
    ]);
    let numbers = Value::list(Type::Number, vec![1.into()]);
    let texts = Value::list(Type::String, vec!["a".into()]);
    let tuple = Value::tuple(vec![2.into()]);
    assert_eq!(known("concat", &[numbers.clone(), texts]).ty(), Type::list(Type::String));
    assert_eq!(known("concat", &[numbers, tuple]).ty(), Type::tuple(vec![Type::Number, Type::Number]));
    let map = Value::map(Type::Number, [("a", 1.into())].into_iter().collect());
    assert_eq!(known("merge", &[map.clone(), map.clone()]).ty(), Type::map(Type::Number));
    assert_eq!(known("merge", &[map.clone(), Value::NULL]).ty(), Type::object([("a", Type::Number)]));
    assert_eq!(
        outcome("lookup", &[map, "a".into(), "x".into()]).expect_err("x is no number").argument,
        Some(2)
    );
}

#[test]
fn documents_are_read_and_written() {
    check(&[
        (
            "jsonencode",
            r#"[{"b": "<\u2028", "a": [null, 1.5]}]"#,
            r#""{\"a\":[null,1.5],\"b\":\"\\u003c\\u2028\"}""#,
        ),
        ("jsondecode", r#"["{\"a\": 123456789012345678901234567890, \"a\": [1e3]}"]"#, r#"{"a": [1000]}"#),
        (
            "yamlencode",
            r#"[{"b": [1, {"c": "x\ny"}], "a": {}}]"#,
            r#""\"a\": {}\n\"b\":\n- 1\n- \"c\": |-\n    x\n    y\n""#,
        ),
        ("yamlencode", "[true]", r#""true\n...\n""#),
        (
            "yamldecode",
            r#"["a: &x {b: yes}\nc:\n  <<: *x\n  d: 0o17\n  e: 2001-1-5\n"]"#,
            r#"{"a": {"b": true}, "c": {"b": true, "d": 15, "e": "2001-01-05T00:00:00Z"}}"#,
        ),
        ("yamldecode", r#"["[!!str 1, 017, '1', 0b1, ~]"]"#, r#"["1", 17, "1", "0b1", null]"#),
        (
            "csvdecode",
            r#"["a,b\r\n\"x,\"\"y\",\n\n1,2"]"#,
            r#"[{"a": "x,\"y", "b": ""}, {"a": "1", "b": "2"}]"#,
        ),
        ("urlencode", r#"["a b/é~"]"#, r#""a+b%2F%C3%A9~""#),
        ("textencodebase64", r#"["日", "Shift_JIS"]"#, r#""k/o=""#),
        ("textdecodebase64", r#"["/v8AYQ==", "UTF-16"]"#, r#""a""#),
        ("base64decode", r#"["w6k="]"#, r#""é""#),
    ]);
    for (name, text) in [
        ("jsondecode", "[1,]"),
        ("jsondecode", "01"),
        ("yamldecode", ""),
        ("yamldecode", "!x 1"),
        ("yamldecode", "a: &x [*x]"),
        ("yamldecode", "a\\n---\\nb"),
        ("yamldecode", "\\ta: 1"),
        ("csvdecode", "a\\n1,2"),
        ("csvdecode", "a\\nx\\\"y"),
        ("base64decode", "SGVsbG8"),
    ] {
        assert_eq!(refused(name, &format!("[\"{text}\"]")).argument, Some(0), "{name}({text})");
    }
}

#[test]
fn compressed_text_unpacks_to_itself() {
    use base64::Engine;
    use std::io::Read;
    let text = "#!/bin/sh\n".repeat(100);
    let packed = known("base64gzip", &[text.as_str().into()]);
    let bytes =
        base64::engine::general_purpose::STANDARD.decode(packed.as_str().expect("text")).expect("base64");
    let mut unpacked = String::new();
    flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut unpacked).expect("gzip");
    assert_eq!(unpacked, text);
    assert_eq!(known("base64gzip", &[text.into()]), packed, "the same bytes each time");
}

#[test]
fn dates_hashes_and_networks_have_known_answers() {
    check(&[
        (
            "formatdate",
            r#"["EEEE, D-MMM-YY HH:mm:ss aa ZZZ 'o''clock'", "2018-01-02T23:12:01-08:00"]"#,
            r#""Tuesday, 2-Jan-18 11:12:01 pm -0800 o'clock""#,
        ),
        ("timeadd", r#"["2020-02-28T23:59:59.7Z", "24h300ms"]"#, r#""2020-03-01T00:00:00Z""#),
        ("timeadd", r#"["0001-01-01T00:00:00Z", "-1s"]"#, r#""0000-12-31T23:59:59Z""#),
        ("timecmp", r#"["2017-11-22T01:00:00Z", "2017-11-22T00:00:00-01:00"]"#, "0"),
        ("plantimestamp", "[]", r#""2026-01-31T23:59:00Z""#),
        ("md5", r#"[""]"#, r#""d41d8cd98f00b204e9800998ecf8427e""#),
        ("base64sha256", r#"["hello world"]"#, r#""uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=""#),
        ("uuidv5", r#"["dns", "www.terraform.io"]"#, r#""a5008fae-b28c-5ba5-96cd-82b4c53552d6""#),
        ("filesha1", r#"["hello.txt"]"#, r#""aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d""#),
        ("cidrhost", r#"["010.12.112.7/20", -2]"#, r#""10.12.127.254""#),
        ("cidrsubnet", r#"["fd00:fd12:3456:7890::/56", 16, 162]"#, r#""fd00:fd12:3456:7800:a200::/72""#),
        ("cidrsubnets", r#"["10.0.0.0/8", 8, 4, 8]"#, r#"["10.0.0.0/16", "10.16.0.0/12", "10.32.0.0/16"]"#),
        ("cidrnetmask", r#"["10.0.0.5/25"]"#, r#""255.255.255.128""#),
        ("dirname", r#"["a/../b/c"]"#, r#""b""#),
        ("fileset", r#"[".", "*"]"#, r#"["bytes.bin", "hello.txt"]"#),
    ]);
    assert_eq!(refused("cidrsubnet", r#"["10.0.0.0/8", 8, 256]"#).argument, Some(2));
    assert_eq!(refused("cidrhost", r#"["10.0.0.0/24", 256]"#).argument, Some(1));
    assert_eq!(
        refused("cidrsubnet", r#"["10.0.0.0/8", 8, -1]"#).argument,
        Some(2),
        "not an address outside the range"
    );
    assert_eq!(refused("cidrhost", r#"["::ffff:10.0.0.0/104", 1]"#).argument, Some(0));
    assert_eq!(refused("timeadd", r#"["2017-11-22T00:00:00Z", "1d"]"#).argument, Some(1));
    assert!(refused("file", r#"["bytes.bin"]"#).message.contains("filebase64"));
    assert_eq!(refused("file", r#"["nope"]"#).message, "there is no file \"nope\"");
}

#[test]
fn what_differs_between_two_plans_says_what_to_use_instead() {
    for (name, arguments, advice) in [
        ("timestamp", "[]", "plantimestamp()"),
        ("uuid", "[]", "uuidv5"),
        ("bcrypt", r#"["x"]"#, "secret manager"),
        ("abspath", r#"["a"]"#, "path.module"),
        ("pathexpand", r#"["~/a"]"#, "a variable"),
    ] {
        assert!(refused(name, arguments).message.contains(advice), "{name}");
    }
}

#[test]
fn arguments_are_counted_converted_and_not_null() {
    assert_eq!(refused("upper", r#"["a", "b"]"#).message, "takes 1 argument (str), 2 given");
    assert_eq!(refused("upper", "[null]").message, "invalid value for \"str\": must not be null");
    assert_eq!(refused("join", r#"[",", ["a", {}]]"#).argument, Some(1));
    refused("sort", r#"[["a", null]]"#);
    assert_eq!(
        value("merge", r#"[null, {"a": 1}]"#).map(|value| value.to_json()),
        Ok(serde_json::json!({"a": 1}))
    );
}

#[test]
fn a_hole_makes_unknown_what_depends_on_it_and_no_more() {
    let text = || hole(Type::String);
    assert_eq!(unknown("upper", &[text()]), Type::String);
    assert_eq!(unknown("jsonencode", &[Value::tuple(vec![text()])]), Type::String);
    assert_eq!(unknown("length", &[hole(Type::list(Type::String))]), Type::Number);
    assert_eq!(unknown("lookup", &[hole(Type::map(Type::Bool)), "a".into()]), Type::Bool);
    assert_eq!(unknown("values", &[hole(Type::map(Type::Bool))]), Type::list(Type::Bool));
    assert_eq!(
        unknown("merge", &[hole(Type::map(Type::Bool)), hole(Type::map(Type::Bool))]),
        Type::map(Type::Bool)
    );
    assert_eq!(unknown("flatten", &[Value::tuple(vec![hole(Type::Dynamic)])]), Type::Dynamic);
    assert_eq!(unknown("contains", &[Value::tuple(vec![text(), "a".into()]), "b".into()]), Type::Bool);
    assert_eq!(unknown("regex", &["(?P<x>a)".into(), text()]), Type::object([("x", Type::String)]));

    let pair = Value::tuple(vec![text(), "a".into()]);
    assert_eq!(known("length", std::slice::from_ref(&pair)), 2.into());
    assert_eq!(known("contains", &[pair.clone(), "a".into()]), true.into());
    assert_eq!(known("reverse", std::slice::from_ref(&pair)), Value::tuple(vec!["a".into(), text()]));
    assert_eq!(known("element", &[pair.clone(), 0.into()]), text());
    assert_eq!(
        known("flatten", &[Value::tuple(vec![pair.clone(), pair.clone()])]).as_items().map(<[_]>::len),
        Some(4)
    );
    assert_eq!(
        known("keys", &[hole(Type::object([("b", Type::Bool), ("a", Type::Bool)]))])
            .as_items()
            .map(<[_]>::len),
        Some(2)
    );
    assert_eq!(known("coalesce", &["x".into(), text()]), "x".into());
    assert_eq!(known("tolist", &[pair]).ty(), Type::list(Type::String));
    assert!(
        outcome("upper", &[hole(Type::list(Type::String))]).is_err(),
        "a list is no text, whatever fills it"
    );
}

#[test]
fn formatlist_leaves_one_hole_per_text_that_waits() {
    let residuals = Residuals::new();
    let addresses = Value::tuple(vec![hole(Type::String), "10.0.0.1".into()]);
    let made = call_in(&residuals, "formatlist", &["%s/%d".into(), addresses, 32.into()]);
    let Ok(Outcome::Known(Value::List(list))) = made else { panic!("{made:?}") };
    let [Value::Hole(waiting), ready] = list.items.as_slice() else { panic!("{list:?}") };
    assert_eq!((ready.as_str(), &waiting.ty), (Some("10.0.0.1/32"), &Type::String));
    let node = residuals.node(waiting.id).expect("the hole has a residual");
    let mut operands = Vec::new();
    node.each_operand(&mut |id| operands.push(id));
    assert!(matches!(node, Node::Expr(_)) && operands == [HoleId(7)], "{node:?}");
}

#[test]
fn nothing_grows_beyond_its_bound() {
    let thousand: Vec<i64> = (0..1024).collect();
    let factor = serde_json::to_string(&thousand).expect("JSON");
    refused("setproduct", &format!("[{factor}, {factor}]"));
    refused("range", "[0, 1025]");
    refused("range", "[0, 10, 0]");
    refused("format", r#"["%99999999d", 1]"#);
    refused("indent", r#"[1000000000000, "a\nb"]"#);
    let long = Value::from("a".repeat(20_000));
    assert!(outcome("replace", &[long.clone(), "a".into(), long.clone()]).is_err());
    assert!(outcome("replace", &[long.clone(), "/a/".into(), long]).is_err());
    assert!(outcome("jsondecode", &["[".repeat(100_000).into()]).is_err());
    let deep = format!("{}{}", "[".repeat(1000), "]".repeat(1000));
    assert!(outcome("jsondecode", &[deep.as_str().into()]).is_err());
    assert!(outcome("yamldecode", &[deep.into()]).is_err());
    let mut bomb = String::from("a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n");
    for level in 1..12 {
        let previous = format!("*a{}, ", level - 1).repeat(10);
        bomb += &format!("a{level}: &a{level} [{previous}]\n");
    }
    let error = outcome("yamldecode", &[bomb.into()]).expect_err("ten to the twelfth nodes");
    assert!(error.message.contains("more than 1000000 nodes"), "{error}");
}
