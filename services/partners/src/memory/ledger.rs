//! What the payment partner remembers: charges by reference, and the rules by which they change.

use super::recent::Recent;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serving::Problem;
use uuid::Uuid;

/// The most charges remembered.
const MOST_CHARGES: usize = 50_000;
/// Above this amount every card is declined, in cents.
const CARD_LIMIT_CENTS: i64 = 1_000_000;

/// Where a charge stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    /// The amount is reserved.
    Authorized,
    /// The amount is taken.
    Captured,
    /// Given back, or never taken.
    Voided,
}

/// A charge as the partner knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Charge {
    /// The partner's name for it, `ch_...`.
    pub(crate) reference: String,
    pub(crate) status: Status,
    /// What was reserved, and taken if `captured`; in cents.
    pub(crate) amount_cents: i64,
    pub(crate) currency: String,
}

/// A request to charge or reserve.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewCharge {
    /// 1 to 10,000,000.
    amount_cents: i64,
    /// `EUR`.
    currency: String,
    /// What stands for the card: `tok_...`. `tok_declined` and `tok_insufficient` are always declined.
    token: String,
}

impl NewCharge {
    pub(crate) fn check(&self) -> Result<(), Problem> {
        let wrong = |what| Err(Problem::unprocessable(what));
        if !(1..=10_000_000).contains(&self.amount_cents) {
            return wrong("amount_cents must be 1 to 10000000");
        }
        if self.currency != "EUR" {
            return wrong("currency must be EUR");
        }
        if !self.token.starts_with("tok_") || self.token.len() > 100 {
            return wrong("token must start with tok_ and have at most 100 characters");
        }
        Ok(())
    }
}

/// The charges by reference, each with the key it was asked for under.
#[derive(Debug)]
pub(super) struct Ledger(Recent<String, (String, Charge)>);

impl Default for Ledger {
    fn default() -> Self {
        Self(Recent::new(MOST_CHARGES))
    }
}

impl Ledger {
    /// Reserves (`Authorized`) or takes (`Captured`) an amount; 402 when the card is declined.
    pub(super) fn open(&mut self, key: String, request: &NewCharge, status: Status) -> Result<Charge, Problem> {
        let declined = |why: &str| {
            Err(Problem::new(StatusCode::PAYMENT_REQUIRED, "/problems/card-declined")
                .detail(format!("card declined: {why}")))
        };
        match request.token.as_str() {
            "tok_declined" => return declined("by its bank"),
            "tok_insufficient" => return declined("insufficient funds"),
            _ if request.amount_cents > CARD_LIMIT_CENTS => return declined("above the card's limit of 10000.00 EUR"),
            _ => {}
        }
        let reference = format!("ch_{}", Uuid::new_v4().simple());
        let charge = Charge {
            reference: reference.clone(),
            status,
            amount_cents: request.amount_cents,
            currency: request.currency.clone(),
        };
        self.0.insert(reference, (key, charge.clone()));
        Ok(charge)
    }

    /// Takes a reserved amount, or a smaller one.
    pub(super) fn capture(&mut self, reference: &str, amount_cents: Option<i64>) -> Result<Charge, Problem> {
        let (_, charge) = self.0.get_mut(reference).ok_or_else(unknown)?;
        let amount_cents = amount_cents.unwrap_or(charge.amount_cents);
        if charge.status != Status::Authorized {
            return Err(conflict("only an authorized charge can be captured"));
        }
        if !(1..=charge.amount_cents).contains(&amount_cents) {
            return Err(Problem::unprocessable("amount_cents must be at least 1 and at most what was authorized"));
        }
        charge.status = Status::Captured;
        charge.amount_cents = amount_cents;
        Ok(charge.clone())
    }

    /// Releases a reserved amount, or gives back a taken one: nothing here is ever settled with the bank.
    pub(super) fn void(&mut self, reference: &str) -> Result<Charge, Problem> {
        let (_, charge) = self.0.get_mut(reference).ok_or_else(unknown)?;
        if charge.status == Status::Voided {
            return Err(conflict("this charge is voided already"));
        }
        charge.status = Status::Voided;
        Ok(charge.clone())
    }

    pub(super) fn charge(&self, reference: &str) -> Result<Charge, Problem> {
        self.0.get(reference).map(|(_, charge)| charge.clone()).ok_or_else(unknown)
    }

    /// Key and charge, the newest first.
    pub(super) fn all(&self) -> impl Iterator<Item = &(String, Charge)> {
        self.0.newest_first()
    }
}

fn unknown() -> Problem {
    Problem::not_found("there is no charge of this reference")
}

fn conflict(what: &str) -> Problem {
    Problem::new(StatusCode::CONFLICT, "/problems/wrong-state").detail(what)
}
