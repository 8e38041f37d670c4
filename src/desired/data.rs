//! Data sources to answers: read beforehand, or computed here.

use std::sync::Arc;

use relight_contract::{
    Address, DataKind, DataSource, Key, Literal, Mode, Name, Object, Placement, Presence, Role, Value,
};

use super::evaluation::{Cell, Evaluation, Member, Outcome};
use super::layers::{Layers, laid_role, layers};
use super::model::{Dependency, Unanswered, Wanted};
use super::scope::{Asker, This};
use super::vertices::VertexId;
use crate::diag::{Diagnostic, codes};
use crate::expr::Failure;
use crate::spec::Resource;
use crate::topology::{Block, BlockId, BlockKind, SiteId};

/// All that is the same for every answer of a data source in a site.
struct Reader<'t> {
    block: &'t Block,
    kind: &'static DataKind,
    resource: &'t Resource,
    layers: Layers<'t>,
}

impl Evaluation<'_> {
    pub(super) fn data(
        &mut self,
        vertex: VertexId,
        id: BlockId,
        kind: &'static DataKind,
        site: Option<SiteId>,
    ) {
        let topology = self.topology;
        let block = topology.block(id);
        let Some(resource) = topology.resource(block) else { return };
        let role = laid_role(self.assignment, kind.placement, site);
        let layers = layers(topology, block, kind.fields, site, role);
        let reader = Reader { block, kind, resource, layers };
        self.lay(vertex, id, site, |this, asker| this.data_in(&reader, asker));
    }

    fn data_in(&mut self, reader: &Reader<'_>, asker: &Asker) -> Cell {
        let depends_on = &reader.resource.depends_on;
        let mut after: Vec<Dependency> =
            depends_on.iter().flat_map(|expr| self.follows(asker, expr)).collect();
        let keys = self.keys(reader.resource.repeat.as_ref(), asker, &reader.layers, &mut after);
        let answer = |this: &mut Self, asker: &Asker, key| this.answer(reader, asker, key, &mut after);
        let expansion = match self.expand(keys, asker, answer) {
            Ok(expansion) => expansion,
            Err(cell) => return cell,
        };
        // A policy document follows what its statements name, and whoever uses it does too: also by one attribute.
        let join = self.join(after);
        Cell { outcome: Outcome::Instances(expansion), join }
    }

    fn answer(
        &mut self,
        reader: &Reader<'_>,
        asker: &Asker,
        key: Option<Key>,
        after: &mut Vec<Dependency>,
    ) -> Member {
        match self.exists(&reader.layers, asker, after) {
            Ok(true) => {}
            Ok(false) => return Member::Absent,
            Err(member) => return member,
        }
        let kind = reader.kind;
        let span = reader.resource.name.span;
        let mut found = self.attributes(&reader.layers, kind.fields, kind.name, asker, span);
        after.append(&mut found.after);
        if found.pending {
            return Member::Pending;
        }
        if found.failed {
            return Member::Failed;
        }
        if let Some(unread) = found.unread {
            return Member::Unread(unread);
        }
        let arguments = with_defaults(kind, found.attributes);
        let member = match kind.source {
            DataSource::Pure(answer) => self.pure(kind, answer, arguments, reader.resource),
            _ => self.impure(reader, arguments, asker, key),
        };
        if let Member::Data(value) = &member {
            let asker = Asker { this: Some(This::Data(value.clone())), ..asker.clone() };
            let lifecycle = &reader.resource.lifecycle;
            for condition in &lifecycle.preconditions {
                self.hold(asker.clone(), condition, codes::PRECONDITION);
            }
            for condition in &lifecycle.postconditions {
                self.hold(asker.clone(), condition, codes::POSTCONDITION);
            }
        }
        member
    }

    fn pure(
        &mut self,
        kind: &'static DataKind,
        answer: relight_contract::kind::Answer,
        arguments: Object,
        resource: &Resource,
    ) -> Member {
        let open = arguments.iter().any(|(_, value)| value.has_hole() || value.has_secret());
        if open {
            let sensitive = arguments.iter().any(|(_, value)| value.has_secret());
            let mut object = arguments.clone();
            for row in kind.fields.iter().filter(|row| row.presence != Presence::Required) {
                if !object.contains(row.name) {
                    let name = Name::from(row.name);
                    let hidden = sensitive || row.sensitive;
                    let value =
                        self.desired.residuals.data(kind.name, arguments.clone(), &name, row.ty(), hidden);
                    object.insert(name, value);
                }
            }
            return Member::Data(Value::object(object));
        }
        match answer(&arguments) {
            Ok(answers) => Member::Data(Value::object(whole(kind, arguments, answers))),
            Err(message) => {
                self.diagnostics.push(
                    Diagnostic::error(
                        codes::KIND_ATTRIBUTE_VALUE,
                        format!("`data.{}.{}`: {message}", resource.kind.name, resource.name.name),
                    )
                    .at(resource.name.span),
                );
                Member::Failed
            }
        }
    }

    fn impure(&mut self, reader: &Reader<'_>, arguments: Object, asker: &Asker, key: Option<Key>) -> Member {
        let Reader { block, kind, resource, .. } = *reader;
        let address = Address {
            module: self.path_of(asker),
            mode: Mode::Data,
            kind: resource.kind.name.clone(),
            name: resource.name.name.clone(),
            key,
            site: asker.site.map(|site| self.topology.site(site).name.clone()),
        };
        let span = resource.name.span;
        if let Some((_, open)) = arguments.iter().find(|(_, value)| value.has_hole()) {
            if let Some(unread) = self.unread(open) {
                let why = format!("which cannot be asked: {}", unread.why);
                self.desired.unknown.data.insert(address.clone(), why.into());
                return Member::Data(self.unanswered(kind, &address, arguments));
            }
            let label = format!("data.{}.{}", resource.kind.name, resource.name.name);
            self.diagnostics.push(
                Diagnostic::error(
                    codes::KNOWN_WHEN_PLANNING,
                    format!("the arguments of `{label}` are not known yet"),
                )
                .at(span)
                .help("data sources are read before planning; refer to the resource itself where it is in this spec"),
            );
            return Member::Failed;
        }
        let site = asker.site.filter(|_| kind.placement == Placement::Regional);
        if site.is_some_and(|site| self.assignment.role(site) == Role::Lost) {
            return self.silent(reader, &address, arguments, site, &"it is lost".into());
        }
        match self.answers.get(&address).cloned() {
            Some(Ok(answers)) => Member::Data(Value::object(whole(kind, arguments, answers))),
            Some(Err(Unanswered::Unknown(reason))) => self.silent(reader, &address, arguments, site, &reason),
            Some(Err(Unanswered::Refused(reason))) => {
                let problem = format!("`{address}` has no answer: {reason}");
                if matches!(block.kind, BlockKind::CheckData(..)) {
                    // It fails its check, which stops nothing.
                    return Member::Refused(Arc::new(Failure::new(codes::CHECK, problem, span)));
                }
                self.diagnostics.push(Diagnostic::error(codes::DATA_UNKNOWN, problem).at(span));
                Member::Failed
            }
            None => {
                let alias = self.topology.alias(block, kind.provider);
                let place = self.place(kind.provider, alias.as_ref(), site);
                self.desired.wanted.push(Wanted { address, data: kind, place, arguments, span });
                Member::Pending
            }
        }
    }

    /// Nobody answers: what hangs on it is unknown. A check only tells, so that its data says nothing of a place.
    fn silent(
        &mut self,
        reader: &Reader<'_>,
        address: &Address,
        arguments: Object,
        site: Option<SiteId>,
        reason: &Name,
    ) -> Member {
        let kind = reader.kind;
        let alias = self.topology.alias(reader.block, kind.provider);
        let place = self.place(kind.provider, alias.as_ref(), site).name.clone();
        let why = format!("and `{place}` cannot be read");
        self.desired.unknown.data.insert(address.clone(), why.into());
        if !matches!(reader.block.kind, BlockKind::CheckData(..)) {
            self.desired.unknown.places.insert(place, reason.clone());
        }
        Member::Data(self.unanswered(kind, address, arguments))
    }
}

fn with_defaults(kind: &DataKind, mut arguments: Object) -> Object {
    for row in kind.fields {
        if !arguments.contains(row.name) && row.default != Literal::None {
            arguments.insert(row.name, row.default.to_value(&row.ty()));
        }
    }
    arguments
}

/// Arguments and answers together, every row of the table present.
fn whole(kind: &DataKind, arguments: Object, answers: Object) -> Object {
    let mut object = arguments;
    for (name, value) in answers {
        object.insert(name, value);
    }
    for row in kind.fields {
        if !object.contains(row.name) {
            object.insert(row.name, Value::Null(row.ty()));
        }
    }
    object
}
