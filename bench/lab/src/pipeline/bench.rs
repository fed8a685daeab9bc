//! The bench of one command: lock, servers, receiver, driver; and the promise that nothing of it is left behind.

use crate::arms::{Binaries, Program, TestBed, build, shown};
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::live::Feed;
use crate::machine::Machine;
use crate::state::BenchLock;
use load::{Driver, Protocol};
use stack::{Ledger, Needs};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::signal::unix::{SignalKind, signal};
use trace::otlp::Receiver;

/// What every measuring command works with.
pub struct Bench<'a> {
    /// Course, store, terminal.
    pub context: &'a Context,
    /// The servers and databases.
    pub test_bed: &'a TestBed,
    /// Where spans arrive.
    pub receiver: Arc<Receiver>,
    /// Who sends requests.
    pub driver: Driver,
    /// The services' programs.
    pub binaries: Binaries,
    /// Where the services' logs go.
    pub logs: PathBuf,
    /// The machine before the run.
    pub machine: Machine,
    /// What happens, for whoever looks on.
    pub feed: Feed,
}

impl<'a> Bench<'a> {
    /// The same bench with programs that were built since, for a command that builds more than once.
    #[must_use]
    pub fn with(&self, binaries: Binaries) -> Bench<'a> {
        Bench {
            context: self.context,
            test_bed: self.test_bed,
            receiver: Arc::clone(&self.receiver),
            driver: self.driver.clone(),
            binaries,
            logs: self.logs.clone(),
            machine: self.machine.clone(),
            feed: self.feed.clone(),
        }
    }
}

/// What a command's work ends with.
pub trait IntoExit {
    /// The exit code it leads to.
    fn exit(&self) -> Exit;
}

impl IntoExit for Exit {
    fn exit(&self) -> Exit {
        *self
    }
}

/// Builds `programs` (none: whoever works builds), starts the servers, does `work`, and clears everything away whatever happened: a failure, Ctrl-C, SIGTERM.
///
/// # Errors
/// Those of `work`; exit 3 when another bench runs, the build fails or the servers cannot be had; exit 130 when stopped.
pub async fn with_bench<T: IntoExit>(
    context: &Context,
    command: &str,
    programs: &[Program],
    needs: Needs,
    work: impl AsyncFnOnce(&Bench<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let store = &context.store;
    let _lock = BenchLock::take(store.folder(), command)?;
    let feed = Feed::open(store.folder(), command);
    let result = within(context, programs, needs, feed.clone(), work).await;
    feed.end(result.as_ref().map(IntoExit::exit));
    result
}

async fn within<T>(
    context: &Context,
    programs: &[Program],
    needs: Needs,
    feed: Feed,
    work: impl AsyncFnOnce(&Bench<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let store = &context.store;
    let machine = Machine::here();
    let logs = store.sub("logs")?;
    let prepared = async {
        // Before the build: code that does not compile must not keep a killed run's servers alive.
        TestBed::sweep(store, context.terminal).await?;
        feed.step(&format!("building {} and starting the servers", shown(programs)));
        let built = match programs {
            [] => Binaries::new(),
            some => build(&context.course.root, some, context.terminal, &Ledger::open_in(store.folder())?).await?,
        };
        Ok((built, TestBed::open(needs, store, context.terminal).await?))
    };
    let (binaries, test_bed) = or_interrupted(prepared).await?;
    let result = or_interrupted(async {
        let mut machine = machine;
        machine.stack =
            test_bed.providers().into_iter().map(|(server, by)| (server.to_string(), by.to_string())).collect();
        let (receiver, driver) = (Arc::new(Receiver::start().await?), Driver::new(Protocol::Http1)?);
        work(&Bench { context, test_bed: &test_bed, receiver, driver, binaries, logs, machine, feed }).await
    })
    .await;
    let result = match result {
        Err(failure) if matches!(failure.exit, Exit::Unfit | Exit::Inconclusive | Exit::BehaviourChanged) => {
            Err(explained(&test_bed, failure).await)
        }
        result => result,
    };
    test_bed.close().await;
    result
}

/// Whatever a run fails with: when a server no longer answers, that is the reason, and the rest its consequence.
async fn explained(test_bed: &TestBed, failure: Failure) -> Failure {
    match test_bed.answers().await {
        Ok(()) => failure,
        Err(error) => {
            Failure::unfit(format!("a server went away in mid-run: {error:#}\n  first seen as: {}", failure.message))
                .remedy("nothing was judged; run it again, the next run starts clean")
        }
    }
}

/// Runs until `work` is done or somebody wants us to stop; then `work` is dropped, and with it its processes.
///
/// # Errors
/// Those of `work`; exit 130 when stopped by Ctrl-C, SIGTERM or SIGHUP.
pub async fn or_interrupted<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let listen = |kind| signal(kind).map_err(|error| Failure::unfit(format!("signals cannot be caught: {error}")));
    let (mut interrupt, mut terminate) = (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
    let mut hang_up = listen(SignalKind::hangup())?;
    tokio::select! {
        result = work => result,
        _ = interrupt.recv() => Err(Failure::interrupted()),
        _ = terminate.recv() => Err(Failure::interrupted()),
        _ = hang_up.recv() => Err(Failure::interrupted()),
    }
}
