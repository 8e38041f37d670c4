//! The API half of `aws_region`. The site's own region is known without a call.

use std::sync::Arc;

use relight_contract::{Action, Answer, Answering, Block, Fault, FaultKind};

use super::{DESCRIPTIONS, Region};
use crate::api::{Effect, FaultOf, Site, none_of_its_calls, shape};
use crate::data::made_up::answered;

/// Answers the question.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        let Action::LookUp { arguments, .. } = action else { return Err(none_of_its_calls(&action)) };
        let asked = Region::from_object(&arguments).map_err(shape)?;
        let own = asked.endpoint.is_none() && asked.name.as_deref().is_none_or(|name| name == site.region());
        let (name, endpoint) = match own {
            true => (site.region().to_owned(), format!("ec2.{}.{}", site.region(), site.domain())),
            false => look_up(&site, &asked).await?,
        };
        let description = DESCRIPTIONS.iter().find(|(region, _)| *region == name);
        let answers = Region {
            description: Some(description.map_or_else(|| name.clone(), |(_, text)| (*text).to_owned())),
            endpoint: Some(endpoint),
            id: Some(name.clone()),
            name: Some(name),
        };
        Ok(Answer::Data(answered(&arguments, &answers)))
    })
}

async fn look_up(site: &Site, asked: &Region) -> Result<(String, String), Fault> {
    let told = site.ec2().describe_regions().all_regions(true).send().await.fault(Effect::None)?;
    let regions = told.regions.unwrap_or_default().into_iter();
    let mut regions = regions.filter_map(|region| Some((region.region_name?, region.endpoint?)));
    let is_asked = |(name, endpoint): &(String, String)| {
        asked.name.as_ref().is_none_or(|wanted| wanted == name)
            && asked.endpoint.as_ref().is_none_or(|wanted| wanted == endpoint)
    };
    let missing = || Fault::new(FaultKind::NotFound, "no region matches the arguments");
    regions.find(is_asked).ok_or_else(missing)
}
