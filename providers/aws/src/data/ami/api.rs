//! The API half of `aws_ami`.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_sdk_ec2::types::{BlockDeviceMapping, Image};
use regex_lite::Regex;
use relight_contract::{Action, Answer, Answering, Block, Fault, FaultKind, SetOf};

use super::{Ami, Mapping, ProductCode};
use crate::api::ec2::{filter, pairs};
use crate::api::{Effect, FaultOf, Site, none_of_its_calls, shape};
use crate::data::made_up::{answered, filters};

/// The largest page.
const PAGE: i32 = 1000;

/// Answers the question.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        let Action::LookUp { arguments, .. } = action else { return Err(none_of_its_calls(&action)) };
        let asked = Ami::from_object(&arguments).map_err(shape)?;
        let image = choose(images(&site, &asked).await?, &asked)?;
        let answers = answers(&site, image, &asked);
        Ok(Answer::Data(answered(&arguments, &answers)))
    })
}

async fn images(site: &Site, asked: &Ami) -> Result<Vec<Image>, Fault> {
    let wanted: Vec<_> = filters(&asked.filter).map(|(name, values)| filter(name, values)).collect();
    let call = site
        .ec2()
        .describe_images()
        .max_results(PAGE)
        .set_executable_users(asked.executable_users.clone().filter(|users| !users.is_empty()))
        .set_filters(Some(wanted).filter(|wanted| !wanted.is_empty()))
        .set_include_deprecated(asked.include_deprecated)
        .set_owners(asked.owners.clone().filter(|owners| !owners.is_empty()));
    let (mut images, mut token) = (Vec::new(), None);
    loop {
        let told = call.clone().set_next_token(token).send().await.fault(Effect::None)?;
        images.extend(told.images.unwrap_or_default());
        token = told.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(images);
        }
    }
}

/// The one image that is meant.
fn choose(mut images: Vec<Image>, asked: &Ami) -> Result<Image, Fault> {
    if let Some(pattern) = &asked.name_regex {
        let wrong = |error: regex_lite::Error| {
            Fault::new(FaultKind::Invalid, format!("`name_regex` is no regular expression: {error}"))
        };
        let pattern = Regex::new(pattern).map_err(wrong)?;
        images.retain(|image| image.name.as_deref().is_some_and(|name| pattern.is_match(name)));
    }
    if images.len() > 1 && asked.most_recent != Some(true) {
        let text = format!(
            "{} images match: say more of the one that is meant, or `most_recent = true`",
            images.len()
        );
        return Err(Fault::new(FaultKind::Invalid, text));
    }
    // Times are told in one form, so that their texts are in the order of the times.
    let newest = images.into_iter().max_by(|a, b| a.creation_date.cmp(&b.creation_date));
    newest.ok_or_else(|| Fault::new(FaultKind::NotFound, "no image matches the arguments"))
}

/// A word of the API's own as text; nothing is told as no text, as Terraform has it.
macro_rules! word {
    ($word:expr) => {
        Some($word.map(|word| word.as_str().to_owned()).unwrap_or_default())
    };
}

fn answers(site: &Site, image: Image, asked: &Ami) -> Ami {
    let id = image.image_id.clone().unwrap_or_default();
    let arn = format!("arn:{}:ec2:{}::image/{id}", site.partition(), site.region());
    let device = image.root_device_name.clone().unwrap_or_default();
    let mappings = image.block_device_mappings.clone().unwrap_or_default();
    let root = mappings.iter().find(|mapping| mapping.device_name.as_deref() == Some(&*device));
    let snapshot = root.and_then(|root| root.ebs.as_ref()?.snapshot_id.clone());
    let text = |text: Option<String>| Some(text.unwrap_or_default());
    let (code, message) = image.state_reason.map_or((None, None), |reason| (reason.code, reason.message));
    let reason = [("code", code), ("message", message)];
    let unset = || "UNSET".to_owned();
    Ami {
        architecture: word!(image.architecture),
        arn: Some(arn),
        block_device_mappings: Some(SetOf(mappings.into_iter().map(mapping).collect())),
        boot_mode: word!(image.boot_mode),
        creation_date: text(image.creation_date),
        deprecation_time: text(image.deprecation_time),
        description: text(image.description),
        ena_support: Some(image.ena_support.unwrap_or_default()),
        hypervisor: word!(image.hypervisor),
        id: Some(id.clone()),
        image_id: Some(id),
        image_location: text(image.image_location),
        image_owner_alias: text(image.image_owner_alias),
        image_type: word!(image.image_type),
        imds_support: word!(image.imds_support),
        include_deprecated: Some(asked.include_deprecated.unwrap_or_default()),
        kernel_id: text(image.kernel_id),
        last_launched_time: text(image.last_launched_time),
        most_recent: Some(asked.most_recent.unwrap_or_default()),
        name: text(image.name),
        owner_id: text(image.owner_id),
        platform: word!(image.platform),
        platform_details: text(image.platform_details),
        product_codes: Some(SetOf(
            image
                .product_codes
                .unwrap_or_default()
                .into_iter()
                .map(|code| ProductCode {
                    product_code_id: code.product_code_id,
                    product_code_type: word!(code.product_code_type),
                })
                .collect(),
        )),
        public: Some(image.public.unwrap_or_default()),
        ramdisk_id: text(image.ramdisk_id),
        root_device_name: Some(device),
        root_device_type: word!(image.root_device_type),
        root_snapshot_id: text(snapshot),
        sriov_net_support: text(image.sriov_net_support),
        state: word!(image.state),
        state_reason: Some(
            reason.into_iter().map(|(key, text)| (key.to_owned(), text.unwrap_or_else(unset))).collect(),
        ),
        tags: Some(pairs(image.tags).collect()),
        tpm_support: word!(image.tpm_support),
        usage_operation: text(image.usage_operation),
        virtualization_type: word!(image.virtualization_type),
        ..Ami::default()
    }
}

fn mapping(told: BlockDeviceMapping) -> Mapping {
    let ebs: BTreeMap<String, String> = match told.ebs {
        None => BTreeMap::new(),
        Some(ebs) => [
            ("delete_on_termination", ebs.delete_on_termination.unwrap_or_default().to_string()),
            ("encrypted", ebs.encrypted.unwrap_or_default().to_string()),
            ("iops", ebs.iops.unwrap_or_default().to_string()),
            ("snapshot_id", ebs.snapshot_id.unwrap_or_default()),
            ("throughput", ebs.throughput.unwrap_or_default().to_string()),
            ("volume_size", ebs.volume_size.unwrap_or_default().to_string()),
            ("volume_type", ebs.volume_type.map(|word| word.as_str().to_owned()).unwrap_or_default()),
        ]
        .into_iter()
        .map(|(key, text)| (key.to_owned(), text))
        .collect(),
    };
    Mapping {
        device_name: told.device_name,
        ebs: Some(ebs),
        no_device: Some(told.no_device.unwrap_or_default()),
        virtual_name: Some(told.virtual_name.unwrap_or_default()),
    }
}
