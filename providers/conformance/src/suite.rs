//! The suite: what relight relies on, for every kind, over whatever door.

use relight_contract::field::{Mutability, Presence};
use relight_contract::{
    Act, Action, FaultKind, Identity, Kind, Listing, Name, Object, Registry, State, Value, canonical,
};

use crate::sample;
use crate::session::{
    Door, Made, Parent, Part, Places, Report, Session, Trouble, create, delete, differences, is_tagged,
    is_told, update,
};

/// Up to this size, more objects than fit a page are made.
const SMALL_PAGE: u16 = 5;

/// Drives every kind through its life: create, read back without a difference, find again without memory, change in
/// place, refuse what must be refused, survive throttles and lost answers, and delete.
///
/// Bodies are made from the tables: every field that can be set is set.
pub fn run(
    door: &mut dyn Door,
    registry: &Registry,
    places: &Places,
    kinds: impl IntoIterator<Item = &'static Kind>,
) -> Report {
    let mut session = Session::new(door, registry, places);
    for kind in kinds {
        session.subject = kind.name;
        life(&mut session, kind);
    }
    session.subject = "tidying up";
    session.tidy();
    session.report
}

fn life(session: &mut Session, kind: &'static Kind) {
    let made = match session.make(kind) {
        Ok(made) => made,
        Err(fault) => return session.check(false, || format!("cannot be created: {fault}")),
    };
    session.settle();
    for (part, check) in PARTS {
        match session.door.leaves_out(kind, *part) {
            Some(why) => session.skip(why),
            None => check(session, kind, &made),
        }
    }
}

/// A check of one kind with one object of it.
type Check = fn(&mut Session, &'static Kind, &Made);

/// The parts in their order: each leaves the object as the next one needs it.
const PARTS: &[(Part, Check)] = &[
    (Part::ReadBack, reads_back),
    (Part::FoundAgain, is_found_again),
    (Part::CreatedOnce, creates_once),
    (Part::ToldApart, is_told_apart),
    (Part::BadTags, refuses_bad_tags),
    (Part::Parents, holds_its_parents),
    (Part::Update, updates_in_place),
    (Part::Replacement, refuses_replacement),
    (Part::Throttle, is_throttled),
    (Part::Guard, is_guarded),
    (Part::Promotion, promotes),
    (Part::Cut, converges_after_a_cut),
    (Part::Deletion, is_deleted),
    (Part::AmbiguousCreate, resolves_ambiguous_creates),
];

fn reads_back(session: &mut Session, kind: &'static Kind, made: &Made) {
    let read = session.read(kind, &made.live.native_id);
    let Ok(Some(live)) = read else {
        return session.check(false, || format!("a new object cannot be read: {read:?}"));
    };
    let wrong = differences(kind, &made.attributes, &live);
    session.check(wrong.is_empty(), || format!("reads back with differences: {}", wrong.join("; ")));
    for (name, value) in &made.attributes {
        let Some(row) = kind.field(name).filter(|row| is_told(row)) else { continue };
        if let Some(other) = sample::respelled(row, value) {
            let same = live.get(name).is_some_and(|live| canonical::same(row, &other, live));
            session.check(same, || format!("{other:?} counts as another `{name}` than {value:?}"));
        }
    }
    for row in kind.fields.iter().filter(|row| row.write_only) {
        let told = live
            .get(row.name)
            .is_some_and(|value| !value.is_null() && !value.as_items().is_some_and(<[Value]>::is_empty));
        session.check(!told, || format!("tells `{}` back, which is write-only", row.name));
    }
}

fn is_found_again(session: &mut Session, kind: &'static Kind, made: &Made) {
    let native_id = &made.live.native_id;
    let listed = session.list(kind, &made.attributes).unwrap_or_default();
    let mine: Vec<_> = listed.iter().filter(|live| live.native_id == *native_id).collect();
    session.check(mine.len() == 1, || format!("is listed {} times", mine.len()));
    if is_tagged(kind)
        && let Some(live) = mine.first()
    {
        let owner = live.owner.as_ref() == Some(&made.owner.id);
        session.check(owner, || format!("a list tells the owner {:?}", live.owner));
        let token = live.token.as_ref() == Some(&made.token);
        session.check(token, || format!("a list tells the token {:?}", live.token));
    }
    let found = session.find(kind, made).unwrap_or_default();
    let ids: Vec<_> = found.iter().map(|live| live.native_id.clone()).collect();
    session.check(ids == [native_id.clone()], || format!("a find gives {ids:?}"));
}

/// The same create again, as its identity class has it.
fn creates_once(session: &mut Session, kind: &'static Kind, made: &Made) {
    let (other, other_token, _) = session.mark(kind);
    let same_id = |id: &Name| *id == made.live.native_id;
    match kind.identity {
        Identity::Name(_) => {
            let again = session.done(create(kind, &made.attributes, &other, &other_token));
            let refused = again.as_ref().is_err_and(|fault| fault.kind == FaultKind::Conflict);
            session.check(refused, || format!("a second one of its name: {again:?}"));
        }
        Identity::Token => {
            let again = session.done(create(kind, &made.attributes, &made.owner, &made.token));
            let same = matches!(&again, Ok(Some(live)) if same_id(&live.native_id));
            session.check(same, || format!("its token again: {again:?}"));
            let again = session.done(create(kind, &made.attributes, &other, &made.token));
            let refused = again.as_ref().is_err_and(|fault| fault.kind == FaultKind::Conflict);
            session.check(refused, || format!("its token with another owner: {again:?}"));
        }
        Identity::Server => {
            let again = session.done(create(kind, &made.attributes, &other, &other_token));
            if !sample::is_made_by_chance(kind, "id") {
                let refused = again.as_ref().is_err_and(|fault| fault.kind == FaultKind::Conflict);
                return session.check(refused, || format!("a second one of its id: {again:?}"));
            }
            let Ok(Some(live)) = again else {
                return session.check(false, || format!("a second one: {again:?}"));
            };
            session.check(!same_id(&live.native_id), || "two objects have one id".to_owned());
            let gone = session.done(delete(kind, &live.native_id));
            session.check(gone == Ok(None), || format!("the second one cannot be deleted: {gone:?}"));
        }
        Identity::Key(_) => {
            let again = session.done(create(kind, &made.attributes, &made.owner, &made.token));
            let same = matches!(&again, Ok(Some(live)) if same_id(&live.native_id));
            session.check(same, || format!("its key again: {again:?}"));
        }
    }
}

/// Several of a kind, more than a page where pages are small: each is listed once, and found alone.
fn is_told_apart(session: &mut Session, kind: &'static Kind, made: &Made) {
    if kind.identity == Identity::Server && !sample::is_made_by_chance(kind, "id") {
        return session.skip("its id follows from what it is made of: there cannot be two");
    }
    let page = match kind.listing {
        Listing::All { page } | Listing::Under { page, .. } => page,
    };
    let mut others = Vec::new();
    for _ in 0..if page <= SMALL_PAGE { page } else { 1 } {
        match session.make(kind) {
            Ok(other) => others.push(other),
            Err(fault) => return session.check(false, || format!("another one cannot be created: {fault}")),
        }
    }
    session.settle();
    if others.iter().any(|other| other.live.native_id == made.live.native_id) {
        return session.skip("its key has no part that is free: there cannot be two of it under one parent");
    }
    let listed = session.list(kind, &made.attributes).unwrap_or_default();
    for one in std::iter::once(made).chain(&others) {
        let times = listed.iter().filter(|live| live.native_id == one.live.native_id).count();
        session.check(times == 1, || format!("one of {} is listed {times} times", others.len() + 1));
        let found = session.find(kind, one).unwrap_or_default();
        let alone = found.len() == 1 && found.iter().all(|live| live.native_id == one.live.native_id);
        session.check(alone, || format!("a find among {} gives {found:?}", others.len() + 1));
    }
    for other in others {
        let gone = session.done(delete(kind, &other.live.native_id));
        session.check(gone == Ok(None), || format!("another one cannot be deleted: {gone:?}"));
    }
}

fn refuses_bad_tags(session: &mut Session, kind: &'static Kind, _made: &Made) {
    let rules = session.registry.provider(kind.provider).map(|provider| provider.tags);
    let (Some(field), Some(rules)) = (kind.tags, rules) else { return };
    let Some(bad) = sample::bad_tags(kind, field, &rules) else { return };
    let (owner, token, salt) = session.mark(kind);
    let mut attributes = session.body(kind, 0, &salt);
    attributes.insert(field, bad);
    let answered = session.done(create(kind, &attributes, &owner, &token));
    let refused = answered.as_ref().is_err_and(|fault| fault.kind == FaultKind::Invalid);
    session.check(refused, || format!("takes tags that its cloud refuses: {answered:?}"));
}

/// What an object points at cannot be deleted, and a pointer at nothing is refused.
fn holds_its_parents(session: &mut Session, kind: &'static Kind, made: &Made) {
    for row in kind.fields {
        let Some(reference) = row.refers.filter(|reference| reference.binding) else { continue };
        let Some(value) = made.attributes.get(row.name) else { continue };
        let Some(target) = session.registry.kind(reference.kind) else { continue };
        if let (Parent::Made, Some(live)) = (session.door.parent(target), session.parent(reference.kind)) {
            let answered = session.done(delete(target, &live.native_id));
            let refused = answered.as_ref().is_err_and(|fault| fault.kind == FaultKind::Conflict);
            session.check(refused, || format!("its `{}` can be deleted: {answered:?}", row.name));
        }
        if value.as_str().is_some() {
            let (owner, token, salt) = session.mark(kind);
            let mut attributes = session.body(kind, 0, &salt);
            attributes.insert(row.name, Value::from("nothing-has-this-name"));
            let answered = session.done(create(kind, &attributes, &owner, &token));
            let refused = answered.as_ref().is_err_and(|fault| fault.kind == FaultKind::NotFound);
            session.check(refused, || format!("a `{}` that does not exist: {answered:?}", row.name));
        }
    }
}

/// The fields that an update may change, with other values than the base has.
fn changes(session: &mut Session, kind: &'static Kind, made: &Made) -> Object {
    let mut changed = session.body(kind, 1, "unused");
    changed.retain(|name, value| {
        kind.field(name).is_some_and(|row| {
            let differs = made.attributes.get(name).is_none_or(|base| !canonical::same(row, value, base));
            row.mutability == Mutability::InPlace && is_told(row) && differs
        })
    });
    if let Identity::Name(rule) = kind.identity {
        changed.remove(rule.attribute);
    }
    changed
}

/// All fields at once, then each one back by somebody else: a list notices every edit.
fn updates_in_place(session: &mut Session, kind: &'static Kind, made: &Made) {
    let native_id = &made.live.native_id;
    let changed = changes(session, kind, made);
    if changed.is_empty() {
        return session.skip("nothing can be changed in place");
    }
    let before = session.read(kind, native_id).ok().flatten();
    let version = before.and_then(|live| live.version);
    let answered = session.done(update(kind, native_id, &changed, version.clone()));
    let Ok(Some(live)) = answered else {
        return session.check(false, || format!("cannot be updated: {answered:?}"));
    };
    session.check(live.native_id == *native_id, || "an update changes its id".to_owned());
    let wrong = differences(kind, &changed, &live);
    session.check(wrong.is_empty(), || format!("updates with differences: {}", wrong.join("; ")));
    if version.is_some() {
        let again = session.done(update(kind, native_id, &changed, version));
        let refused = again.as_ref().is_err_and(|fault| fault.kind == FaultKind::Conflict);
        session.check(refused, || format!("an update of an old version: {again:?}"));
    }
    for (name, _) in &changed {
        let base = made.attributes.get(name).cloned();
        let base = base.or_else(|| kind.field(name).map(|row| Value::Null(row.ty()))).unwrap_or(Value::NULL);
        let unset = kind.field(name).is_some_and(|row| row.presence == Presence::Required) && base.is_null();
        if unset {
            continue;
        }
        let one: Object = [(name.clone(), base.clone())].into_iter().collect();
        let edited = session.done(update(kind, native_id, &one, None));
        session.check(edited.is_ok(), || format!("`{name}` cannot be edited: {edited:?}"));
        session.settle();
        let listed = session.list(kind, &made.attributes).unwrap_or_default();
        let seen = listed.iter().find(|live| live.native_id == *native_id);
        let noticed = seen.is_some_and(|live| differences(kind, &one, live).is_empty());
        session.check(noticed, || format!("an edit of `{name}` goes unnoticed"));
    }
}

fn refuses_replacement(session: &mut Session, kind: &'static Kind, made: &Made) {
    for row in kind.fields {
        let fixed = row.mutability == Mutability::Replace && is_told(row) && row.refers.is_none();
        let Some(base) = made.attributes.get(row.name).filter(|_| fixed) else { continue };
        let other = match sample::is_free_text(row) {
            true => Some(Value::from("quite-another")),
            false => sample::value(row, &row.shape, 1, &mut |_, _| None),
        };
        let Some(other) = other.filter(|other| !canonical::same(row, other, base)) else { continue };
        let one: Object = [(row.name, other)].into_iter().collect();
        let answered = session.done(update(kind, &made.live.native_id, &one, None));
        let refused = answered.as_ref().is_err_and(|fault| fault.kind == FaultKind::Invalid);
        session.check(refused, || format!("`{}` is changed in place: {answered:?}", row.name));
    }
}

fn is_throttled(session: &mut Session, kind: &'static Kind, made: &Made) {
    if !session.door.trouble(kind, Act::Read, Trouble::Throttle) {
        return session.skip("this door makes no throttles");
    }
    let native_id = made.live.native_id.clone();
    let first = session.once(Action::Read { kind, native_id: native_id.clone() });
    let throttled = first.as_ref().is_err_and(|fault| fault.kind == FaultKind::Throttled);
    session.check(throttled, || format!("a throttled call: {first:?}"));
    let second = session.read(kind, &native_id);
    session.check(matches!(second, Ok(Some(_))), || format!("after a throttle: {second:?}"));
}

fn is_guarded(session: &mut Session, kind: &'static Kind, made: &Made) {
    let native_id = &made.live.native_id;
    for row in kind.fields.iter().filter(|row| row.guards_deletion) {
        for (guard, refused) in [(true, true), (false, false)] {
            let one: Object = [(row.name, Value::Bool(guard))].into_iter().collect();
            let set = session.done(update(kind, native_id, &one, None));
            session.check(set.is_ok(), || format!("`{}` cannot be set: {set:?}", row.name));
            if refused {
                let answered = session.done(delete(kind, native_id));
                let conflict = answered.as_ref().is_err_and(|fault| fault.kind == FaultKind::Conflict);
                session.check(conflict, || format!("deleted in spite of `{}`: {answered:?}", row.name));
            }
        }
    }
}

/// A replica becomes a source of its own, once.
fn promotes(session: &mut Session, kind: &'static Kind, made: &Made) {
    let Some((source, dictated)) = kind.promotable() else { return };
    let Some(reference) = kind.field(source).and_then(|row| row.refers) else {
        return session.skip("its source refers to nothing");
    };
    let Some(value) = made.live.get(reference.attribute).cloned() else {
        return session.check(false, || format!("has no `{}` to follow", reference.attribute));
    };
    let (owner, token, salt) = session.mark(kind);
    let mut attributes = session.body(kind, 0, &salt);
    attributes.retain(|name, _| !dictated.contains(&&**name));
    attributes.insert(source, value);
    let answered = session.done(create(kind, &attributes, &owner, &token));
    let Ok(Some(replica)) = answered else {
        return session.check(false, || format!("a replica cannot be made: {answered:?}"));
    };
    let promote = |native_id: &Name| Action::Perform {
        kind,
        act: Act::Promote,
        native_id: native_id.clone(),
        changes: Object::new(),
        planned: false,
        owner: None,
    };
    // A promotion cut before its effect leaves a replica; one cut behind it is done.
    let mut done = false;
    for trouble in [Trouble::LoseRequest, Trouble::LoseAnswer] {
        if !session.door.trouble(kind, Act::Promote, trouble) {
            session.skip("this door cuts no promotion");
            break;
        }
        let cut = session.once(promote(&replica.native_id));
        let lost = cut.as_ref().is_err_and(|fault| fault.kind == FaultKind::Ambiguous);
        session.check(lost, || format!("a promotion, {trouble:?}: {cut:?}"));
        session.door.wait(3_600_000);
        let read = session.read(kind, &replica.native_id).ok().flatten();
        done = read.is_some_and(|live| live.get(source).is_none_or(Value::is_null));
        let expected = trouble == Trouble::LoseAnswer;
        session.check(done == expected, || format!("a promotion, {trouble:?}: promoted is {done}"));
    }
    if !done {
        let answered = session.done(promote(&replica.native_id));
        let free = matches!(&answered, Ok(Some(live)) if live.get(source).is_none_or(Value::is_null)
            && live.native_id == replica.native_id);
        session.check(free, || format!("a promoted replica: {answered:?}"));
    }
    let again = session.done(promote(&replica.native_id));
    let refused = again.as_ref().is_err_and(|fault| fault.kind == FaultKind::Conflict);
    session.check(refused, || format!("promoted twice: {again:?}"));
    let gone = session.done(delete(kind, &replica.native_id));
    session.check(gone == Ok(None), || format!("the promoted one cannot be deleted: {gone:?}"));
}

/// An update and a delete whose answers are lost: doing them again leads to the same end.
fn converges_after_a_cut(session: &mut Session, kind: &'static Kind, made: &Made) {
    let native_id = &made.live.native_id;
    let changed = changes(session, kind, made);
    if !changed.is_empty() && session.door.trouble(kind, Act::Update, Trouble::LoseAnswer) {
        let first = session.once(update(kind, native_id, &changed, None));
        let lost = first.as_ref().is_err_and(|fault| fault.kind == FaultKind::Ambiguous);
        session.check(lost, || format!("a lost answer: {first:?}"));
        session.door.wait(3_600_000);
        let again = session.done(update(kind, native_id, &changed, None));
        let wrong = match &again {
            Ok(Some(live)) => differences(kind, &changed, live),
            other => vec![format!("{other:?}")],
        };
        session.check(wrong.is_empty(), || format!("an update after a cut: {}", wrong.join("; ")));
    }
}

fn is_deleted(session: &mut Session, kind: &'static Kind, made: &Made) {
    let native_id = &made.live.native_id;
    if session.door.trouble(kind, Act::Delete, Trouble::LoseAnswer) {
        let first = session.once(delete(kind, native_id));
        let lost = first.as_ref().is_err_and(|fault| fault.kind == FaultKind::Ambiguous);
        session.check(lost, || format!("a lost answer: {first:?}"));
    }
    let gone = session.done(delete(kind, native_id));
    session.check(gone == Ok(None), || format!("cannot be deleted: {gone:?}"));
    session.settle();
    let read = session.read(kind, native_id);
    session.check(read == Ok(None), || format!("is read after its deletion: {read:?}"));
    let listed = session.list(kind, &made.attributes).unwrap_or_default();
    let alive = listed.iter().any(|live| live.native_id == *native_id && live.state != State::Deleting);
    session.check(!alive, || "is listed after its deletion".to_owned());
    let changed = changes(session, kind, made);
    let late = session.done(update(kind, native_id, &changed, None));
    let refused = late.as_ref().is_err_and(|fault| fault.kind == FaultKind::NotFound);
    session.check(refused, || format!("is updated after its deletion: {late:?}"));
}

fn resolves_ambiguous_creates(session: &mut Session, kind: &'static Kind, _made: &Made) {
    for trouble in [Trouble::LoseRequest, Trouble::LoseAnswer] {
        resolves_an_ambiguous_create(session, kind, trouble);
    }
}

/// A create without an answer: whether it had its effect is found out by class, and there is one object in the end.
fn resolves_an_ambiguous_create(session: &mut Session, kind: &'static Kind, trouble: Trouble) {
    let (owner, token, salt) = session.mark(kind);
    let attributes = session.body(kind, 0, &salt);
    if !session.door.trouble(kind, Act::Create, trouble) {
        return session.skip("this door loses no answers");
    }
    let first = session.once(create(kind, &attributes, &owner, &token));
    let lost = first.as_ref().is_err_and(|fault| fault.kind == FaultKind::Ambiguous);
    session.check(lost, || format!("{trouble:?}: {first:?}"));
    session.door.wait(3_600_000);
    let mut made = Made { live: first_live(), attributes, owner, token };
    let found = session.find(kind, &made).unwrap_or_default();
    let expected = usize::from(trouble == Trouble::LoseAnswer);
    session.check(found.len() == expected, || format!("{trouble:?}: a find gives {} objects", found.len()));
    // Classes B and D may simply try again; A and C only when nothing was found.
    let retry = found.is_empty() || matches!(kind.identity, Identity::Token | Identity::Key(_));
    let live = match retry {
        true => session.done(create(kind, &made.attributes, &made.owner, &made.token)).ok().flatten(),
        false => found.into_iter().next(),
    };
    let Some(live) = live else {
        return session.check(false, || format!("{trouble:?}: nothing came of it"));
    };
    made.live = live;
    session.settle();
    let found = session.find(kind, &made).unwrap_or_default();
    session.check(found.len() == 1, || format!("{trouble:?}: {} objects in the end", found.len()));
    let gone = session.done(delete(kind, &made.live.native_id));
    session.check(gone == Ok(None), || format!("cannot be deleted after {trouble:?}: {gone:?}"));
    session.settle();
}

/// Stands for an object that is not known yet.
fn first_live() -> relight_contract::Live {
    relight_contract::Live {
        native_id: Name::from(""),
        attributes: Object::new(),
        owner: None,
        hint: None,
        mark: None,
        token: None,
        version: None,
        state: State::Pending,
    }
}
