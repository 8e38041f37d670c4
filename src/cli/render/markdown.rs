//! A plan as Markdown, for a comment on a change under review.

use super::plan::{Counts, View, groups, is_unread, render, summary};
use crate::cli::terminal::Paint;
use crate::plan::Plan;

/// The longest comment. GitHub takes 65,536 characters.
const LONGEST: usize = 65_000;

/// Columns of a comment.
const WIDTH: usize = 110;

/// The whole comment.
pub(in crate::cli) fn markdown(plan: &Plan, rto_seconds: Option<u64>) -> String {
    let view = View { paint: Paint::default(), width: WIDTH, details: false, rto_seconds };
    let title = Counts::of(plan).sentence().unwrap_or_else(|| {
        if is_unread(plan) { "not everything can be read" } else { "no changes" }.to_owned()
    });
    let simulated = if plan.envelope.simulated { ", simulated clouds" } else { "" };
    let mut text =
        format!("### relight: {title}\n\n`{}` of `{}`{simulated}\n\n", plan.id, plan.content.topology);
    for (group, changes) in groups(plan) {
        text.push_str(&format!("- **{}**: {}\n", group.title, super::count(changes.len() as u64, "change")));
    }
    text.push('\n');
    text.push_str(&summary(plan, view).trim_end().replace('\n', "  \n"));
    text.push_str("\n\n");
    let body = render(plan, view);
    let fence = fence(&body);
    let room = LONGEST.saturating_sub(text.len() + 2 * fence.len() + 300);
    let (body, cut) = shortened(&body, room);
    text.push_str(&format!(
        "<details><summary>The whole plan</summary>\n\n{fence}text\n{body}{fence}\n\n</details>\n"
    ));
    if cut {
        text.push_str(&format!(
            "\n**Cut here**, because comments have a limit. The whole: `relight show {}`\n",
            plan.id
        ));
    }
    text
}

/// A fence that no line of the text closes.
fn fence(body: &str) -> String {
    let longest = body.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

/// The lines that fit into so many bytes.
fn shortened(body: &str, room: usize) -> (String, bool) {
    if body.len() <= room {
        return (body.to_owned(), false);
    }
    let end = body.floor_char_boundary(room);
    let whole = body.get(..end).unwrap_or_default();
    let kept = whole.rfind('\n').map_or("", |line| whole.get(..=line).unwrap_or_default());
    (kept.to_owned(), true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_cannot_be_closed_from_inside() {
        assert_eq!(fence("a ```` b"), "`````");
        assert_eq!(fence("plain"), "```");
    }

    #[test]
    fn cutting_keeps_whole_lines() {
        assert_eq!(shortened("one\ntwo\nthree\n", 9), ("one\ntwo\n".to_owned(), true));
        assert_eq!(shortened("one\n", 9), ("one\n".to_owned(), false));
    }
}
