//! Objects of a drill's shadow: under names of their own, without protection, with data from a snapshot, and joined to
//! nothing that serves.

use std::collections::HashSet;

use relight_contract::address::hex;
use relight_contract::{
    Address, Field, Identity, Kind, Literal, Mode, Name, Object, Placement, Scope, Shape, Value, field,
};
use sha2::{Digest as _, Sha256};

use super::attributes::Evaluated;
use super::evaluation::Evaluation;
use super::model::{Dependency, InstanceId, Unanswered, Wanted};
use super::scope::Asker;
use crate::diag::{Diagnostic, Span, codes};
use crate::topology::SiteId;

/// What the names of a shadow's objects end in.
const END: &str = "-drill";

/// The word for the newest snapshot.
const LATEST: &str = "latest";

/// How an attribute of a shadow's object stands to what is not the shadow's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Isolation {
    /// Something of the shadow stands in it, or what a `drill` block says.
    Own,
    /// It has to do with neither.
    Apart,
    /// It would join the two.
    Broken,
}

/// An attribute as a spec writes it.
pub(super) struct Written<'e> {
    pub(super) row: &'static Field,
    /// Its value, unless it is unset.
    pub(super) value: Option<&'e Value>,
    /// What it is made of.
    pub(super) touched: &'e [Dependency],
    /// Whether a `drill` block says it.
    pub(super) by_drill: bool,
    /// Where it is written.
    pub(super) span: Span,
}

impl Evaluation<'_> {
    /// Makes the attributes those of an object that a drill makes and takes away again.
    pub(super) fn drilled(
        &mut self,
        kind: &'static Kind,
        address: &Address,
        site: Option<SiteId>,
        found: &mut Evaluated,
        span: Span,
    ) {
        let Some(shadow) = self.topology.shadow.filter(|shadow| site == Some(shadow.site)) else { return };
        if shadow.ends {
            // It is taken down, whatever it was made of.
            if let Some(snapshot) = kind.restorable() {
                found.attributes.remove(snapshot.source);
            }
        } else {
            self.restored(kind, address, site, found, span);
            self.keyed(kind, address, found, span);
        }
        rename(kind, &mut found.attributes);
        for row in kind.fields {
            if row.joins && row.shape.fields().is_some() {
                found.attributes.remove(row.name);
            } else if row.in_a_drill != Literal::None {
                found.attributes.insert(row.name, row.in_a_drill.to_value(&row.ty()));
            } else if row.guards_deletion && matches!(row.shape, Shape::Bool) {
                found.attributes.insert(row.name, Value::Bool(false));
            }
        }
        // What has a size comes up to it: that is the drill. Other consumers stay off.
        if kind.scalable().is_empty() {
            for transition in kind.fence() {
                if let Some(row) = kind.field(transition.field) {
                    found.attributes.insert(row.name, transition.to.to_value(&row.ty()));
                }
            }
        }
    }

    /// The newest snapshot of the site's own object, where the spec says so.
    fn restored(
        &mut self,
        kind: &'static Kind,
        address: &Address,
        site: Option<SiteId>,
        found: &mut Evaluated,
        span: Span,
    ) {
        let Some(snapshot) = kind.restorable() else { return };
        if found.attributes.get(snapshot.source).and_then(Value::as_str) != Some(LATEST) {
            return;
        }
        let Identity::Name(rule) = kind.identity else { return };
        let (Some(of), Some(data)) = (
            found.attributes.get(rule.attribute).filter(|name| name.as_str().is_some()).cloned(),
            self.topology.registry.data(snapshot.data),
        ) else {
            let text = format!("the newest snapshot of `{address}` is found by its `{}`", rule.attribute);
            let help = format!(
                "give `{}` a value that is known when planning, or name the snapshot",
                rule.attribute
            );
            return self.wrong_in_a_drill(text, &help, found, span);
        };
        let asked = Address {
            mode: Mode::Data,
            kind: data.name.into(),
            name: format!("{}-{LATEST}", address.name).into(),
            ..address.clone()
        };
        let arguments = Object::from_iter([(snapshot.of, of.clone()), (snapshot.newest, Value::Bool(true))]);
        match self.answers.get(&asked).cloned() {
            None => {
                let place = self.place(kind.provider, None, site);
                self.desired.wanted.push(Wanted { address: asked, data, place, arguments, span });
                found.pending = true;
            }
            Some(Ok(answer)) => match answer.get("id").filter(|id| id.as_str().is_some()) {
                Some(id) => drop(found.attributes.insert(snapshot.source, id.clone())),
                None => {
                    let text = format!("nobody says which snapshot of `{address}` is the newest");
                    self.wrong_in_a_drill(text, "name one in the `drill` block", found, span);
                }
            },
            Some(Err(Unanswered::Refused(why) | Unanswered::Unknown(why))) => {
                let of = of.as_str().unwrap_or_default();
                let text = format!("there is no snapshot of `{of}` to drill `{address}` with: {why}");
                let help = "take one of the standby, turn on its backups, or name one in the `drill` block";
                self.wrong_in_a_drill(text, help, found, span);
            }
        }
    }

    /// Refuses an attribute of a shadow that joins it to what is not its own.
    pub(super) fn isolated(&mut self, written: &Written<'_>, kind: &str, asker: &Asker) -> Isolation {
        let Some(shadow) = self.topology.shadow.filter(|shadow| asker.site == Some(shadow.site)) else {
            return Isolation::Apart;
        };
        // To read data is to change nothing.
        let kind = self.topology.registry.kind(kind).filter(|_| !shadow.ends);
        let Some(kind) = kind else { return Isolation::Apart };
        let (own, outside) = self.touched(kind, written, shadow.site);
        let attribute = written.row.name;
        let (path, other) = match outside {
            Some(outside) => (attribute.to_owned(), self.desired.instance(outside).address.to_string()),
            None if own || written.by_drill => match self.named_outside(kind, written, true) {
                Some(named) if !written.by_drill => named,
                _ => return Isolation::Own,
            },
            None => match self.named_outside(kind, written, false) {
                Some(named) => named,
                None => return Isolation::Apart,
            },
        };
        let block = asker.block.map(|block| self.topology.label(block)).unwrap_or_default();
        let site = &self.topology.site(shadow.of).name;
        self.diagnostics.push(
            Diagnostic::error(
                codes::DRILL_JOINED,
                format!("`{path}` of `{block}` would join the drill of `{site}` to `{other}`"),
            )
            .at(written.span)
            .help(format!(
                "say what a drill does instead: `drill {{ {attribute} = null }}`, another value, or `drill {{ exists = \
                 false }}`"
            )),
        );
        Isolation::Broken
    }

    /// Refuses an object that is found by a key which nothing of the shadow stands in: that may be another one's.
    fn keyed(&mut self, kind: &Kind, address: &Address, found: &mut Evaluated, span: Span) {
        let Identity::Key(fields) = kind.identity else { return };
        if found.failed || fields.iter().any(|field| found.own.contains(field)) {
            return;
        }
        let named: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
        let text = format!("nothing of the drill stands in the key of `{address}`: {}", named.join(", "));
        let help =
            "refer to an object of the drill there, or leave it out: `drill { exists = false }`".to_owned();
        self.diagnostics.push(Diagnostic::error(codes::DRILL_JOINED, text).at(span).help(help));
        found.failed = true;
    }

    /// Whether an attribute is made of an object of the shadow, and an object outside of it that it is made of and that
    /// is not there to be read only.
    fn touched(&self, kind: &Kind, written: &Written<'_>, shadow: SiteId) -> (bool, Option<InstanceId>) {
        // What is keyed by another object changes that.
        let key = written.row.name;
        let binds = written.row.refers.is_some_and(|refers| refers.binding);
        let changes = binds && matches!(kind.identity, Identity::Key(fields) if fields.contains(&key));
        let (mut seen, mut waiting, mut own) = (HashSet::new(), written.touched.to_vec(), false);
        while let Some(next) = waiting.pop() {
            match next {
                Dependency::Instance(id) => {
                    let other = self.desired.instance(id);
                    let read = other.kind.is_shared() || other.kind.placement == Placement::Global;
                    let inside = other.site == Some(shadow);
                    own |= inside;
                    if !inside && (changes || !read) {
                        return (own, Some(id));
                    }
                }
                Dependency::Join(join) if seen.insert(join) => {
                    waiting.extend(self.desired.joins.get(join as usize).into_iter().flatten());
                }
                Dependency::Join(_) => {}
            }
        }
        (own, None)
    }

    /// A name written out that stands for an object which is not the shadow's: where it is written, and the name.
    fn named_outside(&self, kind: &Kind, written: &Written<'_>, own: bool) -> Option<(String, String)> {
        let follows = kind.promotable().map(|(source, _)| source);
        let mut waiting = vec![(written.row, written.value?, written.row.name.to_owned())];
        while let Some((row, value, path)) = waiting.pop() {
            let top = path == row.name;
            let joins = row.joins || (top && follows == Some(row.name));
            let insists = row.refers.is_some_and(|refers| refers.binding && self.is_apart(refers.kind));
            // What a name of the shadow's own makes known is known as well.
            let refused = joins && !(top && own) || insists && !own;
            match value.unmarked() {
                Value::String(text) if refused && !text.is_empty() => return Some((path, text.to_string())),
                Value::Object(object) => {
                    for (name, value) in object.as_ref().iter() {
                        if let Some(row) = row.shape.fields().and_then(|rows| field::find(rows, name)) {
                            waiting.push((row, value, format!("{path}.{name}")));
                        }
                    }
                }
                other => {
                    waiting
                        .extend(other.as_items().into_iter().flatten().map(|item| (row, item, path.clone())));
                }
            }
        }
        None
    }

    /// Whether a shadow has objects of a kind of its own, or may not touch any.
    fn is_apart(&self, kind: &str) -> bool {
        let kind = self.topology.registry.kind(kind);
        kind.is_some_and(|kind| kind.placement != Placement::Global && !kind.is_shared())
    }

    fn wrong_in_a_drill(&mut self, text: String, help: &str, found: &mut Evaluated, span: Span) {
        self.diagnostics.push(Diagnostic::error(codes::DRILL_SNAPSHOT, text).at(span).help(help.to_owned()));
        found.failed = true;
    }

    /// Leaves out what describes other sites, and nothing in the shadow is made of.
    pub(super) fn leave_out(&mut self) {
        let Some(shadow) = self.topology.shadow else { return };
        let inside = (0..).zip(&self.desired.instances).filter(|(_, one)| one.site == Some(shadow.site));
        let mut waiting: Vec<Dependency> = inside.map(|(id, _)| Dependency::Instance(id)).collect();
        let mut seen: HashSet<Dependency> = waiting.iter().copied().collect();
        while let Some(next) = waiting.pop().filter(|_| !shadow.ends) {
            let behind = match next {
                Dependency::Instance(id) => &self.desired.instance(id).after,
                Dependency::Join(join) => &self.desired.joins[join as usize],
            };
            waiting.extend(behind.iter().filter(|one| seen.insert(**one)));
        }
        let all = 0..u32::try_from(self.desired.instances.len()).unwrap_or(u32::MAX);
        self.desired.left_out = all.filter(|id| !seen.contains(&Dependency::Instance(*id))).collect();
    }
}

/// Gives a name that the spec chose an end of its own, so that it is not that of the standby. What the spec leaves open
/// is derived from the address, and is another one already; so is what stands under a parent.
fn rename(kind: &Kind, attributes: &mut Object) {
    let is_on = |field: &str| attributes.get(field).and_then(Value::as_bool) == Some(true);
    let last =
        kind.fields.iter().find_map(|row| row.name_end.filter(|_| is_on(row.name))).unwrap_or_default();
    let found_by = match kind.identity {
        Identity::Name(rule) if !matches!(rule.scope, Scope::Parent(_)) => {
            Some((rule.attribute, usize::from(rule.longest)))
        }
        _ => None,
    };
    let others =
        kind.fields.iter().filter(|row| row.unique > 0).map(|row| (row.name, usize::from(row.unique)));
    for (attribute, longest) in found_by.into_iter().chain(others) {
        let Some(name) = attributes.get(attribute).and_then(Value::as_str) else { continue };
        let last = if name.ends_with(last) { last } else { "" };
        let name = drill_name(name, last, longest);
        attributes.insert(attribute, Value::String(name));
    }
}

/// The name with the end of drills before `last`; one that would be too long is cut, and told apart by a digest.
fn drill_name(name: &str, last: &str, longest: usize) -> Name {
    let begin = name.strip_suffix(last).unwrap_or(name);
    let whole = format!("{begin}{END}{last}");
    if whole.chars().count() <= longest {
        return whole.into();
    }
    let digest = hex(&Sha256::digest(name)[..3]);
    let room = longest.saturating_sub(digest.len() + 1 + END.len() + last.len());
    let begin: String = begin.chars().take(room).collect();
    format!("{}-{digest}{END}{last}", begin.trim_end_matches(['-', '.'])).into()
}
