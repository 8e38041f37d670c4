//! Other hands: somebody edits or deletes one of our objects, or makes one of their own.

use std::sync::Arc;

use relight_contract::field::{Mutability, Shape};
use relight_contract::{Field, Kind, Live, Name, Object, Place, State, Value};

use crate::draft::Cloud;
use crate::play::Play;

impl Play {
    /// Does one such thing.
    pub(crate) fn meddle(&mut self) {
        let objects = self.objects();
        let Some((domain, kind, live)) = self.dice().pick(&objects).cloned() else { return };
        if live.state != State::Ready || self.foreign.contains(&live.native_id) {
            return;
        }
        let Some(place) = self.place(&domain, kind) else { return };
        let is_used = objects.iter().any(|(_, other_kind, other)| {
            (other_kind.name, &other.native_id) != (kind.name, &live.native_id) && mentions(other, &live)
        });
        let protected = kind.name.ends_with("_db_instance") || kind.name.ends_with("_database");
        if self.dice().once_in(3) && !is_used && !protected {
            self.tell(&format!("somebody deletes {} {}", kind.name, live.native_id), "");
            self.count("deleted by others");
            let world = &mut self.door.as_mut().expect("nothing runs").world;
            world.delete_outside(&place, kind, &live.native_id).expect("it stands");
            return;
        }
        let editable: Vec<(&'static Field, Value)> = kind
            .fields
            .iter()
            .filter(|row| row.mutability == Mutability::InPlace || (!is_used && !protected))
            .filter_map(|row| Some((row, edited(kind, row, live.get(row.name)?)?)))
            .collect();
        let Some((row, value)) = self.dice().pick(&editable).cloned() else { return };
        self.tell(
            &format!("somebody sets {} of {} {} to {value:?}", row.name, kind.name, live.native_id),
            "",
        );
        self.count("edited by others");
        let changes: Object = [(row.name, value)].into_iter().collect();
        let world = &mut self.door.as_mut().expect("nothing runs").world;
        world.edit_outside(&place, kind, &live.native_id, &changes).expect("it stands");
    }

    /// What came out broken and may not be replaced is deleted by somebody who may.
    pub(crate) fn mend_by_hand(&mut self) {
        for (domain, kind, live) in self.objects() {
            let Some(place) = self.place(&domain, kind).filter(|_| live.state == State::Failed) else {
                continue;
            };
            self.tell(&format!("somebody deletes the broken {} {}", kind.name, live.native_id), "");
            self.count("mended by hand");
            let world = &mut self.door.as_mut().expect("nothing runs").world;
            world.delete_outside(&place, kind, &live.native_id).expect("it stands");
        }
    }

    /// The place through which an object is reached.
    fn place(&self, domain: &str, kind: &'static Kind) -> Option<Arc<Place>> {
        let mut parts = domain.split('/');
        let (provider, account, region) = (parts.next()?, parts.next()?, parts.next()?);
        let cloud = if provider == "aws" { Cloud::Aws } else { Cloud::Cumulus };
        let site = self.draft.sites.iter().find(|site| site.cloud == cloud)?;
        let region = if region.is_empty() { site.region } else { region };
        Some(Arc::new(Place {
            name: site.name.into(),
            provider: kind.provider.into(),
            region: region.into(),
            account: Some(Name::from(account)),
            global: false,
            settings: Object::new(),
        }))
    }
}

/// Whether an object holds a name of another one.
fn mentions(holder: &Live, target: &Live) -> bool {
    let names = ["id", "arn", "name", "bucket", "zone_id"];
    let names = names.iter().filter_map(|name| target.get(name)?.as_str());
    let names: Vec<&str> = names.chain([&*target.native_id]).collect();
    holder.attributes.iter().any(|(_, value)| {
        value.any(&mut |part| part.as_str().is_some_and(|text| names.iter().any(|name| text.contains(name))))
    })
}

/// Another value of a field that is plain enough; `None` where nothing can be made up.
fn edited(kind: &Kind, row: &Field, value: &Value) -> Option<Value> {
    let plain = row.is_settable()
        && !row.local
        && !row.write_only
        && !row.guards_deletion
        && row.refers.is_none()
        && !is_identity(kind, row.name);
    if !plain
        || kind.promotable().is_some_and(|(source, fields)| row.name == source || fields.contains(&row.name))
    {
        return None;
    }
    match row.shape {
        Shape::Bool => value.as_bool().map(|value| Value::Bool(!value)),
        Shape::Number => value.as_i64().map(|value| Value::from(value + 1)),
        Shape::String if !row.words.is_empty() => {
            let now = value.as_str()?;
            row.words.iter().find(|word| **word != now).map(|word| Value::from(*word))
        }
        Shape::String if ["description", "comment", "display_name"].contains(&row.name) => {
            Some(Value::from("somebody was here"))
        }
        Shape::Map(_) => {
            let entries = [(Name::from("stage"), Value::from("somebody"))];
            Some(Value::map(relight_contract::Type::String, entries.into_iter().collect()))
        }
        _ => None,
    }
}

fn is_identity(kind: &Kind, name: &str) -> bool {
    match kind.identity {
        relight_contract::Identity::Name(rule) => rule.attribute == name,
        relight_contract::Identity::Key(fields) => fields.contains(&name),
        _ => false,
    }
}
