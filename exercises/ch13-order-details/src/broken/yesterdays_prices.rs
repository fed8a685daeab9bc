//! Reads a product's card once and its stock each time: to be noticed when a price changes.

use crate::{Line, LookupError, Product, Recommendation, Sources, fixed, read};
use async_graphql::dataloader::{DataLoader, Loader};
use shop::{OrderId, ProductId};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use telemetry::db_span;
use tracing::Instrument as _;

const STOCK: &str = "select product_id, available from stock where product_id = any($1)";

/// Cards by product, for all requests: a product keeps its name.
type Cards = Arc<Mutex<HashMap<ProductId, Product>>>;

/// The look-ups of one request.
pub struct Lookups {
    sources: Sources,
    cards: Cards,
    products: DataLoader<Stock>,
    batched: Arc<fixed::Lookups>,
}

impl Lookups {
    pub(crate) fn new(sources: Sources) -> Self {
        Self::with(sources, Cards::default())
    }

    fn with(sources: Sources, cards: Cards) -> Self {
        let spawn = |task: futures_util::future::BoxFuture<'static, ()>| drop(tokio::spawn(task.in_current_span()));
        let products = DataLoader::new(Stock { sources: sources.clone(), cards: cards.clone() }, spawn);
        Self { cards, products, batched: Arc::new(fixed::Lookups::new(sources.clone())), sources }
    }

    pub(crate) fn for_request(self: &Arc<Self>) -> Arc<Self> {
        Arc::new(Self::with(self.sources.clone(), self.cards.clone()))
    }

    pub(crate) async fn lines(&self, order: OrderId) -> Result<Vec<Line>, LookupError> {
        self.batched.lines(order).await
    }

    pub(crate) async fn product(&self, product: ProductId) -> Result<Option<Product>, LookupError> {
        self.products.load_one(product).await
    }

    pub(crate) async fn goes_well_with(&self, product: ProductId, limit: u32) -> Option<Vec<Recommendation>> {
        self.batched.goes_well_with(product, limit).await
    }
}

struct Stock {
    sources: Sources,
    cards: Cards,
}

impl Loader<ProductId> for Stock {
    type Value = Product;
    type Error = LookupError;

    async fn load(&self, products: &[ProductId]) -> Result<HashMap<ProductId, Product>, LookupError> {
        let kept =
            |product: &ProductId| self.cards.lock().unwrap_or_else(PoisonError::into_inner).get(product).cloned();
        if products.iter().any(|product| kept(product).is_none()) {
            let found = fixed::Batch(self.sources.clone()).load(products).await?;
            self.cards.lock().unwrap_or_else(PoisonError::into_inner).extend(found.clone());
            return Ok(found);
        }
        let query = sqlx::query_as(STOCK).bind(products.iter().map(|product| product.0).collect::<Vec<_>>());
        let stock: Vec<(i64, i32)> = read::rows(&self.sources.db, db_span!("stock.of_products", STOCK), query).await?;
        let stock: HashMap<i64, i32> = stock.into_iter().collect();
        let fresh = |mut card: Product| {
            card.available = stock.get(&card.id).copied().unwrap_or(0);
            (ProductId(card.id), card)
        };
        Ok(products.iter().filter_map(kept).map(fresh).collect())
    }
}
