//! How each operation of a kind was tried, told by the stages of the course and the exceptions from it.
//!
//! The reference of kinds shows it, and the suite fails where its course came to something else.

use std::fmt;

use relight_contract::{Act, Kind, Shape};

use super::exceptions::{EXCEPTIONS, Exception, What};
use super::stage::{STAGES, Stage};

/// The ground that has the shape of the API.
pub const SHAPE: &str = "moto";

/// How an operation was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// On the real cloud.
    Live,
    /// Against a server that answers in the shape of the API.
    Shape,
    /// Against the published model of the API, which keeps nothing and makes its answers up. With why.
    ModelOnly(&'static str),
}

/// Operations that were tried on the real cloud: none so far.
const LIVE: &[(&str, Act)] = &[];

/// Operations that no stage makes and a test of the API half does: kind, operation, and the test in
/// `providers/aws/tests/moto.rs`.
pub const BESIDE: &[(&str, Act, &str)] = &[
    ("aws_db_instance", Act::Promote, "a_replica_follows_its_source_until_it_is_promoted"),
    ("aws_db_instance", Act::Retire, "a_database_is_renamed_in_place"),
    ("aws_rds_cluster", Act::Demote, "members_of_a_global_cluster_tell_who_writes"),
    ("aws_s3_object", Act::Shift, "a_switch_is_thrown_by_writing_it_anew"),
];

/// Operations that the server in the shape of the API lacks: kind, operation, and what it does not do.
const LACKING: &[(&str, Act, &str)] =
    &[("aws_rds_cluster", Act::Promote, "moto changes no roles in a global cluster")];

impl fmt::Display for Tried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Tried::Live => f.write_str("live"),
            Tried::Shape => f.write_str(SHAPE),
            Tried::ModelOnly(why) => write!(f, "model only: {why}"),
        }
    }
}

/// The operations that a stage makes with the subject, where it has anything to do.
pub fn acts(stage: Stage) -> &'static [Act] {
    match stage {
        Stage::Create => &[Act::List, Act::Create],
        Stage::Read => &[Act::Read],
        Stage::Forget => &[Act::List],
        Stage::Update | Stage::Tag => &[Act::Read, Act::Update],
        Stage::Replace | Stage::Delete => &[Act::Read, Act::Create, Act::Delete],
        Stage::Destroy => &[Act::Delete],
        // They repeat what was done before, or hang on what a ground can do.
        Stage::Edit | Stage::Back | Stage::Force | Stage::Weather | Stage::Cut | Stage::Lost => &[],
    }
}

/// Whether any example gives a stage something to do.
fn has_a_case(kind: &Kind, stage: Stage) -> bool {
    let tags = kind.tags.and_then(|field| kind.field(field));
    match stage {
        Stage::Update => kind.examples.iter().any(|example| !example.update.is_empty()),
        Stage::Tag => tags.is_some_and(|field| matches!(field.shape, Shape::Map(_))),
        Stage::Replace => kind.examples.iter().any(|example| !example.replace.is_empty()),
        _ => true,
    }
}

/// The exception that a stage is not expected to hold for, of its own or because the course ends before it.
fn excepted(cloud: &str, kind: &Kind, stage: Stage) -> Option<&'static Exception> {
    let mut own = EXCEPTIONS.iter().filter(|one| one.cloud == cloud && one.kind == kind.name);
    own.find(|one| match one.what {
        What::Stage(Stage::Create) => true,
        What::Stage(only) => only == stage,
        What::From(first) => first <= stage,
        What::Field(_) => false,
    })
}

/// Why no stage makes an operation on a ground, or none of those that do is expected to hold; `None` where one is.
pub fn untried(cloud: &str, kind: &Kind, act: Act) -> Option<&'static str> {
    let stages = STAGES.iter().filter(|stage| acts(**stage).contains(&act) && has_a_case(kind, **stage));
    let lacking = LACKING.iter().find(|(name, lacks, _)| *name == kind.name && *lacks == act);
    let mut why = match (lacking, act) {
        (Some((.., why)), _) => *why,
        (None, Act::Update) => "no example changes it in place",
        (None, _) => "no test performs it",
    };
    for stage in stages.rev() {
        why = excepted(cloud, kind, *stage)?.reason;
    }
    Some(why)
}

/// How an operation of a kind was tried.
pub fn tried(kind: &Kind, act: Act) -> Tried {
    let is_beside = BESIDE.iter().any(|(name, beside, _)| *name == kind.name && *beside == act);
    match untried(SHAPE, kind, act) {
        _ if LIVE.contains(&(kind.name, act)) => Tried::Live,
        Some(why) if !is_beside => Tried::ModelOnly(why),
        _ => Tried::Shape,
    }
}

/// How many operations were tried how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub shape: usize,
    pub model_only: usize,
    pub live: usize,
}

impl Counts {
    /// The operations of some kinds.
    pub fn of(kinds: impl Iterator<Item = &'static Kind>) -> Counts {
        let mut counts = Counts::default();
        for kind in kinds {
            for operation in kind.operations {
                let counter = match tried(kind, operation.act) {
                    Tried::Live => &mut counts.live,
                    Tried::Shape => &mut counts.shape,
                    Tried::ModelOnly(_) => &mut counts.model_only,
                };
                *counter += 1;
            }
        }
        counts
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { shape, model_only, live } = self;
        let all = shape + model_only + live;
        write!(f, "{all} operations: {shape} {SHAPE}, {model_only} model only, {live} live")
    }
}
