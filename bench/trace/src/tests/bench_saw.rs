//! Accusations from what the bench measured beside the spans.

use crate::sketch::{MEASURED, Sketch, db, inside, root, rpc};
use crate::{Analysis, Bodies, Key, Lost, Suspect, analyse};

/// Requests of 100 ms with 60 ms of a call.
fn calls() -> Analysis {
    let request = |n: u128| {
        let call = rpc(3, 1, 30, 90).code("src/quote.rs", 31);
        [root(0, 100), db(2, 1, "select 1", 10, 20), call].map(|span| span.in_trace(n))
    };
    analyse((1..=50).flat_map(request).collect(), MEASURED)
}

#[test]
fn a_connection_for_every_request_is_named_with_count_share_and_place() {
    let suspect = Suspect::connection_per_request("recommendations", 250, 50, &calls()).expect("five a request");
    assert_eq!(
        (suspect.kind.as_str(), suspect.statement.as_str()),
        ("connection_per_request", "connect to recommendations")
    );
    assert_eq!((suspect.per_request, suspect.at.as_deref()), (5.0, Some("src/quote.rs:31")));
    assert!((suspect.share - 0.6).abs() < 1e-9);
    assert_eq!(
        suspect.evidence,
        "5 connections a request: 250 were opened for 50 requests; the rpc calls that wait for them take 60 % of the time"
    );
}

#[test]
fn a_pool_that_fills_and_a_client_that_opens_a_few_are_not_accused() {
    let analysis = calls();
    assert_eq!(Suspect::connection_per_request("postgres", 30, 20, &analysis), None, "a pool that fills");
    assert_eq!(Suspect::connection_per_request("partners", 35, 50, &analysis), None, "kept more often than not");
    assert_eq!(Suspect::connection_per_request("redis", 0, 0, &analysis), None);
}

#[test]
fn what_the_bench_saw_takes_its_place_among_the_others() {
    let mut spans = vec![root(0, 100), rpc(2, 1, 0, 90)];
    spans.extend((0..5).map(|n| db(10 + n, 1, "select 1", 90 + n, 91 + n)));
    let mut analysis = analyse(spans, MEASURED);
    let seen = Suspect::connection_per_request("recommendations", 100, 1, &analysis);
    analysis.accuse(seen);
    let kinds: Vec<&str> = analysis.suspects.iter().map(|suspect| suspect.kind.as_str()).collect();
    assert_eq!(kinds, ["connection_per_request", "repeated_query"]);
}

fn fat(mean_kilobytes: f64, read_kilobytes: Option<f64>) -> Option<Suspect> {
    let spans = vec![
        root(0, 10),
        inside(2, 1, "page", 2, 6).with(&[(Key::WorkshopKind, "serialization")]).code("src/page.rs", 7),
    ];
    let read_bytes = read_kilobytes.map(|kilobytes| kilobytes * 1024.0);
    let bodies = Bodies { route: "GET /v1/search", mean_bytes: mean_kilobytes * 1024.0, responses: 50, read_bytes };
    Suspect::fat_body(bodies, &analyse(spans, MEASURED))
}

#[test]
fn a_body_far_larger_than_what_is_read_is_named() {
    let suspect = fat(60.0, Some(2.5)).expect("24 times what is read");
    assert_eq!((suspect.kind.as_str(), suspect.statement.as_str()), ("fat_body", "GET /v1/search"));
    assert_eq!(suspect.at.as_deref(), Some("src/page.rs:7"));
    assert_eq!(
        suspect.evidence,
        "60 KB on average over 50 responses, of which clients read 2.5 KB; serialising takes 40 % of the time"
    );
}

#[test]
fn a_large_body_that_is_read_and_a_small_one_that_is_not_are_not_accused() {
    assert_eq!(fat(300.0, Some(100.0)), None);
    assert_eq!(fat(14.0, Some(0.1)), None);
    assert_eq!(fat(80.0, None), None, "what is read is unknown");
    let unknown = fat(200.0, None).expect("larger than any page");
    assert_eq!(unknown.evidence, "200 KB on average over 50 responses; serialising takes 40 % of the time");
}

#[test]
fn lost_spans_are_told_one_sentence_a_reason() {
    assert!(Lost::default().remarks(0).is_empty());
    let lost = Lost { refused: 3, invalid: 1, malformed: 2, late: 1, dropped_by_services: 1 };
    assert_eq!(
        lost.remarks(4),
        [
            "3 spans found no room in the receiver",
            "1 span had no proper ids",
            "2 of the exporters' requests could not be read",
            "1 span came after the slice was analysed",
            "a service dropped spans because its export queue was full: counts are too low",
            "4 traces were left out because a span is missing in them",
        ]
    );
}
