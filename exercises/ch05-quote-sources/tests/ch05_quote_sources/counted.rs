//! A listener that counts the connections it accepts.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tokio::net::{TcpListener, TcpStream};
use tokio_stream::{StreamExt as _, wrappers::TcpListenerStream};

/// Where a server listens, and how many connected.
pub(crate) struct Server {
    pub(crate) url: String,
    accepted: Arc<AtomicUsize>,
}

impl Server {
    /// The server, and the connections to be served.
    pub(crate) async fn bind() -> (Self, impl tokio_stream::Stream<Item = std::io::Result<TcpStream>> + Send + Unpin) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let accepted = Arc::new(AtomicUsize::new(0));
        let counter = accepted.clone();
        let incoming = TcpListenerStream::new(listener).map(move |connection| {
            counter.fetch_add(1, Ordering::SeqCst);
            connection
        });
        (Self { url, accepted }, Box::pin(incoming))
    }

    pub(crate) fn accepted(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }
}
