//! Sites, objectives and provider settings from their blocks.

use std::collections::BTreeMap;

use relight_contract::field::Presence;
use relight_contract::{Field, Name, Object, Posture, Provider, Registry, Role, Value, field};

use super::model::{Objective, Site};
use super::statics::Statics;
use crate::diag::{Diagnostic, Diagnostics, Span, codes, suggest};
use crate::expr::Expr;
use crate::expr::convert::convert;
use crate::spec::{Attribute, Body, Ident, Module, NestedBlock, SiteBlock};

/// The whole set-up that blocks of the root module describe.
pub(super) struct SetUp {
    pub(super) name: Name,
    pub(super) instance: Name,
    pub(super) objective: Objective,
    pub(super) store: Option<Name>,
    pub(super) sites: Vec<Site>,
    pub(super) settings: BTreeMap<Name, Object>,
    pub(super) aliased: BTreeMap<(Name, Name), Object>,
}

pub(super) fn set_up(
    module: &Module,
    statics: &Statics<'_>,
    registry: &Registry,
    diagnostics: &mut Diagnostics,
) -> Option<SetUp> {
    let Some(block) = &module.topology else {
        diagnostics.push(
            Diagnostic::error(codes::TOPOLOGY_MISSING, "there is no `topology` block").help(
                "add a file `relight.hcl` with `topology \"name\" {}` and a `site` block for each place to run in",
            ),
        );
        return None;
    };
    let settings = provider_settings(module, statics, registry, diagnostics);
    let mut instance = Name::from("default");
    if let Some(text) = block.instance.as_ref().and_then(|expr| text(statics, expr, "instance", diagnostics))
    {
        instance = text;
    }
    let objective =
        block.objective.as_ref().map(|body| objective(body, statics, diagnostics)).unwrap_or_default();
    let store = block.store.as_ref().and_then(|body| {
        let url = body.attribute("url")?;
        text(statics, &url.value, "url", diagnostics)
    });
    let mut sites: Vec<Site> = Vec::new();
    for block in &module.sites {
        if let Some(site) = site(block, statics, registry, &settings, diagnostics) {
            sites.push(site);
        }
    }
    check_sites(module, &sites, diagnostics);
    let (settings, aliased) = settings;
    Some(SetUp { name: block.name.name.clone(), instance, objective, store, sites, settings, aliased })
}

fn check_sites(module: &Module, sites: &[Site], diagnostics: &mut Diagnostics) {
    if module.sites.is_empty() {
        diagnostics.push(
            Diagnostic::error(codes::SITE_MISSING, "there is no `site` block")
                .help("declare the primary site and at least one standby site"),
        );
        return;
    }
    if sites.len() == module.sites.len() && !sites.iter().any(|site| site.role == Role::Primary) {
        let span = sites.first().map_or(Span::NONE, |site| site.span);
        diagnostics.push(
            Diagnostic::error(codes::PRIMARY_MISSING, "no site has `role = \"primary\"`")
                .at(span)
                .help("give one site the role `primary`"),
        );
    }
}

fn text(statics: &Statics<'_>, expr: &Expr, what: &str, diagnostics: &mut Diagnostics) -> Option<Name> {
    let value = diagnostics.keep(statics.evaluate(expr).map_err(Diagnostic::from))?;
    match convert(&value, &relight_contract::Type::String) {
        Ok(Value::String(text)) => Some(text),
        _ => {
            diagnostics.push(
                Diagnostic::error(codes::TYPE_MISMATCH, format!("`{what}` must be text that is known now"))
                    .at(expr.span),
            );
            None
        }
    }
}

fn objective(body: &Body, statics: &Statics<'_>, diagnostics: &mut Diagnostics) -> Objective {
    let mut objective = Objective::default();
    for attribute in &body.attributes {
        let name = &*attribute.name.name;
        match name {
            "rto" | "rpo" => {
                let Some(text) = text(statics, &attribute.value, name, diagnostics) else { continue };
                match seconds(&text) {
                    Some(seconds) if name == "rto" => objective.rto_seconds = Some(seconds),
                    Some(seconds) => objective.rpo_seconds = Some(seconds),
                    None => diagnostics.push(
                        Diagnostic::error(codes::DURATION_INVALID, format!("`{text}` is not a duration"))
                            .at(attribute.value.span)
                            .help("write a number and a unit: `90s`, `15m`, `1h30m`"),
                    ),
                }
            }
            "standby_cost" => {
                let value = diagnostics.keep(statics.evaluate(&attribute.value).map_err(Diagnostic::from));
                objective.standby_cost = value.as_ref().and_then(Value::as_number).cloned();
            }
            _ => diagnostics.push(
                Diagnostic::error(codes::ARGUMENT_UNKNOWN, format!("`objective` has no attribute `{name}`"))
                    .at(attribute.name.span)
                    .did_you_mean(suggest(name, ["rto", "rpo", "standby_cost"])),
            ),
        }
    }
    objective
}

/// A duration such as `1h30m` in seconds, a part of one counted as a whole; `None` when the text is none.
pub fn seconds(text: &str) -> Option<u64> {
    let mut total_milliseconds: u64 = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let count = rest.get(..end)?;
        let unit_end = rest[end..].find(|c: char| c.is_ascii_digit()).map_or(rest.len(), |at| end + at);
        let unit = match rest.get(end..unit_end)? {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return None,
        };
        total_milliseconds = total_milliseconds.checked_add(times(count, unit)?)?;
        rest = rest.get(unit_end..)?;
    }
    (!text.is_empty()).then_some(total_milliseconds.div_ceil(1_000))
}

/// A decimal number of units: `1.5`.
fn times(count: &str, unit: u64) -> Option<u64> {
    let (whole, part) = count.split_once('.').unwrap_or((count, ""));
    let whole = whole.parse::<u64>().ok()?.checked_mul(unit)?;
    // Further digits are less than a millisecond.
    let part = part.get(..part.len().min(9))?;
    let scale = 10_u64.pow(u32::try_from(part.len()).ok()?);
    let part = if part.is_empty() { 0 } else { part.parse::<u64>().ok()?.checked_mul(unit)? / scale };
    whole.checked_add(part)
}

fn site(
    block: &SiteBlock,
    statics: &Statics<'_>,
    registry: &Registry,
    (settings, aliased): &Settings,
    diagnostics: &mut Diagnostics,
) -> Option<Site> {
    let name = &block.name.name;
    if registry.provider(name).is_some() {
        diagnostics.push(
            Diagnostic::error(
                codes::SITE_NAME_INVALID,
                format!("`{name}` is the name of a provider, and stands for its global services"),
            )
            .at(block.name.span)
            .help("call the site after its region, or its purpose"),
        );
    }
    let get = |what: &str, diagnostics: &mut Diagnostics| match block.body.attribute(what) {
        Some(attribute) => text(statics, &attribute.value, what, diagnostics),
        None => None,
    };
    // That the others are there was checked where the spec is read.
    if block.body.attribute("region").is_none() {
        diagnostics.push(
            Diagnostic::error(codes::ARGUMENT_MISSING, format!("the site `{name}` has no `region`"))
                .at(block.name.span),
        );
    }
    let (provider, region) = (get("provider", diagnostics), get("region", diagnostics));
    let role = role(block, get("role", diagnostics), get("posture", diagnostics), diagnostics);
    let provider = known_provider(provider?, block, registry, diagnostics)?;
    let region = known_region(region?, provider, block, diagnostics);
    let values = match block.body.attribute("values") {
        Some(attribute) => values(statics, &attribute.value, diagnostics),
        None => Object::new(),
    };
    let alias = get("alias", diagnostics);
    // A site that stands for an alias is called as that provider block says, as Terraform would.
    let block_of = alias.as_ref().and_then(|alias| aliased.get(&(provider.name.into(), alias.clone())));
    let mut own = block_of.or_else(|| settings.get(provider.name)).cloned().unwrap_or_default();
    for nested in &block.body.blocks {
        if &*nested.name.name == provider.name {
            for (name, value) in read_settings(&nested.body, provider, statics, diagnostics) {
                own.insert(name, value);
            }
        } else {
            diagnostics.push(
                Diagnostic::error(
                    codes::BLOCK_UNKNOWN,
                    format!("`site` has no block `{}`", nested.name.name),
                )
                .at(nested.name.span)
                .help(format!("settings of this site's provider go into `{} {{ ... }}`", provider.name)),
            );
        }
    }
    Some(Site {
        name: name.clone(),
        provider,
        region,
        account: get("account", diagnostics).or_else(|| get("project", diagnostics)),
        role: role?,
        alias,
        values,
        settings: own,
        span: block.name.span,
    })
}

fn role(
    block: &SiteBlock,
    role: Option<Name>,
    posture: Option<Name>,
    diagnostics: &mut Diagnostics,
) -> Option<Role> {
    let span =
        |what: &str| block.body.attribute(what).map_or(block.name.span, |attribute| attribute.value.span);
    let parsed = match posture.as_deref() {
        None => None,
        Some(word) => match word.parse::<Posture>() {
            Ok(posture) => Some(posture),
            Err(()) => {
                diagnostics.push(
                    Diagnostic::error(codes::POSTURE_INVALID, format!("`{word}` is not a posture"))
                        .at(span("posture"))
                        .help("a posture is `pilot_light`, `warm` or `hot`")
                        .did_you_mean(suggest(word, Posture::ALL.map(Posture::as_str))),
                );
                return None;
            }
        },
    };
    match (role.as_deref(), parsed) {
        (Some("primary"), None) => Some(Role::Primary),
        (Some("primary"), Some(_)) => {
            diagnostics.push(
                Diagnostic::error(codes::POSTURE_INVALID, "a primary site has no posture")
                    .at(span("posture"))
                    .help("leave `posture` out: it says how ready a standby is"),
            );
            None
        }
        (Some("standby"), Some(posture)) => Some(Role::Standby(posture)),
        (Some("standby"), None) => {
            diagnostics.push(
                Diagnostic::error(
                    codes::POSTURE_INVALID,
                    format!("the standby `{}` has no posture", block.name.name),
                )
                .at(block.name.span)
                .help("add `posture = \"pilot_light\"`, `\"warm\"` or `\"hot\"`"),
            );
            None
        }
        (Some(word), _) => {
            diagnostics.push(
                Diagnostic::error(
                    codes::ROLE_INVALID,
                    format!("`{word}` is not a role that a spec declares"),
                )
                .at(span("role"))
                .help("a site is `primary` or `standby`; `fenced` and `lost` are declared when it happens")
                .did_you_mean(suggest(word, ["primary", "standby"])),
            );
            None
        }
        // Reported where the spec is read, or where it was evaluated.
        (None, _) => None,
    }
}

fn known_provider(
    name: Name,
    block: &SiteBlock,
    registry: &Registry,
    diagnostics: &mut Diagnostics,
) -> Option<&'static Provider> {
    let found = registry.provider(&name).filter(|provider| !provider.home.is_empty());
    if found.is_none() {
        let span = block.body.attribute("provider").map_or(block.name.span, |attribute| attribute.value.span);
        let known: Vec<&str> = registry
            .providers()
            .filter(|provider| !provider.home.is_empty())
            .map(|provider| provider.name)
            .collect();
        diagnostics.push(
            Diagnostic::error(codes::PROVIDER_UNKNOWN, format!("relight has no provider `{name}`"))
                .at(span)
                .help(format!("this build knows: {}", known.join(", ")))
                .did_you_mean(suggest(&name, known)),
        );
    }
    found
}

fn known_region(region: Name, provider: &Provider, block: &SiteBlock, diagnostics: &mut Diagnostics) -> Name {
    if !provider.regions.is_empty() && !provider.regions.contains(&&*region) {
        let span = block.body.attribute("region").map_or(block.name.span, |attribute| attribute.value.span);
        diagnostics.push(
            Diagnostic::warning(
                codes::SITE_MISSING,
                format!("`{region}` is not a region of `{}` that relight knows", provider.name),
            )
            .at(span)
            .did_you_mean(suggest(&region, provider.regions.iter().copied())),
        );
    }
    region
}

fn values(statics: &Statics<'_>, expr: &Expr, diagnostics: &mut Diagnostics) -> Object {
    match diagnostics.keep(statics.evaluate(expr).map_err(Diagnostic::from)) {
        Some(value) => match value.as_entries() {
            Some(entries) => entries.clone(),
            None => {
                diagnostics.push(
                    Diagnostic::error(codes::TYPE_MISMATCH, "`values` must be an object").at(expr.span),
                );
                Object::new()
            }
        },
        None => Object::new(),
    }
}

/// What provider blocks set, without and with an alias.
type Settings = (BTreeMap<Name, Object>, BTreeMap<(Name, Name), Object>);

/// Settings of providers. The region of a provider block counts in no way: a site says its region itself. What
/// relight cannot set yet is told, since calls may go elsewhere without it.
fn provider_settings(
    module: &Module,
    statics: &Statics<'_>,
    registry: &Registry,
    diagnostics: &mut Diagnostics,
) -> Settings {
    let (mut plain, mut aliased) = Settings::default();
    for block in &module.providers {
        let Some(provider) = registry.provider(&block.name.name) else { continue };
        let mut kept = block.body.clone();
        let mut known = |rows: &[Field], ident: &Ident| {
            let known = field::find(rows, &ident.name).is_some();
            if !known && !["region", "alias", "version"].contains(&&*ident.name) {
                diagnostics.push(
                    Diagnostic::warning(
                        codes::READ_PAST,
                        format!("`{}` of the provider `{}` is read past", ident.name, provider.name),
                    )
                    .at(ident.span)
                    .help("relight makes its calls without it"),
                );
            }
            known
        };
        kept.attributes.retain(|attribute| known(provider.settings, &attribute.name));
        kept.blocks.retain(|nested| known(provider.settings, &nested.name));
        for nested in &mut kept.blocks {
            let rows = provider_field(provider, &nested.name.name).and_then(|row| row.shape.fields());
            nested.body.attributes.retain(|attribute| known(rows.unwrap_or_default(), &attribute.name));
        }
        let settings = read_settings(&kept, provider, statics, diagnostics);
        match &block.alias {
            None => plain.insert(block.name.name.clone(), settings),
            Some(alias) => aliased.insert((block.name.name.clone(), alias.name.clone()), settings),
        };
    }
    (plain, aliased)
}

fn provider_field(provider: &Provider, name: &str) -> Option<&'static Field> {
    field::find(provider.settings, name)
}

fn read_settings(
    body: &Body,
    provider: &Provider,
    statics: &Statics<'_>,
    diagnostics: &mut Diagnostics,
) -> Object {
    let mut settings = Object::new();
    for attribute in &body.attributes {
        let rows = provider.settings;
        read_setting(&mut settings, rows, attribute, provider, statics, diagnostics);
    }
    for nested in body.blocks.iter().filter(|nested| nested.dynamic.is_none()) {
        let Some(rows) = provider_field(provider, &nested.name.name).and_then(|row| row.shape.fields())
        else {
            continue;
        };
        let mut object = Object::new();
        for attribute in &nested.body.attributes {
            read_setting(&mut object, rows, attribute, provider, statics, diagnostics);
        }
        missing_settings(rows, nested, diagnostics);
        settings.insert(nested.name.name.clone(), Value::object(object));
    }
    settings
}

fn read_setting(
    settings: &mut Object,
    rows: &'static [Field],
    attribute: &Attribute,
    provider: &Provider,
    statics: &Statics<'_>,
    diagnostics: &mut Diagnostics,
) {
    let name = &*attribute.name.name;
    let Some(row) = field::find(rows, name) else {
        diagnostics.push(
            Diagnostic::error(
                codes::ARGUMENT_UNKNOWN,
                format!("the provider `{}` has no setting `{name}`", provider.name),
            )
            .at(attribute.name.span)
            .did_you_mean(suggest(name, rows.iter().map(|row| row.name))),
        );
        return;
    };
    let value = statics.evaluate(&attribute.value).map_err(Diagnostic::from);
    if let Some(value) = diagnostics.keep(value) {
        insert_setting(settings, row, value, attribute.value.span, diagnostics);
    }
}

fn missing_settings(rows: &[Field], nested: &NestedBlock, diagnostics: &mut Diagnostics) {
    let required = rows.iter().filter(|row| row.presence == Presence::Required);
    for row in required.filter(|row| nested.body.attribute(row.name).is_none()) {
        diagnostics.push(
            Diagnostic::error(
                codes::ARGUMENT_MISSING,
                format!("`{}` has no `{}`", nested.name.name, row.name),
            )
            .at(nested.name.span),
        );
    }
}

fn insert_setting(object: &mut Object, row: &Field, value: Value, span: Span, diagnostics: &mut Diagnostics) {
    match convert(&value, &row.ty()) {
        Ok(value) if value.is_null() => {}
        Ok(value) => {
            object.insert(row.name, value);
        }
        Err(error) => diagnostics.push(
            Diagnostic::error(codes::TYPE_MISMATCH, format!("`{}`: {}", row.name, error.message)).at(span),
        ),
    }
}
