//! Where a quote gets what the shop does not know itself: what goes with each product, from recommendations by gRPC, and
//! what tax is due, from the tax partner by HTTP.
//!
//! The contract, whichever implementation runs:
//! - every product asked for has its list, best first, at most [`PER_PRODUCT`] long; an empty one where nothing goes with it
//!   or recommendations do not know it;
//! - no lists at all (`None`) when one of them cannot be had: an extra never fails a quote, and never holds it up for longer
//!   than [`PATIENCE`] a call;
//! - tax is asked for once, for all lines together; without an answer there is no quote;
//! - a quote holds for its moment: rates and suggestions are those that the other side gives when the quote is asked for;
//! - quotes at the same time do not see each other's answers; one that is dropped holds nothing up.

mod broken;
mod fixed;
mod flawed;
mod tax;
mod traps;
mod yours;

pub use tax::{Basket, BasketLine, TaxError, Taxed, TaxedLine};

use anyhow::Context as _;
use http::Uri;
use proto::recommendations::v1::Recommendation;
use shop::{Money, ProductCard, ProductId};
use std::{collections::BTreeMap, time::Duration};
use tonic::{Status, transport::Endpoint};
use variant::{SeamFuture, UnknownTrap, Variant, seam};

/// How many products are shown beside one line of a quote.
pub const PER_PRODUCT: usize = 3;
/// Nobody waits longer for one call to recommendations, connecting included.
pub const PATIENCE: Duration = Duration::from_millis(500);

/// What goes with each product.
pub type Suggestions = BTreeMap<ProductId, Vec<ProductCard>>;

/// Where the two are.
#[derive(Clone, Debug)]
pub struct Addresses {
    recommendations: Option<Endpoint>,
    partners: Uri,
    partner_timeout: Duration,
}

impl Addresses {
    /// As a service's settings name them, `http://host:port`; without recommendations nothing is suggested.
    ///
    /// # Errors
    /// When one is no such URL.
    pub fn new(recommendations: Option<&str>, partners: &str, partner_timeout: Duration) -> anyhow::Result<Self> {
        let recommendations = recommendations.map(|url| Endpoint::from_shared(url.to_owned())).transpose();
        let recommendations = recommendations.context("RECOMMENDATIONS_URL")?;
        let recommendations =
            recommendations.map(|at| at.connect_timeout(PATIENCE).timeout(PATIENCE).tcp_nodelay(true));
        let partners: Uri = partners.trim_end_matches('/').parse().context("PARTNERS_URL")?;
        anyhow::ensure!(partners.scheme_str() == Some("http"), "PARTNERS_URL must be http://host:port");
        Ok(Self { recommendations, partners, partner_timeout })
    }
}

seam! {
    "ch05-quote-sources",
    /// The implementation in use.
    pub enum Implementation {
        Mutex = traps::mutex;
        QuantitiesForgotten = broken::quantities_forgotten,
        SampledOnly = broken::sampled_only,
        TariffRemembered = broken::tariff_remembered,
        WhoeverAsksFirst = broken::whoever_asks_first,
    }
    #[derive(Clone, Debug)]
    enum Sources of Sources
}

/// The two, as one implementation asks them.
#[derive(Clone, Debug)]
pub struct QuoteSources(Sources);

impl QuoteSources {
    /// Takes the addresses; connects when something is asked.
    ///
    /// # Errors
    /// When the seam has no such variant.
    pub fn new(variant: &Variant, addresses: Addresses) -> Result<Self, UnknownTrap> {
        let implementation = Implementation::try_from(variant)?;
        Ok(Self(build!(implementation, chosen => chosen::Sources::new(addresses))))
    }

    /// What goes with each of these; `None` when recommendations do not answer.
    pub fn suggestions<'a>(&'a self, products: &'a [ProductId]) -> SeamFuture<'a, Option<Suggestions>> {
        Box::pin(async move {
            let found = dispatch!(&self.0, chosen(sources) => sources.suggestions(products).await);
            found.inspect_err(|status| tracing::warn!(code = %status.code(), "no suggestions")).ok()
        })
    }

    /// The tax on each line of a basket.
    ///
    /// # Errors
    /// [`TaxError`]; there is no quote then.
    pub fn tax<'a>(&'a self, basket: &'a Basket) -> SeamFuture<'a, Result<Taxed, TaxError>> {
        Box::pin(async move { dispatch!(&self.0, chosen(sources) => sources.tax(basket).await) })
    }
}

/// Without an address there is nobody to ask.
fn nobody() -> Status {
    Status::unavailable("RECOMMENDATIONS_URL is not set")
}

fn cards(items: Vec<Recommendation>) -> Vec<ProductCard> {
    let card = |item: Recommendation| ProductCard {
        id: ProductId(item.product_id),
        sku: item.sku,
        name: item.name,
        price_cents: Money(item.price_cents),
    };
    items.into_iter().map(card).collect()
}
