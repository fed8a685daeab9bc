//! The p95 that a dashboard shows for search beside the one that clients see, for each stage of the first story.

#![allow(clippy::unwrap_used, reason = "a test whose surroundings cannot be set up has failed")]

use bytes::Bytes;
use evidence::{
    histogram::{percentile, quantile},
    receiver::Receiver,
    sent::{Attributes, text},
    shop::Shop,
};
use http_body_util::{BodyExt as _, Empty};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use stack::{Needs, Stack};
use std::time::Instant;

/// As they are in `exercises/ch01-product-search/exercise.toml`, and the hits of a page: few where each takes long in programs that are
/// not optimised. What is outside of the service takes about half a millisecond more of each request, whatever the request takes.
const STAGES: [(&str, u8); 3] = [
    ("ch01-product-search=flawed,*=fixed", 3),
    ("ch01-related-products=fixed,ch01-result-format=flawed,*=fixed", 3),
    ("ch01-product-search=fixed,*=fixed", 20),
];
const SEARCH: &str = "/v1/search";

type Http = Client<HttpConnector, Empty<Bytes>>;

/// As many as a p95 needs, one after another: what waits in a queue before the service is not its own time.
const REQUESTS: usize = 200;

/// How long the answers to these addresses took, to their last byte, asked for in turn: seconds, sorted.
async fn asked(client: &Http, urls: &[String]) -> Vec<f64> {
    let mut times = Vec::new();
    for url in urls.iter().cycle().take(REQUESTS) {
        let begin = Instant::now();
        let answer = client.get(url.parse().unwrap()).await.unwrap();
        assert!(answer.status().is_success(), "{url}: {}", answer.status());
        answer.into_body().collect().await.unwrap();
        times.push(begin.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    times
}

/// The p95 of the same requests in seconds: where clients are, as the bench has it, and from the histogram that search sent. From the
/// former, what it takes to ask at all is subtracted: a millisecond, because the test's programs are not optimised.
async fn both(stack: &Stack, variants: &str, hits: u8) -> (f64, f64) {
    let receiver = Receiver::start().await.unwrap();
    // The model takes its time, as in the story.
    let settings = [("VARIANTS", variants), ("RECOMMENDATIONS_MODEL_MS", "25")];
    let shop = Shop::some(stack, receiver.endpoint(), &["recommendations", "search"], &settings).await.unwrap();
    let client = Client::builder(TokioExecutor::new()).build_http();
    let base = shop.url("search");
    let asking = asked(&client, &[format!("{base}/healthz")]).await;
    let seen = asked(
        &client,
        &["oak", "lamp", "desk", "wireless"].map(|word| format!("{base}{SEARCH}?q={word}&page_size={hits}")),
    )
    .await;
    shop.close(stack).await.unwrap();
    let sent = receiver.sent();
    let durations = &sent.metrics[&("search".to_owned(), "http.server.request.duration".to_owned())];
    let is_search = |labels: &Attributes| labels.get("http.route").is_some_and(|route| text(route) == SEARCH);
    let shown = durations.series.values().find(|one| is_search(&one.labels)).unwrap().histogram.as_ref().unwrap();
    assert_eq!(shown.count as usize, REQUESTS, "{variants}");
    (percentile(&seen, 0.95) - percentile(&asking, 0.5), quantile(shown, 0.95).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_p95_of_a_dashboard_is_within_five_percent_of_what_clients_see() {
    let stack = stack::test_stack(Needs::ALL).await.unwrap();
    let mut wrong = Vec::new();
    for (variants, hits) in STAGES {
        let (client, dashboard) = both(&stack, variants, hits).await;
        let off = dashboard / client - 1.0;
        println!("{variants}: {:.2} ms to clients, {:.2} ms in the histogram", client * 1e3, dashboard * 1e3);
        if off.abs() > 0.05 {
            wrong.push(format!("{variants}: {client} s to clients, {dashboard} s in the histogram"));
        }
    }
    stack.stop().await.unwrap();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
