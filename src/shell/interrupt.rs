//! Signals: the first interrupt asks the run to stop, the second one ends the process.
//!
//! Ending at any instant is safe: what counts is durable before it counts. A terminated process gets most of a second
//! to come to its own end, which is what CI systems grant.

use std::process;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::sync::Notify;

use super::mailbox::{Arrival, Mailbox};

/// The exit code of an interrupted process.
pub const INTERRUPTED: i32 = 130;

/// How long a terminated process goes on, at most.
const GRACE: Duration = Duration::from_millis(900);

/// Listens for signals from now on, in a thread of its own. None that comes after this has returned ends the process by
/// itself.
pub fn listen(mailbox: Mailbox) -> std::io::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let (listens, listening) = channel();
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        runtime.block_on(async {
            let ended = Notify::new();
            tokio::join!(interrupts(&mailbox), terminations(&mailbox, &ended, listens));
        });
    })?;
    // Where it cannot listen it says nothing, and nobody waits for that.
    let _ = listening.recv();
    Ok(())
}

async fn interrupts(mailbox: &Mailbox) {
    if tokio::signal::ctrl_c().await.is_err() {
        return;
    }
    mailbox.post(Arrival::Interrupted);
    if tokio::signal::ctrl_c().await.is_ok() {
        process::exit(INTERRUPTED);
    }
}

#[cfg(unix)]
async fn terminations(mailbox: &Mailbox, never: &Notify, listens: Sender<()>) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminated) = signal(SignalKind::terminate()) else { return };
    // Interrupts are listened for since the poll before this one.
    let _ = listens.send(());
    if terminated.recv().await.is_some() {
        mailbox.post(Arrival::Interrupted);
        // Nothing notifies it: this is a wait of that length, unless the process ends by itself before.
        let _ = tokio::time::timeout(GRACE, never.notified()).await;
        process::exit(INTERRUPTED);
    }
}

#[cfg(not(unix))]
async fn terminations(_: &Mailbox, _: &Notify, listens: Sender<()>) {
    let _ = listens.send(());
}
