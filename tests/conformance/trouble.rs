//! Trouble on the way: throttles and failures by chance, and connections that break before or behind a changing call.
//!
//! Whatever happens, a few applies lead to what one undisturbed apply makes: nothing twice, nothing missing.

use std::collections::BTreeMap;

use relight::plan::Operation;
use relight_bed::{Nth, Proxy, Rule, Settings, Trouble};
use relight_contract::{Act, Identity};

use super::case::Variant;
use super::course::{Checked, Course, told};

/// The most objects on a page: so few that a list of several has several pages.
const PAGE: usize = 2;

/// No trouble, but small pages.
pub const CALM: Settings = Settings {
    latency_milliseconds: 0,
    seed: 1,
    throttled_percent: 0,
    limit_per_second: 0,
    failed_percent: 0,
    page: Some(PAGE),
    account: None,
};

/// Throttles and failures such as a busy region has.
const BUSY: Settings = Settings { throttled_percent: 20, failed_percent: 5, ..CALM };

/// How many applies may be needed: one, one more for what a broken connection left open, and one in reserve.
const MOST_APPLIES: u32 = 3;

/// The changing calls of the subject, verb by verb: the operation, and which of its calls in that run.
#[derive(Default)]
struct Calls {
    create: Vec<(String, u64)>,
    update: Vec<(String, u64)>,
    delete: Vec<(String, u64)>,
}

/// What stands, by what it is: names and ids differ between runs.
type Shape = BTreeMap<String, u64>;

impl Course<'_> {
    /// A busy region is only slower.
    pub fn weather(&mut self) -> Checked {
        let Some(shape) = self.begin()? else { return Ok(0) };
        self.proxy(|proxy| proxy.set(BUSY));
        let ended = self.life(&shape, &Calls::default(), 0, None);
        self.proxy(|proxy| proxy.set(CALM));
        ended
    }

    /// The answer to a changing call is lost after its effect: to each in turn.
    pub fn cut(&mut self) -> Checked {
        let Some((shape, calls)) = self.measured()? else { return Ok(0) };
        let longest = calls.create.len().max(calls.update.len()).max(calls.delete.len());
        let mut checks = 0;
        for nth in 0..longest {
            checks += self.life(&shape, &calls, nth, Some(Trouble::LoseAnswer))?;
        }
        Ok(checks)
    }

    /// A changing call is lost before its effect: the first of each verb.
    pub fn lost(&mut self) -> Checked {
        let Some((shape, calls)) = self.measured()? else { return Ok(0) };
        self.life(&shape, &calls, 0, Some(Trouble::LoseRequest))
    }

    /// What one undisturbed apply makes; everything is destroyed again. `None` where nobody makes trouble.
    fn begin(&mut self) -> Result<Option<Shape>, String> {
        Ok(self.measured()?.map(|(shape, _)| shape))
    }

    fn measured(&mut self) -> Result<Option<(Shape, Calls)>, String> {
        if self.ground.proxy().is_none() {
            return Ok(None);
        }
        let mut calls = Calls::default();
        let mut mark = self.seen();
        self.case.write(self.folder.path(), Variant::Base);
        self.converge(Operation::Apply)?;
        calls.create = self.calls_since(&mut mark, Act::Create);
        let shape = self.shape();
        if !self.case.example.update.is_empty() {
            self.case.write(self.folder.path(), Variant::Updated);
            self.converge(Operation::Apply)?;
            calls.update = self.calls_since(&mut mark, Act::Update);
        }
        self.converge(Operation::Destroy)?;
        calls.delete = self.calls_since(&mut mark, Act::Delete);
        self.nothing_is_left()?;
        Ok(Some((shape, calls)))
    }

    /// From nothing to nothing, with the nth changing call of each verb in trouble.
    fn life(&mut self, shape: &Shape, calls: &Calls, nth: usize, trouble: Option<Trouble>) -> Checked {
        let in_trouble = |verb: &[(String, u64)]| trouble.zip(verb.get(nth).cloned());
        self.case.write(self.folder.path(), Variant::Base);
        let told_of = self.disturb(in_trouble(&calls.create));
        self.converge(Operation::Apply).map_err(|text| format!("{told_of}{text}"))?;
        self.is_quiet(&format!("{told_of}after the creation"))?;
        let made = self.shape();
        if made != *shape {
            return Err(format!("{told_of}there is {made:#?}, not {shape:#?}"));
        }
        let mut checks = 3 + self.tokens_were_kept(&told_of)?;
        if !self.case.example.update.is_empty() {
            self.case.write(self.folder.path(), Variant::Updated);
            let told_of = self.disturb(in_trouble(&calls.update));
            self.converge(Operation::Apply).map_err(|text| format!("{told_of}{text}"))?;
            self.is_quiet(&format!("{told_of}after the update"))?;
            checks += 2;
        }
        let told_of = self.disturb(in_trouble(&calls.delete));
        self.converge(Operation::Destroy).map_err(|text| format!("{told_of}{text}"))?;
        self.proxy(Proxy::clear);
        let left = self.nothing_is_left().map_err(|text| format!("{told_of}{text}"))?;
        Ok(checks + 1 + left)
    }

    /// Makes trouble for one call; tells of what, for messages.
    fn disturb(&mut self, what: Option<(Trouble, (String, u64))>) -> String {
        self.proxy(Proxy::clear);
        let Some((trouble, (operation, nth))) = what else { return String::new() };
        let rule = Rule::new(Nth::Only(nth), trouble).operation(operation.clone());
        self.proxy(|proxy| proxy.add(rule));
        format!("{trouble:?} at {operation} number {nth}: ")
    }

    /// Plans and applies until there is nothing to do: what a person does who sees an apply fail.
    fn converge(&mut self, operation: Operation) -> Result<(), String> {
        let mut last = Ok(());
        for _ in 0..MOST_APPLIES {
            super::outside::settle(self.ground.transport());
            let planned = match self.plan(operation.clone()) {
                Ok(planned) if planned.plan.is_empty() => return Ok(()),
                Ok(planned) => planned,
                Err(text) => {
                    last = Err(text);
                    continue;
                }
            };
            let plan = planned.plan.clone();
            last = self.apply(planned).map_err(|text| told(&text, &plan));
            if last.is_ok() {
                return Ok(());
            }
        }
        last
    }

    fn proxy(&self, act: impl FnOnce(&Proxy)) {
        if let Some(proxy) = self.ground.proxy() {
            act(proxy);
        }
    }

    fn seen(&self) -> usize {
        self.ground.proxy().map_or(0, |proxy| proxy.seen().len())
    }

    /// The subject's changing calls of a verb since a mark, which moves on.
    fn calls_since(&self, mark: &mut usize, act: Act) -> Vec<(String, u64)> {
        let table = self.case.kind.operation(act).map_or(&[][..], |operation| operation.calls);
        let is_ours = |name: &str| table.iter().any(|call| call.rsplit(':').next() == Some(name));
        let seen = self.ground.proxy().map(Proxy::seen).unwrap_or_default();
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        let mut calls = Vec::new();
        for seen in seen.iter().skip(*mark).filter(|seen| seen.call.changes_anything()) {
            let count = counts.entry(seen.call.operation.clone()).or_default();
            *count += 1;
            if is_ours(&seen.call.operation) {
                calls.push((seen.call.operation.clone(), *count));
            }
        }
        *mark = seen.len();
        calls
    }

    fn shape(&mut self) -> Shape {
        let mut shape = Shape::new();
        let before = self.before.clone();
        for line in self.ground.standing().into_iter().filter(|line| !before.contains(line)) {
            let what: Vec<&str> = line.split(' ').take(3).collect();
            *shape.entry(what.join(" ")).or_default() += 1;
        }
        shape
    }

    /// That a create of class B was made again only with its token, and the same in every word.
    fn tokens_were_kept(&self, told_of: &str) -> Checked {
        let (Identity::Token, Some(proxy)) = (self.case.kind.identity, self.ground.proxy()) else {
            return Ok(0);
        };
        let create = self.case.kind.operation(Act::Create).and_then(|operation| operation.calls.first());
        let name = create.and_then(|call| call.rsplit(':').next()).unwrap_or_default();
        match proxy.tokens().get(name) {
            None => Err(format!("{told_of}{name} was called without a token")),
            Some(uses) if uses.mismatches > 0 => {
                Err(format!("{told_of}{name} was not the same again: {uses:?}"))
            }
            Some(_) => Ok(1),
        }
    }
}
