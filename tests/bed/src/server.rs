//! Servers of a test's own, moto and the published model: on loopback, on a free port, ended by their process ids.

use std::io::Write as _;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

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
    /// Starts one, mended by `tests/moto/serve.py`; `None`, said loudly, where it is not installed and cannot be.
    ///
    /// # Panics
    /// Where it is installed and does not serve: that is a defect of the bed, and no reason to prove nothing.
    pub fn start() -> Option<Moto> {
        Moto::serve("serve.py")
    }

    /// Starts `tests/moto/modelled.py` instead, which keeps nothing, and reads and answers by the published model.
    ///
    /// # Panics
    /// As for `start`.
    pub fn of_the_model() -> Option<Moto> {
        Moto::serve("modelled.py")
    }

    fn serve(script: &str) -> Option<Moto> {
        match python() {
            Ok(python) => Some(Moto::start_with(&python, script).unwrap_or_else(|why| panic!("{why}"))),
            Err(why) => {
                say(&format!("SKIPPED: nothing is proved here: {why}"));
                None
            }
        }
    }

    fn start_with(python: &Path, script: &str) -> Result<Moto, String> {
        let told = |error: std::io::Error| error.to_string();
        let address = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).map_err(told)?;
        let child = Command::new(python)
            .arg(folder().join(script))
            .args([&address.port().to_string(), "--tied"])
            .env("PYTHONDONTWRITEBYTECODE", "1")
            // It ends with this pipe, however this process ends.
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(told)?;
        let mut moto = Moto { child, address };
        for _ in 0..LOOKS {
            if let Some(status) = moto.child.try_wait().map_err(told)? {
                return Err(format!("the server ended at once: {status}"));
            }
            if TcpStream::connect_timeout(&address, PAUSE).is_ok() {
                return Ok(moto);
            }
            pause();
        }
        Err("the server does not answer".to_owned())
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where the scripts stand.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../moto")
}

/// The Python that has the pinned version; installed beside the build where there is none.
fn python() -> Result<PathBuf, String> {
    let output = Command::new("bash").arg(folder().join("install")).stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("cannot install moto: {error}"))?;
    match output.status.success() {
        true => Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim())),
        false => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
    }
}

/// Said past what captures the output of tests: nobody should take a skipped test for a passed one.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

#[expect(clippy::disallowed_methods, reason = "a test waits for another process")]
fn pause() {
    std::thread::sleep(PAUSE);
}
