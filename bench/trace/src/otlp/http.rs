//! OTLP over HTTP: protobuf bodies, plain or gzip, to `/v1/traces`, `/v1/metrics` and `/v1/logs`.

use super::grpc::trace_answer;
use super::intake::Intake;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use flate2::read::GzDecoder;
use http_body_util::{BodyExt, Limited};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceResponse;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceResponse;
use prost::Message;
use std::io::Read;
use std::sync::Arc;

const PROTOBUF: &str = "application/x-protobuf";

type Shared = State<Arc<Intake>>;

/// The HTTP routes, ready to be merged with others.
pub(super) fn routes(intake: &Arc<Intake>) -> Router {
    Router::new()
        .route("/v1/traces", post(traces))
        .route("/v1/metrics", post(metrics))
        .route("/v1/logs", post(logs))
        .with_state(Arc::clone(intake))
}

async fn traces(State(intake): Shared, headers: HeaderMap, body: Body) -> Response {
    answer(read(&intake, &headers, body).await.map(|request| trace_answer(intake.traces(request))))
}

async fn metrics(State(intake): Shared, headers: HeaderMap, body: Body) -> Response {
    let request = read(&intake, &headers, body).await;
    answer(request.map(|request| intake.metrics(request)).map(|()| ExportMetricsServiceResponse::default()))
}

async fn logs(State(intake): Shared, headers: HeaderMap, body: Body) -> Response {
    let request = read(&intake, &headers, body).await;
    answer(request.map(|request| intake.logs(request)).map(|()| ExportLogsServiceResponse::default()))
}

/// What is sent anywhere else is lost, so the sender should hear it.
pub(super) async fn unknown(method: Method, uri: Uri) -> Response {
    let why =
        format!("{method} {} is not part of OTLP: POST /v1/traces, /v1/metrics or /v1/logs, or gRPC\n", uri.path());
    (StatusCode::NOT_FOUND, why).into_response()
}

/// Why a body was turned away; the text is the answer's body.
struct Refusal(StatusCode, String);

fn answer<M: Message>(outcome: Result<M, Refusal>) -> Response {
    match outcome {
        Ok(message) => ([(header::CONTENT_TYPE, PROTOBUF)], message.encode_to_vec()).into_response(),
        Err(Refusal(status, why)) => {
            (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], format!("{why}\n")).into_response()
        }
    }
}

async fn read<M: Message + Default>(intake: &Intake, headers: &HeaderMap, body: Body) -> Result<M, Refusal> {
    let value = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let content_type = value(header::CONTENT_TYPE).unwrap_or_default();
    if content_type.split(';').next().unwrap_or_default().trim() != PROTOBUF {
        let why = format!("content-type is {content_type:?}, this receiver reads {PROTOBUF} only");
        return Err(Refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, why));
    }
    let packed = match value(header::CONTENT_ENCODING) {
        None | Some("identity") => false,
        Some("gzip") => true,
        Some(other) => {
            let why = format!("content-encoding is {other:?}, this receiver reads gzip or none");
            return Err(Refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, why));
        }
    };
    let limit = intake.limits().body;
    let too_large = || Refusal(StatusCode::PAYLOAD_TOO_LARGE, format!("the body is larger than {limit} bytes"));
    let bytes = match Limited::new(body, limit).collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => return Err(too_large()),
        Err(error) => return Err(Refusal(StatusCode::BAD_REQUEST, format!("the body broke off: {error}"))),
    };
    let unpacked = if packed {
        let mut unpacked = Vec::new();
        let mut decoder = GzDecoder::new(bytes.as_ref()).take(limit as u64 + 1);
        decoder
            .read_to_end(&mut unpacked)
            .map_err(|error| Refusal(StatusCode::BAD_REQUEST, format!("the body is not gzip: {error}")))?;
        if unpacked.len() > limit {
            return Err(too_large());
        }
        unpacked.into()
    } else {
        bytes
    };
    M::decode(unpacked)
        .map_err(|error| Refusal(StatusCode::BAD_REQUEST, format!("the body is not an OTLP request: {error}")))
}
