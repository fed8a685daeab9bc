//! One arm: the measured service with its own variants, database, prefixes and partners, every dependency behind a relay.

use super::output::Printed;
use super::process::{Process, Start};
use super::relays::{Relays, TrafficByDependency, Whose};
use super::test_bed::{TestBed, key_prefix};
use crate::exercise::{Customer, Distance, Exercise};
use crate::exit::{Exit, Failure};
use catalogue::Size;
use http::Uri;
use load::{Answer, Driver, Request};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::SetOnce;

/// The program that runs the same seams as checkout, beside it.
const WORKER: &str = "order-worker";

/// What makes an arm different from the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArmSpec {
    /// Its name in reports: `flawed`, `yours`, the name of a stage.
    pub name: String,
    /// The whole `VARIANTS` of its services.
    pub variants: String,
}

impl ArmSpec {
    /// An exercise's variant among seams that are all fixed.
    #[must_use]
    pub fn of(exercise: &Exercise, variant: &str) -> Self {
        Self { name: variant.to_owned(), variants: format!("{}={variant},*=fixed", exercise.id) }
    }

    /// Whether it runs code that is on trial: a learner's version, a trap or a broken implementation.
    fn is_on_trial(&self) -> bool {
        ["=yours", "=trap:", "=broken:"].iter().any(|variant| self.variants.contains(variant))
    }

    /// What an arm failed with: where code is on trial, that code did it and not the machine.
    pub(super) fn blame(&self, failure: Failure) -> Failure {
        if !self.is_on_trial() || failure.exit != Exit::Unfit {
            return failure;
        }
        let name = if self.variants.contains("=yours") { "yours" } else { &self.name };
        Failure { message: format!("{name}: {}", failure.message), ..Failure::behaviour("") }
            .remedy(format!("this is the code of {name}, not the machine: the baseline serves. {}", failure.remedy))
    }
}

/// A running arm.
pub struct Arm {
    /// What it is.
    pub spec: ArmSpec,
    /// The measured service.
    pub process: Process,
    /// What runs beside it for this arm alone: its partners, the order worker of checkout, the origin of an edge.
    pub companions: Vec<Process>,
    /// Customers with tokens that every arm accepts.
    pub customers: Arc<[Customer]>,
    /// The URL of its database, without a distance.
    pub database: String,
    /// Where its partners are asked how they behave; `None` where it has none.
    pub partners: Option<Uri>,
    relays: Relays,
    pub(super) again: RestartSpec,
    retired: bool,
}

/// What a process connects with: the variable that says where, the name of what is there, and where that is.
pub(super) type Door = (&'static str, &'static str, String);

/// How to start the measured service once more, behind the same relays or beside the first behind its own.
pub(super) struct RestartSpec {
    pub binary: PathBuf,
    pub environment: Vec<(String, String)>,
    pub log: PathBuf,
    /// The environment without the doors.
    pub bare: Vec<(String, String)>,
    pub doors: Vec<Door>,
    pub distance: Distance,
}

/// Where the things are that an arm is to be connected with.
pub(super) struct ArmContext<'a> {
    pub test_bed: &'a TestBed,
    pub exercise: &'a Exercise,
    /// Where they are, as soon as they are; `None` for an arm that does not ask them.
    pub recommendations: Option<&'a SetOnce<Uri>>,
    pub distance: Distance,
    pub size: Size,
    pub telemetry: &'a str,
    pub logs: &'a Path,
}

impl Arm {
    /// Starts the arm's service and what runs beside it, and waits until it is ready. `place` tells it from the others.
    pub(super) async fn start(
        spec: ArmSpec,
        place: usize,
        binaries: &super::Binaries,
        around: &ArmContext<'_>,
    ) -> Result<Self, Failure> {
        let ArmContext { test_bed, exercise, distance, .. } = *around;
        let mut relays = Relays::default();
        let database = test_bed.database_of(around.size).await?;
        let mut environment: Vec<(&str, String)> = vec![
            ("VARIANTS", spec.variants.clone()),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", around.telemetry.to_owned()),
            ("REDIS_PREFIX", key_prefix(&format!("{place}:"))),
            ("AMQP_PREFIX", format!("{}.", key_prefix(&place.to_string()).replace(':', "."))),
            ("TOKEN_SECRET", "a secret of the bench, for tokens nobody else sees".to_owned()),
        ];
        environment.extend(exercise.settings.iter().map(|(name, value)| (name.as_str(), value.clone())));
        let binary =
            |service: &str| binaries.get(service).ok_or_else(|| Failure::unfit(format!("{service} was not built")));
        let log = |service: &str| around.logs.join(format!("{place}-{service}.log"));
        let start = async |service: &str, environment: &[(&str, String)]| {
            let environment = environment.to_vec();
            let start = Start {
                service,
                binary: binary(service)?,
                arguments: vec![],
                environment,
                log: log(service),
                stays: false,
            };
            Process::start(start, test_bed.ledger()).await
        };
        let mut doors: Vec<Door> = vec![("DATABASE_URL", "postgres", database.clone())];
        doors.extend(test_bed.redis_url().map(|url| ("REDIS_URL", "redis", url.to_owned())));
        doors.extend(test_bed.amqp_url().map(|url| ("AMQP_URL", "rabbitmq", url.to_owned())));
        if let Some(base) = around.recommendations {
            doors.push(("RECOMMENDATIONS_URL", "recommendations", url_text(base.wait().await)));
        }
        let needs = |name: &str| exercise.service != name && exercise.needs.iter().any(|need| need == name);
        let (mut companions, mut partners) = (Vec::new(), None);
        if needs("partners") {
            // Of its own: what reaches them is counted by arm, and all arms get the same sequence of drawn delays.
            let process = start("partners", &[environment[0].clone(), environment[1].clone()]).await?;
            doors.push(("PARTNERS_URL", "partners", url_text(&process.base)));
            partners = Some(process.base.clone());
            companions.push(process);
        }
        if exercise.service == "edge" {
            let there = through(&mut relays, &environment, &doors, (Whose::Companions, distance)).await?;
            let origin = start("search", &there).await?;
            doors.push(("ORIGIN_URL", "origin", url_text(&origin.base)));
            companions.push(origin);
        }
        let own = through(&mut relays, &environment, &doors, (Whose::Measured, distance)).await?;
        let process = start(&exercise.service, &own).await.map_err(|failure| spec.blame(failure))?;
        if exercise.service == "checkout" {
            let there = through(&mut relays, &environment, &doors, (Whose::Companions, distance)).await?;
            let worker = start(WORKER, &there).await.map_err(|failure| spec.blame(failure))?;
            companions.push(worker);
        }
        let again = RestartSpec {
            binary: binary(&exercise.service)?.clone(),
            environment: owned(own),
            log: log(&format!("{}-again", exercise.service)),
            bare: owned(environment),
            doors,
            distance,
        };
        let customers = Arc::default();
        Ok(Self { spec, process, companions, customers, database, partners, relays, again, retired: false })
    }

    /// Lets the driver publish what this arm's consumers read: at the broker itself, as load is not behind the distance.
    pub(super) fn take_messages(&self, test_bed: &TestBed, driver: &Driver) {
        let prefix = self.again.environment.iter().find(|(name, _)| name == "AMQP_PREFIX");
        if let (Some(url), Some((_, prefix))) = (test_bed.amqp_url(), prefix) {
            driver.publish_at(self.base(), url, prefix);
        }
    }

    /// Where requests go.
    pub fn base(&self) -> &Uri {
        &self.process.base
    }

    /// Changes the distances for everything sent from now on.
    pub fn set_distance(&self, distance: Distance) {
        self.relays.set_distance(distance);
    }

    /// Connections its services have opened so far, by dependency.
    pub fn connections(&self) -> BTreeMap<&'static str, u64> {
        self.relays.connections()
    }

    /// What the measured service has sent so far, by dependency, read off the bytes.
    pub fn traffic(&self) -> TrafficByDependency {
        self.relays.traffic()
    }

    /// Takes a dependency away or gives it back.
    ///
    /// # Errors
    /// Exit 2 where the arm has none of this name.
    pub fn take_away(&self, dependency: &str, away: bool) -> Result<(), Failure> {
        if self.relays.take_away(dependency, away) {
            return Ok(());
        }
        Err(Failure::usage(format!("{} has no {dependency} that could be cut", self.process.service)))
    }

    /// Breaks the measured service's connections with a dependency, once; new ones are accepted.
    ///
    /// # Errors
    /// As [`Arm::take_away`].
    pub fn break_connections(&self, dependency: &str) -> Result<(), Failure> {
        if self.relays.break_connections(dependency) {
            return Ok(());
        }
        Err(Failure::usage(format!("{} has no {dependency} whose connections could break", self.process.service)))
    }

    /// Ends its processes before the others'.
    pub(super) async fn retire(&mut self) {
        self.retired = true;
        for process in std::iter::once(&self.process).chain(&self.companions) {
            process.end().await;
        }
    }

    /// Says so if one of its processes has ended.
    ///
    /// # Errors
    /// Exit 3 with the end of its log; exit 5 where code on trial ended it.
    pub fn check(&self) -> Result<(), Failure> {
        if self.retired {
            return Ok(());
        }
        let own = |process: &Process| process.service == self.process.service || process.service == WORKER;
        std::iter::once(&self.process).chain(&self.companions).try_for_each(|process| {
            let blamed = |failure| self.blame_for(process, failure);
            if own(process) { process.check().map_err(blamed) } else { process.check() }
        })
    }

    /// A failure of a process that runs the arm's code: its own where that is on trial.
    pub(super) fn blame_for(&self, process: &Process, failure: Failure) -> Failure {
        if process.is_stopped_from_outside() { failure } else { self.spec.blame(failure) }
    }

    /// A failure of this arm's answers, with what its service wrote last where code on trial is to blame.
    #[must_use]
    pub fn blame(&self, failure: Failure) -> Failure {
        if !self.spec.is_on_trial() {
            return failure;
        }
        let message = format!("{}\n  it wrote last:\n{}", failure.message, self.process.last_words());
        self.spec.blame(Failure { message, ..failure })
    }

    /// Asks it once, untraced. Where no answer comes, the reason is whoever stopped its process, else its own code where that is on
    /// trial.
    ///
    /// # Errors
    /// Exit 3; exit 5 for what code on trial did.
    pub async fn ask(&self, driver: &Driver, request: &Request) -> Result<Answer, Failure> {
        match driver.once(self.base(), request, false).await {
            Ok(answer) => Ok(answer),
            Err(error) => {
                self.check()?;
                Err(self.blame(error.into()))
            }
        }
    }

    /// What code on trial has printed: its own `println!`.
    #[must_use]
    pub fn printed(&self) -> Option<String> {
        let own = std::iter::once(&self.process).chain(self.companions.iter().filter(|one| one.service == WORKER));
        let printed =
            own.map(Process::printed).find(|printed| printed.lines > 0).filter(|_| self.spec.is_on_trial())?;
        let Printed { lines, last, file } = printed;
        let plural = if lines == 1 { "" } else { "s" };
        Some(format!("{} printed {lines} line{plural}, the last: {last} (all in {})", self.spec.name, file.display()))
    }

    /// Ends its processes.
    pub async fn stop(self) {
        self.process.stop().await;
        for companion in self.companions {
            companion.stop().await;
        }
    }
}

fn owned(environment: Vec<(&str, String)>) -> Vec<(String, String)> {
    environment.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The environment of one process, with relays of its own to everything it connects with.
pub(super) async fn through<'a>(
    relays: &mut Relays,
    environment: &[(&'a str, String)],
    doors: &[Door],
    (whose, distance): (Whose, Distance),
) -> anyhow::Result<Vec<(&'a str, String)>> {
    let mut environment = environment.to_vec();
    for (variable, name, url) in doors {
        environment.push((variable, relays.put((name, whose), url, distance).await?));
    }
    Ok(environment)
}

/// Without the slash that a parsed address gets at its end.
fn url_text(uri: &Uri) -> String {
    uri.to_string().trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::ArmSpec;
    use crate::exit::{Exit, Failure};

    fn spec(name: &str, variants: &str) -> ArmSpec {
        ArmSpec { name: name.to_owned(), variants: variants.to_owned() }
    }

    #[test]
    fn what_code_on_trial_does_is_its_own_and_what_the_others_do_the_machines() {
        let failed = || Failure::unfit("search ended before it served (exit status: 7)").remedy("its log is in x");
        for (name, variants) in [
            ("yours", "ch01-lamp=yours,*=fixed"),
            ("as it is", "ch01-lamp=yours,*=fixed"),
            ("trap:candle", "ch01-lamp=trap:candle,*=fixed"),
            ("broken:dark", "ch01-lamp=broken:dark,*=fixed"),
        ] {
            let blamed = spec(name, variants).blame(failed());
            assert_eq!(blamed.exit, Exit::BehaviourChanged, "{name}");
            assert!(blamed.message.contains("exit status: 7") && blamed.remedy.contains("not the machine"), "{blamed}");
            assert!(!blamed.message.starts_with("as it is"), "{blamed}");
            assert!(!blamed.advised().to_string().contains("doctor"));
        }
        for variants in ["ch01-lamp=flawed,*=fixed", "*=fixed"] {
            assert_eq!(spec("flawed", variants).blame(failed()), failed());
        }
        let interrupted = spec("yours", "ch01-lamp=yours").blame(Failure::interrupted());
        assert_eq!(interrupted.exit, Exit::Interrupted);
    }
}
