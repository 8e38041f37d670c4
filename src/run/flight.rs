//! Flights: one step under way, and what an answer means for it.

use relight_contract::{
    Action, Answer, Fault, FaultKind, Identity, Kind, Live, Milliseconds, Name, Object, OwnerId, State,
};

use super::retry::{self, Call, Decision, Tries};
use super::{Ticket, compare, doubt, measure, request};
use crate::journal::Accepted;
use crate::plan::StepId;

/// What the present call of a step is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To do what the step asks.
    Send,
    /// To ask how an accepted operation goes on.
    Poll,
    /// To find what a create left.
    Find,
    /// To look at the object, in doubt or in conflict.
    Look,
    /// To see whether there is anything to change at all.
    Compare,
    /// To read outputs again that were not written down.
    Refresh,
    /// To see how far a replica is behind before it is promoted.
    Measure,
    /// To see whether a number is zero by now.
    Await,
}

/// What the step waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    /// For this entry to be durable.
    Record(u64),
    /// For this call.
    Answer(Ticket),
    /// For this time.
    Time(Milliseconds),
}

/// One step under way.
pub(super) struct Flight {
    pub(super) step: StepId,
    /// The call that changes something.
    pub(super) action: Action,
    pub(super) attempt: u32,
    pub(super) token: Name,
    /// Whether the attempt may have had its effect unseen.
    pub(super) doubted: bool,
    /// Whether the object was found after a doubt instead of being told by the create call.
    pub(super) adopted: bool,
    pub(super) accepted: Option<Accepted>,
    pub(super) tries: Tries,
    /// How often this session was in doubt about it.
    pub(super) doubts: u32,
    /// How often the object was looked for.
    pub(super) looks: u32,
    /// Until when an object that nobody sees may still appear.
    pub(super) settle_until: Option<Milliseconds>,
    /// When the step counts as stuck.
    pub(super) give_up_at: Milliseconds,
    /// What a step that may turn out to be no change is compared with: fields as they are to be.
    pub(super) wanted: Option<Object>,
    /// The object that is read for that, or for its outputs.
    pub(super) read_id: Option<Name>,
    /// When a measurement is given up.
    pub(super) measure_until: Option<Milliseconds>,
    /// What a step waits for that changes nothing.
    pub(super) awaited: Option<Awaited>,
    pub(super) purpose: Purpose,
    pub(super) wait: Wait,
}

/// A number that is waited for until it is zero.
pub(super) struct Awaited {
    /// The field that tells it.
    pub(super) field: Name,
    /// What was measured before does not count.
    pub(super) settled_at: Milliseconds,
    /// What was told last.
    pub(super) last: Option<i64>,
}

/// What an answer is judged with.
pub(super) struct View<'a> {
    pub(super) kind: &'static Kind,
    pub(super) owner: &'a OwnerId,
    pub(super) now: Milliseconds,
    /// Whether what the step refers to was made by this run.
    pub(super) fresh: bool,
    /// Whether something of that, or of what that refers to, is spread from a global place.
    pub(super) spreads: bool,
    /// The old object of a replacement, which must not be taken for the new one.
    pub(super) replaces: Option<&'a str>,
}

/// What comes next.
#[derive(Clone, Debug)]
pub(super) enum Next {
    /// Record the start, and make the call; after so many milliseconds.
    Send { after_milliseconds: u64 },
    /// The attempt is known to have had no effect: the same with a new token.
    Anew,
    /// A call that changes nothing, after so many milliseconds.
    Call { purpose: Purpose, after_milliseconds: u64 },
    /// The call had no effect: note that, and make it again.
    Retry { fault: Fault, after_milliseconds: u64 },
    /// Nobody knows whether the call had its effect.
    Doubt(Fault),
    /// It is known how far the replica is behind, or why not: note that, and promote it.
    Measured { lag_seconds: Option<u64>, fault: Option<Fault> },
    /// The cloud works on it: note that, and ask again.
    Working { accepted: Accepted, after_milliseconds: u64 },
    /// The object is there, but of no use.
    Broken { native_id: Name, fault: Fault },
    /// The step is done.
    End { live: Option<Box<Live>>, kept: bool },
    /// The step failed.
    Fail(Fault),
}

const POLL_MILLISECONDS: u64 = 2_000;

impl Flight {
    /// What an answer to the present call leads to.
    pub(super) fn answered(&mut self, view: &View, answer: Result<Answer, Fault>) -> Next {
        let answer = match answer {
            Ok(answer) => answer,
            Err(fault) if self.purpose == Purpose::Measure => {
                return Next::Measured { lag_seconds: None, fault: Some(fault) };
            }
            Err(fault) => return self.failed(view, fault),
        };
        match (self.purpose, answer) {
            (Purpose::Send | Purpose::Poll, Answer::Accepted { native_id, handle, after_milliseconds }) => {
                self.goes_on(Accepted { native_id, handle: Some(handle) }, after_milliseconds)
            }
            (Purpose::Send | Purpose::Poll, Answer::Object(live)) => self.told(view, live),
            (Purpose::Send | Purpose::Poll, Answer::Absent) => self.gone(view),
            (Purpose::Find, Answer::Found(found)) => doubt::found(self, view, found),
            (Purpose::Look, Answer::Object(live)) => doubt::looked(self, view, Some(live)),
            (Purpose::Look, Answer::Absent) => doubt::looked(self, view, None),
            (Purpose::Compare, Answer::Object(live)) => self.compared(view, live),
            // What is not there differs: the call itself says what that means.
            (Purpose::Compare, Answer::Absent) => Next::Send { after_milliseconds: 0 },
            (Purpose::Refresh, Answer::Object(live)) => Next::End { live: Some(Box::new(live)), kept: true },
            (Purpose::Await, Answer::Object(live)) => self.awaited(view, &live),
            (Purpose::Await, Answer::Absent) => self.gone(view),
            (Purpose::Refresh, Answer::Absent) => Next::Fail(Fault::new(
                FaultKind::NotFound,
                "the object is gone, and with it an attribute that is needed",
            )),
            (Purpose::Measure, answer) => measure::told(view.kind, &answer),
            (_, other) => Next::Fail(Fault::new(
                FaultKind::Internal,
                format!("the provider answered {} with {}", self.action.kind_name(), word(&other)),
            )),
        }
    }

    /// Whether the cloud may still be at it, or may have done it unseen.
    pub(super) fn is_open(&self) -> bool {
        self.doubted || self.accepted.is_some()
    }

    /// Whether the object of an accepted operation is gone for good: reads that lag were waited for.
    pub(super) fn is_gone(&self, fault: &Fault) -> bool {
        self.accepted.is_some() && fault.kind == FaultKind::NotFound
    }

    /// How long to wait before another look at the cloud, in milliseconds.
    pub(super) fn next_look(&mut self) -> u64 {
        self.looks += 1;
        retry::back_off(1_000, self.looks, &self.token)
    }

    fn goes_on(&mut self, accepted: Accepted, after_milliseconds: u64) -> Next {
        let after_milliseconds = after_milliseconds.max(100);
        if self.accepted.as_ref() == Some(&accepted) {
            return Next::Call { purpose: Purpose::Poll, after_milliseconds };
        }
        Next::Working { accepted, after_milliseconds }
    }

    /// An object, after the call or while the operation goes on.
    pub(super) fn told(&mut self, view: &View, live: Live) -> Next {
        let deletes = matches!(self.action, Action::Delete { .. });
        // Without a handle the object itself tells, and reads may lag.
        let by_read =
            self.purpose == Purpose::Poll && self.accepted.as_ref().is_some_and(|a| a.handle.is_none());
        match live.state {
            State::Ready if deletes && !by_read => Next::Fail(Fault::new(
                FaultKind::Internal,
                "the deletion ended, but the object is still there",
            )),
            State::Deleting if !deletes => {
                Next::Fail(Fault::new(FaultKind::Conflict, "the object is being deleted"))
            }
            State::Failed if !deletes => {
                let text = format!("{} {} ended in a failed state", view.kind.name, live.native_id);
                Next::Broken { native_id: live.native_id, fault: Fault::new(FaultKind::Internal, text) }
            }
            State::Ready if !deletes => self.ended(view, live),
            _ => self.goes_on(Accepted { native_id: live.native_id, handle: None }, POLL_MILLISECONDS),
        }
    }

    /// The object is as the cloud made it. One that was found after a doubt may be half made.
    fn ended(&mut self, view: &View, live: Live) -> Next {
        if let (true, Action::Create { attributes, .. }) = (self.adopted, &self.action)
            && let Some(mend) = compare::mend(view.kind, attributes, &live)
        {
            self.action = mend;
            self.accepted = None;
            return Next::Send { after_milliseconds: 0 };
        }
        Next::End { live: Some(Box::new(live)), kept: false }
    }

    /// There is no such object.
    fn gone(&mut self, view: &View) -> Next {
        if matches!(self.action, Action::Delete { .. }) {
            return Next::End { live: None, kept: false };
        }
        let text = format!("{} is gone", view.kind.name);
        self.failed(
            &View { fresh: self.purpose == Purpose::Poll, ..*view },
            Fault::new(FaultKind::NotFound, text),
        )
    }

    /// A step that may be no change, compared with what is there.
    fn compared(&mut self, view: &View, live: Live) -> Next {
        let same = self.wanted.as_ref().is_some_and(|wanted| {
            compare::holds(view.kind, wanted, &live) && !compare::has_unseen(view.kind, wanted)
        });
        match same {
            true => Next::End { live: Some(Box::new(live)), kept: true },
            false => Next::Send { after_milliseconds: 0 },
        }
    }

    /// A number that is to be zero, measured since the wait began.
    fn awaited(&mut self, view: &View, live: &Live) -> Next {
        const EVERY_MILLISECONDS: u64 = 5_000;
        let Some(awaited) = &mut self.awaited else { return Next::End { live: None, kept: false } };
        awaited.last = live.get(&awaited.field).and_then(relight_contract::Value::as_i64);
        if awaited.last == Some(0) && view.now >= awaited.settled_at {
            return Next::End { live: None, kept: false };
        }
        Next::Call { purpose: Purpose::Await, after_milliseconds: EVERY_MILLISECONDS }
    }

    fn failed(&mut self, view: &View, fault: Fault) -> Next {
        let reads = self.purpose != Purpose::Send;
        let deletes = matches!(self.action, Action::Delete { .. });
        if deletes && fault.kind == FaultKind::NotFound && self.purpose != Purpose::Refresh {
            return Next::End { live: None, kept: false };
        }
        let fresh = view.fresh || (reads && self.purpose != Purpose::Refresh);
        let call = Call { changes: !reads, deletes, fresh, spreads: view.spreads, token: &self.token };
        match retry::decide(&fault, call, &mut self.tries) {
            Decision::Again(after_milliseconds) if reads => {
                Next::Call { purpose: self.purpose, after_milliseconds }
            }
            Decision::Again(after_milliseconds) => Next::Retry { fault, after_milliseconds },
            Decision::Doubt => Next::Doubt(fault),
            Decision::Look => self.look_in_conflict(view, fault),
            Decision::Fail => Next::Fail(fault),
        }
    }

    /// Something stands in the way: what it is decides whether waiting helps.
    fn look_in_conflict(&mut self, view: &View, fault: Fault) -> Next {
        let by_name = matches!(view.kind.identity, Identity::Name(_) | Identity::Key(_));
        match (&self.action, by_name) {
            (Action::Create { .. }, true) => Next::Call { purpose: Purpose::Find, after_milliseconds: 0 },
            (Action::Create { .. }, false) => {
                Next::Retry { fault, after_milliseconds: self.conflict_pause() }
            }
            _ => Next::Call { purpose: Purpose::Look, after_milliseconds: 0 },
        }
    }

    /// How long to wait before trying again what something stands in the way of, in milliseconds.
    pub(super) fn conflict_pause(&self) -> u64 {
        retry::back_off(2_000, self.tries.conflicts, &self.token)
    }

    /// The call for the present purpose.
    pub(super) fn call(&self, kind: &'static Kind) -> Option<Action> {
        let read = |native_id: &Name| Action::Read { kind, native_id: native_id.clone() };
        match self.purpose {
            Purpose::Send => Some(self.action.clone()),
            Purpose::Poll => self.accepted.as_ref().map(|accepted| match &accepted.handle {
                Some(handle) => {
                    let (native_id, handle) = (accepted.native_id.clone(), handle.clone());
                    Action::Poll { kind, native_id, handle, attributes: self.action.asked() }
                }
                None => read(&accepted.native_id),
            }),
            Purpose::Find => match &self.action {
                Action::Create { attributes, token, .. } => {
                    Some(Action::Find { kind, token: token.clone(), attributes: attributes.clone() })
                }
                // What was put aside is found by its new name.
                Action::Perform { changes, .. } => {
                    Some(Action::Find { kind, token: self.token.clone(), attributes: changes.clone() })
                }
                _ => None,
            },
            Purpose::Look => request::native_id(&self.action).map(read),
            Purpose::Compare | Purpose::Refresh | Purpose::Measure => self.read_id.as_ref().map(read),
            Purpose::Await => Some(self.action.clone()),
        }
    }
}

fn word(answer: &Answer) -> &'static str {
    match answer {
        Answer::Page { .. } => "a page",
        Answer::Object(_) => "an object",
        Answer::Found(_) => "what it found",
        Answer::Accepted { .. } => "an acceptance",
        Answer::Absent => "an absence",
        Answer::Data(_) => "data",
    }
}
