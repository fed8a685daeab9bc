//! The servers as containers, by Testcontainers.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use testcontainers_modules::postgres::Postgres;
use testcontainers_modules::redis::Redis;
use testcontainers_modules::testcontainers::bollard::{
    Docker,
    models::{HostConfig, PortBinding},
};
use testcontainers_modules::testcontainers::core::IntoContainerPort as _;
use testcontainers_modules::testcontainers::runners::AsyncRunner as _;
use testcontainers_modules::testcontainers::{ContainerAsync, ContainerRequest, GenericImage, Image, ImageExt as _};
use tokio::time::sleep;

use crate::{Ledger, Progress, Server, StackError, answer, engine, tuning};

/// How long a server may take to serve once its container runs.
const STARTING: Duration = Duration::from_secs(90);

/// A running container; dropping it removes it.
pub(crate) struct Container {
    held: Held,
    name: String,
    ledger: Ledger,
    pub(crate) url: String,
}

enum Held {
    Postgres(Box<ContainerAsync<Postgres>>),
    Redis(Box<ContainerAsync<Redis>>),
    RabbitMq(Box<ContainerAsync<GenericImage>>),
}

fn name_and_tag(server: Server) -> (&'static str, &'static str) {
    match server {
        Server::Postgres => ("postgres", "17-alpine"),
        Server::Redis => ("redis", "7-alpine"),
        Server::RabbitMq => ("rabbitmq", "3-management-alpine"),
    }
}

/// The image of a server, always with its tag: the modules' own defaults are years old.
pub(crate) fn image(server: Server) -> String {
    let (name, tag) = name_and_tag(server);
    format!("{name}:{tag}")
}

/// Starts one server in a container, pulling its image if it is not there.
pub(crate) async fn start(
    server: Server,
    engine: &Docker,
    ledger: &Ledger,
    progress: Progress<'_>,
) -> Result<Container, StackError> {
    let image = image(server);
    let failed = |why: String| StackError::Container { server, image: image.clone(), why };
    let pull = engine.inspect_image(&image).await.is_err();
    progress(&format!("{server}: {} {image} in Docker", if pull { "pulling and starting" } else { "starting" }));
    let id = uuid::Uuid::new_v4().simple().to_string();
    let name = format!("workshop-{}-{}-{}", name_and_tag(server).0, std::process::id(), &id[..8]);
    ledger.container(&name)?;
    let begun = Instant::now();
    let started = launch(server, &name).await;
    let (held, host, port) = match started {
        Ok(started) => started,
        Err(why) => {
            // A container that was created and did not start is still there.
            if engine::remove(&name).await.is_ok() {
                ledger.forget_container(&name)?;
            }
            return Err(failed(why));
        }
    };
    let url = match server {
        Server::Postgres => format!("postgres://postgres:postgres@{host}:{port}/postgres"),
        Server::Redis => format!("redis://{host}:{port}"),
        Server::RabbitMq => format!("amqp://guest:guest@{host}:{port}/%2f"),
    };
    let container = Container { held, name, ledger: ledger.clone(), url };
    match serves(server, &container.url).await {
        Ok(()) => {
            progress(&format!("{server}: serves after {:.1} s", begun.elapsed().as_secs_f64()));
            Ok(container)
        }
        Err(why) => {
            container.stop().await?;
            Err(failed(why))
        }
    }
}

async fn launch(server: Server, name: &str) -> Result<(Held, String, u16), String> {
    match server {
        Server::Postgres => {
            let settings = tuning::POSTGRES.iter().flat_map(|setting| ["-c", setting]);
            let request = Postgres::default().with_cmd(["postgres"].into_iter().chain(settings));
            // The same encoding and order of text as the private server's.
            let request = request.with_env_var("LANG", "C.UTF-8");
            let (container, host, port) = run(server, name, request, 5432).await?;
            Ok((Held::Postgres(Box::new(container)), host, port))
        }
        Server::Redis => {
            let request = Redis::default().with_cmd(["redis-server"].iter().chain(tuning::REDIS).copied());
            let (container, host, port) = run(server, name, request, 6379).await?;
            Ok((Held::Redis(Box::new(container)), host, port))
        }
        Server::RabbitMq => {
            let (image, tag) = name_and_tag(server);
            let request = GenericImage::new(image, tag).with_exposed_port(5672.tcp());
            let (container, host, port) = run(server, name, request.into(), 5672).await?;
            Ok((Held::RabbitMq(Box::new(container)), host, port))
        }
    }
}

async fn run<I: Image>(
    server: Server,
    name: &str,
    request: ContainerRequest<I>,
    port: u16,
) -> Result<(ContainerAsync<I>, String, u16), String> {
    let request = request
        .with_tag(name_and_tag(server).1)
        .with_container_name(name)
        .with_startup_timeout(STARTING)
        .with_host_config_modifier(move |config| publish_locally(config, port));
    let container = request.start().await.map_err(|error| error.to_string())?;
    let host = container.get_host().await.map_err(|error| error.to_string())?.to_string();
    // `localhost` may resolve to ::1 first, where a port published on IPv4 does not listen.
    let host = if host == "localhost" { "127.0.0.1".to_owned() } else { host };
    let port = container.get_host_port_ipv4(port.tcp()).await.map_err(|error| error.to_string())?;
    Ok((container, host, port))
}

/// Publishes one port, on 127.0.0.1 only: these servers have well-known passwords. Where we are ourselves in a
/// container, the way to the engine's host is another one, and the port must be open on it.
fn publish_locally(config: &mut HostConfig, port: u16) {
    if std::path::Path::new("/.dockerenv").exists() {
        return;
    }
    let binding = PortBinding { host_ip: Some("127.0.0.1".to_owned()), host_port: Some(String::new()) };
    config.publish_all_ports = Some(false);
    config.port_bindings = Some(HashMap::from([(format!("{port}/tcp"), Some(vec![binding]))]));
}

async fn serves(server: Server, url: &str) -> Result<(), String> {
    let deadline = Instant::now() + STARTING;
    loop {
        match answer::answers(server, url).await {
            Ok(()) => return Ok(()),
            Err(why) if Instant::now() > deadline => return Err(why),
            Err(_) => sleep(Duration::from_millis(50)).await,
        }
    }
}

impl Container {
    /// Removes it. If that fails, the ledger keeps its name for the next sweep.
    pub(crate) async fn stop(self) -> Result<(), StackError> {
        let removed = match self.held {
            Held::Postgres(container) => container.rm().await,
            Held::Redis(container) => container.rm().await,
            Held::RabbitMq(container) => container.rm().await,
        };
        if removed.is_ok() {
            self.ledger.forget_container(&self.name)?;
        }
        Ok(())
    }

    /// Leaves it running. Forgetting the handle is the one way to keep its destructor from removing the container.
    pub(crate) fn release(self) {
        match self.held {
            Held::Postgres(container) => std::mem::forget(container),
            Held::Redis(container) => std::mem::forget(container),
            Held::RabbitMq(container) => std::mem::forget(container),
        }
    }
}
