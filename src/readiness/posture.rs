//! Whether a standby is as ready as its posture says.

use relight_contract::{Posture, Role, Value};

use super::case::{Case, Findings};
use super::fact::is_entrance;
use crate::desired::Instance;
use crate::diag::{Diagnostic, codes};
use crate::topology::SiteId;

pub(super) fn check(case: &Case<'_>, findings: &mut Findings) {
    let Some(heir) = case.disaster.takes_over else { return };
    let Role::Standby(posture @ (Posture::Warm | Posture::Hot)) = case.topology.site(heir).role else {
        return;
    };
    for (block, kind) in case.peace.blocks_in(case.disaster.lost) {
        let here: Vec<&Instance> = case.peace.of(block, heir).collect();
        let decisive = !kind.scalable().is_empty() || kind.promotable().is_some() || is_entrance(kind);
        let Some(then) = case.after.of(block, heir).next().filter(|_| decisive) else { continue };
        let problem = match here.is_empty() {
            true => Some("is made only when it takes over".to_owned()),
            false => smaller(case, block, heir, posture),
        };
        let Some(problem) = problem else { continue };
        let name = &case.topology.site(heir).name;
        let text = format!("`{name}` is {posture}, and `{}` {problem}", then.address);
        let help = match posture {
            Posture::Hot => "a hot standby is as large as the primary; call it `warm` where it is not",
            _ => "a warm standby runs at least one of everything; call it `pilot_light` where it does not",
        };
        findings.add_once(
            &text,
            Diagnostic::warning(codes::POSTURE_NOT_KEPT, text.clone())
                .at(then.span)
                .address(&then.address)
                .help(help),
        );
    }
}

/// What is less than the posture promises.
fn smaller(
    case: &Case<'_>,
    block: crate::topology::BlockId,
    heir: SiteId,
    posture: Posture,
) -> Option<String> {
    let (here, there) = (size(case, block, heir)?, size(case, block, case.disaster.lost)?);
    match posture {
        Posture::Hot if here < there => Some(format!("is {here} where the primary has {there}")),
        Posture::Warm if here < 1 && there > 0 => Some("is empty".to_owned()),
        _ => None,
    }
}

/// The wanted size of a block in a site, in peacetime.
fn size(case: &Case<'_>, block: crate::topology::BlockId, site: SiteId) -> Option<i64> {
    let wanted = |instance: &Instance| {
        let field = instance.kind.scalable().first()?;
        instance.attributes.get(field).and_then(Value::as_i64)
    };
    case.peace.of(block, site).map(wanted).sum()
}
