//! Instances as values: one by its key, all of them, or one attribute of one.

use relight_contract::{Key, Literal, Name, Object, Presence, Value};

use super::evaluation::{Expansion, Member, Silent};
use super::model::{Dependency, Instance, InstanceId};
use super::scope::{Found, Names};
use super::vertices::VertexId;
use crate::diag::{Span, codes, suggest};
use crate::expr::{Failure, Step};
use crate::topology::{BlockId, SiteId};
impl Names<'_, '_> {
    pub(super) fn expansion(
        &self,
        vertex: VertexId,
        expansion: &Expansion,
        path: &[Step],
        span: Span,
    ) -> Found {
        match expansion {
            Expansion::Single(member) => self.member(vertex, member, path, span, 0),
            // What is repeated is an empty collection for splat, `length` and `for`.
            Expansion::Absent => match path.first() {
                Some(Step::Index(_)) => self.member(vertex, &Member::Absent, path, span, 0),
                _ => Ok((Value::tuple(Vec::new()), 0)),
            },
            Expansion::Count(members) => match path.first() {
                Some(Step::Index(key)) => {
                    let index = key.as_i64().and_then(|index| usize::try_from(index).ok());
                    match index.and_then(|index| members.get(index)) {
                        Some(member) => self.member(vertex, member, &path[1..], span, 1),
                        None => Err(self.no_key(
                            self.evaluation.vertices.place(vertex),
                            key,
                            (0..members.len()).map(|i| i.to_string()),
                            span,
                        )),
                    }
                }
                // `[*]` and `length` skip what is absent.
                _ => {
                    let present = members.iter().filter(|member| !matches!(member, Member::Absent));
                    let items: Result<Vec<Value>, Failure> = present
                        .map(|member| self.member(vertex, member, &[], span, 0).map(|(value, _)| value))
                        .collect();
                    Ok((Value::tuple(items?), 0))
                }
            },
            Expansion::ForEach(members) => match path.first() {
                Some(Step::Index(key)) => {
                    let text = match key.unmarked() {
                        Value::String(text) => Some(text.clone()),
                        Value::Number(number) => Some(Name::from(number.to_string())),
                        _ => None,
                    };
                    match text.and_then(|text| members.get(&text)) {
                        Some(member) => self.member(vertex, member, &path[1..], span, 1),
                        None => Err(self.no_key(
                            self.evaluation.vertices.place(vertex),
                            key,
                            members.keys().map(|key| Key::Text(key.clone()).to_string()),
                            span,
                        )),
                    }
                }
                _ => {
                    let present = members.iter().filter(|(_, member)| !matches!(member, Member::Absent));
                    let entries: Result<Object, Failure> = present
                        .map(|(key, member)| Ok((key.clone(), self.member(vertex, member, &[], span, 0)?.0)))
                        .collect();
                    Ok((Value::object(entries?), 0))
                }
            },
        }
    }

    pub(super) fn no_key(
        &self,
        (id, site): (BlockId, Option<SiteId>),
        key: &Value,
        keys: impl Iterator<Item = String>,
        span: Span,
    ) -> Failure {
        let label = self.evaluation.topology.label(id);
        let keys: Vec<String> = keys.take(21).collect();
        let listed = match keys.len() {
            0 => "it has no instances here".to_owned(),
            21 => format!("its keys begin with {}", keys[..20].join(", ")),
            _ => format!("its keys are {}", keys.join(", ")),
        };
        let site = site.map(|site| &self.evaluation.topology.site(site).name);
        let here = site.map_or(String::new(), |site| format!(" in the site `{site}`"));
        let key = match key {
            Value::Secret(_) => "a secret".to_owned(),
            key => format!("`{}`", key.to_json()),
        };
        Failure::new(codes::KEY_UNKNOWN, format!("`{label}` has no instance {key}{here}"), span).help(listed)
    }

    fn member(&self, vertex: VertexId, member: &Member, path: &[Step], span: Span, used: usize) -> Found {
        match member {
            Member::Instance(instance) => self.instance(*instance, path, span, used),
            Member::Data(value) => Ok((value.clone(), used)),
            Member::Absent => {
                let (id, site) = self.evaluation.vertices.place(vertex);
                let label = self.evaluation.topology.label(id);
                let site = site.map(|site| &self.evaluation.topology.site(site).name);
                let here = site.map_or("here".to_owned(), |site| format!("in the site `{site}`"));
                Err(Failure::new(codes::OBJECT_ABSENT, format!("`{label}` does not exist {here}"), span)
                    .help(
                        "it says `exists = false`; refer to it inside `try(...)`, or let this be absent too",
                    ))
            }
            Member::Unread(unread) => Ok((unread.hole.clone(), used)),
            Member::Refused(failure) => Err((**failure).clone()),
            Member::Failed => Err(Silent::Reported.failure(span)),
            Member::Pending => Err(Silent::Pending.failure(span)),
        }
    }

    pub(super) fn instance(&self, id: InstanceId, path: &[Step], span: Span, used: usize) -> Found {
        self.touched.borrow_mut().push(Dependency::Instance(id));
        let instance = self.evaluation.desired.instance(id);
        match path.first() {
            Some(Step::Attribute(name)) => match self.attribute(instance, name) {
                Some(value) => Ok((value, used + 1)),
                None => {
                    let problem = format!("`{}` has no attribute `{name}`", instance.address);
                    let failure = Failure::new(codes::REFERENCE_ATTRIBUTE, problem, span);
                    Err(match suggest(name, instance.kind.fields.iter().map(|field| field.name)) {
                        Some(known) => failure.help(format!("did you mean `{known}`?")),
                        None => failure,
                    })
                }
            },
            _ => {
                let fields = instance.kind.fields.iter();
                let object =
                    fields.filter_map(|field| Some((field.name, self.attribute(instance, field.name)?)));
                Ok((Value::object(object.collect()), used))
            }
        }
    }

    /// What the spec gives, else what the cloud will give, else the default.
    fn attribute(&self, instance: &Instance, name: &str) -> Option<Value> {
        let field = instance.kind.field(name)?;
        if let Some(value) = instance.attributes.get(name)
            && !(value.is_null() && field.presence == Presence::Computed)
        {
            return Some(value.clone());
        }
        // What a replica's source dictates is only known once the replica is there.
        let dictated = instance.kind.promotable().is_some_and(|(source, dictated)| {
            dictated.contains(&name) && instance.attributes.get(source).is_some_and(|value| !value.is_null())
        });
        if dictated || matches!(field.presence, Presence::Output | Presence::Computed) {
            let name = Name::from(field.name);
            let residuals = &self.evaluation.desired.residuals;
            return Some(residuals.output(&instance.address, &name, field.ty(), field.sensitive));
        }
        Some(match field.default {
            Literal::None => Value::Null(field.ty()),
            default => default.to_value(&field.ty()),
        })
    }
}
