//! The terminal: both output streams, colours, width, and questions.

use std::io::{self, BufWriter, IsTerminal, Write};

use crate::diag::text::Style;
use crate::shell::environment::Variables;

/// The width of what is no terminal.
const WIDTH: usize = 120;

/// The process's input and output.
pub(super) struct Terminal {
    out: Stream,
    err: Stream,
    interactive: bool,
    colours: (bool, bool),
    dumb: bool,
    width: usize,
}

/// One output stream. Once its reader is gone nothing more is written to it, and that is no error.
struct Stream {
    to: Box<dyn Write>,
    closed: bool,
    failed: bool,
}

/// How marks are coloured; colour never says anything that the words do not.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Paint {
    colour: bool,
}

/// A colour of the terminal's own palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colour {
    Red,
    Green,
    Yellow,
    Magenta,
    Cyan,
    Grey,
}

impl Terminal {
    pub(super) fn new(environment: &Variables, no_color: bool) -> Terminal {
        let dumb = environment.get("TERM").is_some_and(|value| value == "dumb");
        let plain = no_color || dumb || environment.get("NO_COLOR").is_some_and(|value| !value.is_empty());
        let colours = (!plain && io::stdout().is_terminal(), !plain && io::stderr().is_terminal());
        let width = terminal_size::terminal_size()
            .map_or(WIDTH, |(terminal_size::Width(columns), _)| usize::from(columns).max(40));
        Terminal {
            out: Stream::new(BufWriter::with_capacity(1 << 16, io::stdout())),
            err: Stream::new(io::stderr()),
            interactive: io::stdin().is_terminal() && io::stderr().is_terminal(),
            colours,
            dumb,
            width,
        }
    }

    /// Writes results.
    pub(super) fn out(&mut self, text: &str) {
        self.out.write(text);
    }

    /// Writes what is not a result: problems, progress, questions.
    pub(super) fn err(&mut self, text: &str) {
        // What was said before stands before it, also where both streams are one.
        self.out.flush();
        self.err.write(text);
    }

    /// Writes everything out; whether all of it arrived, or nobody wanted it any more.
    pub(super) fn flush(&mut self) -> bool {
        self.out.flush();
        self.err.flush();
        !self.out.failed && !self.err.failed
    }

    /// Asks for the word `yes`; anything else, and the end of input, is no.
    pub(super) fn ask(&mut self, question: &str) -> bool {
        self.err(&format!("{question}\nOnly `yes` is taken: "));
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).is_ok() && answer.trim() == "yes"
    }

    /// Asks for a line of text; `None` when nothing is given.
    pub(super) fn ask_for(&mut self, question: &str) -> Option<String> {
        self.err(&format!("{question} "));
        let mut answer = String::new();
        let read = io::stdin().read_line(&mut answer);
        let answer = answer.trim();
        (read.is_ok() && !answer.is_empty()).then(|| answer.to_owned())
    }

    /// Whether an area at the bottom can be drawn.
    pub(super) fn is_live(&self) -> bool {
        io::stderr().is_terminal() && !self.dumb
    }

    /// Whether somebody can be asked.
    pub(super) fn is_interactive(&self) -> bool {
        self.interactive
    }

    /// The colours of results.
    pub(super) fn out_style(&self) -> Paint {
        Paint { colour: self.colours.0 }
    }

    /// The colours of everything else.
    pub(super) fn err_style(&self) -> Paint {
        Paint { colour: self.colours.1 }
    }

    /// How diagnostics look.
    pub(super) fn diagnostics(&self) -> Style {
        Style { colour: self.colours.1, width: self.width }
    }

    /// The width in columns.
    pub(super) fn width(&self) -> usize {
        self.width
    }
}

impl Stream {
    fn new(to: impl Write + 'static) -> Stream {
        Stream { to: Box::new(to), closed: false, failed: false }
    }

    fn write(&mut self, text: &str) {
        if !self.closed && !text.is_empty() {
            let result = self.to.write_all(text.as_bytes());
            self.heed(result);
        }
    }

    fn flush(&mut self) {
        if !self.closed {
            let result = self.to.flush();
            self.heed(result);
        }
    }

    fn heed(&mut self, result: io::Result<()>) {
        if let Err(error) = result {
            self.closed = true;
            self.failed = error.kind() != io::ErrorKind::BrokenPipe;
        }
    }
}

impl Paint {
    /// Coloured text.
    pub(super) fn paint(self, colour: Colour, text: &str) -> String {
        self.escape(colour.code(), text)
    }

    /// Coloured text in bold.
    pub(super) fn bold(self, colour: Colour, text: &str) -> String {
        self.escape(&format!("1;{}", colour.code()), text)
    }

    /// Bold text.
    pub(super) fn strong(self, text: &str) -> String {
        self.escape("1", text)
    }

    fn escape(self, code: &str, text: &str) -> String {
        match self.colour && !text.is_empty() {
            true => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            false => text.to_owned(),
        }
    }
}

impl Colour {
    fn code(self) -> &'static str {
        match self {
            Colour::Red => "31",
            Colour::Green => "32",
            Colour::Yellow => "33",
            Colour::Magenta => "35",
            Colour::Cyan => "36",
            Colour::Grey => "90",
        }
    }
}
