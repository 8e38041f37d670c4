//! Rules: which calls get into what trouble.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::call::Call;

/// What may happen to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It is refused for its rate.
    Throttle,
    /// The service fails before it does anything.
    Fail,
    /// The credentials may not do it.
    Deny,
    /// There is no room for instances.
    NoCapacity,
    /// It is refused with a code of its service.
    Refuse {
        /// The status of the answer.
        status: u16,
        /// The code.
        code: &'static str,
    },
    /// It takes so much longer.
    Slow {
        /// How much, in milliseconds.
        milliseconds: u64,
    },
    /// The connection stands, and nobody ever answers. The call has no effect.
    BlackHole,
    /// The connection breaks before the call has an effect.
    LoseRequest,
    /// The connection breaks after the call had its effect.
    LoseAnswer,
    /// The call has its effect, the connection stands, and nobody ever answers.
    Withhold,
    /// A read answers what the same read answered before the last change, if there was such an answer.
    Stale,
}

/// Which of the calls that fit a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nth {
    /// All.
    Every,
    /// One, counted from 1.
    Only(u64),
    /// The first so many.
    First(u64),
}

/// Trouble for some calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The region; `None` for all.
    pub region: Option<String>,
    /// The service; `None` for all.
    pub service: Option<String>,
    /// The operation; `None` for all.
    pub operation: Option<String>,
    /// Whether only calls fit that may change something.
    pub changing: bool,
    /// Which of those that fit.
    pub nth: Nth,
    /// What happens to them.
    pub trouble: Trouble,
}

impl Rule {
    /// A rule for all calls.
    pub fn new(nth: Nth, trouble: Trouble) -> Rule {
        Rule { region: None, service: None, operation: None, changing: false, nth, trouble }
    }

    /// The same rule for one region.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Rule {
        self.region = Some(region.into());
        self
    }

    /// The same rule for one service.
    #[must_use]
    pub fn service(mut self, service: impl Into<String>) -> Rule {
        self.service = Some(service.into());
        self
    }

    /// The same rule for one operation.
    #[must_use]
    pub fn operation(mut self, operation: impl Into<String>) -> Rule {
        self.operation = Some(operation.into());
        self
    }

    /// The same rule for calls that may change something.
    #[must_use]
    pub fn changing(mut self) -> Rule {
        self.changing = true;
        self
    }

    fn fits(&self, call: &Call) -> bool {
        let is = |wanted: &Option<String>, given: &str| wanted.as_ref().is_none_or(|wanted| wanted == given);
        is(&self.region, &call.region)
            && is(&self.service, &call.service)
            && is(&self.operation, &call.operation)
            && (!self.changing || call.changes_anything())
    }
}

/// How a proxy behaves beyond its rules. The default does nothing to any call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// How long every call takes at least, in milliseconds.
    pub latency_milliseconds: u64,
    /// The number that all chance comes from.
    pub seed: u64,
    /// How many of a hundred calls are throttled.
    pub throttled_percent: u64,
    /// How many calls a second each service takes in a region, and as many at once; the others are throttled. 0 for all.
    pub limit_per_second: u64,
    /// How many of a hundred calls fail on the service's side.
    pub failed_percent: u64,
    /// The most objects on a page, whatever is asked for; `None` leaves pages as the server cuts them.
    pub page: Option<usize>,
    /// The account that all calls are made in; `None` for the server's own. So many users can share one server.
    pub account: Option<u64>,
}

/// The rules in force, with how often each has fitted, and the chances.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    pub(crate) settings: Settings,
    rules: Vec<(Rule, u64)>,
    drawn: u64,
    /// What each service of a region takes at once, and since when that was so.
    buckets: BTreeMap<(String, String), (f64, Duration)>,
}

impl Rules {
    pub(crate) fn add(&mut self, rule: Rule) {
        self.rules.push((rule, 0));
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    /// What happens to a call at `now`: the first rule that takes it, the limit, or chance.
    pub(crate) fn draw(&mut self, call: &Call, now: Duration) -> Option<Trouble> {
        let mut found = None;
        for (rule, count) in &mut self.rules {
            if rule.fits(call) {
                *count += 1;
                let takes = match rule.nth {
                    Nth::Every => true,
                    Nth::Only(n) => *count == n,
                    Nth::First(n) => *count <= n,
                };
                if takes && found.is_none() {
                    found = Some(rule.trouble);
                }
            }
        }
        found.or_else(|| self.over_the_limit(call, now)).or_else(|| self.chance())
    }

    fn over_the_limit(&mut self, call: &Call, now: Duration) -> Option<Trouble> {
        let limit = self.settings.limit_per_second as f64;
        if limit == 0.0 {
            return None;
        }
        let key = (call.region.clone(), call.service.clone());
        let (left, since) = self.buckets.entry(key).or_insert((limit, now));
        *left = (*left + limit * now.saturating_sub(*since).as_secs_f64()).min(limit);
        *since = now;
        if *left < 1.0 {
            return Some(Trouble::Throttle);
        }
        *left -= 1.0;
        None
    }

    fn chance(&mut self) -> Option<Trouble> {
        self.drawn += 1;
        let settings = self.settings;
        let hits = |salt: u64, percent: u64| {
            mixed(settings.seed ^ mixed(self.drawn).wrapping_add(salt)) % 100 < percent
        };
        if hits(1, settings.throttled_percent) {
            return Some(Trouble::Throttle);
        }
        hits(2, settings.failed_percent).then_some(Trouble::Fail)
    }
}

/// A number that looks like chance, of one that does not (SplitMix64).
fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nth_fitting_call_is_taken_and_chance_keeps_its_share() {
        let call = |operation: &str| Call { operation: operation.to_owned(), ..Call::default() };
        let mut rules = Rules::default();
        rules.add(Rule::new(Nth::Only(2), Trouble::LoseAnswer).changing());
        let drawn: Vec<bool> = ["CreateVpc", "DescribeVpcs", "CreateSubnet", "CreateSubnet"]
            .iter()
            .map(|operation| rules.draw(&call(operation), Duration::ZERO).is_some())
            .collect();
        assert_eq!(drawn, [false, false, true, false]);
        rules.clear();
        rules.settings =
            Settings { seed: 7, throttled_percent: 30, failed_percent: 10, ..Settings::default() };
        let drawn: Vec<_> =
            (0..10_000).filter_map(|_| rules.draw(&call("CreateVpc"), Duration::ZERO)).collect();
        let throttled = drawn.iter().filter(|trouble| **trouble == Trouble::Throttle).count();
        assert!((2_800..3_200).contains(&throttled), "{throttled}");
        assert!((600..800).contains(&(drawn.len() - throttled)), "{}", drawn.len());
    }

    #[test]
    fn a_service_takes_so_many_calls_a_second() {
        let mut rules =
            Rules { settings: Settings { limit_per_second: 2, ..Settings::default() }, ..Rules::default() };
        let mut taken = |at: u64, service: &str| {
            let call = Call { service: service.to_owned(), ..Call::default() };
            (0..4).filter(|_| rules.draw(&call, Duration::from_millis(at)).is_none()).count()
        };
        assert_eq!([taken(0, "sns"), taken(0, "sqs"), taken(500, "sns"), taken(60_000, "sns")], [2, 2, 1, 2]);
    }
}
