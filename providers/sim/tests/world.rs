//! How a simulated world behaves, beyond what the conformance suite asks of every cloud.

mod common;

use common::*;
use relight_contract::{Act, Action, Answer, FaultKind, Name, Object, Request, State, Type, Value};
use relight_sim::{Bucket, Chances, Disturbance, Limits, Nth, Outage, Rule, Settings, Throttle, World};

#[test]
fn values_come_from_the_table() {
    let mut world = World::new(registry(), Settings::instant(1));
    let (west, mut now) = (place("oregon", "west"), START);
    let live = done(&mut world, &mut now, &create(&west, "cumulus_database", database("orders"), "a"))
        .unwrap()
        .unwrap();
    assert_eq!(&*live.native_id, "projects/shop/databases/orders");
    assert_eq!(live.get("endpoint"), Some(&Value::from("orders.west.databases.cumulus.test")));
    assert_eq!(live.get("engine_version"), Some(&Value::from("16")));
    assert_eq!(live.get("deletion_protection"), Some(&Value::Bool(false)));
    assert_eq!(live.get("network"), Some(&Value::Null(Type::String)));
    assert_eq!(live.get("fingerprint"), Some(&Value::from("1")));
    let more = object([("storage_gib", Value::from(40))]);
    let live = done(&mut world, &mut now, &update(&west, "cumulus_database", &live.native_id, more))
        .unwrap()
        .unwrap();
    assert_eq!(live.get("fingerprint"), Some(&Value::from("2")));
    assert_eq!(live.version.as_deref(), Some("2"));
}

#[test]
fn a_copied_value_keeps_its_type() {
    let mut world = World::new(registry(), Settings::instant(1));
    let (west, mut now) = (place("oregon", "west"), START);
    let input = Value::tuple(vec![Value::from(1), Value::from("two"), Value::Bool(true)]);
    let request = create(&west, "terraform_data", object([("input", input.clone())]), "a");
    let live = done(&mut world, &mut now, &request).unwrap().unwrap();
    assert_eq!(live.get("output"), Some(&input));
    let set = Value::set(Type::String, vec![Value::from("x")]);
    let request = update(&west, "terraform_data", &live.native_id, object([("input", set.clone())]));
    let live = done(&mut world, &mut now, &request).unwrap().unwrap();
    assert_eq!(live.get("output"), Some(&set));
}

#[test]
fn regions_are_apart_and_global_kinds_are_not() {
    let mut world = World::new(registry(), Settings::instant(1));
    let (west, east, mut now) = (place("oregon", "west"), place("virginia", "east"), START);
    done(&mut world, &mut now, &create(&west, "cumulus_disk", disk(1), "a")).unwrap();
    let shadow = place("oregon~drill", "west");
    assert_eq!(listed(world.submit(now, &list(&west, "cumulus_disk"))).len(), 1);
    assert_eq!(listed(world.submit(now, &list(&shadow, "cumulus_disk"))).len(), 1);
    assert_eq!(listed(world.submit(now, &list(&east, "cumulus_disk"))).len(), 0);
    let network = create(&west, "cumulus_network", object([("name", Value::from("main"))]), "b");
    done(&mut world, &mut now, &network).unwrap();
    assert_eq!(listed(world.submit(now, &list(&east, "cumulus_network"))).len(), 1);
}

#[test]
fn an_operation_goes_on_in_virtual_time() {
    let mut world = World::new(registry(), Settings::calm(1));
    let west = place("oregon", "west");
    let reply = world.submit(START, &create(&west, "cumulus_database", database("orders"), "a"));
    let Ok(Answer::Accepted { native_id, handle, .. }) = reply.outcome else { panic!("{reply:?}") };
    assert!(reply.at < START + 1_000);
    let poll = |handle: &Name| Request {
        place: west.clone(),
        action: Action::Poll {
            kind: kind("cumulus_database"),
            native_id: native_id.clone(),
            handle: handle.clone(),
            attributes: Object::new(),
        },
    };
    let early = START + 60_000;
    assert!(matches!(world.submit(early, &poll(&handle)).outcome, Ok(Answer::Accepted { .. })));
    let seen = listed(world.submit(early, &list(&west, "cumulus_database")));
    assert_eq!(seen[0].state, State::Pending);
    let busy = world.submit(
        early,
        &update(&west, "cumulus_database", &native_id, object([("storage_gib", Value::from(1))])),
    );
    assert_eq!(fault_of(busy.outcome), FaultKind::Conflict);
    assert_eq!(
        fault_of(world.submit(early, &delete(&west, "cumulus_database", &native_id)).outcome),
        FaultKind::Conflict
    );
    let late = START + 3_600_000;
    let Ok(Answer::Object(live)) = world.submit(late, &poll(&handle)).outcome else { panic!("still busy") };
    assert_eq!(live.state, State::Ready);
    let Ok(Answer::Accepted { handle, .. }) =
        world.submit(late, &delete(&west, "cumulus_database", &native_id)).outcome
    else {
        panic!("deleted at once")
    };
    assert_eq!(listed(world.submit(late, &list(&west, "cumulus_database")))[0].state, State::Deleting);
    assert_eq!(world.submit(late + 3_600_000, &poll(&handle)).outcome, Ok(Answer::Absent));
}

#[test]
fn new_objects_are_seen_late_and_deleted_ones_linger() {
    let west = place("oregon", "west");
    let mut late = 0;
    for seed in 0..20 {
        let mut world = World::new(registry(), Settings::calm(seed));
        let mut now = START;
        let answered = world.submit(now, &create(&west, "cumulus_disk", disk(1), "a"));
        let Ok(Answer::Accepted { native_id, .. }) = answered.outcome else { panic!("{answered:?}") };
        let at_once = listed(world.submit(now, &list(&west, "cumulus_disk"))).len();
        let read = world.submit(now, &read(&west, "cumulus_disk", &native_id)).outcome;
        assert_eq!(at_once == 0, read == Ok(Answer::Absent), "a read lags as a list does");
        late += usize::from(at_once == 0);
        now += 60_000;
        assert_eq!(listed(world.submit(now, &list(&west, "cumulus_disk"))).len(), 1, "seed {seed}");
        assert_eq!(done(&mut world, &mut now, &delete(&west, "cumulus_disk", &native_id)), Ok(None));
        let lingers = listed(world.submit(now, &list(&west, "cumulus_disk")));
        assert!(
            lingers.iter().all(|live| live.state == State::Deleting) && lingers.len() == 1,
            "seed {seed}"
        );
        assert!(listed(world.submit(now + 30_000, &list(&west, "cumulus_disk"))).is_empty());
    }
    assert!(late > 10, "only {late} of 20 were late");
}

#[test]
fn a_change_is_seen_late_but_answered_truly() {
    let west = place("oregon", "west");
    let stale = (0..20).filter(|seed| {
        let mut world = World::new(registry(), Settings::calm(*seed));
        let mut now = START;
        let live = done(&mut world, &mut now, &create(&west, "cumulus_disk", disk(1), "a")).unwrap().unwrap();
        now += 60_000;
        world.submit(now, &update(&west, "cumulus_disk", &live.native_id, disk(2)));
        let Ok(Answer::Object(seen)) =
            world.submit(now, &read(&west, "cumulus_disk", &live.native_id)).outcome
        else {
            panic!("gone")
        };
        let Ok(Answer::Object(settled)) =
            world.submit(now + 60_000, &read(&west, "cumulus_disk", &live.native_id)).outcome
        else {
            panic!("gone")
        };
        assert_eq!(settled.get("size_gib"), Some(&Value::from(2)));
        let old = seen.get("size_gib") == Some(&Value::from(1));
        assert_eq!(old, seen.version.as_deref() == Some("1"), "an old look has the old version");
        old
    });
    assert!(stale.count() > 10);
}

#[test]
fn a_token_is_remembered_for_a_day_even_after_the_object() {
    let mut world = World::new(registry(), Settings::instant(1));
    let (west, now) = (place("oregon", "west"), START);
    let make = create(&west, "cumulus_disk", disk(1), "a");
    let first = done(&mut world, &mut now.clone(), &make).unwrap().unwrap();
    let other = create(&west, "cumulus_disk", disk(2), "a");
    assert_eq!(fault_of(world.submit(now, &other).outcome), FaultKind::Conflict);
    assert_eq!(
        done(&mut world, &mut now.clone(), &delete(&west, "cumulus_disk", &first.native_id)),
        Ok(None)
    );
    let replayed = world.submit(now + 3_600_000, &make).outcome;
    assert_eq!(replayed, Ok(Answer::Absent), "the token leads to the dead object");
    let anew = world.submit(now + 25 * 3_600_000, &make).outcome;
    assert!(matches!(&anew, Ok(Answer::Object(live)) if live.native_id != first.native_id), "{anew:?}");
}

#[test]
fn a_deleted_name_stays_reserved() {
    let mut world = World::new(registry(), Settings::instant(1));
    let (west, mut now) = (place("oregon", "west"), START);
    let make = create(&west, "cumulus_database", database("orders"), "a");
    let live = done(&mut world, &mut now, &make).unwrap().unwrap();
    assert_eq!(done(&mut world, &mut now, &delete(&west, "cumulus_database", &live.native_id)), Ok(None));
    let again = world.submit(now + 599_000, &make).outcome.unwrap_err();
    assert_eq!((again.kind, again.code.as_deref()), (FaultKind::Conflict, Some("NameReserved")));
    assert!(world.submit(now + 600_000, &make).outcome.is_ok());
}

#[test]
fn wrong_requests_are_named() {
    let mut world = World::new(registry(), Settings::instant(1));
    let west = place("oregon", "west");
    let mut refuse = |changes: &[(&str, Value)], expected: &str| {
        let mut attributes = database("orders");
        for (name, value) in changes {
            attributes.insert(*name, value.clone());
        }
        let fault =
            world.submit(START, &create(&west, "cumulus_database", attributes, "a")).outcome.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Invalid);
        assert!(fault.message.contains(expected), "{}", fault.message);
    };
    refuse(&[("engine", Value::Null(Type::String))], "`engine` is missing");
    refuse(&[("engine", Value::from("oracle"))], "not one of postgres, mysql");
    refuse(&[("size", Value::from(1))], "no field `size`");
    refuse(&[("storage_gib", Value::from("many"))], "`storage_gib` is no number");
    refuse(&[("endpoint", Value::from("here"))], "given by the cloud alone");
    refuse(&[("name", Value::from("n".repeat(41)))], "longer than 40");
    let both = object([("size_gib", Value::from(1)), ("image", "i".into()), ("snapshot", "s".into())]);
    let fault = world.submit(START, &create(&west, "cumulus_disk", both, "a")).outcome.unwrap_err();
    assert!(fault.message.contains("may not stand beside"), "{}", fault.message);
    assert_eq!(world.objects(START).count(), 0);
}

#[test]
fn capabilities_are_transitions_of_the_table() {
    let mut world = World::new(registry(), Settings::calm(1));
    let (west, east, mut now) = (place("oregon", "west"), place("virginia", "east"), START);
    let source = done(&mut world, &mut now, &create(&east, "cumulus_database", database("orders"), "a"))
        .unwrap()
        .unwrap();
    // The replica takes its engine from its source, which stands in another region.
    let replica = object([
        ("name", "orders-west".into()),
        ("storage_gib", Value::from(20)),
        ("replica_of", Value::text(source.native_id.clone())),
    ]);
    let replica =
        done(&mut world, &mut now, &create(&west, "cumulus_database", replica, "b")).unwrap().unwrap();
    assert_eq!(replica.get("engine"), Some(&Value::from("postgres")));
    let perform =
        |place: &std::sync::Arc<relight_contract::Place>, act, id: &Name, changes: Object| Request {
            place: place.clone(),
            action: Action::Perform {
                kind: kind("cumulus_database"),
                act,
                native_id: id.clone(),
                changes,
                planned: false,
                owner: None,
            },
        };
    let freed = object([("replica_of", Value::Null(Type::String))]);
    let refused = world.submit(now, &update(&west, "cumulus_database", &replica.native_id, freed)).outcome;
    assert_eq!(fault_of(refused), FaultKind::Invalid, "an update is no promotion");
    let fenced = done(&mut world, &mut now, &perform(&east, Act::Fence, &source.native_id, Object::new()))
        .unwrap()
        .unwrap();
    assert_eq!(fenced.get("read_only"), Some(&Value::Bool(true)));
    let promoted =
        done(&mut world, &mut now, &perform(&west, Act::Promote, &replica.native_id, Object::new()))
            .unwrap()
            .unwrap();
    assert!(promoted.get("replica_of").unwrap().is_null());
    let follow = object([("replica_of", Value::text(replica.native_id.clone()))]);
    let demoted =
        done(&mut world, &mut now, &perform(&east, Act::Demote, &source.native_id, follow)).unwrap().unwrap();
    assert_eq!(demoted.get("replica_of").and_then(Value::as_str), Some(&*replica.native_id));
    let aside = object([("name", "orders-retired".into())]);
    let retired =
        done(&mut world, &mut now, &perform(&east, Act::Retire, &source.native_id, aside)).unwrap().unwrap();
    assert_eq!(&*retired.native_id, "projects/shop/databases/orders-retired");
    let ids: Vec<_> = world.objects(now).map(|(_, _, live)| live.native_id.to_string()).collect();
    assert_eq!(ids.len(), 2, "{ids:?}");
    let steer = perform(&west, Act::Shift, &replica.native_id, Object::new());
    assert_eq!(fault_of(world.submit(now, &steer).outcome), FaultKind::Invalid);
}

#[test]
fn buckets_fill_again() {
    let limits = Bucket { burst: 3, refill_per_minute: 60 };
    let throttle =
        Throttle { any: Limits { reads: limits, ..Limits::default() }, services: Default::default() };
    let mut world = World::new(registry(), Settings { throttle: Some(throttle), ..Settings::instant(1) });
    let (west, east) = (place("oregon", "west"), place("virginia", "east"));
    let mut ask = |place, now| world.submit(now, &list(place, "cumulus_disk")).outcome.is_ok();
    assert_eq!([0; 5].map(|_| ask(&west, START)), [true, true, true, false, false]);
    assert!(ask(&east, START), "another region has a bucket of its own");
    assert!(ask(&west, START + 1_000));
    assert!(!ask(&west, START + 1_999));
    assert!(ask(&west, START + 2_000));
}

#[test]
fn an_outage_answers_nothing_and_changes_nothing() {
    let mut settings = Settings::calm(1);
    settings.faults.outages.push(Outage {
        place: "oregon".into(),
        from: START + 10,
        until: Some(START + 100_000),
    });
    let mut world = World::new(registry(), settings);
    let (west, east) = (place("oregon", "west"), place("virginia", "east"));
    let cut = world.submit(START, &create(&west, "cumulus_disk", disk(1), "a"));
    assert_eq!(fault_of(cut.outcome), FaultKind::Ambiguous, "the answer was on its way");
    assert_eq!(world.objects(START).count(), 1);
    let reply = world.submit(START + 10, &create(&west, "cumulus_disk", disk(1), "b"));
    assert_eq!((reply.at, fault_of(reply.outcome)), (START + 10 + 3_100, FaultKind::Unreachable));
    assert_eq!(world.objects(START + 10).count(), 1);
    assert!(world.submit(START + 10, &list(&east, "cumulus_disk")).outcome.is_ok());
    assert!(world.submit(START + 100_000, &list(&west, "cumulus_disk")).outcome.is_ok());
}

#[test]
fn rules_strike_the_call_they_name() {
    let mut settings = Settings::instant(1);
    settings.faults.rules = vec![
        Rule::new(Act::Create, Nth::Only(2), Disturbance::Refused(FaultKind::Capacity)).kind("cumulus_disk"),
        Rule::new(Act::Create, Nth::Only(3), Disturbance::Stuck { milliseconds: None }).kind("cumulus_disk"),
        Rule::new(Act::Create, Nth::Only(4), Disturbance::Fails).place("oregon"),
        Rule::new(Act::Create, Nth::Only(5), Disturbance::Slow { milliseconds: 7_000 }),
    ];
    let mut world = World::new(registry(), settings);
    let west = place("oregon", "west");
    let mut make = |word| world.submit(START, &create(&west, "cumulus_disk", disk(1), word));
    assert!(make("a").outcome.is_ok());
    assert_eq!(fault_of(make("b").outcome), FaultKind::Capacity);
    assert!(matches!(make("c").outcome, Ok(Answer::Accepted { .. })), "never ready");
    assert!(matches!(make("d").outcome, Ok(Answer::Object(live)) if live.state == State::Failed));
    assert_eq!(make("e").at, START + 7_000);
    let states: Vec<_> = world.objects(START + 86_400_000).map(|(_, _, live)| live.state).collect();
    assert_eq!(states.iter().filter(|state| **state == State::Pending).count(), 1);
    let effects: Vec<_> = world.calls().iter().map(|call| call.effect).collect();
    assert_eq!(effects, [true, false, true, true, true]);
    assert_eq!(world.counts()[&("oregon".into(), "cumulus_disk", Act::Create)], 5);
}

/// Many calls with chance against them, as a text.
fn story(seed: u64) -> String {
    let mut settings = Settings::calm(seed);
    settings.faults.chances = Chances {
        throttled: 50_000,
        internal: 50_000,
        lost_before: 50_000,
        lost_after: 50_000,
        slow: 50_000,
        stuck: 50_000,
        capacity: 50_000,
    };
    let mut world = World::new(registry(), settings);
    let (west, mut now, mut story) = (place("oregon", "west"), START, String::new());
    for nth in 0..200 {
        let reply = world.submit(now, &create(&west, "cumulus_disk", disk(nth), &nth.to_string()));
        now = reply.at;
        story += &format!("{reply:?}\n");
    }
    story
}

#[test]
fn one_seed_is_one_story() {
    assert_eq!(story(7), story(7));
    assert_ne!(story(7), story(8));
    for kind in ["Throttled", "Internal", "Ambiguous", "Capacity", "Accepted"] {
        assert!(story(7).contains(kind), "no {kind} in 200 calls");
    }
}

#[test]
fn data_sources_answer_from_samples_and_objects() {
    let mut world = World::new(registry(), Settings::instant(1));
    let (west, middle, mut now) = (place("oregon", "west"), place("cumulus", "middle"), START);
    let ask = |place: &std::sync::Arc<relight_contract::Place>, name: &str, arguments: Object| Request {
        place: place.clone(),
        action: Action::LookUp { data: registry().data(name).unwrap(), arguments },
    };
    let Ok(Answer::Data(zones)) = world.submit(now, &ask(&west, "cumulus_zones", Object::new())).outcome
    else {
        panic!("no zones")
    };
    assert_eq!(zones.get("names").and_then(Value::as_items).unwrap()[0], Value::from("west-a"));
    // A zone that nobody made is made up; a record can stand in it, but it is in nobody's list.
    let look = ask(&middle, "cumulus_zone", object([("dns_name", "old.test".into())]));
    let Ok(Answer::Data(old)) = world.submit(now, &look).outcome else { panic!("no zone") };
    let record = object([
        ("zone", old.get("id").unwrap().clone()),
        ("name", "www.old.test".into()),
        ("type", "A".into()),
        ("answers", Value::set(Type::String, vec!["192.0.2.1".into()])),
    ]);
    done(&mut world, &mut now, &create(&middle, "cumulus_record", record, "r")).unwrap();
    assert!(listed(world.submit(now, &list(&middle, "cumulus_zone"))).is_empty());
    // One that stands is found, however its name is spelt.
    let zone = object([("name", "shop".into()), ("dns_name", "shop.test".into())]);
    let zone = done(&mut world, &mut now, &create(&middle, "cumulus_zone", zone, "z")).unwrap().unwrap();
    let look = ask(&middle, "cumulus_zone", object([("dns_name", "Shop.test.".into())]));
    let Ok(Answer::Data(found)) = world.submit(now, &look).outcome else { panic!("no zone") };
    assert_eq!(found.get("id").and_then(Value::as_str), Some(&*zone.native_id));
}

#[test]
fn other_hands_leave_their_marks() {
    let mut world = World::new(registry(), Settings::calm(1));
    let west = place("oregon", "west");
    let kind = kind("cumulus_disk");
    let id = world.create_outside(&west, kind, &disk(5), None).unwrap();
    let seen = listed(world.submit(START, &list(&west, "cumulus_disk")));
    assert_eq!((seen.len(), seen[0].owner.clone()), (1, None));
    world.edit_outside(&west, kind, &id, &object([("image", "stolen".into())])).unwrap();
    assert_eq!(
        listed(world.submit(START, &list(&west, "cumulus_disk")))[0].get("image"),
        Some(&"stolen".into())
    );
    let claim = Request {
        place: west.clone(),
        action: Action::Claim { kind, native_id: id.clone(), owner: owner("mine") },
    };
    assert!(world.submit(START, &claim).outcome.is_ok());
    let seen = listed(world.submit(START, &list(&west, "cumulus_disk")));
    assert_eq!(seen[0].owner, Some(owner("mine").id));
    world.delete_outside(&west, kind, &id).unwrap();
    assert!(listed(world.submit(START, &list(&west, "cumulus_disk"))).is_empty());
}
