//! Answers by idempotency key: the same key with the same request gives the same answer, and has its effect once.

use super::recent::Recent;
use serde::Serialize;
use serving::Problem;

/// The most answers remembered; a forgotten key counts as a new one.
const MOST_ANSWERS: usize = 50_000;

/// The answer given under each key.
#[derive(Debug)]
pub(super) struct Answers<A>(Recent<String, (String, A)>);

impl<A> Default for Answers<A> {
    fn default() -> Self {
        Self(Recent::new(MOST_ANSWERS))
    }
}

impl<A: Clone> Answers<A> {
    /// The answer already given under `key`, or the one that `make` gives now.
    ///
    /// # Errors
    /// 422 when the key was used for another operation or another request.
    pub(super) fn once(
        &mut self,
        key: String,
        operation: &str,
        request: &impl Serialize,
        make: impl FnOnce() -> A,
    ) -> Result<A, Problem> {
        let fingerprint = serde_json::to_string(&(operation, request)).map_err(|error| {
            tracing::error!(%error, "a request could not be fingerprinted");
            Problem::internal()
        })?;
        match self.0.get(&key) {
            Some((known, answer)) if *known == fingerprint => Ok(answer.clone()),
            Some(_) => Err(Problem::unprocessable("this Idempotency-Key was used for a different request")),
            None => {
                let answer = make();
                self.0.insert(key, (fingerprint, answer.clone()));
                Ok(answer)
            }
        }
    }
}
