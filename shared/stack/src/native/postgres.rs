//! A private Postgres: initialised, tuned for data nobody will miss, listening on 127.0.0.1 only.

use std::path::Path;

use super::child::{self, Child};
use super::{Context, NativeServer, port, user};
use crate::ledger::StopBy;
use crate::{Server, StackError};

/// Settings of a server whose data is thrown away. Shared with the Docker way.
pub(crate) const SETTINGS: &[&str] = &[
    // A crash may lose everything: it would be thrown away anyhow. So nothing waits for the disk, and pages are not
    // logged whole.
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    // No replica will ever read the log: COPY into a new table then skips it.
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=2GB",
    // The catalogue fits; measured queries then read memory, whatever the machine's disk is.
    "shared_buffers=256MB",
    // Several services, two variants of each, and tests side by side.
    "max_connections=200",
    // Compiling a plan costs tens of ms on a first execution, and would look like a slow query now and then.
    "jit=off",
    // Statistics are gathered when the catalogue is loaded. A vacuum that wakes up in mid-measurement is noise: let it
    // wake rarely, and work gently.
    "autovacuum_naptime=10min",
    "autovacuum_max_workers=1",
];

pub(super) async fn start(context: &Context<'_>) -> Result<NativeServer, StackError> {
    let program = context.program(Server::Postgres, "postgres")?;
    (context.progress)(&format!("Postgres: starting {}", program.display()));
    let data = context.folder.sub("postgres")?;
    let user = user::instead_of_root();
    if let Some(user) = user {
        user.own(&data)?;
    }
    initialise(context, &program, &data, user).await?;
    let mut tries = 0;
    loop {
        tries += 1;
        let port = port::free();
        let mut command = child::command(&program);
        command.arg("-D").arg(&data).args(["-p", &port.to_string()]);
        // A socket file would need a short path that its user may write to; TCP is what the services use anyhow.
        for setting in ["listen_addresses=127.0.0.1", "unix_socket_directories="].iter().chain(SETTINGS) {
            command.args(["-c", setting]);
        }
        command.current_dir(&data);
        if let Some(user) = user {
            user.run(&mut command);
        }
        let log = context.folder.path().join(format!("postgres-{tries}.log"));
        let mut child = Child::start(command, "Postgres", StopBy::Quit, context.ledger, &log)?;
        let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
        match child.serves(Server::Postgres, &url).await {
            Ok(()) => return Ok(NativeServer { children: vec![child], url }),
            Err(error) if port::was_taken(&error) && tries < port::TRIES => {}
            Err(error) => return Err(error),
        }
    }
}

/// Runs `initdb`. Everybody on this machine may log in, from 127.0.0.1 only: there is nothing to guard in it.
async fn initialise(
    context: &Context<'_>,
    program: &Path,
    data: &Path,
    user: Option<user::User>,
) -> Result<(), StackError> {
    // The one that lies beside the server, so that both are of one version.
    let real = program.canonicalize().unwrap_or_else(|_| program.to_owned());
    let mut command = child::command(&real.with_file_name("initdb"));
    command.arg("-D").arg(data).args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]);
    // One order of text everywhere, by code point; letters beyond ASCII still have their lower case where the system
    // knows it.
    command.args(["--locale", if cfg!(target_os = "macos") { "C" } else { "C.UTF-8" }]);
    command.current_dir(data);
    if let Some(user) = user {
        user.run(&mut command);
    }
    let log = context.folder.path().join("initdb.log");
    let child = Child::start(command, "initdb", StopBy::Term, context.ledger, &log)?;
    let ended = child.finished().await;
    ended.map(drop).map_err(|log| StackError::Died {
        server: Server::Postgres,
        status: "initdb failed".to_owned(),
        log,
    })
}
