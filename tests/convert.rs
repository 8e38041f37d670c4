//! Conversion and unification, through the public surface.

use relight::expr::convert::{convert, convert_in, unify};
use relight::expr::residual::Node;
use relight::expr::{ExprKind, Residuals, SecretSource};
use relight_contract::{Object, ObjectType, Type, Value};

fn text(value: &str) -> Value {
    Value::text(value)
}

fn number(value: i64) -> Value {
    Value::from(value)
}

fn object(entries: &[(&str, Value)]) -> Value {
    Value::object(entries.iter().map(|(name, value)| (*name, value.clone())).collect())
}

fn list_any() -> Type {
    Type::list(Type::Dynamic)
}

#[test]
fn mixed_primitives_become_text_but_numbers_and_booleans_do_not_mix() {
    let mixed = Value::tuple(vec![number(1), text("a"), Value::NULL, Value::Bool(true)]);
    let expected = vec![text("1"), text("a"), Value::Null(Type::String), text("true")];
    assert_eq!(convert(&mixed, &list_any()), Ok(Value::list(Type::String, expected)));
    assert!(convert(&Value::tuple(vec![number(1), Value::Bool(true)]), &list_any()).is_err());
}

#[test]
fn sets_sort_and_drop_what_became_equal() {
    let mixed = Value::tuple(vec![text("b"), number(1), text("1")]);
    let set = convert(&mixed, &Type::set(Type::Dynamic));
    assert_eq!(set, Ok(Value::set(Type::String, vec![text("1"), text("b")])));
    let back = convert(&set.expect("a set"), &list_any());
    assert_eq!(back, Ok(Value::list(Type::String, vec![text("1"), text("b")])));
}

#[test]
fn objects_take_optional_attributes_and_drop_others() {
    let mut wanted = ObjectType::default();
    wanted.attributes.insert("name".into(), Type::String);
    wanted.attributes.insert("port".into(), Type::Number);
    wanted.optional.insert("port".into());
    let wanted = Type::Object(wanted.into());
    let converted = convert(&object(&[("name", number(1)), ("extra", text("x"))]), &wanted);
    assert_eq!(converted, Ok(object(&[("name", text("1")), ("port", Value::Null(Type::Number))])));
    let error = convert(&object(&[("port", text("80"))]), &wanted).expect_err("name is missing");
    assert_eq!(error.message, "the attribute \"name\" is required");
    let error = convert(
        &Value::tuple(vec![object(&[("name", text("a")), ("port", text("x"))])]),
        &Type::list(wanted),
    );
    assert_eq!(error.expect_err("x is no number").path, "[0][\"port\"]");
}

#[test]
fn objects_of_other_names_become_maps_and_tuples_of_other_lengths_lists() {
    let a = Type::object([("a", Type::Number)]);
    let b = Type::object([("b", Type::String)]);
    assert_eq!(unify(&[a.clone(), b]), Some(Type::map(Type::String)));
    assert_eq!(unify(&[a, Type::object([("a", Type::String)])]), Some(Type::object([("a", Type::String)])));
    let short = Type::tuple(vec![]);
    let long = Type::tuple(vec![Type::Number]);
    assert_eq!(unify(&[short, long.clone()]), Some(Type::list(Type::Number)));
    assert_eq!(unify(&[Type::set(Type::Number), long]), Some(Type::set(Type::Number)));
    assert_eq!(unify(&[Type::list(Type::Dynamic), Type::list(Type::String)]), Some(Type::list(Type::String)));
    assert_eq!(unify(&[Type::Number, Type::list(Type::String)]), None);
    assert_eq!(unify(&[Type::tuple(vec![Type::Number]), Type::Dynamic]), Some(Type::Dynamic));
    assert_eq!(unify(&[]), None);
}

#[test]
fn an_untyped_null_takes_the_type_of_its_neighbours_in_a_map_but_not_in_a_list_of_structures() {
    let tuple = Value::tuple(vec![number(1)]);
    let map = convert(&object(&[("a", tuple.clone()), ("b", Value::NULL)]), &Type::map(Type::Dynamic));
    assert_eq!(map.map(|map| map.ty()), Ok(Type::map(Type::tuple(vec![Type::Number]))));
    assert!(convert(&Value::tuple(vec![tuple, Value::NULL]), &list_any()).is_err());
}

#[test]
fn a_hole_takes_the_type_and_remembers_the_conversion() {
    let residuals = Residuals::new();
    let address = "aws_vpc.main@oregon".parse().expect("an address");
    let hole = residuals.output(&address, &"size".into(), Type::Number, false);
    let converted = convert_in(&hole, &Type::String, &residuals).expect("numbers become text");
    let Value::Hole(converted) = converted else { panic!("expected a hole") };
    assert_eq!(converted.ty, Type::String);
    let Some(Node::Expr(expr)) = residuals.node(converted.id) else { panic!("expected an expression") };
    assert!(matches!(expr.kind, ExprKind::Convert { ty: Type::String, .. }));
    assert!(convert_in(&hole, &Type::Bool, &residuals).is_err(), "no number is a bool");
    assert_eq!(convert_in(&hole, &Type::Number, &residuals), Ok(hole));
}

#[test]
fn secrets_stay_secret_and_a_set_of_them_is_one() {
    let residuals = Residuals::new();
    let secret = residuals.secret(SecretSource::Variable("pin".into()), number(7));
    let converted = convert_in(&secret, &Type::String, &residuals).expect("numbers become text");
    assert!(matches!(&converted, Value::Secret(secret) if secret.value == text("7")));
    let tuple = Value::tuple(vec![secret, text("a")]);
    let list = convert_in(&tuple, &list_any(), &residuals).expect("a list");
    assert!(matches!(&list, Value::List(list) if matches!(list.items[0], Value::Secret(_))));
    let set = convert_in(&tuple, &Type::set(Type::Dynamic), &residuals).expect("a set");
    let expected = Value::set(Type::String, vec![text("7"), text("a")]);
    assert!(matches!(&set, Value::Secret(secret) if secret.value == expected));
}

#[test]
fn what_is_empty_keeps_the_wanted_type() {
    let none = Value::object(Object::new());
    assert_eq!(convert(&none, &Type::map(Type::Number)), Ok(Value::map(Type::Number, Object::new())));
    assert!(
        convert(&Value::list(Type::String, vec![]), &Type::list(Type::object([("a", Type::Bool)]))).is_err()
    );
    assert_eq!(convert(&Value::NULL, &Type::list(Type::String)), Ok(Value::Null(Type::list(Type::String))));
}
