//! What an order is shown with: its lines, the product of each line, and what goes well with each product.
//!
//! GraphQL asks for these one field at a time, for as many orders as a page has: [`Lookups::lines`] for every order,
//! [`Lookups::product`] for every line, [`Lookups::goes_well_with`] for every product.
//!
//! The contract, whichever implementation runs:
//! - lines come in the order in which they were bought; an order that is not known has none;
//! - a product that is not known (any more) is `None`, and a product whose stock nobody counts has nothing in stock;
//! - an answer is as fresh as the request: prices and stock are those of the moment in which somebody asks;
//! - what goes well with a product is best first, at most `limit` of them, and none for a product that is not known;
//!   where the recommendations do not answer it is `None`, never an error: it is an extra;
//! - dropping the future is always safe, and every connection goes back.

mod broken;
mod fixed;
mod flawed;
mod read;
mod sources;
mod traps;
mod yours;

pub use proto::recommendations::v1::Recommendation;
pub use sources::{Recommender, Sources};

use shop::{OrderId, ProductId};
use std::sync::Arc;
use variant::{SeamFuture, UnknownTrap, Variant, seam};

/// A line of an order.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Line {
    /// The order it belongs to.
    pub order_id: i64,
    /// The product.
    pub product_id: i64,
    /// How many.
    pub quantity: i32,
    /// The price of one when it was ordered, in euro cents.
    pub unit_price_cents: i64,
}

/// A product as it is shown beside an order line.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct Product {
    /// The product.
    pub id: i64,
    /// Its stock keeping unit.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// Its brand.
    pub brand: String,
    /// Its category.
    pub category: String,
    /// Today's price, in euro cents.
    pub price_cents: i64,
    /// Where its picture is.
    pub image_url: String,
    /// 0 to 5.
    pub rating: f32,
    /// Pieces in stock at this moment.
    pub available: i32,
}

/// Why a look-up failed; shared by everybody who waited for it.
pub type LookupError = Arc<sqlx::Error>;

seam! {
    "ch13-order-details",
    /// The implementation in use.
    pub enum Implementation {
        Delay = traps::delay, Shared = traps::shared;
        MiddlePages = broken::middle_pages,
        SampledOnly = broken::sampled_only,
        UnspannedCalls = broken::unspanned_calls,
        YesterdaysPrices = broken::yesterdays_prices,
    }
    /// The look-ups: one value made when the service starts, and one for each request made from it.
    #[derive(Clone)]
    pub enum Lookups of Arc<Lookups>
}

impl Lookups {
    /// Once, when the service starts.
    ///
    /// # Errors
    /// [`UnknownTrap`].
    pub fn new(variant: &Variant, sources: Sources) -> Result<Self, UnknownTrap> {
        let implementation = Implementation::try_from(variant)?;
        Ok(build!(implementation, chosen => Arc::new(chosen::Lookups::new(sources))))
    }

    /// Once for every request.
    #[must_use]
    pub fn for_request(&self) -> Self {
        build!(self, chosen(lookups) => lookups.for_request())
    }

    /// The lines of an order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn lines(&self, order: OrderId) -> SeamFuture<'_, Result<Vec<Line>, LookupError>> {
        Box::pin(async move { dispatch!(self, chosen(lookups) => lookups.lines(order).await) })
    }

    /// A product.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn product(&self, product: ProductId) -> SeamFuture<'_, Result<Option<Product>, LookupError>> {
        Box::pin(async move { dispatch!(self, chosen(lookups) => lookups.product(product).await) })
    }

    /// What goes well with a product; `limit` is 1 to 20.
    pub fn goes_well_with(&self, product: ProductId, limit: u32) -> SeamFuture<'_, Option<Vec<Recommendation>>> {
        Box::pin(async move { dispatch!(self, chosen(lookups) => lookups.goes_well_with(product, limit).await) })
    }
}

/// Every implementation's statements with their names, so that a test can have the database check them.
pub const STATEMENTS: &[(&str, &[(&str, &str)])] =
    &[("flawed", flawed::STATEMENTS), ("yours", yours::STATEMENTS), ("fixed", fixed::STATEMENTS)];
