//! Silence, dripping headers, half a body, an answer that nobody reads, and a pause between two requests.

use crate::server::{Server, short};
use serving::Limits;
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt as _;

const LEAST: Duration = Duration::from_millis(350);
const MOST: Duration = Duration::from_secs(5);

#[tokio::test]
async fn a_silent_connection_is_closed() {
    let server = Server::start(short()).await;
    let (after, said) = server.connect().await.closed_after().await;
    assert!((LEAST..MOST).contains(&after) && said.is_empty(), "{after:?}: {said}");
    server.answers_others().await;
}

#[tokio::test]
async fn headers_that_drip_are_not_waited_for() {
    let server = Server::start(short()).await;
    let mut dripping = server.connect().await;
    let begun = Instant::now();
    let mut taken = 0;
    // A byte every 50 ms: never silent for long.
    for byte in "GET / HTTP/1.1\r\nhost: a\r\nx-drip: ".bytes().chain(std::iter::repeat(b'x')) {
        if dripping.0.write_all(&[byte]).await.is_err() || begun.elapsed() > Duration::from_secs(10) {
            break;
        }
        taken += 1;
        tokio::time::sleep(Duration::from_millis(50)).await;
        if taken == 3 {
            server.answers_others().await;
        }
    }
    assert!((LEAST..MOST).contains(&begun.elapsed()), "{:?} and {taken} bytes", begun.elapsed());
}

#[tokio::test]
async fn half_a_body_is_answered_408_and_a_whole_slow_one_is_taken() {
    let server = Server::start(short()).await;
    let head = "POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n";
    let mut half = server.connect().await;
    half.say(&format!("{head}12345")).await;
    let (after, said) = half.closed_after().await;
    assert!((LEAST..MOST).contains(&after), "{after:?}");
    assert!(said.starts_with("HTTP/1.1 408") && said.contains("application/problem+json"), "{said}");
    // A byte now and then is no way around it.
    let mut dripping = server.connect().await;
    dripping.say(head).await;
    let begun = Instant::now();
    for _ in 0..9 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if dripping.0.write_all(b"x").await.is_err() {
            break;
        }
    }
    assert!(dripping.rest().await.contains("HTTP/1.1 408"));
    assert!(begun.elapsed() < MOST);
    let mut slow = server.connect().await;
    slow.say(&format!("{head}12345")).await;
    tokio::time::sleep(Duration::from_millis(150)).await;
    slow.say("67890").await;
    let answer = slow.some().await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("1234567890"), "{answer}");
}

#[tokio::test]
async fn a_client_that_reads_nothing_does_not_hold_its_answer_for_ever() {
    let server = Server::start(short()).await;
    let mut deaf = server.connect().await;
    deaf.say("GET /large HTTP/1.1\r\nhost: a\r\n\r\n").await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    // What the kernels had taken by then comes, and it is not all of it.
    let (_, said) = deaf.closed_after().await;
    assert!(said.len() < 64 << 20, "{}", said.len());
}

#[tokio::test]
async fn a_pause_between_two_requests_may_be_longer_than_one_before_the_first_and_ends_too() {
    let server = Server::start(short()).await;
    let mut client = server.connect().await;
    for _ in 0..3 {
        client.say("GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
        assert!(client.some().await.ends_with("here"));
        // Longer than the limit before the first request, shorter than the one between two.
        tokio::time::sleep(Duration::from_millis(550)).await;
    }
    let (after, _) = client.closed_after().await;
    assert!(after < MOST, "{after:?}");
}

#[tokio::test]
async fn an_answer_that_takes_longer_than_every_limit_is_given_also_during_the_shutdown() {
    let server = Server::start(short()).await;
    let mut patient = server.connect().await;
    patient.say("GET /slow HTTP/1.1\r\nhost: a\r\n\r\n").await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let mut silent = server.connect().await;
    server.shutdown.begin();
    assert!(silent.closed_after().await.0 < Duration::from_millis(1_500), "who says nothing does not hold the end up");
    let (after, said) = patient.closed_after().await;
    assert!(said.starts_with("HTTP/1.1 200"), "{after:?}: {said}");
    tokio::time::timeout(Duration::from_secs(2), server.served).await.unwrap().unwrap();
}

#[tokio::test]
async fn an_answer_that_outlasts_the_drain_holds_nobody_up() {
    let server = Server::start(Limits { drain: Duration::from_millis(300), ..short() }).await;
    let mut slow = server.connect().await;
    slow.say("GET /slow HTTP/1.1\r\nhost: a\r\n\r\n").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    server.shutdown.begin();
    let begun = Instant::now();
    server.served.await.unwrap();
    assert!(
        (Duration::from_millis(250)..Duration::from_millis(1_500)).contains(&begun.elapsed()),
        "{:?}",
        begun.elapsed()
    );
}
