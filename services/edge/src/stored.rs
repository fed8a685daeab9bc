//! A stored response: what it was, which requests it may be used for, and how it is validated.

use crate::{
    directives::{Directives, normalised},
    headers::{self, GROUPS},
    origin::OriginResponse,
    staleness::Windows,
};
use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode, header, request::Parts};
use http_cache_semantics::{AfterResponse, BeforeRequest, CachePolicy};
use std::time::{Duration, SystemTime};

/// Headers that describe a body; a 304 says nothing about the one that is stored.
const OF_THE_BODY: [header::HeaderName; 3] = [header::CONTENT_LENGTH, header::CONTENT_ENCODING, header::CONTENT_RANGE];

/// A stored response.
#[derive(Debug)]
pub(crate) struct Stored {
    /// The question, without what `Vary` adds.
    pub(crate) question: String,
    pub(crate) status: StatusCode,
    /// As users see them, except for `Age`.
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The groups it belongs to.
    pub(crate) groups: Vec<String>,
    policy: CachePolicy,
    windows: Windows,
    fresh_until: SystemTime,
}

/// What a stored response is to a request at this moment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// Serve it.
    Fresh,
    /// Serve it, and fetch a new one.
    Stale,
    /// Only after the origin was asked.
    Ask,
    /// It fits other requests only.
    Other,
}

impl Stored {
    /// Stores a response, if RFC 9111 allows it and storing it gains anything. `asked` has [`normalised`] headers.
    pub(crate) fn new(question: &str, asked: &Parts, answer: &OriginResponse, now: SystemTime) -> Option<Self> {
        let mut policy_view = Response::new(());
        *policy_view.status_mut() = answer.status;
        *policy_view.headers_mut() = normalised(answer.headers.clone());
        let policy = CachePolicy::new_options(asked, &policy_view, now, Default::default());
        Self::build(question, policy, answer.status, answer.headers.clone(), answer.body.clone(), now)
    }

    fn build(
        question: &str,
        policy: CachePolicy,
        status: StatusCode,
        mut all: HeaderMap,
        body: Bytes,
        now: SystemTime,
    ) -> Option<Self> {
        let windows = Windows::of(&Directives::of(&all));
        let gained = policy.time_to_live(now) > Duration::ZERO
            || windows != Windows::default()
            || all.contains_key(header::ETAG)
            || all.contains_key(header::LAST_MODIFIED);
        let personal = all.contains_key(header::SET_COOKIE);
        if !policy.is_storable() || personal || !gained {
            return None;
        }
        let groups = headers::strings(&all, &GROUPS);
        headers::strip_internal(&mut all);
        let fresh_until = now + policy.time_to_live(now);
        Some(Self { question: question.to_owned(), status, headers: all, body, groups, policy, windows, fresh_until })
    }

    /// What it is to this request.
    pub(crate) fn usable(&self, asked: &Parts, now: SystemTime) -> Use {
        match self.policy.before_request(asked, now) {
            BeforeRequest::Fresh(_) => Use::Fresh,
            BeforeRequest::Stale { matches: false, .. } => Use::Other,
            BeforeRequest::Stale { .. } => {
                let within = self.overdue(now).is_some_and(|overdue| overdue < self.windows.while_revalidate);
                if within && !demands_validation(asked) { Use::Stale } else { Use::Ask }
            }
        }
    }

    /// Whether it may be served when no new one can be fetched.
    pub(crate) fn if_error(&self, asked: &Parts, now: SystemTime) -> bool {
        let other = matches!(self.policy.before_request(asked, now), BeforeRequest::Stale { matches: false, .. });
        !other && self.overdue(now).is_none_or(|overdue| overdue < self.windows.if_error)
    }

    /// Whether its own lifetime has not ended: a request that has it validated all the same demands that.
    pub(crate) fn is_fresh(&self, now: SystemTime) -> bool {
        self.overdue(now).is_none()
    }

    /// How long ago its freshness ended; nothing while it is fresh.
    fn overdue(&self, now: SystemTime) -> Option<Duration> {
        now.duration_since(self.fresh_until).ok()
    }

    /// Seconds until it is stale; negative once it is.
    pub(crate) fn ttl(&self, now: SystemTime) -> i64 {
        let seconds = |duration: Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
        match self.fresh_until.duration_since(now) {
            Ok(left) => seconds(left),
            Err(_) => -seconds(self.overdue(now).unwrap_or_default()),
        }
    }

    /// Its age for the `Age` header, in seconds.
    pub(crate) fn age(&self, now: SystemTime) -> u64 {
        self.policy.age(now).as_secs()
    }

    /// The request that asks the origin whether it is still valid.
    pub(crate) fn validation(&self, asked: &Parts, now: SystemTime) -> Parts {
        match self.policy.before_request(asked, now) {
            BeforeRequest::Stale { request, matches: true } => request,
            BeforeRequest::Stale { .. } | BeforeRequest::Fresh(_) => asked.clone(),
        }
    }

    /// The same response after a 304 to [`Stored::validation`]; nothing where the 304 is about another one.
    pub(crate) fn renewed(&self, asked: &Parts, answer: &OriginResponse, now: SystemTime) -> Option<Self> {
        let mut not_modified = Response::new(());
        *not_modified.status_mut() = answer.status;
        *not_modified.headers_mut() = normalised(answer.headers.clone());
        let AfterResponse::NotModified(policy, _) = self.policy.after_response(asked, &not_modified, now) else {
            return None;
        };
        let mut all = self.headers.clone();
        for name in answer.headers.keys().filter(|name| !OF_THE_BODY.contains(name)) {
            all.remove(name);
            for value in answer.headers.get_all(name) {
                all.append(name, value.clone());
            }
        }
        let renewed = Self::build(&self.question, policy, self.status, all, self.body.clone(), now)?;
        // A 304 need not repeat them.
        let groups = if renewed.groups.is_empty() { self.groups.clone() } else { renewed.groups };
        Some(Self { groups, ..renewed })
    }

    /// About how many bytes it takes in memory.
    pub(crate) fn weight(&self) -> u32 {
        let headers: usize = self.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 64).sum();
        let groups: usize = self.groups.iter().map(|group| group.len() + 24).sum();
        // The policy holds the headers of request and response once more, the index the groups and the question.
        let all = 768 + self.body.len() + 3 * headers + 6 * groups + 4 * self.question.len();
        u32::try_from(all).unwrap_or(u32::MAX)
    }
}

/// Whether a request refuses a response that was not validated with the origin.
fn demands_validation(asked: &Parts) -> bool {
    let (said, mut pragmas) = (Directives::of(&asked.headers), asked.headers.get_all(header::PRAGMA).iter());
    ["no-cache", "max-age", "min-fresh"].iter().any(|name| said.has(name))
        || pragmas.any(|pragma| pragma.to_str().is_ok_and(|pragma| pragma.contains("no-cache")))
}
