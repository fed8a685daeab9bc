//! Placing an order: the one thing here that must never lose money, stock or an event.
//!
//! The steps, and what happens when the process or a partner dies right after each:
//!
//! 1. **Reserve** (one transaction): take the stock of all lines and write the attempt. Afterwards a crash leaves an attempt;
//!    [`reversal`] finds it after a minute, gives the stock back and undoes the charge, if there is one.
//! 2. **Charge**, under the attempt's own key and outside of any transaction. Declined: the stock goes back. No usable
//!    answer: the stock goes back, and the attempt stays as "voiding" until the partner has undone whatever it did.
//! 3. **Record** (one statement): the attempt goes, the order, its lines and its event come. It works only while the
//!    attempt is there, so an attempt ends exactly one way. If nobody knows whether it committed, nothing is voided here: step 1's
//!    rule decides later, by what is in the database.
//! 4. **Follow up**: what the order needs besides (letter, shipment, ...) is done or handed to the broker, then the event is
//!    marked. Whatever is not marked, [`outbox`] publishes for the worker.
//!
//! All of it runs in a task of its own: a customer who closes the browser between two steps stops none of them.

mod attempt;
mod errands;
mod history;
pub mod outbox;
mod record;
pub mod reversal;

pub(crate) use attempt::{ATTEMPT, FORGET, GIVE_BACK, KNOWN, TAKE_STOCK, UNDO};
pub(crate) use errands::EMAIL;
pub use history::{Cursor, OrderLine, OrderSummary};
pub(crate) use history::{LINES, ONE, PAGE, lines_of, one, page};
pub(crate) use record::RECORD;

use crate::{
    Error,
    app::AppState,
    cart::{MAX_LINES, MAX_QUANTITY},
    partner::{CallError, Charge},
};
use http::StatusCode;
use outgoing_calls::OrderConnection;
use shop::{OrderId, ProductId, UserId};
use std::collections::BTreeSet;
use tracing::Instrument as _;

/// The longest idempotency key a client may give.
const LONGEST_KEY: usize = 200;
/// The longest payment token.
const LONGEST_TOKEN: usize = 100;

/// What a customer asks for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Who orders.
    pub user: UserId,
    /// Stands for the card: `tok_...`.
    pub payment_token: String,
    /// The customer's own name for this order: the same key twice is one order.
    pub idempotency_key: Option<String>,
    /// What is bought, each product once; without it, what is in the cart.
    pub items: Option<Vec<(ProductId, u32)>>,
}

/// An order that stands.
#[derive(Clone, Copy, Debug)]
pub struct Placed {
    /// The order.
    pub order: OrderId,
    /// Whether an earlier request with the same key had placed it already.
    pub repeated: bool,
}

/// Places an order of what is in the cart.
///
/// # Errors
/// [`Error`]; unless it is [`Error::Unsettled`] or [`Error::Unconfirmed`], nothing was bought and no charge stays.
pub async fn place(state: &AppState, wish: Wish) -> Result<Placed, Error> {
    check(&wish)?;
    let state = state.clone();
    let tasks = state.tasks.clone();
    let placing = tasks.spawn(async move { run(&state, &wish).await }.in_current_span());
    placing.await.unwrap_or_else(|error| Err(Error::internal(&error)))
}

fn check(wish: &Wish) -> Result<(), Error> {
    let visible =
        |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    if !visible(&wish.payment_token, LONGEST_TOKEN) {
        return Err(Error::Invalid(format!("the payment token must be 1 to {LONGEST_TOKEN} visible ASCII characters")));
    }
    if wish.idempotency_key.as_deref().is_some_and(|key| !visible(key, LONGEST_KEY)) {
        return Err(Error::Invalid(format!("an idempotency key must be 1 to {LONGEST_KEY} visible ASCII characters")));
    }
    let Some(items) = &wish.items else { return Ok(()) };
    if !(1..=MAX_LINES).contains(&items.len()) || items.iter().any(|(_, n)| !(1..=MAX_QUANTITY).contains(n)) {
        let rule = format!("an order has 1 to {MAX_LINES} products, 1 to {MAX_QUANTITY} pieces of each");
        return Err(Error::Invalid(rule));
    }
    if items.iter().map(|(product, _)| product).collect::<BTreeSet<_>>().len() < items.len() {
        return Err(Error::Invalid("every product of an order is named once".to_owned()));
    }
    Ok(())
}

async fn run(state: &AppState, wish: &Wish) -> Result<Placed, Error> {
    let mut db = state.calls.order_connection(&state.db);
    // The cart first: an order that empties it stands before it is emptied, so an empty cart has an order to be found.
    let lines = match &wish.items {
        Some(items) => items.clone(),
        None => state.carts.lines(wish.user).await?,
    };
    if let Some(order) = attempt::known(&mut db, wish).await? {
        return Ok(Placed { order, repeated: true });
    }
    if lines.is_empty() {
        return Err(Error::Invalid("the cart is empty".to_owned()));
    }
    let attempt = match attempt::reserve(&mut db, wish, &lines).await? {
        attempt::Reserved::Now(attempt) => attempt,
        attempt::Reserved::OrderedAlready(order) => return Ok(Placed { order, repeated: true }),
    };
    let reference = charge(state, &mut db, &attempt.charge).await?;
    let recorded = record::record(&mut db, wish, &attempt, &reference).await.map_err(|error| {
        tracing::error!(?error, attempt = attempt.charge.key, "charged, but not known to be recorded");
        Error::Unsettled
    })?;
    drop(db);
    telemetry::count("shop.orders.placed", 1, &[]);
    // From here on the order stands, whatever happens.
    let order = recorded.placed.order_id;
    let followed = errands::follow_up(state, recorded).await;
    if wish.items.is_none()
        && let Err(error) = state.carts.take(wish.user, &lines).await
    {
        tracing::warn!(?error, %order, "the cart still holds what was ordered");
    }
    followed?;
    Ok(Placed { order, repeated: false })
}

/// Charges; on any failure the stock is given back before the customer is told.
async fn charge(state: &AppState, db: &mut OrderConnection, charge: &Charge) -> Result<String, Error> {
    db.before_charging();
    let error = match state.partners.charge(charge).await {
        Ok(reference) => return Ok(reference),
        Err(error) => error,
    };
    tracing::info!(%error, attempt = charge.key, "not charged");
    telemetry::count("shop.orders.not_charged", 1, &[]);
    let (end, told) = match error {
        CallError::Refused { status: StatusCode::PAYMENT_REQUIRED, detail } => (FORGET, Error::Declined(detail)),
        CallError::Refused { detail, .. } => (FORGET, Error::Invalid(format!("the payment was refused: {detail}"))),
        CallError::NotSent(_) | CallError::NotReached(_) => (FORGET, Error::Unavailable("the payment partner")),
        CallError::Unknown(_) => (UNDO, Error::Unavailable("the payment partner")),
    };
    let given_back = async { attempt::give_back(db.get().await?, &charge.key, end).await };
    if let Err(error) = given_back.await {
        tracing::error!(?error, attempt = charge.key, "stock is given back later");
    }
    if end == UNDO {
        state.reversal.notify_one();
    }
    Err(told)
}
