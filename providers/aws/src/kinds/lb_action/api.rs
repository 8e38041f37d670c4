//! Actions as the API has them, from and to those of the table.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, AuthenticateCognitoActionConditionalBehaviorEnum,
    AuthenticateCognitoActionConfig, AuthenticateOidcActionConditionalBehaviorEnum,
    AuthenticateOidcActionConfig, FixedResponseActionConfig, ForwardActionConfig, RedirectActionConfig,
    RedirectActionStatusCodeEnum, TargetGroupStickinessConfig, TargetGroupTuple,
};
use relight_contract::{Blocks, Fault};

use super::{
    AuthenticateCognito, AuthenticateOidc, DefaultAction, FixedResponse, Forward, ForwardStickiness,
    ForwardTarget, Redirect,
};
use crate::api::{first, int, one};

fn parameters(map: &Option<BTreeMap<String, String>>) -> Option<HashMap<String, String>> {
    map.clone().map(|map| map.into_iter().collect())
}

/// Actions as calls take them, in order.
pub(crate) fn write(actions: &[DefaultAction]) -> Result<Vec<Action>, Fault> {
    // Several actions need an order; those without one go as they are written.
    let several = actions.len() > 1;
    let numbered = actions.iter().zip(1..);
    numbered.map(|(action, at)| write_one(action, several.then_some(at))).collect()
}

fn write_one(action: &DefaultAction, at: Option<i64>) -> Result<Action, Fault> {
    let forward = first(&action.forward).map(write_forward).transpose()?;
    // Both spellings together are refused unless they say the same.
    let target = action.target_group_arn.clone().filter(|_| forward.is_none());
    Ok(Action::builder()
        .set_type(action.type_.as_deref().map(ActionTypeEnum::from))
        .set_order(int(action.order.filter(|order| *order > 0).or(at))?)
        .set_target_group_arn(target)
        .set_forward_config(forward)
        .set_redirect_config(first(&action.redirect).map(write_redirect))
        .set_fixed_response_config(first(&action.fixed_response).map(write_response))
        .set_authenticate_cognito_config(first(&action.authenticate_cognito).map(write_cognito))
        .set_authenticate_oidc_config(first(&action.authenticate_oidc).map(write_oidc))
        .build())
}

fn write_forward(forward: &Forward) -> Result<ForwardActionConfig, Fault> {
    let targets = forward.target_group.iter().flat_map(|targets| &targets.0);
    let targets: Result<Vec<TargetGroupTuple>, Fault> = targets
        .map(|target| {
            let weight = int(Some(target.weight.unwrap_or(1)))?;
            let target = TargetGroupTuple::builder().set_target_group_arn(target.arn.clone());
            Ok(target.set_weight(weight).build())
        })
        .collect();
    let stickiness = first(&forward.stickiness).map(|stickiness| {
        Ok::<_, Fault>(
            TargetGroupStickinessConfig::builder()
                .enabled(stickiness.enabled.unwrap_or_default())
                .set_duration_seconds(int(stickiness.duration)?)
                .build(),
        )
    });
    Ok(ForwardActionConfig::builder()
        .set_target_groups(Some(targets?))
        .set_target_group_stickiness_config(stickiness.transpose()?)
        .build())
}

fn write_redirect(redirect: &Redirect) -> RedirectActionConfig {
    let or = |text: &Option<String>, default: &str| text.clone().unwrap_or_else(|| default.to_owned());
    RedirectActionConfig::builder()
        .host(or(&redirect.host, "#{host}"))
        .path(or(&redirect.path, "/#{path}"))
        .port(or(&redirect.port, "#{port}"))
        .protocol(or(&redirect.protocol, "#{protocol}"))
        .query(or(&redirect.query, "#{query}"))
        .set_status_code(redirect.status_code.as_deref().map(RedirectActionStatusCodeEnum::from))
        .build()
}

fn write_response(response: &FixedResponse) -> FixedResponseActionConfig {
    FixedResponseActionConfig::builder()
        .set_content_type(response.content_type.clone())
        .set_message_body(response.message_body.clone())
        .status_code(response.status_code.clone().unwrap_or_else(|| "200".to_owned()))
        .build()
}

fn write_cognito(cognito: &AuthenticateCognito) -> AuthenticateCognitoActionConfig {
    let behaviour = cognito.on_unauthenticated_request.as_deref();
    AuthenticateCognitoActionConfig::builder()
        .set_user_pool_arn(cognito.user_pool_arn.clone())
        .set_user_pool_client_id(cognito.user_pool_client_id.clone())
        .set_user_pool_domain(cognito.user_pool_domain.clone())
        .set_session_cookie_name(cognito.session_cookie_name.clone())
        .set_scope(cognito.scope.clone())
        .set_session_timeout(cognito.session_timeout)
        .set_authentication_request_extra_params(parameters(&cognito.authentication_request_extra_params))
        .set_on_unauthenticated_request(behaviour.map(AuthenticateCognitoActionConditionalBehaviorEnum::from))
        .build()
}

fn write_oidc(oidc: &AuthenticateOidc) -> AuthenticateOidcActionConfig {
    let behaviour = oidc.on_unauthenticated_request.as_deref();
    // A change that does not name the secret keeps it.
    let keeps = oidc.client_secret.is_none().then_some(true);
    AuthenticateOidcActionConfig::builder()
        .set_issuer(oidc.issuer.clone())
        .set_authorization_endpoint(oidc.authorization_endpoint.clone())
        .set_token_endpoint(oidc.token_endpoint.clone())
        .set_user_info_endpoint(oidc.user_info_endpoint.clone())
        .set_client_id(oidc.client_id.clone())
        .set_client_secret(oidc.client_secret.clone())
        .set_use_existing_client_secret(keeps)
        .set_session_cookie_name(oidc.session_cookie_name.clone())
        .set_scope(oidc.scope.clone())
        .set_session_timeout(oidc.session_timeout)
        .set_authentication_request_extra_params(parameters(&oidc.authentication_request_extra_params))
        .set_on_unauthenticated_request(behaviour.map(AuthenticateOidcActionConditionalBehaviorEnum::from))
        .build()
}

/// Actions as the API tells them, in their order.
pub(crate) fn read(actions: Option<Vec<Action>>) -> Vec<DefaultAction> {
    let mut actions = actions.unwrap_or_default();
    actions.sort_by_key(|action| action.order.unwrap_or_default());
    actions.into_iter().map(read_one).collect()
}

fn read_one(action: Action) -> DefaultAction {
    let forward = action.forward_config.map(read_forward);
    // One target group is told in either form, or in one of them.
    let only = forward.as_ref().and_then(|forward| match forward.target_group.as_ref()?.0.as_slice() {
        [target] => target.arn.clone(),
        _ => None,
    });
    let target = action.target_group_arn.filter(|arn| !arn.is_empty()).or(only);
    let forward = forward.or_else(|| {
        let target = ForwardTarget { arn: Some(target.clone()?), weight: Some(1) };
        Some(Forward { stickiness: None, target_group: Some(Blocks(vec![target])) })
    });
    DefaultAction {
        authenticate_cognito: one(action.authenticate_cognito_config.map(read_cognito)),
        authenticate_oidc: one(action.authenticate_oidc_config.map(read_oidc)),
        fixed_response: one(action.fixed_response_config.map(|told| FixedResponse {
            content_type: told.content_type,
            message_body: told.message_body,
            status_code: told.status_code,
        })),
        forward: one(forward),
        order: action.order.map(i64::from),
        redirect: one(action.redirect_config.map(|told| Redirect {
            host: told.host,
            path: told.path,
            port: told.port,
            protocol: told.protocol,
            query: told.query,
            status_code: told.status_code.map(|word| word.as_str().to_owned()),
        })),
        target_group_arn: target,
        type_: action.r#type.map(|word| word.as_str().to_owned()),
    }
}

fn read_forward(told: ForwardActionConfig) -> Forward {
    let stickiness = told.target_group_stickiness_config;
    let stickiness = stickiness.filter(|told| told.enabled == Some(true) || told.duration_seconds.is_some());
    let targets = told.target_groups.unwrap_or_default().into_iter().map(|target| ForwardTarget {
        arn: target.target_group_arn,
        weight: Some(target.weight.map_or(1, i64::from)),
    });
    Forward {
        stickiness: one(stickiness.map(|told| ForwardStickiness {
            duration: told.duration_seconds.map(i64::from),
            enabled: told.enabled,
        })),
        target_group: Some(Blocks(targets.collect())),
    }
}

fn told_parameters(told: Option<HashMap<String, String>>) -> Option<BTreeMap<String, String>> {
    told.filter(|told| !told.is_empty()).map(|told| told.into_iter().collect())
}

fn read_cognito(told: AuthenticateCognitoActionConfig) -> AuthenticateCognito {
    AuthenticateCognito {
        authentication_request_extra_params: told_parameters(told.authentication_request_extra_params),
        on_unauthenticated_request: told.on_unauthenticated_request.map(|word| word.as_str().to_owned()),
        scope: told.scope,
        session_cookie_name: told.session_cookie_name,
        session_timeout: told.session_timeout,
        user_pool_arn: told.user_pool_arn,
        user_pool_client_id: told.user_pool_client_id,
        user_pool_domain: told.user_pool_domain,
    }
}

fn read_oidc(told: AuthenticateOidcActionConfig) -> AuthenticateOidc {
    AuthenticateOidc {
        authentication_request_extra_params: told_parameters(told.authentication_request_extra_params),
        authorization_endpoint: told.authorization_endpoint,
        client_id: told.client_id,
        client_secret: None,
        issuer: told.issuer,
        on_unauthenticated_request: told.on_unauthenticated_request.map(|word| word.as_str().to_owned()),
        scope: told.scope,
        session_cookie_name: told.session_cookie_name,
        session_timeout: told.session_timeout,
        token_endpoint: told.token_endpoint,
        user_info_endpoint: told.user_info_endpoint,
    }
}
