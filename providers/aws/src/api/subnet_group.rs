//! What the subnet groups of RDS and ElastiCache share. Tags are told for one group at a time.

use relight_contract::{
    Action, Answer, Block, Fault, Interest, Kind, Live, Name, Object, Owner, State, Typed, Value,
};

use super::side_by_side::each;
use super::tags::{self, Tags, Told};
use super::{
    Site, absent_is_none, accepted, becomes, found, given, merged, missing, next, none_of_its_calls,
    object_or_absent, shape,
};

/// What both services want and a spec may leave out: the default of the tables.
pub(crate) const DESCRIPTION: &str = "Managed by Terraform";

/// A subnet group of one service, as the attributes of its table. Its native id is its name.
pub(crate) trait SubnetGroup: Block + Send {
    /// The table.
    fn kind() -> &'static Kind;
    /// A page of groups without their tags, or the one of that name; and the token of the next page.
    fn describe(
        site: &Site,
        page: Option<String>,
        name: Option<&str>,
    ) -> impl Future<Output = Result<(Vec<Self>, Option<String>), Fault>> + Send;
    /// The tags of a group.
    fn tags_of(
        site: &Site,
        arn: Option<&str>,
    ) -> impl Future<Output = Result<Vec<(String, String)>, Fault>> + Send;
    /// Creates a group, once, and tells it as it was made.
    fn create(
        site: &Site,
        name: &str,
        wanted: Self,
        marks: Vec<(String, String)>,
    ) -> impl Future<Output = Result<Option<Self>, Fault>> + Send;
    /// Gives a group the wanted subnets, and where it changes, the description.
    fn modify(
        site: &Site,
        name: &str,
        wanted: Self,
        description: Option<String>,
    ) -> impl Future<Output = Result<(), Fault>> + Send;
    /// Deletes a group.
    fn delete(site: &Site, name: &str) -> impl Future<Output = Result<(), Fault>> + Send;
    /// Adds tags to a group, or gives them other values.
    fn set_tags(
        site: &Site,
        live: &Live,
        set: Vec<(String, String)>,
    ) -> impl Future<Output = Result<(), Fault>> + Send;
    /// Makes the user's tags of a group what the changed fields say.
    fn update_tags(
        site: &Site,
        live: &Live,
        changes: &Object,
    ) -> impl Future<Output = Result<(), Fault>> + Send;
}

/// Makes the calls of one action on a subnet group.
pub(crate) async fn subnet_group<G: SubnetGroup>(site: &Site, action: Action) -> Result<Answer, Fault> {
    match action {
        Action::List { page, interest, .. } => list::<G>(site, page, &interest).await,
        Action::Read { native_id, .. } | Action::Poll { native_id, .. } => {
            Ok(object_or_absent(read::<G>(site, &native_id).await?))
        }
        Action::Find { attributes, .. } => {
            let name = given(&attributes, "name", "a subnet group needs a name")?;
            Ok(found(read::<G>(site, name).await?))
        }
        Action::Create { attributes, owner, token, .. } => {
            create::<G>(site, &attributes, &owner, &token).await
        }
        Action::Update { native_id, changes, .. } => update::<G>(site, &native_id, &changes).await,
        Action::Delete { native_id, .. } => {
            absent_is_none(G::delete(site, &native_id).await)?;
            Ok(Answer::Absent)
        }
        Action::Claim { native_id, owner, .. } => {
            G::set_tags(site, &must_read::<G>(site, &native_id).await?, tags::owner(&owner)).await?;
            Ok(object_or_absent(read::<G>(site, &native_id).await?))
        }
        Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
    }
}

async fn list<G: SubnetGroup>(site: &Site, page: Option<Name>, interest: &Interest) -> Result<Answer, Fault> {
    let (groups, more) = G::describe(site, page.map(|page| page.to_string()), None).await?;
    let groups = groups.iter().map(G::to_object).filter(|group| interest.knows(text(group, "name")));
    let items = each(groups, |group| async move { absent_is_none(live::<G>(site, group).await) }).await?;
    // One that is deleted meanwhile is no longer there.
    Ok(Answer::Page { items: items.into_iter().flatten().collect(), next: next(more) })
}

async fn read<G: SubnetGroup>(site: &Site, name: &str) -> Result<Option<Live>, Fault> {
    let told = absent_is_none(G::describe(site, None, Some(name)).await)?;
    match told.and_then(|(mut groups, _)| groups.pop()) {
        Some(group) => absent_is_none(live::<G>(site, group.to_object()).await),
        None => Ok(None),
    }
}

async fn must_read<G: SubnetGroup>(site: &Site, name: &str) -> Result<Live, Fault> {
    read::<G>(site, name).await?.ok_or_else(|| missing("subnet group", name))
}

async fn live<G: SubnetGroup>(site: &Site, group: Object) -> Result<Live, Fault> {
    let told = Told::of(G::tags_of(site, Some(text(&group, "arn"))).await?);
    let name = Name::from(text(&group, "name"));
    Ok(told.tagged(&name, group, State::Ready))
}

fn text<'o>(group: &'o Object, field: &str) -> &'o str {
    group.get(field).and_then(Value::as_str).unwrap_or_default()
}

async fn create<G: SubnetGroup>(
    site: &Site,
    attributes: &Object,
    owner: &Owner,
    token: &str,
) -> Result<Answer, Fault> {
    let name = text(attributes, "name").to_lowercase();
    let user = attributes.get("tags").and_then(Tags::from_value);
    let wanted = G::from_object(attributes).map_err(shape)?;
    let marks = tags::all(user.as_ref(), owner, token);
    Ok(match G::create(site, &name, wanted, marks.clone()).await? {
        Some(group) => Answer::Object(Told::of(marks).tagged(&name, group.to_object(), State::Ready)),
        None => accepted(&name, "create", 0),
    })
}

async fn update<G: SubnetGroup>(site: &Site, name: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = must_read::<G>(site, name).await?;
    if changes.contains("description") || changes.contains("subnet_ids") {
        let description = becomes::<String>(G::kind(), changes, "description").flatten();
        let wanted = G::from_object(&merged(live.attributes.clone(), changes)).map_err(shape)?;
        G::modify(site, name, wanted, description).await?;
    }
    G::update_tags(site, &live, changes).await?;
    Ok(object_or_absent(read::<G>(site, name).await?))
}
