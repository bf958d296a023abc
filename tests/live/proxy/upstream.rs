//! The way to moto, which is told the account of the bed, and lied to about the ARNs of network load balancers.

use std::net::SocketAddr;
use std::sync::Mutex;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{HeaderMap, Request};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::answer::Answer;
use super::call::Call;
use super::xml;

pub(crate) struct Upstream {
    moto: SocketAddr,
    account: String,
    /// `name/id` of each network load balancer: moto gives it an ARN with `/app/`, AWS one with `/net/`.
    network_balancers: Mutex<Vec<String>>,
}

impl Upstream {
    pub(crate) fn new(moto: SocketAddr, account: String) -> Self {
        Self { moto, account, network_balancers: Mutex::default() }
    }

    pub(crate) fn account(&self) -> &str {
        &self.account
    }

    pub(crate) async fn forward(&self, call: &Call) -> Answer {
        let (target, body) = self.as_moto_says(call);
        match self.send(call, &target, body).await {
            Ok(mut answer) => {
                self.learn(call, &answer);
                self.as_aws_says(&mut answer);
                answer
            }
            Err(error) => {
                Answer::json(502, &serde_json::json!({"message": format!("the bed cannot reach moto: {error}")}))
            }
        }
    }

    /// A call of the bed's own, with the credentials of the call that caused it.
    pub(crate) async fn ask(&self, cause: &Call, service: &str, method: &str, target: &str, body: String) -> Answer {
        let mut headers = HeaderMap::new();
        let scope = format!(
            "AWS4-HMAC-SHA256 Credential=AKIDGATELINT/20300101/{}/{service}/aws4_request, SignedHeaders=host, Signature=0",
            cause.region()
        );
        headers.insert("authorization", HeaderValue::from_str(&scope).expect("a scope is a header"));
        let content_type = if matches!(service, "apigateway" | "lambda") {
            "application/json"
        } else {
            "application/x-www-form-urlencoded"
        };
        headers.insert("content-type", HeaderValue::from_static(content_type));
        self.forward(&Call::parse(method, target, headers, body.into())).await
    }

    async fn send(
        &self,
        call: &Call,
        target: &str,
        body: Bytes,
    ) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
        let stream = TcpStream::connect(self.moto).await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        let mut request = Request::builder().method(call.method.as_str()).uri(target).body(Full::new(body))?;
        for (name, value) in &call.headers {
            if !is_hop(name) {
                request.headers_mut().append(name, value.clone());
            }
        }
        let headers = request.headers_mut();
        headers.insert("host", HeaderValue::from_str(&self.moto.to_string())?);
        headers.insert("x-moto-account-id", HeaderValue::from_str(&self.account)?);

        let response = sender.send_request(request).await?;
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .filter(|(name, _)| !is_hop(name))
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
        let mut headers: Vec<(String, String)> = headers.collect();
        let body = response.into_body().collect().await?.to_bytes();
        // moto's REST services answer JSON as if it were a web page.
        if body.first() == Some(&b'{') {
            headers.retain(|(name, _)| name != "content-type");
            headers.push(("content-type".into(), "application/json".into()));
        }
        Ok(Answer { status, headers, body, constructed: false })
    }

    fn learn(&self, call: &Call, answer: &Answer) {
        let creates = call.is("elasticloadbalancing", "CreateLoadBalancer");
        if creates && answer.ok() && call.form.get("Type").is_some_and(|kind| kind == "network") {
            let text = answer.text();
            let arn = xml::text(&text, "LoadBalancerArn").expect("a created load balancer has an ARN");
            let name = arn.split_once("/app/").expect("moto calls every load balancer an app").1;
            self.names().push(name.to_owned());
        }
    }

    fn as_moto_says(&self, call: &Call) -> (String, Bytes) {
        let names = self.names();
        let Ok(body) = std::str::from_utf8(&call.body) else {
            return (call.target.clone(), call.body.clone());
        };
        let (mut target, mut body) = (call.target.clone(), body.to_owned());
        for name in names.iter() {
            let encoded = name.replace('/', "%2F");
            for text in [&mut target, &mut body] {
                *text = text
                    .replace(&format!("/net/{name}"), &format!("/app/{name}"))
                    .replace(&format!("%2Fnet%2F{encoded}"), &format!("%2Fapp%2F{encoded}"));
            }
        }
        (target, body.into())
    }

    fn as_aws_says(&self, answer: &mut Answer) {
        let names = self.names();
        if names.is_empty() || answer.body.is_empty() {
            return;
        }
        let text = names
            .iter()
            .fold(answer.text(), |text, name| text.replace(&format!("/app/{name}"), &format!("/net/{name}")));
        answer.rewrite(text);
    }

    fn names(&self) -> std::sync::MutexGuard<'_, Vec<String>> {
        self.network_balancers.lock().expect("the load balancers are poisoned")
    }
}

/// Headers that belong to one connection, not to the message.
fn is_hop(name: &HeaderName) -> bool {
    matches!(
        name.as_str(),
        "connection" | "content-length" | "date" | "host" | "server" | "transfer-encoding" | "keep-alive"
    )
}
