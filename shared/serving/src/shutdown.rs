//! The end of a process: who may ask for it, and how long what is in flight may take.

use std::{io::Read as _, time::Duration};
use tokio_util::sync::CancellationToken;

/// How long requests in flight may take after the shutdown began; below the 30 s after which orchestrators kill.
pub const DRAIN_CAP: Duration = Duration::from_secs(25);

/// A shutdown that can be awaited and, once begun, stays begun.
#[derive(Clone, Debug)]
pub struct Shutdown(CancellationToken);

impl Shutdown {
    /// Begins on SIGINT, on SIGTERM and, where `with_stdin` says so, when standard input closes.
    ///
    /// The last is how the bench makes sure that no service outlives it, however it dies: the kernel closes the pipe.
    ///
    /// # Errors
    /// When the signal handlers cannot be installed.
    pub fn on_signals(with_stdin: bool) -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        let shutdown = Self::by_hand();
        if with_stdin {
            begin_at_end_of_stdin(shutdown.clone());
        }
        let begun = shutdown.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                () = begun.begun() => {}
            }
            begun.begin();
        });
        Ok(shutdown)
    }

    /// Begins only by [`Shutdown::begin`]: for tests, and for parts of a process.
    #[must_use]
    pub fn by_hand() -> Self {
        Self(CancellationToken::new())
    }

    /// Begins it.
    pub fn begin(&self) {
        self.0.cancel();
    }

    /// Whether it has begun.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.0.is_cancelled()
    }

    /// The outcome of `start`, or nothing if the shutdown begins first: a start that waits for others must not outlast it.
    pub async fn unless_begun<T>(&self, start: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            () = self.begun() => None,
            outcome = start => Some(outcome),
        }
    }

    /// Waits until it begins.
    pub async fn begun(&self) {
        self.0.cancelled().await;
    }
}

/// On a thread of its own, never joined: Tokio's standard input would hold the runtime's end until the pipe closes.
fn begin_at_end_of_stdin(shutdown: Shutdown) {
    std::thread::spawn(move || {
        let (mut stdin, mut ignored) = (std::io::stdin(), [0_u8; 64]);
        while matches!(stdin.read(&mut ignored), Ok(n) if n > 0) {}
        shutdown.begin();
    });
}
