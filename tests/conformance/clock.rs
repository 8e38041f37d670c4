//! A real cloud in hurried time: where a run would only wait, its clock goes on at once.

use relight::run::Ticket;
use relight::shell::mailbox::Arrival;
use relight::shell::transport::{AsyncTransport, Transport};
use relight_contract::{Milliseconds, Request};

/// A transport whose clock runs ahead of the real one by all the time that nobody needed to wait.
pub struct Hurried {
    inner: AsyncTransport,
    ahead_milliseconds: u64,
    open: usize,
}

impl Hurried {
    pub fn new(inner: AsyncTransport) -> Hurried {
        Hurried { inner, ahead_milliseconds: 0, open: 0 }
    }
}

impl Transport for Hurried {
    fn now(&self) -> Milliseconds {
        self.inner.now() + self.ahead_milliseconds
    }

    fn submit(&mut self, ticket: Ticket, request: Request, deadline: Milliseconds) {
        self.open += 1;
        self.inner.submit(ticket, request, deadline.saturating_sub(self.ahead_milliseconds));
    }

    fn wait(&mut self, until: Option<Milliseconds>) -> Arrival {
        match until {
            Some(until) if self.open == 0 => {
                self.ahead_milliseconds += until.saturating_sub(self.now());
                Arrival::Tick
            }
            _ => {
                let arrival =
                    self.inner.wait(until.map(|until| until.saturating_sub(self.ahead_milliseconds)));
                if matches!(arrival, Arrival::Answered(..)) {
                    self.open -= 1;
                }
                arrival
            }
        }
    }

    fn abandon(&mut self) {
        self.open = 0;
        self.inner.abandon();
    }
}
