//! How an answer came about: said in `Cache-Status` (RFC 9211), on the server span and in a count.

use http::{HeaderMap, HeaderValue, StatusCode};
use telemetry::names;
use tracing::Span;

/// How an answer came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Kept and fresh.
    Hit { ttl: i64 },
    /// Kept and stale, while a new one is fetched.
    Stale { ttl: i64 },
    /// Kept and stale, because no new one could be had.
    StaleIfError { ttl: i64, said: Option<StatusCode> },
    /// Another request's, waited for.
    Collapsed { ttl: i64 },
    /// Kept, and the origin said that it holds.
    Revalidated { ttl: i64 },
    /// Fetched; kept or not.
    Miss { said: StatusCode, kept: bool },
    /// Handed on without looking.
    Bypass { why: &'static str, said: StatusCode },
    /// Nothing kept and nothing to be had.
    Error,
}

impl Outcome {
    fn word(self) -> &'static str {
        match self {
            Self::Hit { .. } => "hit",
            Self::Stale { .. } => "stale",
            Self::StaleIfError { .. } => "stale-if-error",
            Self::Collapsed { .. } => "collapsed",
            Self::Revalidated { .. } => "revalidated",
            Self::Miss { .. } => "miss",
            Self::Bypass { .. } => "bypass",
            Self::Error => "error",
        }
    }

    fn header(self) -> String {
        match self {
            Self::Hit { ttl } | Self::Stale { ttl } => format!("edge; hit; ttl={ttl}"),
            Self::StaleIfError { ttl, said: Some(said) } => {
                format!("edge; fwd=stale; fwd-status={}; ttl={ttl}; detail=stale-if-error", said.as_u16())
            }
            Self::StaleIfError { ttl, said: None } => format!("edge; fwd=stale; ttl={ttl}; detail=stale-if-error"),
            Self::Collapsed { ttl } => format!("edge; fwd=miss; collapsed; ttl={ttl}"),
            Self::Revalidated { ttl } => format!("edge; fwd=stale; fwd-status=304; stored; ttl={ttl}"),
            Self::Miss { said, kept } => {
                format!("edge; fwd=miss; fwd-status={}{}", said.as_u16(), if kept { "; stored" } else { "" })
            }
            Self::Bypass { why, said } => format!("edge; fwd={why}; fwd-status={}", said.as_u16()),
            Self::Error => "edge; fwd=miss; detail=unreachable".to_owned(),
        }
    }

    /// Says it: in the answer's header, on the request's span, in the count of answers.
    pub(crate) fn say(self, headers: &mut HeaderMap) {
        Span::current().record(names::WORKSHOP_CACHE, self.word());
        telemetry::count("shop.edge.answers", 1, &[("outcome", self.word())]);
        if let Ok(value) = HeaderValue::try_from(self.header()) {
            headers.append(crate::headers::CACHE_STATUS, value);
        }
    }
}
