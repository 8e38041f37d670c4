//! Type expressions: what stands behind `type =` in a variable.

use std::sync::Arc;

use hcl_edit::expr::{Expression, FuncCall, Object, ObjectKey};
use relight_contract::{ObjectType, Type};

use super::Lowering;
use crate::diag::{Diagnostic, Span, codes, suggest};
use crate::spec::TypeDefaults;

/// The words of type expressions.
const WORDS: [&str; 10] =
    ["any", "bool", "list", "map", "number", "object", "optional", "set", "string", "tuple"];

impl Lowering<'_> {
    /// A type, and the defaults of its optional attributes.
    pub(in super::super) fn type_expr(&mut self, node: &Expression) -> (Type, TypeDefaults) {
        let span = self.span(node);
        let plain = |ty: Type| (ty, TypeDefaults::default());
        match node {
            Expression::Variable(word) => plain(self.type_word(word.as_str(), span)),
            // As Terraform before 0.12 wrote them.
            Expression::String(word) => plain(self.type_word(word.as_str(), span)),
            Expression::FuncCall(call) => self.type_call(call, span),
            Expression::Parenthesis(inner) => self.type_expr(inner.inner()),
            _ => {
                self.type_error("This is not a type.", span);
                plain(Type::Dynamic)
            }
        }
    }

    fn type_word(&mut self, word: &str, span: Span) -> Type {
        match word {
            "string" => Type::String,
            "number" => Type::Number,
            "bool" => Type::Bool,
            "any" => Type::Dynamic,
            "list" => Type::list(Type::Dynamic),
            "map" => Type::map(Type::Dynamic),
            "set" => Type::set(Type::Dynamic),
            "object" | "tuple" | "optional" => {
                self.type_error(format!("`{word}` needs to be told what is in it."), span);
                Type::Dynamic
            }
            other => {
                let message = format!("There is no type `{other}`.");
                let diagnostic = Diagnostic::error(codes::TYPE_EXPRESSION, message).at(span);
                self.problems.push(diagnostic.did_you_mean(suggest(other, WORDS)).help(TYPES));
                Type::Dynamic
            }
        }
    }

    fn type_call(&mut self, call: &FuncCall, span: Span) -> (Type, TypeDefaults) {
        let word = call.name.name.as_str();
        let mut arguments = call.args.iter();
        let (first, more) = (arguments.next(), arguments.next().is_some());
        let known = WORDS.contains(&word) && !call.name.is_namespaced();
        match (word, first) {
            ("list" | "set" | "map", Some(element)) if known && !more => {
                let (element, defaults) = self.type_expr(element);
                let ty = match word {
                    "list" => Type::list(element),
                    "set" => Type::set(element),
                    _ => Type::map(element),
                };
                let mut outer = TypeDefaults::default();
                keep(&mut outer, "*".into(), defaults);
                (ty, outer)
            }
            ("tuple", Some(Expression::Array(items))) if known && !more => {
                let mut outer = TypeDefaults::default();
                let mut types = Vec::new();
                for (index, item) in items.iter().enumerate() {
                    let (ty, defaults) = self.type_expr(item);
                    types.push(ty);
                    keep(&mut outer, index.to_string().into(), defaults);
                }
                (Type::tuple(types), outer)
            }
            ("object", Some(Expression::Object(object))) if known && !more => self.object_type(object),
            ("optional", _) => {
                self.type_error("`optional` can only stand for an attribute of an object type.", span);
                (Type::Dynamic, TypeDefaults::default())
            }
            _ if known => {
                self.type_error(format!("`{word}` does not take this."), span);
                (Type::Dynamic, TypeDefaults::default())
            }
            _ => (self.type_word(word, span), TypeDefaults::default()),
        }
    }

    fn object_type(&mut self, object: &Object) -> (Type, TypeDefaults) {
        let mut ty = ObjectType::default();
        let mut outer = TypeDefaults::default();
        for (key, value) in object.iter() {
            let word = match key {
                ObjectKey::Ident(word) => word.as_str(),
                ObjectKey::Expression(Expression::String(word)) => word.as_str(),
                ObjectKey::Expression(other) => {
                    self.type_error("An attribute of an object type is a plain name.", self.span(other));
                    continue;
                }
            };
            let name = self.name(word);
            let (attribute, defaults) = match optional(value.expr()) {
                Some(call) => {
                    let mut arguments = call.args.iter();
                    let inner = arguments.next().map(|inner| self.type_expr(inner));
                    let default = arguments.next().map(|default| self.constant(default));
                    if inner.is_none() || arguments.next().is_some() {
                        let span = self.span(value.expr());
                        self.type_error("`optional` takes a type, and a default if there is one.", span);
                    }
                    ty.optional.insert(name.clone());
                    outer.values.extend(default.map(|default| (name.clone(), default)));
                    inner.unwrap_or_default()
                }
                None => self.type_expr(value.expr()),
            };
            keep(&mut outer, name.clone(), defaults);
            ty.attributes.insert(name, attribute);
        }
        (Type::Object(Arc::new(ty)), outer)
    }

    fn type_error(&mut self, message: impl Into<String>, span: Span) {
        self.error(codes::TYPE_EXPRESSION, message, span, TYPES);
    }
}

const TYPES: &str = "Types are `string`, `number`, `bool`, `any`, `list(...)`, `set(...)`, `map(...)`, `object({...})` \
                     and `tuple([...])`.";

fn optional(node: &Expression) -> Option<&FuncCall> {
    match node {
        Expression::FuncCall(call) if call.name.name.as_str() == "optional" && !call.name.is_namespaced() => {
            Some(call)
        }
        _ => None,
    }
}

fn keep(outer: &mut TypeDefaults, under: relight_contract::Name, inner: TypeDefaults) {
    if inner != TypeDefaults::default() {
        outer.inner.push((under, inner));
    }
}
