//! What a person and a machine see of an observation whose spans are written down by hand.

use super::signals::Saturation;
use super::text::text;
use super::view::Observed;
use super::waterfall::draw;
use crate::exercise::{Exercise, fixture::lamp};
use crate::pipeline::{ArmLatency, Counted, Latency};
use crate::terminal::Terminal;
use std::collections::BTreeMap;
use trace::sketch::{MEASURED, Sketch, cache, db, inside, root, rpc, wait};
use trace::{Analysis, Key, Lost, Span, analyse};
use unicode_width::UnicodeWidthStr as _;

/// Two hundred searches: a wait that grows with the request's number, a query, one more for each of its twenty rows, a call beside
/// a quicker one, and the answer's rendering.
fn searches() -> Analysis {
    let request = |n: u64| {
        let w = n / 10;
        let mut spans = vec![
            root(0, 96 + w),
            wait(2, 1, 1, 1 + w).with(&[(Key::CodeFile, "services/search/src/router.rs")]),
            db(3, 1, "select * from products where name ilike $1", 1 + w, 21 + w).rows(20),
            cache(40, 1, "MGET", 62 + w, 64 + w),
            rpc(41, 1, 62 + w, 90 + w),
            inside(42, 1, "search page", 91 + w, 95 + w).with(&[(Key::WorkshopKind, "serialization")]),
        ];
        spans.extend((0..20).map(|k| {
            let related = db(10 + k, 1, "select * from related where product_id = $1", 21 + w + k * 2, 23 + w + k * 2);
            related.with(&[(Key::DbSummary, "related.of_product")]).code("src/related.rs", 31)
        }));
        spans.into_iter().map(move |span| span.in_trace(u128::from(n) + 1)).collect::<Vec<Span>>()
    };
    let mut analysis = analyse((0..200).flat_map(request).collect(), MEASURED);
    analysis.lost = Lost { late: 3, ..Lost::default() };
    analysis.incomplete = 2;
    analysis
}

fn exercise() -> Exercise {
    let symptom =
        "It is dark, and the longer one waits for the light the longer it seems to take until it comes at last.";
    Exercise { symptom: symptom.to_owned(), ..lamp("") }
}

fn latency() -> Latency {
    let mut slice = load::histogram();
    (1..=600_u64).for_each(|n| slice.saturating_record(100_000_000 + n * 20_000));
    let arm =
        ArmLatency { rounds: vec![[slice.clone(), slice]], requests: 1200, cpu_ms: 1.25, ..ArmLatency::default() };
    Latency { arms: vec![arm], busy: 0.34, rate_rps: 20.0, ..Latency::default() }
}

fn shown(analysis: Analysis, width: usize) -> String {
    let counts = BTreeMap::from([("db_queries_per_request".to_owned(), 21.0), ("response_bytes".to_owned(), 18_211.0)]);
    let counted = Counted { analysis, counts, ..Counted::default() };
    let (exercise, latency) = (exercise(), latency());
    let mut saturation = Saturation::of(&[], &latency, &counted.analysis);
    saturation.pool_connections_used.insert("search".to_owned(), 7.0);
    saturation.active_requests.insert("search".to_owned(), 9.0);
    saturation.queued_messages.insert("order-worker".to_owned(), 31.0);
    text(&exercise, &Observed::of(&exercise, &counted, &latency, saturation), Terminal::PLAIN, width)
}

#[test]
fn a_person_sees_signals_waterfalls_shares_suspects_and_what_is_missing() {
    insta::assert_snapshot!(shown(searches(), 100));
}

#[test]
fn what_could_run_side_by_side_is_shown_as_a_possibility_and_never_as_a_suspect() {
    let spans = vec![root(0, 100), db(2, 1, "select 1", 0, 20), cache(3, 1, "MGET", 21, 51), rpc(4, 1, 52, 92)];
    let shown = shown(analyse(spans, MEASURED), 100);
    assert!(!shown.contains("worth a look"), "{shown}");
    let (_, perhaps) = shown.split_once("perhaps; only the code can tell\n").expect("a heading of its own");
    assert!(perhaps.starts_with("  sequential calls: one right after the other in 1 of 1 requests"), "{perhaps}");
}

#[test]
fn no_line_of_a_waterfall_is_wider_than_the_terminal() {
    let analysis = searches();
    for width in [48, 60, 80, 100] {
        let drawn = draw(analysis.slow.as_ref().expect("there are requests"), width);
        let widest = drawn.lines().map(|line| line.width()).max().expect("lines");
        assert!(widest <= width, "{widest} of {width}:\n{drawn}");
        assert!(drawn.contains(" × 20"), "the loop is one line:\n{drawn}");
    }
}

#[test]
fn the_solid_marks_read_from_left_to_right_are_the_critical_path() {
    let drawn = draw(searches().slow.as_ref().expect("there are requests"), 100);
    let columns: Vec<Vec<char>> = drawn.lines().map(|line| line.chars().collect()).collect();
    let solid_at = |at: usize| columns.iter().filter(|line| line.get(at) == Some(&'█')).count();
    let solid: usize = (0..100).map(solid_at).sum();
    assert!((0..100).all(|at| solid_at(at) <= 1), "never two at once:\n{drawn}");
    assert!(solid > 40, "{solid} columns:\n{drawn}");
    // The quick call runs beside the slow one: nobody waits for it.
    let quick = drawn.lines().find(|line| line.trim_start().starts_with("MGET")).expect("a line of its own");
    assert!(quick.contains('─') && !quick.contains('█') && !quick.contains('▒'), "{quick}");
}

#[test]
fn a_long_request_is_cut_and_says_so() {
    let mut spans = vec![root(0, 100)];
    spans.extend((0..50).map(|n| inside(2 + n, 1, &format!("step {n}"), n * 2, n * 2 + 2)));
    let drawn = draw(analyse(spans, MEASURED).typical.as_ref().expect("a request"), 80);
    assert_eq!(drawn.lines().count(), 17);
    assert!(drawn.ends_with("  and 35 further spans\n"), "{drawn}");
}

#[test]
fn a_machine_gets_the_same_as_one_object() {
    let counted = Counted { analysis: searches(), ..Counted::default() };
    let (exercise, latency) = (exercise(), latency());
    let saturation = Saturation::of(&[], &latency, &counted.analysis);
    let object = serde_json::to_value(Observed::of(&exercise, &counted, &latency, saturation)).expect("plain data");
    let mut keys: Vec<&str> = object.as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    insta::assert_snapshot!(keys.join(" "), @"busy exercise observed operations possibilities queries saturation slow slowest suspects traces typical very_slowest where_time_goes");
    assert_eq!(object["suspects"][0]["kind"], "repeated_query");
    assert_eq!(object["saturation"]["waits"][0]["waits_for"], "pool");
    assert_eq!(object["traces"]["lost"]["late"], 3);
    assert_eq!(object["typical"]["rows"][0]["critical_path"][0][0], 0.0);
}
