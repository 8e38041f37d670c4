//! `aws_region`: a region, that of the site where none is named.

#[cfg(feature = "api")]
pub(crate) mod api;

use relight_contract::field::{computed, output};
use relight_contract::{Block, DataKind, DataSource, Object, Place, Placement, block};

use super::made_up::{answered, given};

block! {
    /// The arguments and answers of `aws_region`.
    pub struct Region {
        description: String = output().doc("The region's name for people."),
        endpoint: String = computed().doc("The EC2 endpoint."),
        id: String = output().made("{name}").doc("The region."),
        name: String = computed().doc("The region."),
    }
}

/// The table of `aws_region`.
pub static DATA: DataKind = DataKind {
    name: "aws_region",
    provider: "aws",
    doc: "A region: that of the site, or a named one.",
    placement: Placement::Regional,
    fields: Region::FIELDS,
    source: DataSource::Cloud(sample),
    calls: &["ec2:DescribeRegions"],
    unsupported: &[],
};

/// Regions and their names for people. Source: AWS General Reference, "AWS service endpoints".
const DESCRIPTIONS: &[(&str, &str)] = &[
    ("af-south-1", "Africa (Cape Town)"),
    ("ap-east-1", "Asia Pacific (Hong Kong)"),
    ("ap-northeast-1", "Asia Pacific (Tokyo)"),
    ("ap-northeast-2", "Asia Pacific (Seoul)"),
    ("ap-northeast-3", "Asia Pacific (Osaka)"),
    ("ap-south-1", "Asia Pacific (Mumbai)"),
    ("ap-south-2", "Asia Pacific (Hyderabad)"),
    ("ap-southeast-1", "Asia Pacific (Singapore)"),
    ("ap-southeast-2", "Asia Pacific (Sydney)"),
    ("ap-southeast-3", "Asia Pacific (Jakarta)"),
    ("ap-southeast-4", "Asia Pacific (Melbourne)"),
    ("ap-southeast-5", "Asia Pacific (Malaysia)"),
    ("ca-central-1", "Canada (Central)"),
    ("ca-west-1", "Canada West (Calgary)"),
    ("eu-central-1", "Europe (Frankfurt)"),
    ("eu-central-2", "Europe (Zurich)"),
    ("eu-north-1", "Europe (Stockholm)"),
    ("eu-south-1", "Europe (Milan)"),
    ("eu-south-2", "Europe (Spain)"),
    ("eu-west-1", "Europe (Ireland)"),
    ("eu-west-2", "Europe (London)"),
    ("eu-west-3", "Europe (Paris)"),
    ("il-central-1", "Israel (Tel Aviv)"),
    ("me-central-1", "Middle East (UAE)"),
    ("me-south-1", "Middle East (Bahrain)"),
    ("mx-central-1", "Mexico (Central)"),
    ("sa-east-1", "South America (Sao Paulo)"),
    ("us-east-1", "US East (N. Virginia)"),
    ("us-east-2", "US East (Ohio)"),
    ("us-west-1", "US West (N. California)"),
    ("us-west-2", "US West (Oregon)"),
];

fn sample(place: &Place, arguments: &Object) -> Result<Object, String> {
    let asked: Region = given(arguments)?;
    let endpoint_of = |region: &str| format!("ec2.{region}.amazonaws.com");
    let is_asked = |region: &str| match (&asked.name, &asked.endpoint) {
        (None, None) => region == &*place.region,
        (name, endpoint) => {
            name.as_deref().is_none_or(|name| name == region)
                && endpoint.as_deref().is_none_or(|endpoint| endpoint == endpoint_of(region))
        }
    };
    let (name, description) = DESCRIPTIONS
        .iter()
        .find(|(region, _)| is_asked(region))
        .ok_or_else(|| "no region matches the arguments".to_owned())?;
    let answers = Region {
        description: Some((*description).to_owned()),
        endpoint: Some(endpoint_of(name)),
        id: Some((*name).to_owned()),
        name: Some((*name).to_owned()),
    };
    Ok(answered(arguments, &answers))
}
