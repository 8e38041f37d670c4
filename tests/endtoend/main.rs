//! The built binary against the shape of the AWS API, through a proxy that makes trouble.
//!
//! Everything here is seen from outside: what the process says and how it ends, the calls that went by, and what stands
//! in the server, read without relight. All tests share one moto, each in accounts of its own. moto proves no
//! permissions, no limits and no times of AWS: refusals come from the proxy.
#![expect(clippy::print_stdout, reason = "tests tell what they counted")]

mod bed;
mod crash;
mod drills;
mod failover;
mod faults;
mod made;
mod outside;
mod refused;
mod shop;
mod world;

/// What was made without an answer may stay unseen for minutes, which are waited out before it is made again: so what
/// waits most waits together. Before that, for its healthy region must answer in time, the region that does not.
#[test]
fn dead_and_busy_regions_and_killed_runs_come_to_the_same_end() {
    faults::a_region_that_swallows_calls_delays_and_changes_nothing_elsewhere();
    std::thread::scope(|scope| {
        let busy = scope.spawn(faults::a_busy_region_is_only_slower);
        crash::a_killed_apply_is_resumed_once_to_the_same_end();
        busy.join().expect("a busy region that is only slower");
    });
}
