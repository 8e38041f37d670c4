//! Calls whose bodies are made from tables: the SDK signs, sends and tries again; the body is ours, and the answer is
//! had as the service wrote it.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use serde_json::{Map, Value as Json};

/// The last answer to a call, as the service wrote it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answered(Arc<Mutex<Json>>);

impl Answered {
    /// The body; null where it was no JSON.
    pub(crate) fn json(&self) -> Json {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Intercept for Answered {
    fn name(&self) -> &'static str {
        "Answered"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let body = context.response().body().bytes().unwrap_or_default();
        let json = serde_json::from_slice(body).unwrap_or_default();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = json;
        Ok(())
    }
}

/// Adds fields to the body of a request, beside what its builder wrote.
pub(crate) fn adds(fields: Json) -> impl Fn(&mut HttpRequest) + Send + Sync + 'static {
    move |request| {
        let written = request.body().bytes().and_then(|body| serde_json::from_slice(body).ok());
        let mut body: Map<String, Json> = written.unwrap_or_default();
        body.extend(fields.as_object().cloned().unwrap_or_default());
        let text = Json::Object(body).to_string();
        request.headers_mut().insert("content-length", text.len().to_string());
        *request.body_mut() = SdkBody::from(text);
    }
}

/// Makes a call of an SDK with these fields in its body beside those of its builder, and gives the answer as the service
/// wrote it, or the fault.
macro_rules! ask {
    ($call:expr, $fields:expr, $effect:expr) => {{
        let answered = $crate::api::raw::Answered::default();
        let call = $call.customize().mutate_request($crate::api::raw::adds($fields));
        let sent = call.interceptor(answered.clone()).send().await;
        $crate::api::FaultOf::fault(sent, $effect).map(|_| answered.json())
    }};
    (once $call:expr, $fields:expr, $effect:expr) => {{
        let answered = $crate::api::raw::Answered::default();
        let call = $call.customize().config_override(once());
        let call = call.mutate_request($crate::api::raw::adds($fields));
        let sent = call.interceptor(answered.clone()).send().await;
        $crate::api::FaultOf::fault(sent, $effect).map(|_| answered.json())
    }};
}

/// Makes a call of an SDK, and gives the answer as the service wrote it, or the fault.
macro_rules! tell {
    ($call:expr) => {{
        let answered = $crate::api::raw::Answered::default();
        let sent = $call.customize().interceptor(answered.clone()).send().await;
        $crate::api::FaultOf::fault(sent, $crate::api::Effect::None).map(|_| answered.json())
    }};
}

pub(crate) use {ask, tell};
