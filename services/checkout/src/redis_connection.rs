//! The one connection to Redis that a process shares; it is made again when it breaks.

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use std::time::Duration;

/// Connects; fails when Redis does not answer.
pub(crate) async fn connect(url: &str) -> anyhow::Result<ConnectionManager> {
    let config = ConnectionManagerConfig::new()
        .set_connection_timeout(Some(Duration::from_secs(1)))
        .set_response_timeout(Some(Duration::from_millis(500)))
        .set_number_of_retries(3)
        // The default of 50 makes callers queue under load.
        .set_pipeline_buffer_size(1024);
    Ok(redis::Client::open(url)?.get_connection_manager_with_config(config).await?)
}
