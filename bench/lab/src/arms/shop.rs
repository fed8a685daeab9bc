//! The shop of a run: what the arms share (recommendations, all fixed) and the arms themselves.

use super::arm::{Arm, ArmContext, ArmSpec};
use super::process::{Process, Start};
use super::test_bed::{TestBed, key_prefix};
use super::{Binaries, Program, customers, partners};
use crate::exercise::{Audience, Customer, Distance, Exercise, RequestTemplate, mix_of};
use crate::exit::Failure;
use futures_util::future::join_all;
use http::Uri;
use load::{Driver, Mix, Request};
use stack::Needs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::SetOnce;
use trace::otlp::Receiver;

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

impl<'a> ShopSpec<'a> {
    /// With the distances and the model time that the exercise declares.
    #[must_use]
    pub fn of(exercise: &'a Exercise, arms: Vec<ArmSpec>, binaries: &'a Binaries, logs: &'a Path) -> Self {
        let (distance, model_ms) = (exercise.distance, exercise.recommendations_model_ms);
        Self { exercise, arms, distance, model_ms, binaries, logs }
    }
}

/// Running arms and what they share. Dropping it kills the processes; [`Shop::stop`] lets them end.
pub struct Shop {
    /// The arms.
    pub arms: Vec<Arm>,
    /// Customers with tokens that every arm accepts.
    pub customers: Arc<[Customer]>,
    /// The URL of the database that recommendations read, for all arms; `None` where nobody asks them.
    pub recommendations_database: Option<String>,
    pub(super) shared: Vec<Process>,
    probe: Request,
    size: catalogue::Size,
}

impl Shop {
    /// Starts everything, and waits until every arm has answered a request.
    ///
    /// # Errors
    /// Exit 3: a service does not start or does not answer as it should.
    pub async fn start(
        test_bed: &TestBed,
        receiver: &Receiver,
        driver: &Driver,
        probe: &Request,
        spec: ShopSpec<'_>,
    ) -> Result<Self, Failure> {
        Self::start_sized(test_bed, receiver, driver, probe, spec, 0).await
    }

    /// As [`Shop::start`], with the catalogue of the exercise's first (0) or second (1) size where it has sizes.
    ///
    /// # Errors
    /// As [`Shop::start`].
    pub async fn start_sized(
        test_bed: &TestBed,
        receiver: &Receiver,
        driver: &Driver,
        probe: &Request,
        spec: ShopSpec<'_>,
        which: usize,
    ) -> Result<Self, Failure> {
        let telemetry = receiver.endpoint();
        let exercise = spec.exercise;
        let size = exercise.shape.as_ref().and_then(|shape| shape.size(which)).unwrap_or_default();
        let (customers, probe) = (Arc::default(), probe.clone());
        let mut shop =
            Self { arms: Vec::new(), customers, recommendations_database: None, shared: Vec::new(), probe, size };
        let first = test_bed.first_place();
        let needs = |name: &str| exercise.service != name && exercise.needs.iter().any(|need| need == name);
        let recommendations = needs("recommendations").then(SetOnce::new);
        let around = ArmContext {
            test_bed,
            exercise,
            recommendations: recommendations.as_ref(),
            distance: spec.distance,
            size,
            telemetry: &telemetry,
            logs: spec.logs,
        };
        // Beside the copies of the arms' databases: an arm waits for its address only when it starts its service.
        let shared = async {
            let Some(known) = &recommendations else { return Ok(None) };
            let database = test_bed.database_of(size).await?;
            let process = start_recommendations(test_bed, &telemetry, &spec, (&database, first)).await?;
            // Nobody else sets it.
            let _ = known.set(process.base.clone());
            Ok(Some((process, database)))
        };
        // All at once: a start is mostly waiting, for the copy of a database and for a service that connects.
        let starting = spec.arms.iter().enumerate().map(async |(place, arm)| {
            let arm = Arm::start(arm.clone(), first + place, spec.binaries, &around).await?;
            arm.take_messages(test_bed, driver);
            if let Some(base) = &arm.partners {
                for (name, behaviour) in &exercise.partners {
                    partners::set(driver, base, name, behaviour).await?;
                }
            }
            serves(driver, &arm, &shop.probe).await?;
            Ok::<_, Failure>(arm)
        });
        // The baseline comes first: where it does not start either, the failure is not the candidate's.
        let started = async { join_all(starting).await.into_iter().collect::<Result<Vec<Arm>, Failure>>() };
        let (shared, arms) = tokio::try_join!(shared, started)?;
        shop.arms = arms;
        if let Some((process, database)) = shared {
            shop.shared.push(process);
            shop.recommendations_database = Some(database);
        }
        shop.log_in(driver, exercise).await?;
        Ok(shop)
    }

    /// Logs the exercise's customers in (again): tokens live for a quarter of an hour.
    ///
    /// # Errors
    /// Exit 3 when one of them cannot log in.
    pub async fn log_in(&mut self, driver: &Driver, exercise: &Exercise) -> Result<(), Failure> {
        let Some(first) = self.arms.first() else { return Ok(()) };
        // One secret and one catalogue: what the first arm issues, every arm accepts.
        let customers = exercise.load.customers + exercise.load.case_customers;
        self.customers = customers::log_in(driver, first.base(), customers, self.size).await?.into();
        for arm in &mut self.arms {
            arm.customers = self.customers.clone();
        }
        Ok(())
    }

    /// The exercise's load as these customers drive it, at its first (0) or second (1) size.
    ///
    /// # Errors
    /// Exit 2 for a request that is none.
    pub fn mix(&self, exercise: &Exercise, which: usize) -> Result<Mix, Failure> {
        self.mix_of(exercise, &exercise.load.requests, which)
    }

    /// As [`Shop::mix`], of other templates.
    ///
    /// # Errors
    /// As [`Shop::mix`].
    pub fn mix_of(&self, exercise: &Exercise, templates: &[RequestTemplate], which: usize) -> Result<Mix, Failure> {
        let n = exercise.shape.as_ref().and_then(|shape| shape.n).map(|sizes| sizes[which]);
        let load = self.customers.get(..exercise.load.customers).unwrap_or(&self.customers);
        mix_of(exercise, templates, Audience { customers: load, n })
    }

    /// The arms, each of which can be restarted beside the others, and the request that tells whether it serves.
    pub fn arms_and_probe(&mut self) -> (&mut [Arm], &Request) {
        (&mut self.arms, &self.probe)
    }

    /// Ends one arm for good; its place stays, and must not be asked any more.
    pub async fn retire(&mut self, arm: usize) {
        self.arms[arm].retire().await;
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

    /// Ends all processes, the arms first, and drops the arms' databases: a series of runs must not fill the disk.
    pub async fn stop(self, test_bed: &TestBed) {
        let databases: Vec<String> = self.arms.iter().map(|arm| arm.database.clone()).collect();
        join_all(self.arms.into_iter().map(Arm::stop)).await;
        for process in self.shared {
            process.stop().await;
        }
        join_all(databases.iter().map(|database| test_bed.give_back(database))).await;
    }
}

async fn start_recommendations(
    test_bed: &TestBed,
    telemetry: &str,
    spec: &ShopSpec<'_>,
    (database, number): (&str, usize),
) -> Result<Process, Failure> {
    let service = "recommendations";
    let binary =
        spec.binaries.get(service).ok_or_else(|| Failure::unfit(format!("{service} was not built")))?.as_path();
    // All fixed: its own flaws are other exercises'. Beside its servers: only the measured service is far from its own.
    let mut environment = vec![
        ("VARIANTS", "*=fixed".to_owned()),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", telemetry.to_owned()),
        ("REDIS_PREFIX", key_prefix(&format!("{service}{number}:"))),
        ("RECOMMENDATIONS_MODEL_MS", spec.model_ms.to_string()),
        ("DATABASE_URL", database.to_owned()),
    ];
    environment.extend(test_bed.redis_url().map(|url| ("REDIS_URL", url.to_owned())));
    let log = spec.logs.join(format!("{service}{number}.log"));
    Process::start(Start { service, binary, arguments: vec![], environment, log, stays: false }, test_bed.ledger())
        .await
}

/// Waits for an answer, not for a port.
pub(super) async fn serves(driver: &Driver, arm: &Arm, probe: &Request) -> Result<(), Failure> {
    serves_at(driver, arm, (arm.base(), || arm.check()), probe).await
}

/// As [`serves`], of a process of the arm at `base`; `check` says so if it has ended.
pub(super) async fn serves_at(
    driver: &Driver,
    arm: &Arm,
    (base, check): (&Uri, impl Fn() -> Result<(), Failure>),
    probe: &Request,
) -> Result<(), Failure> {
    let begin = Instant::now();
    loop {
        check()?;
        let answer = driver.once(base, probe, false).await;
        let found = match answer {
            Ok(answer) if probe.accepts(answer.status) => return Ok(()),
            Ok(answer) => format!("answers {} to {}", answer.status, probe.path),
            Err(error) => format!("{error:#}"),
        };
        if begin.elapsed() > SERVED {
            let failure = format!("{} ({}) does not serve: {found}", arm.process.service, arm.spec.name);
            return Err(arm.blame(Failure::unfit(failure)));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The programs an exercise's run starts.
pub fn programs_for(exercise: &Exercise) -> Vec<Program> {
    let mut names = vec![exercise.service.as_str()];
    if exercise.service == "checkout" {
        names.push("order-worker");
    }
    for need in ["recommendations", "partners", "search"] {
        if exercise.needs.iter().any(|name| name == need) && !names.contains(&need) {
            names.push(need);
        }
    }
    names.into_iter().map(|name| Program::Binary(name.to_owned())).collect()
}

/// The programs that the runs of several exercises start, each once, and the servers they need.
pub fn needs_of_all(exercises: &[&Exercise]) -> (Vec<Program>, Needs) {
    let mut programs: Vec<Program> = exercises.iter().flat_map(|exercise| programs_for(exercise)).collect();
    programs.sort_unstable();
    programs.dedup();
    let needs = exercises.iter().map(|exercise| needs_of(exercise)).fold(Needs::NONE, Needs::and);
    (programs, needs)
}

/// The servers an exercise's run needs.
pub fn needs_of(exercise: &Exercise) -> Needs {
    let has = |name: &str| exercise.needs.iter().any(|need| need == name);
    Needs { postgres: has("postgres"), redis: has("redis"), rabbitmq: has("rabbitmq") }
}
