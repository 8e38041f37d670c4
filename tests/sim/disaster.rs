//! The day a region dies, seed by seed: a topology stands, its primary is lost, another site takes over, the dead one
//! comes back, and everybody goes home, in foul weather and with processes that die anywhere.
//!
//! At every call: nothing goes to a lost site, no second site begins to write, no data of a recovery are deleted, and no
//! call leaves without its journal entry. When the weather is calm, each operation comes to its end, the sites that
//! are not lost are as the spec wants them under the roles that hold, and an `apply` has nothing to do.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use relight::plan::{Operation, Verb};
use relight_contract::{Name, Posture, Role};
use relight_sim::Outage;

use crate::dice::Dice;
use crate::door::Transcript;
use crate::draft::Draft;
use crate::oracle;
use crate::play::{Applied, Play};
use crate::process::End;
use crate::weather;

const HOUR_MILLISECONDS: u64 = 3_600_000;

/// After so many rounds in calm weather an operation has come to its end.
const MOST_ROUNDS: u64 = 8;

/// Plays a seed to its end.
pub fn play(seed: u64, folder: PathBuf, transcript: &Transcript) -> BTreeMap<String, u64> {
    let mut dice = Dice::new(seed);
    let draft = Draft::recoverable(seed, &mut dice);
    let mut play = Play::new(seed, dice, draft, folder, transcript);
    play.disaster(seed);
    play.counts
}

impl Play {
    fn disaster(&mut self, seed: u64) {
        self.tell("the topology", &self.draft.text());
        self.calm();
        self.converge();
        let sites: Vec<(Name, Option<&str>)> =
            self.draft.sites.iter().map(|site| (Name::from(site.name), site.posture)).collect();
        let (primary, _) = sites[0].clone();
        let (standby, posture) = sites[1 + self.index(sites.len() - 1)].clone();
        let posture = Role::Standby(posture.and_then(|text| text.parse().ok()).unwrap_or(Posture::Warm));
        self.watch();

        if self.dice.once_in(3) {
            self.tell("a switchover", "");
            self.moves(seed, &Operation::Switchover, &[(&standby, Role::Primary), (&primary, posture)]);
        } else {
            self.tell("the primary dies", "");
            let zombie = self.dice.once_in(3);
            let until = zombie.then(|| self.now + self.dice.below(900_000));
            let from = self.now;
            let outage = Outage { place: primary.clone(), from, until };
            self.world().settings_mut().faults.outages.push(outage.clone());
            self.count(if zombie { "primaries that come back" } else { "primaries that die" });
            let failover = Operation::Failover { incident: "INC-1".to_owned() };
            self.moves(seed, &failover, &[(&primary, Role::Lost), (&standby, Role::Primary)]);
            self.tell("the region is back", "");
            self.calm();
            self.moves(seed, &Operation::Reprotect, &[(&primary, posture)]);
        }
        self.tell("home", "");
        let home: Vec<(&Name, Role)> = sites
            .iter()
            .map(|(name, posture)| match posture {
                None => (name, Role::Primary),
                Some(text) => (name, Role::Standby(text.parse().expect("a posture"))),
            })
            .collect();
        self.moves(seed, &Operation::Switchover, &home);
        assert!(self.memory().declarations.is_empty(), "everybody is home, and something is still declared");
        assert_eq!(self.memory().debts, [], "everybody is home, and something is still owed");
        self.rest();
        self.give_up();
        self.check_world();
        self.destroy();
    }

    fn index(&mut self, below: usize) -> usize {
        usize::try_from(self.dice.below(below as u64)).unwrap_or(0)
    }

    fn watch(&mut self) {
        let regions = self.draft.sites.iter().map(|site| (site.name.into(), site.region.into())).collect();
        self.door.as_mut().expect("nothing runs").guard.watch(regions);
    }

    fn rest(&mut self) {
        self.door.as_mut().expect("nothing runs").guard.rest();
    }

    /// An operation that moves roles: attempts in foul weather, then in calm weather until it is done.
    fn moves(&mut self, seed: u64, operation: &Operation, roles: &[(&Name, Role)]) {
        self.gives = roles.iter().map(|(name, role)| ((*name).clone(), *role)).collect();
        let dead = self.dead();
        self.foul(seed, &dead);
        for _ in 0..self.dice.below(4) {
            if self.dice.once_in(5) {
                // The approver says no: nothing is declared.
                let before = self.memory();
                let memory = self.memory();
                let _ = self.plan(operation, &memory);
                assert_eq!(before, self.memory());
                self.count("plans that nobody approved");
                continue;
            }
            if self.dice.once_in(4) {
                let partition = weather::outage(&self.draft, self.now, &mut self.dice);
                self.world().settings_mut().faults.outages.extend(partition);
                self.count("partitions");
            }
            let end = weather::end(&mut self.dice);
            let _ = self.apply(operation, end, false);
            self.now += self.dice.below(120_000);
            if self.dice.once_in(3) && !self.memory().declarations.is_empty() {
                self.tell("an ordinary apply meanwhile", "");
                let end = weather::end(&mut self.dice);
                let _ = self.apply(&Operation::Apply, end, false);
            }
        }
        self.calm();
        self.world().settings_mut().faults.outages.extend(dead);
        self.settles(operation);
    }

    /// In calm weather the operation comes to its end, and nothing is left to do.
    fn settles(&mut self, operation: &Operation) {
        for round in 0..MOST_ROUNDS {
            self.now += HOUR_MILLISECONDS;
            if self.apply(operation, End::Never, round > 0) != Applied::Nothing {
                continue;
            }
            self.count(&format!("{} over after {round}", operation.command()));
            // What broke on the way is an apply's business, and then there is nothing more to do for anybody.
            self.now += HOUR_MILLISECONDS;
            if self.apply(&Operation::Apply, End::Never, true) == Applied::Nothing {
                self.check_serving();
                return;
            }
            self.count("mended by an apply");
        }
        panic!("{} does not come to its end within {MOST_ROUNDS} rounds", operation.command());
    }

    /// Outages that nobody but the play ends.
    fn dead(&mut self) -> Vec<Outage> {
        let now = self.now;
        let outages = &self.world().settings_mut().faults.outages;
        outages.iter().filter(|outage| outage.until.is_none_or(|until| until > now)).cloned().collect()
    }

    fn foul(&mut self, seed: u64, dead: &[Outage]) {
        let faults = weather::settings(seed, &mut self.dice).faults;
        let settings = self.world().settings_mut();
        settings.faults = faults;
        settings.faults.outages.extend(dead.iter().cloned());
    }

    /// The sites that are not lost are as the spec wants them under the roles that hold.
    fn check_serving(&mut self) {
        let desired = self.desired().expect("data sources answer in calm weather");
        let roles = self.assignment(&[]);
        let lost: BTreeSet<&str> = self
            .draft
            .sites
            .iter()
            .zip(0..)
            .filter(|(_, site)| roles.role(relight::topology::SiteId(*site)) == Role::Lost)
            .map(|(site, _)| site.region)
            .collect();
        let owner_of = |address: &relight_contract::Address| address.owner("sim", "default");
        let mut aside = self.foreign.clone();
        aside.extend(self.retired());
        let objects = self.objects();
        let there: Vec<_> = objects
            .into_iter()
            .filter(|(domain, _, _)| !lost.contains(domain.rsplit('/').next().unwrap_or_default()))
            .collect();
        let differences = oracle::differences_but(&desired, &there, &aside, &owner_of, &lost);
        assert!(differences.is_empty(), "the sites are not as wanted:\n{}", differences.join("\n"));
    }

    /// What was put aside.
    fn retired(&self) -> BTreeSet<Name> {
        let memory = self.memory();
        memory.retired.values().flatten().map(|item| item.native_id.clone()).collect()
    }

    /// Gives up what was put aside, address by address.
    fn give_up(&mut self) {
        let aside = self.memory().retired.keys().cloned().collect::<BTreeSet<_>>();
        for (_, _, live) in self.objects() {
            let address = live.owner.as_ref().and_then(|owner| self.aside.get(owner));
            let known = address.is_none_or(|address| aside.contains(address));
            assert!(known, "{} was put aside, and nobody knows it", live.native_id);
        }
        if aside.is_empty() {
            return;
        }
        self.count("topologies with something put aside");
        let commit = Operation::Commit { delete: aside };
        for _ in 0..MOST_ROUNDS {
            self.now += HOUR_MILLISECONDS;
            if self.apply(&commit, End::Never, true) != Applied::Completed || self.memory().retired.is_empty()
            {
                break;
            }
        }
        assert_eq!(self.memory().retired, BTreeMap::new());
    }
}

/// Every step that steers traffic stands behind every promotion of its plan.
pub fn check_traffic(plan: &relight::plan::Plan) {
    let steps = &plan.content.steps;
    let mut behind: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); steps.len()];
    for (index, step) in steps.iter().enumerate() {
        let all = step.after.iter().flat_map(|id| behind[id.0 as usize].iter().copied().chain([id.0]));
        behind[index] = all.collect();
    }
    let promotions: BTreeSet<u32> =
        steps.iter().filter(|step| step.verb == Verb::Promote).map(|step| step.id.0).collect();
    for step in steps.iter().filter(|step| step.verb == Verb::Shift && plan.content.operation.moves_roles()) {
        let reprotects = plan.content.operation == Operation::Reprotect;
        let missing: Vec<&u32> = promotions.difference(&behind[step.id.0 as usize]).collect();
        assert!(reprotects || missing.is_empty(), "{} does not wait for {missing:?}", step.address);
    }
}
