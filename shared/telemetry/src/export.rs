//! The last step before spans and logs leave: what call sites could not know is added, and what says nothing is taken out.

use crate::attributes::{self, Attributes};
use opentelemetry::{
    InstrumentationScope,
    logs::LogRecord as _,
    trace::{SpanKind, Status},
};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    logs::{LogProcessor, SdkLogRecord},
    trace::{SpanData, SpanExporter},
};
use std::time::Duration;

/// Completes spans on their way to the exporter inside; on its thread, not on a request's.
#[derive(Debug)]
pub(crate) struct Completed<E>(pub(crate) E);

impl<E: SpanExporter> SpanExporter for Completed<E> {
    fn export(&self, mut batch: Vec<SpanData>) -> impl Future<Output = OTelSdkResult> + Send {
        batch.iter_mut().for_each(complete);
        self.0.export(batch)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.0.set_resource(resource);
    }
}

fn complete(span: &mut SpanData) {
    // The module is in the file's path already, and no convention knows it.
    span.attributes.retain(|attribute| attribute.key.as_str() != "code.module.name");
    attributes::retype(&mut span.attributes);
    if !matches!(span.span_kind, SpanKind::Client | SpanKind::Producer | SpanKind::Consumer) {
        return;
    }
    let peer = span.attributes.iter().find(|attribute| attribute.key.as_str() == crate::names::PEER_SERVICE);
    let peer = peer.map(|peer| peer.value.as_str().into_owned());
    let failed = matches!(span.status, Status::Error { .. });
    let list = &mut Attributes { list: &mut span.attributes, metric: false, failed };
    if let Some(error) = attributes::complete(list, peer.as_deref())
        && !failed
    {
        span.status = Status::error(error);
    }
}

/// Takes a log record's event name away: for lines of a log it is `event FILE:LINE`, which is no event that anybody has declared.
#[derive(Debug)]
pub(crate) struct PlainLines;

impl LogProcessor for PlainLines {
    fn emit(&self, record: &mut SdkLogRecord, _: &InstrumentationScope) {
        record.set_event_name("");
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}
