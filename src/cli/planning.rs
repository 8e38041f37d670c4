//! From a session to a plan: what plan, apply, destroy and output have in common.

use std::collections::BTreeSet;
use std::sync::Arc;

use relight_contract::{Name, Role, Value};

use super::arguments::{CloudArguments, Format, Narrowing};
use super::clouds::Clouds;
use super::console::unknown_site;
use super::exit::{Exit, Reason};
use super::problem::Problem;
use super::render::duration;
use super::render::markdown::markdown;
use super::render::plan::{View, render};
use super::roles::{Roles, Situation};
use super::session::Session;
use super::{Cli, advice, check, drill, stores};
use crate::desired::Assignment;
use crate::diag::{Diagnostics, Severity, codes};
use crate::diff::{declared, earlier};
use crate::expr::Vault;
use crate::memory::{Memory, digest};
use crate::plan::{Operation, Plan, spec_hash, variables};
use crate::report::words::rfc3339;
use crate::run::places;
use crate::shell::again::{Again, again};
use crate::shell::pipeline::{self, Bound, Planned, Request};
use crate::shell::store::Store;
use crate::shell::transport::Transport;
use crate::shell::watch::Calls;
use crate::topology::Topology;

/// How long a saved plan is good for, in milliseconds: a day.
const LIFETIME_MILLISECONDS: u64 = 24 * 60 * 60 * 1000;

/// Everything that planning needs, open.
pub(super) struct Planning {
    pub(super) session: Session,
    pub(super) clouds: Clouds,
    pub(super) store: Store,
    /// In a drill the store of the topology: it is read for the roles that hold, and never written.
    main: Option<Store>,
    key: Arc<[u8]>,
    /// The roles that the command line gives.
    roles: Vec<(Name, Role)>,
}

/// Where a failback stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leg {
    /// Sites have to be standbys again first.
    Reprotect,
    /// What serves has to move home.
    Switchover,
    /// Nobody is away.
    Home,
}

impl Planning {
    /// Opens clouds and store for a spec without errors.
    pub(super) fn open(
        session: Session,
        options: &CloudArguments,
        cli: &mut Cli<'_>,
    ) -> Result<Planning, Problem> {
        let topology = &session.bound(cli)?.topology;
        let mut store = stores::open(&cli.globals.directory, topology, options.sandbox)?;
        let mut main = None;
        if let Some(shadow) = topology.shadow {
            let own = stores::drill(&store, &topology.site(shadow.of).name);
            main = Some(std::mem::replace(&mut store, own));
        }
        let clouds = Clouds::open(cli, options, topology, &session.registry, &store)?;
        let key = store.key()?;
        let lost = options.lost.iter().map(|site| (site.as_str().into(), Role::Lost)).collect();
        Ok(Planning { session, clouds, store, main, key, roles: lost })
    }

    /// Plans from here on for the roles that an operation gives.
    pub(super) fn give(&mut self, roles: &Roles<'_>) -> Result<(), Problem> {
        let memory = self.memory()?;
        let Some(bound) = &self.session.bound else { return Err(Problem::told()) };
        let lost: Vec<String> = self.lost().iter().map(ToString::to_string).collect();
        let situation = Situation {
            topology: &bound.topology,
            memory: &memory,
            now: declared(&bound.topology, &memory),
            lost: &lost,
        };
        self.roles = roles.give(&situation)?;
        Ok(())
    }

    /// Stops where the site that is to be drilled is no standby.
    pub(super) fn drillable(&self, site: &str) -> Result<(), Problem> {
        let Some(bound) = &self.session.bound else { return Err(Problem::told()) };
        let now = assignment(&bound.topology, &self.memory()?, &self.roles)?;
        drill::drillable(&bound.topology, &now, site)
    }

    /// What is remembered. A drill remembers its own objects, and the roles that hold for everybody.
    fn memory(&self) -> Result<Memory, Problem> {
        let mut memory = self.store.memory()?;
        if let Some(main) = &self.main {
            let told = main.memory()?;
            memory.declarations = told.declarations;
            memory.epoch = told.epoch;
        }
        Ok(memory)
    }

    /// Plans from here on as if a site were lost.
    pub(super) fn suppose(&mut self, lost: &Name, takes_over: Option<&str>) -> Result<(), Problem> {
        self.roles = vec![(lost.clone(), Role::Lost)];
        self.give(&Roles::Failover { to: takes_over })
    }

    /// The next leg of the way home.
    pub(super) fn leg(&self) -> Result<Leg, Problem> {
        let memory = self.store.memory()?;
        let Some(bound) = self.bound() else { return Err(Problem::told()) };
        let topology = &bound.topology;
        let now = declared(topology, &memory);
        let situation = Situation { topology, memory: &memory, now, lost: &[] };
        Ok(match (situation.closed().is_empty(), memory.declarations.is_empty()) {
            (false, _) => Leg::Reprotect,
            (true, false) => Leg::Switchover,
            (true, true) => Leg::Home,
        })
    }

    /// The key of digests.
    pub(super) fn key(&self) -> Arc<[u8]> {
        self.key.clone()
    }

    /// Plans, and tells what is noteworthy or wrong.
    pub(super) fn plan(
        &mut self,
        operation: Operation,
        narrowing: &Narrowing,
        cli: &mut Cli<'_>,
    ) -> Result<Planned, Problem> {
        let roles = self.roles.clone();
        let mut planned =
            self.asked(operation, narrowing, &roles, cli, |bound, request, clouds, diagnostics| {
                // Clouds take their time, so that nobody waits for what is found meanwhile.
                check::beside(bound, || pipeline::plan(bound, request, clouds, diagnostics))
            })?;
        // What simulated clouds take comes out of the tables: they teach nothing.
        if !self.clouds.simulated {
            planned.plan.learn(&self.store.history()?, &self.session.registry);
        }
        Ok(planned)
    }

    /// Looks again at what a saved plan was made for, under the roles that it was made for.
    pub(super) fn again(&mut self, saved: &Plan, cli: &mut Cli<'_>) -> Result<Again, Problem> {
        let operation = saved.content.operation.clone();
        let roles = self.roles_of(saved);
        // Whoever saved it saw what it promotes.
        let narrowing = Narrowing { accepts_loss: true, ..Narrowing::default() };
        self.asked(operation, &narrowing, &roles, cli, |bound, request, clouds, diagnostics| {
            again(bound, request, saved, clouds, diagnostics)
        })
    }

    /// The roles that a plan was made for, and over them those of the command line.
    fn roles_of(&self, plan: &Plan) -> Vec<(Name, Role)> {
        let planned = plan.roles().map(|(site, role)| (site.into(), role));
        planned.chain(self.roles.clone()).collect()
    }

    fn asked<T>(
        &mut self,
        operation: Operation,
        narrowing: &Narrowing,
        roles: &[(Name, Role)],
        cli: &mut Cli<'_>,
        ask: impl FnOnce(&Bound, &Request<'_>, &mut dyn Transport, &mut Diagnostics) -> Option<T>,
    ) -> Result<T, Problem> {
        let memory = self.memory()?;
        let Planning { session, clouds, key, .. } = self;
        let Session { bound: Some(bound), diagnostics, .. } = session else { return Err(Problem::told()) };
        let before = diagnostics.iter().count();
        let now_text = rfc3339(clouds.now());
        let request = Request {
            earlier: earlier(&operation, &bound.topology, &memory),
            operation,
            assignment: assignment(&bound.topology, &memory, roles)?,
            memory: &memory,
            key,
            targets: narrowing.target.clone(),
            sites: narrowing.site.clone(),
            replace: narrowing.replace.clone(),
            adopt: narrowing.adopt.clone(),
            accepts_loss: narrowing.accepts_loss,
            lifetime: LIFETIME_MILLISECONDS,
            simulated: clouds.simulated,
            now_text: &now_text,
        };
        let answer = ask(bound, &request, clouds, diagnostics);
        if session.diagnostics.iter().count() > before {
            let mut errors = session.diagnostics.iter().filter(|one| one.severity == Severity::Error);
            let contradicted =
                errors.all(|one| [codes::ROLES_CONTRADICTED, codes::REPLICA_ASTRAY].contains(&one.code));
            let reason = if contradicted { Reason::CheckFailed } else { Reason::Error };
            session.told(cli).map_err(|problem| problem.because(reason))?;
        }
        answer.ok_or_else(|| {
            Problem::new("planning was interrupted: nothing was changed").because(Reason::Interrupted)
        })
    }

    /// The sites that the command line calls lost.
    pub(super) fn lost(&self) -> BTreeSet<Name> {
        let lost = self.roles.iter().filter(|(_, role)| *role == Role::Lost);
        lost.map(|(site, _)| site.clone()).collect()
    }

    /// Whether the spec and its variables are those that a plan was made from.
    pub(super) fn is_same_spec(&self, plan: &Plan) -> bool {
        let digest = |value: &Value| digest(&self.key, value);
        self.bound().is_some_and(|bound| spec_hash(&bound.topology, &digest) == plan.content.basis.spec)
    }

    /// The same problem, with the variables that a plan was made with where they are others now.
    pub(super) fn other_spec(&self, plan: &Plan, problem: Problem) -> Problem {
        let Some(bound) = self.bound() else { return problem };
        let now = variables(&bound.topology);
        let others = plan.content.variables.iter().filter(|(name, value)| now.get(*name) != Some(*value));
        let written = others.map(|(name, value)| match value.as_str() {
            Some(text) => format!("--var '{name}={text}'"),
            None => format!("--var '{name}={value}'"),
        });
        let written: Vec<String> = written.collect();
        let secret = bound.topology.variables.iter().filter(|(name, _)| !now.contains_key(&***name));
        let secret: Vec<String> = secret.map(|(name, _)| format!("`{name}`")).collect();
        match (written.is_empty(), secret.is_empty()) {
            (false, _) => problem.hint(format!("it was planned with {}", written.join(" "))),
            (true, false) => {
                problem.hint(format!("the plan does not hold what is sensitive: {}", secret.join(", ")))
            }
            (true, true) => problem,
        }
    }

    /// The secrets of the spec, for a run that was planned by another process. A spec that has changed since may mean
    /// others by the same names: then there are none.
    pub(super) fn vault(&mut self, plan: &Plan) -> Result<Vault, Problem> {
        if !self.is_same_spec(plan) {
            return Ok(Vault::default());
        }
        let memory = self.memory()?;
        let roles = self.roles_of(plan);
        let Planning { session, clouds, .. } = self;
        let Session { bound: Some(bound), diagnostics, .. } = session else { return Err(Problem::told()) };
        let assignment = assignment(&bound.topology, &memory, &roles)?;
        let now_text = rfc3339(clouds.now());
        let desired = pipeline::wanted(bound, &assignment, clouds, &now_text, diagnostics);
        Ok(desired.map(|desired| desired.residuals.vault()).unwrap_or_default())
    }

    /// What is meant.
    pub(super) fn bound(&self) -> Option<&Bound> {
        self.session.bound.as_ref()
    }

    /// Warns of credentials that end before the run does, as far as anybody knows: what nobody renews then is half done.
    pub(super) fn tell_ending_sessions(&self, plan: &Plan, cli: &mut Cli<'_>) {
        let ends_at = self.clouds.now() + plan.envelope.estimate.p90_seconds * 1000;
        // A plan that names a place wrongly is refused when its run begins.
        for place in places(plan).into_iter().flatten().map(|(_, place)| place) {
            let session = self.clouds.session(&place);
            let Some(ending) = session.ok().and_then(|session| session.ends_at).filter(|end| *end < ends_at)
            else {
                continue;
            };
            let left = duration(ending.saturating_sub(self.clouds.now()) / 1000);
            let needed = duration(plan.envelope.estimate.p90_seconds);
            let text = format!(
                "the session of the credentials for `{}` ends in {left}, and the run may take {needed}",
                place.name
            );
            let problem = Problem::new(text)
                .hint("log in anew first; a run that is cut short goes on with `relight apply --resume`");
            cli.terminal.err(&problem.warning(cli.terminal.err_style()));
        }
    }

    /// How plans are shown.
    pub(super) fn view(&self, details: bool, cli: &Cli<'_>) -> View {
        let rto_seconds = self.bound().and_then(|bound| bound.topology.objective.rto_seconds);
        View { paint: cli.terminal.out_style(), width: cli.terminal.width(), details, rto_seconds }
    }
}

/// The roles: those of the spec, over them what was declared, over that what the command line gives.
fn assignment(topology: &Topology, memory: &Memory, roles: &[(Name, Role)]) -> Result<Assignment, Problem> {
    let mut assignment = declared(topology, memory);
    for (name, role) in roles {
        let site = topology.site_named(name).ok_or_else(|| unknown_site(topology, name))?;
        assignment = assignment.with(site, *role);
    }
    Ok(assignment)
}

/// Writes a plan as the result of the command. `exit` is what the command is about to end with, `calls` what it took.
pub(super) fn show(plan: &Plan, view: View, exit: &Exit, calls: &[Calls], cli: &mut Cli<'_>) {
    match cli.globals.format {
        Format::Json => {
            let mut json = serde_json::to_value(plan).unwrap_or_default();
            json["exit"] = serde_json::to_value(exit).unwrap_or_default();
            if !calls.is_empty() {
                json["calls"] = serde_json::to_value(calls).unwrap_or_default();
            }
            cli.json(&json);
        }
        Format::Markdown => cli.terminal.out(&markdown(plan, view.rto_seconds)),
        _ => cli.terminal.out(&render(plan, view)),
    }
}

/// What a plan alone says about how the command ends.
pub(super) fn verdict(planned: &Planned, allow_unreachable: bool, detailed: bool) -> Exit {
    let failed = planned.plan.content.notes.iter().any(|note| note.failed);
    let changes = !planned.plan.is_empty();
    let silent = planned.unreachable.keys().any(|place| !planned.refused.contains_key(place));
    Exit::success()
        .and_if(!planned.refused.is_empty(), Reason::Error)
        .and_if(silent && planned.is_blocked(allow_unreachable), Reason::Unreachable)
        .and_if(failed, Reason::CheckFailed)
        .and_if(detailed && changes, Reason::Changes)
}

/// Says which sites cannot be reached, and what to pass for it; and which refuse, and what to do about that.
pub(super) fn tell_unreachable(planned: &Planned, cli: &mut Cli<'_>) {
    for (place, reason) in &planned.unreachable {
        let problem = match planned.refused.get(place) {
            Some(fault) => {
                let problem = Problem::new(format!("`{place}` cannot be read: {fault}"));
                let provider = planned.plan.content.places.get(&**place).map(|place| place.provider.as_str());
                let advice = provider.and_then(|provider| advice::of(provider, fault));
                advice.into_iter().fold(problem, Problem::hint)
            }
            None => {
                let problem = Problem::new(format!("`{place}` cannot be reached: {reason}"));
                // What belongs to no one site cannot be called lost.
                let is_site = planned.plan.content.sites.iter().any(|site| *site.name == **place);
                let lost = is_site.then(|| format!("if it is lost, say `--lost {place}`"));
                match planned.cannot_take_over() == Some(place) {
                    true => problem.hint("a site that does not answer takes nothing over: name another one"),
                    false => lost
                        .into_iter()
                        .fold(problem, Problem::hint)
                        .hint("to go on without it, `--allow-unreachable`: nothing in it is changed"),
                }
            }
        };
        let text = problem.render(cli.terminal.err_style());
        cli.terminal.err(&text);
    }
}
