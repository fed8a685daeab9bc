//! A small service behind the listener, and connections on which a test says what it likes.

use axum::{
    Router,
    body::Bytes,
    routing::{get, post},
};
use serving::{Limits, Shutdown};
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) shutdown: Shutdown,
    pub(crate) served: JoinHandle<()>,
}

/// Short limits, so that a test need not wait for the long ones.
pub(crate) fn short() -> Limits {
    Limits {
        first_request: Duration::from_millis(400),
        idle: Duration::from_millis(800),
        body: Duration::from_millis(400),
        write: Duration::from_millis(400),
        connections: 100,
        drain: Duration::from_secs(10),
    }
}

impl Server {
    pub(crate) async fn start(limits: Limits) -> Self {
        let app = Router::new()
            .route("/", get(async || "here"))
            .route(
                "/slow",
                get(async || {
                    tokio::time::sleep(Duration::from_secs(2)).await;
                }),
            )
            .route("/large", get(async || vec![b'x'; 64 << 20]))
            .route("/echo", post(async |body: Bytes| body));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, shutdown) = (listener.local_addr().unwrap(), Shutdown::by_hand());
        let served = tokio::spawn(serving::serve_on(listener, app, shutdown.clone(), limits));
        Self { address, shutdown, served }
    }

    pub(crate) async fn connect(&self) -> Talk {
        Talk(TcpStream::connect(self.address).await.unwrap())
    }

    /// Whether somebody who behaves is answered, and soon.
    pub(crate) async fn answers_others(&self) {
        let asked = Instant::now();
        let mut other = self.connect().await;
        other.say("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
        let answer = other.rest().await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("here"), "{answer}");
        assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
    }
}

/// One connection.
pub(crate) struct Talk(pub(crate) TcpStream);

impl Talk {
    pub(crate) async fn say(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// Everything until the other side closes. A reset counts as closed.
    pub(crate) async fn rest(&mut self) -> String {
        let mut all = Vec::new();
        let _ = self.0.read_to_end(&mut all).await;
        String::from_utf8_lossy(&all).into_owned()
    }

    /// One answer's first bytes.
    pub(crate) async fn some(&mut self) -> String {
        let mut bytes = [0; 512];
        let read = self.0.read(&mut bytes).await.unwrap();
        String::from_utf8_lossy(&bytes[..read]).into_owned()
    }

    /// After how long the other side closes, and what it said until then.
    pub(crate) async fn closed_after(&mut self) -> (Duration, String) {
        let begun = Instant::now();
        let rest = tokio::time::timeout(Duration::from_secs(15), self.rest()).await;
        (begun.elapsed(), rest.unwrap_or_else(|_| panic!("still open after 15 s")))
    }
}
