//! What the payment partner remembers: its ledger of charges, and its answers by idempotency key.

use super::{
    answers::Answers,
    ledger::{Charge, Ledger, NewCharge, Status},
};
use axum::http::StatusCode;
use serde::Serialize;
use serving::Problem;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How a request was answered: with a charge, or refused.
pub(crate) type Answer = Result<(StatusCode, Charge), Problem>;

/// Charges and answers, under one lock.
#[derive(Debug, Default)]
pub(crate) struct Payments(Mutex<Memory>);

#[derive(Debug, Default)]
struct Memory {
    ledger: Ledger,
    answers: Answers<Answer>,
}

/// A charge, and the key it was asked for under.
#[derive(Debug, Serialize)]
pub(crate) struct Booked {
    key: String,
    #[serde(flatten)]
    charge: Charge,
}

impl Payments {
    /// Reserves or takes an amount; 402 when the card is declined. `on_effect` runs once per charge.
    pub(crate) fn open(
        &self,
        key: String,
        operation: &str,
        request: &NewCharge,
        status: Status,
        on_effect: impl FnOnce(),
    ) -> Answer {
        let booked = key.clone();
        self.once(key, operation, request, |ledger| {
            let charge = ledger.open(booked, request, status)?;
            on_effect();
            Ok((StatusCode::CREATED, charge))
        })
    }

    /// Takes a reserved amount, or a smaller one.
    pub(crate) fn capture(
        &self,
        key: String,
        request: &impl Serialize,
        reference: &str,
        amount_cents: Option<i64>,
    ) -> Answer {
        self.once(key, "capture", request, |ledger| Ok((StatusCode::OK, ledger.capture(reference, amount_cents)?)))
    }

    /// Releases a reserved amount, or gives back a taken one.
    pub(crate) fn void(&self, key: String, request: &impl Serialize, reference: &str) -> Answer {
        self.once(key, "void", request, |ledger| Ok((StatusCode::OK, ledger.void(reference)?)))
    }

    /// The charge with this reference.
    pub(crate) fn look_up(&self, reference: &str) -> Answer {
        self.memory().ledger.charge(reference).map(|charge| (StatusCode::OK, charge))
    }

    /// All charges, the newest first.
    pub(crate) fn booked(&self) -> Vec<Booked> {
        self.memory().ledger.all().map(|(key, charge)| Booked { key: key.clone(), charge: charge.clone() }).collect()
    }

    pub(crate) fn reset(&self) {
        *self.memory() = Memory::default();
    }

    /// Under one lock from the look-up of the key to the answer: of any number of calls at once, one has the effect.
    fn once(
        &self,
        key: String,
        operation: &str,
        request: &impl Serialize,
        make: impl FnOnce(&mut Ledger) -> Answer,
    ) -> Answer {
        let Memory { ledger, answers } = &mut *self.memory();
        answers.once(key, operation, request, || make(ledger))?
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
