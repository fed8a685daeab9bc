//! Loaders: what many fields of one request ask for one by one is fetched in one statement. They live as long as a request.

use crate::{
    Error,
    app::AppState,
    database,
    ordering::{self, OrderLine},
};
use async_graphql::{
    Request,
    dataloader::{DataLoader, Loader},
};
use futures_util::future::BoxFuture;
use sqlx::PgPool;
use std::{collections::HashMap, sync::Arc};
use telemetry::db_span;
use tracing::Instrument as _;

pub(crate) const CARDS: &str = "\
    select id, sku, name, brand, category, price_cents, image_url, rating from products where id = any($1)";

/// A product as it is shown beside an order line.
#[derive(Clone, sqlx::FromRow)]
pub(super) struct Card {
    pub(super) id: i64,
    pub(super) sku: String,
    pub(super) name: String,
    pub(super) brand: String,
    pub(super) category: String,
    pub(super) price_cents: i64,
    pub(super) image_url: String,
    pub(super) rating: f32,
}

/// Products by id.
pub(super) struct Cards(PgPool);

impl Loader<i64> for Cards {
    type Value = Card;
    type Error = Arc<Error>;

    async fn load(&self, ids: &[i64]) -> Result<HashMap<i64, Card>, Arc<Error>> {
        let cards = async {
            let mut connection = database::connection(&self.0).await?;
            let query = sqlx::query_as(CARDS).bind(ids).fetch_all(&mut *connection);
            database::observed(db_span!("products.cards", CARDS), query).await
        };
        let cards: Vec<Card> = cards.await.map_err(|error| Arc::new(Error::from(error)))?;
        Ok(cards.into_iter().map(|card| (card.id, card)).collect())
    }
}

/// Lines by order.
pub(super) struct Lines(PgPool);

impl Loader<i64> for Lines {
    type Value = Vec<OrderLine>;
    type Error = Arc<Error>;

    async fn load(&self, orders: &[i64]) -> Result<HashMap<i64, Vec<OrderLine>>, Arc<Error>> {
        let lines = ordering::lines_of(&self.0, orders).await.map_err(Arc::new)?;
        let mut by_order: HashMap<i64, Vec<OrderLine>> = HashMap::new();
        for line in lines {
            by_order.entry(line.order_id).or_default().push(line);
        }
        Ok(by_order)
    }
}

/// The loaders of one request. Their tasks stay inside its trace.
pub(super) fn attach(request: Request, state: &AppState) -> Request {
    request.data(DataLoader::new(Cards(state.db.clone()), spawn)).data(DataLoader::new(Lines(state.db.clone()), spawn))
}

fn spawn(task: BoxFuture<'static, ()>) {
    tokio::spawn(task.in_current_span());
}

/// The error of a batch, told to each field that waited for it.
pub(super) fn told(error: &Error) -> async_graphql::Error {
    match error {
        Error::Unavailable(what) => Error::Unavailable(what).into(),
        _ => Error::Internal.into(),
    }
}
