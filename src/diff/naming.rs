//! Names of class A objects, derived once at creation, and the reasons that people read.

use relight_contract::{
    Address, Identity, Kind, Live, NameRule, Object, OwnerId, State, Value, address::hex,
};
use sha2::{Digest as _, Sha256};

use super::Action;
use super::decide::Decider;
use super::find::key_of;
use super::model::Delta;
use crate::desired::Instance;
use crate::diag::{Diagnostic, codes};

impl Decider<'_> {
    /// A class A object without a name of the spec's gets one that is derived from its address.
    pub(super) fn name(&self, instance: &Instance, attributes: &mut Object, other: Option<&Live>) {
        let Identity::Name(rule) = instance.kind.identity else { return };
        if attributes.get(rule.attribute).is_some_and(|value| !value.is_null()) {
            return;
        }
        let owner = self.question.owner(&instance.address);
        let taken = other.and_then(|live| live.get(rule.attribute)).and_then(Value::as_str);
        let name = derive_name(instance.kind, rule, &instance.address, &owner, attributes, "");
        let name = match taken == Some(name.as_str()) {
            true => derive_name(instance.kind, rule, &instance.address, &owner, attributes, "next"),
            false => name,
        };
        // The name says all that the prefix did.
        if let Some(prefix) = rule.prefix {
            attributes.remove(prefix);
        }
        attributes.insert(rule.attribute, Value::from(name));
    }

    /// Two objects cannot stand beside each other under one name.
    pub(super) fn beside(&mut self, instance: &Instance, attributes: &Object, live: &Live) {
        let key = key_of(instance.kind, attributes);
        if key.is_none() || key != key_of(instance.kind, &live.attributes) {
            return;
        }
        self.diagnostics.push(
            Diagnostic::error(
                codes::LIFECYCLE_INVALID,
                format!(
                    "`{}` is to be made before the old object goes, but both would have one name",
                    instance.address
                ),
            )
            .at(instance.span)
            .address(&instance.address)
            .help("leave the name out, so that one is derived, or take `create_before_destroy` off"),
        );
    }
}

/// A word as a shell takes it.
pub(super) fn in_a_shell(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "_-./:@=+,".contains(letter);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

/// Why an action is taken, for people.
pub(super) fn reason(
    action: Action,
    deltas: &[Delta],
    triggered: Option<Address>,
    forced: bool,
    state: State,
    otherwise: &str,
) -> String {
    match action {
        Action::Replace => {
            let by: Vec<String> = deltas
                .iter()
                .filter_map(|delta| delta.forcing.as_ref().map(|by| format!("`{by}`")))
                .collect();
            match (by.is_empty(), triggered) {
                (false, _) => format!("{} cannot be changed in place", by.join(", ")),
                (true, Some(address)) => format!("`{address}` changes, which triggers its replacement"),
                (true, None) if state == State::Failed => "the cloud says that it has failed".to_owned(),
                (true, None) if forced => "it was asked for with `--replace`".to_owned(),
                (true, None) => otherwise.to_owned(),
            }
        }
        Action::Update => differences(deltas),
        _ => otherwise.to_owned(),
    }
}

fn differences(deltas: &[Delta]) -> String {
    let part = |taken_out: bool, one: &str, many: &str| {
        let names: Vec<String> = deltas
            .iter()
            .filter(|delta| delta.taken_out == taken_out)
            .map(|delta| format!("`{}`", delta.field.name))
            .collect();
        let verb = if names.len() == 1 { one } else { many };
        (!names.is_empty()).then(|| format!("{} {verb}", names.join(", ")))
    };
    let differs = part(false, "differs from the spec", "differ from the spec");
    let default = part(
        true,
        "was taken out of the spec and goes back to its default",
        "were taken out of the spec and go back to their defaults",
    );
    [differs, default].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// A name of the cloud's alphabet and length, the same for the same address, and distinct by its last part.
pub(super) fn derive_name(
    kind: &'static Kind,
    rule: NameRule,
    address: &Address,
    owner: &OwnerId,
    attributes: &Object,
    variant: &str,
) -> String {
    let prefix = rule.prefix.and_then(|prefix| attributes.get(prefix)).and_then(Value::as_str);
    let digest = hex(&Sha256::digest(format!("{}{variant}", owner.0))[..5]);
    let begin: String = match prefix {
        Some(prefix) => prefix.to_owned(),
        None => {
            let label = address.name.to_lowercase();
            let label: String =
                label.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
            let letter = label.starts_with(|c: char| c.is_ascii_alphabetic());
            format!("{}{}-", if letter { "" } else { "r-" }, label.trim_matches('-'))
        }
    };
    let is_on = |name: &str| attributes.get(name).and_then(Value::as_bool) == Some(true);
    let end = kind.fields.iter().find_map(|row| row.name_end.filter(|_| is_on(row.name))).unwrap_or_default();
    let room = usize::from(rule.longest).saturating_sub(digest.len() + end.len());
    let begin: String = begin.chars().take(room).collect();
    format!("{begin}{digest}{end}")
}
