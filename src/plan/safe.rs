//! The order that keeps data safe while roles move: fences, promotions, consumers, traffic; then the site that steps
//! down, and at last what goes.
//!
//! No attribute refers from a record to the database behind it, so that the references of the spec do not say this.

use std::collections::BTreeSet;

use relight_contract::Name;

use super::steps::{Draft, Drafts, GATHER, Part};
use crate::desired::Dependency;
use crate::diff::{Change, Operation, Question};

/// A change of roles, as far as the order of its steps depends on it.
#[derive(Debug)]
pub(super) struct Moving {
    /// Whether what is promoted has everything first: both sites answer.
    pub(super) awaits: bool,
    /// Whether traffic goes to sites that step down, which are to be ready before.
    returns: bool,
    /// The sites that step down.
    down: BTreeSet<Name>,
}

impl Moving {
    /// Of an operation that moves roles.
    pub(super) fn of(question: &Question<'_>) -> Option<Moving> {
        let moves = question.moves();
        let topology = question.topology;
        let down = topology.site_ids().filter(|site| moves.steps_down(*site));
        question.operation.moves_roles().then(|| Moving {
            awaits: question.operation == Operation::Switchover,
            returns: question.operation == Operation::Reprotect,
            down: down.map(|site| topology.site(site).name.clone()).collect(),
        })
    }
}

/// What a step is in this order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// Writers are cut.
    Fence,
    /// A replica gets what its source still has.
    Await,
    /// A replica becomes a source of its own.
    Promotion,
    /// Something begins to work on the data.
    Consumer,
    /// Traffic is steered elsewhere.
    Traffic,
    /// A name that the site itself uses: that of a database, or one that something in the site waits for.
    Name,
    /// Anything else that a site needs before it serves.
    Site,
    /// What was the source of the data in a site that steps down becomes a replica, or makes room for one.
    Aside,
    /// Anything else of a site that steps down: nobody is let in to data that still take themselves for the source.
    Down,
    /// Something goes that the new roles do without.
    End,
    /// What has no part in it.
    Other,
}

/// Lets promotions follow every fence and all of the data, consumers every promotion, and traffic everything that the
/// sites need; a site that steps down becomes a standby behind all of that. Where no replica is promoted and nothing else
/// of a change of roles is under way, nothing is added. Tells what each step is; nothing where no roles move.
pub(super) fn order(drafts: &mut Drafts<'_>) -> Vec<Sort> {
    let Some(moving) = drafts.moving.take() else { return Vec::new() };
    let mut sorts: Vec<Sort> = drafts.all.iter().map(|draft| sort(drafts, &moving, draft)).collect();
    let waited_for = ahead(drafts, &sorts);
    for (sort, waited_for) in sorts.iter_mut().zip(waited_for) {
        if waited_for && *sort == Sort::Traffic {
            *sort = Sort::Name;
        }
    }
    let of = |wanted: &[Sort]| -> Vec<u32> {
        (0..).zip(&sorts).filter(|(_, sort)| wanted.contains(sort)).map(|(id, _)| id).collect()
    };
    behind(drafts, &of(&[Sort::Await]), &of(&[Sort::Fence]));
    behind(drafts, &of(&[Sort::Promotion]), &of(&[Sort::Fence, Sort::Await]));
    behind(drafts, &of(&[Sort::Name]), &of(&[Sort::Promotion]));
    behind(drafts, &of(&[Sort::Consumer]), &of(&[Sort::Promotion]));
    let ready = [Sort::Promotion, Sort::Consumer, Sort::Site, Sort::Name];
    let down = [Sort::Fence, Sort::Promotion, Sort::Name];
    if moving.returns {
        behind(drafts, &of(&[Sort::Aside]), &of(&down));
        behind(drafts, &of(&[Sort::Down]), &of(&[&down[..], &[Sort::Aside]].concat()));
        behind(drafts, &of(&[Sort::Traffic]), &of(&[&ready[..], &[Sort::Aside, Sort::Down]].concat()));
    } else {
        behind(drafts, &of(&[Sort::Traffic]), &of(&ready));
        behind(drafts, &of(&[Sort::Aside]), &of(&[&down[..], &[Sort::Traffic]].concat()));
        behind(drafts, &of(&[Sort::Down]), &of(&[&down[..], &[Sort::Traffic, Sort::Aside]].concat()));
    }
    // Nobody waits for what goes.
    behind(
        drafts,
        &of(&[Sort::End]),
        &of(&[Sort::Promotion, Sort::Name, Sort::Traffic, Sort::Aside, Sort::Down]),
    );
    drafts.moving = Some(moving);
    sorts
}

fn sort(drafts: &Drafts<'_>, moving: &Moving, draft: &Draft) -> Sort {
    let change = &drafts.changes.changes[draft.change];
    let fenced: Vec<&str> = change.kind.fence().iter().map(|transition| transition.field).collect();
    let sets = change.updates().any(|delta| fenced.contains(&delta.field.name));
    let consumes = change.kind.scalable().is_empty() && !fenced.is_empty();
    let down = !change.place.global && moving.down.contains(&change.place.name);
    match draft.part {
        Part::Fence => Sort::Fence,
        Part::Await => Sort::Await,
        Part::Promote => Sort::Promotion,
        Part::Retire | Part::Demote => Sort::Aside,
        Part::Create if down && change.demotes().is_some() => Sort::Aside,
        Part::Create | Part::Update if down => Sort::Down,
        Part::Create | Part::Update if names_data(drafts, change) => Sort::Name,
        // Whatever becomes of what steers traffic, a first record included, steers it.
        Part::Create | Part::Update if !change.kind.shiftable().is_empty() => Sort::Traffic,
        Part::Create if consumes => Sort::Consumer,
        Part::Update if consumes && sets => Sort::Consumer,
        Part::Create | Part::Update if !change.place.global => Sort::Site,
        Part::Delete | Part::Unguard => Sort::End,
        _ => Sort::Other,
    }
}

/// Whether a change steers those who look for a database: it refers to one that can be promoted.
fn names_data(drafts: &Drafts<'_>, change: &Change) -> bool {
    let steers = !change.kind.shiftable().is_empty();
    let instance = change.instance.filter(|_| steers).map(|id| drafts.desired.instance(id));
    let mut after = instance.into_iter().flat_map(|instance| &instance.after);
    after.any(|dependency| match dependency {
        Dependency::Instance(id) => drafts.desired.instance(*id).kind.promotable().is_some(),
        Dependency::Join(_) => false,
    })
}

/// For each step, whether a promotion, a consumer or anything else in a site waits for it, however far.
fn ahead(drafts: &Drafts<'_>, sorts: &[Sort]) -> Vec<bool> {
    let serves = |sort: &Sort| matches!(sort, Sort::Promotion | Sort::Consumer | Sort::Site);
    let mut found = vec![false; drafts.all.len()];
    let mut waiting: Vec<usize> = (0..sorts.len()).filter(|step| serves(&sorts[*step])).collect();
    while let Some(step) = waiting.pop() {
        for before in &drafts.all[step].after {
            let before = *before as usize;
            if !std::mem::replace(&mut found[before], true) {
                waiting.push(before);
            }
        }
    }
    found
}

/// Lets every one of `later` follow all of `first`, but for those that follow one of `later` themselves.
pub(super) fn behind(drafts: &mut Drafts<'_>, later: &[u32], first: &[u32]) {
    let followers = followers(drafts, later);
    let first: Vec<u32> = first.iter().filter(|step| !followers.contains(step)).copied().collect();
    let Some(last) = first.last() else { return };
    let edges = match first.len() > GATHER && later.len() > 1 {
        true => {
            let change = drafts.all[*last as usize].change;
            vec![drafts.add(change, Part::Gather, first)]
        }
        false => first,
    };
    for step in later {
        drafts.all[*step as usize].after.extend(&edges);
    }
}

/// The steps themselves, and all that follow one of them, however far.
pub(super) fn followers(drafts: &Drafts<'_>, steps: &[u32]) -> BTreeSet<u32> {
    let mut after: Vec<Vec<u32>> = vec![Vec::new(); drafts.all.len()];
    for (step, draft) in (0..).zip(&drafts.all) {
        for before in &draft.after {
            after[*before as usize].push(step);
        }
    }
    let mut found: BTreeSet<u32> = steps.iter().copied().collect();
    let mut waiting = steps.to_vec();
    while let Some(step) = waiting.pop() {
        waiting.extend(after[step as usize].iter().filter(|next| found.insert(**next)));
    }
    found
}
