//! The volumes of an instance: they are told, changed and tagged apart from it.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{InstanceBlockDeviceMapping as Mapping, Volume, VolumeType};
use relight_contract::{BlockList, Blocks, Fault, Interest, Live, Object, Typed};

use super::super::{EbsBlockDevice, KIND, RootBlockDevice};
use crate::api::ec2::{MOST_FILTERED, filter, next, pairs, update_tags};
use crate::api::tags::{Tags, Told};
use crate::api::{Effect, FaultOf, Site, becomes, int};

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

/// What a volume is to be: what is unset stays.
struct Wanted {
    iops: Option<i64>,
    size: Option<i64>,
    tags: Option<Tags>,
    throughput: Option<i64>,
    volume_type: Option<String>,
}

/// Makes volumes the wanted ones: their size, type and speed, and their tags.
pub(super) async fn set(site: &Site, live: &Live, changes: &Object) -> Result<(), Fault> {
    let told_root = root(live.get("root_block_device").and_then(Typed::from_value));
    let told: BTreeMap<Option<String>, EbsBlockDevice> = others(&live.attributes);
    if let (Some(wanted), Some(told)) =
        (root(becomes(&KIND, changes, "root_block_device").flatten()), told_root)
    {
        let is = (told.volume_id, told.volume_size, told.volume_type, told.iops, told.throughput);
        let wanted = Wanted {
            iops: wanted.iops,
            size: wanted.volume_size,
            tags: wanted.tags,
            throughput: wanted.throughput,
            volume_type: wanted.volume_type,
        };
        set_one(site, is, told.tags.unwrap_or_default(), wanted).await?;
    }
    for (device, wanted) in others(changes) {
        let Some(told) = told.get(&device).cloned() else { continue };
        let is = (told.volume_id, told.volume_size, told.volume_type, told.iops, told.throughput);
        let wanted = Wanted {
            iops: wanted.iops,
            size: wanted.volume_size,
            tags: wanted.tags,
            throughput: wanted.throughput,
            volume_type: wanted.volume_type,
        };
        set_one(site, is, told.tags.unwrap_or_default(), wanted).await?;
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

/// Id, size, type, operations per second and throughput, as they are.
type Is = (Option<String>, Option<i64>, Option<String>, Option<i64>, Option<i64>);

async fn set_one(site: &Site, is: Is, told: Tags, wanted: Wanted) -> Result<(), Fault> {
    let (Some(id), size, volume_type, iops, throughput) = is else { return Ok(()) };
    let differs = |wanted: Option<i64>, is: Option<i64>| wanted.filter(|wanted| Some(*wanted) != is);
    let (size, iops) = (differs(wanted.size, size), differs(wanted.iops, iops));
    let throughput = differs(wanted.throughput, throughput);
    let kind = wanted.volume_type.filter(|wanted| Some(wanted) != volume_type.as_ref());
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
    set_tags(site, &id, &told, wanted.tags).await
}

/// Makes the tags of a volume the wanted ones; `None` leaves them.
async fn set_tags(site: &Site, id: &str, told: &Tags, wanted: Option<Tags>) -> Result<(), Fault> {
    let Some(wanted) = wanted else { return Ok(()) };
    let attributes = [("tags", told.to_value())].into_iter().collect();
    let volume = Told::default().live(id, attributes, relight_contract::State::Ready);
    update_tags(site, id, &volume, Some(Some(wanted))).await
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
            set_tags(site, &id, &told.unwrap_or_default(), Some(wanted.clone())).await?;
        }
    }
    Ok(())
}
