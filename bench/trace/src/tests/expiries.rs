//! Loads and peaks of hand-made traces, counted by hand.

use crate::sketch::{MEASURED, Sketch, db, rpc};
use crate::{Key, Span, expiry_counts};
use std::time::Duration;

const LIFETIME: Duration = Duration::from_millis(100);

fn load(start: u64, end: u64) -> Span {
    db(2, 1, "select page", start, end).with(&[(Key::DbSummary, "products.page")])
}

fn other(start: u64, end: u64) -> Span {
    db(3, 1, "select stock", start, end).with(&[(Key::DbSummary, "products.available")])
}

fn counted(spans: &[Span]) -> (Option<f64>, Option<f64>) {
    let counts = expiry_counts(spans, MEASURED, "products.page", LIFETIME);
    (counts.get("loads_per_expiry").copied(), counts.get("db_peak_to_mean").copied())
}

#[test]
fn loads_close_together_are_one_expiry_and_those_a_lifetime_on_the_next() {
    // Three loads, then one, then two; the last burst's second load begins just within half a lifetime.
    let starts = [0, 3, 9, 110, 220, 269];
    let spans: Vec<Span> = starts.into_iter().map(|start| load(start, start + 10)).collect();
    assert_eq!(counted(&spans).0, Some(2.0));
}

#[test]
fn a_burst_is_measured_from_its_first_load_so_that_a_steady_stream_is_no_single_expiry() {
    // One load every 10 ms for 200 ms: bursts begin at 0, 50, 100 and 150, of five loads each.
    let spans: Vec<Span> = (0..20).map(|n| load(n * 10, n * 10 + 5)).collect();
    assert_eq!(counted(&spans).0, Some(5.0));
}

#[test]
fn loads_of_other_things_are_expiries_of_their_own() {
    let spans = [load(0, 10), load(1, 10).number(Key::DbParameters, 7), load(2, 10).number(Key::DbParameters, 7)];
    assert_eq!(counted(&spans).0, Some(1.5));
}

#[test]
fn other_statements_other_services_and_other_calls_are_no_loads() {
    let spans = [load(0, 10), other(0, 10), load(5, 10).of("recommendations"), rpc(4, 1, 0, 10)];
    assert_eq!(counted(&spans).0, Some(1.0));
    assert_eq!(counted(&[other(0, 10)]).0, None);
}

#[test]
fn the_order_in_which_spans_arrive_does_not_matter() {
    let spans = [load(110, 120), load(3, 13), load(0, 10)];
    assert_eq!(counted(&spans).0, Some(1.5));
}

#[test]
fn an_even_load_has_a_peak_like_its_mean() {
    // One call after the other, without a gap.
    let spans: Vec<Span> = (0..40).map(|n| other(n * 10, n * 10 + 10)).collect();
    assert_eq!(counted(&spans).1, Some(1.0));
}

#[test]
fn the_peak_is_the_most_in_flight_at_once_and_the_mean_is_taken_over_time() {
    // One in flight for 100 ms, and three more for 20 of them: 160 call-milliseconds in 100.
    let spans = [other(0, 100), load(40, 60), load(40, 60), load(40, 60)];
    assert_eq!(counted(&spans).1, Some(4.0 / 1.6));
}

#[test]
fn a_single_hiccup_is_not_the_peak_of_every_lifetime() {
    // Five lifetimes of one in flight, with one more in the middle of each; in the third there are nine more.
    let mut spans = vec![other(0, 500)];
    spans.extend((0..5).map(|n| load(n * 100 + 40, n * 100 + 50)));
    spans.extend((0..8).map(|_| other(240, 250)));
    let mean = (500.0 + 50.0 + 80.0) / 500.0;
    assert_eq!(counted(&spans).1, Some(2.0 / mean));
}

#[test]
fn a_call_of_no_length_and_a_clock_that_ran_backwards_do_no_harm() {
    assert_eq!(counted(&[load(5, 5)]), (Some(1.0), None));
    assert_eq!(counted(&[load(9, 5)]), (Some(1.0), None));
    assert_eq!(counted(&[]), (None, None));
}
