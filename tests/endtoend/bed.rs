//! The bed: one moto for all tests, and a workplace for each of them: a spec, an account, a proxy of its own.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use relight_bed::{Ask, Moto, Proxy, Seen, Settings};
use serde_json::Value as Json;

use super::world::World;

/// It ends with this process: its input is a pipe of ours.
static MOTO: LazyLock<Option<Moto>> = LazyLock::new(Moto::start);

/// The last account that was given away.
static ACCOUNTS: AtomicU64 = AtomicU64::new(200_000_000_000);

/// The spec that most tests use.
pub const STACK_FOLDER: &str = "tests/endtoend/spec";

/// The shop of the README.
pub const WEBSHOP: &str = "examples/webshop";

/// What a process said, and how it ended.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    /// The same, where it ended as it should.
    #[track_caller]
    pub fn ending(self, code: i32) -> Said {
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        self
    }

    /// The same, where all of these were said.
    #[track_caller]
    pub fn saying(self, words: &[&str]) -> Said {
        let text = format!("{}\n{}", self.out, self.err);
        let missing: Vec<&&str> = words.iter().filter(|word| !text.contains(**word)).collect();
        assert!(missing.is_empty(), "{missing:?} is missing from:\n{text}");
        self
    }

    /// Its output as JSON.
    #[track_caller]
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }
}

/// A folder with a spec, and an account on the server that is reached through a proxy.
pub struct Workplace {
    folder: tempfile::TempDir,
    server: SocketAddr,
    pub account: u64,
    pub proxy: Proxy,
    variables: Vec<(&'static str, String)>,
}

impl Workplace {
    /// An empty account, and the files of a spec; `None`, said loudly, where moto is not installed.
    pub fn new(spec: &str) -> Option<Workplace> {
        let workplace = Workplace::empty()?;
        for entry in fs::read_dir(spec).expect("the spec") {
            let path = entry.expect("a file").path();
            if path.extension().is_some_and(|extension| extension == "hcl") {
                workplace.put(&path);
            }
        }
        Some(workplace)
    }

    /// The same for a spec that is given as text.
    pub fn of(text: &str) -> Option<Workplace> {
        let workplace = Workplace::empty()?;
        workplace.write(text);
        Some(workplace)
    }

    fn empty() -> Option<Workplace> {
        let server = MOTO.as_ref()?.address;
        let account = ACCOUNTS.fetch_add(1, Ordering::SeqCst) + 1;
        let variables = vec![("TF_VAR_account", account.to_string())];
        let workplace = Workplace::over(server, account, variables);
        assert!(workplace.world().things.is_empty(), "a new account holds something");
        Some(workplace)
    }

    fn over(server: SocketAddr, account: u64, variables: Vec<(&'static str, String)>) -> Workplace {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let proxy = Proxy::start(server).expect("a free port");
        let workplace = Workplace { folder, server, account, proxy, variables };
        workplace.behave(Settings::default());
        workplace
    }

    /// Another computer: the same spec and account, no memory, and a proxy that nothing went through yet.
    pub fn elsewhere(&self) -> Workplace {
        let other = Workplace::over(self.server, self.account, self.variables.clone());
        for entry in fs::read_dir(self.path()).expect("the folder") {
            let path = entry.expect("a file").path();
            if path.is_file() {
                other.put(&path);
            }
        }
        other
    }

    /// The value of a variable of the spec, beside that of `account`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Workplace {
        self.variables.push((name, value.into()));
        self
    }

    /// Copies a file of a spec. Nothing runs behind what the server makes: who asks whether it is up asks the server.
    fn put(&self, file: &Path) {
        let name = file.file_name().expect("a name");
        let asks = |line: &str| line.trim_start().starts_with("http ") && line.contains("\"http");
        let up = format!("  http = \"http://{}/moto-api/\"", self.server);
        let text = fs::read_to_string(file).expect("a text");
        let text: String =
            text.lines().map(|line| format!("{}\n", if asks(line) { &up } else { line })).collect();
        fs::write(self.path().join(name), text).expect("a copy");
    }

    /// Writes the spec anew.
    pub fn write(&self, text: &str) {
        fs::write(self.path().join("main.hcl"), text).expect("the spec");
    }

    /// Changes a file of the spec.
    #[track_caller]
    pub fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.path().join(file);
        let text = fs::read_to_string(&path).expect("the spec");
        assert!(text.contains(from), "there is no `{from}`");
        fs::write(path, text.replace(from, to)).expect("the spec");
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// How the proxy behaves, in this account.
    pub fn behave(&self, settings: Settings) {
        self.proxy.set(Settings { account: Some(self.account), ..settings });
    }

    /// The program, with nothing of this machine's configuration: the endpoint and any keys.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_relight"));
        command.arg("-C").arg(self.path()).args(arguments).stdin(Stdio::null()).env_clear();
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
            .env("HOME", self.path())
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_ENDPOINT_URL", format!("http://{}", self.proxy.address))
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test");
        command
    }

    /// Runs the program to its end.
    pub fn relight(&self, arguments: &[&str]) -> Said {
        said(&mut self.command(arguments))
    }

    /// Applies, and expects that to end well.
    #[track_caller]
    pub fn apply(&self) -> Said {
        self.relight(&["apply", "--yes"]).ending(0)
    }

    /// Expects that there is nothing to do.
    #[track_caller]
    pub fn is_quiet(&self) {
        self.relight(&["plan", "--detailed-exitcode"]).ending(0);
    }

    /// What stands in the account.
    pub fn world(&self) -> World {
        let path = format!("/moto-api/world.json?account={}", self.account);
        World::read(self.account, &relight_bed::get(self.server, &path).expect("what stands"))
    }

    /// A call of somebody else, past the proxy.
    #[track_caller]
    pub fn ask(&self, region: &str, service: &str, first: &str, body: &str) -> String {
        let ask = Ask { account: self.account, region, service, first, target: "", body };
        relight_bed::ask(self.server, &ask).expect("an answer")
    }

    /// The same, of a service that takes forms.
    #[track_caller]
    pub fn form(&self, region: &str, service: &str, form: &str) -> String {
        self.ask(region, service, "POST /", form)
    }

    /// The calls that may have changed something, in order.
    pub fn changing(&self) -> Vec<Seen> {
        let mut seen = self.proxy.seen();
        seen.retain(|seen| seen.call.changes_anything());
        seen
    }
}

/// Runs a command to its end.
pub fn said(command: &mut Command) -> Said {
    let output = command.output().expect("the process");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said { code: output.status.code().unwrap_or(-1), out: text(&output.stdout), err: text(&output.stderr) }
}
