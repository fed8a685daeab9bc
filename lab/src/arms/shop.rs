//! The shop of a run: what the arms share (recommendations, partners, all fixed) and the arms themselves.

use super::Binaries;
use super::arm::{Arm, ArmSpec, Surround};
use super::ground::{Ground, key_prefix};
use super::process::{Process, Start};
use crate::exercise::{Distance, Exercise};
use crate::exit::Failure;
use crate::load::{Driver, Request};
use crate::otlp::Receiver;
use stack::Needs;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long an arm may take from its ready line to a request it answers as it should.
const SERVED: Duration = Duration::from_secs(10);

/// Everything a shop is made of.
pub struct ShopSpec<'a> {
    /// The exercise.
    pub exercise: &'a Exercise,
    /// The arms, in the order of the report.
    pub arms: Vec<ArmSpec>,
    /// The distances.
    pub distance: Distance,
    /// Declared model time of recommendations, milliseconds.
    pub model_ms: f64,
    /// The programs.
    pub binaries: &'a Binaries,
    /// Where the services' logs go.
    pub logs: &'a Path,
}

/// Running arms and what they share. Dropping it kills the processes; [`Shop::stop`] lets them end.
pub struct Shop {
    /// The arms.
    pub arms: Vec<Arm>,
    shared: Vec<Process>,
}

impl Shop {
    /// Starts everything, and waits until every arm has answered a request.
    ///
    /// # Errors
    /// Exit 3: a service does not start or does not answer as it should.
    pub async fn start(
        ground: &Ground,
        receiver: &Receiver,
        driver: &Driver,
        probe: &Request,
        spec: ShopSpec<'_>,
    ) -> Result<Self, Failure> {
        let telemetry = receiver.endpoint();
        let needs = |name: &str| spec.exercise.needs.iter().any(|need| need == name);
        let mut shop = Self { arms: Vec::new(), shared: Vec::new() };
        let (mut recommendations, mut partners) = (None, None);
        for (name, at) in [("recommendations", &mut recommendations), ("partners", &mut partners)] {
            if !needs(name) || spec.exercise.service == name {
                continue;
            }
            let process = start_shared(name, ground, &telemetry, &spec).await?;
            *at = Some(process.base.clone());
            shop.shared.push(process);
        }
        let around = Surround {
            ground,
            recommendations: recommendations.as_ref(),
            partners: partners.as_ref(),
            distance: spec.distance,
            telemetry: &telemetry,
            logs: spec.logs,
        };
        for (place, arm) in spec.arms.iter().enumerate() {
            let arm = Arm::start(arm.clone(), place, &spec.exercise.service, spec.binaries, &around).await?;
            serves(driver, &arm, probe).await?;
            shop.arms.push(arm);
        }
        Ok(shop)
    }

    /// Says so if a process has ended.
    ///
    /// # Errors
    /// Exit 3 with the end of its log.
    pub fn check(&self) -> Result<(), Failure> {
        self.arms.iter().try_for_each(Arm::check)?;
        self.shared.iter().try_for_each(Process::check)
    }

    /// CPU time of all its processes.
    pub fn cpu(&self) -> Duration {
        let own = self.arms.iter().flat_map(|arm| std::iter::once(&arm.process).chain(&arm.companions));
        own.chain(&self.shared).map(Process::cpu).sum()
    }

    /// Ends all processes, the arms first.
    pub async fn stop(self) {
        for arm in self.arms {
            arm.stop().await;
        }
        for process in self.shared {
            process.stop().await;
        }
    }
}

async fn start_shared(
    service: &'static str,
    ground: &Ground,
    telemetry: &str,
    spec: &ShopSpec<'_>,
) -> Result<Process, Failure> {
    let binary =
        spec.binaries.get(service).ok_or_else(|| Failure::unfit(format!("{service} was not built")))?.as_path();
    // All fixed: its own flaws are other exercises'. Beside its servers: only the measured service is far from its own.
    let mut environment = vec![
        ("VARIANTS", "*=fixed".to_owned()),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", telemetry.to_owned()),
        ("REDIS_PREFIX", key_prefix(&format!("{service}:"))),
        ("RECOMMENDATIONS_MODEL_MS", spec.model_ms.to_string()),
    ];
    if service == "recommendations" {
        environment.push(("DATABASE_URL", ground.database().await?));
        environment.extend(ground.redis_url().map(|url| ("REDIS_URL", url.to_owned())));
    }
    let log = spec.logs.join(format!("{service}.log"));
    Process::start(Start { service, binary, arguments: vec![], environment, log, stays: false }, ground.ledger()).await
}

/// Waits for an answer, not for a port.
async fn serves(driver: &Driver, arm: &Arm, probe: &Request) -> Result<(), Failure> {
    let begin = Instant::now();
    loop {
        arm.check()?;
        let answer = driver.once(arm.base(), probe, false).await;
        let found = match answer {
            Ok(answer) if answer.status == probe.expect_status => return Ok(()),
            Ok(answer) => format!("answers {} to {}", answer.status, probe.path),
            Err(error) => format!("{error:#}"),
        };
        if begin.elapsed() > SERVED {
            return Err(Failure::unfit(format!("{} ({}) does not serve: {found}", arm.process.service, arm.spec.name)));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The programs an exercise's run starts.
pub fn binaries_for(exercise: &Exercise) -> Vec<&str> {
    let mut names = vec![exercise.service.as_str()];
    if exercise.service == "checkout" {
        names.push("order-worker");
    }
    for need in ["recommendations", "partners"] {
        if exercise.needs.iter().any(|name| name == need) && !names.contains(&need) {
            names.push(need);
        }
    }
    names
}

/// The servers an exercise's run needs.
pub fn needs_of(exercise: &Exercise) -> Needs {
    let has = |name: &str| exercise.needs.iter().any(|need| need == name);
    Needs { postgres: has("postgres"), redis: has("redis"), rabbitmq: has("rabbitmq") }
}
