//! What is kept of a span.

use super::requests::{attribute, post, span, text, traces};
use crate::otlp::Receiver;
use crate::{Key, Span, SpanKind};
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use opentelemetry_proto::tonic::trace::v1::Status;
use prost::Message;
use std::sync::Arc;

async fn kept(attributes: Vec<Vec<KeyValue>>) -> Vec<Span> {
    let receiver = Receiver::start().await.expect("a free port");
    let spans = (1..).zip(attributes).map(|(id, attributes)| {
        let mut span = span(7, id, 0, 3);
        span.attributes = attributes;
        span.status = Some(Status { code: 2, ..Default::default() });
        span
    });
    let body = traces("search", spans.collect()).encode_to_vec();
    post(&receiver, "/v1/traces", &[("content-type", "application/x-protobuf")], body).await;
    receiver.take().spans
}

#[tokio::test]
async fn only_attributes_that_are_read_are_kept_and_older_names_are_understood() {
    let attributes = vec![
        text("db.statement", "select 1"),
        text("db.system.name", "postgresql"),
        text("db.system", "other"),
        attribute("code.lineno", Value::IntValue(31)),
        text("code.filepath", "src/page.rs"),
        text("thread.name", "tokio-runtime-worker"),
    ];
    let spans = kept(vec![attributes]).await;
    let span = &spans[0];
    assert_eq!(span.attributes.len(), 4);
    assert_eq!(span.attributes.text(Key::DbText), Some("select 1"));
    assert_eq!(span.attributes.text(Key::DbSystem), Some("postgresql"));
    assert_eq!(span.code().as_deref(), Some("src/page.rs:31"));
    assert_eq!((span.kind, span.error, span.end_ns - span.start_ns), (SpanKind::Client, true, 5_000_000));
}

#[tokio::test]
async fn equal_texts_share_one_allocation() {
    let spans = kept(vec![vec![text("db.query.text", "select 1")], vec![text("db.query.text", "select 1")]]).await;
    let texts: Vec<_> = spans.iter().filter_map(|span| span.attributes.shared(Key::DbText)).collect();
    assert!(Arc::ptr_eq(texts[0], texts[1]));
}

#[tokio::test]
async fn query_parameters_are_folded_into_one_number() {
    let id = |value: &str| vec![text("db.query.parameter.0", value), text("db.query.parameter.1", "x")];
    let spans = kept(vec![id("1"), id("2"), id("1"), Vec::new()]).await;
    let numbers: Vec<_> = spans.iter().map(|span| span.attributes.int(Key::DbParameters)).collect();
    assert!(numbers[0].is_some() && numbers[0] == numbers[2] && numbers[0] != numbers[1]);
    assert_eq!(numbers[3], None);
}
