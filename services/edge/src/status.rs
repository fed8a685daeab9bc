//! How a request was handled: reported in `Cache-Status` (RFC 9211), on the server span and in a counter.

use http::{HeaderMap, HeaderValue, StatusCode};
use telemetry::names;
use tracing::Span;

/// Why a request was forwarded after a look into the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// Nothing is stored for it.
    Miss,
    /// What is stored is for requests with other headers.
    VaryMiss,
    /// What is stored is stale.
    Stale,
    /// What is stored is fresh, and the request has it validated.
    Request,
}

impl Why {
    /// As RFC 9211, section 2.2, has it.
    fn word(self) -> &'static str {
        match self {
            Self::Miss => "miss",
            Self::VaryMiss => "vary-miss",
            Self::Stale => "stale",
            Self::Request => "request",
        }
    }
}

/// How a request was handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Stored and fresh.
    Hit { ttl: i64 },
    /// Stored and stale; a new one is being fetched.
    Stale { ttl: i64 },
    /// Stored and stale, because no new one could be fetched.
    StaleIfError { ttl: i64, said: Option<StatusCode> },
    /// Shared with another request that was fetching it.
    Collapsed { ttl: i64 },
    /// Stored, and the origin said that it is still valid.
    Revalidated { why: Why, ttl: i64 },
    /// Fetched; then stored or not.
    Miss { why: Why, said: StatusCode, stored: bool },
    /// Forwarded without a look into the store.
    Bypass { why: &'static str, said: StatusCode },
    /// Nothing stored, and the origin failed.
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
            Self::Revalidated { why, ttl } => format!("edge; fwd={}; fwd-status=304; stored; ttl={ttl}", why.word()),
            Self::Miss { why, said, stored } => {
                let stored = if stored { "; stored" } else { "" };
                format!("edge; fwd={}; fwd-status={}{stored}", why.word(), said.as_u16())
            }
            Self::Bypass { why, said } => format!("edge; fwd={why}; fwd-status={}", said.as_u16()),
            Self::Error => "edge; fwd=miss; detail=unreachable".to_owned(),
        }
    }

    /// Reports it: in the response's header, on the request's span, in the counter of answers.
    pub(crate) fn report(self, headers: &mut HeaderMap) {
        Span::current().record(names::WORKSHOP_CACHE, self.word());
        telemetry::count("shop.edge.answers", 1, &[(names::SHOP_OUTCOME, self.word())]);
        if let Ok(value) = HeaderValue::try_from(self.header()) {
            headers.append(crate::headers::CACHE_STATUS, value);
        }
    }
}
