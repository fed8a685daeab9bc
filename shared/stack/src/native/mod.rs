//! The servers of the machine's own packages, as private child processes with throw-away data.

mod child;
mod folder;
mod install;
mod port;
mod postgres;
mod rabbitmq;
mod redis;
mod user;

use std::time::Instant;

use child::Child;
use folder::RunFolder;

use crate::{Ledger, Progress, Provider, Server, StackError, Surroundings};

/// One private server, and what it needs beside it.
pub(crate) struct NativeServer {
    /// In the order of starting; stopped in reverse.
    children: Vec<Child>,
    pub(crate) url: String,
}

/// Private servers and the folder they share.
pub(crate) struct Native {
    pub(crate) servers: Vec<(Server, NativeServer)>,
    folder: RunFolder,
}

/// Starts the servers side by side, after installing what is missing.
pub(crate) async fn start(
    servers: &[Server],
    surroundings: &Surroundings,
    ledger: &Ledger,
    progress: Progress<'_>,
) -> Result<Native, StackError> {
    install::ensure(servers, surroundings, progress).await?;
    let folder = RunFolder::create(surroundings.state(), ledger)?;
    let context = Context { surroundings, ledger, folder: &folder, progress };
    let (postgres, redis, rabbitmq) = tokio::try_join!(
        context.start(servers, Server::Postgres, postgres::start(&context)),
        context.start(servers, Server::Redis, redis::start(&context)),
        context.start(servers, Server::RabbitMq, rabbitmq::start(&context)),
    )?;
    let servers = [(Server::Postgres, postgres), (Server::Redis, redis), (Server::RabbitMq, rabbitmq)];
    let servers = servers.into_iter().filter_map(|(server, started)| Some((server, started?))).collect();
    Ok(Native { servers, folder })
}

/// What would happen for one server, and the program or package it would happen with.
pub(crate) fn probe(server: Server, surroundings: &Surroundings) -> (Result<Provider, StackError>, String) {
    match surroundings.program(server.program()) {
        Some(path) => (Ok(Provider::Native), path.display().to_string()),
        None => match install::plan(&[server], surroundings) {
            Ok(plan) => (Ok(Provider::Native), format!("would be installed: {plan}")),
            Err(error) => (Err(error), String::new()),
        },
    }
}

/// What every server's start needs to know.
struct Context<'a> {
    surroundings: &'a Surroundings,
    ledger: &'a Ledger,
    folder: &'a RunFolder,
    progress: Progress<'a>,
}

impl Context<'_> {
    /// Awaits the start of one server if it is wanted, and tells how long it took.
    async fn start(
        &self,
        wanted: &[Server],
        server: Server,
        start: impl Future<Output = Result<NativeServer, StackError>>,
    ) -> Result<Option<NativeServer>, StackError> {
        if !wanted.contains(&server) {
            return Ok(None);
        }
        let begun = Instant::now();
        let started = start.await?;
        (self.progress)(&format!("{server}: serves after {:.1} s", begun.elapsed().as_secs_f64()));
        Ok(Some(started))
    }

    fn program(&self, server: Server, name: &str) -> Result<std::path::PathBuf, StackError> {
        self.surroundings
            .program(name)
            .ok_or_else(|| install::not_there(server, &format!("there is no program {name}")))
    }
}

impl Native {
    /// Stops all servers side by side, then removes their folder.
    pub(crate) async fn stop(mut self) -> Result<(), StackError> {
        let mut stopping = tokio::task::JoinSet::new();
        for (_, server) in self.servers.drain(..) {
            stopping.spawn(server.stop());
        }
        stopping.join_all().await;
        self.folder.remove()
    }

    /// Leaves the servers running: from here on they belong to the ledger.
    pub(crate) fn release(mut self) {
        for (_, mut server) in self.servers.drain(..) {
            server.children.drain(..).for_each(Child::release);
        }
        self.folder.release();
    }
}

impl NativeServer {
    async fn stop(mut self) {
        while let Some(child) = self.children.pop() {
            child.stop().await;
        }
    }
}

impl Drop for NativeServer {
    /// Children end in reverse here too: a broker before its port mapper.
    fn drop(&mut self) {
        while self.children.pop().is_some() {}
    }
}
