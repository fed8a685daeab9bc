//! The application: its dependencies, and one router for gRPC, health and reflection.

use crate::{Settings, model::Model, rpc, service::Service, trending::TrendingCache};
use anyhow::Context as _;
use axum::{Router, middleware};
use proto::recommendations::v1::recommendations_server::RecommendationsServer;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use serving::{Readiness, Shutdown};
use sqlx::{
    ConnectOptions as _, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{str::FromStr as _, time::Duration};
use tonic::service::Routes;

/// Largest request taken: a hundred ids need a tenth of it.
const REQUEST_LIMIT: usize = 16 * 1024;
/// Largest answer given: a hundred lists of fifty products need half of it.
const ANSWER_LIMIT: usize = 1024 * 1024;

/// The service, its dependencies reached.
///
/// # Errors
/// When the database or Redis does not answer, or a URL is none.
pub async fn app(settings: &Settings, shutdown: Shutdown) -> anyhow::Result<Router> {
    let pool = connect_database(settings).await.context("DATABASE_URL: the database cannot be reached")?;
    let redis = connect_redis(settings).await.context("REDIS_URL: Redis cannot be reached")?;
    let model = Model::new(settings.model_time).context("the timer of the model's time cannot be started")?;
    let trending = TrendingCache::new(redis.clone(), &settings.redis.prefix);
    let recommendations = RecommendationsServer::new(Service { pool: pool.clone(), model, trending })
        .max_decoding_message_size(REQUEST_LIMIT)
        .max_encoding_message_size(ANSWER_LIMIT);

    let (reporter, health) = tonic_health::server::health_reporter();
    reporter.set_serving::<RecommendationsServer<Service>>().await;
    let ending = shutdown.clone();
    tokio::spawn(async move {
        ending.begun().await;
        reporter.set_not_serving::<RecommendationsServer<Service>>().await;
    });
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(proto::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .build_v1()?;

    let readiness = Readiness::new(shutdown)
        .check("postgres", move || ping_database(pool.clone()))
        .check("redis", move || ping_redis(redis.clone()));
    let grpc = Routes::new(recommendations).add_service(health).add_service(reflection).prepare().into_axum_router();
    let grpc = grpc.layer(middleware::from_fn(rpc::deadline)).layer(middleware::from_fn(rpc::trace));
    Ok(grpc.merge(serving::health(readiness)))
}

async fn connect_database(settings: &Settings) -> Result<PgPool, sqlx::Error> {
    // Statements are spans already; sqlx' own log lines would only cost.
    let address = PgConnectOptions::from_str(&settings.database.url)?.disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(settings.database.pool_size)
        .acquire_timeout(Duration::from_secs(2))
        // The test is a round trip before every statement. A connection that broke shows in the statement itself.
        .test_before_acquire(false)
        .connect_with(address)
        .await?;
    let observed = pool.clone();
    let state = move || (observed.size(), u32::try_from(observed.num_idle()).unwrap_or(u32::MAX));
    telemetry::observe_pool("recommendations", state);
    Ok(pool)
}

async fn connect_redis(settings: &Settings) -> redis::RedisResult<ConnectionManager> {
    let config = ConnectionManagerConfig::new()
        .set_connection_timeout(Some(Duration::from_secs(1)))
        // Longer than Redis takes when it is well; the database can answer instead.
        .set_response_timeout(Some(Duration::from_millis(250)))
        // Room for every call in flight: with the default of 50 commands, callers would queue behind each other.
        .set_pipeline_buffer_size(1024);
    redis::Client::open(settings.redis.url.as_str())?.get_connection_manager_with_config(config).await
}

async fn ping_database(pool: PgPool) -> Result<(), sqlx::Error> {
    sqlx::query("select 1").execute(&pool).await.map(|_| ())
}

async fn ping_redis(mut redis: ConnectionManager) -> redis::RedisResult<()> {
    redis::cmd("PING").exec_async(&mut redis).await
}
