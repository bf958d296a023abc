//! The server between gatelint and moto. It counts what is asked, answers what moto cannot, remembers what moto drops,
//! and marks every answer that is not moto's own with `x-gatelint-constructed: true`.

mod answer;
mod call;
mod memory;
mod operations;
mod overrides;
mod paging;
mod quotas;
mod upstream;
mod xml;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use answer::{Answer, CONSTRUCTED};
use call::Call;
use memory::Memory;
use overrides::Overrides;
use quotas::Quotas;
use upstream::Upstream;

pub(crate) use overrides::Override;

pub(crate) struct Proxy {
    address: SocketAddr,
    state: Arc<State>,
    stop: Option<oneshot::Sender<()>>,
}

struct State {
    upstream: Upstream,
    overrides: Overrides,
    quotas: Quotas,
    memory: Memory,
    /// 0 leaves lists as long as AWS would.
    page_size: AtomicUsize,
    tally: Mutex<Tally>,
}

#[derive(Clone, Default)]
pub(crate) struct Tally {
    /// Per `service:Operation`, retries and refused calls included.
    pub(crate) calls: BTreeMap<String, usize>,
    /// Per operation with everything that tells one call from another.
    pub(crate) keys: BTreeMap<String, usize>,
    /// Per `service:Operation`, the answers that were not moto's own.
    pub(crate) constructed: BTreeMap<String, usize>,
    /// Calls that the bed refused because they came too soon.
    pub(crate) throttled: usize,
}

impl Proxy {
    /// Serves on a port of its own until dropped.
    pub(crate) fn start(moto: SocketAddr, account: String) -> Self {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("cannot listen on a loopback port");
        listener.set_nonblocking(true).expect("cannot make the listener non-blocking");
        let address = listener.local_addr().expect("a listener has an address");
        let state = Arc::new(State {
            upstream: Upstream::new(moto, account),
            overrides: Overrides::default(),
            quotas: Quotas::default(),
            memory: Memory::default(),
            page_size: AtomicUsize::new(0),
            tally: Mutex::default(),
        });
        let (stop, stopped) = oneshot::channel();
        let serving = Arc::clone(&state);
        std::thread::Builder::new()
            .name("bed-proxy".into())
            .spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .expect("cannot start the proxy's runtime");
                runtime.block_on(async {
                    tokio::select! {
                        () = serve(listener, serving) => {}
                        _ = stopped => {}
                    }
                });
            })
            .expect("cannot start the proxy's thread");
        Self { address, state, stop: Some(stop) }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn overrides(&self) -> &Overrides {
        &self.state.overrides
    }

    pub(crate) fn enforce_quotas(&self) {
        self.state.quotas.enforce();
    }

    pub(crate) fn page_size(&self, size: usize) {
        self.state.page_size.store(size, Ordering::Relaxed);
    }

    pub(crate) fn keep_in_exports(&self, field: &str) {
        self.state.memory.keep_in_exports(field);
    }

    pub(crate) fn tally(&self) -> MutexGuard<'_, Tally> {
        self.state.tally()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }
}

async fn serve(listener: std::net::TcpListener, state: Arc<State>) {
    let listener = TcpListener::from_std(listener).expect("cannot hand the listener to the runtime");
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let state = Arc::clone(&state);
                async move { Ok::<_, Infallible>(state.handle(request).await) }
            });
            // A client that goes away is its own affair.
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

impl State {
    async fn handle(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
        let body = match body.collect().await {
            Ok(body) => body.to_bytes(),
            Err(_) => Bytes::new(),
        };
        let call = Call::parse(head.method.as_str(), target, head.headers, body);
        let answer = self.respond(&call).await;
        self.count(&call, &answer);
        let mut response = Response::builder().status(answer.status);
        for (name, value) in &answer.headers {
            response = response.header(name, value);
        }
        if answer.constructed {
            response = response.header(CONSTRUCTED, "true");
        }
        response.body(Full::new(answer.body)).expect("an answer makes a response")
    }

    async fn respond(&self, call: &Call) -> Answer {
        if let Some(error) = self.quotas.refuse(call, Instant::now()) {
            self.tally().throttled += 1;
            return error.answer(call);
        }
        let drawn = self.overrides.draw(call);
        tokio::time::sleep(drawn.delay()).await;
        if let Some(answer) = self.overrides.in_place_of_moto(&drawn, call) {
            return answer;
        }
        let page_size = Some(self.page_size.load(Ordering::Relaxed)).filter(|size| *size > 0);
        let whole = paging::whole(call, page_size);
        let mut answer = self.memory.answer(&self.upstream, whole.as_ref().unwrap_or(call)).await;
        paging::cut(call, &mut answer, page_size);
        self.overrides.edit(&drawn, &mut answer);
        answer
    }

    fn count(&self, call: &Call, answer: &Answer) {
        let mut tally = self.tally();
        *tally.calls.entry(call.name()).or_default() += 1;
        *tally.keys.entry(call.key()).or_default() += 1;
        if answer.constructed {
            *tally.constructed.entry(call.name()).or_default() += 1;
        }
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().expect("the tally is poisoned")
    }
}
