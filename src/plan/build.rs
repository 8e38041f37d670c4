//! The plan from its steps: ordered, renumbered, hashed.

use std::collections::BTreeMap;

use relight_contract::address::hex;
use relight_contract::{Act, Address, Name, Object, Role, Value};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::basis::basis;
use super::envelope::{self, Envelope};
use super::estimate::estimate;
use super::model::{
    Action, Ask, Content, FORMAT, FieldChange, Note, PerformAct, Plan, PlanId, PlannedChange, PlannedOutput,
    PlannedPlace, PlannedSite, Step, StepCondition, StepId, Verb,
};
use super::safe::Moving;
use super::steps::{Draft, Drafts, Part};
use super::{guards, roles};
use crate::desired::InstanceId;
use crate::diag::{Diagnostic, Diagnostics, Severity, codes};
use crate::diff::{Change, Changes, Delta, Operation, Question};
use crate::expr::{Renumbering, table_with};
use crate::graph::Graph;
use crate::memory::Declaration;
use crate::topology::{SiteId, Topology};

/// How long tags take, in seconds: one call, which nothing waits for.
const TAGGING: (u32, u32) = (1, 2);

/// How long it takes, in seconds, until a replica whose source is not written to any more has everything.
const AWAITING: (u32, u32) = (90, 300);

/// How old the measure of a replica's lag may be, in seconds: what was measured before the writers were cut does not
/// count. Source: Amazon RDS publishes its metrics once a minute.
const SETTLE_SECONDS: u64 = 60;

/// How long a replica may take to catch up, in seconds.
const CATCH_UP_SECONDS: u64 = 1800;

/// What stands outside a plan's hash, and the hash of what was written.
#[derive(Clone, Debug)]
pub struct Circumstances {
    /// When the plan is made, in milliseconds since 1970.
    pub now: relight_contract::Milliseconds,
    /// How long it is good for, in milliseconds.
    pub lifetime: relight_contract::Milliseconds,
    /// The version of relight.
    pub version: String,
    /// Whether the clouds are simulated.
    pub simulated: bool,
}

/// Orders the changes and makes a plan of them. `None` when the steps wait for each other.
pub fn build(
    question: &Question<'_>,
    changes: &Changes,
    circumstances: &Circumstances,
    diagnostics: &mut Diagnostics,
) -> Option<Plan> {
    let drafts = Drafts::new(question.desired, changes, Moving::of(question));
    let order = order(question, changes, &drafts.all, diagnostics)?;
    let mut position = vec![0_u32; order.len()];
    for (place, draft) in order.iter().enumerate() {
        position[*draft as usize] = u32::try_from(place).ok()?;
    }
    let roots = roots(changes, &order, &drafts.all);
    let known = |address: &Address, attribute: &Name| {
        changes.known.get(&(address.clone(), attribute.clone())).cloned()
    };
    let (residuals, renumbering) = table_with(&question.desired.residuals, roots, known);
    let writer =
        Writer { question, changes, drafts: &drafts, renumbering: &renumbering, position: &position };
    let steps: Vec<Step> =
        order.iter().map(|draft| writer.step(*draft, &drafts.all[*draft as usize])).collect();
    let mut of_change: Vec<Vec<StepId>> = vec![Vec::new(); changes.changes.len()];
    for (place, draft) in order.iter().enumerate() {
        let draft = &drafts.all[*draft as usize];
        if !matches!(draft.part, Part::Gather | Part::Guard { .. }) {
            of_change[draft.change].push(StepId(u32::try_from(place).ok()?));
        }
    }
    let planned = changes
        .changes
        .iter()
        .zip(of_change)
        .enumerate()
        .map(|(index, (change, steps))| writer.change(index, change, steps))
        .collect();
    let content = Content {
        format: FORMAT,
        topology: question.topology.name.to_string(),
        instance: question.topology.instance.to_string(),
        operation: question.operation.clone(),
        declares: roles::declared(question, changes.epoch),
        debts: roles::debts(question),
        concludes: roles::concludes(question),
        sites: sites(question, changes),
        places: places(question, changes),
        variables: variables(question.topology),
        basis: basis(question, changes),
        changes: planned,
        kept: changes.kept,
        steps,
        residuals,
        outputs: writer.outputs(),
        notes: notes(changes),
    };
    let estimate = estimate(&question.topology.registry, &content, &[]);
    let envelope = Envelope {
        created_at: circumstances.now,
        expires_at: circumstances.now.saturating_add(circumstances.lifetime),
        version: circumstances.version.clone(),
        estimate,
        simulated: circumstances.simulated,
        objective: envelope::objective(question),
        lags: envelope::lags(changes),
        declared_at: envelope::declared_at(question, !content.declares.is_empty()),
        ..Envelope::default()
    };
    Some(Plan { id: identify(&content), content, envelope })
}

/// The values that whoever applies the plan need not give again.
pub fn variables(topology: &Topology) -> BTreeMap<String, Json> {
    let open = topology.variables.iter().filter(|(_, (value, sensitive))| !sensitive && !value.has_secret());
    open.map(|(name, (value, _))| (name.to_string(), value.to_json())).collect()
}

/// The id of a plan: the hash of its content.
pub fn identify(content: &Content) -> PlanId {
    struct Hasher(Sha256);
    impl std::io::Write for Hasher {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.update(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut hasher = Hasher(Sha256::new());
    // Writing to a hash cannot fail, and every part of a plan has a JSON form.
    let written = serde_json::to_writer(std::io::BufWriter::new(&mut hasher), content);
    debug_assert!(written.is_ok());
    PlanId(format!("plan-{}", &hex(&hasher.0.finalize())[..12]))
}

fn order(
    question: &Question<'_>,
    changes: &Changes,
    drafts: &[Draft],
    diagnostics: &mut Diagnostics,
) -> Option<Vec<u32>> {
    let edges: Vec<(u32, u32)> = (0..)
        .zip(drafts)
        .flat_map(|(index, draft)| draft.after.iter().map(move |after| (index, *after)))
        .collect();
    let graph = Graph::new(u32::try_from(drafts.len()).ok()?, &edges).ok()?;
    match graph.order() {
        Ok(order) => Some(order),
        Err(cycle) => {
            let name = |draft: &u32| {
                let draft = &drafts[*draft as usize];
                let address = match draft.part {
                    Part::Guard { position, .. } => {
                        &question.desired.guards[changes.guards[position].guard].address
                    }
                    _ => &changes.changes[draft.change].address,
                };
                format!("{} {address}", draft.part.verb())
            };
            let mut names: Vec<String> = cycle.path.iter().map(name).collect();
            names.extend(cycle.path.first().map(name));
            let span = cycle
                .path
                .iter()
                .find_map(|draft| changes.changes[drafts[*draft as usize].change].instance)
                .map(|id| question.desired.instance(id).span);
            let mut problem = Diagnostic::error(
                codes::PLAN_CYCLE,
                format!("the steps of the plan wait for each other: {}", names.join(" -> ")),
            )
            .help("`create_before_destroy` on one of them, or two applies one after the other, break the circle");
            if let Some(span) = span {
                problem = problem.at(span);
            }
            diagnostics.push(problem);
            None
        }
    }
}

/// Every hole that a plan carries, in order of its first use.
fn roots(changes: &Changes, order: &[u32], drafts: &[Draft]) -> Vec<relight_contract::HoleId> {
    let mut roots = Vec::new();
    for draft in order {
        let draft = &drafts[*draft as usize];
        let change = &changes.changes[draft.change];
        match draft.part {
            Part::Create | Part::Update | Part::Promote | Part::Demote | Part::Unguard => {
                change.attributes.iter().for_each(|(_, value)| value.each_hole(&mut |id| roots.push(id)));
                change.fields.iter().for_each(|delta| delta.after.each_hole(&mut |id| roots.push(id)));
            }
            Part::Guard { position, .. } => {
                let settings = &changes.guards[position].settings;
                settings.iter().for_each(|(_, value)| value.each_hole(&mut |id| roots.push(id)));
            }
            _ => {}
        }
    }
    for change in &changes.changes {
        change.fields.iter().for_each(|delta| delta.after.each_hole(&mut |id| roots.push(id)));
    }
    for conditions in changes.conditions.values() {
        for (_, condition, message) in conditions {
            condition.each_hole(&mut |id| roots.push(id));
            message.each_hole(&mut |id| roots.push(id));
        }
    }
    changes.outputs.values().for_each(|value| value.each_hole(&mut |id| roots.push(id)));
    roots
}

struct Writer<'a> {
    question: &'a Question<'a>,
    changes: &'a Changes,
    drafts: &'a Drafts<'a>,
    renumbering: &'a Renumbering,
    position: &'a [u32],
}

impl Writer<'_> {
    fn json(&self, value: &Value) -> Json {
        if value.any(&mut |inner| matches!(inner, Value::Hole(_) | Value::Secret(_))) {
            self.renumbering.value(value).to_json()
        } else {
            value.to_json()
        }
    }

    fn object(&self, object: &Object, keep: impl Fn(&str, &Value) -> bool) -> Json {
        let entries = object.iter().filter(|(name, value)| keep(name, value));
        Json::Object(entries.map(|(name, value)| (name.to_string(), self.json(value))).collect())
    }

    fn step(&self, index: u32, draft: &Draft) -> Step {
        let id = StepId(self.position[index as usize]);
        let mut after: Vec<StepId> =
            draft.after.iter().map(|draft| StepId(self.position[*draft as usize])).collect();
        after.sort_unstable();
        if let Part::Guard { position, .. } = draft.part {
            let guarded = &self.changes.guards[position];
            let guard = &self.question.desired.guards[guarded.guard];
            let doors = guards::doors(self.drafts, index);
            return guards::step(guarded, guard, id, after, doors, &|value| self.json(value));
        }
        let change = &self.changes.changes[draft.change];
        let act = match draft.part {
            Part::Create => Act::Create,
            Part::Fence => Act::Fence,
            Part::Promote => Act::Promote,
            Part::Demote => Act::Demote,
            Part::Retire => Act::Retire,
            Part::Update | Part::Unguard | Part::Claim | Part::Mark => Act::Update,
            Part::Delete | Part::DeleteOld => Act::Delete,
            Part::Remember | Part::Forget | Part::Gather | Part::Await | Part::Guard { .. } => Act::Read,
        };
        let timing = change.kind.timing(act);
        let nothing = matches!(draft.part, Part::Remember | Part::Forget | Part::Gather);
        Step {
            id,
            verb: match draft.part {
                Part::Update if label(change) == "shift" => Verb::Shift,
                part => part.verb(),
            },
            address: change.address.clone(),
            kind: change.kind.name.to_owned(),
            place: change.place.name.to_string(),
            after,
            ask: self.ask(draft.part, change),
            why: match draft.part {
                Part::Unguard => "it is guarded against deletion".to_owned(),
                Part::Gather => "what comes behind waits for many".to_owned(),
                Part::Mark => "it tells the role of its site".to_owned(),
                Part::Await => "its source may still have what it has not".to_owned(),
                Part::Retire => "it makes room for a replica, and is kept".to_owned(),
                _ => change.why.clone(),
            },
            one_way: draft.part == Part::Promote,
            maybe: self.is_maybe(draft.change)
                && matches!(draft.part, Part::Update | Part::Create | Part::DeleteOld),
            conditions: self.conditions(draft.part, change.instance),
            seconds: match draft.part {
                _ if nothing => (0, 0),
                Part::Claim | Part::Mark => TAGGING,
                Part::Await => AWAITING,
                _ => (timing.p50_seconds, timing.p90_seconds),
            },
        }
    }

    fn conditions(&self, part: Part, instance: Option<InstanceId>) -> Vec<StepCondition> {
        let known = instance.and_then(|id| self.changes.conditions.get(&id));
        let found = known.filter(|_| matches!(part, Part::Create | Part::Update | Part::Promote));
        let to_step = |(after, condition, message): &(bool, Value, Value)| StepCondition {
            after: *after,
            condition: self.json(condition),
            message: self.json(message),
        };
        found.map(|all| all.iter().map(to_step).collect()).unwrap_or_default()
    }

    fn ask(&self, part: Part, change: &Change) -> Ask {
        let native_id = change.native_id.to_string();
        let known = || change.live.as_ref().and_then(|live| live.version.as_ref().map(ToString::to_string));
        // A step before it moves the version: tags that are written, a guard that is switched off.
        let fenced = |other: &Change| other.fences && other.instance == change.instance;
        let moves = change.promotes().is_some()
            || change.demotes().is_some()
            || change.mark.is_some()
            || self.changes.changes.iter().any(fenced);
        let version = |moved: bool| if moved || moves || change.claim.is_some() { None } else { known() };
        let is_local = |name: &str| change.kind.field(name).is_some_and(|row| row.local);
        let given = |_: &str, value: &Value| !value.is_null();
        let plain = |value: &Value| !value.is_null() && !value.has_hole() && !value.has_secret();
        let owner = || self.question.owner(&change.address);
        let perform = |act, changes, owner| Ask::Perform {
            act,
            native_id: change.native_id.to_string(),
            changes,
            attributes: self.object(&change.attributes, |_, value| plain(value)),
            planned: false,
            inherited: BTreeMap::new(),
            owner,
        };
        match part {
            Part::Create => {
                Ask::Create { attributes: self.object(&change.attributes, given), owner: owner() }
            }
            Part::Update => Ask::Update {
                native_id,
                version: version(false),
                changes: self.deltas(change.updates()),
                attributes: self.object(&change.attributes, given),
            },
            Part::Promote => Ask::Perform {
                act: PerformAct::Promote,
                native_id,
                changes: self.deltas(change.promotes().into_iter()),
                attributes: self.object(&change.attributes, |_, value| plain(value)),
                planned: self.question.operation == Operation::Switchover && change.kind.switches(),
                inherited: change.inherited.clone(),
                owner: None,
            },
            Part::Demote => perform(PerformAct::Demote, self.deltas(change.demotes().into_iter()), None),
            Part::Fence => perform(PerformAct::Fence, self.deltas(change.fields.iter()), None),
            Part::Retire => {
                let name = change.retired_name(self.changes.epoch);
                let named = name.map(|(field, name)| (field.to_owned(), Json::from(&*name)));
                let owner = self.question.retired(&change.address);
                perform(PerformAct::Retire, Json::Object(named.into_iter().collect()), Some(owner))
            }
            Part::Await => Ask::Await {
                native_id,
                field: change.kind.lag().unwrap_or_default().to_owned(),
                settle_seconds: SETTLE_SECONDS,
                within_seconds: CATCH_UP_SECONDS,
            },
            Part::Unguard => Ask::Update {
                native_id,
                version: version(false),
                changes: self.deltas(change.guards()),
                attributes: self.object(&change.attributes, |_, value| plain(value)),
            },
            Part::Delete | Part::DeleteOld => Ask::Delete {
                native_id,
                version: version(change.guards().next().is_some()),
                attributes: self.object(&change.attributes, |name, value| is_local(name) && plain(value)),
                replaced: part == Part::DeleteOld,
            },
            Part::Claim => Ask::Claim { native_id, owner: owner(), from: change.from.clone(), mark: None },
            Part::Mark => Ask::Claim { native_id, owner: owner(), from: None, mark: change.mark.clone() },
            Part::Remember => Ask::Remember { native_id },
            Part::Forget => Ask::Forget { native_id },
            Part::Gather | Part::Guard { .. } => Ask::Nothing,
        }
    }

    fn deltas<'d>(&self, deltas: impl Iterator<Item = &'d Delta>) -> Json {
        Json::Object(deltas.map(|delta| (delta.field.name.to_owned(), self.json(&delta.after))).collect())
    }

    fn is_maybe(&self, index: usize) -> bool {
        self.changes.changes[index].maybe && !self.drafts.sure.contains(&index)
    }

    fn change(&self, index: usize, change: &Change, steps: Vec<StepId>) -> PlannedChange {
        PlannedChange {
            address: change.address.clone(),
            kind: change.kind.name.to_owned(),
            action: change.action,
            label: label(change).to_owned(),
            held: change.held.clone(),
            why: change.why.clone(),
            maybe: self.is_maybe(index),
            create_first: change.create_first,
            from: change.from.clone(),
            fields: change.fields.iter().map(|delta| self.delta(delta)).collect(),
            steps,
        }
    }

    fn delta(&self, delta: &Delta) -> FieldChange {
        let hidden = delta.field.sensitive || delta.after.has_secret() || delta.before.has_secret();
        let shown = |value: &Value| match hidden && !value.is_null() {
            true => Json::from("(sensitive)"),
            false => self.json(value),
        };
        FieldChange {
            name: delta.field.name.to_owned(),
            before: shown(&delta.before),
            after: shown(&delta.after),
            forces_replacement: delta.replaces,
            sensitive: hidden,
        }
    }

    fn outputs(&self) -> BTreeMap<String, PlannedOutput> {
        let outputs = self.changes.outputs.iter().map(|(name, value)| {
            let sensitive = self.question.desired.outputs.get(name).is_some_and(|output| output.sensitive);
            let output = PlannedOutput { value: self.json(value), ty: value.ty().to_json(), sensitive };
            (name.to_string(), output)
        });
        outputs.collect()
    }
}

/// The word that people see.
fn label(change: &Change) -> &'static str {
    let within = |fields: &[&str]| {
        !fields.is_empty()
            && !change.fields.is_empty()
            && change.fields.iter().all(|delta| fields.contains(&delta.field.name))
    };
    match change.action {
        Action::Keep if change.from.is_some() => "move",
        Action::Keep if change.claim.is_some() => "adopt",
        Action::Keep if change.mark.is_some() => "mark",
        Action::Keep => "keep",
        Action::Create => "create",
        Action::Update if change.fences => "fence",
        Action::Update if change.promotes().is_some() => "promote",
        Action::Update if change.demotes().is_some() => "demote",
        Action::Update if within(change.kind.scalable()) => "scale",
        Action::Update if within(change.kind.shiftable()) => "shift",
        Action::Update => "update",
        Action::Replace => "replace",
        Action::Delete => "delete",
        Action::Adopt => "adopt",
        Action::Forget => "forget",
    }
}

fn sites(question: &Question<'_>, changes: &Changes) -> Vec<PlannedSite> {
    let topology = question.topology;
    // A drill is about its shadow, and the site that this is one of.
    let told = |id: &SiteId| topology.shadow.is_none_or(|shadow| [shadow.site, shadow.of].contains(id));
    topology
        .site_ids()
        .filter(told)
        .map(|id| {
            let site = topology.site(id);
            let role = question.assignment.role(id);
            // Nobody tried to reach a lost site.
            let unreachable = changes.unknown.get(&site.name).filter(|_| role != Role::Lost);
            PlannedSite {
                name: site.name.to_string(),
                provider: site.provider.name.to_owned(),
                region: site.region.to_string(),
                role,
                declared: declared(question.memory.declarations.get(&site.name), role),
                unreachable: unreachable.map(ToString::to_string),
            }
        })
        .collect()
}

/// What is said of a role that holds because it was declared.
fn declared(declaration: Option<&Declaration>, role: Role) -> Option<String> {
    let declaration = declaration.filter(|declaration| declaration.role == role)?;
    Some(match &declaration.incident {
        Some(incident) => format!("declared for {incident}"),
        None => "declared".to_owned(),
    })
}

fn places(question: &Question<'_>, changes: &Changes) -> BTreeMap<String, PlannedPlace> {
    let mut used = BTreeMap::new();
    for place in question.desired.places.values().chain(changes.changes.iter().map(|change| &change.place)) {
        used.insert(&place.name, place);
    }
    let silent = |name| changes.unknown.get(name).filter(|_| !changes.idle.contains(name));
    let planned = used.into_iter().map(|(name, place)| {
        let planned = PlannedPlace {
            provider: place.provider.to_string(),
            region: place.region.to_string(),
            account: place.account.as_ref().map(ToString::to_string),
            global: place.global,
            unreachable: silent(name).filter(|_| place.global).map(ToString::to_string),
            settings: place.settings.to_json(),
        };
        (name.to_string(), planned)
    });
    planned.collect()
}

fn notes(changes: &Changes) -> Vec<Note> {
    let mut notes: Vec<Note> = changes
        .notes
        .iter()
        .map(|note| Note {
            code: note.code.id().to_owned(),
            address: note.address.as_ref().and_then(|address| address.parse::<Address>().ok()),
            message: note.message.clone(),
            failed: note.severity == Severity::Error,
        })
        .collect();
    for (name, passed, message) in &changes.checks {
        let message = match passed {
            Some(true) => continue,
            Some(false) => format!("{name}: {message}"),
            None => format!("{name}: it is not known yet"),
        };
        let failed = *passed == Some(false);
        notes.push(Note { code: codes::CHECK.id().to_owned(), address: None, message, failed });
    }
    notes.sort();
    notes
}

impl Step {
    /// Whether the step makes a call.
    pub fn calls(&self) -> bool {
        !matches!(self.ask, Ask::Nothing | Ask::Remember { .. } | Ask::Forget { .. }) && !self.ask.is_guard()
    }
}
