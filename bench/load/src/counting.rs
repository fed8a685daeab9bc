//! A socket that counts its bytes, both ways: what really went over the wire, headers and framing included; and that knows when
//! it was last read.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What [`Traffic::last_read`] counts from.
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Bytes of one connection, or of all, so far.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    read: AtomicU64,
    written: AtomicU64,
    /// Nanoseconds after [`START`] of the last read.
    last_read: AtomicU64,
}

impl Traffic {
    fn add(&self, read: u64, written: u64) {
        self.read.fetch_add(read, Ordering::Relaxed);
        self.written.fetch_add(written, Ordering::Relaxed);
    }

    /// When something was last read, the end of the stream included. Where many answers come at once this is well before the
    /// request they belong to is polled again: with 250 at once, at a stall's end, the p95 was 4.7 ms above what the server had
    /// written down, and 2.6 and 2.9 ms with this (two shared cores).
    pub(super) fn last_read(&self) -> Instant {
        *START + Duration::from_nanos(self.last_read.load(Ordering::Relaxed))
    }

    /// Bytes read and bytes written.
    pub(super) fn so_far(&self) -> (u64, u64) {
        (self.read.load(Ordering::Relaxed), self.written.load(Ordering::Relaxed))
    }
}

/// Passes everything on to `inner` and counts it.
#[derive(Debug)]
pub(super) struct Counting<S> {
    inner: S,
    /// The connection's own count and the one it shares with all others.
    traffic: [Arc<Traffic>; 2],
}

impl<S> Counting<S> {
    pub(super) fn new(inner: S, own: Arc<Traffic>, all: Arc<Traffic>) -> Self {
        Self { inner, traffic: [own, all] }
    }

    fn written(&self, bytes: usize) -> Poll<io::Result<usize>> {
        self.traffic.iter().for_each(|traffic| traffic.add(0, bytes as u64));
        Poll::Ready(Ok(bytes))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Counting<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(cx, buf))?;
        let bytes = (buf.filled().len() - before) as u64;
        let now = u64::try_from(START.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.traffic[0].last_read.store(now, Ordering::Relaxed);
        self.traffic.iter().for_each(|traffic| traffic.add(bytes, 0));
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Counting<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let bytes = ready!(Pin::new(&mut self.inner).poll_write(cx, buf))?;
        self.written(bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let bytes = ready!(Pin::new(&mut self.inner).poll_write_vectored(cx, bufs))?;
        self.written(bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::{Counting, Traffic};
    use std::sync::Arc;
    use std::time::Instant;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    #[tokio::test]
    async fn bytes_are_counted_in_both_directions() {
        let (near, mut far) = tokio::io::duplex(64);
        let (own, all) = (Arc::new(Traffic::default()), Arc::new(Traffic::default()));
        let mut near = Counting::new(near, own.clone(), all.clone());
        near.write_all(b"twelve bytes").await.unwrap();
        far.write_all(b"five!").await.unwrap();
        let mut five = [0; 5];
        let before = Instant::now();
        near.read_exact(&mut five).await.unwrap();
        assert!(own.last_read() >= before && own.last_read() <= Instant::now());
        assert_eq!((own.so_far(), all.so_far()), ((5, 12), (5, 12)));
    }
}
