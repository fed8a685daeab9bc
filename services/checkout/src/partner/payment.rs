//! The payment partner: charging, and undoing a charge whose outcome is unknown.

use super::{CallError, Partners};
use backon::{ConstantBuilder, Retryable as _};
use http::StatusCode;
use outgoing_calls::Dependency;
use serde::{Deserialize, Serialize};
use shop::Money;
use std::time::Duration;
use telemetry::partner_span;

/// A charge that fails sooner is tried once more; after a longer wait the customer has waited enough.
const QUICK: Duration = Duration::from_millis(300);
/// The one more try, after a pause in which a connection or a process can come back. The customer waits for it.
const ONCE_MORE: ConstantBuilder = ConstantBuilder::new().with_delay(Duration::from_millis(100)).with_max_times(1);

/// What is to be charged.
#[derive(Clone, Debug)]
pub struct Charge {
    /// The attempt. The same key with the same words is the same charge, however often it is asked for.
    pub key: String,
    /// In euro cents.
    pub amount: Money,
    /// Stands for the card: `tok_...`.
    pub token: String,
}

#[derive(Serialize)]
struct ChargeRequest<'a> {
    amount_cents: Money,
    currency: &'static str,
    token: &'a str,
}

#[derive(Deserialize, Serialize)]
struct Reference {
    reference: String,
}

impl Partners {
    /// Charges the card and returns the partner's reference. Where the call fails quickly and without a usable answer, it
    /// asks once more under the same key; not after a time-out, because the customer is waiting, nor if the call was not sent.
    ///
    /// # Errors
    /// [`CallError::Refused`] with 402 for a declined card.
    pub async fn charge(&self, charge: &Charge) -> Result<String, CallError> {
        let begun = tokio::time::Instant::now();
        let failed_quickly = |error: &CallError| {
            matches!(error, CallError::NotReached(_) | CallError::Unknown { .. }) && begun.elapsed() < QUICK
        };
        let mut unknown = None;
        let tried = |error: &CallError| {
            if matches!(error, CallError::Unknown { .. }) {
                unknown = Some(error.clone());
            }
            failed_quickly(error)
        };
        let charged = (|| self.charge_once(charge)).retry(ONCE_MORE).when(tried).await;
        // That the second call never left says nothing about the first.
        charged.map_err(|error| match error {
            CallError::NotSent(_) | CallError::NotReached(_) => unknown.unwrap_or(error),
            _ => error,
        })
    }

    async fn charge_once(&self, charge: &Charge) -> Result<String, CallError> {
        let request = ChargeRequest { amount_cents: charge.amount, currency: Money::CURRENCY, token: &charge.token };
        let span = partner_span!("POST", "/payment/charge");
        let answer = self.post(span, Dependency::Payment, "/payment/charge", &charge.key, &request).await?;
        let Reference { reference } = serde_json::from_slice(&answer).map_err(CallError::unknown)?;
        Ok(reference)
    }

    /// Undoes a charge that may or may not have been made. Asking for it once more under its key tells its reference
    /// (and makes it now, if it never arrived); then it is voided. A declined card has nothing to undo.
    ///
    /// # Errors
    /// When the partner does not answer: the charge is still to be undone.
    pub async fn undo(&self, charge: &Charge) -> Result<(), CallError> {
        let reference = match self.charge_once(charge).await {
            Ok(reference) => reference,
            Err(CallError::Refused { .. }) => return Ok(()),
            Err(error) => return Err(error),
        };
        let span = partner_span!("POST", "/payment/void");
        let key = format!("{}-void", charge.key);
        match self.post(span, Dependency::Payment, "/payment/void", &key, &Reference { reference }).await {
            // Voided already: somebody else was quicker.
            Ok(_) | Err(CallError::Refused { status: StatusCode::CONFLICT, .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
