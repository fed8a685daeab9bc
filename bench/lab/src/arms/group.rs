//! A child process with everything that it starts.

use crate::exit::Failure;
use rustix::process::{Pid, Signal, kill_process_group};
use stack::Ledger;
use tokio::process::Child;

/// The process group of a child that is not over; killed when nobody waits for it any more, and by the next run's sweep
/// when this one is killed itself.
pub(super) struct Group<'a> {
    pid: Option<u32>,
    ledger: &'a Ledger,
}

impl<'a> Group<'a> {
    /// Of a child that was started with a group of its own; `name` is what the ledger calls it.
    pub(super) fn of(child: &Child, name: &str, ledger: &'a Ledger) -> Result<Self, Failure> {
        let group = Self { pid: child.id(), ledger };
        if let Some(pid) = group.pid {
            ledger.process(pid, name)?;
        }
        Ok(group)
    }

    /// It has ended by itself.
    pub(super) fn over(mut self) {
        if let Some(pid) = self.pid.take() {
            let _ = self.ledger.forget_process(pid);
        }
    }
}

impl Drop for Group<'_> {
    fn drop(&mut self) {
        let Some(pid) = self.pid else { return };
        if let Some(group) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
            // An error means that it has just ended.
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.ledger.forget_process(pid);
    }
}
