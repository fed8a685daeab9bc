//! HTTP/2: idle connections, peers that do not answer, heads that never end, and one that is used.

use crate::server::{Server, short};
use http_body_util::{BodyExt as _, Empty};
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::time::Duration;
use tokio::{io::AsyncWriteExt as _, net::TcpStream};

/// The preface and empty SETTINGS.
const HELLO: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

#[tokio::test]
async fn a_connection_that_never_asks_is_closed() {
    let server = Server::start(short()).await;
    let mut silent = server.connect().await;
    silent.0.write_all(HELLO).await.unwrap();
    let (after, _) = silent.closed_after().await;
    assert!((Duration::from_millis(350)..Duration::from_secs(5)).contains(&after), "{after:?}");
}

#[tokio::test]
async fn a_head_that_never_ends_is_not_waited_for() {
    let server = Server::start(short()).await;
    let mut endless = server.connect().await;
    endless.0.write_all(HELLO).await.unwrap();
    // HEADERS on stream 1 without END_HEADERS, and nothing after it.
    endless.0.write_all(b"\0\0\x01\x01\0\0\0\0\x01\x82").await.unwrap();
    server.answers_others().await;
    let (after, _) = endless.closed_after().await;
    assert!(after < Duration::from_secs(5), "{after:?}");
}

#[tokio::test]
async fn a_connection_is_kept_while_it_is_used_and_closed_when_it_is_idle() {
    let server = Server::start(short()).await;
    let stream = TcpStream::connect(server.address).await.unwrap();
    let handshake = hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream));
    let (mut client, connection) = handshake.await.unwrap();
    let connection = tokio::spawn(connection);
    let address = format!("http://{}", server.address);
    for path in ["/", "/slow", "/"] {
        let request = http::Request::get(format!("{address}{path}")).body(Empty::<bytes::Bytes>::new()).unwrap();
        let answer = client.send_request(request).await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.into_body().collect().await.unwrap();
        tokio::time::sleep(Duration::from_millis(450)).await;
    }
    // GOAWAY, not a reset: the client's side ends without an error.
    tokio::time::timeout(Duration::from_secs(5), connection).await.unwrap().unwrap().unwrap();
}
