//! Orders as GraphQL sees them: each with its lines, each line with its product, and what goes with it all.

use crate::{Error, ordering::OrderSummary, state::AppState};
use async_graphql::{ComplexObject, Context, ID, Object, Result, SimpleObject};
use order_details::{LookupError, Lookups, Recommendation};
use shop::{Money, OrderId, ProductId};
use time::format_description::well_known::Rfc3339;

/// An order; yours.
pub(super) struct Order(pub(super) OrderSummary);

#[Object]
impl Order {
    /// Its number.
    async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// `placed` until the warehouse knows of it, then `confirmed`; or `cancelled`.
    async fn status(&self) -> &str {
        &self.0.status
    }

    /// In cents.
    async fn total_cents(&self) -> i64 {
        self.0.total_cents
    }

    /// `EUR`.
    async fn currency(&self) -> &'static str {
        Money::CURRENCY
    }

    /// RFC 3339, in UTC.
    async fn placed_at(&self) -> Result<String> {
        Ok(self.0.placed_at.format(&Rfc3339)?)
    }

    /// What was bought.
    #[graphql(complexity = "5 * child_complexity")]
    async fn lines(&self, context: &Context<'_>) -> Result<Vec<Line>> {
        let lines = lines(context, self.0.id).await?;
        Ok(lines.into_iter().map(Line).collect())
    }

    /// Products that go with all of this order together. Null when they cannot be had right now.
    #[graphql(complexity = "20 + 5 * child_complexity")]
    async fn goes_with(
        &self,
        context: &Context<'_>,
        #[graphql(default = 5, validator(minimum = 1, maximum = 20))] first: u32,
    ) -> Result<Option<Vec<Suggestion>>> {
        let lines = lines(context, self.0.id).await?;
        let products: Vec<_> = lines.iter().map(|line| ProductId(line.product_id)).collect();
        let found = context.data::<AppState>()?.recommendations.with_products(&products, first).await;
        Ok(found.map(|items| items.into_iter().map(Suggestion::from).collect()))
    }
}

async fn lines(context: &Context<'_>, order: i64) -> Result<Vec<order_details::Line>> {
    context.data::<Lookups>()?.lines(OrderId(order)).await.map_err(|error| to_graphql(&error))
}

/// The error of a look-up, for each field that waited for it.
fn to_graphql(error: &LookupError) -> async_graphql::Error {
    Error::of_database(error).into()
}

/// A line of an order.
pub(super) struct Line(order_details::Line);

#[Object(name = "OrderLine")]
impl Line {
    /// What was bought.
    async fn product(&self, context: &Context<'_>) -> Result<Option<Product>> {
        let product = context.data::<Lookups>()?.product(ProductId(self.0.product_id)).await;
        Ok(product.map_err(|error| to_graphql(&error))?.map(Product::from))
    }

    /// How many.
    async fn quantity(&self) -> i32 {
        self.0.quantity
    }

    /// The price of one when it was ordered, in cents.
    async fn unit_price_cents(&self) -> i64 {
        self.0.unit_price_cents
    }

    /// The line's price, in cents.
    async fn total_cents(&self) -> i64 {
        self.0.unit_price_cents * i64::from(self.0.quantity)
    }
}

/// A product of the catalogue.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(super) struct Product {
    id: ID,
    sku: String,
    name: String,
    brand: String,
    category: String,
    /// Today's price, in cents.
    price_cents: i64,
    image_url: String,
    /// Pieces in stock at this moment.
    available: i32,
    #[graphql(skip)]
    number: ProductId,
    #[graphql(skip)]
    stars: f32,
}

#[ComplexObject]
impl Product {
    /// 0 to 5, with one decimal.
    async fn rating(&self) -> f64 {
        (f64::from(self.stars) * 10.0).round() / 10.0
    }

    /// Products that go well with this one, best first. Null when they cannot be had right now.
    #[graphql(complexity = "first as usize * child_complexity")]
    async fn goes_well_with(
        &self,
        context: &Context<'_>,
        #[graphql(default = 3, validator(minimum = 1, maximum = 20))] first: u32,
    ) -> Result<Option<Vec<Suggestion>>> {
        let found = context.data::<Lookups>()?.goes_well_with(self.number, first).await;
        Ok(found.map(|items| items.into_iter().map(Suggestion::from).collect()))
    }
}

impl From<order_details::Product> for Product {
    fn from(product: order_details::Product) -> Self {
        let order_details::Product { id, sku, name, brand, category, price_cents, image_url, rating, available } =
            product;
        let number = ProductId(id);
        Self { id: id.into(), sku, name, brand, category, price_cents, image_url, available, number, stars: rating }
    }
}

/// A product that goes with another, or with an order.
#[derive(SimpleObject)]
pub(super) struct Suggestion {
    product_id: ID,
    sku: String,
    name: String,
    /// Today's price, in cents.
    price_cents: i64,
    /// The larger, the better.
    score: f64,
}

impl From<Recommendation> for Suggestion {
    fn from(item: Recommendation) -> Self {
        let Recommendation { product_id, sku, name, price_cents, score } = item;
        Self { product_id: product_id.into(), sku, name, price_cents, score }
    }
}

/// A page of orders.
#[derive(SimpleObject)]
pub(super) struct OrderPage {
    /// Newest first.
    pub(super) nodes: Vec<Order>,
    /// For `after`; null on the last page.
    pub(super) next: Option<String>,
}
