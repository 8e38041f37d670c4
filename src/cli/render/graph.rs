//! Dependencies as text, for Graphviz, and for Mermaid.

use std::collections::BTreeSet;

/// A graph to be shown: names in the order of their first mention, and for each what it follows.
pub(in crate::cli) struct Picture {
    pub(in crate::cli) names: Vec<String>,
    pub(in crate::cli) after: Vec<Vec<usize>>,
}

/// The deepest level of a text tree; what lies deeper is named once more at the top.
const DEEPEST: usize = 24;

impl Picture {
    /// A tree for each node that nothing follows, down to what it stands on. What was shown in full is not shown again.
    pub(in crate::cli) fn text(&self) -> String {
        let mut followed = vec![false; self.names.len()];
        self.after.iter().flatten().for_each(|index| followed[*index] = true);
        let roots = (0..self.names.len()).filter(|index| !followed[*index]);
        let mut text = String::new();
        let mut shown = vec![false; self.names.len()];
        // Roots first; then whatever was too deep for them.
        for root in roots.chain(0..self.names.len()) {
            if !shown[root] {
                self.tree(root, &mut shown, &mut text);
            }
        }
        text
    }

    fn tree(&self, root: usize, shown: &mut [bool], text: &mut String) {
        let mut waiting = vec![(root, 0_usize)];
        while let Some((index, depth)) = waiting.pop() {
            let indent = "  ".repeat(depth);
            let name = &self.names[index];
            let again = shown[index] && !self.after[index].is_empty();
            let too_deep = depth == DEEPEST && !self.after[index].is_empty();
            let mark = if again || too_deep { " ..." } else { "" };
            text.push_str(&format!("{indent}{name}{mark}\n"));
            if again || too_deep {
                continue;
            }
            shown[index] = true;
            waiting.extend(self.after[index].iter().rev().map(|next| (*next, depth + 1)));
        }
    }

    /// For Graphviz: an arrow points at what is followed.
    pub(in crate::cli) fn dot(&self) -> String {
        let quoted =
            |index: usize| format!("\"{}\"", self.names[index].replace('\\', "\\\\").replace('"', "\\\""));
        let mut text = "digraph relight {\n  rankdir = \"RL\"\n  node [shape = box]\n".to_owned();
        for index in 0..self.names.len() {
            text.push_str(&format!("  {}\n", quoted(index)));
        }
        for (from, to) in self.edges() {
            text.push_str(&format!("  {} -> {}\n", quoted(from), quoted(to)));
        }
        text + "}\n"
    }

    /// For Mermaid: an arrow points at what follows, which is how time goes.
    pub(in crate::cli) fn mermaid(&self) -> String {
        let mut text = "flowchart LR\n".to_owned();
        for (index, name) in self.names.iter().enumerate() {
            text.push_str(&format!("  n{index}[\"{}\"]\n", name.replace('"', "#quot;")));
        }
        for (from, to) in self.edges() {
            text.push_str(&format!("  n{to} --> n{from}\n"));
        }
        text
    }

    fn edges(&self) -> BTreeSet<(usize, usize)> {
        let edges = self.after.iter().enumerate();
        edges.flat_map(|(from, all)| all.iter().map(move |to| (from, *to))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture() -> Picture {
        let names = ["vpc", "subnet[\"a\"]", "lb"].map(str::to_owned).to_vec();
        Picture { names, after: vec![vec![], vec![0], vec![0, 1]] }
    }

    #[test]
    fn trees_go_down_to_what_things_stand_on() {
        assert_eq!(picture().text(), "lb\n  vpc\n  subnet[\"a\"]\n    vpc\n");
    }

    #[test]
    fn quotes_in_names_stay_inside_of_names() {
        assert!(picture().dot().contains("\"subnet[\\\"a\\\"]\" -> \"vpc\"\n"));
        assert!(picture().mermaid().contains("n1[\"subnet[#quot;a#quot;]\"]\n"));
        assert!(picture().mermaid().contains("n0 --> n1\n"));
    }
}
