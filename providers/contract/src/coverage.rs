//! How much of Terraform's attributes the tables cover, counted from the tables alone.
//!
//! An attribute counts once, wherever it is nested; a nested block counts once, and what it holds once each.
//! `timeouts` counts as one, since its durations differ between kinds of Terraform's and not between ours. What
//! Terraform deprecates counts only where a table supports it, and relight's own attributes never do.

use std::iter::Sum;
use std::ops::Add;

use crate::field::{Field, Presence};
use crate::{DataKind, Kind, Provider, Shape, Unsupported};

/// How many of Terraform's attributes there are, and how many of them are supported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Attributes and blocks that a spec must give, where it writes the block around them.
    pub required: usize,
    /// Those of them that are supported. A table cannot mark what it leaves out as required: the test of each
    /// provider against its fixture refuses a kind that leaves out a required attribute.
    pub required_supported: usize,
    /// All attributes and blocks, outputs included. A block left out whole counts once.
    pub all: usize,
    /// Those of them that are supported.
    pub supported: usize,
}

/// The coverage of one kind or data source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The type in HCL.
    pub name: &'static str,
    /// Whether it is a data source.
    pub data: bool,
    /// Its counts.
    pub coverage: Coverage,
    /// What is left out, with the reasons.
    pub unsupported: &'static [Unsupported],
}

/// The coverage of a kind.
pub fn coverage(kind: &Kind) -> Coverage {
    count(kind.fields, kind.unsupported)
}

/// The coverage of a data source.
pub fn data_coverage(data: &DataKind) -> Coverage {
    count(data.fields, data.unsupported)
}

/// A row for each kind of a provider, then one for each of its data sources, in the order of their tables.
pub fn rows(provider: &Provider) -> Vec<Row> {
    let kinds = provider.kinds.iter().map(|kind| Row {
        name: kind.name,
        data: false,
        coverage: coverage(kind),
        unsupported: kind.unsupported,
    });
    let data = provider.data.iter().map(|data| Row {
        name: data.name,
        data: true,
        coverage: data_coverage(data),
        unsupported: data.unsupported,
    });
    kinds.chain(data).collect()
}

fn count(fields: &[Field], unsupported: &[Unsupported]) -> Coverage {
    let mut coverage = Coverage::default();
    let mut open: Vec<&[Field]> = vec![fields];
    while let Some(fields) = open.pop() {
        for field in fields.iter().filter(|field| !field.own) {
            coverage.supported += 1;
            coverage.required += usize::from(field.presence == Presence::Required || field.minimum > 0);
            match field.shape {
                _ if field.name == "timeouts" => {}
                Shape::Block(rows) | Shape::BlockList(rows) | Shape::BlockSet(rows) => open.push(rows),
                shape => coverage.supported += members(shape),
            }
        }
    }
    let left_out = unsupported.iter().filter(|entry| !entry.is_deprecated()).count();
    coverage.all = coverage.supported + left_out;
    coverage.required_supported = coverage.required;
    coverage
}

/// How many attributes the objects of an attribute hold. Terraform's schema does not say which of them it
/// requires, so that none counts as required.
fn members(shape: Shape) -> usize {
    let mut count = 0;
    let mut open: Vec<&[Field]> = shape.fields().into_iter().collect();
    while let Some(fields) = open.pop() {
        count += fields.len();
        open.extend(fields.iter().filter_map(|field| field.shape.fields()));
    }
    count
}

impl Unsupported {
    /// Whether Terraform itself advises against it: its reason begins with `deprecated:`.
    pub fn is_deprecated(&self) -> bool {
        self.reason.starts_with("deprecated:")
    }
}

impl Coverage {
    /// Whether all required ones are supported, and at least `percent` of all.
    pub fn reaches(&self, percent: usize) -> bool {
        self.required_supported == self.required && self.supported * 100 >= self.all * percent
    }
}

impl Add for Coverage {
    type Output = Coverage;

    fn add(self, other: Coverage) -> Coverage {
        Coverage {
            required: self.required + other.required,
            required_supported: self.required_supported + other.required_supported,
            all: self.all + other.all,
            supported: self.supported + other.supported,
        }
    }
}

impl Sum for Coverage {
    fn sum<I: Iterator<Item = Coverage>>(items: I) -> Coverage {
        items.fold(Coverage::default(), Add::add)
    }
}
