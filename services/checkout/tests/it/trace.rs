//! One order is one trace: checkout, partners, broker, worker, partners.

use crate::{
    client::Client,
    shop::{ADMIN, TestShop, eventually, serve},
};
use opentelemetry::trace::{SpanId, TracerProvider as _};
use opentelemetry_sdk::{
    error::OTelSdkResult,
    propagation::TraceContextPropagator,
    trace::{SdkTracerProvider, SpanData, SpanExporter},
};
use serde_json::json;
use std::sync::{Arc, LazyLock, Mutex};
use tracing_subscriber::{Layer as _, filter::LevelFilter, layer::SubscriberExt as _, util::SubscriberInitExt as _};

#[derive(Clone, Debug, Default)]
struct Collected(Arc<Mutex<Vec<SpanData>>>);

impl SpanExporter for Collected {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.0.lock().unwrap().extend(batch);
        Ok(())
    }
}

impl Collected {
    fn of_trace(&self, trace: &str) -> Vec<SpanData> {
        let spans = self.0.lock().unwrap();
        spans.iter().filter(|span| span.span_context.trace_id().to_string() == trace).cloned().collect()
    }
}

/// Everything this process records; one collector for all tests, which tell their spans apart by the trace.
static COLLECTED: LazyLock<Collected> = LazyLock::new(|| {
    let collected = Collected::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(collected.clone()).build();
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test")).with_filter(LevelFilter::INFO);
    tracing_subscriber::registry().with(layer).init();
    collected
});

#[tokio::test]
async fn a_page_of_orders_takes_three_statements_however_long_it_is() {
    let collected = &*COLLECTED;
    let shop = TestShop::open().await;
    sqlx::query("update orders set user_id = 1").execute(&shop.db).await.unwrap();
    for (first, trace) in [(2, "11112222333344445555666677778888"), (40, "aaaabbbbccccddddeeeeffff00001111")] {
        let ada = shop.as_user(1).with("traceparent", &format!("00-{trace}-00f067aa0ba902b7-01"));
        let page = format!("{{ orders(first: {first}) {{ nodes {{ id lines {{ quantity product {{ name }} }} }} }} }}");
        let answer = ada.graphql(&page).await;
        assert_eq!(answer["data"]["orders"]["nodes"].as_array().unwrap().len(), first, "{answer}");
        eventually("the request's span ended", async || {
            collected.of_trace(trace).iter().any(|s| s.name == "POST /graphql")
        })
        .await;
        let is_statement = |span: &&SpanData| span.attributes.iter().any(|a| a.key.as_str() == "db.query.summary");
        let names: Vec<_> = collected.of_trace(trace).iter().filter(is_statement).map(|s| s.name.to_string()).collect();
        assert_eq!(names, ["orders.page", "order_lines.of_orders", "products.cards"]);
    }
    shop.close().await;
}

#[tokio::test]
async fn one_order_is_one_trace_through_worker_and_partners() {
    let collected = &*COLLECTED;
    let shop = TestShop::open().await;
    let _worker = shop.worker().await;
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let ada = shop.with_cart(1, 5).await.with("traceparent", &format!("00-{trace}-00f067aa0ba902b7-01"));
    let order = ada.post("/v1/orders", json!({"payment_token": "tok_visa"})).await;
    let id = order.body["id"].as_i64().unwrap();
    eventually("confirmed", async || shop.status_of(id).await == "confirmed").await;
    let topology = shop.topology();
    let process = format!("process {}:order.placed:{}", topology.exchange, topology.queue);
    eventually("the worker's span ended", async || {
        collected.of_trace(trace).iter().any(|s| s.name == process.as_str())
    })
    .await;

    let spans = collected.of_trace(trace);
    let named = |name: &str| spans.iter().filter(|span| span.name == name).collect::<Vec<_>>();
    let parent_of = |span: &SpanData| spans.iter().find(|other| other.span_context.span_id() == span.parent_span_id);
    // Once by the caller and once by the partner.
    for call in ["POST /payment/charge", "POST /warehouse/shipments", "POST /email/messages"] {
        assert_eq!(named(call).len(), 2, "{call}");
    }
    for single in ["POST /v1/orders", "stock.take", "orders.record", "outbox.mark", "worker.confirm", process.as_str()]
    {
        assert_eq!(named(single).len(), 1, "{single}");
    }
    let publish = format!("publish {}:order.placed", topology.exchange);
    assert_eq!(parent_of(named(&process)[0]).unwrap().name, publish.as_str());
    // Nothing hangs loose: one way up to the caller's own span.
    let caller = SpanId::from_hex("00f067aa0ba902b7").unwrap();
    for span in &spans {
        assert!(span.parent_span_id == caller || parent_of(span).is_some(), "{} has no parent", span.name);
    }
    shop.close().await;
}

#[tokio::test]
async fn a_dead_letter_put_back_over_the_admin_route_stays_in_its_orders_trace() {
    let collected = &*COLLECTED;
    let shop = TestShop::open().await;
    shop.partner_fails("email", json!({"mode": "status", "status": 503})).await;
    let admin = Client::new(&serve(shop.worker().await.router()).await);
    let admin = admin.with("authorization", &format!("Bearer {ADMIN}"));
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let ada = shop.with_cart(1, 5).await.with("traceparent", &format!("00-{trace}-00f067aa0ba902b7-01"));
    let order = ada.post("/v1/orders", json!({"payment_token": "tok_visa"})).await;
    let (id, topology) = (order.body["id"].as_i64().unwrap(), shop.topology());
    eventually("dead-lettered", async || shop.waiting_in(&topology.dead).await == 1).await;
    let tries = || collected.of_trace(trace).iter().filter(|span| span.name.starts_with("process ")).count();
    eventually("its tries ended", async || tries() == 4).await;
    shop.partner_fails("email", json!({"mode": "none"})).await;
    // The request that puts it back has a trace of its own.
    let admin = admin.with("traceparent", "00-b7ad6b7169203331b7ad6b7169203331-b7ad6b7169203331-01");
    assert_eq!(admin.post("/admin/dead-letters/put-back", json!({"all": true})).await.body["put_back"], 1);
    eventually("confirmed", async || shop.status_of(id).await == "confirmed").await;
    eventually("the last try is in the order's trace", async || tries() == 5).await;
    shop.close().await;
}
