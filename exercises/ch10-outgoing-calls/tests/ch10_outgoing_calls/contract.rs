//! One table of cases, run over every implementation.

use crate::other_side::{Does, OtherSide, call, client, variants};
use bytes::Bytes;
use http::StatusCode;
use outgoing_calls::{Dependency, OutgoingCalls, SEAM, not_sent, too_late};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use variant::Variant;

const PATIENCE: Duration = Duration::from_millis(150);

fn guards(patience: Duration) -> impl Iterator<Item = (Variant, OutgoingCalls)> {
    variants().into_iter().map(move |variant| {
        let calls = OutgoingCalls::new(&variant, patience).unwrap();
        (variant, calls)
    })
}

#[tokio::test]
async fn an_answer_comes_back_as_it_was_given() {
    let side = OtherSide::open().await;
    let cases = [
        ("an empty body", StatusCode::OK, Bytes::new()),
        ("a body beyond ASCII", StatusCode::CREATED, Bytes::from("Größe 富士 🪑")),
        ("bytes that are no text", StatusCode::OK, Bytes::from_static(&[0, 255, 10, 13, 0])),
        ("a large body", StatusCode::OK, Bytes::from(vec![b'x'; 300_000])),
        ("no such thing", StatusCode::NOT_FOUND, Bytes::from("{\"detail\":\"no\"}")),
        ("a declined card", StatusCode::PAYMENT_REQUIRED, Bytes::from("declined")),
        ("too busy", StatusCode::TOO_MANY_REQUESTS, Bytes::new()),
        ("broken", StatusCode::INTERNAL_SERVER_ERROR, Bytes::from("oops")),
    ];
    for (variant, calls) in guards(Duration::from_secs(5)) {
        for to in [Dependency::Payment, Dependency::Warehouse, Dependency::Email, Dependency::Recommendations] {
            let guard = client(&calls, to);
            for (name, status, body) in &cases {
                side.instructed(Does::Answer(*status, body.clone()));
                let answer = call(&guard, &side.base).await.unwrap();
                assert_eq!(answer, (*status, body.clone()), "{variant}: {to}: {name}");
            }
        }
    }
}

#[tokio::test]
async fn a_call_that_hangs_ends_in_time_and_may_have_had_its_effect() {
    let side = OtherSide::open().await;
    side.instructed(Does::Hang);
    for (variant, calls) in guards(PATIENCE) {
        let begun = Instant::now();
        let error = call(&client(&calls, Dependency::Payment), &side.base).await.unwrap_err();
        assert!(too_late(&error) && !not_sent(&error), "{variant}: {error}");
        assert!(begun.elapsed() < PATIENCE * 10, "{variant}: {:?}", begun.elapsed());
        assert_eq!(side.received(), 1, "{variant}");
    }
}

#[tokio::test]
async fn a_dependency_that_is_not_there_is_an_error_of_the_connection() {
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    for (variant, calls) in guards(PATIENCE) {
        let error = call(&client(&calls, Dependency::Email), &format!("http://{nobody}/")).await.unwrap_err();
        assert!(!not_sent(&error) && !too_late(&error), "{variant}: {error}");
    }
}

#[tokio::test]
async fn many_calls_at_once_are_answered_or_refused_here_and_nothing_in_between() {
    let side = OtherSide::open().await;
    side.instructed(Does::AnswerAfter(Duration::from_millis(30)));
    for (variant, calls) in guards(Duration::from_secs(5)) {
        let guard = client(&calls, Dependency::Payment);
        let mut orders = JoinSet::new();
        for _ in 0..60 {
            let (guard, base) = (guard.clone(), side.base.clone());
            orders.spawn(async move { call(&guard, &base).await });
        }
        let mut answered = 0;
        while let Some(order) = orders.join_next().await {
            match order.unwrap() {
                Ok(answer) => {
                    assert_eq!(answer, (StatusCode::OK, Bytes::from_static(b"late")), "{variant}");
                    answered += 1;
                }
                Err(error) => assert!(not_sent(&error), "{variant}: {error}"),
            }
        }
        // What was refused was not sent; what was sent was answered.
        assert_eq!(side.received(), answered, "{variant}");
        assert!(answered >= 5, "{variant}: {answered}");
    }
}

#[tokio::test]
async fn a_queue_of_the_worker_is_worked_off_and_nothing_of_it_refused_by_the_fix() {
    let side = OtherSide::open().await;
    side.instructed(Does::AnswerAfter(Duration::from_millis(10)));
    let calls = OutgoingCalls::new(&Variant::Fixed, Duration::from_secs(5)).unwrap();
    let guard = client(&calls, Dependency::Email);
    let mut letters = JoinSet::new();
    for _ in 0..30 {
        let (guard, base) = (guard.clone(), side.base.clone());
        letters.spawn(async move { call(&guard, &base).await.unwrap() });
    }
    assert_eq!(letters.join_all().await.len(), 30);
}

#[tokio::test]
async fn callers_who_leave_take_no_permit_with_them() {
    let side = OtherSide::open().await;
    for (variant, calls) in guards(Duration::from_secs(5)) {
        let guard = client(&calls, Dependency::Payment);
        side.instructed(Does::Hang);
        for _ in 0..25 {
            let left = call(&guard, &side.base);
            let _ = tokio::time::timeout(Duration::from_millis(4), left).await;
        }
        side.instructed(Does::Answer(StatusCode::OK, Bytes::new()));
        let stays = tokio::time::timeout(Duration::from_secs(5), call(&guard, &side.base)).await;
        assert_eq!(stays.unwrap().unwrap().0, StatusCode::OK, "{variant}");
    }
}

#[tokio::test]
async fn a_dependency_that_is_well_again_is_reached_again() {
    let side = OtherSide::open().await;
    let waiting = guards(PATIENCE).map(async |(variant, calls)| {
        let guard = client(&calls, Dependency::Payment);
        for _ in 0..50 {
            let _ = call(&guard, &side.base).await;
        }
        (variant, guard)
    });
    side.instructed(Does::Answer(StatusCode::SERVICE_UNAVAILABLE, Bytes::new()));
    let mut guards = Vec::new();
    for one in waiting {
        guards.push(one.await);
    }
    side.instructed(Does::Answer(StatusCode::OK, Bytes::new()));
    let begun = Instant::now();
    for (variant, guard) in guards {
        // Well for good, not for one lucky probe: ten in a row.
        let mut in_a_row = 0;
        while in_a_row < 10 {
            in_a_row = if call(&guard, &side.base).await.is_ok() { in_a_row + 1 } else { 0 };
            assert!(begun.elapsed() < Duration::from_secs(15), "{variant} does not reach it any more");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

#[test]
fn an_unknown_trap_has_no_implementation() {
    assert!(OutgoingCalls::new(&Variant::Trap("retry".to_owned()), PATIENCE).is_err());
    assert_eq!(variant::SEAMS.iter().find(|seam| seam.id == SEAM).unwrap().traps.len(), 2);
}
