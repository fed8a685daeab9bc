//! The whole shop, driven once with everything flawed and once fixed; then all that it sent is looked at.

use evidence::{
    conventions::Conventions,
    drive::drive,
    ops, prometheus,
    queries::{self, Query},
    receiver::Receiver,
    sent::{Sent, attribute, text},
    shop::Shop,
};
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use stack::{Needs, Stack};

async fn driven(stack: &Stack, receiver: &Receiver, variants: &str) -> anyhow::Result<()> {
    let mut shop = Shop::start(stack, receiver.endpoint(), variants).await?;
    drive(&mut shop, receiver).await?;
    shop.close(stack).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_agrees_with_the_conventions_and_with_dashboards_and_rules() {
    let stack = stack::test_stack(Needs::ALL).await.unwrap();
    let receiver = Receiver::start().await.unwrap();
    for variants in ["", "*=fixed"] {
        driven(&stack, &receiver, variants).await.unwrap();
    }
    stack.stop().await.unwrap();
    let sent = receiver.sent().clone();
    let services: Vec<&str> = sent.resources.keys().map(String::as_str).collect();
    assert_eq!(services, ["checkout", "edge", "order-worker", "partners", "recommendations", "search"]);
    let mut mistakes = Conventions::vendored().mistakes(&sent);
    mistakes.extend(misleading(&sent));
    mistakes.extend(unknown_to_dashboards(&sent).unwrap());
    assert!(
        mistakes.is_empty(),
        "{} mistakes:\n{}",
        mistakes.len(),
        mistakes.into_iter().collect::<Vec<_>>().join("\n")
    );
}

/// What would mislead somebody although every name is right.
fn misleading(sent: &Sent) -> Vec<String> {
    let mut found = Vec::new();
    let series = |service: &str, metric: &str| {
        let metric = sent.metrics.get(&(service.to_owned(), metric.to_owned()));
        metric
            .map(|metric| metric.series.values().map(|one| one.labels.clone()).collect::<Vec<_>>())
            .unwrap_or_default()
    };
    let mut must = |what: &str, is_so: bool| {
        if !is_so {
            found.push(what.to_owned());
        }
    };
    let label = |labels: &evidence::sent::Attributes, name: &str| labels.get(name).map(text).unwrap_or_default();
    let orders = series("checkout", "http.server.request.duration");
    let left = |labels: &_| label(labels, "http.route") == "/v1/orders" && label(labels, "error.type") == "cancelled";
    must("a customer who left is not in checkout's latency", orders.iter().any(left));
    let spans = |service: &'static str, name: &'static str| {
        sent.spans.iter().filter(move |(of, span)| of == service && span.name == name).map(|(_, span)| span)
    };
    let left = spans("checkout", "POST /v1/orders").any(|span| attribute(span, "error.type") == "cancelled");
    must("a customer who left is not on checkout's span", left);
    for (service, metric) in [
        ("recommendations", "rpc.server.call.duration"),
        ("search", "rpc.client.call.duration"),
        ("checkout", "rpc.client.call.duration"),
        ("checkout", "http.client.request.duration"),
        ("edge", "http.client.request.duration"),
        ("order-worker", "http.client.request.duration"),
        ("order-worker", "messaging.process.duration"),
        ("checkout", "messaging.client.operation.duration"),
        ("search", "db.client.operation.duration"),
        ("checkout", "db.client.connection.wait_time"),
        ("checkout", "db.client.connection.pending_requests"),
    ] {
        must(&format!("{service} sends no {metric}"), !series(service, metric).is_empty());
    }
    let invented = |(_, span): &&(String, opentelemetry_proto::tonic::trace::v1::Span)| {
        span.name.contains("EVIL") || attribute(span, "http.request.method").contains("EVIL")
    };
    let calls = series("recommendations", "rpc.server.call.duration");
    let other = |labels: &_| label(labels, "rpc.method") == "_OTHER" && label(labels, "error.type") == "UNIMPLEMENTED";
    must("an invented gRPC method is not _OTHER", calls.iter().any(other));
    must("an invented method is a name or a method", !sent.spans.iter().any(|span| invented(&span)));
    let original = sent.spans.iter().any(|(_, span)| attribute(span, "http.request.method_original") == "EVIL1");
    must("nobody says which method was invented", original);
    must(
        "a path without a route has one",
        !sent.spans.iter().any(|(_, span)| attribute(span, "http.route") == "unmatched"),
    );
    must("search has no span for a path without a route", spans("search", "GET").next().is_some());
    must("lapin's connection is a span", !sent.spans.iter().any(|(_, span)| span.name.contains("io_loop")));
    let flights: Vec<_> = spans("edge", "answer for another request").collect();
    must("nobody waited for another request's answer at the edge", !flights.is_empty());
    must("a wait for another request does not say for which", flights.iter().all(|span| !span.links.is_empty()));
    let typed = spans("checkout", "POST /graphql").any(|span| {
        attribute(span, "graphql.operation.type") == "query" && attribute(span, "graphql.operation.name") == "Page"
    });
    must("a GraphQL request does not say what it asks for", typed);
    let unanswered = sent.spans.iter().any(|(service, span)| {
        let failed = span.status.as_ref().is_some_and(|status| !status.message.is_empty());
        service == "edge" && span.kind() == SpanKind::Client && attribute(span, "error.type") == "unreachable" && failed
    });
    must("an origin that is gone leaves no message on the edge's span", unanswered);
    let partner = sent.spans.iter().any(|(service, span)| {
        service == "checkout" && span.kind() == SpanKind::Client && attribute(span, "error.type") == "503"
    });
    must("a partner's 503 is no error of the call", partner);
    found
}

/// What dashboards and rules name and nobody sends.
fn unknown_to_dashboards(sent: &Sent) -> anyhow::Result<Vec<String>> {
    let mut exported = prometheus::exported(sent);
    let rules = ops::rule_queries()?;
    for (rule, query) in &rules {
        if let Some(name) = &rule.record {
            let labels = queries::recorded(&query.text, &rule.labels, &exported);
            let known = exported.entry(name.clone()).or_default();
            for (label, values) in labels {
                known.entry(label).or_default().extend(values);
            }
        }
    }
    let mut queries: Vec<Query> = rules.into_iter().map(|(_, query)| query).collect();
    queries.extend(ops::dashboard_queries(&ops::dashboards()?));
    Ok(queries::mistakes(&queries, &exported).into_iter().collect())
}
