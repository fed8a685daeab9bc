//! One arm: the measured service with its own variants, database and prefixes, every dependency behind a relay.

use super::address::{redirected, resolve};
use super::ground::{Ground, key_prefix};
use super::process::{Process, Start};
use crate::exercise::Distance;
use crate::exit::Failure;
use crate::relay::Relay;
use http::Uri;
use std::path::Path;
use std::time::Duration;

/// What makes an arm different from the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArmSpec {
    /// Its name in reports: `flawed`, `yours`, the name of a stage.
    pub name: String,
    /// The whole `VARIANTS` of its services.
    pub variants: String,
}

/// A running arm.
pub struct Arm {
    /// What it is.
    pub spec: ArmSpec,
    /// The measured service.
    pub process: Process,
    /// What runs beside it for this arm alone.
    pub companions: Vec<Process>,
    relays: Relays,
}

/// The relays of one arm; a missing one is a dependency the service does not have.
#[derive(Default)]
struct Relays {
    postgres: Option<Relay>,
    redis: Option<Relay>,
    rabbitmq: Option<Relay>,
    recommendations: Option<Relay>,
    partners: Option<Relay>,
}

/// Where the things are that an arm is to be connected with.
pub(super) struct Surround<'a> {
    pub ground: &'a Ground,
    pub recommendations: Option<&'a Uri>,
    pub partners: Option<&'a Uri>,
    pub distance: Distance,
    pub telemetry: &'a str,
    pub logs: &'a Path,
}

impl Arm {
    /// Starts the arm's service (and the order worker beside checkout), and waits until it is ready.
    pub(super) async fn start(
        spec: ArmSpec,
        place: usize,
        service: &str,
        binaries: &super::Binaries,
        around: &Surround<'_>,
    ) -> Result<Self, Failure> {
        let mut relays = Relays::default();
        let mut environment = vec![
            ("VARIANTS", spec.variants.clone()),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", around.telemetry.to_owned()),
            ("REDIS_PREFIX", key_prefix(&format!("{place}:"))),
            ("AMQP_PREFIX", format!("{}.", key_prefix(&place.to_string()).replace(':', "."))),
            ("TOKEN_SECRET", "a secret of the bench, for tokens nobody else sees".to_owned()),
        ];
        let distance = around.distance;
        let database = around.ground.database().await?;
        let mut behind = async |name, url: &str, slot: &mut Option<Relay>, milliseconds: f64| {
            let relay = Relay::start(resolve(url).await?, round_trip(milliseconds)).await?;
            environment.push((name, redirected(url, relay.address())?));
            *slot = Some(relay);
            anyhow::Ok(())
        };
        behind("DATABASE_URL", &database, &mut relays.postgres, distance.postgres_ms).await?;
        if let Some(url) = around.ground.redis_url() {
            behind("REDIS_URL", url, &mut relays.redis, distance.redis_ms).await?;
        }
        if let Some(url) = around.ground.amqp_url() {
            behind("AMQP_URL", url, &mut relays.rabbitmq, distance.rabbitmq_ms).await?;
        }
        if let Some(url) = around.recommendations {
            let (url, slot) = (url_text(url), &mut relays.recommendations);
            behind("RECOMMENDATIONS_URL", &url, slot, distance.recommendations_ms).await?;
        }
        if let Some(url) = around.partners {
            behind("PARTNERS_URL", &url_text(url), &mut relays.partners, distance.partners_ms).await?;
        }
        let start = async |service: &str| {
            let binary = binaries.get(service).ok_or_else(|| Failure::unfit(format!("{service} was not built")))?;
            let log = around.logs.join(format!("{place}-{service}.log"));
            let start = Start { service, binary, arguments: vec![], environment: environment.clone(), log, stays: false };
            Process::start(start, around.ground.ledger()).await
        };
        let process = start(service).await?;
        let mut companions = Vec::new();
        if service == "checkout" {
            companions.push(start("order-worker").await?);
        }
        Ok(Self { spec, process, companions, relays })
    }

    /// Where requests go.
    pub fn base(&self) -> &Uri {
        &self.process.base
    }

    /// Changes the distances for everything sent from now on.
    pub fn set_distance(&self, distance: Distance) {
        let relays = &self.relays;
        let all = [
            (&relays.postgres, distance.postgres_ms),
            (&relays.redis, distance.redis_ms),
            (&relays.rabbitmq, distance.rabbitmq_ms),
            (&relays.recommendations, distance.recommendations_ms),
            (&relays.partners, distance.partners_ms),
        ];
        for (relay, milliseconds) in all {
            if let Some(relay) = relay {
                relay.set_round_trip(round_trip(milliseconds));
            }
        }
    }

    /// Says so if one of its processes has ended.
    ///
    /// # Errors
    /// Exit 3 with the end of its log.
    pub fn check(&self) -> Result<(), Failure> {
        self.process.check()?;
        self.companions.iter().try_for_each(Process::check)
    }

    /// Ends its processes.
    pub async fn stop(self) {
        self.process.stop().await;
        for companion in self.companions {
            companion.stop().await;
        }
    }
}

fn round_trip(milliseconds: f64) -> Duration {
    Duration::from_secs_f64(milliseconds.max(0.0) / 1e3)
}

/// Without the slash that a parsed address gets at its end.
fn url_text(uri: &Uri) -> String {
    uri.to_string().trim_end_matches('/').to_owned()
}
