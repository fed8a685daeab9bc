//! More connections than there is room for.

use crate::server::{Server, short};
use serving::Limits;
use std::time::Duration;

fn few(connections: usize) -> Limits {
    let long = Duration::from_secs(60);
    Limits { connections, first_request: long, idle: long, ..short() }
}

#[tokio::test]
async fn three_hundred_idle_connections_leave_room_for_somebody_who_asks() {
    let server = Server::start(few(20)).await;
    let mut idle = Vec::new();
    for n in 0..300 {
        let mut connection = server.connect().await;
        if n % 2 == 0 {
            connection.say("GET / HTTP/1.1\r\nx-unfinished: ").await;
        }
        idle.push(connection);
    }
    for _ in 0..5 {
        server.answers_others().await;
    }
    // The first ones gave up their places, the last ones kept theirs.
    assert!(idle[0].closed_after().await.0 < Duration::from_secs(2));
    let last = idle.last_mut().unwrap();
    last.say("GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
    assert!(last.some().await.ends_with("here"));
}

#[tokio::test]
async fn who_is_being_answered_keeps_the_place_and_the_next_waits() {
    // The one who waits for a place does not use up the time for the first request meanwhile.
    let server = Server::start(Limits { first_request: short().first_request, ..few(2) }).await;
    let mut busy = Vec::new();
    for _ in 0..2 {
        let mut connection = server.connect().await;
        connection.say("GET /slow HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
        busy.push(connection);
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    let mut next = server.connect().await;
    next.say("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    for mut connection in busy {
        let (_, said) = connection.closed_after().await;
        assert!(said.starts_with("HTTP/1.1 200"), "{said}");
    }
    assert!(next.rest().await.ends_with("here"));
}
