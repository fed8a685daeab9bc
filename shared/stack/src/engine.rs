//! The Docker engine: finding it, and removing a container by its name.

use std::time::Duration;

use testcontainers_modules::testcontainers::bollard::{
    Docker, errors::Error as EngineError, query_parameters::RemoveContainerOptionsBuilder,
};
use testcontainers_modules::testcontainers::core::client::docker_client_instance;
use tokio::time::timeout;

/// How long the engine may take to answer.
const PING: Duration = Duration::from_secs(2);

/// The engine that `DOCKER_HOST` names or that listens on the usual socket, or why none does.
pub(crate) async fn connect() -> Result<Docker, String> {
    let engine = timeout(PING, docker_client_instance()).await.map_err(|_| "no reply within 2 s".to_owned())?;
    let engine = engine.map_err(|error| error.to_string())?;
    timeout(PING, engine.ping())
        .await
        .map_err(|_| "no reply within 2 s".to_owned())?
        .map_err(|error| error.to_string())?;
    Ok(engine)
}

/// Removes a container of this name with its volumes. `false` if there was none.
pub(crate) async fn remove(name: &str) -> Result<bool, String> {
    let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
    match connect().await?.remove_container(name, Some(options)).await {
        Ok(()) => Ok(true),
        Err(EngineError::DockerResponseServerError { status_code: 404, .. }) => Ok(false),
        Err(error) => Err(error.to_string()),
    }
}
