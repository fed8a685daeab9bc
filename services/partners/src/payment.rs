//! The payment partner: authorize, capture, void, charge; each under an idempotency key.

use crate::{
    app::World,
    idempotency::{Answers, IdempotencyKey},
    ledger::{Charge, Ledger, NewCharge, Status},
    partner::{Name, Partner},
};
use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use serving::{Problem, ValidJson};
use std::sync::{Arc, Mutex, PoisonError};

type Answer = Result<(StatusCode, Charge), Problem>;

/// What the payment partner remembers.
#[derive(Debug)]
pub(crate) struct Payment(Mutex<(Ledger, Answers<Answer>)>);

impl Payment {
    pub(crate) fn new() -> Self {
        Self(Mutex::new((Ledger::new(), Answers::new())))
    }

    pub(crate) fn reset(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (Ledger::new(), Answers::new());
    }

    /// Under one lock from the look-up of the key to the answer: of any number of calls at once, one has the effect.
    fn once(
        &self,
        key: IdempotencyKey,
        operation: &str,
        request: &impl Serialize,
        make: impl FnOnce(&mut Ledger) -> Answer,
    ) -> Answer {
        let (ledger, answers) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        answers.once(key.0, operation, request, || make(ledger))?
    }
}

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/payment/authorize", post(authorize))
        .route("/payment/capture", post(capture))
        .route("/payment/void", post(void))
        .route("/payment/charge", post(charge))
        .route("/payment/charges/{reference}", get(look_up))
}

async fn authorize(
    State(world): State<Arc<World>>,
    key: IdempotencyKey,
    ValidJson(wish): ValidJson<NewCharge>,
) -> Response {
    open(&world, key, "authorize", &wish, Status::Authorized)
}

async fn charge(
    State(world): State<Arc<World>>,
    key: IdempotencyKey,
    ValidJson(wish): ValidJson<NewCharge>,
) -> Response {
    open(&world, key, "charge", &wish, Status::Captured)
}

fn open(world: &World, key: IdempotencyKey, operation: &str, wish: &NewCharge, status: Status) -> Response {
    if let Err(problem) = wish.check() {
        return problem.into_response();
    }
    let partner: &Partner = world.partner(Name::Payment);
    answer(world.payment.once(key, operation, wish, |ledger| {
        let charge = ledger.open(wish, status)?;
        partner.calls.effect();
        Ok((StatusCode::CREATED, charge))
    }))
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Capture {
    reference: String,
    /// All that was authorized, unless said otherwise.
    amount_cents: Option<i64>,
}

async fn capture(
    State(world): State<Arc<World>>,
    key: IdempotencyKey,
    ValidJson(wish): ValidJson<Capture>,
) -> Response {
    let make = |ledger: &mut Ledger| Ok((StatusCode::OK, ledger.capture(&wish.reference, wish.amount_cents)?));
    answer(world.payment.once(key, "capture", &wish, make))
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Void {
    reference: String,
}

async fn void(State(world): State<Arc<World>>, key: IdempotencyKey, ValidJson(wish): ValidJson<Void>) -> Response {
    answer(world.payment.once(key, "void", &wish, |ledger| Ok((StatusCode::OK, ledger.void(&wish.reference)?))))
}

async fn look_up(State(world): State<Arc<World>>, Path(reference): Path<String>) -> Response {
    let (ledger, _) = &*world.payment.0.lock().unwrap_or_else(PoisonError::into_inner);
    answer(ledger.charge(&reference).map(|charge| (StatusCode::OK, charge)))
}

fn answer(answer: Answer) -> Response {
    match answer {
        Ok((status, charge)) => (status, Json(charge)).into_response(),
        Err(problem) => problem.into_response(),
    }
}
