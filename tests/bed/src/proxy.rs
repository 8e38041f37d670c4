//! The proxy: a thread for each connection, one lock over what all of them know.

use std::collections::BTreeMap;
use std::io::{BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::call::Call;
use crate::http::{Message, account, exchange};
use crate::pages;
use crate::refusal::{error, refusal};
use crate::rules::{Rule, Rules, Settings, Trouble};
use crate::tokens::{TokenUse, Tokens};

/// How many calls go to the server at once: more than that, and it loses answers of its own accord.
const MOST_AT_ONCE: usize = 8;

/// Pages of the proxy's own.
const COUNTS_PAGE: &str = "/bed/counts";
const FORGET_PAGE: &str = "/bed/forget";

/// A call as it went by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What it asked.
    pub call: Call,
    /// What happened to it.
    pub trouble: Option<Trouble>,
    /// Whether the server was asked.
    pub forwarded: bool,
    /// The status of its answer, heard or not; 0 for none.
    pub status: u16,
}

/// What a read answered, and after how many changes.
type Remembered = (u64, Message);

#[derive(Default)]
struct State {
    rules: Rules,
    tokens: Tokens,
    seen: Vec<Seen>,
    changes: u64,
    /// The last answer of each read, and the last one before the latest change.
    reads: BTreeMap<(String, String, String), (Remembered, Option<Remembered>)>,
}

struct Shared {
    target: SocketAddr,
    began: Instant,
    state: Mutex<State>,
    /// Told of every call that was seen.
    news: Condvar,
    room: (Mutex<usize>, Condvar),
}

/// A running proxy. It ends with its process.
pub struct Proxy {
    /// Where it listens.
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

impl Proxy {
    /// Starts one before `target`, on a free port of loopback.
    pub fn start(target: SocketAddr) -> std::io::Result<Proxy> {
        Proxy::start_at(SocketAddr::from(([127, 0, 0, 1], 0)), target)
    }

    /// Starts one before `target`, at an address.
    pub fn start_at(address: SocketAddr, target: SocketAddr) -> std::io::Result<Proxy> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        let room = (Mutex::new(MOST_AT_ONCE), Condvar::new());
        let shared =
            Arc::new(Shared { target, began: now(), state: Mutex::default(), news: Condvar::new(), room });
        let serving = shared.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let shared = serving.clone();
                thread::spawn(move || {
                    // A client that goes away ends its connection, and nothing else.
                    let _ = serve(&client, &shared);
                });
            }
        });
        Ok(Proxy { address, shared })
    }

    /// Makes trouble by a rule; earlier rules come first.
    pub fn add(&self, rule: Rule) {
        self.shared.lock().rules.add(rule);
    }

    /// Ends all trouble that rules make.
    pub fn clear(&self) {
        self.shared.lock().rules.clear();
    }

    /// Changes how it behaves beyond its rules.
    pub fn set(&self, settings: Settings) {
        self.shared.lock().rules.settings = settings;
    }

    /// The calls so far, in order.
    pub fn seen(&self) -> Vec<Seen> {
        self.shared.lock().seen.clone()
    }

    /// Waits until a call was seen that is meant; whether there was one in time.
    pub fn wait(&self, patience: Duration, mut is_meant: impl FnMut(&Seen) -> bool) -> bool {
        let mut looked = 0;
        let missing = |state: &mut State| {
            let found = state.seen.iter().skip(looked).any(&mut is_meant);
            looked = state.seen.len();
            !found
        };
        let waited = self.shared.news.wait_timeout_while(self.shared.lock(), patience, missing);
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    /// How many calls there were, by service and operation.
    pub fn counts(&self) -> BTreeMap<(String, String), u64> {
        self.shared.counts()
    }

    /// How tokens were used, by operation.
    pub fn tokens(&self) -> BTreeMap<String, TokenUse> {
        self.shared.lock().tokens.uses()
    }

    /// Forgets calls, tokens and answers: for a server that was emptied.
    pub fn forget(&self) {
        self.shared.forget();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn counts(&self) -> BTreeMap<(String, String), u64> {
        let mut counts = BTreeMap::new();
        for seen in &self.lock().seen {
            *counts.entry((seen.call.service.clone(), seen.call.operation.clone())).or_default() += 1;
        }
        counts
    }

    fn forget(&self) {
        let mut state = self.lock();
        state.seen.clear();
        state.tokens = Tokens::default();
        state.reads.clear();
    }

    /// Asks the server, with room for a few calls at once.
    fn ask(&self, request: &Message) -> std::io::Result<Message> {
        let (room, freed) = &self.room;
        let mut left = freed
            .wait_while(room.lock().unwrap_or_else(PoisonError::into_inner), |left| *left == 0)
            .unwrap_or_else(PoisonError::into_inner);
        *left -= 1;
        drop(left);
        let answer = exchange(self.target, request);
        *room.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        freed.notify_one();
        answer
    }

    fn note(&self, call: Call, trouble: Option<Trouble>, forwarded: bool, status: u16) {
        self.lock().seen.push(Seen { call, trouble, forwarded, status });
        self.news.notify_all();
    }
}

/// What becomes of a connection after a call.
enum Fate {
    Answer(Message),
    Silence,
    End,
}

fn serve(client: &TcpStream, shared: &Shared) -> std::io::Result<()> {
    client.set_nodelay(true)?;
    let mut reader = BufReader::new(client);
    while let Some(request) = Message::read(&mut reader, false)? {
        let fate = match request.target() {
            ("GET", COUNTS_PAGE) => Fate::Answer(counted(shared)),
            ("POST", FORGET_PAGE) => {
                shared.forget();
                Fate::Answer(Message::answer(200, &[], ""))
            }
            _ => pass(&request, shared),
        };
        match fate {
            Fate::Answer(answer) => {
                let mut client = client;
                client.write_all(&answer.bytes(true, request.target().0 == "HEAD"))?;
            }
            Fate::Silence => {
                // The client gives up at some time; until then the connection stands.
                let mut nothing = [0; 1024];
                while reader.read(&mut nothing)? > 0 {}
            }
            Fate::End => return Ok(()),
        }
    }
    Ok(())
}

/// The counts as JSON: service, operation, calls.
fn counted(shared: &Shared) -> Message {
    let counts: Vec<_> = shared
        .counts()
        .into_iter()
        .map(|((service, operation), calls)| {
            serde_json::json!({ "service": service, "operation": operation, "calls": calls })
        })
        .collect();
    let headers = [("Content-Type", "application/json")];
    Message::answer(200, &headers, serde_json::Value::from(counts).to_string())
}

fn pass(request: &Message, shared: &Shared) -> Fate {
    let call = Call::of(request);
    let (trouble, settings) = {
        let mut state = shared.lock();
        (state.rules.draw(&call, now() - shared.began), state.rules.settings)
    };
    let more = match trouble {
        Some(Trouble::Slow { milliseconds }) => milliseconds,
        _ => 0,
    };
    pause(settings.latency_milliseconds + more);
    let refused = trouble.and_then(|trouble| refusal(&call.service, trouble));
    if let Some(refused) = refused {
        shared.note(call, trouble, false, refused.status());
        return Fate::Answer(refused);
    }
    if matches!(trouble, Some(Trouble::BlackHole | Trouble::LoseRequest)) {
        shared.note(call, trouble, false, 0);
        return if trouble == Some(Trouble::BlackHole) { Fate::Silence } else { Fate::End };
    }
    let key = (call.service.clone(), call.region.clone(), call.body.clone());
    // Bound first, as below: the lock is taken again.
    let stale = shared.lock().stale(&key).filter(|_| trouble == Some(Trouble::Stale));
    if let Some(stale) = stale {
        shared.note(call, trouble, false, stale.status());
        return Fate::Answer(stale);
    }
    let (answer, forwarded) = match answered(&call, request, shared, settings) {
        Ok(answer) => answer,
        Err(_) => {
            shared.note(call, trouble, true, 0);
            return Fate::End;
        }
    };
    shared.lock().remember(&call, key, forwarded, &answer);
    shared.note(call, trouble, forwarded, answer.status());
    match trouble {
        Some(Trouble::LoseAnswer) => Fate::End,
        Some(Trouble::Withhold) => Fate::Silence,
        _ => Fate::Answer(answer),
    }
}

impl State {
    /// What a read answered before the last change.
    fn stale(&self, key: &(String, String, String)) -> Option<Message> {
        let (last, earlier) = self.reads.get(key)?;
        let before = [Some(last), earlier.as_ref()];
        before
            .into_iter()
            .flatten()
            .find(|(changes, _)| *changes < self.changes)
            .map(|(_, answer)| answer.clone())
    }

    fn remember(&mut self, call: &Call, key: (String, String, String), forwarded: bool, answer: &Message) {
        if call.changes_anything() {
            self.changes += u64::from(forwarded && answer.status() < 300);
            return;
        }
        let now = (self.changes, answer.clone());
        let earlier = match self.reads.remove(&key) {
            Some((last, _)) if last.0 < now.0 => Some(last),
            Some((_, earlier)) => earlier,
            None => None,
        };
        self.reads.insert(key, (now, earlier));
    }
}

/// The server's answer, or the first one that a token got; and whether the server was asked.
fn answered(
    call: &Call,
    request: &Message,
    shared: &Shared,
    settings: Settings,
) -> std::io::Result<(Message, bool)> {
    // Bound first: the lock must be free while the server works.
    let replayed = shared.lock().tokens.replay(call, &request.body);
    if let Some(answer) = replayed {
        return Ok((answer, false));
    }
    let page = pages::asked(call, &request.body, settings.page);
    let mut forwarded = request.clone();
    if let Some(page) = &page {
        forwarded.body.clone_from(&page.form);
    }
    forwarded.headers.extend(settings.account.map(account));
    let mut answer = shared.ask(&forwarded)?;
    if let Some(page) = page_of_people(&answer) {
        // What the server lacks, or breaks down over, is no trouble of a moment: nobody should try again.
        answer = error(&call.service, 400, "InvalidAction", &format!("{}: {page}", call.operation));
    }
    if let Some(cut) =
        page.filter(|_| answer.status() == 200).and_then(|page| pages::cut(call, &page, &answer.body))
    {
        answer.body = cut;
    }
    shared.lock().tokens.keep(call, &request.body, &answer);
    Ok((answer, true))
}

/// The title of a page for people: how moto says that it lacks an operation, or broke down.
fn page_of_people(answer: &Message) -> Option<String> {
    let text = String::from_utf8_lossy(&answer.body);
    let is_page = text.trim_start().get(..9).is_some_and(|begin| begin.eq_ignore_ascii_case("<!doctype"));
    if answer.status() < 400 || !is_page {
        return None;
    }
    let title = text.split_once("<title>").and_then(|(_, rest)| rest.split('<').next());
    let title = title.unwrap_or("no title").split_whitespace().collect::<Vec<_>>().join(" ");
    Some(title.chars().filter(|c| !"<>&\"".contains(*c)).collect())
}

#[expect(clippy::disallowed_methods, reason = "a limit is one of calls in a time")]
fn now() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "the proxy is made to be slow when asked")]
fn pause(milliseconds: u64) {
    if milliseconds > 0 {
        thread::sleep(Duration::from_millis(milliseconds));
    }
}
