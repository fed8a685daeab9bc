//! A private Postgres: initialised, tuned for data nobody will miss, listening on 127.0.0.1 only.

use std::path::Path;

use super::child::{self, Child};
use super::{Context, NativeServer, port, user};
use crate::ledger::StopBy;
use crate::{Server, StackError, tuning};

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
        for setting in ["listen_addresses=127.0.0.1", "unix_socket_directories="].iter().chain(tuning::POSTGRES) {
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
