//! The data sources: policies as the real provider prints them, and what simulated clouds answer.

use relight_aws::{AWS, DATA};
use relight_contract::{DataKind, DataSource, Name, Object, Place, Value, field};
use serde_json::{Value as Json, json};

fn data(name: &str) -> &'static DataKind {
    DATA.iter().find(|data| data.name == name).expect("a data source of that name")
}

/// Arguments as the core hands them over: every row present, sets sorted.
fn arguments(data: &DataKind, given: &Json) -> Object {
    let value =
        Value::from_json(given, &field::object_type(data.fields)).expect("arguments that fit the table");
    value.as_entries().expect("an object").clone()
}

fn place(region: &str) -> Place {
    Place {
        name: Name::from("site"),
        provider: Name::from("aws"),
        region: Name::from(region),
        account: Some(Name::from("111122223333")),
        global: false,
        settings: Object::new(),
    }
}

fn ask(name: &str, region: &str, given: Json) -> Result<Object, String> {
    let data = data(name);
    let arguments = arguments(data, &given);
    match data.source {
        DataSource::Pure(answer) => answer(&arguments),
        DataSource::Cloud(sample) | DataSource::Object { sample, .. } => sample(&place(region), &arguments),
        DataSource::Of { sample, .. } => {
            sample(&place(region), &arguments, None)?.ok_or_else(|| "nothing fits".to_owned())
        }
    }
}

fn text<'t>(answers: &'t Object, name: &str) -> &'t str {
    answers.get(name).and_then(Value::as_str).unwrap_or_else(|| panic!("no text under {name}"))
}

fn texts(answers: &Object, name: &str) -> Vec<String> {
    let items = answers.get(name).and_then(Value::as_items).unwrap_or_default();
    items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The answers of `policies.json` come from hashicorp/aws 5.100.0.
#[test]
fn policies_are_printed_as_terraform_prints_them() {
    let cases: Json = serde_json::from_str(include_str!("data/policies.json")).expect("known answers");
    for case in cases.as_array().expect("a list") {
        let answers = ask("aws_iam_policy_document", "us-east-1", case["arguments"].clone());
        if case.get("is_error").is_some() {
            assert!(answers.is_err(), "{}: {answers:?}", case["title"]);
            continue;
        }
        let answers = answers.unwrap_or_else(|error| panic!("{}: {error}", case["title"]));
        for name in ["json", "minified_json", "id"] {
            assert_eq!(Some(text(&answers, name)), case[name].as_str(), "{}: {name}", case["title"]);
        }
    }
}

#[test]
fn hostile_policies_are_errors() {
    for document in ["{", "{\"Statement\":[null]}", "{\"Statement\":[{\"Principal\":{\"AWS\":[1]}}]}"] {
        let answers =
            ask("aws_iam_policy_document", "us-east-1", json!({ "source_policy_documents": [document] }));
        assert!(answers.is_err(), "{document}: {answers:?}");
    }
}

#[test]
fn images_differ_by_region_and_question_and_stay_the_same() {
    let question = |name: &str| json!({ "most_recent": true, "owners": ["amazon"], "filter": [{ "name": "name", "values": [name] }] });
    let arm = ask("aws_ami", "us-east-1", question("al2023-ami-2023.*-arm64")).expect("an image");
    let again = ask("aws_ami", "us-east-1", question("al2023-ami-2023.*-arm64")).expect("an image");
    let elsewhere = ask("aws_ami", "us-west-2", question("al2023-ami-2023.*-arm64")).expect("an image");
    let other = ask("aws_ami", "us-east-1", question("al2023-ami-2023.*-x86_64")).expect("an image");
    assert_eq!(arm, again);
    assert_ne!(text(&arm, "id"), text(&elsewhere, "id"));
    assert_ne!(text(&arm, "id"), text(&other, "id"));
    assert_eq!(text(&arm, "architecture"), "arm64");
    assert_eq!(text(&other, "name"), "al2023-ami-2023.20260101-x86_64");
    assert!(text(&arm, "id").starts_with("ami-") && text(&arm, "id").len() == 21);
}

#[test]
fn zones_follow_the_region_and_the_filters() {
    let all =
        ask("aws_availability_zones", "ap-southeast-2", json!({ "state": "available" })).expect("zones");
    assert_eq!(texts(&all, "names"), ["ap-southeast-2a", "ap-southeast-2b", "ap-southeast-2c"]);
    assert_eq!(texts(&all, "zone_ids"), ["apse2-az1", "apse2-az2", "apse2-az3"]);
    let filter = |name: &str, value: &str| json!({ "filter": [{ "name": name, "values": [value] }] });
    let zones = |given: Json| ask("aws_availability_zones", "us-east-1", given);
    let names = |given: Json| texts(&zones(given).expect("zones"), "names");
    assert_eq!(names(filter("opt-in-status", "opt-in-not-required")).len(), 3);
    assert_eq!(names(filter("zone-id", "use1-*2")), ["us-east-1b"]);
    assert_eq!(names(json!({ "exclude_names": ["us-east-1a"] })), ["us-east-1b", "us-east-1c"]);
    assert!(names(json!({ "state": "impaired" })).is_empty());
    assert!(zones(filter("colour", "red")).is_err());
}

#[test]
fn every_region_is_described() {
    for region in AWS.regions {
        let own = ask("aws_region", region, json!({})).expect("a region");
        assert_eq!(text(&own, "name"), *region);
        assert!(!text(&own, "description").is_empty());
    }
    let named = ask("aws_region", "us-east-1", json!({ "name": "eu-west-1" })).expect("a region");
    assert_eq!(text(&named, "endpoint"), "ec2.eu-west-1.amazonaws.com");
    assert!(ask("aws_region", "us-east-1", json!({ "name": "mars-north-1" })).is_err());
}

#[test]
fn the_account_is_that_of_the_place() {
    let caller = ask("aws_caller_identity", "us-east-1", json!({})).expect("a caller");
    assert_eq!(text(&caller, "account_id"), "111122223333");
    assert!(text(&caller, "arn").contains("111122223333"));
}

#[test]
fn a_zone_is_found_by_name_or_id() {
    let by_name = ask("aws_route53_zone", "us-east-1", json!({ "name": "example.com." })).expect("a zone");
    assert_eq!(text(&by_name, "name"), "example.com");
    assert_eq!(texts(&by_name, "name_servers").len(), 4);
    let by_id = ask("aws_route53_zone", "us-east-1", json!({ "zone_id": "Z1" })).expect("a zone");
    assert_eq!(text(&by_id, "arn"), "arn:aws:route53:::hostedzone/Z1");
    assert!(ask("aws_route53_zone", "us-east-1", json!({})).is_err());
}
