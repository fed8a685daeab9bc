//! Every route: our RPCs in their two layers, gRPC health and reflection, and the HTTP health routes.

use crate::{database, redis_connection, rpc, state::AppState};
use axum::{Router, middleware};
use proto::recommendations::v1::recommendations_server::RecommendationsServer;
use serving::{Readiness, Shutdown};
use tonic::service::Routes;

/// Largest request taken, in bytes: a hundred ids need a tenth of it.
const REQUEST_LIMIT: usize = 16 * 1024;
/// Largest response given, in bytes: a hundred lists of fifty products need half of it.
const RESPONSE_LIMIT: usize = 1024 * 1024;

/// The whole service on one listener.
///
/// # Errors
/// When the descriptors for reflection cannot be read.
pub(crate) async fn router(state: AppState, shutdown: Shutdown) -> anyhow::Result<Router> {
    let (pool, redis) = (state.pool.clone(), state.redis.clone());
    let readiness = Readiness::new(shutdown.clone())
        .check("postgres", move || database::ping(pool.clone()))
        .check("redis", move || redis_connection::ping(redis.clone()));
    let recommendations = RecommendationsServer::new(state)
        .max_decoding_message_size(REQUEST_LIMIT)
        .max_encoding_message_size(RESPONSE_LIMIT);

    let (reporter, health) = tonic_health::server::health_reporter();
    reporter.set_serving::<RecommendationsServer<AppState>>().await;
    tokio::spawn(async move {
        shutdown.begun().await;
        reporter.set_not_serving::<RecommendationsServer<AppState>>().await;
    });
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(proto::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .build_v1()?;

    let grpc = Routes::new(recommendations).add_service(health).add_service(reflection).prepare().into_axum_router();
    let grpc = grpc.layer(middleware::from_fn(rpc::unreadable));
    let grpc = grpc.layer(middleware::from_fn(rpc::deadline)).layer(middleware::from_fn(rpc::trace));
    Ok(grpc.merge(serving::health(readiness)))
}
