//! A thread with a runtime of its own and a timer on it, for work that nothing else in the process may delay.

use crate::{HighResolutionTimer, wake_without_slack};
use std::io;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

/// A thread that runs what is spawned on [`handle`](Self::handle), where [`timer`](Self::timer) rings without a hand-over
/// between threads. Cloning shares it; it ends, and what still runs there with it, when the last clone is dropped.
#[derive(Debug, Clone)]
pub struct TimerRuntime {
    handle: Handle,
    timer: Arc<HighResolutionTimer>,
    /// Dropping it ends the thread.
    _alive: Arc<oneshot::Sender<()>>,
}

impl TimerRuntime {
    /// Starts the thread under this name.
    ///
    /// # Errors
    /// The operating system gives no thread, poller or timer.
    pub fn start(name: &str) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let timer = {
            let _entered = handle.enter();
            Arc::new(HighResolutionTimer::in_runtime()?)
        };
        let (alive, ended) = oneshot::channel::<()>();
        std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            wake_without_slack();
            // Nothing is ever sent: this is the error of a sender that is gone.
            let _ = runtime.block_on(ended);
        })?;
        Ok(Self { handle, timer, _alive: Arc::new(alive) })
    }

    /// Where to spawn what is to run on the thread.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// The timer of the thread.
    pub fn timer(&self) -> &Arc<HighResolutionTimer> {
        &self.timer
    }
}

#[cfg(test)]
mod tests {
    use super::TimerRuntime;
    use std::time::Duration;

    #[tokio::test]
    async fn it_runs_on_one_thread_until_the_last_clone_is_gone() {
        let runtime = TimerRuntime::start("alone").unwrap();
        let own = runtime.clone();
        let ran = runtime.handle().spawn(async move {
            own.timer().sleep(Duration::from_millis(1)).await;
            std::thread::current().name().map(str::to_owned)
        });
        assert_eq!(ran.await.unwrap().as_deref(), Some("alone"));
        let endless = runtime.handle().spawn(std::future::pending::<()>());
        drop(runtime);
        let ended = tokio::time::timeout(Duration::from_secs(30), endless).await.expect("ends with its thread");
        assert!(ended.unwrap_err().is_cancelled());
    }
}
