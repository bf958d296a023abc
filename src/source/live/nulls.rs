//! Members without a value in API Gateway's answers.
//!
//! API Gateway writes a mapping template that is empty as `null` (the AWS CLI's example of
//! `get-integration-response` shows one), and the SDK refuses a whole answer with a null in a
//! map of strings: one template would hide every route of its API.

use crate::capture::nulls::without_nulls;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextMut;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use futures_util::stream::once;
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};

/// Takes them out before the SDK reads the answer.
#[derive(Debug)]
pub(super) struct WithoutNulls;

impl Intercept for WithoutNulls {
    fn name(&self) -> &'static str {
        "WithoutNulls"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response_mut().body_mut();
        let whole = std::mem::replace(body, SdkBody::taken());
        let read = once(async move {
            let bytes = whole.collect().await?.to_bytes();
            Ok::<_, BoxError>(Frame::data(without_nulls(&bytes).map_or(bytes, Into::into)))
        });
        *body = SdkBody::from_body_1_x(StreamBody::new(read));
        Ok(())
    }
}
