//! `aws_iam_policy_document`: a policy as JSON text, from its arguments alone.
//!
//! The text is the one that Terraform's AWS provider prints, character by character: a policy that moves over stays
//! unchanged.

mod document;
mod order;

use std::collections::BTreeSet;

use relight_contract::field::{optional, output, required};
use relight_contract::{
    Block, BlockList, Blocks, DataKind, DataSource, Object, Placement, Unsupported, Value, block,
};

use document::Policy;

block! {
    /// A condition of a statement.
    pub struct Condition {
        test: String = required().doc("The operator, such as `StringEquals`."),
        values: Vec<String> = required().doc("The values, one of which must hold."),
        variable: String = required().doc("The key of the request's context."),
    }
}

block! {
    /// Who a statement is about.
    pub struct Principals {
        identifiers: BTreeSet<String> = required().doc("Who, in the form that the type wants."),
        type_: String = required().doc("`AWS`, `Service`, `Federated`, `CanonicalUser` or `*`."),
    }
}

block! {
    /// A statement.
    pub struct Statement {
        actions: BTreeSet<String> = optional().doc("The actions that it is about."),
        condition: Blocks<Condition> = optional().doc("Conditions, all of which must hold."),
        effect: String = optional().default_text("Allow").words(&["Allow", "Deny"]).doc("What it does."),
        not_actions: BTreeSet<String> = optional().doc("The only actions that it is not about."),
        not_principals: Blocks<Principals> = optional().doc("Those that it is not about."),
        not_resources: BTreeSet<String> = optional().doc("The only resources that it is not about."),
        principals: Blocks<Principals> = optional().doc("Those that it is about."),
        resources: BTreeSet<String> = optional().doc("The resources that it is about."),
        sid: String = optional().doc("Its name in the document."),
    }
}

block! {
    /// The arguments and answers of `aws_iam_policy_document`.
    pub struct PolicyDocument {
        id: String = output().doc("A checksum of the document."),
        json: String = output().doc("The document, for reading."),
        minified_json: String = output().doc("The document without white space."),
        override_policy_documents: Vec<String> = optional().json()
            .doc("Documents that are merged in last; their statements replace those of the same sid."),
        policy_id: String = optional().doc("The id inside the document."),
        source_policy_documents: Vec<String> = optional().json()
            .doc("Documents that are merged in first; no sid may occur twice."),
        statement: BlockList<Statement> = optional().doc("Statements, in order."),
        version: String = optional().default_text("2012-10-17").words(&["2008-10-17", "2012-10-17"])
            .doc("The version of the policy language."),
    }
}

/// The table of `aws_iam_policy_document`.
pub static DATA: DataKind = DataKind {
    name: "aws_iam_policy_document",
    provider: "aws",
    doc: "A policy as JSON text, made of statements and other policies.",
    placement: Placement::Global,
    fields: PolicyDocument::FIELDS,
    source: DataSource::Pure(answer),
    calls: &[],
    unsupported: &[
        Unsupported { name: "override_json", reason: "deprecated: use `override_policy_documents`" },
        Unsupported { name: "source_json", reason: "deprecated: use `source_policy_documents`" },
    ],
};

/// The document of these arguments, as text.
fn answer(arguments: &Object) -> Result<Object, String> {
    let given = PolicyDocument::from_object(arguments).map_err(|error| error.to_string())?;
    let policy = merged(&given)?;
    let json = policy.pretty()?;
    let mut answers = arguments.clone();
    answers.insert("id", Value::from(order::checksum(&json).to_string()));
    answers.insert("minified_json", Value::from(policy.minified()?));
    answers.insert("json", Value::from(json));
    Ok(answers)
}

/// Sources first, then the document's own statements, then overrides.
fn merged(given: &PolicyDocument) -> Result<Policy, String> {
    let mut policy = Policy::default();
    let mut sids = BTreeSet::new();
    for (index, text) in given.source_policy_documents.iter().flatten().enumerate() {
        let source =
            Policy::parse(text).map_err(|error| format!("source_policy_documents[{index}]: {error}"))?;
        for sid in source.sids() {
            if !sids.insert(sid.to_owned()) {
                return Err(format!("the sid `{sid}` occurs twice in source_policy_documents"));
            }
        }
        policy.merge(source);
    }
    policy.merge(Policy::from_arguments(given)?);
    for (index, text) in given.override_policy_documents.iter().flatten().enumerate() {
        let source =
            Policy::parse(text).map_err(|error| format!("override_policy_documents[{index}]: {error}"))?;
        policy.merge(source);
    }
    Ok(policy)
}
