//! Text to tokens, for the layout alone: nothing is lost, and what the tokens mean is not asked.
//!
//! The text is valid HCL when it comes here, so that whatever is open is closed.

use relight_contract::identifier::continues_identifier;

/// What a token is, as far as the layout cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Newline,
    /// `#` or `//` up to the end of the line.
    LineComment,
    /// `/* */`
    Comment,
    Word,
    Number,
    Equals,
    Comma,
    Dot,
    Ellipsis,
    Colons,
    Minus,
    Bang,
    /// Any other operator, and `:` and `?`.
    Operator,
    OpenBrace,
    CloseBrace,
    /// `(` or `[`
    OpenParenthesis,
    OpenBracket,
    /// `)` or `]`
    Close,
    OpenQuote,
    CloseQuote,
    /// `<<EOT` with the end of its line.
    OpenHeredoc,
    CloseHeredoc,
    /// Text in quotes or in a heredoc.
    Text,
    /// `${` or `%{`, with its mark for stripping.
    OpenTemplate,
    CloseTemplate,
}

/// A token, and how many spaces stand before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'t> {
    pub(super) sort: Sort,
    pub(super) text: &'t str,
    pub(super) spaces: usize,
}

impl Sort {
    /// How many brackets are open behind it that were not before it.
    pub(super) fn opens(self) -> isize {
        match self {
            Sort::OpenBrace | Sort::OpenParenthesis | Sort::OpenBracket | Sort::OpenTemplate => 1,
            Sort::CloseBrace | Sort::Close | Sort::CloseTemplate => -1,
            _ => 0,
        }
    }
}

/// What the lexer is inside of.
enum Inside<'t> {
    Brace,
    Quote,
    Heredoc(&'t str),
    Template,
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    inside: Vec<Inside<'t>>,
    tokens: Vec<Token<'t>>,
}

/// The tokens of a text, every one but spaces.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut lexer = Lexer { text, at: 0, inside: Vec::new(), tokens: Vec::new() };
    while lexer.at < text.len() {
        match lexer.inside.last() {
            Some(Inside::Quote) => lexer.quoted(),
            Some(Inside::Heredoc(marker)) => {
                let marker = *marker;
                lexer.heredoc(marker);
            }
            _ => lexer.plain(),
        }
    }
    lexer.tokens
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn push(&mut self, sort: Sort, length: usize) {
        let end = self.text.ceil_char_boundary(self.at + length.max(1));
        let text = self.text.get(self.at..end).unwrap_or_default();
        self.tokens.push(Token { sort, text, spaces: 0 });
        self.at = end;
    }

    /// Outside of text.
    fn plain(&mut self) {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return };
        let line = || rest.find('\n').map_or(rest.len(), |end| end);
        match first {
            '\n' => self.push(Sort::Newline, 1),
            letter if letter.is_whitespace() || letter == '\u{feff}' => self.at += letter.len_utf8(),
            '#' => self.push(Sort::LineComment, rest[..line()].trim_end().len()),
            '/' if rest.starts_with("//") => self.push(Sort::LineComment, rest[..line()].trim_end().len()),
            '/' if rest.starts_with("/*") => {
                self.push(Sort::Comment, rest.find("*/").map_or(rest.len(), |end| end + 2));
            }
            '"' => {
                self.push(Sort::OpenQuote, 1);
                self.inside.push(Inside::Quote);
            }
            '<' if self.opens_heredoc(rest) => {}
            '0'..='9' => self.push(Sort::Number, number(rest)),
            letter if is_word(letter) => {
                self.push(Sort::Word, rest.find(|c| !is_word(c) && c != '-').unwrap_or(rest.len()));
            }
            _ => self.punctuation(rest, first),
        }
    }

    fn punctuation(&mut self, rest: &str, first: char) {
        match first {
            '{' => {
                self.push(Sort::OpenBrace, 1);
                self.inside.push(Inside::Brace);
            }
            '}' => {
                let template = matches!(self.inside.pop(), Some(Inside::Template));
                self.push(if template { Sort::CloseTemplate } else { Sort::CloseBrace }, 1);
            }
            '~' if rest.starts_with("~}") => {
                self.inside.pop();
                self.push(Sort::CloseTemplate, 2);
            }
            '(' => self.push(Sort::OpenParenthesis, 1),
            '[' => self.push(Sort::OpenBracket, 1),
            ')' | ']' => self.push(Sort::Close, 1),
            ',' => self.push(Sort::Comma, 1),
            '.' if rest.starts_with("...") => self.push(Sort::Ellipsis, 3),
            '.' => self.push(Sort::Dot, 1),
            ':' if rest.starts_with("::") => self.push(Sort::Colons, 2),
            '-' => self.push(Sort::Minus, 1),
            _ if ["==", "!=", "<=", ">=", "&&", "||", "=>"].iter().any(|two| rest.starts_with(two)) => {
                self.push(Sort::Operator, 2);
            }
            '!' => self.push(Sort::Bang, 1),
            '=' => self.push(Sort::Equals, 1),
            other => self.push(Sort::Operator, other.len_utf8()),
        }
    }

    /// A heredoc, when one begins here.
    fn opens_heredoc(&mut self, rest: &'t str) -> bool {
        let Some(behind) = rest.strip_prefix("<<-").or_else(|| rest.strip_prefix("<<")) else { return false };
        let Some(end) = behind.find('\n') else { return false };
        let marker = behind[..end].trim_end_matches('\r');
        if marker.is_empty() || !marker.chars().all(|c| is_word(c) || c == '-') {
            return false;
        }
        self.push(Sort::OpenHeredoc, rest.len() - behind.len() + end + 1);
        self.inside.push(Inside::Heredoc(marker));
        true
    }

    fn quoted(&mut self) {
        let rest = self.rest();
        if rest.starts_with('"') {
            self.inside.pop();
            return self.push(Sort::CloseQuote, 1);
        }
        let mut length = 0;
        let mut letters = rest.char_indices();
        while let Some((at, letter)) = letters.next() {
            length = at;
            match letter {
                '"' => break,
                '\\' => {
                    letters.next();
                }
                '$' | '%' if self.template(&rest[at..]) => break,
                // What is doubled stands for itself.
                '$' | '%' if doubled(&rest[at..]) => {
                    letters.next();
                }
                _ => {}
            }
            length = rest.len();
        }
        self.text_or_template(length);
    }

    fn heredoc(&mut self, marker: &str) {
        let rest = self.rest();
        let mut length = 0;
        // The end marker stands alone on a line; what comes first here may be the rest of one.
        let mut starts_line = self.tokens.last().is_some_and(|token| {
            token.sort == Sort::OpenHeredoc || (token.sort == Sort::Text && token.text.ends_with('\n'))
        });
        while length < rest.len() {
            let line = &rest[length..rest[length..].find('\n').map_or(rest.len(), |end| length + end + 1)];
            if starts_line && line.trim() == marker {
                if length > 0 {
                    return self.push(Sort::Text, length);
                }
                self.inside.pop();
                return self.push(Sort::CloseHeredoc, line.trim_end().len());
            }
            if let Some(at) = self.first_template(line) {
                return self.text_or_template(length + at);
            }
            length += line.len();
            starts_line = true;
        }
        self.push(Sort::Text, length);
    }

    fn first_template(&self, line: &str) -> Option<usize> {
        let mut letters = line.char_indices();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '$' | '%' if self.template(&line[at..]) => return Some(at),
                '$' | '%' if doubled(&line[at..]) => {
                    letters.next();
                }
                _ => {}
            }
        }
        None
    }

    fn template(&self, rest: &str) -> bool {
        rest.starts_with("${") || rest.starts_with("%{")
    }

    /// Text of this length, or, when it has none, the template sequence behind it.
    fn text_or_template(&mut self, length: usize) {
        if length > 0 {
            return self.push(Sort::Text, length);
        }
        let strips = self.rest().get(2..3) == Some("~");
        self.push(Sort::OpenTemplate, if strips { 3 } else { 2 });
        self.inside.push(Inside::Template);
    }
}

fn doubled(rest: &str) -> bool {
    rest.starts_with("$${") || rest.starts_with("%%{")
}

/// Whether a name may have it behind its first letter, dashes aside: the parser asks the same table, accents that are
/// characters of their own included.
fn is_word(letter: char) -> bool {
    letter != '-' && continues_identifier(letter)
}

/// The length of the number that a text begins with.
fn number(text: &str) -> usize {
    let digits = |from: usize| {
        from + text.get(from..).unwrap_or_default().bytes().take_while(u8::is_ascii_digit).count()
    };
    let mut end = digits(0);
    let at = |index: usize| text.as_bytes().get(index).copied().unwrap_or(0);
    if at(end) == b'.' && at(end + 1).is_ascii_digit() {
        end = digits(end + 1);
    }
    if matches!(at(end), b'e' | b'E') {
        let sign = usize::from(matches!(at(end + 1), b'+' | b'-'));
        if at(end + 1 + sign).is_ascii_digit() {
            end = digits(end + 1 + sign);
        }
    }
    end
}
