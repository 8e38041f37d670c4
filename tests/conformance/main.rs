//! Every example of every kind, the way a user has it: from a folder through the whole pipeline to a cloud, and back.
//!
//! One suite over several grounds: the simulated cloud always, and moto where the API is linked. `KIND=aws_subnet,...`
//! limits it to kinds, `CLOUD=sim` or `CLOUD=moto` to a ground.

mod case;
#[cfg(feature = "aws")]
mod clock;
mod course;
mod exceptions;
mod ground;
#[cfg(feature = "aws")]
mod modelled;
#[cfg(feature = "aws")]
mod moto;
mod outside;
mod stage;
mod tally;
mod tried;
mod trouble;

#[path = "../support/mod.rs"]
mod support;

use ground::Sim;
use tally::{Tally, is_asked};

/// How many servers work side by side: each is one Python process.
#[cfg(feature = "aws")]
const SERVERS: usize = 2;

#[test]
fn simulated_clouds() {
    if is_asked("CLOUD", "sim") {
        Tally::over(vec![Sim::new]).finish();
    }
}

#[cfg(feature = "aws")]
#[test]
fn the_shape_of_the_aws_api() {
    if is_asked("CLOUD", "moto") {
        let beds: Option<Vec<moto::Bed>> = (0..SERVERS).map(|_| moto::Bed::start()).collect();
        let Some(beds) = beds else { return };
        Tally::over(beds.into_iter().map(|bed| move || bed.ground()).collect()).finish();
    }
}

/// What moto has is also asked for there; what it lacks is held against nothing else.
#[cfg(feature = "aws")]
#[test]
fn every_request_is_one_that_the_published_model_allows() {
    if is_asked("CLOUD", "model") {
        modelled::check();
    }
}

/// Names in the lists of the suite stand for something.
#[test]
fn what_is_excepted_and_tried_beside_is_there() {
    let registry = support::registry();
    for one in exceptions::EXCEPTIONS {
        assert!(registry.kind(one.kind).is_some(), "there is no kind {}", one.kind);
    }
    let beside = include_str!("../../providers/aws/tests/moto.rs");
    for (kind, act, test) in tried::BESIDE {
        let kind = registry.kind(kind).expect("a kind");
        assert!(kind.operation(*act).is_some(), "{} has no {act:?}", kind.name);
        assert!(beside.contains(&format!("fn {test}(")), "there is no test {test}");
    }
}
