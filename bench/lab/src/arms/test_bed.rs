//! What a run stands on: the servers, a seeded template database, and clones of it that are dropped afterwards.

use crate::exit::Failure;
use crate::state::Store;
use crate::terminal::Terminal;
use catalogue::Size;
use sqlx::Connection as _;
use stack::{Ledger, Needs, Provider, Server, Stack, Surroundings, ledger};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// The start of the name of every database of a run; the process id of its bench follows.
const PREFIX: &str = "lab_";

/// More arms than any shop has, those that `watch` puts beside it one after the other among them.
const ARMS_A_SHOP: usize = 10_000;

/// Servers and databases of one run. Close it with [`TestBed::close`].
pub struct TestBed {
    stack: Stack,
    ledger: Ledger,
    terminal: Terminal,
    /// Template databases by catalogue; the usual one is made at once, others when they are asked for.
    templates: tokio::sync::Mutex<BTreeMap<String, String>>,
    databases: Mutex<Vec<String>>,
    given: AtomicU64,
    shops: AtomicUsize,
    /// How long the servers and the template took.
    pub seconds: f64,
}

impl TestBed {
    /// Starts the servers (or joins those of `cargo lab up`) and makes the template; after [`TestBed::sweep`].
    ///
    /// # Errors
    /// Exit 3 with what to install or correct.
    pub async fn open(needs: Needs, store: &Store, terminal: Terminal) -> Result<Self, Failure> {
        let begin = Instant::now();
        let surroundings = join_what_is_up(Surroundings::here().with_state(store.folder()), needs)?;
        let stack = Stack::start_in(&surroundings, needs, &|line: &str| terminal.step(line)).await?;
        let ledger = Ledger::open_in(store.folder())?;
        let (templates, databases, given, shops) = Default::default();
        let mut test_bed = Self { stack, ledger, terminal, templates, databases, given, shops, seconds: 0.0 };
        if let Err(failure) = test_bed.prepare().await {
            test_bed.close().await;
            return Err(failure);
        }
        test_bed.seconds = begin.elapsed().as_secs_f64();
        Ok(test_bed)
    }

    /// Ends and removes what a run left that was killed, and says so.
    ///
    /// # Errors
    /// Exit 3 when it cannot be read or removed.
    pub async fn sweep(store: &Store, terminal: Terminal) -> Result<(), Failure> {
        let swept = ledger::sweep_in(store.folder()).await?;
        if !swept.is_empty() {
            terminal.step(&format!("left by a run that did not end in order: {swept}"));
        }
        Ok(())
    }

    async fn prepare(&self) -> Result<(), Failure> {
        let Some(admin) = self.stack.database_url() else { return Ok(()) };
        if !self.is_private(Server::Postgres) {
            drop_orphans(admin).await?;
        }
        self.template(admin, Size::default()).await.map(drop)
    }

    /// The name of the template with a catalogue of this size.
    async fn template(&self, admin: &str, size: Size) -> Result<String, Failure> {
        let mut templates = self.templates.lock().await;
        if let Some(known) = templates.get(&size.to_string()) {
            return Ok(known.clone());
        }
        let said = Mutex::new((Instant::now(), String::new()));
        let terminal = self.terminal;
        terminal.step(&format!("making the template database: {} products", size.products));
        let progress = |progress: catalogue::Progress| {
            let mut said = said.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if said.0.elapsed() > Duration::from_secs(2) {
                terminal.step(&format!("  {}: {} of {} rows", progress.step, progress.done, progress.total));
                said.0 = Instant::now();
            }
        };
        let name = catalogue::template(admin, size, progress).await.map_err(|error| {
            // The first thing that needs much space: half a gigabyte. A full disk shows here.
            Failure::unfit(format!("the template database cannot be made: {error:#}"))
                .remedy("is there space? `cargo lab doctor` says; WORKSHOP_STATE chooses another folder")
        })?;
        templates.insert(size.to_string(), name.clone());
        Ok(name)
    }

    /// A database of its own with the usual catalogue; its URL.
    ///
    /// # Errors
    /// As [`TestBed::database_of`].
    pub async fn database(&self) -> Result<String, Failure> {
        self.database_of(Size::default()).await
    }

    /// A database of its own with a catalogue of this size, cloned from the template; its URL.
    ///
    /// # Errors
    /// Exit 3 when Postgres does not answer or its disk is full.
    pub async fn database_of(&self, size: Size) -> Result<String, Failure> {
        let Some(admin) = self.stack.database_url() else {
            return Err(Failure::usage(
                "a service needs a database, but `needs` in exercise.toml does not say postgres",
            ));
        };
        let name = {
            let mut databases = self.databases.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let name = format!("{PREFIX}{}_{}", std::process::id(), self.given.fetch_add(1, Ordering::Relaxed));
            databases.push(name.clone());
            name
        };
        let template = self.template(admin, size).await?;
        Ok(catalogue::clone_database(admin, &template, &name).await?)
    }

    /// The URLs of its servers by the names of their environment variables.
    pub fn variables(&self) -> Vec<(&'static str, &str)> {
        self.stack.variables()
    }

    /// Drops a database that [`TestBed::database`] gave. What fails is left to [`TestBed::close`].
    pub async fn give_back(&self, url: &str) {
        let (Some(admin), Some(name)) = (self.stack.database_url(), name_of(url)) else { return };
        if catalogue::drop_database(admin, name).await.is_ok() {
            self.databases.lock().unwrap_or_else(std::sync::PoisonError::into_inner).retain(|one| one != name);
        }
    }

    /// Where the numbers of another shop's arms begin. Keys and queues are told apart by them: an arm must not find what one of
    /// an earlier run in the same process left.
    pub fn first_place(&self) -> usize {
        ARMS_A_SHOP * self.shops.fetch_add(1, Ordering::Relaxed)
    }

    /// The URL of Redis, where it was asked for.
    pub fn redis_url(&self) -> Option<&str> {
        self.stack.redis_url()
    }

    /// The URL of RabbitMQ, where it was asked for.
    pub fn amqp_url(&self) -> Option<&str> {
        self.stack.amqp_url()
    }

    /// The record of what this process started.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Where each server came from.
    pub fn providers(&self) -> Vec<(Server, Provider)> {
        self.stack.providers()
    }

    /// Do the servers still answer?
    ///
    /// # Errors
    /// The first that does not, and why.
    pub async fn answers(&self) -> anyhow::Result<()> {
        super::answers::answers(&self.stack).await
    }

    /// Forgets the databases and gives the stack away, for `up`: they stay.
    pub fn into_stack(self) -> Stack {
        self.stack
    }

    /// Drops the databases and stops the servers. What fails is left to the next run's sweep.
    pub async fn close(self) {
        let databases = self.databases.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        // The data folder of a private server goes as a whole.
        if let Some(admin) = self.stack.database_url().filter(|_| !private(&self.stack, Server::Postgres)) {
            for name in databases {
                let _ = catalogue::drop_database(admin, &name).await;
            }
        }
        if let Some(url) = self.stack.redis_url().filter(|_| !private(&self.stack, Server::Redis)) {
            let _ = drop_keys(url, &key_prefix("")).await;
        }
        if let Err(error) = self.stack.stop().await {
            eprintln!("{error}");
        }
    }

    fn is_private(&self, server: Server) -> bool {
        private(&self.stack, server)
    }
}

/// The database a URL leads to.
fn name_of(url: &str) -> Option<&str> {
    let path = url.split_once("://")?.1.split_once('/')?.1;
    Some(path.split_once('?').map_or(path, |(name, _)| name))
}

/// The Redis prefix of an arm of this run.
pub fn key_prefix(arm: &str) -> String {
    format!("{PREFIX}{}:{arm}", std::process::id())
}

fn private(stack: &Stack, server: Server) -> bool {
    stack.providers().iter().any(|(one, provider)| *one == server && *provider != Provider::Environment)
}

/// With `cargo lab up` running, its servers serve the bench too: the template is there, and so is the memory they take.
fn join_what_is_up(surroundings: Surroundings, needs: Needs) -> Result<Surroundings, Failure> {
    if surroundings.forced()?.is_some() {
        return Ok(surroundings);
    }
    let Some(up) = ledger::persistent_in(surroundings.state())? else { return Ok(surroundings) };
    let mut joined = surroundings;
    for server in needs.servers() {
        if let (None, Some(url)) = (joined.url(server), up.urls.get(server.variable())) {
            let url = url.clone();
            joined = joined.with_variable(server.variable(), &url);
        }
    }
    Ok(joined)
}

/// Drops the databases of benches that are no longer there. Only needed on a server that outlives its users.
async fn drop_orphans(admin: &str) -> anyhow::Result<()> {
    let mut connection = sqlx::PgConnection::connect(admin).await?;
    let names: Vec<String> = sqlx::query_scalar("select datname from pg_database where datname like 'lab\\_%'")
        .fetch_all(&mut connection)
        .await?;
    connection.close().await?;
    for name in names {
        let owner = name.strip_prefix(PREFIX).and_then(|rest| rest.split('_').next()?.parse::<i32>().ok());
        let alive = owner
            .and_then(rustix::process::Pid::from_raw)
            .is_some_and(|pid| rustix::process::test_kill_process(pid).is_ok());
        if owner.is_some() && !alive {
            catalogue::drop_database(admin, &name).await?;
        }
    }
    Ok(())
}

async fn drop_keys(url: &str, prefix: &str) -> anyhow::Result<()> {
    let mut connection = redis::Client::open(url)?.get_multiplexed_async_connection().await?;
    let mut cursor = 0_u64;
    loop {
        let (next, keys): (u64, Vec<String>) = redis::cmd("SCAN")
            .arg(cursor)
            .arg("MATCH")
            .arg(format!("{prefix}*"))
            .arg("COUNT")
            .arg(1_000)
            .query_async(&mut connection)
            .await?;
        if !keys.is_empty() {
            redis::cmd("UNLINK").arg(&keys).exec_async(&mut connection).await?;
        }
        cursor = next;
        if cursor == 0 {
            return Ok(());
        }
    }
}
