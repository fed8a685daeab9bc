//! What the fix adds to the contract: a dead dependency is left alone, and takes nobody else down.

use crate::other_side::{Does, OtherSide, call, client};
use bytes::Bytes;
use http::StatusCode;
use outgoing_calls::{Dependency, OutgoingCalls, not_sent};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use variant::Variant;

#[tokio::test]
async fn while_payment_hangs_the_others_answer_at_once() {
    let (dead, well) = (OtherSide::open().await, OtherSide::open().await);
    dead.instructed(Does::Hang);
    let calls = OutgoingCalls::new(&Variant::Fixed, Duration::from_secs(5)).unwrap();
    let payment = client(&calls, Dependency::Payment);
    let mut orders = JoinSet::new();
    for _ in 0..100 {
        let (payment, base) = (payment.clone(), dead.base.clone());
        orders.spawn(async move { call(&payment, &base).await });
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    for to in [Dependency::Warehouse, Dependency::Email, Dependency::Recommendations] {
        let begun = Instant::now();
        assert_eq!(call(&client(&calls, to), &well.base).await.unwrap().0, StatusCode::OK, "{to}");
        assert!(begun.elapsed() < Duration::from_millis(250), "{to}: {:?}", begun.elapsed());
    }
    assert!(orders.join_all().await.iter().all(Result::is_err));
    assert_eq!(dead.received(), 10, "as many as its compartment holds");
}

#[tokio::test]
async fn a_dead_dependency_is_left_alone_after_twenty_failures() {
    let dead = OtherSide::open().await;
    dead.instructed(Does::Answer(StatusCode::BAD_GATEWAY, Bytes::new()));
    let calls = OutgoingCalls::new(&Variant::Fixed, Duration::from_secs(5)).unwrap();
    let payment = client(&calls, Dependency::Payment);
    for n in 0..200 {
        let answer = call(&payment, &dead.base).await;
        assert_eq!(answer.is_err(), n >= 20, "call {n}: {answer:?}");
        assert!(answer.err().is_none_or(|error| not_sent(&error)), "call {n}");
    }
    assert_eq!(dead.received(), 20);
}

#[tokio::test]
async fn one_failure_in_five_opens_nothing() {
    let side = OtherSide::open().await;
    let calls = OutgoingCalls::new(&Variant::Fixed, Duration::from_secs(5)).unwrap();
    let payment = client(&calls, Dependency::Payment);
    for n in 0..200 {
        let status = if n % 5 == 0 { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
        side.instructed(Does::Answer(status, Bytes::new()));
        assert_eq!(call(&payment, &side.base).await.unwrap().0, status, "call {n}");
    }
}
