//! Bad input: each is refused with its exit code and a message that says what to do, and nothing is damaged.

use relight_bed::{Nth, Rule, Trouble};

use super::bed::{Workplace, said};

const REGION: &str = "us-west-2";

/// A topology of one site, and what stands in it.
fn spec(topology: &str, resources: &str) -> String {
    format!(
        "topology \"{topology}\" {{}}\n\nsite \"oregon\" {{\n  provider = \"aws\"\n  region   = \"{REGION}\"\n  \
         role     = \"primary\"\n}}\n\n{resources}"
    )
}

const NETWORK: &str = "resource \"aws_vpc\" \"main\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n";
const TOPIC: &str = "resource \"aws_sns_topic\" \"alerts\" {\n  name = \"alerts\"\n}\n";

/// An empty account, and a spec of a network and a topic.
fn small() -> Option<Workplace> {
    Workplace::of(&spec("small", &format!("{NETWORK}{TOPIC}")))
}

fn refuse(status: u16, code: &'static str) -> Rule {
    Rule::new(Nth::Every, Trouble::Refuse { status, code })
}

fn ec2(workplace: &Workplace, form: &str) -> String {
    workplace.form(REGION, "ec2", &format!("{form}&Version=2016-11-15"))
}

/// Runs a command that is to change nothing.
#[track_caller]
fn without_damage(workplace: &Workplace, arguments: &[&str], code: i32, words: &[&str]) {
    let (before, changes) = (workplace.world().shape(), workplace.changing().len());
    let said = workplace.relight(arguments).ending(code).saying(words);
    assert_eq!(workplace.changing().len(), changes, "it changed something: {}{}", said.out, said.err);
    assert_eq!(workplace.world().shape(), before);
    let told = said.err.lines().filter(|line| line.contains("error") || line.contains("h")).take(4);
    println!("{} exits with {code}:", arguments[0]);
    told.for_each(|line| println!("  {line}"));
}

#[test]
fn credentials_that_are_refused_are_named_and_change_nothing() {
    let Some(workplace) = small() else { return };
    for (status, code, advice) in [
        (403, "InvalidClientTokenId", "AWS does not know these keys here"),
        (403, "SignatureDoesNotMatch", "the secret key does not belong to the key id"),
        (400, "ExpiredToken", "the session has ended: log in again"),
    ] {
        workplace.proxy.add(refuse(status, code));
        // Which call was first is chance; whichever it was is told, with its number.
        let words = [&format!("{code}, request "), "`oregon` cannot be read: denied: ", "hint: ", advice];
        without_damage(&workplace, &["apply", "--yes"], 1, &words);
        workplace.proxy.clear();
    }
    let mut without = workplace.command(&["apply", "--yes"]);
    without.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    said(&mut without).ending(1).saying(&["there are no credentials", "AWS_PROFILE"]);
    assert!(workplace.changing().is_empty());
}

#[test]
fn an_unknown_region_is_named_and_changes_nothing() {
    let Some(workplace) = small() else { return };
    workplace.edit("main.hcl", REGION, "us-wost-2");
    // Nobody has such an address.
    workplace.proxy.add(Rule::new(Nth::Every, Trouble::LoseRequest).region("us-wost-2"));
    let words =
        ["`us-wost-2` is not a region of `aws`", "Did you mean `us-west-2`?", "`oregon` cannot be reached"];
    without_damage(&workplace, &["apply", "--yes"], 7, &words);
}

#[test]
fn what_a_service_refuses_fails_its_step_alone() {
    let Some(workplace) = small() else { return };
    let cases: [(Trouble, &[&str]); 2] = [
        (
            Trouble::Deny,
            &[
                "(ec2:CreateVpc, UnauthorizedOperation, request ",
                "allow `ec2:CreateVpc` and `ec2:CreateTags`",
            ],
        ),
        (
            Trouble::Refuse { status: 400, code: "VpcLimitExceeded" },
            &["(ec2:CreateVpc, VpcLimitExceeded, request ", "`VPCs per Region`", "--quota-code L-F678F1CE"],
        ),
    ];
    for (trouble, words) in cases {
        workplace.proxy.add(Rule::new(Nth::Every, trouble).service("ec2").operation("CreateVpc"));
        let said = workplace.relight(&["apply", "--yes"]).ending(6);
        let said = said
            .saying(words)
            .saying(&["failed     aws_vpc.main@oregon: ", "`relight apply --resume` goes on"]);
        said.err
            .lines()
            .filter(|line| line.contains("failed") || line.contains("hint"))
            .for_each(|line| println!("{line}"));
        assert_eq!(workplace.world().counts().get("VPC"), None);
        assert_eq!(workplace.world().counts().get("Topic"), Some(&1));
        workplace.proxy.clear();
    }
    // As soon as it is allowed, the same run goes on.
    workplace.relight(&["apply", "--yes", "--resume"]).ending(0);
    assert_eq!(workplace.world().counts().get("VPC"), Some(&1));
    workplace.is_quiet();
}

#[test]
fn an_image_that_is_missing_is_named() {
    let instance = |ami: &str| {
        format!(
            "resource \"aws_instance\" \"one\" {{\n  ami           = {ami}\n  instance_type = \"t3.micro\"\n}}\n"
        )
    };
    let Some(workplace) = Workplace::of(&spec("small", &instance("\"ami-00000000000000000\""))) else {
        return;
    };
    let missing = refuse(400, "InvalidAMIID.NotFound");
    workplace.proxy.add(missing.service("ec2").operation("RunInstances"));
    let words =
        ["(ec2:RunInstances, InvalidAMIID.NotFound, request ", "images belong to a region", "`aws_ami_copy`"];
    workplace.relight(&["apply", "--yes"]).ending(6).saying(&words);
    assert_eq!(workplace.world().counts().get("Instance"), None);
    let image = "data \"aws_ami\" \"linux\" {\n  owners = [\"amazon\"]\n\n  filter {\n    name   = \"name\"\n    \
                 values = [\"no-such-image-*\"]\n  }\n}\n";
    workplace.write(&spec("small", &format!("{image}{}", instance("data.aws_ami.linux.id"))));
    let words = ["RL0511", "data.aws_ami.linux@oregon", "no image matches"];
    without_damage(&workplace, &["plan"], 1, &words);
}

#[test]
fn a_name_that_somebody_else_has_is_not_taken_from_him() {
    let role = "resource \"aws_iam_role\" \"web\" {\n  name = \"web\"\n  assume_role_policy = jsonencode({\n    \
                Version = \"2012-10-17\"\n    Statement = []\n  })\n}\n";
    let Some(workplace) = Workplace::of(&spec("small", role)) else { return };
    let form = "Action=CreateRole&Version=2010-05-08&RoleName=web&AssumeRolePolicyDocument=%7B%7D";
    workplace.form("us-east-1", "iam", form);
    without_damage(
        &workplace,
        &["apply", "--yes"],
        1,
        &["RL0803", "`aws_iam_role.web` would be", "is not ours", "import"],
    );
    let bucket = format!("theirs-{}", workplace.account);
    let spec =
        spec("small", &format!("resource \"aws_s3_bucket\" \"media\" {{\n  bucket = \"{bucket}\"\n}}\n"));
    workplace.write(&spec);
    // Our own account's, but nobody's of ours.
    let here = format!(
        "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><LocationConstraint>{REGION}\
         </LocationConstraint></CreateBucketConfiguration>"
    );
    workplace.ask(REGION, "s3", &format!("PUT /{bucket}"), &here);
    without_damage(
        &workplace,
        &["apply", "--yes"],
        1,
        &["RL0803", "`aws_s3_bucket.media@oregon` would be", "import"],
    );
    // Another account's.
    let Some(other) = Workplace::of(&spec) else { return };
    let said = other.relight(&["apply", "--yes"]).ending(6);
    let said = said.saying(&[
        "(s3:CreateBucket, BucketAlreadyExists, request ",
        "another account has a bucket of this name",
    ]);
    said.err
        .lines()
        .filter(|line| line.contains("failed") || line.contains("hint"))
        .for_each(|line| println!("{line}"));
    assert!(other.world().things.is_empty());
}

#[test]
fn what_was_deleted_after_it_was_planned_makes_the_plan_stale() {
    let Some(workplace) = small() else { return };
    workplace.apply();
    workplace.edit("main.hcl", "\"10.0.0.0/16\"", "\"10.0.0.0/16\"\n  tags = { Name = \"main\" }");
    let file = workplace.path().join("saved.plan");
    let file = file.to_str().expect("a path");
    workplace.relight(&["plan", "--out", file]).ending(0);
    let id = workplace.world().one("VPC", REGION).attributes["id"].as_str().expect("an id").to_owned();
    ec2(&workplace, &format!("Action=DeleteVpc&VpcId={id}"));
    let words = ["`aws_vpc.main@oregon` is not as it was when planned", "plan --out"];
    without_damage(&workplace, &["apply", file], 3, &words);
    workplace.relight(&["plan", "--detailed-exitcode"]).ending(2).saying(&["+ create   aws_vpc.main"]);
    workplace.apply();
    workplace.is_quiet();
    assert_eq!(workplace.world().counts().get("VPC"), Some(&1));
}

#[test]
fn what_belongs_to_another_topology_stays_its_own() {
    let Some(workplace) = small() else { return };
    workplace.apply();
    // Another topology of the same account, with the same addresses: it neither finds the network ours, nor gets the
    // name of the topic.
    let other = workplace.elsewhere();
    other.write(&spec("other", NETWORK));
    other.relight(&["plan", "--detailed-exitcode"]).ending(2).saying(&["1 to create"]);
    other.write(&spec("other", TOPIC));
    let words = [
        "RL0803",
        "`aws_sns_topic.alerts@oregon` would be",
        "belongs to another topology",
        "choose another name",
    ];
    without_damage(&other, &["apply", "--yes"], 1, &words);
    // Somebody copies a network with all its tags. Memory tells which is meant; without any, nobody can.
    let world = workplace.world();
    let owner = world.all("Tags").find(|tags| tags.name == world.one("VPC", REGION).attributes["id"]);
    let owner = owner.and_then(|tags| tags.attributes["relight:id"].as_str()).expect("the owner tag");
    let tag = format!("TagSpecification.1.Tag.1.Key=relight%3Aid&TagSpecification.1.Tag.1.Value={owner}");
    let form = format!("Action=CreateVpc&CidrBlock=10.0.0.0%2F16&TagSpecification.1.ResourceType=vpc&{tag}");
    ec2(&workplace, &form);
    workplace.is_quiet();
    let stranger = workplace.elsewhere();
    let words = [
        "RL0803",
        "2 objects carry the owner tag of `aws_vpc.main@oregon`: `vpc-",
        "delete those that are not meant",
    ];
    without_damage(&stranger, &["apply", "--yes"], 1, &words);
}
