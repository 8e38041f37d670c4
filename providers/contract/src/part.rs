//! What fields have to do with a recovery: the facts of a cloud that checks of a spec read, so that no check knows one.

/// What a field has to do with how customers find a site, how anybody notices that it is gone, or how it gets up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The name that is answered.
    Name,
    /// What a name is answered with: an address, or another name.
    Answer,
    /// How long resolvers keep an answer, in seconds.
    TimeToLive {
        /// So long where it is not given.
        otherwise: u32,
    },
    /// Where it is given, and not false, the answer follows the health of what it names.
    Health,
    /// The share of the traffic: with 0, none comes.
    Share,
    /// The name or address that is watched.
    Watched,
    /// Seconds between two looks.
    Interval {
        /// So many where it is not given.
        otherwise: u32,
    },
    /// How many looks in a row count.
    Threshold {
        /// So many where it is not given.
        otherwise: u32,
    },
    /// The region of the alarm or metric that is watched.
    AlarmRegion,
    /// What silence of the alarm or metric counts as.
    Silence {
        /// The word with which it counts as failed.
        fails: &'static str,
    },
    /// A name or address at which customers come in.
    Entrance,
    /// A name or address at which others call.
    Endpoint,
    /// With this value, only the own network reaches it.
    Private(bool),
    /// What a machine runs when it starts for the first time.
    StartScript,
    /// Where data comes from at creation: a backup.
    Backup,
    /// What copies its data to others of its own: where it is given, these have the same.
    Group,
    /// Settings of its own; the cloud's where it is not given.
    Settings,
    /// The most that it may grow to.
    Most,
    /// The domain that names in it end with.
    Domain,
    /// Data is copied to another place.
    Copies {
        /// Nine of ten copies are there after so many seconds.
        p90_seconds: u32,
    },
}

impl Part {
    /// A sentence for the reference, where the field's own words do not say it.
    pub fn doc(self) -> Option<String> {
        Some(match self {
            Part::TimeToLive { otherwise } => {
                format!("Where it is not given, resolvers keep an answer {otherwise} s.")
            }
            Part::Health => "Lets the answer follow the health of what it names.".to_owned(),
            Part::Share => "With 0, nobody comes.".to_owned(),
            Part::AlarmRegion => "The alarm has to be in a region that survives.".to_owned(),
            Part::Silence { fails } => format!("With `{fails}`, silence counts as failed."),
            Part::Private(value) => format!("With `{value}`, only its own network reaches it."),
            Part::Group => "Data is copied within it.".to_owned(),
            Part::Settings => "A replica does not take it from its source.".to_owned(),
            Part::Copies { p90_seconds } => format!("Nine of ten copies are there after {p90_seconds} s."),
            _ => return None,
        })
    }
}

/// A value that the cloud refuses beside another setting, which only turns up when it is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unfit {
    /// What the value begins with.
    pub begins: &'static str,
    /// The field that, where it is set, makes it unfit: of the same object, or of one of the kind that `through` names.
    pub beside: &'static str,
    /// The kind of the object that it belongs to and that has the field `beside`; `None` for its own.
    pub through: Option<&'static str>,
    /// What fits, as a sentence.
    pub instead: &'static str,
}
