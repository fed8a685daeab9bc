//! The one thread on which all relays of the process run, with its precise timer.

use super::timer::Timer;
use anyhow::Context as _;
use std::sync::{Arc, OnceLock};
use tokio::runtime::Handle;

/// Where relays run and how they wait.
#[derive(Clone)]
pub struct Clock {
    pub handle: Handle,
    pub timer: Arc<Timer>,
}

/// The process's clock, started at the first call. One thread is enough (the head of the
/// module says what a round trip costs), and because reading, waiting and writing happen on the same thread no hand-over
/// between threads adds to the delay.
///
/// # Errors
/// The operating system gives no thread, poller or timer.
pub fn clock() -> anyhow::Result<Clock> {
    static CLOCK: OnceLock<Clock> = OnceLock::new();
    if let Some(clock) = CLOCK.get() {
        return Ok(clock.clone());
    }
    let clock = start()?;
    // Two first calls at once start two threads; one is dropped here and idles, which costs nothing.
    Ok(CLOCK.get_or_init(|| clock).clone())
}

fn start() -> anyhow::Result<Clock> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    let entered = handle.enter();
    let timer = Arc::new(Timer::new().context("cannot create the relays' timer")?);
    drop(entered);
    let ringing = timer.clone();
    std::thread::Builder::new()
        .name("distance".to_owned())
        .spawn(move || {
            timer::wake_without_slack();
            runtime.block_on(ringing.run());
        })
        .context("cannot start the relays' thread")?;
    Ok(Clock { handle, timer })
}
