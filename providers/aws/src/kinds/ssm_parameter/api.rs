//! The API half of `aws_ssm_parameter`.
//!
//! A list tells neither values nor tags: they are asked of the parameters that can be meant. `PutParameter` sets all
//! at once and needs the value; it takes tags only when it creates.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_sdk_ssm::config::Builder;
use aws_sdk_ssm::types::{
    Parameter as Told, ParameterMetadata, ParameterStringFilter, ParameterTier, ParameterType,
    ResourceTypeForTagging, Tag,
};
use relight_contract::{
    Action, Answer, Answering, Block, Fault, Interest, Live, Name, Object, Owner, State, Value,
};

use super::{KIND, Parameter};
use crate::api::side_by_side::each;
use crate::api::{
    Effect, FaultOf, Site, TagChange, absent_is_none, accepted, built, found, merged, missing, next,
    no_retries, none_of_its_calls, object_or_absent, shape, tags,
};

/// The largest page.
const PAGE: i32 = 50;

/// The most names in a call for values.
const MOST: usize = 10;

/// The fields that only a call for values tells.
const VALUES: &[&str] = &["insecure_value", "value"];

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, interest, .. } => list(&site, page, &interest).await,
            Action::Read { native_id, .. } | Action::Poll { native_id, .. } => {
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Find { attributes, .. } => {
                let name = attributes.get("name").and_then(Value::as_str).unwrap_or_default();
                Ok(found(read(&site, name).await?))
            }
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, attributes, .. } => {
                update(&site, &native_id, &changes, &attributes).await
            }
            Action::Delete { native_id, .. } => {
                let asked = site.ssm().delete_parameter().name(&*native_id);
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

async fn list(site: &Site, page: Option<Name>, interest: &Interest) -> Result<Answer, Fault> {
    let asked = site.ssm().describe_parameters().max_results(PAGE);
    let answered =
        asked.set_next_token(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let next = next(answered.next_token);
    Ok(Answer::Page { items: complete(site, answered.parameters, interest).await?, next })
}

async fn read(site: &Site, name: &str) -> Result<Option<Live>, Fault> {
    let describe = async |names: Vec<String>| {
        let named = ParameterStringFilter::builder().key("Name").option("Equals").set_values(Some(names));
        let named = built(named.build())?;
        let asked = site.ssm().describe_parameters().parameter_filters(named).max_results(PAGE);
        let answered = asked.send().await.fault(Effect::None)?;
        complete(site, answered.parameters, &Interest::default()).await
    };
    site.together(KIND.name, name, MOST, describe).await
}

/// The parameters with what `DescribeParameters` does not tell of those that can be meant.
async fn complete(
    site: &Site,
    parameters: Option<Vec<ParameterMetadata>>,
    interest: &Interest,
) -> Result<Vec<Live>, Fault> {
    let parameters = parameters.unwrap_or_default();
    let names = parameters.iter().filter_map(|parameter| parameter.name.clone());
    let meant: Vec<String> = names.filter(|name| interest.knows(name)).collect();
    let marks = each(meant.iter(), |name| async move { Ok((name.clone(), tags_of(site, name).await?)) });
    let marks: BTreeMap<String, tags::Told> = marks.await?.into_iter().collect();
    let mut values = match interest.wants(VALUES) {
        true => values(site, &meant).await?,
        false => BTreeMap::new(),
    };
    let mut items = Vec::with_capacity(parameters.len());
    for parameter in parameters {
        let name = parameter.name.clone().unwrap_or_default();
        let told = marks.get(&name).cloned().unwrap_or_default();
        items.push(live(site, parameter, values.remove(&name), told).await?);
    }
    Ok(items)
}

/// The values of parameters, by name. Those that went meanwhile are left out.
async fn values(site: &Site, names: &[String]) -> Result<BTreeMap<String, Told>, Fault> {
    let told = each(names.chunks(MOST), |part| async move {
        let asked = site.ssm().get_parameters().set_names(Some(part.to_vec())).with_decryption(true);
        Ok(asked.send().await.fault(Effect::None)?.parameters.unwrap_or_default())
    });
    let told = told.await?.into_iter().flatten();
    Ok(told.filter_map(|one| Some((one.name.clone()?, one))).collect())
}

async fn tags_of(site: &Site, name: &str) -> Result<tags::Told, Fault> {
    let asked = site.ssm().list_tags_for_resource().resource_type(ResourceTypeForTagging::Parameter);
    let answered = absent_is_none(asked.resource_id(name).send().await.fault(Effect::None));
    let tags = answered?.and_then(|answered| answered.tag_list).unwrap_or_default();
    Ok(tags::Told::of(tags.into_iter().map(|tag| (tag.key, tag.value))))
}

/// Either field may give a value; what is encrypted is told by the one that is never shown alone.
async fn live(
    site: &Site,
    parameter: ParameterMetadata,
    value: Option<Told>,
    told: tags::Told,
) -> Result<Live, Fault> {
    let name = parameter.name.unwrap_or_default();
    let form = parameter.r#type.map(|form| form.as_str().to_owned());
    let value = value.and_then(|told| told.value);
    let open = value.clone().filter(|_| form.as_deref() != Some("SecureString"));
    let attributes = Parameter {
        allowed_pattern: parameter.allowed_pattern.filter(|text| !text.is_empty()),
        arn: Some(site.arn("ssm", &format!("parameter/{}", name.trim_start_matches('/'))).await?),
        data_type: parameter.data_type,
        description: parameter.description.filter(|text| !text.is_empty()),
        id: Some(name.clone()),
        insecure_value: open,
        key_id: parameter.key_id.filter(|text| !text.is_empty()),
        name: Some(name.clone()),
        tags: Some(told.user.clone()),
        tags_all: Some(told.user.clone()),
        tier: parameter.tier.map(|tier| tier.as_str().to_owned()),
        type_: form,
        value,
        version: Some(parameter.version),
        ..Parameter::default()
    };
    Ok(told.live(&name, attributes.to_object(), State::Ready))
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = Parameter::from_object(attributes).map_err(shape)?;
    let name = wanted.name.clone().unwrap_or_default();
    let marks = marks(tags::all(wanted.tags.as_ref(), owner, token))?;
    put(site, wanted, Some(marks)).await?;
    Ok(accepted(&name, "seen", 0))
}

/// Makes a parameter what is wanted. With tags it creates, and fails where there is one.
async fn put(site: &Site, wanted: Parameter, marks: Option<Vec<Tag>>) -> Result<(), Fault> {
    let creates = marks.is_some();
    let asked = site
        .ssm()
        .put_parameter()
        .set_allowed_pattern(wanted.allowed_pattern)
        .set_data_type(wanted.data_type)
        .set_description(wanted.description)
        .set_key_id(wanted.key_id.filter(|_| wanted.type_.as_deref() == Some("SecureString")))
        .set_name(wanted.name)
        .overwrite(!creates)
        .set_tags(marks)
        .set_tier(wanted.tier.as_deref().map(ParameterTier::from))
        .set_type(wanted.type_.as_deref().map(ParameterType::from))
        .set_value(wanted.value.or(wanted.insecure_value).or(wanted.value_wo));
    let settings = Builder::new().set_retry_config(creates.then(no_retries)).clone();
    asked.customize().config_override(settings).send().await.fault(Effect::Maybe).map(drop)
}

/// What the spec gives, over what is there: a value is always sent, and so is what is unset.
async fn update(site: &Site, name: &str, changes: &Object, attributes: &Object) -> Result<Answer, Fault> {
    let live = read(site, name).await?.ok_or_else(|| missing("parameter", name))?;
    if changes.names().any(|field| &**field != "tags") {
        let mut kept = live.attributes.clone();
        let given = [attributes, changes].into_iter();
        let is_value = |name: &str| VALUES.contains(&name) || name == "value_wo";
        if given.flat_map(Object::names).any(|name| is_value(name)) {
            VALUES.iter().for_each(|name| drop(kept.remove(name)));
        }
        let wanted = merged(merged(kept, attributes), changes);
        let wanted = Parameter::from_object(&wanted).map_err(shape)?;
        // What is unset has to be emptied, or it would stay.
        let unset = |name: &str| changes.get(name).is_some_and(Value::is_null).then(String::new);
        let wanted = Parameter {
            allowed_pattern: wanted.allowed_pattern.or_else(|| unset("allowed_pattern")),
            description: wanted.description.or_else(|| unset("description")),
            ..wanted
        };
        put(site, wanted, None).await?;
    }
    let change = TagChange::of(&live, changes);
    set_tags(site, name, change.set).await?;
    if !change.remove.is_empty() {
        let asked = site.ssm().remove_tags_from_resource();
        let asked = asked.resource_type(ResourceTypeForTagging::Parameter).resource_id(name);
        asked.set_tag_keys(Some(change.remove)).send().await.fault(Effect::Maybe)?;
    }
    Ok(object_or_absent(read(site, name).await?))
}

async fn set_tags(site: &Site, name: &str, set: Vec<(String, String)>) -> Result<(), Fault> {
    if !set.is_empty() {
        let asked = site.ssm().add_tags_to_resource().resource_type(ResourceTypeForTagging::Parameter);
        let asked = asked.resource_id(name).set_tags(Some(marks(set)?));
        asked.send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

fn marks(tags: Vec<(String, String)>) -> Result<Vec<Tag>, Fault> {
    tags.into_iter().map(|(key, value)| built(Tag::builder().key(key).value(value).build())).collect()
}
