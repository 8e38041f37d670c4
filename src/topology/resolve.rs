//! References to the blocks that they name.

use relight_contract::{Mode, Name, Value};

use super::model::{BlockId, BlockName, NodeId, SiteId, Topology};
use crate::diag::{Diagnostic, Span, codes, suggest};
use crate::expr::{Expr, ExprKind, Reference, Step};
use crate::spec::Module;

/// In which site a reference looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Where {
    /// In the site of the one who asks.
    Here,
    /// In the current primary site.
    Primary,
    /// In a site that is named.
    At(SiteId),
    /// In any site: which one is known only when it is evaluated.
    Any,
}

/// What a reference leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    /// A block.
    Block(BlockId, Where),
    /// `site.x`: the asker becomes per site.
    Site,
    /// Something that no other block decides: `each.key`, `path.module`, a value of a named site.
    Nothing,
    /// A resource or data source of a kind that is not known, which was said where it stands.
    Unbound,
}

/// The root module of the tree.
pub const ROOT: NodeId = NodeId(0);

/// What is done with a reference, the steps behind it, and what it leads to.
pub type Visit<'e, 'v> = dyn FnMut(&'e Reference, &[Step], Span, Result<Target, Diagnostic>) + 'v;

/// Calls `visit` with every reference of an expression.
pub fn references<'e>(topology: &Topology, node: NodeId, expr: &'e Expr, visit: &mut Visit<'e, '_>) {
    dynamic_sites(topology, node, expr, &mut |at, diagnostic| {
        visit(&Reference::Sites, &[], at, diagnostic);
    });
    expr.each_reference(&mut |reference, steps, span| {
        if *reference != Reference::Sites {
            visit(reference, steps, span, resolve(topology, node, reference, span));
        }
    });
}

/// `sites[expr].kind.name`: the steps behind the index say what is meant, in any site.
fn dynamic_sites(
    topology: &Topology,
    node: NodeId,
    expr: &Expr,
    visit: &mut dyn FnMut(Span, Result<Target, Diagnostic>),
) {
    let mut names: Vec<&Name> = Vec::new();
    let mut base = expr;
    loop {
        match &base.kind {
            ExprKind::Attribute { of, name } => {
                names.push(name);
                base = of;
            }
            ExprKind::Index { of, key } => {
                if matches!(of.kind, ExprKind::Reference(ref reference) if **reference == Reference::Sites) {
                    names.reverse();
                    visit(base.span, site_path(topology, node, key, &names, base.span));
                    dynamic_sites(topology, node, key, visit);
                    return;
                }
                // Whatever stands before an index of another kind is no path of names.
                names.clear();
                dynamic_sites(topology, node, key, visit);
                base = of;
            }
            _ => break,
        }
    }
    base.each_child(&mut |child| dynamic_sites(topology, node, child, visit));
}

fn site_path(
    topology: &Topology,
    node: NodeId,
    key: &Expr,
    names: &[&Name],
    span: Span,
) -> Result<Target, Diagnostic> {
    let at = match &key.kind {
        ExprKind::Literal(Value::String(name)) => Some(site_named(topology, name, key.span)?),
        _ => None,
    };
    let name = match names {
        [word, kind, name, ..] if &***word == "data" => BlockName::Data(Name::clone(kind), Name::clone(name)),
        [word, name, ..] if &***word == "module" => BlockName::Call(Name::clone(name)),
        [word, name, ..] if &***word == "local" => BlockName::Local(Name::clone(name)),
        [kind, name, ..] if is_kind(topology, node, kind) => {
            BlockName::Resource(Name::clone(kind), Name::clone(name))
        }
        [name] => return site_value(topology, at, name, span),
        _ => {
            return Err(Diagnostic::error(
                codes::REFERENCE_MALFORMED,
                "`sites[...]` names nothing in a site",
            )
            .at(span)
            .help("write `sites[each.key].<kind>.<name>` or `sites[each.key].value`"));
        }
    };
    find(topology, node, &name, at.map_or(Where::Any, Where::At), span)
}

/// Whether a word is a kind, or taken for one where resources are declared.
fn is_kind(topology: &Topology, node: NodeId, word: &Name) -> bool {
    topology.registry.kind(word).is_some()
        || topology.module(node).resources.iter().any(|block| block.kind.name == *word)
}

/// What a reference in a module leads to.
pub fn resolve(
    topology: &Topology,
    node: NodeId,
    reference: &Reference,
    span: Span,
) -> Result<Target, Diagnostic> {
    match reference {
        Reference::Site(name) => site_value(topology, None, name, span).map(|_| Target::Site),
        Reference::SiteValue(site, name) => {
            let site = site_named(topology, site, span)?;
            site_value(topology, Some(site), name, span)
        }
        Reference::Topology(name) if !["name", "instance"].contains(&&**name) => {
            Err(Diagnostic::error(codes::REFERENCE_ATTRIBUTE, format!("`topology` has no `{name}`"))
                .at(span)
                .help("it has `name` and `instance`")
                .did_you_mean(suggest(name, ["name", "instance"])))
        }
        Reference::Primary(inner) => named(topology, node, inner, Where::Primary, span),
        Reference::At(site, inner) => {
            let site = site_named(topology, site, span)?;
            named(topology, node, inner, Where::At(site), span)
        }
        _ => match block_name(reference) {
            Some(name) => find(topology, node, &name, Where::Here, span),
            None => Ok(Target::Nothing),
        },
    }
}

/// A value of one site, or of any.
fn site_value(
    topology: &Topology,
    at: Option<SiteId>,
    name: &Name,
    span: Span,
) -> Result<Target, Diagnostic> {
    const BUILT_IN: [&str; 7] = ["name", "provider", "region", "account", "role", "posture", "drill"];
    let sites = || topology.site_ids().filter(|id| at.is_none_or(|at| at == *id)).map(|id| topology.site(id));
    if BUILT_IN.contains(&&**name) || sites().any(|site| site.values.contains(name)) {
        return Ok(Target::Nothing);
    }
    let problem = match at {
        Some(site) => format!("the site `{}` has no value `{name}`", topology.site(site).name),
        None => format!("no site has a value `{name}`"),
    };
    let names = sites().flat_map(|site| site.values.names().map(|name| name.to_string()));
    Err(Diagnostic::error(codes::SITE_VALUE_UNKNOWN, problem)
        .at(span)
        .help("sites give values of their own in `values = { ... }`")
        .did_you_mean(suggest(name, names.chain(BUILT_IN.map(str::to_owned)))))
}

fn named(
    topology: &Topology,
    node: NodeId,
    inner: &Reference,
    at: Where,
    span: Span,
) -> Result<Target, Diagnostic> {
    match block_name(inner) {
        Some(name) => find(topology, node, &name, at, span),
        None => Ok(Target::Nothing),
    }
}

fn site_named(topology: &Topology, name: &str, span: Span) -> Result<SiteId, Diagnostic> {
    topology.site_named(name).ok_or_else(|| {
        Diagnostic::error(codes::SITE_UNKNOWN, format!("there is no site `{name}`"))
            .at(span)
            .did_you_mean(suggest(name, topology.sites.iter().map(|site| &*site.name)))
    })
}

/// The block that a plain reference names.
pub fn block_name(reference: &Reference) -> Option<BlockName> {
    match reference {
        Reference::Variable(name) => Some(BlockName::Variable(name.clone())),
        Reference::Local(name) => Some(BlockName::Local(name.clone())),
        Reference::Module(name) => Some(BlockName::Call(name.clone())),
        Reference::Resource { mode: Mode::Managed, kind, name } => {
            Some(BlockName::Resource(kind.clone(), name.clone()))
        }
        Reference::Resource { mode: Mode::Data, kind, name } => {
            Some(BlockName::Data(kind.clone(), name.clone()))
        }
        _ => None,
    }
}

fn find(
    topology: &Topology,
    node: NodeId,
    name: &BlockName,
    at: Where,
    span: Span,
) -> Result<Target, Diagnostic> {
    match topology.find(node, name) {
        Some(id) => Ok(Target::Block(id, at)),
        None if is_declared(topology.module(node), name) => Ok(Target::Unbound),
        None => Err(unknown(topology, node, name, span)),
    }
}

/// Whether a resource or data source is declared, be its kind known or not.
pub(super) fn is_declared(module: &Module, name: &BlockName) -> bool {
    let (mode, kind, name) = match name {
        BlockName::Resource(kind, name) => (Mode::Managed, kind, name),
        BlockName::Data(kind, name) => (Mode::Data, kind, name),
        _ => return false,
    };
    module
        .resources
        .iter()
        .any(|block| block.mode == mode && block.kind.name == *kind && block.name.name == *name)
}

fn unknown(topology: &Topology, node: NodeId, wanted: &BlockName, span: Span) -> Diagnostic {
    let module = topology.module(node);
    let within = if node == ROOT { "" } else { " in this module" };
    match wanted {
        BlockName::Variable(name) => {
            Diagnostic::error(codes::VARIABLE_UNKNOWN, format!("there is no variable `{name}`{within}"))
                .did_you_mean(suggest(name, module.variables.iter().map(|variable| &*variable.name.name)))
                .help(format!("declare it: `variable \"{name}\" {{}}`"))
        }
        BlockName::Local(name) => {
            Diagnostic::error(codes::LOCAL_UNKNOWN, format!("there is no local value `{name}`{within}"))
                .did_you_mean(suggest(name, module.locals.iter().map(|local| &*local.name.name)))
        }
        BlockName::Call(name) => {
            Diagnostic::error(codes::REFERENCE_UNKNOWN, format!("there is no module call `{name}`{within}"))
                .did_you_mean(suggest(name, module.calls.iter().map(|call| &*call.name.name)))
        }
        BlockName::Resource(kind, name) | BlockName::Data(kind, name) => {
            let prefix = if matches!(wanted, BlockName::Data(..)) { "data." } else { "" };
            let full = format!("{prefix}{kind}.{name}");
            let declared = module.resources.iter().map(|resource| {
                let prefix = if resource.mode == Mode::Data { "data." } else { "" };
                format!("{prefix}{}.{}", resource.kind.name, resource.name.name)
            });
            Diagnostic::error(codes::REFERENCE_UNKNOWN, format!("there is no `{full}`{within}"))
                .did_you_mean(suggest(&full, declared))
        }
        BlockName::Output(name) | BlockName::Check(name) => {
            Diagnostic::error(codes::REFERENCE_UNKNOWN, format!("there is no `{name}`{within}"))
        }
    }
    .at(span)
}

/// Whether a path can be a step's key: known text or a number.
pub fn is_key(step: &Step) -> bool {
    matches!(step, Step::Index(Value::String(_) | Value::Number(_)))
}
