//! The volumes of an instance: they are told, changed and tagged apart from it.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{
    EbsInstanceBlockDeviceSpecification, InstanceBlockDeviceMapping as Mapping,
    InstanceBlockDeviceMappingSpecification, Volume, VolumeType,
};
use relight_contract::{BlockList, Blocks, Fault, Interest, Live, Object, Typed};

use super::super::{EbsBlockDevice, KIND, RootBlockDevice};
use crate::api::ec2::{MOST_FILTERED, change_tags, filter, pairs};
use crate::api::tags::{Tags, Told};
use crate::api::{Effect, FaultOf, Site, TagChange, becomes, int, next};

/// The largest page of `DescribeVolumes`.
const PAGE: i32 = 500;

/// The fields that only volumes tell.
pub(super) const FIELDS: &[&str] = &["ebs_block_device", "root_block_device", "volume_tags"];

/// Volumes by their id.
pub(super) type Volumes = BTreeMap<String, Volume>;

/// The volumes of instances, as far as anybody asks for them.
pub(super) async fn of(site: &Site, instances: &[String], interest: &Interest) -> Result<Volumes, Fault> {
    let mut volumes = Volumes::new();
    if !interest.wants(FIELDS) {
        return Ok(volumes);
    }
    for part in instances.chunks(MOST_FILTERED) {
        let mut page = None;
        loop {
            let of_part = filter("attachment.instance-id", part.to_vec());
            let asked = site.ec2().describe_volumes().filters(of_part).max_results(PAGE);
            let answered = asked.set_next_token(page).send().await.fault(Effect::None)?;
            let told = answered.volumes.unwrap_or_default().into_iter();
            volumes.extend(told.filter_map(|volume| Some((volume.volume_id.clone()?, volume))));
            page = next(answered.next_token).map(|page| page.to_string());
            if page.is_none() {
                break;
            }
        }
    }
    Ok(volumes)
}

fn user_tags(volume: &Volume) -> Tags {
    Told::of(pairs(volume.tags.clone())).user
}

/// The root volume, the other ones, and the tags of all of them, which are told where they are the same.
pub(super) fn blocks(
    root: Option<&str>,
    mappings: Vec<Mapping>,
    volumes: &Volumes,
) -> (Option<BlockList<RootBlockDevice>>, Option<Blocks<EbsBlockDevice>>, Option<Tags>) {
    let (mut first, mut others, mut tags) = (None, Vec::new(), BTreeSet::new());
    for mapping in mappings {
        let Some(ebs) = mapping.ebs else { continue };
        let Some(volume) = ebs.volume_id.as_ref().and_then(|id| volumes.get(id)) else { continue };
        let of_volume = user_tags(volume);
        let kind = volume.volume_type.as_ref().map(|kind| kind.as_str().to_owned());
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        if root.is_some() && mapping.device_name.as_deref() == root {
            first = Some(RootBlockDevice {
                delete_on_termination: ebs.delete_on_termination,
                device_name: mapping.device_name,
                encrypted: volume.encrypted,
                iops: volume.iops.map(i64::from),
                kms_key_id: given(&volume.kms_key_id),
                tags: Some(of_volume.clone()),
                tags_all: Some(of_volume.clone()),
                throughput: volume.throughput.map(i64::from),
                volume_id: ebs.volume_id,
                volume_size: volume.size.map(i64::from),
                volume_type: kind,
            });
        } else {
            others.push(EbsBlockDevice {
                delete_on_termination: ebs.delete_on_termination,
                device_name: mapping.device_name,
                encrypted: volume.encrypted,
                iops: volume.iops.map(i64::from),
                kms_key_id: given(&volume.kms_key_id),
                snapshot_id: given(&volume.snapshot_id),
                tags: Some(of_volume.clone()),
                tags_all: Some(of_volume.clone()),
                throughput: volume.throughput.map(i64::from),
                volume_id: ebs.volume_id,
                volume_size: volume.size.map(i64::from),
                volume_type: kind,
            });
        }
        tags.insert(of_volume);
    }
    let common = (tags.len() == 1).then(|| tags.pop_first()).flatten();
    (first.map(|root| BlockList(vec![root])), Some(Blocks(others)), common)
}

/// What a volume is, or is to be.
struct Facts {
    device: Option<String>,
    id: Option<String>,
    goes: Option<bool>,
    iops: Option<i64>,
    size: Option<i64>,
    tags: Option<Tags>,
    throughput: Option<i64>,
    volume_type: Option<String>,
}

impl From<RootBlockDevice> for Facts {
    fn from(block: RootBlockDevice) -> Facts {
        Facts {
            device: block.device_name,
            id: block.volume_id,
            goes: block.delete_on_termination,
            iops: block.iops,
            size: block.volume_size,
            tags: block.tags,
            throughput: block.throughput,
            volume_type: block.volume_type,
        }
    }
}

impl From<EbsBlockDevice> for Facts {
    fn from(block: EbsBlockDevice) -> Facts {
        Facts {
            device: block.device_name,
            id: block.volume_id,
            goes: block.delete_on_termination,
            iops: block.iops,
            size: block.volume_size,
            tags: block.tags,
            throughput: block.throughput,
            volume_type: block.volume_type,
        }
    }
}

/// Makes volumes the wanted ones: their size, type and speed, their tags, and whether they go with the instance.
pub(super) async fn set(site: &Site, live: &Live, changes: &Object) -> Result<(), Fault> {
    let told = root(live.get("root_block_device").and_then(Typed::from_value));
    let wanted = root(becomes(&KIND, changes, "root_block_device").flatten());
    if let (Some(told), Some(wanted)) = (told, wanted) {
        set_one(site, &live.native_id, told.into(), wanted.into()).await?;
    }
    let mut told = others(&live.attributes);
    for (device, wanted) in others(changes) {
        if let Some(told) = told.remove(&device) {
            set_one(site, &live.native_id, told.into(), wanted.into()).await?;
        }
    }
    Ok(())
}

fn root(blocks: Option<BlockList<RootBlockDevice>>) -> Option<RootBlockDevice> {
    blocks.and_then(|blocks| blocks.0.into_iter().next())
}

fn others(object: &Object) -> BTreeMap<Option<String>, EbsBlockDevice> {
    let blocks = object.get("ebs_block_device").and_then(Blocks::<EbsBlockDevice>::from_value);
    let blocks = blocks.map(|blocks| blocks.0).unwrap_or_default();
    blocks.into_iter().map(|block| (block.device_name.clone(), block)).collect()
}

/// Makes a volume the wanted one; what is unset stays.
async fn set_one(site: &Site, instance: &str, told: Facts, wanted: Facts) -> Result<(), Fault> {
    let Some(id) = told.id else { return Ok(()) };
    let differs = |wanted: Option<i64>, is: Option<i64>| wanted.filter(|wanted| Some(*wanted) != is);
    let (size, iops) = (differs(wanted.size, told.size), differs(wanted.iops, told.iops));
    let throughput = differs(wanted.throughput, told.throughput);
    let kind = wanted.volume_type.filter(|wanted| Some(wanted) != told.volume_type.as_ref());
    if size.is_some() || iops.is_some() || throughput.is_some() || kind.is_some() {
        let asked = site
            .ec2()
            .modify_volume()
            .volume_id(&id)
            .set_iops(int(iops)?)
            .set_size(int(size)?)
            .set_throughput(int(throughput)?)
            .set_volume_type(kind.as_deref().map(VolumeType::from));
        asked.send().await.fault(Effect::Maybe)?;
    }
    let goes = wanted.goes.unwrap_or(true);
    if told.goes.is_some_and(|told| told != goes) {
        let ebs = EbsInstanceBlockDeviceSpecification::builder().delete_on_termination(goes).build();
        let mapping = InstanceBlockDeviceMappingSpecification::builder();
        let mapping = mapping.set_device_name(told.device).ebs(ebs).build();
        let asked = site.ec2().modify_instance_attribute().instance_id(instance);
        asked.block_device_mappings(mapping).send().await.fault(Effect::Maybe)?;
    }
    match wanted.tags {
        Some(wanted) => change_tags(site, &id, TagChange::new(&told.tags.unwrap_or_default(), &wanted)).await,
        None => Ok(()),
    }
}

/// Makes the tags of all volumes the wanted ones.
pub(super) async fn set_common_tags(site: &Site, live: &Live, changes: &Object) -> Result<(), Fault> {
    let Some(wanted) = becomes::<Tags>(&KIND, changes, "volume_tags") else { return Ok(()) };
    let wanted = wanted.unwrap_or_default();
    let first = root(live.get("root_block_device").and_then(Typed::from_value));
    let first = first.map(|root| (root.volume_id, root.tags));
    let others = others(&live.attributes).into_values().map(|block| (block.volume_id, block.tags));
    for (id, told) in first.into_iter().chain(others) {
        if let Some(id) = id {
            change_tags(site, &id, TagChange::new(&told.unwrap_or_default(), &wanted)).await?;
        }
    }
    Ok(())
}
