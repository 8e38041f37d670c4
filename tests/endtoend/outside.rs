//! What somebody changes past relight is seen, named and put right; what is not ours is left alone.

use super::bed::{STACK_FOLDER, Workplace};
use super::world::assert_same;

const EAST: &str = "us-east-1";
const WEST: &str = "us-west-2";

/// One change past relight, and the words by which a plan names it.
struct Change {
    what: &'static str,
    make: fn(&Workplace),
    words: &'static [&'static str],
}

const CHANGES: &[Change] = &[
    Change {
        what: "a tag",
        make: retag,
        words: &["aws_vpc.main", "tags { Name = \"other\" } -> { Name = \"stack\" }"],
    },
    Change {
        what: "a capacity",
        make: rescale,
        words: &["aws_autoscaling_group.web", "desired_capacity 1 -> 2"],
    },
    Change { what: "a rule", make: revoke, words: &["aws_vpc_security_group_ingress_rule.web"] },
    Change { what: "a listener", make: relisten, words: &["aws_lb_listener.web", "port 81 -> 80"] },
    Change {
        what: "versioning",
        make: suspend,
        words: &[
            "aws_s3_bucket_versioning.media",
            "versioning_configuration",
            "-     status = \"Suspended\"",
        ],
    },
    Change { what: "a record", make: rerecord, words: &["aws_route53_record.www", "ttl 300 -> 60"] },
    Change { what: "a subnet", make: delete_subnet, words: &["aws_subnet.app[\"us-west-2a\"]"] },
];

fn ec2(workplace: &Workplace, region: &str, form: &str) -> String {
    workplace.form(region, "ec2", &format!("{form}&Version=2016-11-15"))
}

fn retag(workplace: &Workplace) {
    let world = workplace.world();
    let id = &world.one("VPC", EAST).name;
    ec2(workplace, EAST, &format!("Action=CreateTags&ResourceId.1={id}&Tag.1.Key=Name&Tag.1.Value=other"));
}

fn rescale(workplace: &Workplace) {
    let form = "Action=SetDesiredCapacity&Version=2011-01-01&AutoScalingGroupName=web&DesiredCapacity=1";
    workplace.form(EAST, "autoscaling", form);
}

fn revoke(workplace: &Workplace) {
    let told = ec2(workplace, WEST, "Action=DescribeSecurityGroupRules");
    let rules = told.split("<item>").filter(|item| item.contains("<fromPort>80</fromPort>"));
    let (rule, group) = rules
        .filter_map(|item| Some((inner(item, "securityGroupRuleId")?, inner(item, "groupId")?)))
        .next()
        .expect("the rule");
    let form = format!("Action=RevokeSecurityGroupIngress&GroupId={group}&SecurityGroupRuleId.1={rule}");
    ec2(workplace, WEST, &form);
}

fn relisten(workplace: &Workplace) {
    let world = workplace.world();
    let arn = &world.one("FakeListener", WEST).name;
    let form = format!("Action=ModifyListener&Version=2015-12-01&ListenerArn={arn}&Port=81");
    workplace.form(WEST, "elasticloadbalancing", &form);
}

fn suspend(workplace: &Workplace) {
    let bucket = format!("media-{}-{EAST}", workplace.account);
    let body = "<VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
                <Status>Suspended</Status></VersioningConfiguration>";
    workplace.ask(EAST, "s3", &format!("PUT /{bucket}?versioning"), body);
}

fn rerecord(workplace: &Workplace) {
    let zones = workplace.ask(EAST, "route53", "GET /2013-04-01/hostedzone", "");
    let zone = inner(&zones, "Id").expect("the zone").replace("/hostedzone/", "");
    let records = workplace.ask(EAST, "route53", &format!("GET /2013-04-01/hostedzone/{zone}/rrset"), "");
    let mut sets = records.split("<ResourceRecordSet>").skip(1);
    let set = sets.find(|set| set.contains("<SetIdentifier>oregon</SetIdentifier>")).expect("the record");
    let set = set.split("</ResourceRecordSet>").next().unwrap_or_default();
    let set = set.replace("<TTL>60</TTL>", "<TTL>300</TTL>");
    let body = format!(
        "<ChangeResourceRecordSetsRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><ChangeBatch>\
         <Changes><Change><Action>UPSERT</Action><ResourceRecordSet>{set}</ResourceRecordSet></Change></Changes>\
         </ChangeBatch></ChangeResourceRecordSetsRequest>"
    );
    workplace.ask(EAST, "route53", &format!("POST /2013-04-01/hostedzone/{zone}/rrset/"), &body);
}

fn delete_subnet(workplace: &Workplace) {
    let world = workplace.world();
    let subnets = world.all("Subnet").filter(|subnet| subnet.region == WEST);
    let subnet = subnets.filter(|subnet| subnet.attributes["cidr_block"] == "10.20.0.0/24").last();
    let id = subnet.and_then(|subnet| subnet.attributes["id"].as_str()).expect("the subnet");
    ec2(workplace, WEST, &format!("Action=DeleteSubnet&SubnetId={id}"));
}

/// The text of the first element of a name.
fn inner<'t>(xml: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    rest.split('<').next()
}

/// Objects of somebody else, some of them in a network of ours.
fn settle(workplace: &Workplace) {
    let id = workplace.world().one("VPC", EAST).name.clone();
    ec2(workplace, EAST, &format!("Action=CreateSubnet&VpcId={id}&CidrBlock=10.10.77.0%2F24"));
    let group = format!("Action=CreateSecurityGroup&VpcId={id}&GroupName=theirs&GroupDescription=theirs");
    ec2(workplace, EAST, &group);
    workplace.ask(EAST, "s3", &format!("PUT /theirs-{}", workplace.account), "");
    workplace.form(WEST, "sns", "Action=CreateTopic&Version=2010-03-31&Name=theirs");
}

#[test]
fn what_was_changed_outside_is_named_and_put_right_and_what_is_not_ours_is_left_alone() {
    let Some(workplace) = Workplace::new(STACK_FOLDER) else { return };
    workplace.apply();
    settle(&workplace);
    workplace.is_quiet();
    let shape = workplace.world().shape();
    let mut last = shape.clone();
    let (subnet, attributes) = CHANGES.split_last().expect("changes");
    for Change { what, make, .. } in attributes {
        make(&workplace);
        let now = workplace.world().shape();
        assert_ne!(now, last, "{what} is as it was");
        last = now;
    }
    // All at once, and nothing else.
    let said = workplace.relight(&["plan", "--detailed-exitcode"]).ending(2);
    for Change { what, words, .. } in attributes {
        let missing: Vec<&&str> = words.iter().filter(|word| !said.out.contains(**word)).collect();
        assert!(missing.is_empty(), "{what}: no {missing:?} in\n{}", said.out);
        let line = said.out.lines().find(|line| line.contains(words[0])).unwrap_or_default();
        println!("{what} changed outside: {}", line.trim());
    }
    assert!(said.out.contains("\n1 to create, 5 to update"), "{}", said.out);
    assert!(!said.out.contains("theirs"), "{}", said.out);
    workplace.apply();
    workplace.is_quiet();
    assert_same(&shape, &workplace.world().shape(), "put right");

    // A new subnet has a new id, and nothing else is other than it was.
    (subnet.make)(&workplace);
    let said = workplace.relight(&["plan", "--detailed-exitcode"]).ending(2).saying(subnet.words);
    println!("a subnet deleted outside:\n{}", said.out);
    workplace.apply();
    workplace.is_quiet();
    let world = workplace.world();
    assert_eq!(world.twice(), []);
    assert_same(&shape, &world.shape(), "a subnet made again");
    println!("4 objects that are not ours stood as before");
}
