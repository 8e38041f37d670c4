//! Changes of a function, step by step: Lambda takes one at a time. Each only sets what was asked for, so that it can be
//! made again.

use relight_contract::{Answer, Fault, FaultKind, Interest, Object, State, Value};
use serde_json::{Value as Json, json};

use super::super::KIND;
use super::read::{WIRE, look, read, state};
use super::{LOOK_MILLISECONDS, code};
use crate::api::lambda::unless_new;
use crate::api::raw::ask;
use crate::api::wire::set;
use crate::api::{Effect, FaultOf, Site, absent_is_none, accepted, becomes, object_or_absent};

/// The steps, in their order.
const STEPS: &[Step] = &[Step::Configuration, Step::Code, Step::Signing, Step::Concurrency, Step::Publish];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Configuration,
    Code,
    Signing,
    Concurrency,
    Publish,
}

/// Fields that are changed with the code, with others that have calls of their own, or with none.
const OF_CODE: &[&str] =
    &["architectures", "image_uri", "s3_bucket", "s3_key", "s3_object_version", "source_code_hash"];
const OF_NEITHER: &[&str] = &["code_signing_config_arn", "reserved_concurrent_executions", "tags"];

/// Begins a change.
pub(super) async fn begin(
    site: &Site,
    name: &str,
    changes: &Object,
    attributes: &Object,
) -> Result<Answer, Fault> {
    let changed: Vec<&str> = changes.names().map(|name| &**name).collect();
    go_on(site, name, &format!("0 {}", changed.join(",")), attributes).await
}

/// What a poll does once a function is made: what its creation could not be given.
pub(super) fn after_creation(attributes: &Object) -> String {
    let reserves = attributes.get("reserved_concurrent_executions").is_some_and(|count| !count.is_null());
    let later = if reserves { "reserved_concurrent_executions" } else { "" };
    let position = STEPS.iter().position(|step| *step == Step::Concurrency);
    format!("{} {later}", position.unwrap_or_default())
}

/// Goes on with a change: a handle is the step that comes next, and the fields that change.
pub(super) async fn go_on(
    site: &Site,
    name: &str,
    handle: &str,
    attributes: &Object,
) -> Result<Answer, Fault> {
    let (first, changed) = handle.split_once(' ').unwrap_or((handle, ""));
    let first: usize = first.parse().unwrap_or_default();
    let Some(told) = look(site, name).await? else { return Ok(Answer::Absent) };
    let function = told.get("Configuration").cloned().unwrap_or_default();
    match state(&function) {
        State::Pending | State::Deleting => return Ok(accepted(name, handle, LOOK_MILLISECONDS)),
        State::Failed => return Ok(object_or_absent(read(site, name, &Interest::default()).await?)),
        State::Ready if first > 0 => has_succeeded(name, &function)?,
        State::Ready => {}
    }
    let mut changes = Object::new();
    for row in changed.split(',').filter_map(|name| KIND.field(name)) {
        let wanted = attributes.get(row.name).cloned();
        changes.insert(row.name, wanted.unwrap_or_else(|| Value::Null(row.ty())));
    }
    for (index, step) in STEPS.iter().enumerate().skip(first) {
        if make(site, name, *step, &changes, attributes).await? {
            return Ok(accepted(name, format!("{} {changed}", index + 1), 0));
        }
    }
    Ok(object_or_absent(read(site, name, &Interest::default()).await?))
}

/// Whether the last change of a function succeeded; else why not.
fn has_succeeded(name: &str, function: &Json) -> Result<(), Fault> {
    if function.get("LastUpdateStatus") != Some(&json!("Failed")) {
        return Ok(());
    }
    let said = |name| function.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
    let text = format!("the change of {name} failed: {}", said("LastUpdateStatusReason"));
    Err(Fault::new(FaultKind::Invalid, text).code(said("LastUpdateStatusReasonCode")))
}

/// Makes a step where it has anything to do, and says whether it had.
async fn make(
    site: &Site,
    name: &str,
    step: Step,
    changes: &Object,
    attributes: &Object,
) -> Result<bool, Fault> {
    let is_code = |name: &str| OF_CODE.contains(&name);
    let is_configuration = |name: &str| !is_code(name) && !OF_NEITHER.contains(&name);
    match step {
        Step::Configuration => {
            let mut configuration = changes.clone();
            configuration
                .retain(|name, _| is_configuration(name) && KIND.field(name).is_some_and(|row| !row.local));
            if configuration.is_empty() {
                return Ok(false);
            }
            let mut body = WIRE.change(KIND.fields, &configuration);
            say_nothing(&mut body);
            let asked = site.lambda().update_function_configuration().function_name(name);
            ask!(asked, body, Effect::Maybe).map_err(unless_new)?;
        }
        Step::Code => {
            if !changes.names().any(|name| is_code(name)) {
                return Ok(false);
            }
            let mut body = json!({});
            for (name, source) in code(attributes) {
                set(&mut body, name, source);
            }
            if let Some(architectures) = attributes.get("architectures").filter(|value| !value.is_null()) {
                set(&mut body, "Architectures", architectures.to_json());
            }
            let asked = site.lambda().update_function_code().function_name(name);
            ask!(asked, body, Effect::Maybe)?;
        }
        Step::Signing => match becomes::<String>(&KIND, changes, "code_signing_config_arn") {
            None => return Ok(false),
            Some(Some(arn)) => {
                let asked = site.lambda().put_function_code_signing_config().function_name(name);
                asked.code_signing_config_arn(arn).send().await.fault(Effect::Maybe)?;
            }
            Some(None) => {
                let asked = site.lambda().delete_function_code_signing_config().function_name(name);
                absent_is_none(asked.send().await.fault(Effect::Maybe))?;
            }
        },
        Step::Concurrency => {
            let Some(count) = becomes::<i64>(&KIND, changes, "reserved_concurrent_executions") else {
                return Ok(false);
            };
            return reserve(site, name, count.unwrap_or(-1)).await.map(|()| true);
        }
        Step::Publish => {
            let publishes = attributes.get("publish").and_then(Value::as_bool) == Some(true);
            let has_changed = changes.names().any(|name| is_code(name) || is_configuration(name));
            // A creation publishes by itself.
            if !publishes || !has_changed {
                return Ok(false);
            }
            site.lambda().publish_version().function_name(name).send().await.fault(Effect::Maybe)?;
        }
    }
    Ok(true)
}

async fn reserve(site: &Site, name: &str, count: i64) -> Result<(), Fault> {
    if count < 0 {
        let asked = site.lambda().delete_function_concurrency().function_name(name);
        absent_is_none(asked.send().await.fault(Effect::Maybe))?;
        return Ok(());
    }
    let asked = site.lambda().put_function_concurrency().function_name(name);
    let asked = asked.set_reserved_concurrent_executions(crate::api::int(Some(count))?);
    asked.send().await.fault(Effect::Maybe)?;
    Ok(())
}

/// Says for blocks that are taken out what Lambda takes for nothing.
fn say_nothing(body: &mut Json) {
    for (block, nothing) in [
        ("DeadLetterConfig", json!({ "TargetArn": "" })),
        ("Environment", json!({ "Variables": {} })),
        ("SnapStart", json!({ "ApplyOn": "None" })),
        ("TracingConfig", json!({ "Mode": "PassThrough" })),
        ("VpcConfig", json!({ "SecurityGroupIds": [], "SubnetIds": [] })),
    ] {
        if body.get(block) == Some(&json!({})) {
            set(body, block, nothing);
        }
    }
}
