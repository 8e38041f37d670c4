//! Rust source as a list of tokens: enough to see paths, attributes, bodies and literals, and nothing more.

use std::ops::Range;

/// A token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// A word: an identifier, a keyword or a number.
    Word(&'a str),
    /// A single sign; `::` is two of them.
    Sign(char),
    /// A literal of text, quotes included.
    Text(&'a str),
}

/// The tokens of a file, comments left out.
pub struct Source<'a> {
    pub tokens: Vec<Token<'a>>,
    /// The line of each token, from 1.
    lines: Vec<usize>,
    /// The tokens of items that only tests see.
    tests: Vec<Range<usize>>,
}

impl<'a> Source<'a> {
    pub fn read(text: &'a str) -> Source<'a> {
        let mut source = Source { tokens: Vec::new(), lines: Vec::new(), tests: Vec::new() };
        let (mut at, mut line) = (0, 1);
        while let Some(sign) = text[at..].chars().next() {
            let rest = &text[at..];
            let (length, token) = lexeme(rest, sign);
            if let Some(token) = token {
                source.tokens.push(token);
                source.lines.push(line);
            }
            line += rest[..length].matches('\n').count();
            at += length;
        }
        source.tests = source.test_items();
        source
    }

    /// The line of a token, from 1.
    pub fn line(&self, index: usize) -> usize {
        self.lines.get(index).or(self.lines.last()).copied().unwrap_or(1)
    }

    /// Whether a token belongs to an item that only tests see.
    pub fn in_test(&self, index: usize) -> bool {
        self.tests.iter().any(|range| range.contains(&index))
    }

    pub fn word(&self, index: usize) -> Option<&'a str> {
        match self.tokens.get(index) {
            Some(Token::Word(word)) => Some(word),
            _ => None,
        }
    }

    /// Whether these signs stand from `index` on.
    pub fn signs(&self, index: usize, signs: &str) -> bool {
        signs
            .chars()
            .enumerate()
            .all(|(offset, sign)| self.tokens.get(index + offset) == Some(&Token::Sign(sign)))
    }

    /// Whether the words `path` stand from `index` on, with `::` between them, as a path of their own.
    pub fn path(&self, index: usize, path: &str) -> bool {
        let mut at = index;
        let found = path.split("::").enumerate().all(|(position, word)| {
            if position > 0 {
                if !self.signs(at, "::") {
                    return false;
                }
                at += 2;
            }
            at += 1;
            self.word(at - 1) == Some(word)
        });
        found && (index < 2 || !self.signs(index - 2, "::"))
    }

    /// The index after the bracket that closes the one at `open`.
    pub fn closing(&self, open: usize) -> usize {
        let mut depth = 0_usize;
        for (index, token) in self.tokens.iter().enumerate().skip(open) {
            match token {
                Token::Sign('(' | '[' | '{') => depth += 1,
                Token::Sign(')' | ']' | '}') => depth = depth.saturating_sub(1),
                _ => continue,
            }
            if depth == 0 {
                return index + 1;
            }
        }
        self.tokens.len()
    }

    /// The tokens of each attribute, brackets included.
    pub fn attributes(&self) -> Vec<Range<usize>> {
        let opening = |index| match () {
            () if self.signs(index, "#[") => Some(index + 1),
            () if self.signs(index, "#![") => Some(index + 2),
            () => None,
        };
        (0..self.tokens.len()).filter_map(opening).map(|open| open..self.closing(open)).collect()
    }

    /// The body of the item at `start`: from its first `{` to the index after its end, or nothing before a `;`.
    pub fn body(&self, start: usize) -> Option<Range<usize>> {
        let mut at = start;
        loop {
            match self.tokens.get(at)? {
                Token::Sign(';') => return None,
                Token::Sign('{') => return Some(at..self.closing(at)),
                Token::Sign('(' | '[') => at = self.closing(at),
                _ => at += 1,
            }
        }
    }

    fn test_items(&self) -> Vec<Range<usize>> {
        let is_test = |range: &Range<usize>| {
            let words: Vec<&str> = range.clone().filter_map(|index| self.word(index)).collect();
            words == ["cfg", "test"] || words == ["test"]
        };
        let item = |range: Range<usize>| range.start..self.body(range.end).map_or(range.end, |body| body.end);
        self.attributes().into_iter().filter(is_test).map(item).collect()
    }
}

/// The length of the first lexeme of `rest`, and what it is unless blank or a comment.
fn lexeme(rest: &str, sign: char) -> (usize, Option<Token<'_>>) {
    if sign.is_whitespace() {
        return (sign.len_utf8(), None);
    }
    if rest.starts_with("//") {
        return (rest.find('\n').unwrap_or(rest.len()), None);
    }
    if rest.starts_with("/*") {
        return (block_comment(rest), None);
    }
    if let Some(length) = text_literal(rest) {
        return (length, Some(Token::Text(&rest[..length])));
    }
    if sign == '_' || sign.is_alphanumeric() {
        let length = rest.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(rest.len());
        return (length, Some(Token::Word(&rest[..length])));
    }
    (sign.len_utf8(), Some(Token::Sign(sign)))
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(next) = rest[at..].find(['/', '*']).map(|offset| at + offset) {
        let (step, inside) = match &rest[next..] {
            tail if tail.starts_with("/*") => (2, depth + 1),
            tail if tail.starts_with("*/") => (2, depth.saturating_sub(1)),
            _ => (1, depth),
        };
        (at, depth) = (next + step, inside);
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// The length of the text, byte or character literal that `rest` begins with.
fn text_literal(rest: &str) -> Option<usize> {
    let prefix = ["br", "cr", "b", "c", "r", ""].into_iter().find(|prefix| {
        let tail = rest.strip_prefix(prefix).unwrap_or_default();
        let raw = prefix.ends_with('r') && tail.trim_start_matches('#').starts_with('"');
        raw || tail.starts_with('"') || (tail.starts_with('\'') && ["b", ""].contains(prefix))
    })?;
    let tail = &rest[prefix.len()..];
    let inner = match prefix {
        _ if prefix.ends_with('r') => {
            let hashes = tail.len() - tail.trim_start_matches('#').len();
            let close = format!("\"{}", "#".repeat(hashes));
            let from = hashes + 1;
            from + tail.get(from..)?.find(&close).map_or(tail.len() - from, |at| at + close.len())
        }
        _ if tail.starts_with('\'') => character(tail)?,
        _ => quoted(tail, '"')?,
    };
    Some(prefix.len() + inner)
}

/// A character literal, as opposed to a lifetime.
fn character(tail: &str) -> Option<usize> {
    let first = tail.chars().nth(1)?;
    match first {
        '\\' => quoted(tail, '\''),
        _ => tail[1 + first.len_utf8()..].starts_with('\'').then(|| 2 + first.len_utf8()),
    }
}

fn quoted(tail: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in tail.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}
