//! A private RabbitMQ: one node of its own, with its own port mapper, and nothing of it outside its folder.
//!
//! Erlang nodes find each other through a port mapper, epmd. Left alone, a node starts one as a daemon that stays for
//! good. Here epmd is a child of ours on a port of its own, started first and stopped last, so that the node finds it
//! and starts none.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::child::{self, Child};
use super::{Context, NativeServer, port};
use crate::ledger::StopBy;
use crate::{Server, StackError};

/// The node's three ports.
struct Ports {
    amqp: u16,
    distribution: u16,
    mapper: u16,
}

pub(super) async fn start(context: &Context<'_>) -> Result<NativeServer, StackError> {
    let program = context.program(Server::RabbitMq, "rabbitmq-server")?;
    let mapper = context.program(Server::RabbitMq, "epmd")?;
    (context.progress)(&format!("RabbitMQ: starting {}", program.display()));
    let mut tries = 0;
    loop {
        tries += 1;
        let ports = Ports { amqp: port::free(), distribution: port::free(), mapper: port::free() };
        let folder = context.folder.sub(&format!("rabbitmq-{tries}"))?;
        let epmd = start_mapper(context, &mapper, &ports)?;
        let command = node(&program, &folder, &ports)?;
        let log = folder.join("output.log");
        let mut child = Child::start(command, "RabbitMQ", StopBy::Term, context.ledger, &log)?;
        // 127.0.0.1 counts as the loopback interface, from which RabbitMQ lets its default user in.
        let url = format!("amqp://guest:guest@127.0.0.1:{}/%2f", ports.amqp);
        match child.serves(Server::RabbitMq, &url).await {
            Ok(()) => return Ok(NativeServer { children: vec![epmd, child], url }),
            Err(error) if port::was_taken(&error) && tries < port::TRIES => {}
            Err(error) => return Err(error),
        }
    }
}

fn start_mapper(context: &Context<'_>, program: &Path, ports: &Ports) -> Result<Child, StackError> {
    let mut command = child::command(program);
    command.args(["-address", "127.0.0.1", "-port", &ports.mapper.to_string()]);
    command.current_dir(context.folder.path());
    let log = context.folder.path().join("epmd.log");
    Child::start(command, "RabbitMQ's port mapper", StopBy::Term, context.ledger, &log)
}

/// The node, with every path and port it has a default for pointed into our folder.
fn node(program: &Path, folder: &Path, ports: &Ports) -> Result<Command, StackError> {
    let write = |name: &str, text: &str| -> Result<PathBuf, StackError> {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(StackError::folder(&path))?;
        Ok(path)
    };
    let settings = write("rabbitmq.conf", &settings(ports.amqp))?;
    let plugins = write("plugins", "[].\n")?;
    // Empty, so that the machine's own file of RabbitMQ settings is not read.
    let environment = write("environment", "")?;
    let mut command = child::command(program);
    command
        .current_dir(folder)
        // Erlang keeps its cookie in the home folder.
        .env("HOME", folder)
        .env("ERL_EPMD_PORT", ports.mapper.to_string())
        .env("ERL_EPMD_ADDRESS", "127.0.0.1")
        .env("RABBITMQ_NODENAME", format!("shop{}@localhost", ports.amqp))
        .env("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1")
        .env("RABBITMQ_NODE_PORT", ports.amqp.to_string())
        .env("RABBITMQ_DIST_PORT", ports.distribution.to_string())
        .env("RABBITMQ_MNESIA_BASE", folder.join("data"))
        .env("RABBITMQ_MNESIA_DIR", folder.join("data/node"))
        .env("RABBITMQ_LOG_BASE", folder.join("log"))
        .env("RABBITMQ_CONFIG_FILE", settings)
        .env("RABBITMQ_CONF_ENV_FILE", environment)
        .env("RABBITMQ_ENABLED_PLUGINS_FILE", plugins)
        // Makes the script become the node instead of waiting for it, so that our child is the node itself.
        .env("RUNNING_UNDER_SYSTEMD", "true")
        // The default reserves tables for a million Erlang processes.
        .env("RABBITMQ_MAX_NUMBER_OF_PROCESSES", "65536")
        .env("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}");
    Ok(command)
}

/// Low marks for a small guest: it stops publishers at 256 MB of memory, or when the disk has less than 50 MB left. The
/// default asks for 40 % of the machine.
fn settings(port: u16) -> String {
    format!(
        "listeners.tcp.1 = 127.0.0.1:{port}\nnum_acceptors.tcp = 2\nvm_memory_high_watermark.absolute = 256MB\n\
         disk_free_limit.absolute = 50MB\nlog.file.level = warning\nlog.console = true\nlog.console.level = error\n"
    )
}
