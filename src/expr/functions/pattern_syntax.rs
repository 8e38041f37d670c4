//! From the regular expressions that Terraform takes (RE2) to those of the `regex` crate.
//!
//! The two differ in what `\d`, `\w`, `\s` and `\b` mean beyond ASCII, in `\Q...\E`, in set operations inside classes,
//! in braces that are no repetition, and in names that stand twice.

use std::iter::Peekable;
use std::str::Chars;

/// Highest count of a repetition in RE2.
const REPEAT_LIMIT: u32 = 1000;

/// A pattern in the other syntax, and the names of its groups in order.
pub(super) struct Translated {
    /// For `regex::Regex`; its groups have no names.
    pub pattern: String,
    /// The name of each group, `None` for one without.
    pub names: Vec<Option<String>>,
}

struct Translator<'a> {
    rest: Peekable<Chars<'a>>,
    output: String,
    names: Vec<Option<String>>,
    /// Whether the last thing was a repetition, and whether it is lazy.
    repeated: Option<bool>,
}

/// Translates a pattern; what both syntaxes refuse is left to the crate.
pub(super) fn translate(pattern: &str) -> Result<Translated, String> {
    let mut translator = Translator {
        rest: pattern.chars().peekable(),
        output: String::new(),
        names: Vec::new(),
        repeated: None,
    };
    while let Some(character) = translator.rest.next() {
        translator.step(character)?;
    }
    Ok(Translated { pattern: translator.output, names: translator.names })
}

impl Translator<'_> {
    fn step(&mut self, character: char) -> Result<(), String> {
        match character {
            '*' | '+' | '?' => {
                self.repeat(character)?;
                self.output.push(character);
                return Ok(());
            }
            '{' => match self.take_counts()? {
                Some(counts) => {
                    self.repeat('{')?;
                    self.output.push_str(&counts);
                    return Ok(());
                }
                None => self.output.push_str("\\{"),
            },
            '\\' => self.escape()?,
            '[' => self.class()?,
            '(' => self.group()?,
            other => self.output.push(other),
        }
        self.repeated = None;
        Ok(())
    }

    fn repeat(&mut self, operator: char) -> Result<(), String> {
        self.repeated = match (self.repeated, operator) {
            (None, _) => Some(false),
            (Some(false), '?') => Some(true),
            _ => return Err("a repetition of a repetition needs a group".to_owned()),
        };
        Ok(())
    }

    /// `{2}`, `{2,}` or `{2,3}` behind the brace, if that is what stands there.
    fn take_counts(&mut self) -> Result<Option<String>, String> {
        let ahead = self.rest.clone();
        let inside: String = ahead.take_while(|character| *character != '}').take(16).collect();
        let (least, most) = inside.split_once(',').unwrap_or((&inside, ""));
        let is_count = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let closes = self.rest.clone().nth(inside.chars().count()) == Some('}');
        if least.is_empty() || !is_count(least) || !is_count(most) || !closes {
            return Ok(None);
        }
        for count in [least, most].into_iter().filter(|count| !count.is_empty()) {
            if count.parse::<u32>().map_or(true, |count| count > REPEAT_LIMIT) {
                return Err(format!("a repetition of more than {REPEAT_LIMIT} times"));
            }
        }
        self.rest.nth(inside.chars().count());
        Ok(Some(format!("{{{inside}}}")))
    }

    fn escape(&mut self) -> Result<(), String> {
        let Some(character) = self.rest.next() else {
            return Err("a backslash at the end".to_owned());
        };
        match character {
            'Q' => {
                let rest: String = self.rest.clone().collect();
                let (literal, _) = rest.split_once("\\E").unwrap_or((&rest, ""));
                let closed = literal.len() < rest.len();
                self.output.push_str(&regex::escape(literal));
                let skipped = literal.chars().count() + if closed { 2 } else { 0 };
                if skipped > 0 {
                    self.rest.nth(skipped - 1);
                }
            }
            'd' => self.output.push_str("[0-9]"),
            'w' => self.output.push_str("[0-9A-Za-z_]"),
            's' => self.output.push_str("[\\t\\n\\f\\r ]"),
            'D' => self.output.push_str("[^0-9]"),
            'W' => self.output.push_str("[^0-9A-Za-z_]"),
            'S' => self.output.push_str("[^\\t\\n\\f\\r ]"),
            'b' => self.output.push_str("(?-u:\\b)"),
            '<' | '>' => self.output.push(character),
            '0'..='7' => self.octal(character)?,
            other => self.output.extend(['\\', other]),
        }
        Ok(())
    }

    /// Up to three octal digits; a single one but zero would be a reference to a group, which there is not.
    fn octal(&mut self, first: char) -> Result<(), String> {
        let mut code = first.to_digit(8).unwrap_or_default();
        let mut count = 1;
        while count < 3
            && let Some(digit) = self.rest.next_if(|next| next.is_digit(8))
        {
            code = code * 8 + digit.to_digit(8).unwrap_or_default();
            count += 1;
        }
        if count == 1 && first != '0' {
            return Err(format!("\\{first}: there are no references to groups"));
        }
        self.output.push_str(&format!("\\x{{{code:x}}}"));
        Ok(())
    }

    fn class(&mut self) -> Result<(), String> {
        self.output.push('[');
        if self.rest.next_if_eq(&'^').is_some() {
            self.output.push('^');
        }
        if self.rest.next_if_eq(&']').is_some() {
            self.output.push_str("\\]");
        }
        let mut after_dash = false;
        while let Some(character) = self.rest.next() {
            let was_dash = std::mem::replace(&mut after_dash, character == '-');
            match character {
                ']' => {
                    self.output.push(']');
                    return Ok(());
                }
                '[' if self.rest.peek() == Some(&':') => {
                    self.output.push('[');
                    for named in self.rest.by_ref() {
                        self.output.push(named);
                        if named == ']' {
                            break;
                        }
                    }
                }
                '[' | '&' | '~' => self.output.extend(['\\', character]),
                '-' if was_dash => self.output.push_str("\\-"),
                '\\' => self.class_escape(),
                other => self.output.push(other),
            }
        }
        Err("a class that is not closed".to_owned())
    }

    fn class_escape(&mut self) {
        match self.rest.next() {
            Some('d') => self.output.push_str("0-9"),
            Some('w') => self.output.push_str("0-9A-Za-z_"),
            Some('s') => self.output.push_str("\\t\\n\\f\\r "),
            Some('D') => self.output.push_str("[^0-9]"),
            Some('W') => self.output.push_str("[^0-9A-Za-z_]"),
            Some('S') => self.output.push_str("[^\\t\\n\\f\\r ]"),
            Some(character @ ('<' | '>')) => self.output.push(character),
            Some(other) => self.output.extend(['\\', other]),
            None => self.output.push('\\'),
        }
    }

    /// Behind a parenthesis: a group, its name taken off, or flags.
    fn group(&mut self) -> Result<(), String> {
        self.output.push('(');
        if self.rest.next_if_eq(&'?').is_none() {
            self.names.push(None);
            return Ok(());
        }
        let python_style = self.rest.next_if_eq(&'P').is_some();
        if self.rest.next_if_eq(&'<').is_some() {
            let name: String = self.rest.by_ref().take_while(|character| *character != '>').collect();
            if name.is_empty()
                || !name.chars().all(|character| character.is_alphanumeric() || character == '_')
            {
                return Err(format!("\"{name}\" is no name of a group; there is no looking behind"));
            }
            self.names.push(Some(name));
            return Ok(());
        }
        self.output.push('?');
        for flag in self.rest.by_ref() {
            self.output.push(flag);
            match flag {
                ':' | ')' => return Ok(()),
                'i' | 'm' | 's' | 'U' | '-' if !python_style => {}
                '=' | '!' => return Err("there is no looking ahead".to_owned()),
                other => return Err(format!("unknown flag '{other}'")),
            }
        }
        Err("a group that is not closed".to_owned())
    }
}
