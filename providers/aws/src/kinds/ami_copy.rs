//! `aws_ami_copy`: an image in the region where it is needed, copied from another. Class B: `CopyImage` takes a token.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, Blocks, Capability, ControlPlane, Example, Identity, Kind, Listing, One, Operation,
    Placement, Timeouts, Timing, block,
};

use crate::timing::{CALL, QUICK, timing};

block! {
    /// A volume of the image.
    pub struct ImageVolume {
        delete_on_termination: bool = output().doc("Whether the volume goes with the instance."),
        device_name: String = output().doc("The device name."),
        encrypted: bool = output().doc("Whether the volume is encrypted."),
        iops: i64 = output().doc("Provisioned I/O operations per second."),
        outpost_arn: String = output().doc("The Outpost that the snapshot is on."),
        snapshot_id: String = output().doc("The snapshot that it begins with."),
        throughput: i64 = output().doc("The throughput, in MiB/s."),
        volume_size: i64 = output().doc("The size, in GiB."),
        volume_type: String = output().doc("The volume type."),
    }
}

block! {
    /// An instance store volume of the image.
    pub struct ImageStoreVolume {
        device_name: String = output().doc("The device name."),
        virtual_name: String = output().doc("The volume, such as `ephemeral0`."),
    }
}

block! {
    /// The attributes of `aws_ami_copy`.
    pub struct AmiCopy {
        architecture: String = output().made("x86_64").doc("The processor architecture."),
        arn: String = output().made("arn:aws:ec2:{region}::image/{id}").doc("The ARN."),
        boot_mode: String = output().doc("How it boots."),
        deprecation_time: String = optional().doc("When it becomes deprecated, in RFC 3339."),
        description: String = optional().doc("What it is."),
        destination_outpost_arn: String = optional().replaces().write_only().doc("The Outpost to copy it to."),
        ebs_block_device: Blocks<ImageVolume> = computed().doc("Its volumes."),
        ena_support: bool = output().default_bool(true).doc("Whether enhanced networking works."),
        encrypted: bool = optional().replaces().write_only().default_bool(false)
            .doc("Whether the copy's volumes are encrypted; those of an encrypted image always are."),
        ephemeral_block_device: Blocks<ImageStoreVolume> = computed().doc("Its instance store volumes."),
        hypervisor: String = output().made("xen").doc("The hypervisor."),
        id: String = output().made("ami-{hex:17}").doc("The id."),
        image_location: String = output().made("{owner_id}/{name}").doc("Where it is."),
        image_owner_alias: String = output().doc("The alias of the account that owns it."),
        image_type: String = output().made("machine").doc("What sort of image it is."),
        imds_support: String = output().doc("Whether its instances ask for a token at the metadata service."),
        kernel_id: String = output().doc("The kernel."),
        kms_key_id: String = computed().replaces().write_only().mentions("aws_kms_key", "arn")
            .doc("The key that the copy's volumes are encrypted with, one of this region."),
        last_launched_time: String = output().volatile().doc("When it was last used."),
        manage_ebs_snapshots: bool = output().default_bool(true).doc("Whether its snapshots go with it."),
        name: String = required().replaces().doc("The name."),
        owner_id: String = output().made("{account}").doc("The account that owns it."),
        platform: String = output().doc("`windows` for Windows."),
        platform_details: String = output().made("Linux/UNIX").doc("The platform as it is billed."),
        public: bool = output().default_bool(false).doc("Whether everybody may use it."),
        ramdisk_id: String = output().doc("The RAM disk."),
        root_device_name: String = output().made("/dev/xvda").doc("The name of the root device."),
        root_snapshot_id: String = output().made("snap-{hex:17}").doc("The snapshot of the root volume."),
        source_ami_id: String = required().replaces().write_only().doc("The image that is copied."),
        source_ami_region: String = required().replaces().write_only().doc("The region that it is copied from."),
        sriov_net_support: String = output().made("simple").doc("Whether enhanced networking with SR-IOV works."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
        tpm_support: String = output().doc("The version of the trusted platform module."),
        uefi_data: String = output().doc("UEFI variables; EC2 tells them apart from the image, and relight does not ask."),
        usage_operation: String = output().made("RunInstances").doc("The operation as it is billed."),
        virtualization_type: String = output().made("hvm").doc("How it is virtualised."),
    }
}

/// Copying takes as long as the snapshots do: by their size, and the way between the regions.
const COPY: Timing =
    timing(300, 1200, "unmeasured: by the size of the snapshots, minutes to tens of minutes");

/// The table of `aws_ami_copy`. What it was copied from is not reliably told. Calls: Amazon EC2 API reference,
/// `CopyImage` and `DeregisterImage`.
pub static KIND: Kind = Kind {
    name: "aws_ami_copy",
    provider: "aws",
    service: "ec2",
    doc: "A copy of a machine image in this region, so that the site can start machines while the other region is gone.",
    placement: Placement::Regional,
    identity: Identity::Token,
    tags: Some("tags"),
    fields: AmiCopy::FIELDS,
    capabilities: &[Capability::Shared],
    listing: Listing::All { page: 1000 },
    details: &[],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["ec2:DescribeImages"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["ec2:DescribeImages"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &["ec2:CopyImage", "ec2:EnableImageDeprecation", "ec2:CreateTags"],
            plane: ControlPlane::Regional,
            timing: COPY,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "ec2:ModifyImageAttribute",
                "ec2:EnableImageDeprecation",
                "ec2:DisableImageDeprecation",
                "ec2:CreateTags",
                "ec2:DeleteTags",
            ],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Delete,
            calls: &["ec2:DeregisterImage", "ec2:DeleteSnapshot"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "An image in the recovery region",
        hcl: r#"data "aws_ami" "example" {
  most_recent = true
  owners      = ["amazon"]
  filter {
    name   = "name"
    values = ["amzn2-ami-hvm-*"]
  }
}

resource "aws_ami_copy" "example" {
  name              = "example-web"
  source_ami_id     = data.aws_ami.example.id
  source_ami_region = "us-east-1"
}
"#,
        update: "tags = { team = \"network\" }",
        replace: "name = \"example-web-2\"",
    }],
};
