//! When to look at the files: the kernel's events on Linux, a quarter of a second elsewhere and with `--poll`.
//!
//! The crate `notify` would do this too, but takes mio with its default features, and with them tokio and all that stands on
//! it is compiled another time. What changed is decided by content here, so one fact is all that is wanted: something stirred.

use std::path::Path;
use std::time::Duration;

/// Time between two looks where there are no events. A look reads a dozen small files.
const POLL: Duration = Duration::from_millis(250);

/// Something that says when to look.
pub(super) enum FileEvents {
    /// The kernel says so.
    #[cfg(target_os = "linux")]
    Events(inotify::Events),
    /// Nobody does: look again and again.
    Clock,
}

impl FileEvents {
    /// About everything below `folder`.
    ///
    /// # Errors
    /// The system's own, where it has no events left to give.
    #[cfg(target_os = "linux")]
    pub(super) fn of(folder: &Path, poll: bool) -> std::io::Result<Self> {
        if poll { Ok(Self::Clock) } else { inotify::Events::of(folder).map(Self::Events) }
    }

    /// About everything below `folder`.
    ///
    /// # Errors
    /// None where there are no events to begin with.
    #[cfg(not(target_os = "linux"))]
    pub(super) fn of(_: &Path, _: bool) -> std::io::Result<Self> {
        Ok(Self::Clock)
    }

    /// No events: whoever waits must look for himself.
    pub(super) fn is_clock(&self) -> bool {
        matches!(self, Self::Clock)
    }

    /// Waits for the next sign; with the clock that is only a sign to look.
    pub(super) async fn next(&mut self) {
        match self {
            #[cfg(target_os = "linux")]
            Self::Events(events) => events.next().await,
            Self::Clock => tokio::time::sleep(POLL).await,
        }
    }
}

#[cfg(target_os = "linux")]
mod inotify {
    use rustix::fd::OwnedFd;
    use rustix::fs::inotify::{CreateFlags, WatchFlags, add_watch, init};
    use std::path::{Path, PathBuf};
    use tokio::io::unix::AsyncFd;

    /// One queue of events about a folder and those below it.
    pub(in crate::watch) struct Events {
        queue: AsyncFd<OwnedFd>,
        folder: PathBuf,
    }

    impl Events {
        #[expect(
            deprecated,
            reason = "unsound only for types whose descriptor may change; its successor is unsafe to call"
        )]
        pub(super) fn of(folder: &Path) -> std::io::Result<Self> {
            let queue = AsyncFd::new(init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC)?)?;
            let events = Self { queue, folder: folder.to_owned() };
            events.listen(&events.folder)?;
            Ok(events)
        }

        /// Watches are per folder; asking for one that is there already changes nothing.
        fn listen(&self, folder: &Path) -> std::io::Result<()> {
            let wanted = WatchFlags::CLOSE_WRITE
                | WatchFlags::MODIFY
                | WatchFlags::CREATE
                | WatchFlags::DELETE
                | WatchFlags::MOVED_FROM
                | WatchFlags::MOVED_TO;
            add_watch(&self.queue, folder, wanted)?;
            for entry in std::fs::read_dir(folder)?.flatten() {
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    self.listen(&entry.path())?;
                }
            }
            Ok(())
        }

        pub(super) async fn next(&mut self) {
            let mut drained = [0; 4096];
            loop {
                let Ok(mut ready) = self.queue.readable_mut().await else { return std::future::pending().await };
                let mut some = false;
                while rustix::io::read(ready.get_inner(), &mut drained).is_ok_and(|length| length > 0) {
                    some = true;
                }
                ready.clear_ready();
                if some {
                    // A folder may be new; one that has just gone needs no watch.
                    let _ = self.listen(&self.folder);
                    return;
                }
            }
        }
    }
}
