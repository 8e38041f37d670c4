//! A drill against the shape of the real API: what stood before stands after, as the server tells it.

use std::collections::BTreeSet;

use super::bed::{WEBSHOP, Workplace};
use super::world::{World, assert_same};

const STANDS_BY: &str = "us-west-2";

/// What stands. The server keeps the tags of what is gone.
fn standing(world: &World) -> Vec<String> {
    let mut lines = world.shape();
    lines.retain(|line| line.split(' ').nth(1) != Some("Tags"));
    lines
}

#[test]
fn a_drill_leaves_nothing_and_touches_nothing() {
    let Some(workplace) = Workplace::new(WEBSHOP) else { return };
    let domain = format!("webshop-{}.example", workplace.account);
    let workplace = workplace.with("TF_VAR_domain", domain);
    workplace.apply();
    // The server makes no backups by itself.
    let snapshot = "Action=CreateDBSnapshot&Version=2014-10-31&DBInstanceIdentifier=webshop-production-orders\
                    &DBSnapshotIdentifier=last-night";
    workplace.form(STANDS_BY, "rds", snapshot);
    let before = workplace.world();
    let earlier = workplace.proxy.seen().len();

    let started = workplace.relight(&["drill", "start", "oregon", "--yes"]).ending(0);
    started.saying(&["Ready in", "within the RTO of 30m"]);
    let during = workplace.world();
    let databases = during.all("DBInstance").filter(|thing| thing.region == STANDS_BY);
    let names: BTreeSet<&str> = databases.filter_map(|thing| thing.name.rsplit(':').next()).collect();
    assert_eq!(names, ["webshop-production-orders", "webshop-production-orders-drill"].into());
    assert_eq!(during.twice(), []);
    // Every call that changed something went to the region of the drill, or to nobody's.
    let since = workplace.proxy.seen().split_off(earlier);
    let elsewhere: Vec<_> = since
        .iter()
        .filter(|seen| seen.call.changes_anything() && seen.call.region != STANDS_BY)
        .map(|seen| &seen.call)
        .collect();
    assert_eq!(elsewhere, Vec::<&relight_bed::Call>::new());
    // Everything that stood stands as it did.
    let left: Vec<String> =
        before.shape().into_iter().filter(|line| !during.shape().contains(line)).collect();
    assert_eq!(left, Vec::<String>::new(), "a drill changed what stands");

    workplace.relight(&["drill", "stop", "oregon", "--yes"]).ending(0);
    assert_same(&standing(&before), &standing(&workplace.world()), "before and after a drill");
    workplace.is_quiet();
    let since = workplace.proxy.seen().len() - earlier;
    println!(
        "a drill against the shape of the API: {since} calls, and {} objects as before",
        before.things.len()
    );
}
