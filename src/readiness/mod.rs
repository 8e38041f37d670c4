//! Whether a spec holds on the day when a site is lost: mistakes that show in it, found before any cloud is asked.
//!
//! The spec is evaluated as it is in peacetime, and as it would be in each disaster that it prepares for. What a failover
//! would do is what the two have different. The room knows no cloud, only what tables tell; it refuses to look at what is
//! live, and to change what is planned.

mod act;
mod boot;
mod case;
mod copy;
mod door;
mod fact;
mod guard;
mod load;
mod missing;
mod name;
mod objective;
mod plane;
mod posture;
mod unfit;
mod watch;
mod world;

use crate::desired::{Assignment, ModuleFiles};
use crate::diag::{Diagnostic, Diagnostics, codes};
use crate::diff::Earlier;
use crate::topology::{SiteId, Topology};

pub use case::Disaster;
use case::{Case, Findings};
use world::World;

/// What is checked.
pub struct Question<'a> {
    /// What was meant.
    pub topology: &'a Topology,
    /// The files beside it.
    pub files: &'a dyn ModuleFiles,
    /// The time (RFC 3339), for `plantimestamp`.
    pub now: Option<&'a str>,
    /// The only site that is thought of as lost; `None` for each primary in turn.
    pub lost: Option<SiteId>,
}

/// The disasters that a spec prepares for: each primary lost, and each standby in its place; where other primaries are
/// left, they go on.
pub fn disasters(topology: &Topology) -> Vec<Disaster> {
    case::disasters(topology, None)
}

/// Everything that is found. `None` where the spec is wrong in peacetime already: `validate` says how.
///
/// It takes as long as evaluating the spec once more for each disaster, and grows with its size, not faster.
pub fn check(question: &Question<'_>) -> Option<Diagnostics> {
    let topology = question.topology;
    let mut findings = Findings::default();
    let peacetime = Assignment::peacetime(topology);
    let mut wrong = Diagnostics::new();
    let desired = world::evaluate(question, &peacetime, &mut wrong).filter(|_| !wrong.has_errors())?;
    let earlier = [Earlier { assignment: peacetime, desired }];
    let [Earlier { assignment: peacetime, desired: peace }] = &earlier;
    let peace = World::new(topology, peace);
    watch::in_peace(&peace, &mut findings);
    copy::objective(&peace, &mut findings);
    unfit::check(&peace, &mut findings);
    let lost = |site: &SiteId| question.lost.is_none_or(|only| only == *site);
    for site in peacetime.primaries().into_iter().filter(lost) {
        guard::store(topology, site, &mut findings);
    }
    let disasters = case::disasters(topology, question.lost);
    for site in case::without_heirs(topology, question.lost) {
        let site = topology.site(site);
        let text = format!("when `{}` is lost, nothing takes over", site.name);
        findings.add(Diagnostic::note(codes::STANDBY_NONE, text).at(site.span).help(
            "a second `site` with `role = \"standby\"` and `posture = \"pilot_light\"` keeps the data",
        ));
    }
    for disaster in &disasters {
        let assignment = disaster.roles(peacetime);
        let mut wrong = Diagnostics::new();
        let after = world::evaluate(question, &assignment, &mut wrong);
        let (Some(after), false) = (after, wrong.has_errors()) else {
            missing::wrong(topology, disaster, &wrong, &mut findings);
            continue;
        };
        let after = World::new(topology, &after);
        let acts = act::acts(&assignment, &after, &earlier);
        let case = Case { topology, disaster: *disaster, peace: &peace, after: &after, acts };
        examine(&case, &mut findings);
    }
    Some(findings.diagnostics)
}

/// Everything that one disaster shows.
fn examine(case: &Case<'_>, findings: &mut Findings) {
    posture::check(case, findings);
    watch::check(case, findings);
    door::check(case, findings);
    missing::check(case, findings);
    boot::check(case, findings);
    plane::check(case, findings);
    load::check(case, findings);
    copy::check(case, findings);
    objective::check(case, findings);
    guard::check(case, findings);
}
