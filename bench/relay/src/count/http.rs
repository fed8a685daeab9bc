//! Requests over HTTP: 1.1 by its heads and lengths, 2 (gRPC too) by the streams that the client opens.
//!
//! Only the client's side is read. Of HTTP/2 the heads are not decoded (HPACK would need every header of the connection), so its
//! calls are told apart by nothing; a stream is a request, because a client never uses one twice (RFC 9113, section 5.1.1).

use super::gather::{Gather, Lost, Step};
use super::http1::Http1;
use super::traffic::Tally;

/// What every HTTP/2 client sends first (RFC 9113, section 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Length, type, flags and stream.
const HEAD: usize = 9;
const HEADERS: u8 = 1;

/// One connection.
#[derive(Debug)]
pub(super) enum Http {
    /// So many bytes of the preface, and nothing else.
    Unknown(usize),
    One(Http1),
    Two {
        frames: Gather,
        last_stream: u32,
    },
}

impl Http {
    pub(super) fn up(&mut self, bytes: &[u8], tally: &Tally) -> Result<(), Lost> {
        match self {
            Self::Unknown(seen) => {
                let rest = &PREFACE[*seen..];
                let same = rest.iter().zip(bytes).take_while(|(a, b)| a == b).count();
                if same == bytes.len() && same < rest.len() {
                    *seen += same;
                    return Ok(());
                }
                if same == rest.len() {
                    *self = Self::Two { frames: Gather::new(HEAD), last_stream: 0 };
                    return self.up(&bytes[same..], tally);
                }
                let mut one = Http1::default();
                one.up(&PREFACE[..*seen], tally)?;
                *self = Self::One(one);
                self.up(bytes, tally)
            }
            Self::One(one) => one.up(bytes, tally),
            Self::Two { frames, last_stream } => frames.feed(bytes, |head| {
                let [l0, l1, l2, kind, _, s0, s1, s2, s3] = *head else { return Step::Lost };
                let stream = u32::from_be_bytes([s0, s1, s2, s3]) & 0x7FFF_FFFF;
                if kind == HEADERS && stream % 2 == 0 {
                    return Step::Lost;
                }
                // A second HEADERS on a stream is its trailers.
                if kind == HEADERS && stream > *last_stream {
                    *last_stream = stream;
                    tally.named("HTTP/2");
                }
                Step::Next { skip: u64::from(u32::from_be_bytes([0, l0, l1, l2])), look_at: HEAD }
            }),
        }
    }
}
