//! Cuts a file into its top-level blocks before any parser sees it.
//!
//! A cheap look at brackets, quotes, comments and heredocs serves three ends: pieces can be parsed on several
//! threads and their trees dropped one by one; a syntax error in one block leaves the others to be read, so that one
//! run reports all; and nothing that could exhaust the stack or the time of the parser behind is let through.

use std::ops::Range;

use super::syntax::Text;
use crate::diag::{Code, Diagnostic, codes};

/// How deep brackets, texts and templates may lie in each other. The parser's own limit of 64 levels counts
/// otherwise and is met first by anything that means something.
const MAX_OPEN: usize = 200;

/// How many entries one object may write out: the parser compares each key with all before it.
const MAX_ENTRIES: usize = 20_000;

/// What the scanner finds wrong with a piece.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Flaw {
    /// Where, as an offset into the text.
    pub(super) at: usize,
    /// Which code.
    pub(super) code: Code,
    /// What is wrong.
    pub(super) message: &'static str,
    /// What to do.
    pub(super) help: &'static str,
}

/// A text, cut up.
#[derive(Debug, Default)]
pub(super) struct Split {
    /// Runs of whole top-level structures, each about as long as was asked for. Comments go with what follows.
    pub(super) chunks: Vec<Range<usize>>,
    /// What is wrong with the pieces that stand in no chunk.
    pub(super) flaws: Vec<Flaw>,
    /// What the parser would misread, ascending.
    pub(super) masks: Vec<Mask>,
}

/// A place that the parser must be shown otherwise than it is written, at the same length. What matters there is
/// taken from the source itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mask {
    /// Where, as offsets into the text.
    pub(super) range: Range<usize>,
    /// What stands there.
    pub(super) what: Masked,
}

/// What the parser would misread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Masked {
    /// A heredoc without lines: the parser would look for its delimiter further on.
    EmptyHeredoc,
    /// A line of a heredoc that begins with the delimiter and goes on: the parser would end there.
    Delimiter,
    /// A number beyond the range of a double: the parser would stop in it.
    Number,
}

/// How many flaws of one text are looked for: each can cost a look at all that follows.
const MAX_FLAWS: usize = 20;

/// Cuts the `range` of `text` into chunks of at least `target` bytes; a `target` of 0 gives one chunk per structure.
pub(super) fn split(text: &str, range: Range<usize>, target: usize) -> Split {
    let mut split = Split::default();
    let (mut chunk, mut at) = (range.start, range.start);
    while at < range.end && split.flaws.len() < MAX_FLAWS {
        let masks = split.masks.len();
        match scan(text.as_bytes(), at, range.end, &mut split.masks) {
            Ok(end) => {
                at = end;
                if at - chunk >= target {
                    split.chunks.push(chunk..at);
                    chunk = at;
                }
            }
            Err(flaw) => {
                split.masks.truncate(masks);
                if chunk < at {
                    split.chunks.push(chunk..at);
                }
                at = recover(text, at..range.end, flaw, &mut split.flaws);
                chunk = at;
            }
        }
    }
    if chunk < at {
        split.chunks.push(chunk..at);
    }
    split
}

/// Where to go on behind a piece that is not well formed: at the next line that begins a block at its first column.
/// What is never closed swallows blocks behind it, so that the flaw of the piece itself is looked for again.
fn recover(text: &str, range: Range<usize>, flaw: Flaw, flaws: &mut Vec<Flaw>) -> usize {
    let next = next_header(text, range.start, range.end);
    if next == range.end {
        flaws.push(flaw);
    } else if let Err(flaw) = scan(text.as_bytes(), range.start, next, &mut Vec::new()) {
        flaws.push(flaw);
    }
    // Without a flaw up to there it was a comment in front of the piece.
    next
}

/// The blocks that may begin a file's line.
const HEADERS: [&str; 19] = [
    "topology",
    "site",
    "provider",
    "variable",
    "locals",
    "output",
    "module",
    "resource",
    "data",
    "overlay",
    "check",
    "moved",
    "removed",
    "import",
    "probe",
    "gate",
    "hook",
    "terraform",
    "ephemeral",
];

fn next_header(text: &str, from: usize, end: usize) -> usize {
    let mut at = text.get(from..end).and_then(|rest| rest.find('\n')).map_or(end, |line| from + line + 1);
    while at < end {
        let rest = text.get(at..end).unwrap_or_default();
        let line = rest.lines().next().unwrap_or_default();
        let word = line.split([' ', '"', '{', '\t']).next().unwrap_or_default();
        if HEADERS.contains(&word) && line.contains('{') && !line.contains('=') {
            return at;
        }
        at += rest.find('\n').map_or(rest.len(), |length| length + 1);
    }
    end
}

/// What is open at a place.
#[derive(Clone, Copy)]
struct Open<'t> {
    kind: Kind<'t>,
    /// Where it was opened.
    at: usize,
    /// Commas and line ends directly inside.
    entries: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind<'t> {
    /// `{` of a block, whose entries the parser keeps in a table.
    Block,
    /// `{`, `[` or `(` inside an expression, with what closes it.
    Bracket(u8),
    /// `${` or `%{`.
    Template,
    /// A quoted text.
    Quote,
    /// A heredoc, with its delimiter.
    Heredoc(&'t [u8]),
}

struct Scanner<'t, 'm> {
    text: &'t [u8],
    at: usize,
    end: usize,
    open: Vec<Open<'t>>,
    /// The last byte that was neither blank nor comment: tells a block's brace from an object's.
    last: u8,
    masks: &'m mut Vec<Mask>,
}

/// The end of the top-level structure that begins at `start`: behind its line end.
fn scan(text: &[u8], start: usize, end: usize, masks: &mut Vec<Mask>) -> Result<usize, Flaw> {
    let mut scanner = Scanner { text, at: start, end, open: Vec::new(), last: b'\n', masks };
    while scanner.at < end {
        match scanner.open.last().map(|open| open.kind) {
            Some(Kind::Quote) => scanner.quote()?,
            Some(Kind::Heredoc(delimiter)) => scanner.heredoc(delimiter)?,
            _ => {
                if scanner.code()? {
                    return Ok(scanner.at);
                }
            }
        }
    }
    match scanner.open.last() {
        None => Ok(end),
        Some(open) => Err(never_closed(open)),
    }
}

fn never_closed(open: &Open) -> Flaw {
    let (message, help) = match open.kind {
        Kind::Block => ("The block that begins here is never closed.", "Close it with `}`."),
        Kind::Bracket(b'}') | Kind::Template => {
            ("The brace that is opened here is never closed.", "Close it with `}`.")
        }
        Kind::Bracket(b']') => ("The bracket that is opened here is never closed.", "Close it with `]`."),
        Kind::Bracket(_) => ("The parenthesis that is opened here is never closed.", "Close it with `)`."),
        Kind::Quote => ("The text that begins here is never closed.", "Close it with `\"`."),
        Kind::Heredoc(_) => (
            "The heredoc that begins here is never closed.",
            "Its last line holds the delimiter and nothing else.",
        ),
    };
    Flaw { at: open.at, code: codes::SYNTAX, message, help }
}

impl<'t> Scanner<'t, '_> {
    fn byte(&self, ahead: usize) -> u8 {
        let at = self.at + ahead;
        if at < self.end { self.text.get(at).copied().unwrap_or(0) } else { 0 }
    }

    fn rest(&self) -> &'t [u8] {
        self.text.get(self.at..self.end).unwrap_or_default()
    }

    fn push(&mut self, kind: Kind<'t>, length: usize) -> Result<(), Flaw> {
        if self.open.len() >= MAX_OPEN {
            return Err(Flaw {
                at: self.at,
                code: codes::NESTING_TOO_DEEP,
                message: "Blocks or expressions are nested too deeply here.",
                help: "Move inner parts into `locals`.",
            });
        }
        self.open.push(Open { kind, at: self.at, entries: 0 });
        self.at += length;
        Ok(())
    }

    /// One step outside of texts; true behind the end of the structure.
    fn code(&mut self) -> Result<bool, Flaw> {
        let byte = self.byte(0);
        match (byte, self.byte(1)) {
            (b'\n', _) => {
                self.at += 1;
                if self.open.is_empty() && self.last != b'\n' {
                    return Ok(true);
                }
                self.entry()?;
                return Ok(false);
            }
            (b'#', _) | (b'/', b'/') => {
                self.at += self.rest().iter().position(|&byte| byte == b'\n').unwrap_or(self.rest().len());
                return Ok(false);
            }
            (b'/', b'*') => return self.comment().map(|()| false),
            (b' ' | b'\t' | b'\r', _) => {
                self.at += 1;
                return Ok(false);
            }
            (b'"', _) => self.push(Kind::Quote, 1)?,
            (b'<', b'<') => self.heredoc_or_operator()?,
            (b'{', _) => self.push(self.brace(), 1)?,
            (b'[', _) => self.push(Kind::Bracket(b']'), 1)?,
            (b'(', _) => self.push(Kind::Bracket(b')'), 1)?,
            (b'}' | b']' | b')', _) => self.close(byte)?,
            (b',', _) => {
                self.at += 1;
                self.entry()?;
            }
            (b'0'..=b'9', _) => self.number(),
            _ => self.at += 1,
        }
        self.last = byte;
        Ok(false)
    }

    /// Digits: the end of a name, an index, or a number.
    fn number(&mut self) {
        let before = self.text.get(..self.at).unwrap_or_default();
        let in_word =
            before.last().is_some_and(|&byte| byte == b'_' || byte == b'.' || byte.is_ascii_alphanumeric());
        let digits = |bytes: &[u8]| bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let rest = self.rest();
        let mut length = digits(rest);
        if !in_word {
            let fraction = rest.get(length + 1..).map_or(0, digits);
            if rest.get(length) == Some(&b'.') && fraction > 0 {
                length += 1 + fraction;
            }
            if let Some(b'e' | b'E') = rest.get(length) {
                let sign = usize::from(matches!(rest.get(length + 1), Some(b'+' | b'-')));
                let exponent = rest.get(length + 1 + sign..).map_or(0, digits);
                length += if exponent > 0 { 1 + sign + exponent } else { 0 };
            }
            let text = std::str::from_utf8(rest.get(..length).unwrap_or_default()).unwrap_or_default();
            if text.parse().is_ok_and(f64::is_infinite) {
                self.masks.push(Mask { range: self.at..self.at + length, what: Masked::Number });
            }
        }
        self.at += length;
    }

    /// A brace behind a name or a label, outside of expressions, is a block's.
    fn brace(&self) -> Kind<'t> {
        let in_body = self.open.last().is_none_or(|open| open.kind == Kind::Block);
        let after_word = self.last == b'"' || self.last == b'_' || self.last == b'-';
        match in_body && (after_word || self.last.is_ascii_alphanumeric() || !self.last.is_ascii()) {
            true => Kind::Block,
            false => Kind::Bracket(b'}'),
        }
    }

    fn entry(&mut self) -> Result<(), Flaw> {
        let at = self.at;
        let Some(open) = self.open.last_mut() else { return Ok(()) };
        open.entries += 1;
        if open.kind == Kind::Bracket(b'}') && open.entries > MAX_ENTRIES {
            return Err(Flaw {
                at,
                code: codes::VALUE_TOO_LARGE,
                message: "The object has more than 20,000 lines.",
                help: "Keep large tables in a JSON or CSV file, and read it with `jsondecode(file(...))`.",
            });
        }
        Ok(())
    }

    fn close(&mut self, byte: u8) -> Result<(), Flaw> {
        let fits = match self.open.last().map(|open| open.kind) {
            Some(Kind::Block | Kind::Template) => byte == b'}',
            Some(Kind::Bracket(closing)) => byte == closing,
            _ => false,
        };
        if !fits {
            return Err(Flaw {
                at: self.at,
                code: codes::SYNTAX,
                message: "This closes nothing that is open here.",
                help: "Often a bracket or quote before it is missing, or one is too many.",
            });
        }
        self.open.pop();
        self.at += 1;
        Ok(())
    }

    fn comment(&mut self) -> Result<(), Flaw> {
        match self.rest().windows(2).skip(2).position(|pair| pair == b"*/") {
            Some(length) => {
                self.at += length + 4;
                Ok(())
            }
            None => Err(Flaw {
                at: self.at,
                code: codes::SYNTAX,
                message: "The comment that begins here is never closed.",
                help: "Close it with `*/`.",
            }),
        }
    }

    fn quote(&mut self) -> Result<(), Flaw> {
        let byte = self.byte(0);
        match (byte, self.byte(1), self.byte(2)) {
            (b'"', ..) => {
                self.open.pop();
                self.at += 1;
                self.last = b'"';
            }
            (b'\\', ..) => self.at += 2,
            (b'$' | b'%', second, b'{') if second == byte => self.at += 3,
            (b'$' | b'%', b'{', _) => self.push(Kind::Template, 2)?,
            (b'\n', ..) => {
                return Err(Flaw {
                    at: self.open.last().map_or(self.at, |open| open.at),
                    code: codes::SYNTAX,
                    message: "The text that begins here is not closed on its line.",
                    help: "Close it with `\"`. For text of several lines use `\\n` or a heredoc.",
                });
            }
            _ => self.at += 1,
        }
        Ok(())
    }

    fn heredoc_or_operator(&mut self) -> Result<(), Flaw> {
        let rest = self.rest();
        let sign = if self.byte(2) == b'-' { 3 } else { 2 };
        let word = rest.get(sign..).unwrap_or_default();
        let length = word.iter().position(|&byte| byte == b'\n').unwrap_or(word.len());
        let delimiter = word.get(..length).unwrap_or_default().trim_ascii_end();
        if delimiter.is_empty() || delimiter.iter().any(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
            return Ok(());
        }
        self.push(Kind::Heredoc(delimiter), sign + length)
    }

    /// One line of a heredoc, or the rest of one behind an interpolation.
    fn heredoc(&mut self, delimiter: &[u8]) -> Result<(), Flaw> {
        let rest = self.rest();
        if rest.first() == Some(&b'\n') {
            let line = rest.get(1..).unwrap_or_default();
            let length = line.iter().position(|&byte| byte == b'\n').unwrap_or(line.len());
            let line = line.get(..length).unwrap_or_default();
            self.at += 1;
            let indent = line.len() - line.trim_ascii_start().len();
            if line.trim_ascii() == delimiter {
                let opened = self.open.pop();
                let first = opened.is_some_and(|open| {
                    !self.text.get(open.at..self.at - 1).is_some_and(|s| s.contains(&b'\n'))
                });
                if let (true, Some(open)) = (first, opened) {
                    let range = open.at..self.at + indent + delimiter.len();
                    self.masks.push(Mask { range, what: Masked::EmptyHeredoc });
                }
                self.at += length;
                self.last = b'"';
            } else if line.trim_ascii_start().starts_with(delimiter) {
                let start = self.at + indent;
                self.masks.push(Mask { range: start..start + delimiter.len(), what: Masked::Delimiter });
            }
            return Ok(());
        }
        let byte = self.byte(0);
        match (byte, self.byte(1), self.byte(2)) {
            (b'$' | b'%', second, b'{') if second == byte => self.at += 3,
            (b'$' | b'%', b'{', _) => self.push(Kind::Template, 2)?,
            _ => self.at += 1,
        }
        Ok(())
    }
}

impl Flaw {
    /// As it is shown; `text` is what was split.
    pub(super) fn diagnostic(&self, text: Text) -> Diagnostic {
        Diagnostic::error(self.code, self.message).at(text.span(self.at..self.at + 1)).help(self.help)
    }
}
