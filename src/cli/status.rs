//! `status`: sites and their roles, what stands in them as far as it is remembered, the lease, and the last runs.

use std::collections::BTreeMap;

use relight_contract::{Address, Role};
use serde_json::json;

use super::arguments::{Format, StatusArguments};
use super::exit::{Exit, Reason};
use super::problem::Problem;
use super::render::count;
use super::session::Session;
use super::{Cli, Outcome, report, stores};
use crate::journal;
use crate::memory::{Debt, Item, Memory};
use crate::report::{Report, headline};
use crate::shell::lease::Holder;
use crate::shell::store::{Look, RunSummary, Store};
use crate::topology::Topology;

/// How many runs are listed.
const SHOWN_RUNS: usize = 10;

pub(super) fn run(options: &StatusArguments, cli: &mut Cli<'_>) -> Outcome {
    cli.formats(&[Format::Text, Format::Json])?;
    let session = Session::load(cli, &options.values)?;
    let topology = &session.bound(cli)?.topology;
    let store = stores::open(&cli.globals.directory, topology, options.sandbox)?;
    let Look { memory, runs, holder, is_held, problems } = store.look()?;
    let runs: Vec<RunSummary> = runs.into_iter().rev().collect();
    let holder = holder.filter(|holder| !holder.released);
    let counts = counts(&memory);
    let drills = stores::drills(&store, topology)?;
    let recovery = last_recovery(&store, &runs)?;
    let recovered = recovery.as_ref().map(|report| {
        json!({
            "run": report.run, "operation": report.operation, "recovered": report.recovered,
            "stamps": report.stamps, "rto": report.rto, "rpo": report.rpo,
        })
    });
    if cli.globals.format == Format::Json {
        let sites: Vec<_> = topology
            .sites
            .iter()
            .map(|site| {
                let objects = counts.get(&*site.name).copied().unwrap_or(0);
                json!({
                    "name": &*site.name, "provider": site.provider.name, "region": &*site.region,
                    "role": site.role, "declared": memory.declarations.get(&site.name), "objects": objects,
                })
            })
            .collect();
        cli.json(&json!({
            "topology": &*topology.name, "instance": &*topology.instance, "sites": sites,
            "drills": drills.iter().map(|(site, objects)| json!({ "site": &**site, "objects": objects })).collect::<Vec<_>>(),
            "objects": memory.inventory.len(), "epoch": memory.epoch, "debts": memory.debts, "retired": retired(&memory), "lease": holder, "runs": runs.get(..SHOWN_RUNS).unwrap_or(&runs),
            "last_recovery": recovered, "problems": problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
        }));
    } else {
        let drills: String = drills.iter().map(|(site, objects)| drill(site, *objects)).collect();
        cli.terminal.out(&text(
            topology,
            &memory,
            &counts,
            &drills,
            (holder.as_ref(), is_held),
            &runs,
            recovery.as_ref(),
        ));
    }
    let exit = Exit::success().and_if(!problems.is_empty(), Reason::Error);
    for problem in problems {
        let text = Problem::from(problem).render(cli.terminal.err_style());
        cli.terminal.err(&text);
    }
    Ok(exit)
}

fn drill(site: &str, objects: u64) -> String {
    format!(
        "\na drill of {site} stands: {}; `relight drill stop {site}` takes it down\n",
        count(objects, "object")
    )
}

/// The report of the last run that moved roles.
fn last_recovery(store: &Store, runs: &[RunSummary]) -> Result<Option<Report>, Problem> {
    let run = runs.iter().find(|run| run.recovers).map(|run| &run.run);
    run.map(|run| report::of(store, run, Vec::new())).transpose()
}

/// Objects by place.
fn counts(memory: &Memory) -> BTreeMap<&str, u64> {
    let mut counts = BTreeMap::new();
    for item in memory.inventory.values() {
        *counts.entry(&*item.place).or_insert(0) += 1;
    }
    counts
}

/// What was put aside, as what is owed: somebody has to say that it goes.
fn retired(memory: &Memory) -> Vec<Debt> {
    let all =
        memory.retired.iter().flat_map(|(address, items)| items.iter().map(move |item| (address, item)));
    let debt = |(address, item): (&Address, &Item)| Debt {
        address: address.clone(),
        verb: "delete".into(),
        why: format!("`{}` was the source of the data before", item.native_id),
    };
    all.map(debt).collect()
}

fn text(
    topology: &Topology,
    memory: &Memory,
    counts: &BTreeMap<&str, u64>,
    drills: &str,
    (holder, is_held): (Option<&Holder>, bool),
    runs: &[RunSummary],
    recovery: Option<&Report>,
) -> String {
    let instance =
        if &*topology.instance == "default" { String::new() } else { format!(" ({})", topology.instance) };
    let mut text = format!("{}{instance}\n\n", topology.name);
    let name = topology.sites.iter().map(|site| site.name.len()).max().unwrap_or(0);
    let region =
        topology.sites.iter().map(|site| site.provider.name.len() + 1 + site.region.len()).max().unwrap_or(0);
    for site in &topology.sites {
        let declared = memory.declarations.get(&site.name);
        let role = match declared {
            Some(declared) => {
                let incident = declared.incident.iter().map(|incident| format!(" for {incident}"));
                let incident: String = incident.collect();
                let accepted = if declared.committed { ", accepted" } else { "" };
                format!("{} (declared{incident}{accepted}; {} in the spec)", declared.role, site.role)
            }
            None => site.role.to_string(),
        };
        let place = format!("{} {}", site.provider.name, site.region);
        let objects = count(counts.get(&*site.name).copied().unwrap_or(0), "object");
        text.push_str(&format!("  {:name$}   {place:region$}   {role:12}   {objects}\n", site.name));
    }
    let elsewhere = counts.iter().filter(|(place, _)| topology.site_named(place).is_none());
    for (place, objects) in elsewhere {
        text.push_str(&format!(
            "  {place:name$}   {:region$}   {:12}   {}\n",
            "no one site",
            "",
            count(*objects, "object")
        ));
    }
    text.push_str(drills);
    text.push('\n');
    if !memory.debts.is_empty() {
        text.push_str("owed by lost sites:\n");
        let addresses: Vec<String> = memory.debts.iter().map(|debt| debt.address.to_string()).collect();
        let width = addresses.iter().map(String::len).max().unwrap_or(0);
        for (debt, address) in memory.debts.iter().zip(addresses) {
            text.push_str(&format!("  {:6}   {address:width$}   {}\n", debt.verb, debt.why));
        }
        text.push('\n');
    }
    let retired = retired(memory);
    if !retired.is_empty() {
        text.push_str("put aside, until somebody gives it up:\n");
        for debt in &retired {
            text.push_str(&format!(
                "  {:6}   {}   {}; `relight commit --delete {}`\n",
                debt.verb, debt.address, debt.why, debt.address
            ));
        }
        text.push('\n');
    }
    if memory.moving {
        text.push_str(&format!(
            "a change of roles is not done: `{}` goes on with it\n\n",
            goes_on(topology, memory)
        ));
    }
    match holder {
        Some(holder) => text.push_str(&format!("lease: process {} on {}\n", holder.process, holder.host)),
        None => text.push_str("lease: free\n"),
    }
    if runs.is_empty() {
        return text + "runs: none yet\n";
    }
    if let Some(report) = recovery {
        let run = report.run.iter().map(|run| format!("{run}: "));
        text.push_str(&format!("last recovery: {}{}\n", run.collect::<String>(), headline(report)));
    }
    text.push_str("runs, the last one first:\n");
    for run in runs.iter().take(SHOWN_RUNS) {
        text.push_str(&format!("  {}   {}   {}\n", run.run, run.plan, outcome(run, is_held)));
    }
    text
}

/// The command that goes on with what was declared last.
fn goes_on(topology: &Topology, memory: &Memory) -> String {
    let last = memory.declarations.values().map(|declaration| declaration.epoch).max();
    let declared = |wanted: Role| {
        let all = memory.declarations.iter();
        let all = all.filter(move |(_, declaration)| declaration.role == wanted);
        all.map(|(site, _)| site.to_string())
    };
    let mut latest = memory.declarations.values().filter(|declaration| Some(declaration.epoch) == last);
    let returns = latest.clone().any(|declaration| declaration.from.is_some_and(Role::is_closed));
    let fails_over = latest.any(|declaration| declaration.role == Role::Lost);
    let to = declared(Role::Primary).next();
    let serves = to.or_else(|| {
        topology.sites.iter().find(|site| site.role == Role::Primary).map(|site| site.name.to_string())
    });
    match (returns, fails_over) {
        (true, _) => "relight reprotect".to_owned(),
        (false, true) => {
            let lost: String = declared(Role::Lost).map(|site| format!(" --lost {site}")).collect();
            let incident =
                memory.declarations.values().find_map(|declaration| declaration.incident.as_deref());
            let to = declared(Role::Primary).next().map(|site| format!(" {site}")).unwrap_or_default();
            format!("relight failover{to}{lost} --incident '{}'", incident.unwrap_or("ID"))
        }
        (false, false) => format!("relight switchover {}", serves.unwrap_or_default()),
    }
}

fn outcome(run: &RunSummary, is_held: bool) -> String {
    use journal::Outcome::*;
    match &run.outcome {
        None if is_held => "under way".to_owned(),
        None => "died before its end: `relight resume` goes on".to_owned(),
        Some(Completed { done, .. }) => format!("completed, {}", count(*done, "step")),
        Some(PartlyApplied { done, failed, skipped }) => {
            format!("partly applied: {done} done, {} failed, {} skipped", failed.len(), skipped.len())
        }
        Some(Interrupted { done, left }) => format!("interrupted: {done} done, {left} left"),
        Some(LeaseLost) => "stopped: its lease was lost".to_owned(),
        Some(Refused) => "not approved".to_owned(),
        Some(Abandoned { done, left }) => format!("closed: {done} done, {left} never will be"),
    }
}
