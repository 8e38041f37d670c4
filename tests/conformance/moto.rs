//! The shape of the AWS API: a moto server of the suite's own behind a proxy and the API halves, in hurried time.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use relight::shell::mailbox::Mailbox;
use relight::shell::transport::{AsyncTransport, Transport};
use relight_aws::api::{Keys, Options, cloud};
use relight_bed::{Moto, Proxy};
use relight_contract::{Cloud, Fault, Kind, Name, Object, Place};

use super::clock::Hurried;
use super::ground::Ground;
use super::trouble;

/// A server, and the proxy before it.
pub struct Bed {
    moto: Moto,
    proxy: Arc<Proxy>,
}

impl Bed {
    /// Starts both; `None`, said loudly, where moto is not installed.
    pub fn start() -> Option<Bed> {
        let moto = Moto::start()?;
        let proxy = Arc::new(Proxy::start(moto.address).expect("a free port"));
        Some(Bed { moto, proxy })
    }

    /// An empty account.
    pub fn ground(&self) -> Shape {
        let server = self.moto.address;
        if !standing(server).is_empty() {
            relight_bed::post(server, "/moto-api/reset", "").expect("an emptied server");
        }
        self.proxy.clear();
        self.proxy.set(trouble::CALM);
        self.proxy.forget();
        let options = Options {
            endpoint: Some(format!("http://{}", self.proxy.address)),
            keys: Some(Keys { id: "test".to_owned(), secret: "test".to_owned() }),
        };
        let aws = cloud(options).expect("the address is one");
        let clouds: BTreeMap<Name, Arc<dyn Cloud>> = [(Name::from("aws"), aws.clone())].into();
        let transport = AsyncTransport::new(clouds, Mailbox::new()).expect("threads");
        Shape { server, proxy: self.proxy.clone(), aws, transport: Hurried::new(transport) }
    }
}

/// One account on a server.
pub struct Shape {
    server: SocketAddr,
    proxy: Arc<Proxy>,
    aws: Arc<dyn Cloud>,
    transport: Hurried,
}

fn standing(server: SocketAddr) -> Vec<String> {
    let body = relight_bed::get(server, "/moto-api/standing.json").expect("what stands");
    serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"))
}

impl Ground for Shape {
    fn name(&self) -> &'static str {
        "moto"
    }

    fn reaches(&self, kind: &'static Kind) -> bool {
        self.aws.reaches(kind.name)
    }

    fn transport(&mut self) -> &mut dyn Transport {
        &mut self.transport
    }

    fn standing(&mut self) -> Vec<String> {
        standing(self.server)
    }

    fn proxy(&self) -> Option<&Proxy> {
        Some(&self.proxy)
    }

    fn force(
        &mut self,
        _place: &Arc<Place>,
        _kind: &'static Kind,
        _native_id: &str,
        _changes: &Object,
    ) -> Option<Result<(), Fault>> {
        None
    }
}
