//! The canonical layout, which is that of `terraform fmt`: two spaces for each open bracket, one space around
//! operators, `=` and comments of consecutive lines in columns.

use unicode_segmentation::UnicodeSegmentation;

use super::lexer::{Sort, Token, tokens};

/// One line, cut into what stands before the `=`, what begins with it, and a comment at its end.
struct Line<'t> {
    lead: Vec<Token<'t>>,
    assign: Vec<Token<'t>>,
    comment: Vec<Token<'t>>,
}

/// The text in the canonical layout; `text` is valid HCL.
pub(super) fn format(text: &str) -> String {
    let tokens = unwrap(tokens(text));
    let mut lines = lines(&tokens);
    for line in &mut lines {
        space(line);
    }
    indent(&mut lines);
    align(&mut lines);
    write(&lines, text.contains("\r\n"))
}

/// `name = "${value}"` says no more than `name = value`.
fn unwrap(tokens: Vec<Token<'_>>) -> Vec<Token<'_>> {
    let mut kept: Vec<Token<'_>> = Vec::with_capacity(tokens.len());
    // For each open bracket, whether it is a block's.
    let mut blocks: Vec<bool> = Vec::new();
    let mut index = 0;
    while let Some(&token) = tokens.get(index) {
        let before = kept.last().map_or(Sort::Newline, |token| token.sort);
        match token.sort.opens() {
            1 => {
                blocks.push(token.sort == Sort::OpenBrace && matches!(before, Sort::Word | Sort::CloseQuote))
            }
            -1 => {
                blocks.pop();
            }
            _ => {}
        }
        if token.sort == Sort::OpenQuote
            && before == Sort::Equals
            && blocks.iter().all(|block| *block)
            && let Some(end) = wrapped(&tokens[index..])
        {
            kept.extend(&tokens[index + 2..index + end]);
            index += end + 2;
            continue;
        }
        kept.push(token);
        index += 1;
    }
    kept
}

/// Where the sequence ends that is all there is in these quotes, on one line.
fn wrapped(tokens: &[Token<'_>]) -> Option<usize> {
    if !tokens.get(1)?.text.starts_with("${") {
        return None;
    }
    let mut depth = 0;
    for (index, token) in tokens.iter().enumerate().skip(1) {
        depth += token.sort.opens();
        if matches!(token.sort, Sort::Newline | Sort::OpenHeredoc) {
            return None;
        }
        if depth == 0 {
            let alone = tokens.get(index + 1)?.sort == Sort::CloseQuote;
            let behind = tokens.get(index + 2).map_or(Sort::Newline, |token| token.sort);
            let last = matches!(behind, Sort::Newline | Sort::LineComment | Sort::CloseBrace);
            return (alone && last && index > 2).then_some(index);
        }
    }
    None
}

fn lines<'t>(tokens: &[Token<'t>]) -> Vec<Line<'t>> {
    let mut lines = Vec::new();
    for tokens in tokens.split(|token| token.sort == Sort::Newline) {
        let mut lead = tokens.to_vec();
        let comment = match lead.last() {
            Some(last) if lead.len() > 1 && last.sort == Sort::LineComment => lead.split_off(lead.len() - 1),
            _ => Vec::new(),
        };
        let equals = lead.iter().position(|token| token.sort == Sort::Equals).filter(|at| *at > 0);
        let assign = match equals {
            // An expression that goes on in the next line stands for itself.
            Some(at) if net(&lead[at..]) == 0 => lead.split_off(at),
            _ => Vec::new(),
        };
        lines.push(Line { lead, assign, comment });
    }
    lines
}

fn net(tokens: &[Token<'_>]) -> isize {
    tokens.iter().map(|token| token.sort.opens()).sum()
}

fn space(line: &mut Line<'_>) {
    let mut before = None;
    let mut last: Option<Token<'_>> = None;
    for token in line.lead.iter_mut().chain(&mut line.assign) {
        token.spaces = match last {
            Some(last) => usize::from(is_spaced(before, last, *token)),
            None => 0,
        };
        before = last.map(|token| token.sort);
        last = Some(*token);
    }
    for token in &mut line.comment {
        token.spaces = 1;
    }
}

/// Whether a space stands between two tokens; `before` is what stands before the first of them.
fn is_spaced(before: Option<Sort>, first: Token<'_>, next: Token<'_>) -> bool {
    use Sort::*;
    match (first.sort, next.sort) {
        (Word, OpenParenthesis) => false,
        (Dot | Colons, _) | (_, Dot | Colons | Comma | Ellipsis) => false,
        (Comma, _) => true,
        (Text | OpenQuote | OpenHeredoc | OpenTemplate | CloseTemplate, _) => false,
        (_, Text | CloseQuote | CloseHeredoc | CloseTemplate) => false,
        (Word, OpenBracket) => first.text == "in",
        (Close | CloseBrace | Number, OpenBracket) => false,
        // After an operator, a minus is a sign.
        (Minus, _) => before.is_some_and(is_operand),
        (OpenBrace, CloseBrace) => false,
        (OpenBrace, _) | (_, CloseBrace) => true,
        (OpenParenthesis | OpenBracket, _) | (_, Close) => false,
        (Bang, _) => false,
        _ => true,
    }
}

/// Whether an operand may end with it.
fn is_operand(sort: Sort) -> bool {
    use Sort::*;
    matches!(sort, Word | Number | Close | CloseBrace | CloseQuote | CloseHeredoc)
}

fn indent(lines: &mut [Line<'_>]) {
    // Several brackets that open in one line indent once, and unindent once the last of them is closed.
    let mut open: Vec<isize> = Vec::new();
    for line in lines {
        let change = net(&line.lead) + net(&line.assign);
        let mut closing = -change;
        while closing > 0
            && let Some(last) = open.last_mut()
        {
            let here = closing.min(*last);
            *last -= here;
            closing -= here;
            if *last == 0 {
                open.pop();
            }
        }
        if let Some(first) = line.lead.first_mut() {
            first.spaces = 2 * open.len();
        }
        if change > 0 {
            open.push(change);
        }
    }
}

fn align(lines: &mut [Line<'_>]) {
    columns(lines, |line| columns_of(&line.lead), |line| &mut line.assign, |line| !line.assign.is_empty());
    columns(
        lines,
        |line| columns_of(&line.lead) + columns_of(&line.assign),
        |line| &mut line.comment,
        |line| !line.comment.is_empty(),
    );
}

/// Puts a cell of consecutive lines into one column, behind the widest of what stands before it.
fn columns<'t>(
    lines: &mut [Line<'t>],
    width: impl Fn(&Line<'t>) -> usize,
    cell: impl for<'l> Fn(&'l mut Line<'t>) -> &'l mut Vec<Token<'t>>,
    has: impl Fn(&Line<'t>) -> bool,
) {
    for chain in lines.chunk_by_mut(|first, second| has(first) == has(second)) {
        let widest = chain.iter().map(&width).max().unwrap_or(0);
        for line in chain {
            let here = width(line);
            if let Some(first) = cell(line).first_mut() {
                first.spaces = widest - here + 1;
            }
        }
    }
}

fn columns_of(tokens: &[Token<'_>]) -> usize {
    tokens.iter().map(|token| token.spaces + token.text.graphemes(true).count()).sum()
}

fn write(lines: &[Line<'_>], carriage_return: bool) -> String {
    let mut text = String::new();
    let end = if carriage_return { "\r\n" } else { "\n" };
    for (index, line) in lines.iter().enumerate() {
        for token in line.lead.iter().chain(&line.assign).chain(&line.comment) {
            text.extend(std::iter::repeat_n(' ', token.spaces));
            text.push_str(token.text);
        }
        // The last line has an end only when there is something in it.
        let last = index + 1 == lines.len();
        let empty = line.lead.is_empty() && line.comment.is_empty();
        if !last || !empty {
            text.push_str(end);
        }
    }
    text
}
