//! What POST requests were told they created: every 201 with its `Location`, whichever slice, phase or single request it was.

use super::message::{Incoming, Outgoing};
use http::{Method, StatusCode, header};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What was created at one address, and what may have been.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Created {
    /// The `Location` of every 201, in the order of the answers, with the path that was asked.
    pub told: Vec<(String, String)>,
    /// POST requests by path whose outcome nobody knows: given up, or the connection was lost before an answer came. They may have
    /// created something and are neither accepted nor refused.
    pub unknown: HashMap<String, u64>,
}

/// By authority. Only POST is looked at, so nothing else pays for it.
#[derive(Debug, Default)]
pub(super) struct Creations(Mutex<HashMap<String, Created>>);

/// A POST that was sent; dropped without an answer, its outcome is unknown.
pub(super) struct Pending<'a> {
    creations: &'a Creations,
    authority: &'a str,
    path: String,
    answered: bool,
}

impl Creations {
    /// To be called before a request is sent; `None` for one that creates nothing. A gRPC call is a POST by name alone.
    pub(super) fn pending<'a>(&'a self, authority: &'a str, request: &Outgoing) -> Option<Pending<'a>> {
        let grpc = request.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/grpc");
        (request.method() == Method::POST && !grpc).then(|| {
            let path = request.uri().path().to_owned();
            Pending { creations: self, authority, path, answered: false }
        })
    }

    /// What is known of an address; it is forgotten with this.
    pub(super) fn take(&self, authority: &str) -> Created {
        self.all().remove(authority).unwrap_or_default()
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, Created>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pending<'_> {
    /// The head of the answer is here.
    pub(super) fn answered(mut self, answer: &Incoming) {
        self.answered = true;
        if answer.status() != StatusCode::CREATED {
            return;
        }
        let location = answer.headers().get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let told = (std::mem::take(&mut self.path), location.to_owned());
        self.creations.all().entry(self.authority.to_owned()).or_default().told.push(told);
    }
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        if !self.answered {
            let path = std::mem::take(&mut self.path);
            *self.creations.all().entry(self.authority.to_owned()).or_default().unknown.entry(path).or_default() += 1;
        }
    }
}
