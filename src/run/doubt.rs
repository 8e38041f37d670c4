//! Doubt: what to do about a call whose outcome nobody knows, by identity class, before anything else.
//!
//! A lost answer and a start without an end in the journal are the same doubt.

use relight_contract::{Act, Action, Fault, FaultKind, Identity, Live, Milliseconds, OwnerId, State};

use super::compare;
use super::flight::{Flight, Next, Purpose, View};

/// How long an object that was made may stay unseen by reads, in milliseconds; only then is it known not to exist.
///
/// Source: Amazon EC2, "Ensuring consistency": describe calls with back-off for up to a few minutes.
pub(super) const SETTLE_MILLISECONDS: u64 = 180_000;

/// How often a call with a token is sent again before its object is looked for: a place may lose every answer.
const MOST_RESENDS: u32 = 2;

/// The first thing to do about a doubt. `unchanged` says that the very same request can be sent again.
pub(super) fn first(flight: &mut Flight, view: &View, unchanged: bool) -> Next {
    flight.doubted = true;
    flight.doubts += 1;
    flight.looks = 0;
    let look = |purpose| Next::Call { purpose, after_milliseconds: 0 };
    match flight.action {
        Action::Create { .. } => {}
        Action::Perform { act: Act::Retire, .. } => return look(Purpose::Find),
        _ => return look(Purpose::Look),
    }
    match view.kind.identity {
        Identity::Name(_) | Identity::Key(_) => look(Purpose::Find),
        Identity::Token if unchanged && flight.doubts <= MOST_RESENDS => {
            Next::Send { after_milliseconds: flight.next_look() }
        }
        Identity::Token | Identity::Server => {
            flight.settle_until = Some(view.now + SETTLE_MILLISECONDS);
            Next::Call { purpose: Purpose::Find, after_milliseconds: flight.next_look() }
        }
    }
}

/// What a find means.
pub(super) fn found(flight: &mut Flight, view: &View, found: Vec<Live>) -> Next {
    match view.kind.identity {
        Identity::Name(_) => named(flight, view, found),
        Identity::Key(_) => keyed(flight, view, found),
        Identity::Token | Identity::Server => tokened(flight, view, found),
    }
}

/// Class A: at most one object has the name.
fn named(flight: &mut Flight, view: &View, found: Vec<Live>) -> Next {
    let Some(live) = found.into_iter().next() else {
        return again(flight);
    };
    if is_others(&live, view) {
        return not_ours(view, &live);
    }
    if matches!(flight.action, Action::Perform { .. }) {
        return adopt(flight, view, live);
    }
    let token_differs = live.token.as_ref().is_some_and(|token| *token != flight.token);
    let is_old = view.replaces == Some(&*live.native_id) && (token_differs || live.state == State::Deleting);
    if is_old {
        return look_again(flight, view, Next::Fail(taken(view, &live)));
    }
    if token_differs && !flight.doubted {
        return Next::Fail(taken(view, &live));
    }
    adopt(flight, view, live)
}

/// Class D: creating is an upsert, so that it can be sent again.
fn keyed(flight: &mut Flight, view: &View, found: Vec<Live>) -> Next {
    let Some(live) = found.into_iter().next() else {
        return again(flight);
    };
    if is_others(&live, view) {
        return not_ours(view, &live);
    }
    match &flight.action {
        Action::Create { attributes, .. }
            if live.state == State::Ready && !compare::holds(view.kind, attributes, &live) =>
        {
            again(flight)
        }
        _ if live.state == State::Deleting => look_again(flight, view, Next::Fail(taken(view, &live))),
        _ => adopt(flight, view, live),
    }
}

/// Classes B and C: by the token of the attempt. None for long enough is none.
fn tokened(flight: &mut Flight, view: &View, found: Vec<Live>) -> Next {
    let mut ours: Vec<Live> = found
        .into_iter()
        .filter(|live| live.token.as_ref() == Some(&flight.token) && live.state != State::Deleting)
        .collect();
    match (ours.len(), ours.pop()) {
        (1, Some(live)) => adopt(flight, view, live),
        // The token still makes the same call safe; without one a new attempt gets an intent tag of its own.
        (0, _) if view.kind.identity == Identity::Token => {
            look_again(flight, view, Next::Send { after_milliseconds: 0 })
        }
        (0, _) => look_again(flight, view, Next::Anew),
        (_, last) => {
            let mut ids: Vec<String> =
                ours.iter().chain(&last).map(|live| live.native_id.to_string()).collect();
            ids.sort();
            let text =
                format!("one call left several objects: {}; delete all but one, then resume", ids.join(", "));
            Next::Fail(Fault::new(FaultKind::Conflict, text).code("duplicates"))
        }
    }
}

/// Looks again until everything has settled, then `at_last`.
fn look_again(flight: &mut Flight, view: &View, at_last: Next) -> Next {
    let until: Milliseconds = *flight.settle_until.get_or_insert(view.now + SETTLE_MILLISECONDS);
    if view.now >= until {
        flight.settle_until = None;
        return at_last;
    }
    let pause = flight.next_look().min(until - view.now).max(1);
    Next::Call { purpose: Purpose::Find, after_milliseconds: pause }
}

/// Nothing is there: the same call again. After a conflict not at once, for something stood in the way.
fn again(flight: &mut Flight) -> Next {
    let pause = if flight.tries.conflicts > 0 { flight.conflict_pause() } else { 0 };
    Next::Send { after_milliseconds: pause }
}

fn adopt(flight: &mut Flight, view: &View, live: Live) -> Next {
    flight.adopted = true;
    flight.told(view, live)
}

fn is_others(live: &Live, view: &View) -> bool {
    view.kind.tags.is_some() && live.owner.as_ref() != Some(view.owner)
}

fn not_ours(view: &View, live: &Live) -> Next {
    let owner = match &live.owner {
        Some(OwnerId(id)) => format!("belongs to {id}"),
        None => "belongs to nobody we know".to_owned(),
    };
    let text = format!("{} {} is there already and {owner}", view.kind.name, live.native_id);
    Next::Fail(Fault::new(FaultKind::Conflict, text).code("not_ours"))
}

fn taken(view: &View, live: &Live) -> Fault {
    let text = format!("{} {} is there already", view.kind.name, live.native_id);
    Fault::new(FaultKind::Conflict, text).code("already_there")
}

/// What a look at the object means for a change, a deletion, a capability or a claim: all can be sent again.
pub(super) fn looked(flight: &mut Flight, view: &View, live: Option<Live>) -> Next {
    let Some(live) = live else {
        return match flight.action {
            Action::Delete { .. } => Next::End { live: None, kept: false },
            _ => Next::Fail(Fault::new(FaultKind::NotFound, format!("{} is gone", view.kind.name))),
        };
    };
    let deletes = matches!(flight.action, Action::Delete { .. });
    match live.state {
        State::Deleting if !deletes => {
            return Next::Fail(Fault::new(FaultKind::Conflict, "the object is being deleted"));
        }
        State::Pending | State::Deleting => {
            return Next::Call { purpose: Purpose::Look, after_milliseconds: flight.next_look() };
        }
        State::Ready | State::Failed => {}
    }
    if flight.doubted && is_done(flight, view, &live) {
        return Next::End { live: Some(Box::new(live)), kept: false };
    }
    if let Some(fault) = renew_version(flight, &live) {
        return Next::Fail(fault);
    }
    again(flight)
}

fn is_done(flight: &Flight, view: &View, live: &Live) -> bool {
    match &flight.action {
        Action::Update { changes, .. } | Action::Perform { changes, .. } => {
            !changes.is_empty()
                && compare::holds(view.kind, changes, live)
                && !compare::has_unseen(view.kind, changes)
        }
        Action::Claim { owner, .. } => {
            let told = owner.mark.is_none() || owner.mark == live.mark;
            told && live.owner.as_ref() == Some(&owner.id)
        }
        _ => false,
    }
}

/// In doubt the version may have moved by our own call; else a moved version means that somebody else was there.
fn renew_version(flight: &mut Flight, live: &Live) -> Option<Fault> {
    let (Action::Update { version, .. } | Action::Delete { version, .. }) = &mut flight.action else {
        return None;
    };
    if version.is_some() && *version != live.version {
        if !flight.doubted {
            let text = format!("{} was changed since it was planned", live.native_id);
            return Some(Fault::new(FaultKind::Conflict, text).code("stale"));
        }
        *version = live.version.clone();
    }
    None
}
