//! Diagnostics as text for people, with the marked source.

use annotate_snippets::{Annotation, AnnotationKind, Element, Level, Renderer, Snippet};

use super::excerpt::{Excerpt, HEADER, Mark, clean, excerpts};
use super::{Diagnostic, Diagnostics, Severity, Sources, Span};

/// How many labels of one diagnostic are shown; a circle of thousands is not read to its end.
const SHOWN_LABELS: usize = 16;

/// Narrower terminals are written to as if they had this many columns.
const NARROWEST: usize = 40;

/// How text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether to use ANSI colours, which never say anything that the words do not.
    pub colour: bool,
    /// Columns of the terminal; longer source lines are cut around what is marked.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Self { colour: false, width: 120 }
    }
}

/// All diagnostics in the order of the source, an empty line between two, and a last line that counts them.
///
/// Empty when there is nothing to say.
#[must_use]
pub fn render(diagnostics: &Diagnostics, sources: &Sources, style: Style) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics.sorted() {
        text.push_str(&render_one(diagnostic, sources, style));
        text.push('\n');
    }
    if let Some(summary) = summary(diagnostics) {
        text.push_str(&summary);
        text.push('\n');
    }
    text
}

/// One diagnostic, ending with a line end.
#[must_use]
pub fn render_one(diagnostic: &Diagnostic, sources: &Sources, style: Style) -> String {
    let message = clean(&diagnostic.message);
    let labels: Vec<(Span, String)> =
        diagnostic.labels.iter().take(SHOWN_LABELS).map(|(span, label)| (*span, clean(label))).collect();
    let excerpts = excerpts(sources, &marks(diagnostic, &labels));
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group = level.primary_title(message).id(diagnostic.code.id()).elements(Vec::<Element<'_>>::new());
    group = group.elements(excerpts.iter().enumerate().map(|(number, excerpt)| snippet(number, excerpt)));
    let unshown = diagnostic.labels.len() - labels.len();
    if unshown > 0 {
        group = group.element(Level::NOTE.message(format!("{unshown} more places are not shown")));
    }
    if let Some(address) = &diagnostic.address {
        group = group.element(Level::NOTE.with_name("in").message(clean(address)));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(clean(help)));
    }
    let renderer = if style.colour { Renderer::styled() } else { Renderer::plain() };
    let rendered = renderer.term_width(style.width.max(NARROWEST)).render(&[group]);
    with_headers(&rendered, &excerpts, sources) + "\n"
}

/// The last line: how many problems of each severity, and how many of them were not shown.
#[must_use]
pub fn summary(diagnostics: &Diagnostics) -> Option<String> {
    let mut parts = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let count = diagnostics.count(severity);
        let plural = if count == 1 { "" } else { "s" };
        match (count, diagnostics.omitted(severity)) {
            (0, _) => {}
            (_, 0) => parts.push(format!("{count} {severity}{plural}")),
            (_, omitted) => parts.push(format!("{count} {severity}{plural} ({omitted} not shown)")),
        }
    }
    if parts.is_empty() { None } else { Some(parts.join(", ")) }
}

/// The main span, under which a label with the same span stands, and the labels.
fn marks<'a>(diagnostic: &Diagnostic, labels: &'a [(Span, String)]) -> Vec<Mark<'a>> {
    let mut marks: Vec<Mark<'a>> = labels
        .iter()
        .map(|(span, label)| Mark { span: *span, label, primary: *span == diagnostic.span })
        .collect();
    if !marks.iter().any(|mark| mark.primary) {
        marks.insert(0, Mark { span: diagnostic.span, label: "", primary: true });
    }
    marks
}

fn snippet<'a>(number: usize, excerpt: &'a Excerpt<'_>) -> Snippet<'a, Annotation<'a>> {
    let annotations = excerpt.marks.iter().map(|(range, mark)| {
        let kind = if mark.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let label = if mark.label.is_empty() { None } else { Some(mark.label) };
        kind.span(range.clone()).label(label)
    });
    Snippet::source(excerpt.text.as_str())
        .path(format!("{HEADER}{number}"))
        .line_start(excerpt.first_line)
        .annotations(annotations)
}

/// Puts `path:line:column` where the renderer wrote `HEADER`, number and the column within the excerpt, which is not the one
/// in the file where the line was cut.
fn with_headers(rendered: &str, excerpts: &[Excerpt<'_>], sources: &Sources) -> String {
    let mut parts = rendered.split(HEADER);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == ':');
        let number = part.split(':').next().and_then(|number| number.parse::<usize>().ok());
        if let Some(excerpt) = number.and_then(|number| excerpts.get(number)) {
            text.push_str(&clean(sources.path(excerpt.file).unwrap_or_default()).replace('\n', " "));
            if let Some(position) = sources.position(excerpt.file, excerpt.offset) {
                text.push_str(&format!(":{}:{}", position.line, position.column));
            }
        }
        text.push_str(rest);
    }
    text
}
