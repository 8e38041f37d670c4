//! Tags: relight's own and the user's, together in the cloud and apart everywhere else.

use std::collections::BTreeMap;

use relight_contract::{Live, Mark, Name, Object, Owner, OwnerId, State, Typed};

use crate::AWS;

/// The field that holds the user's tags.
const TAGS: &str = "tags";

/// The user's tags.
pub(crate) type Tags = BTreeMap<String, String>;

/// The tags of an object, told apart.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    /// The user's.
    pub(crate) user: Tags,
    owner: Option<OwnerId>,
    hint: Option<Name>,
    token: Option<Name>,
    mark: Option<Mark>,
}

/// What makes the user's tags of an object the wanted ones; relight's own are never in it.
#[derive(Default)]
pub(crate) struct TagChange {
    /// To add, or to give another value.
    pub(crate) set: Vec<(String, String)>,
    /// Keys to take away.
    pub(crate) remove: Vec<String>,
}

impl Told {
    /// Reads the tags of an object. Those that AWS itself sets (`aws:...`) are nobody's.
    pub(crate) fn of(tags: impl IntoIterator<Item = (String, String)>) -> Told {
        let rules = &AWS.tags;
        let mut told = Told::default();
        for (key, value) in tags {
            match key.as_str() {
                key if key == rules.owner => told.owner = Some(OwnerId(value.into())),
                key if key == rules.address => told.hint = Some(value.into()),
                key if key == rules.intent => told.token = Some(value.into()),
                key if key == rules.role => told.mark = value.parse().ok(),
                key if key.starts_with("aws:") => {}
                _ => {
                    told.user.insert(key, value);
                }
            }
        }
        told
    }

    /// Whether relight made the object, or took it over.
    pub(crate) fn is_owned(&self) -> bool {
        self.owner.is_some()
    }

    /// Whether the create call with this token made the object.
    pub(crate) fn is_of(&self, token: &str) -> bool {
        self.token.as_deref() == Some(token)
    }

    /// A live object with these tags, whose fields `tags` and `tags_all` are the user's.
    pub(crate) fn tagged(self, native_id: &str, mut attributes: Object, state: State) -> Live {
        for field in [TAGS, "tags_all"] {
            attributes.insert(field, self.user.to_value());
        }
        self.live(native_id, attributes, state)
    }

    /// A live object with these tags.
    pub(crate) fn live(self, native_id: &str, attributes: Object, state: State) -> Live {
        Live {
            native_id: Name::from(native_id),
            attributes,
            owner: self.owner,
            hint: self.hint,
            token: self.token,
            mark: self.mark,
            version: None,
            state,
        }
    }
}

impl From<Live> for Told {
    fn from(live: Live) -> Told {
        let user = live.get("tags").and_then(Tags::from_value).unwrap_or_default();
        Told { user, owner: live.owner, hint: live.hint, token: live.token, mark: live.mark }
    }
}

/// Whose an object is.
pub(crate) fn owner(owner: &Owner) -> Vec<(String, String)> {
    let rules = &AWS.tags;
    let mut tags = vec![
        (rules.owner.to_owned(), owner.id.0.to_string()),
        (rules.address.to_owned(), rules.escape(&owner.address)),
    ];
    tags.extend(owner.mark.iter().map(|mark| (rules.role.to_owned(), rules.mark(mark))));
    tags
}

/// The keys of relight's own tags: without them an object is nobody's.
pub(crate) fn own_keys() -> Vec<String> {
    let rules = &AWS.tags;
    [rules.owner, rules.address, rules.intent, rules.role].map(str::to_owned).to_vec()
}

/// All tags of a create call.
pub(crate) fn all(user: Option<&Tags>, of: &Owner, token: &str) -> Vec<(String, String)> {
    let mut tags = owner(of);
    tags.push((AWS.tags.intent.to_owned(), token.to_owned()));
    let user = user.into_iter().flatten();
    tags.extend(user.map(|(key, value)| (key.clone(), value.clone())));
    tags
}

impl TagChange {
    /// What the changed fields make of a live object's tags: nothing, unless they are among them.
    pub(crate) fn of(live: &Live, changes: &Object) -> TagChange {
        let Some(wanted) = changes.get(TAGS) else { return TagChange::default() };
        let told = live.get(TAGS).and_then(Tags::from_value).unwrap_or_default();
        TagChange::new(&told, &Tags::from_value(wanted).unwrap_or_default())
    }

    /// The change from `live` to `wanted`.
    pub(crate) fn new(live: &Tags, wanted: &Tags) -> TagChange {
        let set = wanted.iter().filter(|(key, value)| live.get(*key) != Some(*value));
        TagChange {
            set: set.map(|(key, value)| (key.clone(), value.clone())).collect(),
            remove: live.keys().filter(|key| !wanted.contains_key(*key)).cloned().collect(),
        }
    }
}
