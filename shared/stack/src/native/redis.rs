//! A private Redis: in memory only.

use super::child::{self, Child};
use super::{Context, NativeServer, port};
use crate::ledger::StopBy;
use crate::{Server, StackError, tuning};

pub(super) async fn start(context: &Context<'_>) -> Result<NativeServer, StackError> {
    let program = context.program(Server::Redis, "redis-server")?;
    (context.progress)(&format!("Redis: starting {}", program.display()));
    let folder = context.folder.sub("redis")?;
    let mut tries = 0;
    loop {
        tries += 1;
        let port = port::free();
        let mut command = child::command(&program);
        command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--daemonize", "no"]);
        command.args(tuning::REDIS).current_dir(&folder);
        let log = context.folder.path().join("redis.log");
        let mut child = Child::start(command, "Redis", StopBy::Term, context.ledger, &log)?;
        let url = format!("redis://127.0.0.1:{port}");
        match child.serves(Server::Redis, &url).await {
            Ok(()) => return Ok(NativeServer { children: vec![child], url }),
            Err(error) if port::was_taken(&error) && tries < port::TRIES => {}
            Err(error) => return Err(error),
        }
    }
}
