//! Names of the spec: `var.x`, `aws_vpc.main`, `primary.aws_vpc.main`, `sites.oregon.cidr`.

use hcl_edit::expr::TraversalOperator;
use hcl_edit::{Decorated, Ident, Span as _};
use relight_contract::{Mode, Name, Value};

use super::Lowering;
use crate::diag::{Diagnostic, Span, codes, suggest};
use crate::expr::{Expr, ExprKind, Reference};

type Operator = Decorated<TraversalOperator>;

/// The first words of references.
const ROOTS: [&str; 16] = [
    "count",
    "data",
    "each",
    "gate",
    "hook",
    "local",
    "module",
    "path",
    "primary",
    "probe",
    "self",
    "site",
    "sites",
    "terraform",
    "topology",
    "var",
];

/// What is wrong with a reference, and what to do.
struct Malformed {
    message: String,
    help: String,
}

/// A reference and how many operators behind its first word belong to it.
type Found = Result<(Reference, usize), Malformed>;

impl Lowering<'_> {
    /// A word on its own: a bound variable, `self` or `sites`.
    pub(super) fn word(&mut self, word: &Ident, span: Span) -> Expr {
        self.resolve(word.as_str(), span, &[]).0
    }

    /// The beginning of a path: what its first words name, and how many operators that took.
    pub(super) fn root(&mut self, root: &Decorated<Ident>, operators: &[Operator]) -> (Expr, usize) {
        let span = self.span(root);
        self.resolve(root.as_str(), span, operators)
    }

    fn resolve(&mut self, word: &str, span: Span, operators: &[Operator]) -> (Expr, usize) {
        if self.open || self.binds(word) {
            let name = self.name(word);
            return (Expr::new(ExprKind::Bound(name), span), 0);
        }
        match self.find(word, operators, 0) {
            Ok((reference, taken)) => {
                let end =
                    taken.checked_sub(1).and_then(|last| operators.get(last)).and_then(|last| last.span());
                let span = end.map_or(span, |range| span.to(self.text.span(range)));
                (Expr::new(ExprKind::Reference(Box::new(reference)), span), taken)
            }
            Err(malformed) => {
                let diagnostic = Diagnostic::error(codes::REFERENCE_MALFORMED, malformed.message).at(span);
                let known = ROOTS.iter().copied().chain(self.bound.iter().map(|name| &**name));
                let near = if operators.is_empty() { suggest(word, known) } else { None };
                self.problems.push(diagnostic.help(malformed.help).did_you_mean(near));
                (Expr::new(ExprKind::Literal(Value::NULL), span), operators.len())
            }
        }
    }

    /// The reference that begins with `word`, whose further words begin at operator `at`.
    fn find(&mut self, word: &str, operators: &[Operator], at: usize) -> Found {
        match word {
            "var" => self.named(word, operators, at, Reference::Variable),
            "local" => self.named(word, operators, at, Reference::Local),
            "module" => self.named(word, operators, at, Reference::Module),
            "topology" => self.named(word, operators, at, Reference::Topology),
            "site" => self.named(word, operators, at, Reference::Site),
            "probe" => self.named(word, operators, at, Reference::Probe),
            "gate" => self.named(word, operators, at, Reference::Gate),
            "hook" => self.named(word, operators, at, Reference::Hook),
            "self" => Ok((Reference::This, at)),
            "each" | "count" | "path" | "terraform" => fixed(word, operators, at),
            "data" => self.of_kind(Mode::Data, word, operators, at),
            "resource" => self.of_kind(Mode::Managed, word, operators, at),
            "primary" => self.primary(operators, at),
            "sites" => self.sites(operators, at),
            kind => match attribute(operators, at) {
                Some(name) => Ok((self.managed(kind, name), at + 1)),
                None => Err(not_a_reference(kind, operators.is_empty())),
            },
        }
    }

    fn named(&mut self, word: &str, operators: &[Operator], at: usize, make: fn(Name) -> Reference) -> Found {
        match attribute(operators, at) {
            Some(name) => Ok((make(self.name(name)), at + 1)),
            None => Err(Malformed {
                message: format!("A name must follow `{word}`."),
                help: format!("Write `{word}.<name>`."),
            }),
        }
    }

    fn managed(&mut self, kind: &str, name: &str) -> Reference {
        Reference::Resource { mode: Mode::Managed, kind: self.name(kind), name: self.name(name) }
    }

    fn of_kind(&mut self, mode: Mode, word: &str, operators: &[Operator], at: usize) -> Found {
        match (attribute(operators, at), attribute(operators, at + 1)) {
            (Some(kind), Some(name)) => {
                let (kind, name) = (self.name(kind), self.name(name));
                Ok((Reference::Resource { mode, kind, name }, at + 2))
            }
            _ => Err(Malformed {
                message: format!("A kind and a name must follow `{word}`."),
                help: format!("Write `{word}.<kind>.<name>`."),
            }),
        }
    }

    fn primary(&mut self, operators: &[Operator], at: usize) -> Found {
        let malformed = || Malformed {
            message: "The address of a resource, data source or module must follow `primary`.".to_owned(),
            help: "Write `primary.<kind>.<name>`; for values of a site, `sites.<name>.<value>`.".to_owned(),
        };
        let Some(word) = attribute(operators, at) else { return Err(malformed()) };
        if ROOTS.contains(&word) && !matches!(word, "data" | "module" | "local") {
            return Err(malformed());
        }
        let (reference, taken) = self.find(word, operators, at + 1).map_err(|_| malformed())?;
        Ok((Reference::Primary(Box::new(reference)), taken))
    }

    /// `sites.<name>.<address>`, `sites.<name>.<value>`, or `sites` with the rest left to evaluation.
    ///
    /// An address is told from a value without knowing kinds: it begins with `data`, `module`, `local` or `resource`, or with
    /// a word with an underscore (every kind has its provider before one) that another name follows.
    fn sites(&mut self, operators: &[Operator], at: usize) -> Found {
        let (Some(site), Some(word)) = (attribute(operators, at), attribute(operators, at + 1)) else {
            return Ok((Reference::Sites, at));
        };
        let site = self.name(site);
        let is_kind = word.contains('_') && attribute(operators, at + 2).is_some();
        if is_kind || matches!(word, "data" | "module" | "local" | "resource") {
            let (reference, taken) = self.find(word, operators, at + 2)?;
            return Ok((Reference::At(site, Box::new(reference)), taken));
        }
        Ok((Reference::SiteValue(site, self.name(word)), at + 2))
    }
}

/// The name in the operator at a place, if it is one.
fn attribute(operators: &[Operator], at: usize) -> Option<&str> {
    match operators.get(at)?.value() {
        TraversalOperator::GetAttr(name) => Some(name.as_str()),
        _ => None,
    }
}

/// References of two fixed words.
fn fixed(word: &str, operators: &[Operator], at: usize) -> Found {
    let (reference, names) = match (word, attribute(operators, at).unwrap_or_default()) {
        ("each", "key") => (Some(Reference::EachKey), ""),
        ("each", "value") => (Some(Reference::EachValue), ""),
        ("each", _) => (None, "`each.key` and `each.value`"),
        ("count", "index") => (Some(Reference::CountIndex), ""),
        ("count", _) => (None, "`count.index`"),
        ("path", "module") => (Some(Reference::PathModule), ""),
        ("path", "root") => (Some(Reference::PathRoot), ""),
        ("path", "cwd") => (Some(Reference::PathWorking), ""),
        ("path", _) => (None, "`path.module`, `path.root` and `path.cwd`"),
        ("terraform", "workspace") => (Some(Reference::Workspace), ""),
        _ => (None, "`terraform.workspace`"),
    };
    reference.map(|reference| (reference, at + 1)).ok_or_else(|| Malformed {
        message: format!("`{word}` has nothing of this name."),
        help: format!("There is {names}."),
    })
}

fn not_a_reference(word: &str, alone: bool) -> Malformed {
    Malformed {
        message: match alone {
            true => format!("`{word}` names nothing."),
            false => format!("A name must follow the kind `{word}`."),
        },
        help: format!("A reference has a kind and a name, `<kind>.<name>`. For text write `\"{word}\"`."),
    }
}
