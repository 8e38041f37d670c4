//! A folder of its own for each test, and the binary run in it, with what differs between runs filtered out.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// The folder of one test.
pub struct TestContext {
    folder: TempDir,
}

/// What a command came to.
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl TestContext {
    pub fn new() -> TestContext {
        TestContext { folder: TempDir::new().expect("a folder for the test") }
    }

    /// The same with a spec in it.
    pub fn with(spec: &str) -> TestContext {
        let context = TestContext::new();
        context.write("main.hcl", spec);
        context
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("a file of the test");
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("a file of the test")
    }

    /// The command, not yet run.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_relight"));
        command.args(arguments).current_dir(self.folder.path()).env_clear();
        command
    }

    /// Runs the command without input.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(self.command(arguments), "")
    }

    pub fn run_with(&self, mut command: Command, input: &str) -> Ran {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary");
        // A command that reads nothing may have ended already.
        let _ = std::io::Write::write_all(&mut child.stdin.take().expect("its input"), input.as_bytes());
        let output = child.wait_with_output().expect("its end");
        self.ran(&output)
    }

    fn ran(&self, output: &Output) -> Ran {
        let text = |bytes: &[u8]| filter(&String::from_utf8_lossy(bytes), self.folder.path());
        Ran { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }
}

impl Ran {
    /// All of it, for snapshots.
    pub fn all(&self) -> String {
        let code = self.code.map_or("none".to_owned(), |code| code.to_string());
        format!("exit: {code}\n----- out\n{}----- err\n{}", self.out, self.err)
    }
}

/// Names and ids that are made anew each time.
fn filter(text: &str, folder: &Path) -> String {
    let text = text.replace(&folder.display().to_string(), "[FOLDER]");
    let replace = |text: String, pattern: &str, by: &str| {
        regex::Regex::new(pattern).expect("a pattern").replace_all(&text, by).into_owned()
    };
    let text = replace(text, r"run-[0-9a-f]{12}-[0-9a-f]{8}", "[RUN]");
    // What the simulated cloud draws.
    let text = replace(text, r"-[0-9]{10}\.us-", "-[DRAWN].us-");
    replace(text, r"plan-[0-9a-f]{12}", "[PLAN]")
}
