//! The web shop of the README, applied with nothing but the address of the server.

use std::collections::BTreeSet;

use super::made::SHOP;
use super::world::Thing;

#[test]
fn the_web_shop_stands_and_stays() {
    let Some(shop) = SHOP.as_ref() else { return };
    let workplace = &shop.workplace;
    workplace.is_quiet();
    let world = workplace.world();
    assert_eq!(world.twice(), []);
    for (region, cidr, role) in
        [("us-east-1", "10.10.0.0/16", "PRIMARY"), ("us-west-2", "10.20.0.0/16", "SECONDARY")]
    {
        let network = world.one("VPC", region);
        assert_eq!(network.attributes["cidr_block"], cidr);
        let in_region = |thing: &&Thing| thing.region == region;
        let groups: BTreeSet<&str> = world
            .all("SecurityGroup")
            .filter(in_region)
            .filter_map(|group| group.attributes["name"].as_str())
            .collect();
        let names = ["lb", "web", "database"].map(|name| format!("webshop-production-{name}"));
        for name in &names {
            assert!(groups.contains(name.as_str()), "{name} is not in {region}: {groups:?}");
        }
        let site = if region == "us-east-1" { "virginia" } else { "oregon" };
        let record = world.all("RecordSet").find(|record| record.attributes["set_identifier"] == site);
        let record = record.unwrap_or_else(|| panic!("no record for {site}"));
        assert_eq!(record.attributes["failover"], role);
        // The same over the API, as any other tool sees it.
        let told = workplace.form(region, "ec2", "Action=DescribeVpcs&Version=2016-11-15");
        assert!(told.contains(&format!("<cidrBlock>{cidr}</cidrBlock>")), "{told}");
        let told = workplace.form(region, "ec2", "Action=DescribeSecurityGroups&Version=2016-11-15");
        for name in &names {
            assert!(told.contains(&format!("<groupName>{name}</groupName>")), "no {name} in {told}");
        }
    }
    let zones = workplace.ask("us-east-1", "route53", "GET /2013-04-01/hostedzone", "");
    assert!(zones.contains("<Name>webshop.example.</Name>"), "{zones}");
    let (calls, changes) = (workplace.proxy.seen().len(), workplace.changing().len());
    println!(
        "the web shop: {} objects in the server, {calls} calls for an apply and a plan, {changes} of them changes",
        world.counts().values().sum::<usize>()
    );

    // As after `rm -rf .relight`.
    let other = workplace.elsewhere();
    other.is_quiet();
    println!("the web shop, planned without any memory: {} calls, nothing to do", other.proxy.seen().len());
    assert!(other.changing().is_empty(), "a plan changed something");
}
