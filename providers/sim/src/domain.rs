//! Domains: where objects live. Several places may look into one domain: a site and the shadow of its drill do.

use serde::{Deserialize, Serialize};

use relight_contract::{Kind, Name, Place, Placement};

use crate::Settings;
use crate::random::Random;

/// One region of one account, or the account's global services.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Domain {
    /// The provider of the place.
    pub provider: Name,
    /// The account or project.
    pub account: Name,
    /// The region; empty for global and spanning kinds.
    pub region: Name,
}

impl Domain {
    /// The domain in which a place finds the objects of a kind of this placement.
    pub fn of(place: &Place, placement: Placement, settings: &Settings) -> Domain {
        let region = match placement {
            Placement::Regional => place.region.clone(),
            Placement::Global | Placement::Spanning => Name::from(""),
        };
        Domain { provider: place.provider.clone(), account: account_of(place, settings), region }
    }

    /// Whether a reference can reach from here to there: within a region, or when either end has none.
    pub(crate) fn reaches(&self, other: &Domain) -> bool {
        self.provider == other.provider
            && self.account == other.account
            && (self.region == other.region || self.region.is_empty() || other.region.is_empty())
    }

    /// The domain of another kind as seen from this region.
    pub(crate) fn for_kind(&self, kind: &Kind) -> Domain {
        match kind.placement {
            Placement::Regional => self.clone(),
            Placement::Global | Placement::Spanning => Domain { region: Name::from(""), ..self.clone() },
        }
    }
}

/// The account of a place: its own, else that of the settings, else the one its `project` or `account` setting names,
/// else one made up for the provider.
fn account_of(place: &Place, settings: &Settings) -> Name {
    if let Some(account) = place.account.as_ref().or_else(|| settings.accounts.get(&place.name)) {
        return account.clone();
    }
    let named = ["project", "account"].iter().find_map(|name| place.settings.get(name)?.as_str());
    if let Some(account) = named {
        return Name::from(account);
    }
    let made = Random::of(settings.seed, &["account", &place.provider]).text("digits", 12);
    Name::from(made.unwrap_or_default())
}
