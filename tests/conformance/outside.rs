//! Other hands: calls past the planner, straight through the door to a cloud.

use std::sync::Arc;

use relight::run::Ticket;
use relight::shell::mailbox::Arrival;
use relight::shell::transport::Transport;
use relight_contract::{Action, Answer, Fault, FaultKind, Live, Place, Request};

/// How long one call may take.
const PATIENCE_MILLISECONDS: u64 = 120_000;

/// How long to wait before a call is made again that was refused for a while.
const PAUSE_MILLISECONDS: u64 = 2_000;

/// How long a change may stay unseen by reads.
const SETTLE_MILLISECONDS: u64 = 30_000;

/// Tickets that no run gives out begin here.
const FIRST_TICKET: u64 = 1 << 60;

/// How often an operation is asked about, and a refused call made again.
const MOST_CALLS: u32 = 200;

/// Lets so much time pass that everybody sees what was changed.
pub fn settle(transport: &mut dyn Transport) {
    wait(transport, SETTLE_MILLISECONDS);
}

fn wait(transport: &mut dyn Transport, milliseconds: u64) {
    let until = transport.now() + milliseconds;
    while transport.now() < until {
        let _ = transport.wait(Some(until));
    }
}

/// One call.
pub fn once(transport: &mut dyn Transport, ticket: u64, request: Request) -> Result<Answer, Fault> {
    let ticket = Ticket(FIRST_TICKET + ticket);
    let deadline = transport.now() + PATIENCE_MILLISECONDS;
    transport.submit(ticket, request, deadline);
    loop {
        match transport.wait(Some(deadline + 1)) {
            Arrival::Answered(answered, answer) if answered == ticket => return answer,
            Arrival::Interrupted => return Err(Fault::new(FaultKind::Internal, "interrupted")),
            _ => {}
        }
    }
}

/// One call, and the end of what it starts: the object, or none.
pub fn ask(transport: &mut dyn Transport, place: &Arc<Place>, action: Action) -> Result<Option<Live>, Fault> {
    let (kind, asked) = (action.kind(), action.asked());
    let mut next = action;
    for ticket in 0..u64::from(MOST_CALLS) {
        let request = Request { place: place.clone(), action: next.clone() };
        match (once(transport, ticket, request), kind) {
            (Ok(Answer::Object(live)), _) => return Ok(Some(live)),
            (Ok(Answer::Absent), _) => return Ok(None),
            (Ok(Answer::Accepted { native_id, handle, after_milliseconds }), Some(kind)) => {
                wait(transport, after_milliseconds);
                next = Action::Poll { kind, native_id, handle, attributes: asked.clone() };
            }
            (Ok(other), _) => return Err(Fault::new(FaultKind::Internal, format!("{other:?}"))),
            (Err(fault), _) if fault.kind.is_transient() => wait(transport, PAUSE_MILLISECONDS),
            (Err(fault), _) => return Err(fault),
        }
    }
    Err(Fault::new(FaultKind::Internal, "the operation never ends"))
}
