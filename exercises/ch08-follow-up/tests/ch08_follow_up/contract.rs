//! One table of promises, run over every implementation.

use crate::day::{Day, MOMENT};
use follow_up::{FollowUp, Outcome, SEAM};
use variant::Variant;

const STEPS: [&str; 5] = ["confirmation", "analytics", "shipment", "sales", "settled"];

/// Published, or every step done.
fn in_safe_hands(day: &Day) -> bool {
    let done = day.done();
    done.contains(&"published") || STEPS.iter().all(|step| done.contains(step))
}

#[tokio::test]
async fn in_the_end_every_order_is_published_or_has_all_its_errands_done_once() {
    for follow_up in FollowUp::under_test() {
        let day = Day::default();
        assert_eq!(follow_up.after(&day).await, Ok(Outcome::Done), "{follow_up:?}");
        // The trap `spawn` needs a moment more, and has it as long as nobody stops the process.
        tokio::time::sleep(MOMENT * 20).await;
        assert!(in_safe_hands(&day), "{follow_up:?}: {:?}", day.done());
        let mut done = day.done();
        done.sort_unstable();
        let before = done.len();
        done.dedup();
        assert_eq!(done.len(), before, "{follow_up:?}");
    }
}

#[tokio::test]
async fn done_means_done_or_published_at_that_moment_and_only_the_trap_spawn_says_it_too_early() {
    for follow_up in FollowUp::under_test() {
        let day = Day::default();
        let outcome = follow_up.after(&day).await;
        let kept = outcome != Ok(Outcome::Done) || in_safe_hands(&day);
        assert_eq!(kept, follow_up != FollowUp::Spawn, "{follow_up:?}: {:?}", day.done());
    }
}

#[tokio::test]
async fn an_order_is_settled_after_its_other_errands_and_never_without_them() {
    for follow_up in FollowUp::under_test() {
        for fails in [None, Some("confirmation"), Some("analytics"), Some("shipment"), Some("sales")] {
            let day = fails.map_or_else(Day::default, Day::failing);
            let _ = follow_up.after(&day).await;
            tokio::time::sleep(MOMENT * 20).await;
            let done = day.done();
            let settled = done.iter().position(|step| *step == "settled");
            assert!(settled.is_none_or(|place| place == 4), "{follow_up:?}, {fails:?}: {done:?}");
            assert!(settled.is_none() || fails.is_none(), "{follow_up:?}, {fails:?}: {done:?}");
        }
    }
}

#[tokio::test]
async fn a_failed_errand_is_an_error_or_nobodys_business_before_the_reply() {
    for follow_up in FollowUp::under_test() {
        for step in STEPS {
            let outcome = follow_up.after(&Day::failing(step)).await;
            let told = outcome.as_ref().err().map(|error| error.step);
            match follow_up {
                FollowUp::Fixed | FollowUp::Spawn => assert_eq!(outcome, Ok(Outcome::Done), "{follow_up:?}: {step}"),
                FollowUp::Flawed | FollowUp::Join => assert_eq!(told, Some(step), "{follow_up:?}"),
                // The learner's may do either.
                _ => assert!(told.is_none_or(|told| told == step), "{told:?} for {step}"),
            }
        }
    }
}

#[tokio::test]
async fn a_broker_that_is_away_leaves_the_event_to_the_outbox_and_fails_nobody() {
    for follow_up in FollowUp::under_test() {
        let day = Day::failing("published");
        let outcome = follow_up.after(&day).await.unwrap();
        if follow_up == FollowUp::Fixed {
            assert_eq!(outcome, Outcome::Waiting);
        }
        let kept = outcome == Outcome::Waiting || in_safe_hands(&day) || follow_up == FollowUp::Spawn;
        assert!(kept, "{follow_up:?}: {:?}", day.done());
    }
}

#[tokio::test]
async fn a_reply_that_nobody_waits_for_any_more_leaves_no_order_settled_halfway() {
    for follow_up in FollowUp::under_test() {
        for moment in 0..5 {
            let day = Day::default();
            let cut = tokio::time::timeout(MOMENT * moment + MOMENT / 2, follow_up.after(&day)).await;
            tokio::time::sleep(MOMENT * 10).await;
            let done = day.done();
            assert!(!done.contains(&"settled") || done.len() == 5, "{follow_up:?}: {done:?}");
            // Cut before its end: the event was not ticked off, so the outbox has it.
            assert!(cut.is_err() || in_safe_hands(&day), "{follow_up:?}: {done:?}");
        }
    }
}

#[tokio::test]
async fn orders_at_the_same_time_do_not_mix_their_errands() {
    for follow_up in FollowUp::under_test() {
        let days: Vec<Day> =
            (0..20).map(|n| if n % 2 == 0 { Day::default() } else { Day::failing("confirmation") }).collect();
        let mut orders = tokio::task::JoinSet::new();
        for day in days.clone() {
            orders.spawn(async move { drop(follow_up.after(&day).await) });
        }
        orders.join_all().await;
        tokio::time::sleep(MOMENT * 10).await;
        for day in days {
            let confirmation = day.done().contains(&"confirmation");
            assert!(
                confirmation == day.fails.is_none() || day.done() == ["published"],
                "{follow_up:?}: {:?}",
                day.done()
            );
        }
    }
}

#[test]
fn every_variant_has_its_implementation_and_an_unknown_trap_has_none() {
    let built: Vec<_> = variant::under_test(SEAM).iter().map(|one| FollowUp::try_from(one).unwrap()).collect();
    assert_eq!(built, FollowUp::under_test());
    assert!(FollowUp::try_from(&Variant::Trap("later".to_owned())).is_err());
}
