//! What the kinds of Application Auto Scaling share: everything is listed a namespace at a time.

use std::fmt;

use aws_sdk_applicationautoscaling::types::{ScalableDimension, ServiceNamespace};
use relight_contract::{Fault, FaultKind, Name};

use super::side_by_side::side_by_side;

/// The namespaces. Source: Application Auto Scaling API reference, `DescribeScalableTargets`.
const NAMESPACES: &[ServiceNamespace] = &[
    ServiceNamespace::Appstream,
    ServiceNamespace::Cassandra,
    ServiceNamespace::Comprehend,
    ServiceNamespace::CustomResource,
    ServiceNamespace::Dynamodb,
    ServiceNamespace::Ec2,
    ServiceNamespace::Ecs,
    ServiceNamespace::Elasticache,
    ServiceNamespace::Emr,
    ServiceNamespace::Kafka,
    ServiceNamespace::Lambda,
    ServiceNamespace::Neptune,
    ServiceNamespace::Rds,
    ServiceNamespace::Sagemaker,
    ServiceNamespace::Workspaces,
];

/// A page of all namespaces: the first page of each, then on with those that have more. `ask` tells what a namespace
/// holds from a token on, and the token to go on with.
pub(crate) async fn page<T, F>(
    page: Option<Name>,
    ask: impl Fn(ServiceNamespace, Option<String>) -> F,
) -> Result<(Vec<T>, Option<Name>), Fault>
where
    F: Future<Output = Result<(Vec<T>, Option<String>), Fault>>,
{
    let from: Vec<(ServiceNamespace, Option<String>)> = match &page {
        None => NAMESPACES.iter().map(|namespace| (namespace.clone(), None)).collect(),
        Some(page) => page
            .lines()
            .filter_map(|line| line.split_once(' '))
            .map(|(namespace, token)| (ServiceNamespace::from(namespace), Some(token.to_owned())))
            .collect(),
    };
    let asked = from.into_iter().map(|(namespace, token)| {
        let told = ask(namespace.clone(), token);
        async move {
            match told.await {
                // A region that does not know a namespace has nothing in it.
                Err(fault) if fault.kind == FaultKind::Invalid => Ok((namespace, Vec::new(), None)),
                Err(fault) => Err(fault),
                Ok((items, next)) => Ok((namespace, items, next)),
            }
        }
    });
    let (mut items, mut next) = (Vec::new(), Vec::new());
    for (namespace, some, token) in side_by_side(asked.collect()).await? {
        items.extend(some);
        next.extend(token.map(|token| format!("{} {token}", namespace.as_str())));
    }
    Ok((items, Some(next.join("\n")).filter(|next| !next.is_empty()).map(Name::from)))
}

/// What is scaled: the key of a target, and with a name that of a policy. Displays as the native id, which is what
/// Terraform imports by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) namespace: String,
    pub(crate) resource: String,
    pub(crate) dimension: String,
    pub(crate) policy: Option<String>,
}

impl Key {
    /// Reads a native id. A dimension begins with its namespace, which tells it from the resource before it.
    pub(crate) fn parse(id: &str) -> Result<Key, Fault> {
        let wrong = || {
            let text =
                format!("`{id}` is no scalable target: expected `NAMESPACE/RESOURCE/DIMENSION` or more");
            Fault::new(FaultKind::Invalid, text)
        };
        let (namespace, rest) = id.split_once('/').ok_or_else(wrong)?;
        // That of Elastic MapReduce has the same name as its namespace, too.
        let (resource, _) = rest.split_once(&format!("/{namespace}:")).ok_or_else(wrong)?;
        let rest = rest.get(resource.len() + 1..).ok_or_else(wrong)?;
        let (dimension, policy) = match rest.split_once('/') {
            Some((dimension, policy)) => (dimension, Some(policy.to_owned())),
            None => (rest, None),
        };
        Ok(Key {
            namespace: namespace.to_owned(),
            resource: resource.to_owned(),
            dimension: dimension.to_owned(),
            policy,
        })
    }

    /// The namespace as the API has it.
    pub(crate) fn namespace(&self) -> ServiceNamespace {
        ServiceNamespace::from(self.namespace.as_str())
    }

    /// The dimension as the API has it.
    pub(crate) fn dimension(&self) -> ScalableDimension {
        ScalableDimension::from(self.dimension.as_str())
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.namespace, self.resource, self.dimension)?;
        match &self.policy {
            Some(policy) => write!(f, "/{policy}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_native_id_round_trips() {
        for id in [
            "ecs/service/main/web/ecs:service:DesiredCount",
            "ecs/service/main/web/ecs:service:DesiredCount/a/b",
            "lambda/function:web:live/lambda:function:ProvisionedConcurrency/cpu",
        ] {
            assert_eq!(Key::parse(id).unwrap().to_string(), id);
        }
        assert_eq!(Key::parse("ecs/service").unwrap_err().kind, FaultKind::Invalid);
    }
}
