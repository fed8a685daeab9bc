//! Both kinds of timer, held to the same promises.

use crate::{HighResolutionTimer, wake_without_slack};
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What the head of the crate promises by median.
const PROMISED: Duration = Duration::from_micros(500);
/// Not a whole number of milliseconds, which tokio's own timer would round up: 0.7 ms late and more, always.
const WAIT: Duration = Duration::from_micros(2_300);
/// Tasks that wait at once.
const TASKS: usize = 4;

fn millis(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// How late each of `count` waits by each of [`TASKS`] tasks ended, sorted.
async fn lateness(timer: &Arc<HighResolutionTimer>, count: usize) -> Vec<Duration> {
    let waiting: Vec<_> = (0..TASKS)
        .map(|_| {
            let timer = Arc::clone(timer);
            tokio::spawn(async move {
                let mut late = Vec::with_capacity(count);
                for _ in 0..count {
                    let started = Instant::now();
                    timer.sleep(WAIT).await;
                    late.push(started.elapsed().checked_sub(WAIT).expect("a wait was short"));
                }
                late
            })
        })
        .collect();
    let mut late = Vec::new();
    for task in waiting {
        late.extend(task.await.unwrap());
    }
    late.sort();
    late
}

/// The share of a thread's own sleeps that the machine ends on time at the moment: 1 on a quiet one, next to nothing where
/// twenty compilers want two cores.
fn on_time_share(count: usize) -> f64 {
    wake_without_slack();
    let on_time = |_: &usize| {
        let started = Instant::now();
        std::thread::sleep(WAIT);
        started.elapsed() < WAIT + PROMISED / 2
    };
    (0..count).filter(on_time).count() as f64 / count as f64
}

/// On a quiet machine the median decides. On a busy one no timer can be better than the machine, so a thread that merely sleeps
/// says meanwhile which share of all wake-ups comes on time, and the quantile that decides is half of that, squared because a
/// wake-up from thread to thread is two. At the worst it is the least lateness of all, which is above the promise too for
/// a timer that rounds to milliseconds.
async fn keeps_its_promise(timer: io::Result<HighResolutionTimer>) {
    const COUNT: usize = 150;
    let timer = Arc::new(timer.unwrap());
    let machine = std::thread::spawn(|| on_time_share(COUNT));
    let late = lateness(&timer, COUNT).await;
    let share = machine.join().unwrap();
    let quantile = share * share / 2.0;
    let decides = late[((late.len() - 1) as f64 * quantile) as usize];
    assert!(decides < PROMISED, "{decides:?} late at quantile {quantile:.3}; median {:?}", late[late.len() / 2]);
}

async fn rings_in_order_of_the_instants(timer: io::Result<HighResolutionTimer>) {
    let timer = Arc::new(timer.unwrap());
    let start = Instant::now();
    let (rang, mut order) = tokio::sync::mpsc::unbounded_channel();
    for after in [9, 3, 12, 6] {
        let (timer, rang) = (Arc::clone(&timer), rang.clone());
        tokio::spawn(async move {
            timer.until(start + millis(after)).await;
            rang.send((after, Instant::now())).unwrap();
        });
    }
    drop(rang);
    let mut seen = Vec::new();
    while let Some((after, at)) = order.recv().await {
        assert!(at >= start + millis(after), "{after} ms rang early");
        seen.push(after);
    }
    assert_eq!(seen, [3, 6, 9, 12]);
}

async fn an_earlier_instant_added_later_comes_first(timer: io::Result<HighResolutionTimer>) {
    let timer = timer.unwrap();
    let started = Instant::now();
    tokio::select! {
        biased;
        () = timer.sleep(Duration::from_secs(60)) => panic!("the long wait ended first"),
        () = timer.sleep(millis(5)) => {}
    }
    assert!((millis(5)..Duration::from_secs(30)).contains(&started.elapsed()));
    // The long wait was given up; the timer rings for others.
    timer.sleep(millis(1)).await;
    timer.until(started).await;
}

/// A wait that is moved from one task to another after its first poll must wake the one that has it.
async fn a_wait_that_changes_hands_wakes_its_new_owner(timer: io::Result<HighResolutionTimer>) {
    let timer = Arc::new(timer.unwrap());
    let mut wait = Box::pin(async move { timer.sleep(millis(20)).await });
    tokio::select! {
        biased;
        () = &mut wait => panic!("nobody waited for it yet"),
        () = std::future::ready(()) => {}
    }
    let moved = tokio::spawn(wait);
    tokio::time::timeout(Duration::from_secs(30), moved).await.expect("woken").unwrap();
}

macro_rules! both {
    ($($promise:ident)*) => {
        mod in_runtime {
            $(#[tokio::test]
            async fn $promise() {
                super::$promise(super::HighResolutionTimer::in_runtime()).await;
            })*
        }

        mod on_own_thread {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                super::$promise(super::HighResolutionTimer::on_own_thread()).await;
            })*
        }
    };
}

both! {
    keeps_its_promise
    rings_in_order_of_the_instants
    an_earlier_instant_added_later_comes_first
    a_wait_that_changes_hands_wakes_its_new_owner
}

#[test]
fn without_a_runtime_there_is_an_error_where_one_is_needed() {
    assert!(HighResolutionTimer::on_own_thread().is_ok());
    assert_eq!(HighResolutionTimer::in_runtime().is_err(), cfg!(target_os = "linux"));
}

/// Prints what both kinds reach; run by hand, optimised:
/// `cargo test --profile perf --lib -- --ignored --nocapture what_the_timer_reaches`.
#[test]
#[ignore = "a measurement, for a quiet machine"]
fn what_the_timer_reaches() {
    let one = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let many = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    wake_without_slack();
    let kinds = [("in the runtime", one, true), ("on its own thread", many, false)];
    for (kind, runtime, in_runtime) in kinds {
        let late = runtime.block_on(async {
            let timer =
                if in_runtime { HighResolutionTimer::in_runtime() } else { HighResolutionTimer::on_own_thread() };
            lateness(&Arc::new(timer.unwrap()), 500).await
        });
        let at = |percent: usize| late[(late.len() - 1) * percent / 100];
        println!("{kind}: late by p50 {:?}, p90 {:?}, p99 {:?}", at(50), at(90), at(99));
    }
}
