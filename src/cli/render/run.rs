//! A run as people follow it: an area that moves on a terminal, plain lines elsewhere, and the same lines again when a
//! stored run is shown.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use relight_contract::Address;

use super::value::safe;
use super::{count, done, duration, going_on};
use crate::cli::advice;
use crate::cli::terminal::{Colour, Paint};
use crate::journal::Outcome;
use crate::plan::{Plan, StepId, Verb};
use crate::shell::watch::{RunEvent, Running, StepName, Watch, What};

/// How many running steps, and how many waiting ones, are shown at once.
const SHOWN_RUNNING: usize = 8;
const SHOWN_WAITING: usize = 3;

/// How many lines of what a failed hook wrote are shown.
const HOOK_LINES: usize = 8;

/// Turns events into lines.
pub(in crate::cli) struct Teller {
    paint: Paint,
    /// Whether somebody sits there who can be asked.
    asks: bool,
    started_at: Option<u64>,
    /// Steps that were told as being doubtful, so that their end says so.
    again: BTreeSet<StepId>,
}

impl Teller {
    pub(in crate::cli) fn new(paint: Paint) -> Teller {
        Teller { paint, asks: false, started_at: None, again: BTreeSet::new() }
    }

    /// Tells what may be answered where something is asked.
    pub(in crate::cli) fn asking(self, asks: bool) -> Teller {
        Teller { asks, ..self }
    }

    /// The line of an event; `None` when a person need not hear of it.
    pub(in crate::cli) fn line(&mut self, event: &RunEvent) -> Option<String> {
        let said = match &event.what {
            What::RunStarted { run, plan, steps, estimate_seconds, simulated } => {
                self.started_at = Some(event.at);
                let what = match run {
                    Some(run) => format!("{run} of {plan}"),
                    None => format!("{plan}, taken up again"),
                };
                let clouds = if *simulated { ", on simulated clouds" } else { "" };
                let steps = count(*steps, "step");
                return Some(format!("{what}: {steps}, about {}{clouds}", duration(*estimate_seconds)));
            }
            What::StepStarted { step, expected_seconds, attempt } => {
                let again = if *attempt > 1 { format!(", attempt {attempt}") } else { String::new() };
                let expected = match expected_seconds {
                    0..5 => String::new(),
                    seconds => format!(", about {}", duration(u64::from(*seconds))),
                };
                self.step(step, Colour::Grey, going_on(step.verb), &format!("{expected}{again}"))
            }
            What::StepWaiting { .. } | What::Progress { .. } | What::Calls { .. } => return None,
            What::GateAsked { .. }
            | What::GateAllowed { .. }
            | What::ProbeTold { .. }
            | What::HookRan { .. } => self.guard(&event.what)?,
            // Who allowed it was told.
            What::StepDone { step, .. } if step.verb == Verb::Approve => return None,
            What::StepMeasured { step, lag_seconds: Some(lag), .. } => {
                let behind = format!(", {} behind its source", duration(*lag));
                self.step(step, Colour::Grey, "measured", &behind)
            }
            What::StepMeasured { step, fault, .. } => {
                let why = fault.as_ref().map(|fault| format!(": {}", safe(&fault.to_string())));
                self.step(step, Colour::Yellow, "not measured", &why.unwrap_or_default())
            }
            What::StepRetry { step, fault, seconds } => {
                let fault = safe(&fault.to_string());
                self.step(step, Colour::Yellow, "again", &format!(" in {}: {fault}", duration(*seconds)))
            }
            What::StepDoubted { step, fault } => {
                self.again.insert(step.step);
                let fault = safe(&fault.to_string());
                self.step(
                    step,
                    Colour::Yellow,
                    "in doubt",
                    &format!(": {fault}; finding out what came of it"),
                )
            }
            What::StepDone { step, seconds, native_id } => {
                let id = native_id.as_ref().map(|id| format!("  {}", safe(id))).unwrap_or_default();
                let time = if *seconds > 0 { format!(" in {}", duration(*seconds)) } else { String::new() };
                self.step(step, Colour::Green, done(step.verb), &format!("{time}{id}"))
            }
            What::StepKept { step } => self.step(step, Colour::Green, "unchanged", ""),
            What::StepFailed { step, fault, .. } => {
                let advice = advice::at(&step.address, fault);
                let advice = advice.map(|advice| format!("\n         hint: {advice}")).unwrap_or_default();
                let fault = safe(&fault.to_string());
                self.step(step, Colour::Red, "failed", &format!(": {fault}{advice}"))
            }
            What::StepSkipped { step, because } => {
                self.step(step, Colour::Yellow, "skipped", &format!(", because of {because}"))
            }
            What::Interrupted => {
                "asked to stop: nothing new begins, what is under way is finished (again to end at once)"
                    .to_owned()
            }
            What::RunFinished { seconds, outcome } => return Some(self.finished(*seconds, outcome)),
        };
        let since = self.started_at.map_or(0, |start| event.at.saturating_sub(start) / 1000);
        Some(format!("{}  {said}", self.paint.paint(Colour::Grey, &format!("{:>7}", duration(since)))))
    }

    /// What is asked and run outside the clouds. What comes to a good end says so itself.
    fn guard(&self, what: &What) -> Option<String> {
        Some(match what {
            What::GateAsked { step, message, approvers, quorum, doors } => {
                let mut more = format!(": {}", safe(message));
                for door in doors {
                    more.push_str(&format!("\n         one way behind it: {door} cannot be undone"));
                }
                if !approvers.is_empty() {
                    let who = safe(&approvers.join(", "));
                    more.push_str(&format!("\n         {quorum} of {who} must say yes"));
                }
                if self.asks {
                    let yes = if approvers.is_empty() { "`yes`" } else { "the name of whoever says yes" };
                    more.push_str(&format!("\n         answer {yes}, or `no`"));
                }
                self.step(step, Colour::Magenta, "asks", &more)
            }
            What::GateAllowed { step, by, how } => {
                let more = format!(", by {}, {}", safe(by), safe(how));
                self.step(step, Colour::Green, "allowed", &more)
            }
            What::ProbeTold { up: true, .. } | What::HookRan { status: Some(0), .. } => return None,
            What::ProbeTold { step, told, .. } => {
                self.step(step, Colour::Yellow, "not up yet", &format!(": {}", safe(told)))
            }
            What::HookRan { step, output, simulated: true, .. } => {
                self.step(step, Colour::Grey, "noted", &format!(": {}", safe(output)))
            }
            What::HookRan { step, status, output, .. } => {
                let ended =
                    status.map_or("has no status".to_owned(), |status| format!("ended with {status}"));
                let lines: Vec<&str> = output.lines().collect();
                let last = lines.iter().skip(lines.len().saturating_sub(HOOK_LINES));
                let last: String = last.map(|line| format!("\n         | {}", safe(line))).collect();
                self.step(step, Colour::Yellow, "the hook", &format!(" {ended}{last}"))
            }
            _ => return None,
        })
    }

    /// A step's line.
    fn step(&self, step: &StepName, colour: Colour, word: &str, more: &str) -> String {
        format!("{} {}{more}", self.paint.paint(colour, &format!("{word:10}")), step.address)
    }

    fn finished(&self, seconds: u64, outcome: &Outcome) -> String {
        let took = duration(seconds);
        let (colour, text) = match outcome {
            Outcome::Completed { done, kept } => {
                let kept = if *kept > 0 { format!(", {kept} of them unchanged") } else { String::new() };
                (Colour::Green, format!("Done: {} in {took}{kept}.", count(*done, "step")))
            }
            Outcome::PartlyApplied { done, failed, skipped } => {
                let (failed, skipped) = (failed.len(), skipped.len());
                (
                    Colour::Red,
                    format!(
                        "Partly applied in {took}: {done} done, {failed} failed, {skipped} not tried for it."
                    ),
                )
            }
            Outcome::Interrupted { done, left } => {
                (Colour::Yellow, format!("Stopped after {took}: {done} done, {left} left."))
            }
            Outcome::LeaseLost => (
                Colour::Red,
                "Stopped: another process holds the lease now; nothing was written since.".to_owned(),
            ),
            Outcome::Refused => (Colour::Yellow, "Not approved: nothing was changed.".to_owned()),
            Outcome::Abandoned { done, left } => {
                (Colour::Yellow, format!("Closed: {done} done, {left} never will be by this run."))
            }
        };
        self.paint.bold(colour, &text)
    }
}

/// Says plain lines as things happen, and what takes long now and then.
pub(in crate::cli) struct Lines<W> {
    teller: Teller,
    write: W,
    told_at: u64,
}

/// How often plain lines tell of what is still under way, in milliseconds.
const QUIET_MILLISECONDS: u64 = 60_000;

impl<W: FnMut(&str)> Lines<W> {
    pub(in crate::cli) fn new(teller: Teller, write: W) -> Lines<W> {
        Lines { teller, write, told_at: 0 }
    }
}

impl<W: FnMut(&str)> Watch for Lines<W> {
    fn event(&mut self, event: &RunEvent) {
        if let Some(line) = self.teller.line(event) {
            self.told_at = event.at;
            (self.write)(&format!("{line}\n"));
        } else if let What::Progress { done, steps, running, remaining_seconds } = &event.what
            && event.at >= self.told_at.saturating_add(QUIET_MILLISECONDS)
        {
            self.told_at = event.at;
            let longest = running.first().map(|step| format!("; {}", under_way(step))).unwrap_or_default();
            let left = duration(*remaining_seconds);
            (self.write)(&format!("{:>7}  {done} of {steps} done, about {left} left{longest}\n", "..."));
        }
    }
}

fn under_way(running: &Running) -> String {
    let expected = match running.expected_seconds {
        0..5 => String::new(),
        seconds => format!(" of about {}", duration(u64::from(seconds))),
    };
    format!(
        "{} {} for {}{expected}",
        going_on(running.step.verb),
        running.step.address,
        duration(running.seconds)
    )
}

/// An area at the bottom of a terminal: what runs, what waits for what, and how far it is. Lines go by above it.
pub(in crate::cli) struct Live {
    plan: Arc<Plan>,
    teller: Teller,
    bar: ProgressBar,
    over: Vec<bool>,
}

impl Live {
    pub(in crate::cli) fn new(plan: Arc<Plan>, teller: Teller) -> Live {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(250));
        let over = vec![false; plan.content.steps.len()];
        Live { plan, teller, bar, over }
    }

    fn area(&self, done: u64, steps: u64, running: &[Running], remaining_seconds: u64) -> String {
        let mut lines = vec![String::new()];
        lines.extend(running.iter().take(SHOWN_RUNNING).map(|step| format!("  {}", under_way(step))));
        if running.len() > SHOWN_RUNNING {
            lines.push(format!("  and {} more", running.len() - SHOWN_RUNNING));
        }
        lines.extend(
            self.waiting(running).into_iter().map(|(step, before)| format!("  {step} waits for {before}")),
        );
        let left = if remaining_seconds > 0 {
            format!(", about {} left", duration(remaining_seconds))
        } else {
            String::new()
        };
        lines.push(format!("  {} {done} of {steps} done{left}", gauge(done, steps)));
        lines.join("\n")
    }

    /// The first steps that wait for nothing but what is under way, and one thing that each waits for.
    fn waiting(&self, running: &[Running]) -> Vec<(&Address, &Address)> {
        let under_way: BTreeSet<StepId> = running.iter().map(|running| running.step.step).collect();
        let steps = &self.plan.content.steps;
        let is_over = |id: &StepId| self.over.get(id.0 as usize).copied().unwrap_or(true);
        let waits = steps.iter().filter(|step| !is_over(&step.id) && !under_way.contains(&step.id));
        let waits = waits.filter_map(|step| {
            let open: Vec<&StepId> = step.after.iter().filter(|id| !is_over(id)).collect();
            let first = open.first().and_then(|id| steps.get(id.0 as usize))?;
            let next = step.verb != Verb::Wait && open.iter().all(|id| under_way.contains(id));
            next.then_some((&step.address, &first.address))
        });
        waits.take(SHOWN_WAITING).collect()
    }
}

/// Ten places, filled as far as the work is done.
fn gauge(done: u64, steps: u64) -> String {
    let filled = (done * 10).checked_div(steps).and_then(|tenths| usize::try_from(tenths).ok());
    let filled = filled.unwrap_or(10).min(10);
    format!("[{}{}]", "#".repeat(filled), ".".repeat(10 - filled))
}

impl Watch for Live {
    fn event(&mut self, event: &RunEvent) {
        match &event.what {
            What::Progress { done, steps, running, remaining_seconds } => {
                self.bar.set_message(self.area(*done, *steps, running, *remaining_seconds));
            }
            // What begins is seen in the area.
            What::StepStarted { .. } => {}
            what => {
                if let What::StepDone { step, .. } | What::StepKept { step } = what
                    && let Some(over) = self.over.get_mut(step.step.0 as usize)
                {
                    *over = true;
                }
                if let What::RunFinished { .. } = what {
                    self.bar.finish_and_clear();
                }
                if let Some(line) = self.teller.line(event) {
                    self.bar.suspend(|| eprintln_unless_closed(&line));
                }
            }
        }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Nobody is told when the terminal is gone.
fn eprintln_unless_closed(line: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gauges_fill_up() {
        assert_eq!(
            [gauge(0, 7), gauge(3, 6), gauge(7, 7), gauge(0, 0)],
            ["[..........]", "[#####.....]", "[##########]", "[##########]"]
        );
    }
}
