//! Fields: the attributes and nested blocks of a kind, as rows of its table.
//!
//! A row is built by the functions of this module, in a `const`: `optional().replaces().cidr().doc("...")`.

use crate::{Literal, Part, Type, Unfit};

/// The form of a field's value.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Anything (`terraform_data.input`).
    Dynamic,
    /// `bool`.
    Bool,
    /// `number`.
    Number,
    /// `string`.
    String,
    /// `list(...)`.
    List(&'static Shape),
    /// `set(...)`.
    Set(&'static Shape),
    /// `map(...)`.
    Map(&'static Shape),
    /// An object-typed attribute; inside a list or set it may also be written as blocks.
    Object(&'static [Field]),
    /// A nested block: at most one, its value an object or null.
    Block(&'static [Field]),
    /// Nested blocks in order: a list of objects.
    BlockList(&'static [Field]),
    /// Nested blocks without order: a set of objects.
    BlockSet(&'static [Field]),
}

/// Whether the spec gives a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The spec must give it.
    Required,
    /// The spec may give it; else it is the default, or null.
    Optional,
    /// The spec may give it; else the cloud does.
    Computed,
    /// Only the cloud gives it.
    Output,
}

/// What a changed value does to a live object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutability {
    /// The object is updated.
    InPlace,
    /// The object is replaced.
    Replace,
}

/// How two spellings of one value are recognised as the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Canonical {
    /// Equal as they stand.
    Exact,
    /// Equal as JSON documents (policies): key order and spacing do not count, nor a list of one against its item.
    Json,
    /// Equal as CIDR blocks: host bits do not count.
    Cidr,
    /// Equal as DNS names: case and a final dot do not count.
    Dns,
    /// Equal but for upper and lower case.
    CaseInsensitive,
    /// Base64 of the text, or the text itself.
    Base64,
    /// A wanted version is the beginning of a live one: `16` is satisfied by `16.8`.
    Version,
    /// Equal as sets of objects that are taken apart: each item of a collection inside an object counts for itself, so
    /// that it does not matter which items stand together, nor in which order.
    Apart,
    /// Equal by what stands behind the last `/`: an id, or a path or ARN that ends with it.
    Tail,
}

/// Whether a wanted and a live text of a field say the same.
pub type Alike = fn(&str, &str) -> bool;

/// What a field points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The kind pointed at.
    pub kind: &'static str,
    /// Its attribute whose value stands here.
    pub attribute: &'static str,
    /// Whether the cloud insists: the target must exist, and cannot be deleted meanwhile.
    pub binding: bool,
}

/// One attribute or nested block of a kind.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The name in HCL.
    pub name: &'static str,
    /// The form of its value.
    pub shape: Shape,
    /// Who gives it.
    pub presence: Presence,
    /// What a change does.
    pub mutability: Mutability,
    /// The value of an object whose spec does not give the field.
    pub default: Literal,
    /// How spellings are compared.
    pub canonical: Canonical,
    /// What else makes a wanted and a live text the same: the kind's own rule, for documents whose form is the kind's.
    pub alike: Option<Alike>,
    /// Another field that tells the same value in another spelling, where the cloud takes two (a name in full, and
    /// relative to its zone): the one that the spec uses is compared.
    pub also: Option<&'static str>,
    /// What it points at.
    pub refers: Option<Reference>,
    /// The pattern of a value that the cloud makes, see [`crate::pattern`].
    pub made: Option<&'static str>,
    /// The words that it accepts; empty for all.
    pub words: &'static [&'static str],
    /// Other fields of the same block that may not stand beside it.
    pub conflicts: &'static [&'static str],
    /// Never shown.
    pub sensitive: bool,
    /// The cloud never tells it back: compared by digest.
    pub write_only: bool,
    /// Moves by itself (status, lag, a scaled count): outside fingerprints and never planned against.
    pub volatile: bool,
    /// An output that an update moves.
    pub moves: bool,
    /// Says how calls are made (`timeouts`, `skip_final_snapshot`): the cloud does not keep it, so it is never
    /// compared.
    pub local: bool,
    /// An attribute of relight's own, unknown to Terraform: an observed one, or one that the spec may give.
    pub own: bool,
    /// While it is true, the cloud refuses to delete the object (`deletion_protection`).
    pub guards_deletion: bool,
    /// What a drill sets it to, so that nothing stays behind (`skip_final_snapshot`).
    pub in_a_drill: Literal,
    /// It joins the object to a network, or to data, of other sites. A drill leaves such a block out, and refuses such
    /// an attribute.
    pub joins: bool,
    /// A name of at most so many characters that the cloud lets one object of the region have, although the object is
    /// not found by it; 0 for none. What a drill makes has another one.
    pub unique: u8,
    /// What a name must end in while it is true (`fifo_queue`): so a derived name does.
    pub name_end: Option<&'static str>,
    /// How long the value stays taken after its object is gone, in seconds: names that a cloud reserves.
    pub reserved_seconds: u32,
    /// What it has to do with a recovery.
    pub part: Option<Part>,
    /// Values that the cloud refuses beside other settings.
    pub unfit: &'static [Unfit],
    /// How many blocks are needed at least.
    pub minimum: u16,
    /// How many blocks are allowed at most; 0 for any number.
    pub maximum: u16,
    /// One or two sentences for the reference.
    pub doc: &'static str,
}

const fn field(presence: Presence) -> Field {
    Field {
        name: "",
        shape: Shape::Dynamic,
        presence,
        mutability: Mutability::InPlace,
        default: Literal::None,
        canonical: Canonical::Exact,
        alike: None,
        also: None,
        refers: None,
        made: None,
        words: &[],
        conflicts: &[],
        sensitive: false,
        write_only: false,
        volatile: false,
        moves: false,
        local: false,
        own: false,
        guards_deletion: false,
        in_a_drill: Literal::None,
        joins: false,
        unique: 0,
        name_end: None,
        reserved_seconds: 0,
        part: None,
        unfit: &[],
        minimum: 0,
        maximum: 0,
        doc: "",
    }
}

/// A field that the spec must give.
pub const fn required() -> Field {
    field(Presence::Required)
}

/// A field that the spec may give.
pub const fn optional() -> Field {
    field(Presence::Optional)
}

/// A field that the spec may give, else the cloud does.
pub const fn computed() -> Field {
    field(Presence::Computed)
}

/// A field that only the cloud gives.
pub const fn output() -> Field {
    field(Presence::Output)
}

impl Field {
    /// A change replaces the object.
    #[must_use]
    pub const fn replaces(mut self) -> Field {
        self.mutability = Mutability::Replace;
        self
    }

    /// The value of an object whose spec does not give the field.
    #[must_use]
    pub const fn default_bool(mut self, value: bool) -> Field {
        self.default = Literal::Bool(value);
        self
    }

    /// The value of an object whose spec does not give the field.
    #[must_use]
    pub const fn default_number(mut self, value: i64) -> Field {
        self.default = Literal::Number(value);
        self
    }

    /// The value of an object whose spec does not give the field.
    #[must_use]
    pub const fn default_text(mut self, value: &'static str) -> Field {
        self.default = Literal::Text(value);
        self
    }

    /// Compared as JSON documents.
    #[must_use]
    pub const fn json(mut self) -> Field {
        self.canonical = Canonical::Json;
        self
    }

    /// Compared as CIDR blocks.
    #[must_use]
    pub const fn cidr(mut self) -> Field {
        self.canonical = Canonical::Cidr;
        self
    }

    /// Compared as DNS names.
    #[must_use]
    pub const fn dns(mut self) -> Field {
        self.canonical = Canonical::Dns;
        self
    }

    /// Compared without case.
    #[must_use]
    pub const fn ignore_case(mut self) -> Field {
        self.canonical = Canonical::CaseInsensitive;
        self
    }

    /// Compared as base64 of the same bytes, or the bytes themselves.
    #[must_use]
    pub const fn base64(mut self) -> Field {
        self.canonical = Canonical::Base64;
        self
    }

    /// Compared as versions: the beginning of one is enough.
    #[must_use]
    pub const fn version(mut self) -> Field {
        self.canonical = Canonical::Version;
        self
    }

    /// Compared as a set of objects whose collections are taken apart.
    #[must_use]
    pub const fn apart(mut self) -> Field {
        self.canonical = Canonical::Apart;
        self
    }

    /// What else makes a wanted and a live text the same.
    #[must_use]
    pub const fn alike(mut self, alike: Alike) -> Field {
        self.alike = Some(alike);
        self
    }

    /// The field that tells the same value in another spelling.
    #[must_use]
    pub const fn also(mut self, field: &'static str) -> Field {
        self.also = Some(field);
        self
    }

    /// Compared by what stands behind the last `/`.
    #[must_use]
    pub const fn tail(mut self) -> Field {
        self.canonical = Canonical::Tail;
        self
    }

    /// Points at an object that must exist, and that cannot be deleted meanwhile.
    #[must_use]
    pub const fn refers(mut self, kind: &'static str, attribute: &'static str) -> Field {
        self.refers = Some(Reference { kind, attribute, binding: true });
        self
    }

    /// Points at an object without the cloud insisting on it.
    #[must_use]
    pub const fn mentions(mut self, kind: &'static str, attribute: &'static str) -> Field {
        self.refers = Some(Reference { kind, attribute, binding: false });
        self
    }

    /// The pattern of a value that the cloud makes.
    #[must_use]
    pub const fn made(mut self, pattern: &'static str) -> Field {
        self.made = Some(pattern);
        self
    }

    /// The only words that it accepts.
    #[must_use]
    pub const fn words(mut self, words: &'static [&'static str]) -> Field {
        self.words = words;
        self
    }

    /// Fields of the same block that may not stand beside it.
    #[must_use]
    pub const fn conflicts(mut self, fields: &'static [&'static str]) -> Field {
        self.conflicts = fields;
        self
    }

    /// Never shown.
    #[must_use]
    pub const fn sensitive(mut self) -> Field {
        self.sensitive = true;
        self
    }

    /// Never told back by the cloud.
    #[must_use]
    pub const fn write_only(mut self) -> Field {
        self.write_only = true;
        self
    }

    /// Moves by itself.
    #[must_use]
    pub const fn volatile(mut self) -> Field {
        self.volatile = true;
        self
    }

    /// An output that an update moves.
    #[must_use]
    pub const fn moves(mut self) -> Field {
        self.moves = true;
        self
    }

    /// Says how calls are made: the cloud does not keep it.
    #[must_use]
    pub const fn local(mut self) -> Field {
        self.local = true;
        self
    }

    /// An attribute of relight's own.
    #[must_use]
    pub const fn own(mut self) -> Field {
        self.own = true;
        self
    }

    /// Joins the object to others of other sites.
    #[must_use]
    pub const fn joins(mut self) -> Field {
        self.joins = true;
        self
    }

    /// A name that one object of the region may have, of at most so many characters.
    #[must_use]
    pub const fn unique(mut self, longest: u8) -> Field {
        self.unique = longest;
        self
    }

    /// While it is true, a name must end so.
    #[must_use]
    pub const fn name_end(mut self, end: &'static str) -> Field {
        self.name_end = Some(end);
        self
    }

    /// While it is true, the cloud refuses to delete the object.
    #[must_use]
    pub const fn guards_deletion(mut self) -> Field {
        self.guards_deletion = true;
        self
    }

    /// What a drill sets it to, so that its objects can be deleted and nothing stays behind.
    #[must_use]
    pub const fn in_a_drill(mut self, value: bool) -> Field {
        self.in_a_drill = Literal::Bool(value);
        self
    }

    /// The value of a deleted object stays taken this long.
    #[must_use]
    pub const fn reserved(mut self, seconds: u32) -> Field {
        self.reserved_seconds = seconds;
        self
    }

    /// What it has to do with a recovery.
    #[must_use]
    pub const fn plays(mut self, part: Part) -> Field {
        self.part = Some(part);
        self
    }

    /// Values that the cloud refuses beside other settings.
    #[must_use]
    pub const fn unfit(mut self, unfit: &'static [Unfit]) -> Field {
        self.unfit = unfit;
        self
    }

    /// How many blocks are needed at least.
    #[must_use]
    pub const fn minimum(mut self, count: u16) -> Field {
        self.minimum = count;
        self
    }

    /// How many blocks are allowed at most.
    #[must_use]
    pub const fn maximum(mut self, count: u16) -> Field {
        self.maximum = count;
        self
    }

    /// One or two sentences for the reference.
    #[must_use]
    pub const fn doc(mut self, text: &'static str) -> Field {
        self.doc = text;
        self
    }

    /// The row under its name and shape; called by the [`crate::block!`] macro.
    #[must_use]
    pub const fn named(mut self, name: &'static str, shape: Shape) -> Field {
        self.name = name;
        self.shape = shape;
        self
    }

    /// Whether the spec may set it.
    pub fn is_settable(&self) -> bool {
        self.presence != Presence::Output
    }

    /// The type of its value.
    pub fn ty(&self) -> Type {
        self.shape.ty()
    }
}

impl Shape {
    /// The type of a value of this form.
    pub fn ty(&self) -> Type {
        match self {
            Shape::Dynamic => Type::Dynamic,
            Shape::Bool => Type::Bool,
            Shape::Number => Type::Number,
            Shape::String => Type::String,
            Shape::List(element) => Type::list(element.ty()),
            Shape::Set(element) => Type::set(element.ty()),
            Shape::Map(element) => Type::map(element.ty()),
            Shape::Object(fields) | Shape::Block(fields) => object_type(fields),
            Shape::BlockList(fields) => Type::list(object_type(fields)),
            Shape::BlockSet(fields) => Type::set(object_type(fields)),
        }
    }

    /// The rows of a nested block or of an object inside this form.
    pub fn fields(&self) -> Option<&'static [Field]> {
        match self {
            Shape::Object(fields)
            | Shape::Block(fields)
            | Shape::BlockList(fields)
            | Shape::BlockSet(fields) => Some(fields),
            Shape::List(element) | Shape::Set(element) | Shape::Map(element) => element.fields(),
            _ => None,
        }
    }

    /// Whether it is written as a nested block, and only so.
    pub fn is_block(&self) -> bool {
        matches!(self, Shape::Block(_) | Shape::BlockList(_) | Shape::BlockSet(_))
    }

    /// Whether it may be written as blocks: nested blocks, and lists and sets of objects.
    pub fn accepts_blocks(&self) -> bool {
        self.is_block() || matches!(self, Shape::List(Shape::Object(_)) | Shape::Set(Shape::Object(_)))
    }
}

/// The object type of these rows.
pub fn object_type(fields: &[Field]) -> Type {
    Type::object(fields.iter().map(|field| (field.name, field.ty())))
}

/// The row called `name`.
pub fn find<'t>(fields: &'t [Field], name: &str) -> Option<&'t Field> {
    fields.iter().find(|field| field.name == name)
}
