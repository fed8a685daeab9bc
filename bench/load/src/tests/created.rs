//! What the driver remembers of what it created: over slices and single requests, and what nobody knows the outcome of.

use super::server::{Reply, Server};
use super::{HALF_A_SECOND, millis, whole};
use crate::{Driver, Mix, Protocol, Request, Schedule, SliceOptions};
use http::Method;
use std::collections::BTreeSet;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn every_201_is_told_with_its_place_and_an_answer_that_never_comes_is_unknown() {
    // One in four creates, one repeats, one is refused, one never answers.
    let server = Server::start(|number| async move {
        let body = format!("/orders/{number}").into();
        match number % 4 {
            0 => Reply { status: 201, body, ..Reply::ok("") },
            1 => Reply { body, ..Reply::ok("") },
            2 => Reply { status: 503, ..Reply::ok("busy") },
            _ => {
                tokio::time::sleep(Duration::from_secs(30)).await;
                Reply::ok("never")
            }
        }
    })
    .await;
    let order = |method: Method| Request { method, ..Request::get("/orders?from=cart") };
    let mix = Mix::new(vec![(1.0, order(Method::POST))]).unwrap();
    let schedule = Schedule::constant(80.0, HALF_A_SECOND, &mix, 1);
    let driver = Driver::new(Protocol::Http1).unwrap();
    driver.slice(&server.base(), &mix, &schedule, SliceOptions { timeout: millis(200), ..whole() }).await;
    let single = driver.once(&server.base(), &order(Method::POST), false).await.unwrap();
    assert_eq!(single.status, 201, "it is the forty-first");

    let created = driver.take_created(&server.base());
    let places: BTreeSet<String> = created.told.iter().map(|(_, place)| place.clone()).collect();
    assert_eq!(places, (0..=40).step_by(4).map(|number| format!("/orders/{number}")).collect());
    assert!(created.told.iter().all(|(path, _)| path == "/orders"));
    assert_eq!(created.unknown.get("/orders"), Some(&10));
    assert_eq!(driver.take_created(&server.base()), crate::Created::default(), "told once");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_asks_without_creating_is_not_remembered() {
    let server = Server::start(|_| async { Reply { status: 201, ..Reply::ok("/seen") } }).await;
    let driver = Driver::new(Protocol::Http1).unwrap();
    driver.once(&server.base(), &Request::get("/orders"), false).await.unwrap();
    assert_eq!(driver.take_created(&server.base()), crate::Created::default());
}
