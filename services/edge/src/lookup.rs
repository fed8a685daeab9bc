//! The way of a question: found and given, or asked for once for everybody who waits.

use crate::{
    app::Edge,
    conditional::Conditions,
    flights::Fetched,
    headers,
    origin::Answer,
    pass,
    status::Outcome,
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

/// How often an answer that another request waited for may turn out to be for others (`Vary`) before one asks alone.
const TRIES: usize = 3;

/// Answers a request of any method.
pub(crate) async fn answer(State(edge): State<Edge>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let question = edge.caching.question(parts.uri.path(), parts.uri.query());
    if !matches!(parts.method, Method::GET | Method::HEAD) {
        return pass::on(&edge, parts, body, question, "method").await;
    }
    if parts.headers.contains_key(header::RANGE) {
        return pass::on(&edge, parts, body, question, "bypass").await;
    }
    let Ok(address) = question.parse() else {
        return Problem::bad_request("the address cannot be read").into_response();
    };
    let conditions = Conditions::of(&parts.method, &parts.headers);
    // HEAD is answered from what GET would give.
    (parts.method, parts.uri) = (Method::GET, address);
    parts.headers = headers::unconditional(headers::to_origin(parts.headers));
    edge.look_up(&question, &parts, &conditions).await
}

impl Edge {
    async fn look_up(&self, question: &str, asked: &Parts, conditions: &Conditions) -> Response {
        for _ in 0..TRIES {
            let entry = self.store.entry(question, asked).await;
            let now = SystemTime::now();
            let kept = self.store.get(&entry).await;
            let usable = kept.as_ref().map(|kept| (kept, kept.usable(asked, now)));
            match usable {
                Some((kept, Use::Fresh)) => return given(kept, conditions, now, Outcome::Hit { ttl: kept.ttl(now) }),
                Some((kept, Use::Stale)) => {
                    self.flights.send(&entry, || {
                        self.clone().fetch(entry.clone(), asked.clone(), question.to_owned(), Some(kept.clone()))
                    });
                    return given(kept, conditions, now, Outcome::Stale { ttl: kept.ttl(now) });
                }
                _ => {}
            }
            if only_if_kept(asked) {
                return Problem::new(StatusCode::GATEWAY_TIMEOUT, "/problems/not-kept").into_response();
            }
            let kept = kept.filter(|kept| kept.usable(asked, now) != Use::Other);
            let fetch = || self.clone().fetch(entry.clone(), asked.clone(), question.to_owned(), kept.clone());
            if self.store.is_alone(&entry) {
                return finished(fetch().await, asked, conditions, kept.as_ref());
            }
            let (mine, fetched) = self.flights.join(&entry, fetch).await;
            if mine {
                return finished(fetched, asked, conditions, kept.as_ref());
            }
            let now = SystemTime::now();
            match &fetched {
                Fetched::Kept { stored, .. } if matches!(stored.usable(asked, now), Use::Fresh | Use::Stale) => {
                    return given(stored, conditions, now, Outcome::Collapsed { ttl: stored.ttl(now) });
                }
                Fetched::Failed(_) => return finished(fetched, asked, conditions, kept.as_ref()),
                // Made for another request: look again, now that it is known what the answers vary by.
                Fetched::Kept { .. } => {}
                Fetched::Own(answer)
                    if answer.is_outage() && kept.as_ref().is_some_and(|kept| kept.if_error(asked, now)) =>
                {
                    return finished(fetched, asked, conditions, kept.as_ref());
                }
                Fetched::Own(_) => break,
            }
        }
        let entry = self.store.entry(question, asked).await;
        let kept = self.store.get(&entry).await.filter(|kept| kept.usable(asked, SystemTime::now()) != Use::Other);
        let fetched = self.clone().fetch(entry, asked.clone(), question.to_owned(), kept.clone()).await;
        finished(fetched, asked, conditions, kept.as_ref())
    }

    /// Asks the origin, and keeps what may be kept.
    async fn fetch(self, entry: String, asked: Parts, question: String, kept: Option<Arc<Stored>>) -> Fetched {
        let begun = self.store.moment();
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
                return Fetched::Kept { stored, validated: true };
            }
            // About another answer than ours: the whole one, please.
            answer = match self.origin.ask(asked.clone(), Bytes::new()).await {
                Ok(answer) => answer,
                Err(error) => return Fetched::Failed(error),
            };
        }
        match Stored::new(&question, &asked, &answer, now) {
            Some(stored) => {
                let stored = Arc::new(stored);
                self.keep(&entry, &asked, &stored, begun).await;
                Fetched::Kept { stored, validated: false }
            }
            None => {
                // An outage says nothing about what is kept: `stale-if-error` may need it.
                if !answer.is_outage() {
                    self.store.forget(&entry).await;
                    self.store.leave_alone(&entry).await;
                }
                Fetched::Own(Arc::new(answer))
            }
        }
    }

    async fn keep(&self, entry: &str, asked: &Parts, stored: &Arc<Stored>, begun: crate::store::Moment) {
        self.store.put(asked, stored.clone(), begun).await;
        // Kept to be validated, but not to be shared: the next request need not wait for this one.
        if stored.usable(asked, SystemTime::now()) == Use::Ask {
            self.store.leave_alone(entry).await;
        }
    }
}

/// What the request that asked gets.
fn finished(fetched: Fetched, asked: &Parts, conditions: &Conditions, kept: Option<&Arc<Stored>>) -> Response {
    let now = SystemTime::now();
    let fallback = kept.filter(|kept| kept.if_error(asked, now));
    match (fetched, fallback) {
        (Fetched::Kept { stored, validated: true }, _) => {
            given(&stored, conditions, now, Outcome::Revalidated { ttl: stored.ttl(now) })
        }
        (Fetched::Kept { stored, validated: false }, _) => {
            given(&stored, conditions, now, Outcome::Miss { said: stored.status, kept: true })
        }
        (Fetched::Own(answer), Some(kept)) if answer.is_outage() => {
            given(kept, conditions, now, Outcome::StaleIfError { ttl: kept.ttl(now), said: Some(answer.status) })
        }
        (Fetched::Own(answer), _) => {
            let Answer { status, headers: mut all, body } = Arc::unwrap_or_clone(answer);
            headers::keep_between_us(&mut all);
            conditions.answer(status, all, body, None, Outcome::Miss { said: status, kept: false })
        }
        (Fetched::Failed(_), Some(kept)) => {
            given(kept, conditions, now, Outcome::StaleIfError { ttl: kept.ttl(now), said: None })
        }
        (Fetched::Failed(error), None) => {
            let mut response = error.into_response();
            Outcome::Error.say(response.headers_mut());
            response
        }
    }
}

fn given(kept: &Arc<Stored>, conditions: &Conditions, now: SystemTime, outcome: Outcome) -> Response {
    conditions.answer(kept.status, kept.headers.clone(), kept.body.clone(), Some(kept.age(now)), outcome)
}

fn only_if_kept(asked: &Parts) -> bool {
    let lists = asked.headers.get_all(header::CACHE_CONTROL).iter();
    lists.filter_map(|list| list.to_str().ok()).any(|list| list.contains("only-if-cached"))
}
