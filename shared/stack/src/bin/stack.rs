//! `stack run --needs postgres,redis -- COMMAND…`: starts servers once, runs a command that finds them in its
//! environment, stops them.

use std::io::IsTerminal as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{ExitCode, ExitStatus};

use anyhow::Context as _;
use stack::{Ledger, Needs, Stack, StackError, Surroundings, ledger};
use tokio::signal::unix::{SignalKind, signal};

const USAGE: &str = "usage: stack run [--needs postgres,redis,rabbitmq] -- COMMAND [ARGUMENT…]
       stack sweep
run    starts the servers (all three unless --needs says otherwise), gives their URLs to the command as DATABASE_URL,
       REDIS_URL and AMQP_URL, and stops them when it ends; the exit code is the command's
sweep  clears away what earlier runs left that did not end in order";

fn main() -> ExitCode {
    if let Err(error) = stack::without_foreign_settings() {
        eprintln!("stack: the environment cannot be cleaned of PG… variables: {error}");
        return ExitCode::from(3);
    }
    work()
}

#[tokio::main]
async fn work() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["sweep"] => sweep().await,
        ["run", "--needs", needs, "--", command @ ..] if !command.is_empty() => match needs.parse() {
            Ok(needs) => run(needs, command).await,
            Err(error) => Err(anyhow::Error::from(error)),
        },
        ["run", "--", command @ ..] if !command.is_empty() => run(Needs::ALL, command).await,
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("{error:#}");
        ExitCode::from(error.downcast_ref::<StackError>().map_or(3, StackError::exit_code))
    })
}

async fn sweep() -> anyhow::Result<ExitCode> {
    let swept = ledger::sweep().await?;
    if !swept.is_empty() {
        eprintln!("{swept}");
    }
    Ok(ExitCode::SUCCESS)
}

async fn run(needs: Needs, command: &[&str]) -> anyhow::Result<ExitCode> {
    // Taken before the start, so that Ctrl-C in the middle of it stops what runs by then.
    let mut stops = Stops::listen()?;
    let stack = tokio::select! {
        stack = Stack::start(needs, &stack::to_stderr) => stack?,
        number = stops.next() => return Ok(killed_by(number)),
    };
    let status = run_with(&stack, command, &mut stops).await;
    stack.stop().await?;
    Ok(status?.code().map_or_else(|| ExitCode::from(3), |code| ExitCode::from(u8::try_from(code).unwrap_or(1))))
}

async fn run_with(stack: &Stack, command: &[&str], stops: &mut Stops) -> anyhow::Result<Ended> {
    let ledger = Ledger::open_in(Surroundings::here().state())?;
    let mut child = tokio::process::Command::new(command[0])
        .args(&command[1..])
        .envs(stack.variables())
        // The servers are in its environment now, whichever way they came.
        .env_remove("WORKSHOP_STACK")
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("{} could not be started", command[0]))?;
    let pid = child.id().unwrap_or_default();
    ledger.process(pid, command[0])?;
    let status = loop {
        tokio::select! {
            status = child.wait() => break status?,
            number = stops.next() => stops.pass_on(number, pid),
        }
    };
    ledger.forget_process(pid)?;
    Ok(Ended(status))
}

/// How the command ended, as a shell would say it.
struct Ended(ExitStatus);

impl Ended {
    fn code(&self) -> Option<i32> {
        self.0.code().or_else(|| self.0.signal().map(|number| 128 + number))
    }
}

fn killed_by(number: i32) -> ExitCode {
    ExitCode::from(u8::try_from(128 + number).unwrap_or(1))
}

/// The signals that ask us to end.
struct Stops {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
}

impl Stops {
    fn listen() -> std::io::Result<Self> {
        Ok(Stops {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> i32 {
        tokio::select! {
            _ = self.interrupt.recv() => SignalKind::interrupt().as_raw_value(),
            _ = self.terminate.recv() => SignalKind::terminate().as_raw_value(),
            _ = self.hang_up.recv() => SignalKind::hangup().as_raw_value(),
        }
    }

    /// Passes a signal on to the command; it ends, and so do we. Ctrl-C in a terminal has reached the command already,
    /// and many programs take a second one for "at once".
    fn pass_on(&self, number: i32, pid: u32) {
        if number == SignalKind::interrupt().as_raw_value() && std::io::stdin().is_terminal() {
            return;
        }
        let target = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw);
        let named = rustix::process::Signal::from_named_raw(number);
        if let (Some(target), Some(named)) = (target, named) {
            // An error means that it has just ended.
            let _ = rustix::process::kill_process(target, named);
        }
    }
}
