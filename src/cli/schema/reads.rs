//! What it takes to see the objects of a kind, from its table: so that anybody can count the least that a plan needs.

use relight_contract::{Act, Kind, Listing, Registry};
use serde_json::{Value as Json, json};

use crate::diff::looked_at;

/// The listing of a kind and the calls beyond its pages. One that is `always` made tells what every plan looks at; any
/// other is made where the spec gives one of its fields, or something refers to it.
pub(super) fn reads(kind: &'static Kind, registry: &Registry) -> Json {
    let looked_at = looked_at(kind, registry);
    let details = kind.details.iter().map(|detail| {
        let always = detail.fields.is_empty() || detail.fields.iter().any(|field| looked_at.contains(*field));
        json!({ "call": detail.call, "objects": detail.objects, "fields": detail.fields, "always": always })
    });
    let details: Vec<Json> = details.collect();
    let call = kind.operation(Act::List).and_then(|operation| operation.calls.first());
    match kind.listing {
        Listing::All { page } => json!({ "call": call, "page": page, "details": details }),
        Listing::Under { kind, attribute, page } => {
            json!({ "call": call, "page": page, "under": { "kind": kind, "attribute": attribute }, "details": details })
        }
    }
}
