//! The texts that were read, and places in them.

use std::sync::{Arc, OnceLock};

/// A file registered with [`Sources`].
///
/// Files count in the order of their registration, which is therefore the order in which diagnostics are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// A range of bytes in one file, end exclusive; small and copied, because every node of a specification carries one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte; equal to `start` for a point.
    pub end: u32,
}

impl Span {
    /// The place of what has no source: a value from the command line, a default, a whole folder. Sorts last.
    pub const NONE: Self = Self { file: FileId(u32::MAX), start: 0, end: 0 };

    /// A span from a range of byte offsets; offsets past 4 GiB, which no file that is read can have, saturate.
    #[must_use]
    pub fn new(file: FileId, range: std::ops::Range<usize>) -> Self {
        let offset = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        Self { file, start: offset(range.start), end: offset(range.end.max(range.start)) }
    }

    /// Whether this is [`Span::NONE`].
    #[must_use]
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }

    /// The smallest span that covers both; the first one when they lie in different files.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        if self.file != other.file {
            return self;
        }
        Self { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A place as people count: both from 1, columns in characters (Unicode scalar values).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// Every text that diagnostics may point into.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<Source>,
}

/// One file: what it is called, what it says, and, once somebody asked, where its lines begin.
#[derive(Debug, Clone)]
struct Source {
    path: Arc<str>,
    text: Arc<str>,
    line_starts: OnceLock<Vec<u32>>,
}

impl Sources {
    /// No files yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in a file under the path that diagnostics show; the same path may come twice and gives two files.
    pub fn register(&mut self, path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> FileId {
        // The last value belongs to `Span::NONE`; memory ends long before it.
        let id = u32::try_from(self.files.len()).unwrap_or(u32::MAX).min(u32::MAX - 1);
        self.files.push(Source { path: path.into(), text: text.into(), line_starts: OnceLock::new() });
        FileId(id)
    }

    /// The path of a file as it was registered; `None` for the file of [`Span::NONE`].
    #[must_use]
    pub fn path(&self, file: FileId) -> Option<&str> {
        self.source(file).map(|source| &*source.path)
    }

    /// The text of a file; `None` for the file of [`Span::NONE`].
    #[must_use]
    pub fn text(&self, file: FileId) -> Option<&Arc<str>> {
        self.source(file).map(|source| &source.text)
    }

    /// Line and column of an offset; an offset past the end, or inside a character, counts as the nearest place before it.
    ///
    /// A line ends with `\n`; the `\r` of a `\r\n` belongs to the end of its line, and a byte order mark is no column.
    #[must_use]
    pub fn position(&self, file: FileId, offset: u32) -> Option<Position> {
        let source = self.source(file)?;
        let offset = source.boundary(offset);
        let line = source.line_of(offset);
        let range = source.line_range(line);
        let before = source.text.get(range.start..offset.clamp(range.start, range.end)).unwrap_or_default();
        Some(Position { line: line + 1, column: before.chars().count() + 1 })
    }

    /// Where a span begins and ends; `None` when it has no source.
    #[must_use]
    pub fn positions(&self, span: Span) -> Option<(Position, Position)> {
        Some((self.position(span.file, span.start)?, self.position(span.file, span.end)?))
    }

    /// Bytes of a line counted from 0, without its end and without a byte order mark.
    pub(super) fn line_range(&self, file: FileId, line: usize) -> std::ops::Range<usize> {
        self.source(file).map_or(0..0, |source| source.line_range(line))
    }

    /// The line, counted from 0, of an offset.
    pub(super) fn line_of(&self, file: FileId, offset: usize) -> usize {
        self.source(file).map_or(0, |source| source.line_of(offset))
    }

    fn source(&self, file: FileId) -> Option<&Source> {
        self.files.get(file.0 as usize)
    }
}

impl Source {
    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let ends = self.text.bytes().zip(1_u32..).filter(|(byte, _)| *byte == b'\n');
            std::iter::once(0).chain(ends.map(|(_, next)| next)).collect()
        })
    }

    /// The offset, moved back to the end of the text and to the beginning of a character.
    fn boundary(&self, offset: u32) -> usize {
        self.text.floor_char_boundary(offset as usize)
    }

    fn line_of(&self, offset: usize) -> usize {
        self.line_starts().partition_point(|&start| start as usize <= offset).saturating_sub(1)
    }

    fn line_range(&self, line: usize) -> std::ops::Range<usize> {
        let starts = self.line_starts();
        let mut start = starts.get(line).map_or(self.text.len(), |&start| start as usize);
        let end = starts.get(line + 1).map_or(self.text.len(), |&next| next as usize);
        let text = self.text.get(start..end).unwrap_or_default();
        if line == 0 && text.starts_with('\u{feff}') {
            start += '\u{feff}'.len_utf8();
        }
        let text = text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text));
        let end = starts.get(line).map_or(start, |&first| first as usize + text.len());
        start..end.max(start)
    }
}
