//! What a customer wants to order, and the rules it must keep.

use crate::{
    Error,
    cart::{MAX_LINES, MAX_QUANTITY},
};
use shop::{ProductId, UserId};
use std::collections::BTreeSet;

/// The longest idempotency key a client may give.
const LONGEST_KEY: usize = 200;
/// The longest payment token.
const LONGEST_TOKEN: usize = 100;

/// What a customer wants to order.
#[derive(Clone, Debug)]
pub struct OrderRequest {
    /// Who orders.
    pub user: UserId,
    /// Stands for the card: `tok_...`.
    pub payment_token: String,
    /// The customer's own name for this order: the same key twice is one order.
    pub idempotency_key: Option<String>,
    /// What to buy, each product once; without it, what is in the cart.
    pub items: Option<Vec<(ProductId, u32)>>,
}

impl OrderRequest {
    /// Refuses what breaks a rule, before anything is read or reserved.
    pub(super) fn check(&self) -> Result<(), Error> {
        let visible =
            |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if !visible(&self.payment_token, LONGEST_TOKEN) {
            return Err(Error::Invalid(format!(
                "the payment token must be 1 to {LONGEST_TOKEN} visible ASCII characters"
            )));
        }
        if self.idempotency_key.as_deref().is_some_and(|key| !visible(key, LONGEST_KEY)) {
            return Err(Error::Invalid(format!(
                "an idempotency key must be 1 to {LONGEST_KEY} visible ASCII characters"
            )));
        }
        let Some(items) = &self.items else { return Ok(()) };
        if !(1..=MAX_LINES).contains(&items.len()) || items.iter().any(|(_, n)| !(1..=MAX_QUANTITY).contains(n)) {
            let rule = format!("an order has 1 to {MAX_LINES} products, 1 to {MAX_QUANTITY} pieces of each");
            return Err(Error::Invalid(rule));
        }
        if items.iter().map(|(product, _)| product).collect::<BTreeSet<_>>().len() < items.len() {
            return Err(Error::Invalid("every product of an order is named once".to_owned()));
        }
        Ok(())
    }
}
