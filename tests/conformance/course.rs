//! The course of one example: what a user does with it, stage by stage, and what must be seen meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use relight::journal::Outcome;
use relight::memory::Memory;
use relight::plan::{Action as Change, Operation, Plan, PlannedChange};
use relight::shell::pipeline::Planned;
use relight_contract::{Action, Identity, Live, Object, Place, Shape, Value};
use tempfile::TempDir;

use super::case::{Case, Variant};
use super::ground::Ground;
use super::stage::Stage;
use super::{outside, support};

/// How often a place that does not answer is looked at.
const MOST_LOOKS: u32 = 3;

/// What a stage comes to: how many checks held, or what is wrong.
pub type Checked = Result<u32, String>;

/// One example on its way.
pub struct Course<'g> {
    pub(super) ground: &'g mut dyn Ground,
    pub(super) case: Case,
    pub(super) folder: TempDir,
    pub(super) memory: Memory,
    runs: u32,
    /// What stood there before.
    pub(super) before: Vec<String>,
    /// The subject before its last change, and the fields that this changed.
    earlier: Option<Live>,
    changed: Vec<String>,
    /// Fields that this cloud does not tell back, by kind, and those that it has not told back so far.
    untold: &'g BTreeSet<(&'static str, &'static str)>,
    pub met: BTreeSet<(&'static str, &'static str)>,
}

/// The subject as it stands.
struct Subject {
    place: Arc<Place>,
    live: Live,
    /// The fields of the spec.
    wanted: Object,
}

impl<'g> Course<'g> {
    pub fn new(
        ground: &'g mut dyn Ground,
        case: Case,
        untold: &'g BTreeSet<(&'static str, &'static str)>,
    ) -> Course<'g> {
        Course {
            ground,
            case,
            folder: tempfile::tempdir().expect("a folder"),
            memory: Memory::default(),
            runs: 0,
            before: Vec::new(),
            earlier: None,
            changed: Vec::new(),
            untold,
            met: BTreeSet::new(),
        }
    }

    /// Goes through a stage.
    pub fn check(&mut self, stage: Stage) -> Checked {
        match stage {
            Stage::Create => self.create(),
            Stage::Read => self.read(),
            Stage::Forget => self.forget(),
            Stage::Update => self.update(),
            Stage::Edit => self.edit(),
            Stage::Tag => self.tag(),
            Stage::Back => self.back(),
            Stage::Replace => self.replace(),
            Stage::Force => self.force(),
            Stage::Delete => self.delete(),
            Stage::Destroy => self.destroy(),
            Stage::Weather => self.weather(),
            Stage::Cut => self.cut(),
            Stage::Lost => self.lost(),
        }
    }

    fn create(&mut self) -> Checked {
        self.case.write(self.folder.path(), Variant::Base);
        let planned = self.plan(Operation::Apply)?;
        // Reading makes some clouds make what every account has.
        self.before = self.ground.standing();
        self.apply(planned)?;
        self.is_quiet("after the creation")?;
        Ok(2)
    }

    fn read(&mut self) -> Checked {
        self.subject()?;
        Ok(1)
    }

    fn forget(&mut self) -> Checked {
        let remembered = std::mem::take(&mut self.memory);
        let quiet = self.is_quiet("without memory");
        self.memory = remembered;
        quiet?;
        Ok(1)
    }

    fn update(&mut self) -> Checked {
        if self.case.example.update.is_empty() {
            return Ok(0);
        }
        let subject = self.subject()?;
        let planned = self.vary(Variant::Updated)?;
        for change in self.changes(&planned.plan) {
            if !self.case.is_subject(&change.address) || change.action != Change::Update {
                return Err(told("more than an update of the subject is planned", &planned.plan));
            }
        }
        self.note(&subject, &planned.plan, false)?;
        self.apply(planned)?;
        self.is_quiet("after the update")?;
        let now = self.subject()?.live.native_id;
        if now != subject.live.native_id {
            return Err(format!("an update made {now} of {}", subject.live.native_id));
        }
        Ok(4)
    }

    fn edit(&mut self) -> Checked {
        let names = self.missed()?;
        let Some(earlier) = self.earlier.clone().filter(|_| !names.is_empty()) else { return Ok(0) };
        let changes = self.values(&earlier, &names);
        self.edit_to(changes)
    }

    fn tag(&mut self) -> Checked {
        let is_map =
            |field: &&str| self.case.kind.field(field).is_some_and(|row| matches!(row.shape, Shape::Map(_)));
        let Some(field) = self.case.kind.tags.filter(is_map) else { return Ok(0) };
        let planned = self.vary(Variant::Tagged(field))?;
        self.apply(planned)?;
        self.is_quiet("with tags")?;
        let tags = [("team", Value::from("somebody"))].into_iter().collect();
        let changes = [(field, Value::map(relight_contract::Type::String, tags))].into_iter().collect();
        Ok(2 + self.edit_to(changes)?)
    }

    fn back(&mut self) -> Checked {
        let planned = self.vary(Variant::Base)?;
        self.apply(planned)?;
        self.is_quiet("once the update is taken back")?;
        Ok(2)
    }

    fn replace(&mut self) -> Checked {
        self.changed.clear();
        if self.case.example.replace.is_empty() {
            return Ok(0);
        }
        let subject = self.subject()?;
        let planned = self.vary(Variant::Replaced)?;
        self.expect(&planned.plan, Change::Replace, &[])?;
        self.note(&subject, &planned.plan, true)?;
        self.apply(planned)?;
        self.is_quiet("after the replacement")?;
        let now = self.subject()?.live.native_id;
        let is_new = match self.case.kind.identity {
            Identity::Name(rule) => self.changed.iter().any(|name| name == rule.attribute),
            Identity::Key(fields) => self.changed.iter().any(|name| fields.contains(&name.as_str())),
            Identity::Token | Identity::Server => true,
        };
        if is_new && now == subject.live.native_id {
            return Err(format!("the replacement of {} is {now}", subject.live.native_id));
        }
        Ok(4)
    }

    fn force(&mut self) -> Checked {
        // Another name or key is another object.
        let is_name = |name: &str| match self.case.kind.identity {
            Identity::Name(rule) => rule.attribute == name,
            Identity::Key(fields) => fields.contains(&name),
            Identity::Token | Identity::Server => false,
        };
        let names: Vec<String> = self.missed()?.into_iter().filter(|name| !is_name(name)).collect();
        let Some(earlier) = self.earlier.clone().filter(|_| !names.is_empty()) else { return Ok(0) };
        let changes = self.values(&earlier, &names);
        let subject = self.subject()?;
        let id = subject.live.native_id.clone();
        match self.ground.force(&subject.place, self.case.kind, &id, &changes) {
            None => return Ok(0),
            Some(forced) => forced.map_err(|fault| format!("cannot be forced: {fault}"))?,
        }
        let planned = self.look()?;
        self.expect(&planned.plan, Change::Replace, &names)?;
        self.apply(planned)?;
        self.is_quiet("once healed")?;
        Ok(3)
    }

    fn delete(&mut self) -> Checked {
        let subject = self.subject()?;
        let mut local = subject.wanted.clone();
        local.retain(|name, _| self.case.kind.field(name).is_some_and(|row| row.local));
        let action = Action::Delete {
            kind: self.case.kind,
            native_id: subject.live.native_id.clone(),
            version: None,
            attributes: local,
        };
        let gone = outside::ask(self.ground.transport(), &subject.place, action);
        gone.map_err(|fault| format!("cannot be deleted by others: {fault}"))?;
        let planned = self.look()?;
        self.expect(&planned.plan, Change::Create, &[])?;
        self.apply(planned)?;
        self.is_quiet("once made again")?;
        Ok(3)
    }

    fn destroy(&mut self) -> Checked {
        let planned = self.plan(Operation::Destroy)?;
        self.apply(planned)?;
        self.nothing_is_left()
    }

    pub(super) fn nothing_is_left(&mut self) -> Checked {
        outside::settle(self.ground.transport());
        let after = self.ground.standing();
        let left: Vec<&String> = after.iter().filter(|object| !self.before.contains(object)).collect();
        let gone: Vec<&String> = self.before.iter().filter(|object| !after.contains(object)).collect();
        if !left.is_empty() || !gone.is_empty() {
            return Err(format!("left behind: {left:#?}; gone though it is not ours: {gone:#?}"));
        }
        Ok(2)
    }

    /// Somebody sets fields of the subject: the plan names them, and applying it heals them.
    fn edit_to(&mut self, changes: Object) -> Checked {
        let subject = self.subject()?;
        let names: Vec<String> = changes.names().map(ToString::to_string).collect();
        let mut attributes = subject.live.attributes.clone();
        for (name, value) in &changes {
            attributes.insert(name.clone(), value.clone());
        }
        let action = Action::Update {
            kind: self.case.kind,
            native_id: subject.live.native_id.clone(),
            changes,
            attributes,
            version: subject.live.version.clone(),
        };
        let edited = outside::ask(self.ground.transport(), &subject.place, action);
        edited.map_err(|fault| format!("cannot be changed by others: {fault}"))?;
        let planned = self.look()?;
        self.expect(&planned.plan, Change::Update, &names)?;
        self.apply(planned)?;
        self.is_quiet("once healed")?;
        Ok(3)
    }

    /// The changed fields that somebody would miss: not what the cloud does not tell, nor what the spec does not say.
    fn missed(&mut self) -> Result<Vec<String>, String> {
        let wanted = self.subject()?.wanted;
        let told = |name: &str| self.case.kind.field(name).is_some_and(|row| !row.write_only);
        let said = |name: &str| wanted.get(name).is_some_and(|value| !value.is_null());
        Ok(self.changed.iter().filter(|name| told(name) && said(name)).cloned().collect())
    }

    /// The values that fields had; null for none.
    fn values(&self, live: &Live, names: &[String]) -> Object {
        let rows = names.iter().filter_map(|name| self.case.kind.field(name));
        let value = |name| live.get(name).cloned();
        rows.map(|row| (row.name, value(row.name).unwrap_or(Value::Null(row.ty())))).collect()
    }

    /// Keeps what the subject was, and the fields that a plan changes of it.
    fn note(&mut self, subject: &Subject, plan: &Plan, forced: bool) -> Result<(), String> {
        let change = self.change(plan).ok_or_else(|| told("no change of the subject is planned", plan))?;
        let fields = change.fields.iter().filter(|field| !forced || field.forces_replacement);
        self.changed = fields.map(|field| field.name.clone()).collect();
        self.earlier = Some(subject.live.clone());
        Ok(())
    }

    fn change<'p>(&self, plan: &'p Plan) -> Option<&'p PlannedChange> {
        plan.content.changes.iter().find(|change| self.case.is_subject(&change.address))
    }

    /// That a plan does this to the subject, and names the fields.
    fn expect(&self, plan: &Plan, action: Change, names: &[String]) -> Result<(), String> {
        let change = self.change(plan).filter(|change| change.action == action && change.held.is_none());
        let Some(change) = change else {
            return Err(told(&format!("{action:?} of the subject is not planned"), plan));
        };
        let missing = names.iter().find(|name| !change.fields.iter().any(|field| field.name == **name));
        missing.map_or(Ok(()), |name| Err(told(&format!("`{name}` is not named"), plan)))
    }

    /// The changes that count: not those of fields that the cloud does not tell back.
    fn changes<'p>(&mut self, plan: &'p Plan) -> Vec<&'p PlannedChange> {
        let mut left = Vec::new();
        for change in plan.content.changes.iter().filter(|change| change.action != Change::Keep) {
            let met = change.fields.iter().map(|field| {
                let untold = self.untold.iter();
                untold.copied().find(|(kind, name)| *kind == change.kind && *name == field.name)
            });
            match met.collect::<Option<Vec<_>>>() {
                Some(met) if change.action == Change::Update && !met.is_empty() => self.met.extend(met),
                _ => left.push(change),
            }
        }
        left
    }

    pub(super) fn is_quiet(&mut self, when: &str) -> Result<(), String> {
        let planned = self.look()?;
        match self.changes(&planned.plan).is_empty() {
            true => Ok(()),
            false => Err(told(&format!("{when} there is a difference"), &planned.plan)),
        }
    }

    /// Another spec, and the plan of it.
    pub(super) fn vary(&mut self, variant: Variant) -> Result<Planned, String> {
        self.case.write(self.folder.path(), variant);
        self.look()
    }

    /// A plan, once everybody sees what was changed.
    pub(super) fn look(&mut self) -> Result<Planned, String> {
        outside::settle(self.ground.transport());
        self.plan(Operation::Apply)
    }

    /// A plan of all that can be read. On a machine with much else to do a server may answer later than a plan waits:
    /// then it is looked at again.
    pub(super) fn plan(&mut self, operation: Operation) -> Result<Planned, String> {
        let mut unreachable = BTreeMap::new();
        for _ in 0..MOST_LOOKS {
            let mut loaded = support::load(self.folder.path(), &[]);
            let planned = loaded.plan(operation.clone(), &self.memory, self.ground.transport());
            let planned = planned.ok_or_else(|| loaded.problems())?;
            if planned.unreachable.is_empty() {
                return Ok(planned);
            }
            unreachable = planned.unreachable;
        }
        Err(format!("cannot be read: {unreachable:?}"))
    }

    pub(super) fn apply(&mut self, planned: Planned) -> Result<(), String> {
        self.runs += 1;
        let plan = planned.plan.clone();
        let name = format!("run-{}", self.runs);
        let (outcome, entries) = support::run(planned, &name, &mut self.memory, self.ground.transport());
        if matches!(outcome, Outcome::Completed { .. }) {
            return Ok(());
        }
        let texts = entries.iter().map(|entry| serde_json::to_string(entry).expect("an entry"));
        let failed: Vec<String> = texts.filter(|text| text.contains("\"failed\"")).collect();
        Err(told(&format!("{outcome:?}\n{}", failed.join("\n")), &plan))
    }

    /// The subject as the cloud tells it.
    fn subject(&mut self) -> Result<Subject, String> {
        let mut loaded = support::load(self.folder.path(), &[]);
        let desired = loaded.desired(self.ground.transport()).ok_or_else(|| loaded.problems())?;
        let mut instances = desired.instances.into_iter();
        let instance = instances.find(|instance| self.case.is_subject(&instance.address));
        let instance = instance.expect("the subject");
        let item = self.memory.inventory.get(&instance.address).ok_or("the subject is not remembered")?;
        let read = Action::Read { kind: self.case.kind, native_id: item.native_id.clone() };
        let live = outside::ask(self.ground.transport(), &instance.place, read);
        let live = live.map_err(|fault| format!("cannot be read: {fault}"))?;
        let live = live.ok_or_else(|| format!("{} is not there", item.native_id))?;
        Ok(Subject { place: instance.place, live, wanted: instance.attributes })
    }
}

pub(super) fn told(what: &str, plan: &Plan) -> String {
    format!("{what}\n{}", support::plan_text(plan))
}
