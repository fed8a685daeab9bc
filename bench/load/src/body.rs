//! Response bodies: read to the end, counted, decoded where the server compressed them.

use anyhow::Context as _;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use std::io::Read as _;

/// A body that was read to its end.
#[derive(Debug, Clone)]
pub(super) struct Read {
    /// The bytes as they came, if they were asked for.
    kept: Bytes,
    gzip: bool,
    length: u64,
    /// The last four bytes, which in gzip hold the decoded length (RFC 1952, ISIZE).
    tail: [u8; 4],
    /// What came after the body: a gRPC call's status.
    pub(super) trailers: HeaderMap,
}

/// Reads a body to its end. Without `keep` nothing is copied but its last four bytes.
///
/// # Errors
/// The connection broke before the end.
pub(super) async fn read(headers: &HeaderMap, mut body: Incoming, keep: bool) -> hyper::Result<Read> {
    let gzip = headers.get(header::CONTENT_ENCODING).is_some_and(|value| value.as_bytes() == b"gzip");
    let mut kept = BytesMut::new();
    let mut read = Read { kept: Bytes::new(), gzip, length: 0, tail: [0; 4], trailers: HeaderMap::new() };
    while let Some(frame) = body.frame().await {
        let data = match frame?.into_data() {
            Ok(data) => data,
            Err(other) => {
                read.trailers = other.into_trailers().unwrap_or_default();
                continue;
            }
        };
        read.length += data.len() as u64;
        if gzip {
            let last = &data[data.len().saturating_sub(4)..];
            read.tail.copy_within(last.len().., 0);
            read.tail[4 - last.len()..].copy_from_slice(last);
        }
        if keep {
            kept.extend_from_slice(&data);
        }
    }
    read.kept = kept.freeze();
    Ok(read)
}

impl Read {
    /// The length of the body once decoded. For gzip it is read from the trailer, because inflating every body would cost
    /// the machine, and so the server under test, more than the driver itself does.
    pub(super) fn decoded_length(&self) -> u64 {
        if self.gzip { u64::from(u32::from_le_bytes(self.tail)) } else { self.length }
    }

    /// The decoded body.
    ///
    /// # Errors
    /// The server said gzip and sent something else.
    pub(super) fn decoded(self) -> anyhow::Result<Bytes> {
        if !self.gzip {
            return Ok(self.kept);
        }
        let mut decoded = Vec::new();
        flate2::read::MultiGzDecoder::new(self.kept.as_ref())
            .read_to_end(&mut decoded)
            .context("the body is not the gzip its header promises")?;
        Ok(decoded.into())
    }
}
