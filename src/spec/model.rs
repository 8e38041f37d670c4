//! The spec as written: blocks and expressions with their places, before any name is bound.

use std::sync::Arc;

use relight_contract::{Key, Mode, Name, Posture, Type};

use crate::diag::Span;
use crate::expr::Expr;

/// A word of the source with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ident {
    /// The word.
    pub name: Name,
    /// Its place.
    pub span: Span,
}

/// Which module of a [`Spec`]; the root is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModuleId(pub u32);

/// Everything that was read: each module once, however often it is called.
#[derive(Clone, Debug, Default)]
pub struct Spec {
    /// The modules; the root is the first.
    pub modules: Vec<Module>,
    /// Hash of every file read, by relative path: part of a plan's basis. Sorted by path.
    pub files: Vec<(Name, [u8; 32])>,
}

/// One folder of files, read together.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// The folder, relative to the root module's folder; `.` for the root.
    pub directory: Name,
    /// `topology` (root only).
    pub topology: Option<TopologyBlock>,
    /// `site` (root only).
    pub sites: Vec<SiteBlock>,
    /// `provider`
    pub providers: Vec<ProviderBlock>,
    /// `variable`
    pub variables: Vec<Variable>,
    /// The attributes of `locals` blocks.
    pub locals: Vec<Attribute>,
    /// `output`
    pub outputs: Vec<Output>,
    /// `module`
    pub calls: Vec<ModuleCall>,
    /// `resource` and `data`
    pub resources: Vec<Resource>,
    /// `overlay`
    pub overlays: Vec<Overlay>,
    /// `check`
    pub checks: Vec<Check>,
    /// `moved`
    pub moved: Vec<Moved>,
    /// `removed`
    pub removed: Vec<Removed>,
    /// `import`
    pub imports: Vec<Import>,
    /// `probe`, `gate` and `hook`
    pub guards: Vec<Guard>,
}

/// `topology "shop" { ... }`
#[derive(Clone, Debug)]
pub struct TopologyBlock {
    /// Its name.
    pub name: Ident,
    /// `instance`
    pub instance: Option<Expr>,
    /// `objective { ... }`
    pub objective: Option<Body>,
    /// `store { ... }`
    pub store: Option<Body>,
    /// The whole block.
    pub span: Span,
}

/// `site "virginia" { ... }` at the top of a file.
#[derive(Clone, Debug)]
pub struct SiteBlock {
    /// Its name.
    pub name: Ident,
    /// Attributes and the block of credentials; read by `topology`.
    pub body: Body,
    /// The whole block.
    pub span: Span,
}

/// `provider "aws" { ... }`
#[derive(Clone, Debug)]
pub struct ProviderBlock {
    /// The provider.
    pub name: Ident,
    /// `alias`, when it is literal text.
    pub alias: Option<Ident>,
    /// Everything else.
    pub body: Body,
    /// The whole block.
    pub span: Span,
}

/// `variable "name" { ... }`
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub name: Ident,
    /// `type`; `Type::Dynamic` when there is none.
    pub ty: Type,
    /// The defaults of optional attributes (`optional(type, default)`), as paths into the type to expressions.
    pub defaults: Option<TypeDefaults>,
    /// `default`
    pub default: Option<Expr>,
    /// `description`
    pub description: Option<Name>,
    /// `sensitive`
    pub sensitive: bool,
    /// `nullable`
    pub nullable: bool,
    /// `validation { ... }`
    pub validations: Vec<Condition>,
    /// The whole block.
    pub span: Span,
}

/// Default values of optional attributes, along the structure of a type.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TypeDefaults {
    /// Default of each optional attribute of an object type.
    pub values: Vec<(Name, Expr)>,
    /// Defaults further inside: under an attribute, or under every element (`*`).
    pub inner: Vec<(Name, TypeDefaults)>,
}

/// `output "name" { ... }`
#[derive(Clone, Debug)]
pub struct Output {
    /// Its name.
    pub name: Ident,
    /// `value`
    pub value: Expr,
    /// `description`
    pub description: Option<Name>,
    /// `sensitive`
    pub sensitive: bool,
    /// `depends_on`
    pub depends_on: Vec<Expr>,
    /// `precondition { ... }`
    pub preconditions: Vec<Condition>,
    /// The whole block.
    pub span: Span,
}

/// A condition with its message: `validation`, `precondition`, `postcondition`, `assert`.
#[derive(Clone, Debug)]
pub struct Condition {
    /// `condition`
    pub condition: Expr,
    /// `error_message`
    pub message: Expr,
    /// The whole block.
    pub span: Span,
}

/// `module "name" { source = "./dir" ... }`
#[derive(Clone, Debug)]
pub struct ModuleCall {
    /// Its name.
    pub name: Ident,
    /// What is called.
    pub module: ModuleId,
    /// Every attribute but the meta-arguments.
    pub arguments: Vec<Attribute>,
    /// `for_each` or `count`
    pub repeat: Option<Repeat>,
    /// `depends_on`
    pub depends_on: Vec<Expr>,
    /// `providers = { aws = aws.west }` as (name inside, provider and alias outside).
    pub providers: Vec<(Ident, ProviderName)>,
    /// The whole block.
    pub span: Span,
}

/// `aws` or `aws.west`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderName {
    /// The provider.
    pub provider: Ident,
    /// The alias.
    pub alias: Option<Ident>,
}

/// How a block is repeated.
#[derive(Clone, Debug)]
pub enum Repeat {
    /// `count`
    Count(Expr),
    /// `for_each`
    ForEach(Expr),
}

/// `resource "kind" "name" { ... }` or `data "kind" "name" { ... }`
#[derive(Clone, Debug)]
pub struct Resource {
    /// Managed, or read only.
    pub mode: Mode,
    /// The resource type.
    pub kind: Ident,
    /// The label.
    pub name: Ident,
    /// Attributes and nested blocks of the kind.
    pub body: Body,
    /// `for_each` or `count`
    pub repeat: Option<Repeat>,
    /// `depends_on`
    pub depends_on: Vec<Expr>,
    /// `provider`
    pub provider: Option<ProviderName>,
    /// `lifecycle { ... }`
    pub lifecycle: Lifecycle,
    /// `sites`, `exists`, and the role and site blocks.
    pub placement: PlacementBlocks,
    /// The whole block.
    pub span: Span,
}

/// What relight adds to a resource, and an overlay gives from beside.
#[derive(Clone, Debug, Default)]
pub struct PlacementBlocks {
    /// `sites = all` or a list.
    pub sites: Option<Sites>,
    /// `exists`
    pub exists: Option<Expr>,
    /// `site "x" {}`, `primary {}`, `standby {}`, `standby "warm" {}`, `drill {}`, `lost {}` in source order.
    pub blocks: Vec<RoleBlock>,
}

/// `sites = ...`
#[derive(Clone, Debug)]
pub enum Sites {
    /// `all`
    All(Span),
    /// A list of names.
    List(Expr),
}

/// A site or role block inside a resource or overlay.
#[derive(Clone, Debug)]
pub struct RoleBlock {
    /// When it counts.
    pub selector: Selector,
    /// `exists`
    pub exists: Option<Expr>,
    /// The attributes and blocks that replace those of the body.
    pub body: Body,
    /// The whole block.
    pub span: Span,
}

/// When a role block counts. The order of the variants is the order in which blocks are laid over the body.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Selector {
    /// In the site of this name, whatever its role.
    Site(Name),
    /// In a primary site.
    Primary,
    /// In a standby site of any posture.
    Standby,
    /// In a standby site of this posture.
    Posture(Posture),
    /// In a drill's shadow.
    Drill,
    /// For a lost site, on global kinds only.
    Lost,
}

/// `overlay "module.fleet.aws_autoscaling_group" "this" { ... }`
#[derive(Clone, Debug)]
pub struct Overlay {
    /// The calls on the way to the resource, outermost first.
    pub module: Vec<Name>,
    /// Managed, or read only.
    pub mode: Mode,
    /// The resource type.
    pub kind: Ident,
    /// The label.
    pub name: Ident,
    /// What it lays over.
    pub placement: PlacementBlocks,
    /// The whole block.
    pub span: Span,
}

/// `lifecycle { ... }`
#[derive(Clone, Debug, Default)]
pub struct Lifecycle {
    /// `prevent_destroy`: an expression of known values.
    pub prevent_destroy: Option<Expr>,
    /// `create_before_destroy`
    pub create_before_destroy: Option<Expr>,
    /// `ignore_changes`
    pub ignore_changes: IgnoreChanges,
    /// `replace_triggered_by`
    pub replace_triggered_by: Vec<Expr>,
    /// `precondition { ... }`
    pub preconditions: Vec<Condition>,
    /// `postcondition { ... }`
    pub postconditions: Vec<Condition>,
}

/// `ignore_changes = ...`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum IgnoreChanges {
    /// Not given.
    #[default]
    None,
    /// `all`
    All,
    /// Paths: an attribute, and what follows it as written (`tags["x"]`).
    Some(Vec<(Ident, Vec<crate::expr::Step>)>),
}

/// `check "name" { ... }`
#[derive(Clone, Debug)]
pub struct Check {
    /// Its name.
    pub name: Ident,
    /// A data source of its own.
    pub data: Option<Box<Resource>>,
    /// `assert { ... }`
    pub assertions: Vec<Condition>,
    /// The whole block.
    pub span: Span,
}

/// The address that a `moved`, `removed` or `import` block names: a module call or a resource, without a site.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The calls on the way, outermost first, with the key of one instance where it is given.
    pub module: Vec<(Name, Option<Key>)>,
    /// The resource; `None` when a whole module call is meant.
    pub resource: Option<(Mode, Name, Name, Option<TargetKey>)>,
    /// Its place.
    pub span: Span,
}

/// The key of a target: fixed, or an expression (`to = aws_vpc.main[each.key]` of an import).
#[derive(Clone, Debug, PartialEq)]
pub enum TargetKey {
    /// Known as written.
    Fixed(Key),
    /// An expression over `each`.
    Expr(Expr),
}

/// `moved { from = a.b  to = a.c }`
#[derive(Clone, Debug)]
pub struct Moved {
    /// The old address.
    pub from: Target,
    /// The new one.
    pub to: Target,
    /// The whole block.
    pub span: Span,
}

/// `removed { from = a.b }` or `removed { from = site.x }`
#[derive(Clone, Debug)]
pub struct Removed {
    /// What is gone from the spec.
    pub from: RemovedFrom,
    /// `lifecycle { destroy = false }`: forget instead of delete.
    pub destroy: bool,
    /// The whole block.
    pub span: Span,
}

/// What a `removed` block names.
#[derive(Clone, Debug)]
pub enum RemovedFrom {
    /// A resource or module call.
    Target(Target),
    /// A whole site.
    Site(Ident),
}

/// `import { to = aws_vpc.main  id = "vpc-1" }`
#[derive(Clone, Debug)]
pub struct Import {
    /// The address that adopts.
    pub to: Target,
    /// `site`, for a per-site resource; the only or the primary site when it is not given.
    pub site: Option<Expr>,
    /// The native id.
    pub id: Expr,
    /// `for_each`
    pub for_each: Option<Expr>,
    /// The whole block.
    pub span: Span,
}

/// `probe`, `gate` or `hook`.
#[derive(Clone, Debug)]
pub struct Guard {
    /// Which of the three.
    pub kind: GuardKind,
    /// Its name.
    pub name: Ident,
    /// Its attributes.
    pub attributes: Vec<Attribute>,
    /// The whole block.
    pub span: Span,
}

/// The blocks that stand guard over steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GuardKind {
    /// What "up" means.
    Probe,
    /// A human's word.
    Gate,
    /// A command of the user's.
    Hook,
}

/// `name = value`
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// Its name.
    pub name: Ident,
    /// Its value; shared, because every instance of a block reads it.
    pub value: Arc<Expr>,
}

/// The inside of a block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    /// Attributes in source order; names are distinct.
    pub attributes: Vec<Attribute>,
    /// Nested blocks in source order.
    pub blocks: Vec<NestedBlock>,
    /// The inside, for what is missing in it.
    pub span: Option<Span>,
}

/// A nested block, written out or generated.
#[derive(Clone, Debug, PartialEq)]
pub struct NestedBlock {
    /// Its name; for `dynamic "x"` that is `x`.
    pub name: Ident,
    /// Labels, for blocks that take them.
    pub labels: Vec<Ident>,
    /// The inside; for `dynamic` the inside of `content`.
    pub body: Body,
    /// Set for `dynamic`.
    pub dynamic: Option<Box<Dynamic>>,
    /// The whole block.
    pub span: Span,
}

/// What generates a nested block.
#[derive(Clone, Debug, PartialEq)]
pub struct Dynamic {
    /// `for_each`
    pub for_each: Expr,
    /// `iterator`: the bound variable, an object of `key` and `value`; the block's name by default.
    pub iterator: Name,
}

impl Body {
    /// The attribute called `name`.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| &*attribute.name.name == name)
    }

    /// Whether an attribute or a nested block is called `name`.
    pub fn names(&self, name: &str) -> bool {
        self.attribute(name).is_some() || self.blocks_named(name).next().is_some()
    }

    /// The nested blocks called `name`, in source order.
    pub fn blocks_named<'b>(&'b self, name: &'b str) -> impl Iterator<Item = &'b NestedBlock> + 'b {
        self.blocks.iter().filter(move |block| &*block.name.name == name)
    }
}
