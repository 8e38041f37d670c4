//! The proxy as a program: `relight-bed LISTEN TARGET [NAME=VALUE ...]`, for benchmarks and for trying things out.
//!
//! Settings: `latency=50`, `throttled=30`, `failed=10`, `seed=1`, `page=2`. Rules, any number of them:
//! `rule=TROUBLE,region=us-east-1,service=ec2,operation=CreateVpc,nth=3`, where trouble is `throttle`, `fail`, `deny`,
//! `no-capacity`, `slow:MILLISECONDS`, `black-hole`, `lose-request`, `lose-answer`, `withhold` or `stale`, and `nth` may
//! also be `first:N`. `GET /bed/counts` tells the calls as JSON, `POST /bed/forget` forgets them.

use std::io::Write as _;
use std::net::SocketAddr;
use std::process::ExitCode;

use relight_bed::{Nth, Proxy, Rule, Settings, Trouble};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match started(&arguments) {
        Ok(proxy) => {
            let _ = writeln!(std::io::stdout(), "{}", proxy.address);
            loop {
                std::thread::park();
            }
        }
        Err(why) => {
            let _ = writeln!(std::io::stderr(), "{why}");
            ExitCode::FAILURE
        }
    }
}

fn started(arguments: &[String]) -> Result<Proxy, String> {
    let [listen, target, rest @ ..] = arguments else {
        return Err("usage: relight-bed LISTEN TARGET [NAME=VALUE ...]".to_owned());
    };
    let address = |text: &String| text.parse::<SocketAddr>().map_err(|_| format!("`{text}` is no address"));
    let (listen, target) = (address(listen)?, address(target)?);
    let (mut settings, mut rules) = (Settings::default(), Vec::new());
    for argument in rest {
        let (name, value) = argument.split_once('=').ok_or_else(|| format!("`{argument}` has no value"))?;
        match name {
            "latency" => settings.latency_milliseconds = number(value)?,
            "throttled" => settings.throttled_percent = number(value)?,
            "limit" => settings.limit_per_second = number(value)?,
            "failed" => settings.failed_percent = number(value)?,
            "seed" => settings.seed = number(value)?,
            "page" => settings.page = Some(usize::try_from(number(value)?).unwrap_or(usize::MAX)),
            "rule" => rules.push(rule(value)?),
            _ => return Err(format!("there is no setting `{name}`")),
        }
    }
    let proxy = Proxy::start_at(listen, target).map_err(|error| error.to_string())?;
    proxy.set(settings);
    for rule in rules {
        proxy.add(rule);
    }
    Ok(proxy)
}

fn number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("`{text}` is no number"))
}

fn rule(text: &str) -> Result<Rule, String> {
    let mut parts = text.split(',');
    let mut rule = Rule::new(Nth::Every, trouble(parts.next().unwrap_or_default())?);
    for part in parts {
        rule = match part.split_once('=') {
            Some(("region", region)) => rule.region(region),
            Some(("service", service)) => rule.service(service),
            Some(("operation", operation)) => rule.operation(operation),
            Some(("nth", nth)) => match nth.strip_prefix("first:") {
                Some(first) => Rule { nth: Nth::First(number(first)?), ..rule },
                None => Rule { nth: Nth::Only(number(nth)?), ..rule },
            },
            None if part == "changing" => rule.changing(),
            _ => return Err(format!("`{part}` is no part of a rule")),
        };
    }
    Ok(rule)
}

fn trouble(text: &str) -> Result<Trouble, String> {
    Ok(match text {
        "throttle" => Trouble::Throttle,
        "fail" => Trouble::Fail,
        "deny" => Trouble::Deny,
        "no-capacity" => Trouble::NoCapacity,
        "black-hole" => Trouble::BlackHole,
        "lose-request" => Trouble::LoseRequest,
        "lose-answer" => Trouble::LoseAnswer,
        "withhold" => Trouble::Withhold,
        "stale" => Trouble::Stale,
        _ => match text.strip_prefix("slow:") {
            Some(milliseconds) => Trouble::Slow { milliseconds: number(milliseconds)? },
            None => return Err(format!("`{text}` is no trouble")),
        },
    })
}
