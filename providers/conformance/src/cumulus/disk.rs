//! `cumulus_disk`: a disk. Class B: the cloud makes its id, and takes a token.

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{Act, Block, Example, Identity, Kind, Listing, Placement, block};

use super::operation;

block! {
    /// The attributes of `cumulus_disk`.
    pub struct Disk {
        encrypted: bool = computed().replaces().default_bool(true).doc("Whether it is encrypted."),
        fingerprint: String = output().made("{version}").moves().doc("Changes with every change."),
        id: String = output().made("disk-{digits:16}").doc("The id."),
        image: String = optional().replaces().conflicts(&["snapshot"]).doc("The image that it begins with."),
        labels: BTreeMap<String, String> = optional().doc("Labels."),
        made_at: String = output().made("{time}").doc("When it was made."),
        size_gib: i64 = required().doc("Its size."),
        snapshot: String = optional().replaces().conflicts(&["image"]).doc("The snapshot that it begins with."),
    }
}

/// The table of `cumulus_disk`.
pub(super) static KIND: Kind = Kind {
    name: "cumulus_disk",
    provider: "cumulus",
    service: "compute",
    doc: "A disk.",
    placement: Placement::Regional,
    identity: Identity::Token,
    tags: Some("labels"),
    fields: Disk::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 50 },
    details: &[],
    operations: &[
        operation(Act::List, &["compute:listDisks"], 0),
        operation(Act::Read, &["compute:getDisk"], 0),
        operation(Act::Create, &["compute:insertDisk"], 12),
        operation(Act::Update, &["compute:patchDisk"], 12),
        operation(Act::Delete, &["compute:deleteDisk"], 12),
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A disk",
        hcl: "resource \"cumulus_disk\" \"data\" {\n  size_gib = 10\n}\n",
        update: "size_gib = 20",
        replace: "image = \"base\"",
    }],
};
