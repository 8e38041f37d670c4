//! The kinds that relight itself provides: `terraform_data`, a value with a life of its own.

use crate::field::{optional, output};
use crate::kind::{ControlPlane, Example, Identity, Kind, Listing, Operation, Placement, Timing};
use crate::provider::{Provider, TagRules};
use crate::{Act, Block, Value, block};

block! {
    /// Stores a value, and is replaced when another one changes.
    pub struct TerraformData {
        id: String = output().made("{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}").doc("A unique id."),
        input: Value = optional().doc("The value to store."),
        output: Value = output().made("{input}").moves().doc("The stored value, once it is stored."),
        triggers_replace: Value = optional().replaces().doc("The object is replaced when this value changes."),
    }
}

const INSTANT: Timing = Timing { p50_seconds: 0, p90_seconds: 0, source: "in memory" };

const fn operation(act: Act) -> Operation {
    Operation { act, calls: &[], plane: ControlPlane::Data, timing: INSTANT }
}

/// The table of `terraform_data`.
pub static TERRAFORM_DATA: Kind = Kind {
    name: "terraform_data",
    provider: "builtin",
    service: "builtin",
    doc: "Stores a value, and is replaced when another one changes.",
    placement: Placement::Regional,
    identity: Identity::Server,
    tags: None,
    fields: TerraformData::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 1000 },
    details: &[],
    operations: &[
        operation(Act::List),
        operation(Act::Read),
        operation(Act::Create),
        operation(Act::Update),
        operation(Act::Delete),
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A stored value",
        hcl: "resource \"terraform_data\" \"build\" {\n  input = \"one\"\n}\n",
        update: "input = \"two\"",
        replace: "triggers_replace = \"2\"",
    }],
};

/// The provider of the built-in kinds: it belongs to every site.
pub static BUILTIN: Provider = Provider {
    name: "builtin",
    kinds: &[&TERRAFORM_DATA],
    data: &[],
    tags: TagRules {
        owner: "relight:id",
        address: "relight:address",
        intent: "relight:intent",
        role: "relight:role",
        longest_key: 128,
        longest_value: 256,
        most: 50,
        accepts: |_| true,
    },
    home: "",
    homes: &[],
    regions: &[],
    settings: &[],
    region_fields: &[],
    advice: Provider::no_advice(),
    policy: None,
};
