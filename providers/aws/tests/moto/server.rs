//! A moto server of this test's own: on loopback, on a free port, ended by its process id.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How moto may be called, the first that works.
const COMMANDS: &[&[&str]] = &[&["moto_server"], &["python3", "-m", "moto.server"]];

/// How often to look whether it answers, and how long to wait in between.
const LOOKS: u32 = 600;
const PAUSE: Duration = Duration::from_millis(100);

/// A running server; dropping it ends it.
pub struct Moto {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Moto {
    /// Starts one; `None`, said loudly, where moto is not installed.
    pub fn start() -> Option<Moto> {
        let moto = COMMANDS.iter().find_map(|command| Moto::start_with(command));
        if moto.is_none() {
            say("SKIPPED: nothing is proved here, for moto is not installed (pip install 'moto[server]')");
        }
        moto
    }

    fn start_with(command: &[&str]) -> Option<Moto> {
        let address =
            TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port");
        let (program, arguments) = command.split_first()?;
        let child = Command::new(program)
            .args(arguments)
            .args(["-H", "127.0.0.1", "-p", &address.port().to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut moto = Moto { child, address };
        for _ in 0..LOOKS {
            if moto.child.try_wait().ok()?.is_some() {
                return None;
            }
            if TcpStream::connect_timeout(&address, PAUSE).is_ok() {
                return Some(moto);
            }
            pause();
        }
        None
    }
}

#[expect(clippy::print_stderr, reason = "a test that proves nothing says so")]
fn say(text: &str) {
    eprintln!("{text}");
}

#[expect(clippy::disallowed_methods, reason = "a test waits for another process")]
fn pause() {
    std::thread::sleep(PAUSE);
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
