//! Closing an expression: every reference becomes a literal of its value, so that what is left is a residual.

use relight_contract::{Name, Value};

use super::{Bindings, Evaluator, literal};
use crate::expr::{Expr, ExprKind, Failure, For, Part, SPLAT};

/// An expression being closed, with the variables that it binds itself and therefore keeps.
struct Closing<'a, 'c, 'x, 'b> {
    evaluator: &'a Evaluator<'c, 'x>,
    bindings: &'a Bindings<'b>,
    kept: Vec<Name>,
}

impl Evaluator<'_, '_> {
    /// The arguments of a `try` that are left to choose from.
    pub(super) fn close_choices(
        &self,
        arguments: &[Expr],
        bindings: &Bindings<'_>,
    ) -> Result<Vec<Expr>, Failure> {
        if self.is_probe {
            return Ok(Vec::new());
        }
        Closing { evaluator: self, bindings, kept: Vec::new() }.choices(arguments)
    }

    /// The expression with references and outer variables replaced by their values. Parts that are known are
    /// computed. A reference that leads nowhere is a failure, unless `try` or `can` would catch it.
    pub(super) fn close(&self, expr: &Expr, bindings: &Bindings<'_>) -> Result<Expr, Failure> {
        if self.is_probe {
            return Ok(Expr::literal(Value::NULL));
        }
        Closing { evaluator: self, bindings, kept: Vec::new() }.expr(expr)
    }

    /// A loop over `collection`, which is closed already.
    pub(super) fn close_loop(
        &self,
        each: &For,
        collection: Expr,
        bindings: &Bindings<'_>,
    ) -> Result<ExprKind, Failure> {
        if self.is_probe {
            return Ok(ExprKind::Literal(Value::NULL));
        }
        let mut closing = Closing { evaluator: self, bindings, kept: Vec::new() };
        Ok(ExprKind::For(Box::new(closing.rounds(each, collection)?)))
    }

    /// A splat over `collection`, which is closed already.
    pub(super) fn close_splat(
        &self,
        collection: Expr,
        each: &Expr,
        bindings: &Bindings<'_>,
    ) -> Result<ExprKind, Failure> {
        if self.is_probe {
            return Ok(ExprKind::Literal(Value::NULL));
        }
        let mut closing = Closing { evaluator: self, bindings, kept: vec![SPLAT.into()] };
        Ok(ExprKind::Splat { of: Box::new(collection), each: Box::new(closing.expr(each)?) })
    }
}

impl Closing<'_, '_, '_, '_> {
    fn expr(&mut self, expr: &Expr) -> Result<Expr, Failure> {
        if !mentions(expr, &self.kept) {
            let probe = Evaluator { is_probe: true, ..*self.evaluator };
            match probe.value(expr, self.bindings) {
                Ok(value) if !value.has_hole() && !value.has_secret() => return Ok(Expr::literal(value)),
                Err(failure) if failure.is_lasting() => return Err(failure),
                _ => {}
            }
        }
        let kind = match &expr.kind {
            ExprKind::Literal(value) => ExprKind::Literal(value.clone()),
            ExprKind::Bound(name) if self.kept.contains(name) => ExprKind::Bound(name.clone()),
            ExprKind::Bound(name) => {
                ExprKind::Literal(self.evaluator.bound(name, self.bindings, expr.span)?)
            }
            ExprKind::Reference(_) | ExprKind::Attribute { .. } | ExprKind::Index { .. } => {
                return self.path(expr);
            }
            ExprKind::Template(parts) => ExprKind::Template(self.parts(parts)?),
            ExprKind::TemplateFor(each) => {
                let collection = self.expr(&each.collection)?;
                ExprKind::TemplateFor(Box::new(self.rounds(each, collection)?))
            }
            ExprKind::For(each) => {
                let collection = self.expr(&each.collection)?;
                ExprKind::For(Box::new(self.rounds(each, collection)?))
            }
            ExprKind::Splat { of, each } => {
                let of = self.boxed(of)?;
                self.kept.push(SPLAT.into());
                let each = self.boxed(each);
                self.kept.pop();
                ExprKind::Splat { of, each: each? }
            }
            ExprKind::Unary { operator, operand } => {
                ExprKind::Unary { operator: *operator, operand: self.boxed(operand)? }
            }
            ExprKind::Binary { operator, operands } => {
                let operands = (self.expr(&operands.0)?, self.expr(&operands.1)?);
                ExprKind::Binary { operator: *operator, operands: Box::new(operands) }
            }
            ExprKind::Conditional { parts } => {
                let parts = (self.expr(&parts.0)?, self.expr(&parts.1)?, self.expr(&parts.2)?);
                ExprKind::Conditional { parts: Box::new(parts) }
            }
            ExprKind::Call { function, arguments, spread } => self.call(function, arguments, *spread)?,
            ExprKind::Tuple(items) => ExprKind::Tuple(self.all(items)?),
            ExprKind::Object(entries) => {
                let entries = entries.iter().map(|(key, value)| Ok((self.expr(key)?, self.expr(value)?)));
                ExprKind::Object(entries.collect::<Result<_, Failure>>()?)
            }
            ExprKind::Convert { value, ty } => {
                ExprKind::Convert { value: self.boxed(value)?, ty: ty.clone() }
            }
        };
        Ok(Expr::new(kind, expr.span))
    }

    fn boxed(&mut self, expr: &Expr) -> Result<Box<Expr>, Failure> {
        self.expr(expr).map(Box::new)
    }

    fn all(&mut self, exprs: &[Expr]) -> Result<Vec<Expr>, Failure> {
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    fn parts(&mut self, parts: &[Part]) -> Result<Vec<Part>, Failure> {
        let parts = parts.iter().map(|part| match part {
            Part::Text(text) => Ok(Part::Text(text.clone())),
            Part::Value(expr) => self.expr(expr).map(Part::Value),
        });
        parts.collect()
    }

    fn rounds(&mut self, each: &For, collection: Expr) -> Result<For, Failure> {
        let outside = self.kept.len();
        self.kept.extend(each.key.iter().cloned());
        self.kept.push(each.value.clone());
        let key_result = each.key_result.as_ref().map(|expr| self.expr(expr)).transpose();
        let result = self.expr(&each.result);
        let condition = each.condition.as_ref().map(|expr| self.expr(expr)).transpose();
        self.kept.truncate(outside);
        Ok(For {
            key: each.key.clone(),
            value: each.value.clone(),
            collection,
            key_result: key_result?,
            result: result?,
            condition: condition?,
            group: each.group,
        })
    }

    /// What `try` would pass over is left out; what `can` would answer with false is false.
    fn call(&mut self, function: &Name, arguments: &[Expr], spread: bool) -> Result<ExprKind, Failure> {
        let closed = match (&**function, arguments) {
            ("try", _) => self.choices(arguments)?,
            ("can", [only]) => match self.expr(only) {
                Err(failure) if !failure.is_lasting() => return Ok(ExprKind::Literal(Value::Bool(false))),
                closed => vec![closed?],
            },
            _ => self.all(arguments)?,
        };
        Ok(ExprKind::Call { function: function.clone(), arguments: closed, spread })
    }

    fn choices(&mut self, arguments: &[Expr]) -> Result<Vec<Expr>, Failure> {
        let mut closed = Vec::with_capacity(arguments.len());
        let mut last = None;
        for argument in arguments {
            match self.expr(argument) {
                Ok(expr) => closed.push(expr),
                Err(failure) if failure.is_lasting() => return Err(failure),
                Err(failure) => last = Some(failure),
            }
        }
        match last {
            Some(failure) if closed.is_empty() => Err(failure),
            _ => Ok(closed),
        }
    }

    fn path(&mut self, expr: &Expr) -> Result<Expr, Failure> {
        let mut base = expr;
        while let ExprKind::Attribute { of, .. } | ExprKind::Index { of, .. } = &base.kind {
            base = of;
        }
        let is_own = matches!(&base.kind, ExprKind::Bound(name) if self.kept.contains(name));
        if is_own || mentions(expr, &self.kept) {
            return self.kept_path(expr);
        }
        let (mut value, strides) = self.evaluator.root(expr, self.bindings)?;
        let mut rest = strides.as_slice();
        while let Some((stride, behind)) = rest.split_first() {
            if matches!(value, Value::Hole(_)) || stride.step.is_open() {
                break;
            }
            let Ok(next) = self.evaluator.stride(&value, stride) else { break };
            value = next;
            rest = behind;
        }
        Ok(rest.iter().fold(literal(&value), |of, stride| stride.extend(of)))
    }

    /// A path that goes through a variable which is kept: as it stands, with its own parts closed.
    fn kept_path(&mut self, expr: &Expr) -> Result<Expr, Failure> {
        let kind = match &expr.kind {
            ExprKind::Attribute { of, name } => {
                ExprKind::Attribute { of: Box::new(self.path_base(of)?), name: name.clone() }
            }
            ExprKind::Index { of, key } => {
                ExprKind::Index { of: Box::new(self.path_base(of)?), key: self.boxed(key)? }
            }
            _ => return self.expr(expr),
        };
        Ok(Expr::new(kind, expr.span))
    }

    fn path_base(&mut self, of: &Expr) -> Result<Expr, Failure> {
        match &of.kind {
            ExprKind::Attribute { .. } | ExprKind::Index { .. } if mentions(of, &self.kept) => {
                self.kept_path(of)
            }
            _ => self.expr(of),
        }
    }
}

/// Whether the expression uses one of these variables.
fn mentions(expr: &Expr, names: &[Name]) -> bool {
    if names.is_empty() {
        return false;
    }
    if let ExprKind::Bound(name) = &expr.kind {
        return names.contains(name);
    }
    let mut found = false;
    expr.each_child(&mut |child| found = found || mentions(child, names));
    found
}
