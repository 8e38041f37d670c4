//! The API half of `aws_ami_copy`.
//!
//! A copy has an id at once, and can be used when its snapshots are there. It is deleted together with them, in one
//! call.

use std::sync::Arc;

use aws_sdk_ec2::types::{AttributeValue, BlockDeviceMapping, Image, ImageState, ResourceType};
use relight_contract::{
    Action, Answer, Answering, Block, Blocks, Fault, Live, Name, Object, Owner, State, Value,
};

use super::{AmiCopy, ImageStoreVolume, ImageVolume, KIND};
use crate::api::ec2::{MOST_FILTERED, filter, intended, marks, owned, pairs, set_tags, update_tags};
use crate::api::{
    Effect, FaultOf, Site, Told, absent_is_none, accepted, becomes, made, missing, next, none_of_its_calls,
    object_or_absent, shape, tags, time,
};

/// The largest page.
const PAGE: i32 = 1000;

/// What a poll waits for: the copy is complete.
const COPY: &str = "copy";

/// How long to wait before the first look at a copy.
const FIRST_LOOK_MILLISECONDS: u64 = 1_000;

/// How long to wait between two looks at a copy.
const LOOK_MILLISECONDS: u64 = 10_000;

/// The account's own images.
const OWN: &str = "self";

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, .. } => list(&site, page).await,
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { token, .. } => find(&site, &token).await.map(Answer::Found),
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, .. } => update(&site, &native_id, &changes).await,
            Action::Poll { native_id, attributes, .. } => poll(&site, &native_id, &attributes).await,
            Action::Delete { native_id, .. } => {
                let asked = site.ec2().deregister_image().image_id(&*native_id);
                let asked = asked.delete_associated_snapshots(true);
                absent_is_none(asked.send().await.fault(Effect::Maybe))?;
                Ok(Answer::Absent)
            }
            Action::Claim { native_id, owner, .. } => {
                set_tags(&site, &native_id, tags::owner(&owner)).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

async fn list(site: &Site, page: Option<Name>) -> Result<Answer, Fault> {
    let asked = site.ec2().describe_images().owners(OWN).filters(owned()).max_results(PAGE);
    let answered =
        asked.set_next_token(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    Ok(Answer::Page { items: all(site, answered.images), next: next(answered.next_token) })
}

async fn read(site: &Site, id: &str) -> Result<Option<Live>, Fault> {
    let describe = async |ids| {
        let asked = site.ec2().describe_images().owners(OWN).filters(filter("image-id", ids));
        Ok(all(site, asked.max_results(PAGE).send().await.fault(Effect::None)?.images))
    };
    site.together(KIND.name, id, MOST_FILTERED, describe).await
}

async fn find(site: &Site, token: &str) -> Result<Vec<Live>, Fault> {
    let asked = site.ec2().describe_images().owners(OWN).filters(intended(token));
    Ok(all(site, asked.send().await.fault(Effect::None)?.images))
}

fn all(site: &Site, images: Option<Vec<Image>>) -> Vec<Live> {
    images.unwrap_or_default().into_iter().filter_map(|image| live(site, image)).collect()
}

/// The object; `None` for one that is deregistered.
fn live(site: &Site, image: Image) -> Option<Live> {
    let state = match &image.state {
        Some(ImageState::Deregistered) => return None,
        Some(ImageState::Pending | ImageState::Transient) => State::Pending,
        Some(ImageState::Failed | ImageState::Error | ImageState::Invalid) => State::Failed,
        _ => State::Ready,
    };
    let id = image.image_id.clone().unwrap_or_default();
    let told = Told::of(pairs(image.tags.clone()));
    let attributes = AmiCopy {
        arn: Some(site.arn_of_image(&id)),
        id: Some(id.clone()),
        tags: Some(told.user.clone()),
        tags_all: Some(told.user.clone()),
        ..attributes(image)
    };
    Some(told.live(&id, attributes.to_object(), state))
}

fn attributes(image: Image) -> AmiCopy {
    let root = image.root_device_name.clone();
    let mappings = image.block_device_mappings.unwrap_or_default();
    let of_root = |mapping: &&BlockDeviceMapping| root.is_some() && mapping.device_name == root;
    let root_snapshot = mappings.iter().find(of_root).and_then(|mapping| mapping.ebs.as_ref());
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    AmiCopy {
        architecture: image.architecture.map(|word| word.as_str().to_owned()),
        boot_mode: image.boot_mode.map(|word| word.as_str().to_owned()),
        deprecation_time: given(image.deprecation_time),
        description: given(image.description),
        ena_support: image.ena_support,
        hypervisor: image.hypervisor.map(|word| word.as_str().to_owned()),
        image_location: image.image_location,
        image_owner_alias: given(image.image_owner_alias),
        image_type: image.image_type.map(|word| word.as_str().to_owned()),
        imds_support: image.imds_support.map(|word| word.as_str().to_owned()),
        kernel_id: given(image.kernel_id),
        last_launched_time: given(image.last_launched_time),
        manage_ebs_snapshots: Some(true),
        name: image.name,
        owner_id: image.owner_id,
        platform: image.platform.map(|word| word.as_str().to_owned()),
        platform_details: image.platform_details,
        public: image.public,
        ramdisk_id: given(image.ramdisk_id),
        root_snapshot_id: root_snapshot.and_then(|ebs| ebs.snapshot_id.clone()),
        root_device_name: root,
        sriov_net_support: image.sriov_net_support,
        tpm_support: image.tpm_support.map(|word| word.as_str().to_owned()),
        usage_operation: image.usage_operation,
        virtualization_type: image.virtualization_type.map(|word| word.as_str().to_owned()),
        ebs_block_device: Some(Blocks(mappings.iter().filter_map(volume).collect())),
        ephemeral_block_device: Some(Blocks(mappings.into_iter().filter_map(store).collect())),
        ..AmiCopy::default()
    }
}

fn volume(mapping: &BlockDeviceMapping) -> Option<ImageVolume> {
    let ebs = mapping.ebs.as_ref()?;
    Some(ImageVolume {
        delete_on_termination: ebs.delete_on_termination,
        device_name: mapping.device_name.clone(),
        encrypted: ebs.encrypted,
        iops: ebs.iops.map(i64::from),
        outpost_arn: ebs.outpost_arn.clone(),
        snapshot_id: ebs.snapshot_id.clone(),
        throughput: ebs.throughput.map(i64::from),
        volume_size: ebs.volume_size.map(i64::from),
        volume_type: ebs.volume_type.as_ref().map(|word| word.as_str().to_owned()),
    })
}

fn store(mapping: BlockDeviceMapping) -> Option<ImageStoreVolume> {
    let virtual_name = Some(mapping.virtual_name.filter(|name| !name.is_empty())?);
    Some(ImageStoreVolume { device_name: mapping.device_name, virtual_name })
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = AmiCopy::from_object(attributes).map_err(shape)?;
    let asked = site
        .ec2()
        .copy_image()
        .client_token(token)
        .set_description(wanted.description)
        .set_destination_outpost_arn(wanted.destination_outpost_arn)
        .set_encrypted(wanted.encrypted)
        .set_kms_key_id(wanted.kms_key_id)
        .set_name(wanted.name)
        .set_source_image_id(wanted.source_ami_id)
        .set_source_region(wanted.source_ami_region)
        .tag_specifications(marks(ResourceType::Image, wanted.tags.as_ref(), owner, token));
    let answered = asked.send().await.fault(Effect::Maybe)?;
    Ok(accepted(&made(answered.image_id, "a copy")?, COPY, FIRST_LOOK_MILLISECONDS))
}

async fn poll(site: &Site, id: &str, attributes: &Object) -> Result<Answer, Fault> {
    let Some(live) = read(site, id).await? else { return Ok(Answer::Absent) };
    match live.state {
        State::Pending => Ok(accepted(id, COPY, LOOK_MILLISECONDS)),
        State::Ready => {
            let time = attributes.get("deprecation_time").and_then(Value::as_str);
            match time.filter(|_| live.get("deprecation_time").is_none()) {
                Some(time) => {
                    deprecate(site, id, Some(time)).await?;
                    Ok(object_or_absent(read(site, id).await?))
                }
                None => Ok(Answer::Object(live)),
            }
        }
        State::Failed | State::Deleting => Ok(Answer::Object(live)),
    }
}

/// Says when the image becomes deprecated, or that it does not.
async fn deprecate(site: &Site, id: &str, at: Option<&str>) -> Result<(), Fault> {
    let Some(at) = time(at)? else {
        let asked = site.ec2().disable_image_deprecation().image_id(id);
        return asked.send().await.fault(Effect::Maybe).map(drop);
    };
    let asked = site.ec2().enable_image_deprecation().image_id(id).deprecate_at(at);
    asked.send().await.fault(Effect::Maybe).map(drop)
}

async fn update(site: &Site, id: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = read(site, id).await?.ok_or_else(|| missing("image", id))?;
    update_tags(site, id, &live, changes).await?;
    if let Some(text) = becomes::<String>(&KIND, changes, "description") {
        let value = AttributeValue::builder().value(text.unwrap_or_default()).build();
        let asked = site.ec2().modify_image_attribute().image_id(id).description(value);
        asked.send().await.fault(Effect::Maybe)?;
    }
    if let Some(time) = becomes::<String>(&KIND, changes, "deprecation_time") {
        deprecate(site, id, time.as_deref()).await?;
    }
    Ok(object_or_absent(read(site, id).await?))
}
