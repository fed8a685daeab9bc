//! The three OTLP services over gRPC.

use super::intake::Intake;
use axum::Router;
use opentelemetry_proto::tonic::collector::logs::v1::{
    ExportLogsServiceRequest, ExportLogsServiceResponse,
    logs_service_server::{LogsService, LogsServiceServer},
};
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsServiceRequest, ExportMetricsServiceResponse,
    metrics_service_server::{MetricsService, MetricsServiceServer},
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
    trace_service_server::{TraceService, TraceServiceServer},
};
use std::sync::Arc;
use tonic::codec::CompressionEncoding::Gzip;
use tonic::{Request, Response, Status};

#[derive(Clone)]
struct Collector(Arc<Intake>);

/// The gRPC routes, ready to be merged with others.
pub(super) fn routes(intake: &Arc<Intake>) -> Router {
    let collector = Collector(Arc::clone(intake));
    let body = intake.limits().body;
    let traces = TraceServiceServer::new(collector.clone()).accept_compressed(Gzip).max_decoding_message_size(body);
    let metrics = MetricsServiceServer::new(collector.clone()).accept_compressed(Gzip).max_decoding_message_size(body);
    let logs = LogsServiceServer::new(collector).accept_compressed(Gzip).max_decoding_message_size(body);
    tonic::service::Routes::new(traces).add_service(metrics).add_service(logs).into_axum_router()
}

/// The protocol's way to say that some spans were not kept.
pub(super) fn trace_answer(rejected: u64) -> ExportTraceServiceResponse {
    let partial_success = (rejected > 0).then(|| ExportTracePartialSuccess {
        rejected_spans: i64::try_from(rejected).unwrap_or(i64::MAX),
        error_message: "the bench keeps a limited number of spans, and none without ids".to_owned(),
    });
    ExportTraceServiceResponse { partial_success }
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        Ok(Response::new(trace_answer(self.0.traces(request.into_inner()))))
    }
}

#[tonic::async_trait]
impl MetricsService for Collector {
    async fn export(
        &self,
        request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        self.0.metrics(request.into_inner());
        Ok(Response::new(ExportMetricsServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl LogsService for Collector {
    async fn export(
        &self,
        request: Request<ExportLogsServiceRequest>,
    ) -> Result<Response<ExportLogsServiceResponse>, Status> {
        self.0.logs(request.into_inner());
        Ok(Response::new(ExportLogsServiceResponse::default()))
    }
}
