//! `aws_ami`: a machine image that exists already, in the site's region.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::field::{computed, optional, output};
use relight_contract::{
    Block, Blocks, DataKind, DataSource, Object, One, Place, Placement, SetOf, Timeouts, block,
};

use super::made_up::{Filter, account, answered, given, hex, seed};

block! {
    /// A volume of an image.
    pub struct Mapping {
        device_name: String = output().doc("The device name."),
        ebs: BTreeMap<String, String> = output().doc("The EBS volume."),
        no_device: String = output().doc("Set where a device is left out."),
        virtual_name: String = output().doc("An instance store volume."),
    }
}

block! {
    /// A product of the marketplace.
    pub struct ProductCode {
        product_code_id: String = output().doc("The code."),
        product_code_type: String = output().doc("The kind of code."),
    }
}

block! {
    /// The arguments and answers of `aws_ami`.
    pub struct Ami {
        architecture: String = output().doc("The processor that it is built for."),
        arn: String = output().doc("The ARN."),
        block_device_mappings: SetOf<Mapping> = output().doc("Its volumes."),
        boot_mode: String = output().doc("How it boots."),
        creation_date: String = output().doc("When it was made."),
        deprecation_time: String = output().doc("When it becomes deprecated."),
        description: String = output().doc("Its description."),
        ena_support: bool = output().doc("Whether enhanced networking is on."),
        executable_users: Vec<String> = optional().doc("Who must be allowed to launch it."),
        filter: Blocks<Filter> = optional().doc("Filters, all of which must match."),
        hypervisor: String = output().doc("The hypervisor."),
        id: String = output().doc("The image."),
        image_id: String = output().doc("The image."),
        image_location: String = output().doc("Owner and name."),
        image_owner_alias: String = output().doc("The owner, where it is a known one."),
        image_type: String = output().doc("What kind of image it is."),
        imds_support: String = output().doc("Which metadata service its instances ask for."),
        include_deprecated: bool = optional().default_bool(false).doc("Whether deprecated images count."),
        kernel_id: String = output().doc("Its kernel, if it is an old one."),
        last_launched_time: String = output().volatile().doc("When it was last launched."),
        most_recent: bool = optional().default_bool(false).doc("Whether the newest of several is taken."),
        name: String = output().doc("Its name."),
        name_regex: String = optional().doc("What its name must look like; applied to the answer."),
        owner_id: String = output().doc("The account that owns it."),
        owners: Vec<String> = optional().doc("Who may own it: accounts, `self`, `amazon`."),
        platform: String = output().doc("`windows`, or nothing."),
        platform_details: String = output().doc("The platform as it is billed."),
        product_codes: SetOf<ProductCode> = output().doc("Products of the marketplace in it."),
        public: bool = output().doc("Whether everyone may launch it."),
        ramdisk_id: String = output().doc("Its RAM disk, if it is an old one."),
        root_device_name: String = output().doc("The device of its root volume."),
        root_device_type: String = output().doc("The kind of its root volume."),
        root_snapshot_id: String = output().doc("The snapshot that its root volume begins with."),
        sriov_net_support: String = output().doc("Whether SR-IOV is on."),
        state: String = output().doc("Whether it can be launched."),
        state_reason: BTreeMap<String, String> = output().doc("Why it is in that state."),
        tags: BTreeMap<String, String> = computed().doc("Its tags."),
        timeouts: One<Timeouts> = optional().local().doc("How long reading may take."),
        tpm_support: String = output().doc("Its TPM version."),
        uefi_data: String = optional().doc("Its UEFI variables."),
        usage_operation: String = output().doc("The operation that it is billed as."),
        virtualization_type: String = output().doc("How it is virtualized."),
    }
}

/// The table of `aws_ami`.
pub static DATA: DataKind = DataKind {
    name: "aws_ami",
    provider: "aws",
    doc: "A machine image that exists already, in the site's region.",
    placement: Placement::Regional,
    fields: Ami::FIELDS,
    source: DataSource::Cloud(sample),
    calls: &["ec2:DescribeImages"],
    unsupported: &[],
};

/// The account that Amazon's own Linux images belong to.
const AMAZON: &str = "137112412989";

/// What a filter asks for, with something in the place of wildcards.
fn filtered(asked: &Ami, name: &str) -> Option<String> {
    let filters = asked.filter.as_ref()?;
    let filter = filters.0.iter().find(|filter| filter.name.as_deref() == Some(name))?;
    let pattern = filter.values.as_ref().and_then(BTreeSet::first)?;
    Some(pattern.replace('*', "20260101").replace('?', "0"))
}

/// The owner's account and alias.
fn owner(asked: &Ami, place: &Place) -> (String, String) {
    let first = asked.owners.iter().flatten().next().map(String::as_str);
    match first.unwrap_or("amazon") {
        "self" => (account(place), "self".to_owned()),
        owner if owner.bytes().all(|byte| byte.is_ascii_digit()) => (owner.to_owned(), String::new()),
        alias => (AMAZON.to_owned(), alias.to_owned()),
    }
}

/// An image that fits the arguments, another one in every region.
fn sample(place: &Place, arguments: &Object) -> Result<Object, String> {
    let asked: Ami = given(arguments)?;
    let region = &*place.region;
    let seed = seed(region, arguments);
    let id = filtered(&asked, "image-id").unwrap_or_else(|| format!("ami-{}", hex(&seed, 17)));
    let snapshot = format!("snap-{}", hex(&format!("{seed} root"), 17));
    let name = filtered(&asked, "name").unwrap_or_else(|| format!("image-{}", hex(&seed, 8)));
    let is_arm = ["arm64", "aarch64"].iter().any(|word| name.contains(word));
    let architecture = if is_arm { "arm64" } else { "x86_64" };
    let (owner_id, alias) = owner(&asked, place);
    let device = filtered(&asked, "root-device-name").unwrap_or_else(|| "/dev/xvda".to_owned());
    let fixed = |text: &str| Some(text.to_owned());
    let answers = Ami {
        architecture: filtered(&asked, "architecture").or_else(|| fixed(architecture)),
        arn: Some(format!("arn:aws:ec2:{region}::image/{id}")),
        block_device_mappings: Some(SetOf(vec![root(&device, &snapshot)])),
        boot_mode: fixed("uefi-preferred"),
        creation_date: fixed("2026-01-01T00:00:00.000Z"),
        deprecation_time: fixed("2028-01-01T00:00:00.000Z"),
        description: Some(name.clone()),
        ena_support: Some(true),
        hypervisor: fixed("xen"),
        id: Some(id.clone()),
        image_id: Some(id),
        image_location: Some(format!("{}/{name}", if alias.is_empty() { &owner_id } else { &alias })),
        image_owner_alias: Some(alias.clone()),
        image_type: fixed("machine"),
        imds_support: fixed("v2.0"),
        include_deprecated: Some(asked.include_deprecated.unwrap_or(false)),
        kernel_id: fixed(""),
        last_launched_time: fixed(""),
        most_recent: Some(asked.most_recent.unwrap_or(false)),
        name: Some(name),
        owner_id: Some(owner_id),
        platform: fixed(""),
        platform_details: fixed("Linux/UNIX"),
        product_codes: Some(SetOf(Vec::new())),
        public: Some(alias != "self"),
        ramdisk_id: fixed(""),
        root_device_name: Some(device),
        root_device_type: filtered(&asked, "root-device-type").or_else(|| fixed("ebs")),
        root_snapshot_id: Some(snapshot),
        sriov_net_support: fixed("simple"),
        state: fixed("available"),
        state_reason: Some(
            [("code", "UNSET"), ("message", "UNSET")]
                .map(|(key, text)| (key.to_owned(), text.to_owned()))
                .into(),
        ),
        tags: Some(asked.tags.clone().unwrap_or_default()),
        tpm_support: fixed(""),
        usage_operation: fixed("RunInstances"),
        virtualization_type: filtered(&asked, "virtualization-type").or_else(|| fixed("hvm")),
        ..Ami::default()
    };
    Ok(answered(arguments, &answers))
}

/// The root volume.
fn root(device: &str, snapshot: &str) -> Mapping {
    let ebs = [
        ("delete_on_termination", "true"),
        ("encrypted", "false"),
        ("iops", "3000"),
        ("snapshot_id", snapshot),
        ("throughput", "125"),
        ("volume_size", "8"),
        ("volume_type", "gp3"),
    ];
    Mapping {
        device_name: Some(device.to_owned()),
        ebs: Some(ebs.map(|(key, text)| (key.to_owned(), text.to_owned())).into()),
        no_device: Some(String::new()),
        virtual_name: Some(String::new()),
    }
}
