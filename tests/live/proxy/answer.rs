//! An answer on its way to the caller, and errors in each service's own protocol.

use hyper::body::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::call::{Call, Wire};
use super::xml::escape;

/// On every answer that is not moto's own.
pub(crate) const CONSTRUCTED: &str = "x-gatelint-constructed";

#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
    pub(crate) constructed: bool,
}

impl Answer {
    pub(crate) fn built(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers: vec![("content-type".into(), content_type.into())],
            body: body.into(),
            constructed: true,
        }
    }

    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::built(status, "application/json", body.to_string())
    }

    pub(crate) fn ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn value(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// Puts other content in the place of moto's, and says so.
    pub(crate) fn rewrite(&mut self, body: impl Into<Bytes>) {
        let body = body.into();
        if body != self.body {
            self.body = body;
            self.constructed = true;
        }
    }

    pub(crate) fn edit(&mut self, change: impl FnOnce(&mut Value)) {
        let before = self.value();
        let mut after = before.clone();
        change(&mut after);
        if after != before {
            self.rewrite(after.to_string());
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WireError {
    pub(crate) code: String,
    pub(crate) status: u16,
    #[serde(default)]
    pub(crate) message: String,
}

impl WireError {
    pub(crate) fn new(code: &str, status: u16, message: &str) -> Self {
        Self { code: code.into(), status, message: message.into() }
    }

    pub(crate) fn answer(&self, call: &Call) -> Answer {
        let (code, message) = (escape(&self.code), escape(&self.message));
        let mut answer = match call.wire {
            Wire::Ec2 => Answer::built(
                self.status,
                "text/xml;charset=UTF-8",
                format!(
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>{code}</Code>\
                     <Message>{message}</Message></Error></Errors><RequestID>gatelint</RequestID></Response>"
                ),
            ),
            Wire::Query => {
                let fault = if self.status < 500 { "Sender" } else { "Receiver" };
                Answer::built(
                    self.status,
                    "text/xml",
                    format!(
                        "<ErrorResponse><Error><Type>{fault}</Type><Code>{code}</Code><Message>{message}</Message>\
                         </Error><RequestId>gatelint</RequestId></ErrorResponse>"
                    ),
                )
            }
            Wire::Json => Answer::built(
                self.status,
                "application/x-amz-json-1.1",
                json!({"__type": self.code, "message": self.message}).to_string(),
            ),
            Wire::Rest if call.service == "lambda" => Answer::json(
                self.status,
                &json!({"Type": if self.status < 500 { "User" } else { "Service" }, "Message": self.message}),
            ),
            Wire::Rest => Answer::json(self.status, &json!({"message": self.message})),
        };
        if matches!(call.wire, Wire::Json | Wire::Rest) {
            answer.headers.push(("x-amzn-errortype".into(), self.code.clone()));
        }
        answer
    }
}
