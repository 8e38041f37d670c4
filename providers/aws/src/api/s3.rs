//! What the kinds of S3 share: the settings of a bucket, each a document under the bucket's name.

use std::sync::Arc;

use relight_contract::{
    Action, Answer, Block, Fault, FaultKind, Kind, Live, Name, Object, State, Value, canonical,
};

use super::tags::Told;
use super::{Site, absent_is_none, accepted, merged, none_of_its_calls, object_or_absent, shape};

/// How long to wait between two looks at a setting.
const LOOK_MILLISECONDS: u64 = 1_000;

/// How often a setting is looked at before what S3 tells is taken for what is: its settings lag behind the calls that
/// make them. Source: Amazon S3 user guide, "Amazon S3 data consistency model".
const MOST_LOOKS: u32 = 10;

/// One setting of a bucket, as the attributes of its table, `bucket` among them. Its native id is the bucket's name; to
/// put it again does nothing.
pub(crate) trait Setting: Block + Send {
    /// The table.
    fn kind() -> &'static Kind;
    /// What the bucket has; a fault `NotFound` where it has none, or where there is no such bucket.
    fn get(site: &Site, bucket: &str) -> impl Future<Output = Result<Self, Fault>> + Send;
    /// Puts the whole document.
    fn put(site: &Site, bucket: &str, wanted: Self) -> impl Future<Output = Result<(), Fault>> + Send;
    /// Takes it away; `how` holds the local fields.
    fn delete(site: &Site, bucket: &str, how: Self) -> impl Future<Output = Result<(), Fault>> + Send;
}

/// Makes the calls of one action on a setting.
pub(crate) async fn setting<S: Setting>(site: Arc<Site>, action: Action) -> Result<Answer, Fault> {
    let site = &*site;
    match action {
        Action::List { under, .. } => {
            let Some(bucket) = under else {
                return Err(Fault::new(FaultKind::Invalid, "settings are listed under a bucket"));
            };
            let items = read::<S>(site, &bucket).await?.into_iter().collect();
            Ok(Answer::Page { items, next: None })
        }
        Action::Read { native_id, .. } => Ok(object_or_absent(read::<S>(site, &native_id).await?)),
        Action::Find { attributes, .. } => {
            let bucket = bucket_of(&attributes)?;
            Ok(Answer::Found(read::<S>(site, &bucket).await?.into_iter().collect()))
        }
        Action::Create { attributes, .. } => {
            let bucket = bucket_of(&attributes)?;
            S::put(site, &bucket, S::from_object(&attributes).map_err(shape)?).await?;
            look::<S>(site, &bucket, &attributes, 0).await
        }
        Action::Update { native_id, changes, attributes, .. } => {
            let Some(live) = read::<S>(site, &native_id).await? else {
                return Err(Fault::new(FaultKind::NotFound, format!("{native_id} has no such setting")));
            };
            let whole = merged(merged(live.attributes, &attributes), &changes);
            S::put(site, &native_id, S::from_object(&whole).map_err(shape)?).await?;
            look::<S>(site, &native_id, &attributes, 0).await
        }
        Action::Poll { native_id, handle, attributes, .. } => {
            look::<S>(site, &native_id, &attributes, handle.parse().unwrap_or(0)).await
        }
        Action::Delete { native_id, attributes, .. } => {
            let how = S::from_object(&attributes).map_err(shape)?;
            absent_is_none(S::delete(site, &native_id, how).await)?;
            Ok(Answer::Absent)
        }
        Action::Perform { .. } | Action::Claim { .. } | Action::LookUp { .. } => {
            Err(none_of_its_calls(&action))
        }
    }
}

fn bucket_of(attributes: &Object) -> Result<Name, Fault> {
    let bucket = attributes.get("bucket").and_then(Value::as_str).map(Name::from);
    bucket.ok_or_else(|| Fault::new(FaultKind::Invalid, "a setting needs a bucket"))
}

async fn read<S: Setting>(site: &Site, bucket: &str) -> Result<Option<Live>, Fault> {
    let told = absent_is_none(S::get(site, bucket).await)?;
    Ok(told.map(|told| Told::default().live(bucket, told.to_object(), State::Ready)))
}

/// The setting once it is told as it was asked for, or has been looked at often enough.
async fn look<S: Setting>(site: &Site, bucket: &str, asked: &Object, turn: u32) -> Result<Answer, Fault> {
    let live = read::<S>(site, bucket).await?;
    let settled = live.as_ref().is_some_and(|live| holds(S::kind(), asked, live));
    match settled || turn >= MOST_LOOKS {
        true => Ok(object_or_absent(live)),
        false => Ok(accepted(bucket, (turn + 1).to_string(), LOOK_MILLISECONDS)),
    }
}

/// Whether an object is told as it was asked for, as far as it can be seen.
fn holds(kind: &Kind, asked: &Object, live: &Live) -> bool {
    asked.iter().filter(|(_, wanted)| !wanted.is_null()).all(|(name, wanted)| {
        let seen = kind.field(name).filter(|row| !row.local && !row.write_only);
        seen.is_none_or(|row| canonical::same(row, wanted, live.get(name).unwrap_or(&Value::NULL)))
    })
}
