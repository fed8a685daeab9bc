//! Serving: bind, say so in one stable line, and drain at the end.

use crate::{Limits, Shutdown, connection, connections::Connections};
use axum::Router;
use std::{io, net::SocketAddr, pin::Pin, time::Duration};
use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;

/// Before the next try, where no connection can be accepted.
const PAUSE: Duration = Duration::from_millis(50);

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

/// Serves `app` on `address` (port 0: any free one) until the shutdown, then drains for at most [`DRAIN_CAP`](crate::DRAIN_CAP).
///
/// Once it listens it prints `ready <service> http://<address>` on standard output, the one line that the bench, the tests
/// and scripts wait for; call it when the dependencies have answered. HTTP/1.1 and HTTP/2 (prior knowledge) share the port.
/// Clients that are slow, idle or many are held to [`Limits::of_this_process`].
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
    announce(service, listener.local_addr()?);
    serve_on(listener, app, shutdown, Limits::of_this_process()).await;
    Ok(())
}

/// As [`serve()`], on a listener that is there already, with limits of one's own.
pub async fn serve_on(listener: TcpListener, app: Router, shutdown: Shutdown, limits: Limits) {
    let (connections, served) = (Connections::new(limits.connections), TaskTracker::new());
    loop {
        let accepted = tokio::select! {
            () = shutdown.begun() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                cannot_accept(&error, &connections).await;
                continue;
            }
        };
        // Small answers must not wait for the peer's delayed acknowledgement (40 ms on Linux).
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY refused");
        }
        let place = tokio::select! {
            () = shutdown.begun() => break,
            place = connections.enter() => place,
        };
        served.spawn(connection::serve(stream, peer, app.clone(), limits, shutdown.clone(), place));
    }
    drop(listener);
    served.close();
    if tokio::time::timeout(limits.drain, served.wait()).await.is_err() {
        tracing::warn!(seconds = limits.drain.as_secs_f64(), "requests still in flight were cut");
    }
}

/// A connection that ended before it was accepted is nobody's fault. Whatever else keeps us from accepting (descriptors,
/// memory) is scarce: an idle connection gives up its share, and there is a pause instead of a loop.
async fn cannot_accept(error: &io::Error, connections: &Connections) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        return;
    }
    tracing::warn!(%error, "cannot accept a connection");
    connections.evict();
    tokio::time::sleep(PAUSE).await;
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
}
