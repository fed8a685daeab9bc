//! The one connection to Redis; it reconnects when it breaks.

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use std::time::Duration;

/// Connects.
///
/// # Errors
/// When the URL cannot be read, or Redis does not answer.
pub(crate) async fn connect(url: &str) -> redis::RedisResult<ConnectionManager> {
    let config = ConnectionManagerConfig::new()
        .set_connection_timeout(Some(Duration::from_secs(1)))
        // Longer than a healthy Redis takes; the database can answer instead.
        .set_response_timeout(Some(Duration::from_millis(250)))
        // How often a Redis that is not there is asked again at the start: half a second in all. The default takes ten.
        .set_number_of_retries(2)
        // Room for every call in flight: with the default of 50 commands, callers would queue behind each other.
        .set_pipeline_buffer_size(1024);
    redis::Client::open(url)?.get_connection_manager_with_config(config).await
}

/// Whether Redis answers.
pub(crate) async fn ping(mut redis: ConnectionManager) -> redis::RedisResult<()> {
    redis::cmd("PING").exec_async(&mut redis).await
}
