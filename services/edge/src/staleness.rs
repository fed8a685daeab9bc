//! How long a response may be served after it became stale (RFC 5861).

use crate::directives::Directives;
use std::time::Duration;

/// The two windows after the end of freshness.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Windows {
    /// `stale-while-revalidate`: serve the old response and fetch a new one in the background.
    pub(crate) while_revalidate: Duration,
    /// `stale-if-error`: serve the old response when no new one can be fetched.
    pub(crate) if_error: Duration,
}

impl Windows {
    /// What a response allows. `must-revalidate`, `proxy-revalidate` and `no-cache` allow nothing.
    ///
    /// RFC 9111 gives `s-maxage` the meaning of `proxy-revalidate` as well. Where the same origin names a window beside
    /// it, the window is taken at its word, as content delivery networks do: it would mean nothing otherwise.
    pub(crate) fn of(answer: &Directives) -> Self {
        if ["must-revalidate", "proxy-revalidate", "no-cache"].iter().any(|name| answer.has(name)) {
            return Self::default();
        }
        let seconds = |name| Duration::from_secs(answer.seconds(name).unwrap_or(0));
        Self { while_revalidate: seconds("stale-while-revalidate"), if_error: seconds("stale-if-error") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderMap, HeaderValue, header};

    fn windows(text: &'static str) -> [u64; 2] {
        let headers = HeaderMap::from_iter([(header::CACHE_CONTROL, HeaderValue::from_static(text))]);
        let Windows { while_revalidate, if_error } = Windows::of(&Directives::of(&headers));
        [while_revalidate.as_secs(), if_error.as_secs()]
    }

    #[test]
    fn windows_are_what_the_answer_names_and_nothing_else() {
        let cases = [
            ("s-maxage=5, stale-while-revalidate=10, stale-if-error=600", [10, 600]),
            ("max-age=5, Stale-If-Error=\"7\"", [0, 7]),
            ("max-age=5", [0, 0]),
            ("stale-while-revalidate=10, must-revalidate", [0, 0]),
            ("proxy-revalidate, stale-if-error=600", [0, 0]),
            ("no-cache, stale-if-error=600", [0, 0]),
            ("stale-while-revalidate=soon", [0, 0]),
            ("stale-while-revalidate=-1", [0, 0]),
        ];
        for (text, expected) in cases {
            assert_eq!(windows(text), expected, "{text}");
        }
    }
}
