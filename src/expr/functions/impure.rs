//! Functions whose answer would differ from call to call, or from machine to machine.

use relight_contract::Value;

use super::files::clean;
use super::table::*;

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new("abspath", &[Parameter::text("path")], text_type, |a, _| {
        if a.text(0).starts_with('/') {
            return Ok(text_value(clean(a.text(0))));
        }
        let advice = "write paths relative to \"path.module\"";
        Err(failed(format!("of a relative path depends on the machine that plans; {advice}")))
    }),
    Function::new("bcrypt", &[Parameter::text("str")], text_type, |_, _| {
        let advice = "hash the secret once, keep the hash in a secret manager, and read it from there";
        Err(failed(format!("salts at random, and planning twice must give the same plan; {advice}")))
    })
    .and_more(Parameter::number("cost")),
    Function::new("pathexpand", &[Parameter::text("path")], text_type, |a, _| {
        if !a.text(0).starts_with('~') {
            return Ok(text_value(a.text(0)));
        }
        let advice = "write the path out, or pass it in a variable";
        Err(failed(format!("of \"~\" depends on the home folder of who plans; {advice}")))
    }),
    Function::new("plantimestamp", &[], text_type, |_, context| {
        let now = context.now.ok_or_else(|| failed("there is no plan here whose time it could be"))?;
        Ok(Value::text(now))
    }),
    Function::new("timestamp", &[], text_type, |_, _| {
        let advice = "use plantimestamp(), which is the time of the plan";
        Err(failed(format!("differs at each call, and planning twice must give the same plan; {advice}")))
    }),
    Function::new("uuid", &[], text_type, |_, _| {
        let advice = "use uuidv5(namespace, name), which makes the same identifier from the same name";
        Err(failed(format!("differs at each call, and planning twice must give the same plan; {advice}")))
    }),
];
