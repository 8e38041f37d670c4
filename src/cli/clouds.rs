//! The clouds of a command: simulated ones on disk, or the real ones.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use relight_contract::{
    Answer, Cloud, DataSource, Fault, FaultKind, Milliseconds, Name, Place, Registry, Request, Session,
};
use relight_sim::{Sandbox, SandboxError};

use super::arguments::{CloudArguments, Speed};
use super::exit::Reason;
use super::points::Points;
use super::problem::Problem;
use super::stores;
use super::{Cli, faults, registry};
use crate::plan::ProbeWay;
use crate::run::inquiry::Probe;
use crate::run::{Ticket, Verdict};
use crate::shell::clock;
use crate::shell::mailbox::{Arrival, Mailbox};
use crate::shell::store::Store;
use crate::shell::transport::{AsyncTransport, Pace, SimTransport, Simulator, Transport};
use crate::shell::watch::Calls;
use crate::topology::{BlockKind, Topology};

/// How much simulated time passes between two commands at least: so much longer than a cloud needs to show what was
/// changed that the next command sees it, as it would after a person's pause.
const PAUSE_MILLISECONDS: u64 = 30_000;

/// The way to the clouds, and what comes back from them.
pub(super) struct Clouds {
    way: Way,
    /// Where answers and signals arrive.
    pub(super) mailbox: Mailbox,
    /// Whether they are simulated.
    pub(super) simulated: bool,
    /// How often a watcher is told how far a run is, in milliseconds of the clouds' time.
    pub(super) progress_milliseconds: Option<u64>,
}

enum Way {
    Simulated(Box<SimTransport<OnDisk>>),
    Real(AsyncTransport),
}

/// A sandbox; what goes wrong with it is kept, because a cloud could not say it.
struct OnDisk {
    sandbox: Sandbox,
    failed: Option<SandboxError>,
    mailbox: Mailbox,
    /// The region of each site.
    regions: BTreeMap<Name, Name>,
    /// Sites that nothing answers in, because they are lost.
    lost: BTreeSet<Name>,
}

impl Simulator for OnDisk {
    fn submit(&mut self, now: Milliseconds, request: &Request) -> (Milliseconds, Result<Answer, Fault>) {
        match self.sandbox.submit(now, request) {
            Ok(reply) => (reply.at, reply.outcome),
            Err(error) => {
                let kind =
                    if request.action.changes_anything() { FaultKind::Ambiguous } else { FaultKind::Denied };
                let fault = Fault::new(kind, error.to_string());
                if self.failed.is_none() {
                    self.failed = Some(error);
                    self.mailbox.post(Arrival::Interrupted);
                }
                (now, Err(fault))
            }
        }
    }

    fn answers(&self, now: Milliseconds, probe: &Probe) -> Option<Verdict> {
        let host = match probe.way {
            ProbeWay::Command => return None,
            ProbeWay::Dns => probe.target.first()?.as_str(),
            ProbeWay::Http | ProbeWay::Tcp => host(probe.target.first()?),
        };
        let world = self.sandbox.world();
        let is_out = |site: &Name| self.lost.contains(site) || world.is_out(site, now);
        let out = self.regions.iter().filter(|(site, _)| is_out(site)).map(|(_, region)| region.clone());
        Some(match world.reach(now, host, &out.collect()) {
            Ok(told) => Verdict::Up(format!("simulated: {told}")),
            Err(why) => Verdict::Down(format!("simulated: {why}")),
        })
    }
}

/// The host of a URL, or of `host:port`.
fn host(target: &str) -> &str {
    let rest = target.split_once("://").map_or(target, |(_, rest)| rest);
    let rest = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    rest.rsplit_once(':').map_or(rest, |(host, _)| host)
}

impl Clouds {
    /// Says which sites are lost: nothing simulated answers there.
    pub(super) fn lose(&mut self, lost: BTreeSet<Name>) {
        if let Way::Simulated(transport) = &mut self.way {
            transport.simulator_mut().lost = lost;
        }
    }

    /// Opens the clouds that are asked for.
    pub(super) fn open(
        cli: &Cli<'_>,
        options: &CloudArguments,
        topology: &Topology,
        registry: &Registry,
        store: &Store,
    ) -> Result<Clouds, Problem> {
        let mailbox = Mailbox::new();
        if !options.sandbox {
            let clouds = registry::clouds(store.folder());
            reachable(topology, &clouds)?;
            let transport = AsyncTransport::new(clouds, mailbox.clone())
                .map_err(|error| Problem::new(format!("cannot start threads: {error}")))?;
            let progress_milliseconds = Some(1000);
            return Ok(Clouds {
                way: Way::Real(transport),
                mailbox,
                simulated: false,
                progress_milliseconds,
            });
        }
        let folder = stores::sandbox(&cli.globals.directory);
        let settings = faults::settings(options.seed, cli.environment)?;
        let sandbox =
            Sandbox::open(&folder, registry.clone(), settings, Some(Box::new(Points))).map_err(problem)?;
        let (pace, progress_milliseconds) = match options.sandbox_speed {
            Speed::Instant => (Pace::Instant, None),
            Speed::Times(factor) => (Pace::Times(factor), Some(1000 * u64::from(factor))),
        };
        // Simulated time never goes back, and does not stay behind ours.
        let now = sandbox.clock().saturating_add(PAUSE_MILLISECONDS).max(clock::now());
        let sites = topology.site_ids().map(|id| topology.site(id));
        let regions = sites.map(|site| (site.name.clone(), site.region.clone())).collect();
        let disk = OnDisk { sandbox, failed: None, mailbox: mailbox.clone(), regions, lost: BTreeSet::new() };
        let way = Way::Simulated(Box::new(SimTransport::new(disk, now, pace, mailbox.clone())));
        Ok(Clouds { way, mailbox, simulated: true, progress_milliseconds })
    }

    /// The session that calls to a place are made in.
    pub(super) fn session(&self, place: &Arc<Place>) -> Result<Session, Fault> {
        match &self.way {
            Way::Simulated(_) => Ok(Session::default()),
            Way::Real(transport) => transport.session(place),
        }
    }

    /// How often each API operation was called so far; nothing for simulated clouds.
    pub(super) fn counts(&self) -> Vec<Calls> {
        match &self.way {
            Way::Simulated(_) => Vec::new(),
            Way::Real(transport) => transport.counts().into_iter().map(Calls::from).collect(),
        }
    }

    /// Keeps the simulated time, and tells what went wrong with the sandbox.
    pub(super) fn close(self) -> Result<(), Problem> {
        let Way::Simulated(transport) = self.way else { return Ok(()) };
        let now = transport.now();
        let mut disk = transport.into_simulator();
        match disk.failed {
            Some(error) => Err(problem(error)),
            None => disk.sandbox.keep_clock(now).map_err(problem),
        }
    }
}

impl Transport for Clouds {
    fn now(&self) -> Milliseconds {
        match &self.way {
            Way::Simulated(transport) => transport.now(),
            Way::Real(transport) => transport.now(),
        }
    }

    fn submit(&mut self, ticket: Ticket, request: Request, deadline: Milliseconds) {
        match &mut self.way {
            Way::Simulated(transport) => transport.submit(ticket, request, deadline),
            Way::Real(transport) => transport.submit(ticket, request, deadline),
        }
    }

    fn wait(&mut self, until: Option<Milliseconds>) -> Arrival {
        match &mut self.way {
            Way::Simulated(transport) => transport.wait(until),
            Way::Real(transport) => transport.wait(until),
        }
    }

    fn answers(&self, probe: &Probe) -> Option<Verdict> {
        match &self.way {
            Way::Simulated(transport) => transport.answers(probe),
            Way::Real(_) => None,
        }
    }

    fn keep_pace(&mut self, with_people: bool) {
        match &mut self.way {
            Way::Simulated(transport) => transport.keep_pace(with_people),
            Way::Real(transport) => transport.keep_pace(with_people),
        }
    }

    fn abandon(&mut self) {
        match &mut self.way {
            Way::Simulated(transport) => transport.abandon(),
            Way::Real(transport) => transport.abandon(),
        }
    }
}

fn problem(error: SandboxError) -> Problem {
    let problem = Problem::new(error.to_string());
    match error {
        SandboxError::Busy { .. } => problem.because(Reason::LeaseHeld),
        _ => problem,
    }
}

/// Stops where a spec needs what no linked provider can reach.
fn reachable(topology: &Topology, clouds: &BTreeMap<Name, Arc<dyn Cloud>>) -> Result<(), Problem> {
    let mut missing = BTreeSet::new();
    for block in &topology.blocks {
        let (provider, kind) = match &block.kind {
            BlockKind::Resource(_, bound) => (bound.kind.provider, bound.kind.name),
            BlockKind::Data(_, bound) if !matches!(bound.kind.source, DataSource::Pure(_)) => {
                (bound.kind.provider, bound.kind.name)
            }
            _ => continue,
        };
        if !clouds.get(provider).is_some_and(|cloud| cloud.reaches(kind)) {
            missing.insert(kind);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = missing.into_iter().collect();
    Err(Problem::new(format!("this program cannot reach these kinds on real clouds: {}", names.join(", ")))
        .hint("`--sandbox` does the same on simulated clouds"))
}
