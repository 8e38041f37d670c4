//! One door for all places: clients are made at the first call to a place, and kept.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use relight_contract::{
    Action, Answering, CallCount, Cloud, Fault, FaultKind, Mutability, Object, Place, Request,
    SessionAnswering, Value,
};
use tokio::sync::OnceCell;

use super::settings::{Options, OptionsError};
use super::site::Site;
use crate::{AWS, data, kinds};

/// What tells two sets of clients apart: region, account and settings.
type Key = (String, Option<String>, Object);

struct Aws {
    options: Options,
    sites: Mutex<BTreeMap<Key, Arc<OnceCell<Arc<Site>>>>>,
}

/// The door to AWS. Makes no call, and reads no credentials, before the first request.
///
/// Its calls need a tokio runtime with its clock and network enabled.
pub fn cloud(options: Options) -> Result<Arc<dyn Cloud>, OptionsError> {
    options.check()?;
    Ok(Arc::new(Aws { options, sites: Mutex::default() }))
}

impl Aws {
    async fn site(&self, place: &Place) -> Result<Arc<Site>, Fault> {
        let account = place.account.as_deref().map(str::to_owned);
        let key = (place.region.to_string(), account, place.settings.clone());
        let cell = {
            let mut sites = self.sites.lock().unwrap_or_else(PoisonError::into_inner);
            sites.entry(key).or_default().clone()
        };
        let made = cell.get_or_try_init(|| async { Site::new(&self.options, place).await.map(Arc::new) });
        made.await.cloned()
    }
}

impl Cloud for Aws {
    fn reaches(&self, kind: &str) -> bool {
        kinds::calls(kind).or_else(|| data::calls(kind)).is_some()
    }

    fn call(self: Arc<Self>, request: Request) -> Answering {
        Box::pin(async move {
            // A data source may be called like a kind.
            let name = request.action.kind_name();
            let calls = match request.action {
                Action::LookUp { .. } => data::calls(name),
                _ => kinds::calls(name),
            };
            let Some(calls) = calls else {
                let text = format!("`{name}` has no API half yet");
                return Err(Fault::new(FaultKind::Invalid, text).code("unreached"));
            };
            check(&request.action)?;
            let site = self.site(&request.place).await?;
            site.admit().await?;
            calls(site, request.action).await
        })
    }

    fn session(self: Arc<Self>, place: Arc<Place>) -> SessionAnswering {
        Box::pin(async move { self.site(&place).await?.session().await })
    }

    fn keeps_time(&self) -> bool {
        true
    }

    fn counts(&self) -> Vec<CallCount> {
        let sites = self.sites.lock().unwrap_or_else(PoisonError::into_inner);
        let made = sites.values().filter_map(|cell| cell.get());
        let mut counts: Vec<CallCount> = made.flat_map(|site| site.counts()).collect();
        counts.sort();
        counts
    }
}

/// What the tables refuse: AWS would refuse it too, but only after the first calls of several.
fn check(action: &Action) -> Result<(), Fault> {
    let none = Object::new();
    let (attributes, changes) = match action {
        Action::Create { attributes, .. } => (attributes, &none),
        Action::Update { changes, .. } => (changes, changes),
        _ => (&none, &none),
    };
    let Some(kind) = action.kind() else { return Ok(()) };
    for (name, value) in attributes {
        if value.has_hole() {
            return Err(Fault::new(FaultKind::Invalid, format!("`{name}` is not known yet")));
        }
    }
    let fixed = |name: &str| kind.field(name).is_some_and(|row| row.mutability == Mutability::Replace);
    if let Some(name) = changes.names().find(|name| fixed(name)) {
        return Err(Fault::new(FaultKind::Invalid, format!("`{name}` cannot be changed in place")));
    }
    if let Some((source, _)) = kind.promotable()
        && changes.contains(source)
    {
        let text = format!("`{source}` is changed by a promotion only");
        return Err(Fault::new(FaultKind::Invalid, text));
    }
    let tags = kind.tags.and_then(|field| attributes.get(field)).and_then(Value::as_entries);
    for (key, value) in tags.into_iter().flatten() {
        if let Some(wrong) = AWS.tags.check(key, value.as_str().unwrap_or_default()) {
            return Err(Fault::new(FaultKind::Invalid, wrong));
        }
    }
    Ok(())
}
