//! One relayed connection: two directions, each a reader that stamps what comes and a writer that waits until it is due.

use super::count::Reader;
use super::line::Line;
use bytes::{Bytes, BytesMut};
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;
use timer::HighResolutionTimer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

/// What one read takes at most.
const CHUNK: usize = 64 * 1024;
/// Chunks on their way in one direction before the reader stops reading, so that a slow receiver slows the sender down as
/// without a relay. Small chunks grow when it stops, because TCP gathers them meanwhile.
const IN_FLIGHT: usize = 256;

/// Both lines of a relay and what holds everything on them back.
pub(super) struct Link<'a> {
    pub(super) timer: &'a HighResolutionTimer,
    pub(super) up: &'a Line,
    pub(super) down: &'a Line,
    pub(super) stalled: &'a watch::Receiver<bool>,
    /// Reads what passes; both directions are on one task, so nobody waits for the lock.
    pub(super) reader: Option<Mutex<Reader>>,
}

/// What the reader is told of what has passed in one direction.
type Passed = fn(&mut Reader, &[u8]);

impl Link<'_> {
    /// Carries bytes between client and upstream until both have said they are done, or until `cut`. If either side
    /// breaks off, or at the cut, both get a reset instead of an orderly end.
    ///
    /// # Errors
    /// Either side broke off.
    pub(super) async fn carry(
        &self,
        mut client: TcpStream,
        mut upstream: TcpStream,
        cut: &CancellationToken,
    ) -> io::Result<()> {
        let ended = {
            let (from_client, to_client) = client.split();
            let (from_upstream, to_upstream) = upstream.split();
            let both = async {
                tokio::try_join!(
                    self.direction(self.up, from_client, to_upstream, Reader::up),
                    self.direction(self.down, from_upstream, to_client, Reader::down)
                )
            };
            cut.run_until_cancelled(both).await
        };
        if !matches!(ended, Some(Ok(_))) {
            client.set_zero_linger()?;
            upstream.set_zero_linger()?;
        }
        ended.map_or(Ok(()), |ended| ended.map(drop))
    }

    async fn direction(&self, line: &Line, from: ReadHalf<'_>, to: WriteHalf<'_>, passed: Passed) -> io::Result<()> {
        let (enter, leave) = mpsc::channel(IN_FLIGHT);
        tokio::try_join!(read(line, from, enter), self.write(leave, to, passed))?;
        Ok(())
    }

    async fn write(
        &self,
        mut leave: mpsc::Receiver<(Instant, Bytes)>,
        mut to: WriteHalf<'_>,
        passed: Passed,
    ) -> io::Result<()> {
        let mut stalled = self.stalled.clone();
        while let Some((due, chunk)) = leave.recv().await {
            self.timer.until(due).await;
            if *stalled.borrow() && stalled.wait_for(|stalled| !stalled).await.is_err() {
                break;
            }
            if chunk.is_empty() {
                return to.shutdown().await;
            }
            to.write_all(&chunk).await?;
            // Only now: the bytes are on their way, and what a cut held back never reached anybody.
            if let Some(reader) = &self.reader {
                passed(&mut reader.lock().unwrap_or_else(PoisonError::into_inner), &chunk);
            }
        }
        Ok(())
    }
}

/// Reads and stamps; the end of the stream travels as an empty chunk, which takes as long as any other.
async fn read(line: &Line, mut from: ReadHalf<'_>, enter: mpsc::Sender<(Instant, Bytes)>) -> io::Result<()> {
    let mut buffer = BytesMut::with_capacity(CHUNK);
    loop {
        buffer.reserve(CHUNK / 4);
        let bytes = from.read_buf(&mut buffer).await?;
        let due = line.enter(Instant::now(), bytes);
        if enter.send((due, buffer.split().freeze())).await.is_err() || bytes == 0 {
            return Ok(());
        }
    }
}
