//! Answering a GET or HEAD request: from the store, or by asking the origin once for everybody who waits.

use crate::{
    coalescer::Fetched,
    conditional::Conditions,
    directives::{Directives, normalised},
    headers,
    index::PurgeEpoch,
    origin::OriginResponse,
    pass,
    state::AppState,
    status::{Outcome, Why},
    stored::{Stored, Use},
};
use axum::{
    extract::{Request, State},
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use http::{Method, StatusCode, header, request::Parts};
use serving::Problem;
use std::{sync::Arc, time::SystemTime};

/// How often a request waits for another one's fetch and finds that the response does not fit it (`Vary`). Then it asks
/// the origin itself.
const TRIES: usize = 3;

/// Answers a request of any method.
pub(crate) async fn answer(State(state): State<AppState>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let question = state.seams.edge_caching.question(parts.uri.path(), parts.uri.query());
    if !matches!(parts.method, Method::GET | Method::HEAD) {
        return pass::on(&state, parts, body, question, "method").await;
    }
    if parts.headers.contains_key(header::RANGE) {
        return pass::on(&state, parts, body, question, "bypass").await;
    }
    let Ok(address) = question.parse() else {
        return Problem::bad_request("the address cannot be read").into_response();
    };
    let conditions = Conditions::of(&parts.method, &parts.headers);
    let mut asked = parts.clone();
    // HEAD is answered from what GET gave.
    (asked.method, asked.uri) = (Method::GET, address);
    asked.headers = normalised(headers::unconditional(headers::to_origin(asked.headers, &asked.extensions)));
    if parts.method == Method::HEAD && !only_if_cached(&asked) && !state.has(&question, &asked).await {
        // Nothing to answer it from: a whole response would be fetched for nobody.
        return pass::on(&state, parts, body, question, "miss").await;
    }
    state.look_up(&question, &asked, &conditions).await
}

impl AppState {
    /// Whether something is stored that this request may have, if only after it was validated.
    async fn has(&self, question: &str, asked: &Parts) -> bool {
        let stored = self.store.get(&self.store.entry(question, asked).await).await;
        stored.is_some_and(|stored| stored.usable(asked, SystemTime::now()) != Use::Other)
    }

    /// Why a request has to be forwarded.
    fn why(&self, question: &str, kept: Option<&Arc<Stored>>, now: SystemTime) -> Why {
        match kept {
            Some(kept) if kept.is_fresh(now) => Why::Request,
            Some(_) => Why::Stale,
            None if self.store.varies(question) => Why::VaryMiss,
            None => Why::Miss,
        }
    }

    async fn look_up(&self, question: &str, asked: &Parts, conditions: &Conditions) -> Response {
        for _ in 0..TRIES {
            let entry = self.store.entry(question, asked).await;
            let now = SystemTime::now();
            let kept = self.store.get(&entry).await;
            let usable = kept.as_ref().map(|kept| (kept, kept.usable(asked, now)));
            match usable {
                Some((kept, Use::Fresh)) => {
                    return from_store(kept, conditions, now, Outcome::Hit { ttl: kept.ttl(now) });
                }
                Some((kept, Use::Stale)) => {
                    self.coalescer.start(&entry, || {
                        self.clone().fetch(entry.clone(), asked.clone(), question.to_owned(), Some(kept.clone()))
                    });
                    return from_store(kept, conditions, now, Outcome::Stale { ttl: kept.ttl(now) });
                }
                _ => {}
            }
            if only_if_cached(asked) {
                return Problem::new(StatusCode::GATEWAY_TIMEOUT, "/problems/not-kept").into_response();
            }
            let kept = kept.filter(|kept| kept.usable(asked, now) != Use::Other);
            let why = self.why(question, kept.as_ref(), now);
            let fetch = || self.clone().fetch(entry.clone(), asked.clone(), question.to_owned(), kept.clone());
            if self.store.is_unshareable(&entry) {
                return after_fetch(fetch().await, asked, conditions, kept.as_ref(), why);
            }
            let (mine, fetched) = self.coalescer.join(&entry, fetch).await;
            if mine {
                return after_fetch(fetched, asked, conditions, kept.as_ref(), why);
            }
            let now = SystemTime::now();
            match &fetched {
                // Requested before a purge that names it, and this request may have come after that.
                Fetched::Stored { stored, begun, .. } if self.store.is_purged_since(stored, *begun) => {}
                Fetched::Stored { stored, .. } if matches!(stored.usable(asked, now), Use::Fresh | Use::Stale) => {
                    return from_store(stored, conditions, now, Outcome::Collapsed { ttl: stored.ttl(now) });
                }
                Fetched::Failed(_) => return after_fetch(fetched, asked, conditions, kept.as_ref(), why),
                // It fits other requests only: look again, now that it is known what the responses vary by.
                Fetched::Stored { .. } => {}
                Fetched::Private(answer)
                    if answer.is_outage() && kept.as_ref().is_some_and(|kept| kept.if_error(asked, now)) =>
                {
                    return after_fetch(fetched, asked, conditions, kept.as_ref(), why);
                }
                Fetched::Private(_) => break,
            }
        }
        let entry = self.store.entry(question, asked).await;
        let now = SystemTime::now();
        let kept = self.store.get(&entry).await.filter(|kept| kept.usable(asked, now) != Use::Other);
        let why = self.why(question, kept.as_ref(), now);
        let fetched = self.clone().fetch(entry, asked.clone(), question.to_owned(), kept.clone()).await;
        after_fetch(fetched, asked, conditions, kept.as_ref(), why)
    }

    /// Asks the origin, and stores what may be stored.
    async fn fetch(self, entry: String, asked: Parts, question: String, kept: Option<Arc<Stored>>) -> Fetched {
        let begun = self.store.epoch();
        let to_ask = kept.as_ref().map_or_else(|| asked.clone(), |kept| kept.validation(&asked, SystemTime::now()));
        let mut answer = match self.origin.ask(to_ask.clone(), Bytes::new()).await {
            Ok(answer) => answer,
            Err(error) => return Fetched::Failed(error),
        };
        let now = SystemTime::now();
        if answer.status == StatusCode::NOT_MODIFIED {
            if let Some(renewed) = kept.as_ref().and_then(|kept| kept.renewed(&to_ask, &answer, now)) {
                let stored = Arc::new(renewed);
                self.keep(&entry, &asked, &stored, begun).await;
                return Fetched::Stored { stored, validated: true, begun };
            }
            // The 304 is about another response than ours: fetch the whole one.
            answer = match self.origin.ask(asked.clone(), Bytes::new()).await {
                Ok(answer) => answer,
                Err(error) => return Fetched::Failed(error),
            };
        }
        match Stored::new(&question, &asked, &answer, now) {
            Some(stored) => {
                let stored = Arc::new(stored);
                self.keep(&entry, &asked, &stored, begun).await;
                Fetched::Stored { stored, validated: false, begun }
            }
            None => {
                // An outage says nothing about what is stored: `stale-if-error` may need it.
                if !answer.is_outage() {
                    self.store.forget(&entry).await;
                    self.store.mark_unshareable(&entry).await;
                }
                Fetched::Private(Arc::new(answer))
            }
        }
    }

    async fn keep(&self, entry: &str, asked: &Parts, stored: &Arc<Stored>, begun: PurgeEpoch) {
        self.store.put(asked, stored.clone(), begun).await;
        // Stored only to be validated, never shared: the next request need not wait for this one.
        if stored.usable(asked, SystemTime::now()) == Use::Ask {
            self.store.mark_unshareable(entry).await;
        }
    }
}

/// What the request that started the fetch gets.
fn after_fetch(
    fetched: Fetched,
    asked: &Parts,
    conditions: &Conditions,
    kept: Option<&Arc<Stored>>,
    why: Why,
) -> Response {
    let now = SystemTime::now();
    let fallback = kept.filter(|kept| kept.if_error(asked, now));
    match (fetched, fallback) {
        (Fetched::Stored { stored, validated: true, .. }, _) => {
            from_store(&stored, conditions, now, Outcome::Revalidated { why, ttl: stored.ttl(now) })
        }
        (Fetched::Stored { stored, validated: false, .. }, _) => {
            from_store(&stored, conditions, now, Outcome::Miss { why, said: stored.status, stored: true })
        }
        (Fetched::Private(answer), Some(kept)) if answer.is_outage() => {
            from_store(kept, conditions, now, Outcome::StaleIfError { ttl: kept.ttl(now), said: Some(answer.status) })
        }
        (Fetched::Private(answer), _) => {
            let OriginResponse { status, headers: mut all, body } = Arc::unwrap_or_clone(answer);
            headers::strip_internal(&mut all);
            conditions.answer(status, all, body, None, Outcome::Miss { why, said: status, stored: false })
        }
        (Fetched::Failed(_), Some(kept)) => {
            from_store(kept, conditions, now, Outcome::StaleIfError { ttl: kept.ttl(now), said: None })
        }
        (Fetched::Failed(error), None) => {
            let mut response = error.into_response();
            Outcome::Error.report(response.headers_mut());
            response
        }
    }
}

fn from_store(kept: &Arc<Stored>, conditions: &Conditions, now: SystemTime, outcome: Outcome) -> Response {
    conditions.answer(kept.status, kept.headers.clone(), kept.body.clone(), Some(kept.age(now)), outcome)
}

fn only_if_cached(asked: &Parts) -> bool {
    Directives::of(&asked.headers).has("only-if-cached")
}
