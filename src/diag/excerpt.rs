//! The few lines of a source that a diagnostic shows, cut out so that their cost does not depend on the size of the file.

use std::ops::Range;

use annotate_snippets::normalize_untrusted_str;

use super::{FileId, Sources, Span};

/// Stands before the number of an excerpt where its path will be: a character of the private use area, which no text that
/// is shown keeps.
pub(super) const HEADER: char = '\u{f8ff}';

/// Places at most this many lines apart are shown in one excerpt.
const NEAR_LINES: usize = 6;

/// A span over more lines is marked on its first line only: a whole block says less than its head.
const LONGEST_SPAN_LINES: usize = 6;

/// A longer line is cut to about this many bytes around what is marked on it.
const LONGEST_LINE: usize = 600;

/// How much of a cut line stays before the first mark, in bytes.
const BEFORE_MARK: usize = 120;

/// What stands for the part of a line that is cut away.
const CUT: &str = "…";

/// A place to mark, before it is placed in an excerpt.
#[derive(Debug, Clone)]
pub(super) struct Mark<'a> {
    pub(super) span: Span,
    pub(super) label: &'a str,
    pub(super) primary: bool,
}

/// Neighbouring lines of one file, with the marks on them as ranges of `text`.
#[derive(Debug)]
pub(super) struct Excerpt<'a> {
    pub(super) file: FileId,
    /// Number of the first line, from 1.
    pub(super) first_line: usize,
    pub(super) text: String,
    pub(super) marks: Vec<(Range<usize>, Mark<'a>)>,
    /// Where the first mark stands in the file, the primary one first.
    pub(super) offset: u32,
}

/// Marks with their bytes in the file, clipped, and their first and last line from 0.
struct Placed<'a> {
    bytes: Range<usize>,
    lines: (usize, usize),
    mark: Mark<'a>,
}

/// Groups marks into excerpts: the one with the primary mark first, then by file and line. Marks without a source vanish.
pub(super) fn excerpts<'a>(sources: &Sources, marks: &[Mark<'a>]) -> Vec<Excerpt<'a>> {
    let mut placed: Vec<Placed<'a>> = marks.iter().filter_map(|mark| place(sources, mark)).collect();
    placed.sort_by_key(|placed| (placed.mark.span.file, placed.lines.0));
    let mut groups: Vec<Vec<Placed<'a>>> = Vec::new();
    for next in placed {
        match groups.last_mut() {
            Some(group) if is_near(group, &next) => group.push(next),
            _ => groups.push(vec![next]),
        }
    }
    groups.sort_by_key(|group| !group.iter().any(|placed| placed.mark.primary));
    groups.into_iter().filter_map(|group| excerpt(sources, group)).collect()
}

fn is_near(group: &[Placed<'_>], next: &Placed<'_>) -> bool {
    let last_line = group.iter().map(|placed| placed.lines.1).max().unwrap_or(0);
    group.iter().all(|placed| placed.mark.span.file == next.mark.span.file)
        && next.lines.0 <= last_line + NEAR_LINES
}

/// Moves a span to character boundaries inside its file, and takes line ends off its end.
fn place<'a>(sources: &Sources, mark: &Mark<'a>) -> Option<Placed<'a>> {
    let file = mark.span.file;
    let text = sources.text(file)?;
    let start = text.floor_char_boundary(mark.span.start as usize);
    let end = text.ceil_char_boundary(mark.span.end as usize).max(start);
    let end = start + text.get(start..end)?.trim_end_matches(['\r', '\n']).len();
    let first = sources.line_of(file, start);
    let mut last = sources.line_of(file, end);
    let line = sources.line_range(file, first);
    let start = start.clamp(line.start, line.end);
    let mut end = end.max(start);
    if last - first >= LONGEST_SPAN_LINES {
        last = first;
        end = line.end;
    }
    Some(Placed { bytes: start..end, lines: (first, last), mark: mark.clone() })
}

fn excerpt<'a>(sources: &Sources, group: Vec<Placed<'a>>) -> Option<Excerpt<'a>> {
    let file = group.first()?.mark.span.file;
    let source = sources.text(file)?;
    let first = group.iter().map(|placed| placed.lines.0).min()?;
    let last = group.iter().map(|placed| placed.lines.1).max()?;
    let leading = group.iter().find(|placed| placed.mark.primary).or(group.first())?;
    let offset = u32::try_from(leading.bytes.start).unwrap_or(u32::MAX);
    let mut marks: Vec<(Range<usize>, Mark<'a>)> =
        group.iter().map(|placed| (0..0, placed.mark.clone())).collect();
    let mut text = String::new();
    for number in first..=last {
        let whole = sources.line_range(file, number);
        let kept = window(source, &whole, &group);
        let line_start = text.len();
        if kept.start > whole.start {
            text.push_str(CUT);
        }
        let base = text.len();
        for (placed, (range, _)) in group.iter().zip(&mut marks) {
            let place = |offset: usize| match offset.checked_sub(kept.start) {
                Some(inside) => base + inside.min(kept.len()),
                None => line_start,
            };
            if placed.lines.0 == number {
                range.start = place(placed.bytes.start);
            }
            if placed.lines.1 == number {
                range.end = place(placed.bytes.end).max(range.start);
            }
        }
        text.extend(source.get(kept.clone())?.chars().map(visible));
        if kept.end < whole.end {
            text.push_str(CUT);
        }
        text.push('\n');
    }
    text.pop();
    Some(Excerpt { file, first_line: first + 1, text, marks, offset })
}

/// The part of a line that is shown: all of it, or, of a very long one, what lies around its first mark,
/// the primary one before all others. Marks beyond it fall on the sign that something is cut.
fn window(source: &str, line: &Range<usize>, group: &[Placed<'_>]) -> Range<usize> {
    if line.len() <= LONGEST_LINE {
        return line.clone();
    }
    let ends = group.iter().flat_map(|placed| [placed.bytes.start, placed.bytes.end]);
    let first_mark =
        ends.filter(|offset| (line.start..=line.end).contains(offset)).min().unwrap_or(line.start);
    let from = first_mark.saturating_sub(BEFORE_MARK).clamp(line.start, line.end - LONGEST_LINE);
    let start = source.floor_char_boundary(from).max(line.start);
    start..source.floor_char_boundary(start + LONGEST_LINE).min(line.end)
}

/// Letters that a terminal might obey, or that the renderer gives a meaning, become visible ones of the same length in bytes.
///
/// The renderer replaces other control characters and marks of text direction itself.
fn visible(letter: char) -> char {
    match letter {
        '\u{80}'..='\u{9f}' => '\u{bf}',
        HEADER => char::REPLACEMENT_CHARACTER,
        other => other,
    }
}

/// Text without anything that a terminal would obey; line ends stay, since some messages list things.
pub(super) fn clean(text: &str) -> String {
    normalize_untrusted_str(&text.chars().map(visible).collect::<String>())
}
