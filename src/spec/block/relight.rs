//! The blocks that relight adds to the language: `topology`, `site`, `probe`, `gate`, `hook`.

use hcl_edit::structure::{Block as HclBlock, Structure};

use super::super::lower::Lowering;
use super::super::{Body, Guard, GuardKind, SiteBlock, TopologyBlock};
use crate::diag::{Code, codes};

/// The attributes of a site. Beside them stands a block of its provider's credentials.
const SITE: [&str; 8] = ["account", "alias", "posture", "project", "provider", "region", "role", "values"];

/// The ways to probe, of which a probe has one.
const PROBES: [&str; 4] = ["command", "dns", "http", "tcp"];

impl Lowering<'_> {
    /// `topology "shop" { ... }`
    pub(super) fn topology(&mut self, block: &HclBlock) -> Option<TopologyBlock> {
        let [name] = self.labels(block, ["name"])?;
        let mut topology =
            TopologyBlock { name, instance: None, objective: None, store: None, span: self.span(block) };
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) if attribute.key.as_str() == "instance" => {
                    topology.instance = Some(self.expr(&attribute.value));
                }
                Structure::Block(inner) if inner.ident.as_str() == "objective" => {
                    let attributes = ["rpo", "rto", "standby_cost"];
                    self.inner("objective", inner, &attributes, &mut topology.objective);
                }
                Structure::Block(inner) if inner.ident.as_str() == "store" => {
                    self.inner("store", inner, &["url"], &mut topology.store);
                    if topology.store.as_ref().is_some_and(|store| store.attribute("url").is_none()) {
                        self.missing("store", "url", inner);
                    }
                }
                _ => self.unknown("topology", structure, &["instance"], &["objective", "store"]),
            }
        }
        Some(topology)
    }

    /// A block inside of `topology`, which may stand once.
    fn inner(&mut self, what: &str, block: &HclBlock, attributes: &[&str], into: &mut Option<Body>) {
        self.only(what, block, attributes, &[]);
        let body = self.body(&block.body);
        if into.replace(body).is_some() {
            let second = self.ident(what, &block.ident);
            self.second(&second, what);
        }
    }

    /// `site "virginia" { ... }` at the top of a file.
    pub(super) fn site(&mut self, block: &HclBlock) -> Option<SiteBlock> {
        let [name] = self.labels(block, ["name"])?;
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) if !SITE.contains(&attribute.key.as_str()) => {
                    let message = format!("A `site` block has no attribute `{}`.", attribute.key.as_str());
                    let near = crate::diag::suggest(attribute.key.as_str(), SITE);
                    let diagnostic = crate::diag::Diagnostic::error(codes::ARGUMENT_UNKNOWN, message);
                    let help = "Values of your own go into `values = { ... }`.";
                    let span = self.span(&attribute.key);
                    self.problems.push(diagnostic.at(span).did_you_mean(near).help(help));
                }
                Structure::Block(inner) if SITE.contains(&inner.ident.as_str()) => {
                    self.unknown("site", structure, &SITE, &[]);
                }
                _ => {}
            }
        }
        for required in ["provider", "role"] {
            if !block.body.attributes().any(|attribute| attribute.key.as_str() == required) {
                self.missing("site", required, block);
            }
        }
        Some(SiteBlock { name, body: self.body(&block.body), span: self.span(block) })
    }

    /// `probe`, `gate` or `hook`.
    pub(super) fn guard(&mut self, block: &HclBlock) -> Option<Guard> {
        let what = block.ident.as_str();
        let (kind, attributes): (_, &[&str]) = match what {
            "probe" => (
                GuardKind::Probe,
                &[
                    "after",
                    "before",
                    "command",
                    "dns",
                    "expect",
                    "http",
                    "interval",
                    "tcp",
                    "threshold",
                    "timeout",
                    "within",
                ],
            ),
            "gate" => {
                (GuardKind::Gate, &["after", "approvers", "before", "message", "on", "quorum", "timeout"])
            }
            _ => (GuardKind::Hook, &["after", "before", "env", "on", "on_failure", "run", "timeout"]),
        };
        let [name] = self.labels(block, ["name"])?;
        self.only(what, block, attributes, &[]);
        self.check_guard(kind, block);
        let attributes = block
            .body
            .attributes()
            .filter(|attribute| attributes.contains(&attribute.key.as_str()))
            .map(|attribute| self.attribute(attribute))
            .collect();
        Some(Guard { kind, name, attributes, span: self.span(block) })
    }

    fn check_guard(&mut self, kind: GuardKind, block: &HclBlock) {
        let count = |names: &[&str]| {
            block.body.attributes().filter(|attribute| names.contains(&attribute.key.as_str())).count()
        };
        let (ways, message, placed) = (count(&PROBES), count(&["message"]), count(&["before", "after"]));
        let (run, on) = (count(&["run"]), count(&["on"]));
        let span = self.span(&block.ident);
        let mut wrong = |code: Code, message: &str, help: &str| self.error(code, message, span, help);
        match kind {
            GuardKind::Probe if ways == 0 => {
                wrong(
                    codes::PROBE_INVALID,
                    "The probe probes nothing.",
                    "Add one of `http`, `tcp`, `dns`, `command`.",
                );
            }
            GuardKind::Probe if ways > 1 => {
                let help = "Keep one, and write another probe for the other.";
                wrong(codes::PROBE_INVALID, "The probe probes more than one thing.", help);
            }
            GuardKind::Gate if message == 0 => {
                wrong(
                    codes::GATE_INVALID,
                    "The gate has no `message`.",
                    "Add the question that is put to a person.",
                );
            }
            GuardKind::Gate if placed == 0 => {
                let help = "Add `before = [...]` or `after = [...]`.";
                wrong(codes::GATE_INVALID, "The gate stands before nothing and after nothing.", help);
            }
            GuardKind::Hook if run == 0 => {
                wrong(
                    codes::HOOK_INVALID,
                    "The hook runs nothing.",
                    "Add `run = [\"command\", \"argument\"]`.",
                );
            }
            GuardKind::Hook if on == 0 => {
                let help = "Add `on = [\"failover\"]` with the operations that it belongs to.";
                wrong(codes::HOOK_INVALID, "The hook does not say in which operations it runs.", help);
            }
            _ => {}
        }
    }
}
