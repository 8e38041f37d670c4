//! The order that keeps data safe while roles move: promotions, then consumers, then traffic, and at last what goes.
//!
//! No attribute refers from a record to the database behind it, so that the references of the spec do not say this.

use std::collections::BTreeSet;

use relight_contract::{Capability, Kind};

use super::steps::{Draft, Drafts, GATHER, Part};
use crate::diff::Change;

/// What a step is in this order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// A replica becomes a source of its own.
    Promotion,
    /// Something begins to work on the data.
    Consumer,
    /// Traffic is steered elsewhere.
    Traffic,
    /// Anything else that a site needs before it serves.
    Site,
    /// Something goes that the new roles do without.
    End,
    /// What has no part in it.
    Other,
}

/// Lets consumers follow every promotion, and traffic everything that the sites need; where no replica is promoted and
/// nothing else of a change of roles is under way, nothing is added.
pub(super) fn order(drafts: &mut Drafts<'_>, moves_roles: bool) {
    if !moves_roles {
        return;
    }
    let sorts: Vec<Sort> =
        drafts.all.iter().map(|draft| sort(&drafts.changes.changes[draft.change], draft)).collect();
    let of = |wanted: &[Sort]| -> Vec<u32> {
        (0..).zip(&sorts).filter(|(_, sort)| wanted.contains(sort)).map(|(id, _)| id).collect()
    };
    let (promotions, consumers, traffic) =
        (of(&[Sort::Promotion]), of(&[Sort::Consumer]), of(&[Sort::Traffic]));
    behind(drafts, &consumers, &promotions);
    behind(drafts, &traffic, &of(&[Sort::Promotion, Sort::Consumer, Sort::Site]));
    // Nobody waits for what goes.
    behind(drafts, &of(&[Sort::End]), &of(&[Sort::Promotion, Sort::Traffic]));
}

fn sort(change: &Change, draft: &Draft) -> Sort {
    let fenced = fenced(change.kind);
    let sets = change.updates().any(|delta| fenced.contains(&delta.field.name));
    let consumes = change.kind.scalable().is_empty() && !fenced.is_empty();
    match draft.part {
        Part::Promote => Sort::Promotion,
        // Whatever becomes of what steers traffic, a first record included, steers it.
        Part::Create | Part::Update if !change.kind.shiftable().is_empty() => Sort::Traffic,
        Part::Create if consumes => Sort::Consumer,
        Part::Update if consumes && sets => Sort::Consumer,
        Part::Create | Part::Update if !change.place.global => Sort::Site,
        Part::Delete | Part::Unguard => Sort::End,
        _ => Sort::Other,
    }
}

/// The fields by which writers are cut, and let in again.
fn fenced(kind: &Kind) -> Vec<&'static str> {
    let effects = kind.capabilities.iter().filter_map(|capability| match capability {
        Capability::Fenceable { effect } => Some(*effect),
        _ => None,
    });
    effects.flatten().map(|transition| transition.field).collect()
}

/// Lets every one of `later` follow all of `first`, but for those that follow one of `later` themselves.
fn behind(drafts: &mut Drafts<'_>, later: &[u32], first: &[u32]) {
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
fn followers(drafts: &Drafts<'_>, steps: &[u32]) -> BTreeSet<u32> {
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
