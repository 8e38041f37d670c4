//! Commands of the user's: run without a shell, their output kept, and ended with all that they began when they take
//! too long.

use std::collections::{BTreeMap, VecDeque};
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

/// How much of what a command writes is kept, in bytes: the end of it.
const KEPT_BYTES: usize = 16 * 1024;

/// How long it is waited for the rest of what a command wrote once it has ended: something that it left behind may hold
/// its output open for ever.
const LINGER: Duration = Duration::from_millis(500);

/// Runs a command in a folder. Tells its exit status, `None` where it has none, and the end of what it wrote, with the
/// reason behind it where it has no status.
pub(super) fn run(
    words: &[String],
    environment: &BTreeMap<String, String>,
    folder: &Path,
    patience: Duration,
) -> (Option<i32>, String) {
    let Some((program, arguments)) = words.split_first() else {
        return (None, "no command is given".to_owned());
    };
    let mut command = Command::new(program);
    command.args(arguments).envs(environment).current_dir(folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    apart(&mut command);
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return (None, format!("`{program}` cannot be run: {error}")),
    };
    let tail = Arc::new(Mutex::new(VecDeque::new()));
    let (finished, reads) = mpsc::channel();
    if let Some(pipe) = child.stdout.take() {
        keep(pipe, Arc::clone(&tail), finished.clone());
    }
    if let Some(pipe) = child.stderr.take() {
        keep(pipe, Arc::clone(&tail), finished.clone());
    }
    drop(finished);
    let group = child.id();
    let ended = wait(child, group, patience);
    // Both pipes at most: each one that ends is told, and then all are gone.
    for _ in 0..2 {
        if reads.recv_timeout(LINGER).is_err() {
            break;
        }
    }
    let kept = tail.lock().unwrap_or_else(PoisonError::into_inner);
    let bytes: Vec<u8> = kept.iter().copied().collect();
    let mut output = String::from_utf8_lossy(&bytes).into_owned();
    let mut add = |text: String| {
        if !output.is_empty() && !output.ends_with('\n') {
            output.push('\n');
        }
        output.push_str(&text);
    };
    let status = match ended {
        Ok(Some(status)) => status.code(),
        Ok(None) => {
            add(format!("it took longer than {} s, and was ended", patience.as_secs()));
            return (None, output);
        }
        Err(error) => {
            add(error.to_string());
            None
        }
    };
    if status.is_none() {
        add("it was ended by a signal".to_owned());
    }
    (status, output)
}

/// Waits for a command; `None` when it took too long and was ended.
fn wait(mut child: Child, group: u32, patience: Duration) -> std::io::Result<Option<ExitStatus>> {
    let (ends, ended) = mpsc::channel();
    std::thread::Builder::new().name("hook".to_owned()).spawn(move || {
        // Nobody listens once the command took too long and did not even end when it was told to.
        let _ = ends.send(child.wait());
    })?;
    match ended.recv_timeout(patience) {
        Ok(status) => status.map(Some),
        Err(_) => {
            end(group);
            let _ = ended.recv_timeout(LINGER);
            Ok(None)
        }
    }
}

/// Reads a pipe to its end, and keeps the end of it.
fn keep(mut pipe: impl Read + Send + 'static, tail: Arc<Mutex<VecDeque<u8>>>, finished: mpsc::Sender<()>) {
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = pipe.read(&mut buffer) {
            let mut tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
            tail.extend(buffer.iter().take(count));
            let surplus = tail.len().saturating_sub(KEPT_BYTES);
            tail.drain(..surplus);
        }
        let _ = finished.send(());
    });
}

/// Lets a command be ended together with what it begins, and not by an interrupt at our terminal: what is under way is
/// finished.
#[cfg(unix)]
fn apart(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    command.process_group(0);
}

#[cfg(not(unix))]
fn apart(_: &mut Command) {}

#[cfg(unix)]
fn end(group: u32) {
    use nix::sys::signal::{Signal, killpg};
    use nix::unistd::Pid;
    if let Ok(group) = i32::try_from(group) {
        // It may have ended in the meantime, and then there is nothing to end.
        let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
    }
}

#[cfg(not(unix))]
fn end(_: u32) {}
