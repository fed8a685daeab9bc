//! The one thread on which all relays of the process run, with its precise timer.

use anyhow::Context as _;
use std::sync::OnceLock;
use timer::TimerRuntime;

/// The relays' thread, started at the first call. One is enough (the head of the crate says what a round trip costs), and
/// because reading, waiting and writing happen on the same thread no hand-over between threads adds to the delay.
///
/// # Errors
/// The operating system gives no thread, poller or timer.
pub(super) fn clock() -> anyhow::Result<TimerRuntime> {
    static CLOCK: OnceLock<TimerRuntime> = OnceLock::new();
    if let Some(clock) = CLOCK.get() {
        return Ok(clock.clone());
    }
    let clock = TimerRuntime::start("relay").context("cannot start the relays' thread")?;
    // Two first calls at once start two threads; one ends here.
    Ok(CLOCK.get_or_init(|| clock).clone())
}
