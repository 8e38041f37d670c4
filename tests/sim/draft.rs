//! Drafts: a topology before it is text, so that a second version of it can be made.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use crate::recipes::{AWS, AWS_PART, CUMULUS, CUMULUS_PART, Recipe, Scope};

/// One of the two clouds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cloud {
    Aws,
    Cumulus,
}

impl Cloud {
    pub fn recipes(self) -> &'static [Recipe] {
        match self {
            Cloud::Aws => AWS,
            Cloud::Cumulus => CUMULUS,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Cloud::Aws => "aws",
            Cloud::Cumulus => "cumulus",
        }
    }
}

#[derive(Clone, Debug)]
pub struct SiteDraft {
    pub name: &'static str,
    pub cloud: Cloud,
    pub region: &'static str,
    /// `None` for a primary.
    pub posture: Option<&'static str>,
}

/// How many instances a piece has in each of its places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    One,
    Count(u64),
    Each(BTreeSet<&'static str>),
}

/// What people write in `lifecycle`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Care {
    None,
    CreateFirst,
    Protected,
}

/// A resource block, or a call of a module.
#[derive(Clone)]
pub struct Piece {
    pub cloud: Cloud,
    pub recipe: &'static Recipe,
    /// Never changes: what names and numbers derive from.
    pub number: u64,
    pub dials: [u64; 4],
    /// The names of the pieces that it refers to, as its recipe needs them.
    pub on: Vec<String>,
    pub form: Form,
    pub care: Care,
    /// A site in which it does not exist.
    pub absent: Option<&'static str>,
}

/// A topology.
#[derive(Clone, Default)]
pub struct Draft {
    pub sites: Vec<SiteDraft>,
    pub pieces: BTreeMap<String, Piece>,
    /// Old labels to new ones, with the kind.
    pub moved: Vec<(String, String)>,
    pub removed_sites: Vec<&'static str>,
    /// Pieces of which an output tells.
    pub told: BTreeSet<String>,
    pub next_number: u64,
    /// Whether it reads data sources.
    pub asks_data: bool,
    /// A gate, a probe and a hook: before and after which pieces.
    pub guards: Option<[String; 2]>,
}

/// What a recipe writes with.
pub struct Writing<'a> {
    draft: &'a Draft,
    piece: &'a Piece,
}

impl Writing<'_> {
    pub fn dial(&self, dial: usize) -> u64 {
        self.piece.dials[dial]
    }

    pub fn flag(&self, dial: usize) -> bool {
        self.dial(dial).is_multiple_of(2)
    }

    pub fn asks_data(&self) -> bool {
        self.draft.asks_data
    }

    pub fn number(&self) -> u64 {
        self.piece.number
    }

    pub fn is_protected(&self) -> bool {
        self.piece.care == Care::Protected
    }

    /// A name that nothing else has, whatever its block is called.
    pub fn label(&self) -> String {
        format!("n{}", self.piece.number)
    }

    /// An expression for a name that no other instance has in its site.
    pub fn unique(&self) -> String {
        match self.piece.form {
            Form::One => format!("\"{}\"", self.label()),
            Form::Count(_) => format!("\"{}-${{count.index}}\"", self.label()),
            Form::Each(_) => format!("\"{}-${{each.key}}\"", self.label()),
        }
    }

    /// An expression for the position of the instance.
    pub fn index(&self) -> &'static str {
        match self.piece.form {
            Form::One => "0",
            Form::Count(_) => "count.index",
            Form::Each(_) => "index([\"a\", \"b\", \"c\"], each.key)",
        }
    }

    /// A reference to what the recipe needs at this position.
    pub fn of(&self, position: usize, attribute: &str) -> String {
        let name = &self.piece.on[position];
        self.draft.reference(name, attribute)
    }

    /// How a standby scales.
    pub fn sizes(&self, least: &str, wanted: &str) -> String {
        format!(
            "  standby \"pilot_light\" {{\n    {least} = 0\n    {wanted} = 0\n  }}\n  standby \"warm\" {{\n    {least} = 1\n    {wanted} = 2\n  }}\n"
        )
    }

    /// In a standby, a replica of the primary: where there is one primary, on the same cloud.
    pub fn replica(&self, source: &str, attribute: &str) -> String {
        let mut primaries = self.draft.sites.iter().filter(|site| site.posture.is_none());
        let (first, second) = (primaries.next(), primaries.next());
        let possible = first.is_some_and(|site| site.cloud == self.piece.cloud) && second.is_none();
        if !possible || self.piece.absent.is_some() {
            return String::new();
        }
        let name = self.draft.pieces.iter().find(|(_, piece)| piece.number == self.piece.number);
        let name = name.map_or("", |(name, _)| name);
        format!("  standby {{ {source} = primary.{}.{name}.{attribute} }}\n", self.piece.recipe.kind)
    }
}

impl Draft {
    /// An expression for an attribute of the first instance of a piece.
    pub fn reference(&self, name: &str, attribute: &str) -> String {
        let piece = &self.pieces[name];
        let key = match &piece.form {
            Form::One => String::new(),
            Form::Count(_) => "[0]".to_owned(),
            Form::Each(keys) => format!("[\"{}\"]", keys.first().unwrap_or(&"a")),
        };
        format!("{}.{name}{key}.{attribute}", piece.recipe.kind)
    }

    pub fn is_referred_to(&self, name: &str) -> bool {
        self.pieces.values().any(|piece| piece.on.iter().any(|other| other == name))
    }

    /// The names of the clouds' sites.
    pub fn sites_of(&self, cloud: Cloud) -> Vec<&'static str> {
        self.sites.iter().filter(|site| site.cloud == cloud).map(|site| site.name).collect()
    }

    /// The same without anything that stands in the way of its end, and without old names.
    #[must_use]
    pub fn unprotected(mut self) -> Draft {
        self.moved.clear();
        for piece in self.pieces.values_mut() {
            if piece.care == Care::Protected {
                piece.care = Care::None;
            }
        }
        self
    }

    /// The same with every replacement before what it replaces, where names do not stand in the way.
    #[must_use]
    pub fn creating_first(mut self) -> Draft {
        for piece in self.pieces.values_mut().filter(|piece| piece.recipe.is_nameless()) {
            piece.care = Care::CreateFirst;
        }
        self
    }

    /// Writes the spec into a folder.
    pub fn write(&self, folder: &Path) {
        let files = [
            ("main.hcl", self.text()),
            ("part-aws/main.tf", AWS_PART.to_owned()),
            ("part-cumulus/main.hcl", CUMULUS_PART.to_owned()),
        ];
        for (name, text) in files {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
    }

    /// The spec.
    pub fn text(&self) -> String {
        let mut text = String::from("topology \"sim\" {}\n");
        for (index, site) in self.sites.iter().enumerate() {
            let role = match site.posture {
                None => "role = \"primary\"".to_owned(),
                Some(posture) => format!("role = \"standby\"\n  posture = \"{posture}\""),
            };
            let _ = writeln!(
                text,
                "site \"{}\" {{\n  provider = \"{}\"\n  region = \"{}\"\n  {role}\n  values = {{ cidr = \"10.{}.0.0/16\" }}\n}}",
                site.name,
                site.cloud.name(),
                site.region,
                10 * (index + 1),
            );
        }
        for cloud in [Cloud::Aws, Cloud::Cumulus] {
            if self.asks_data && self.pieces.values().any(|piece| piece.cloud == cloud) {
                let zones = if cloud == Cloud::Aws { "aws_availability_zones" } else { "cumulus_zones" };
                let _ = writeln!(text, "data \"{zones}\" \"here\" {{}}");
            }
        }
        for (name, piece) in &self.pieces {
            self.piece_text(name, piece, &mut text);
        }
        for name in &self.told {
            let attribute = if self.pieces[name].recipe.scope == Scope::Module { "group" } else { "id" };
            let _ = writeln!(text, "output \"{name}\" {{ value = {} }}", self.reference(name, attribute));
        }
        if let Some([data, group]) = &self.guards {
            let address = |name: &String| format!("{}.{name}", self.pieces[name].recipe.kind);
            let (data, group) = (address(data), address(group));
            let _ = writeln!(
                text,
                "gate \"data\" {{\n  before = [{data}]\n  message = \"?\"\n  timeout = \"10m\"\n}}"
            );
            let _ = writeln!(
                text,
                "probe \"up\" {{\n  command = [\"true\"]\n  after = [{group}]\n  within = \"2m\"\n}}"
            );
            let _ = writeln!(
                text,
                "hook \"tell\" {{\n  run = [\"true\"]\n  on = [\"failover\", \"switchover\", \"reprotect\"]\n  after = [{data}]\n}}"
            );
        }
        for (from, to) in &self.moved {
            let _ = writeln!(text, "moved {{\n  from = {from}\n  to = {to}\n}}");
        }
        for site in &self.removed_sites {
            let _ = writeln!(text, "removed {{ from = site.{site} }}");
        }
        text
    }

    fn piece_text(&self, name: &str, piece: &Piece, text: &mut String) {
        let _ = match piece.recipe.scope {
            Scope::Module => writeln!(text, "module \"{name}\" {{"),
            _ => writeln!(text, "resource \"{}\" \"{name}\" {{", piece.recipe.kind),
        };
        match &piece.form {
            Form::One => {}
            Form::Count(count) => {
                let _ = writeln!(text, "  count = {count}");
            }
            Form::Each(keys) => {
                let keys: Vec<&str> = keys.iter().copied().collect();
                let _ = writeln!(text, "  for_each = toset({keys:?})");
            }
        }
        if piece.recipe.scope == Scope::Asked {
            let _ = writeln!(text, "  sites = {:?}", self.sites_of(piece.cloud));
        }
        text.push_str(&(piece.recipe.body)(&Writing { draft: self, piece }));
        if let Some(site) = piece.absent {
            let _ = writeln!(text, "  site \"{site}\" {{ exists = false }}");
        }
        match piece.care {
            Care::None => {}
            Care::CreateFirst => text.push_str("  lifecycle { create_before_destroy = true }\n"),
            Care::Protected => text.push_str("  lifecycle { prevent_destroy = true }\n"),
        }
        text.push_str("}\n");
    }
}
