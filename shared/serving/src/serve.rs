//! Serving: bind, say so in one stable line, and drain at the end.

use crate::{DRAIN_CAP, Shutdown};
use axum::Router;
use std::{future::IntoFuture as _, io, net::SocketAddr, pin::Pin};
use tokio::net::TcpListener;

/// Why a service could not serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address cannot be had.
    #[error("cannot listen on {address}: {source}; another program may hold the port: set LISTEN_ADDR to a free one")]
    Bind {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The listener failed later.
    #[error("the listener failed: {0}")]
    Io(#[from] io::Error),
}

/// Serves `app` on `address` (port 0: any free one) until the shutdown, then drains for at most [`DRAIN_CAP`].
///
/// Once it listens it prints `ready <service> http://<address>` on standard output, the one line that the bench, the tests
/// and scripts wait for; call it when the dependencies have answered. HTTP/1.1 and HTTP/2 (prior knowledge) share the port.
///
/// The future is boxed, so that the server's code is compiled once, here, and not again in every program.
///
/// # Errors
/// [`ServeError`] when the address is taken or the listener fails.
pub fn serve(
    service: &str,
    address: SocketAddr,
    app: Router,
    shutdown: Shutdown,
) -> Pin<Box<dyn Future<Output = Result<(), ServeError>> + Send + '_>> {
    Box::pin(listen(service, address, app, shutdown))
}

async fn listen(service: &str, address: SocketAddr, app: Router, shutdown: Shutdown) -> Result<(), ServeError> {
    let listener = TcpListener::bind(address).await.map_err(|source| ServeError::Bind { address, source })?;
    let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
        // Small answers must not wait for the peer's delayed acknowledgement (40 ms on Linux).
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY refused");
        }
    });
    announce(service, axum::serve::Listener::local_addr(&listener)?);
    let begun = shutdown.clone();
    let serving = axum::serve(listener, app).with_graceful_shutdown(async move { begun.begun().await });
    tokio::select! {
        served = serving.into_future() => served?,
        () = capped(&shutdown) => tracing::warn!(seconds = DRAIN_CAP.as_secs(), "requests still in flight were cut"),
    }
    Ok(())
}

async fn capped(shutdown: &Shutdown) {
    shutdown.begun().await;
    tokio::time::sleep(DRAIN_CAP).await;
}

#[allow(clippy::print_stdout, reason = "the ready line is what standard output is for")]
fn announce(service: &str, address: SocketAddr) {
    println!("ready {service} http://{address}");
    tracing::info!(%address, "serving");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_taken_port_is_named_with_its_remedy() {
        let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = taken.local_addr().unwrap();
        let error = serve("shop", address, Router::new(), Shutdown::by_hand()).await.unwrap_err().to_string();
        assert!(error.contains(&address.to_string()) && error.contains("LISTEN_ADDR"), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_never_ends_is_cut_after_the_cap() {
        let shutdown = Shutdown::by_hand();
        shutdown.begin();
        let served = serve("shop", ([127, 0, 0, 1], 0).into(), Router::new(), shutdown).await;
        assert!(served.is_ok());
    }
}
