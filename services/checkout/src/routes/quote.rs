//! `POST /v1/quotes`: what some products would cost, tax included, and what goes with each of them. Nothing is ordered.

use crate::{Error, database, state::AppState};
use axum::{Json, extract::State};
use quote_sources::{Basket, BasketLine, TaxError, TaxedLine};
use serde::{Deserialize, Serialize};
use serving::ValidJson;
use shop::{Money, ProductCard, ProductId};
use std::collections::{BTreeSet, HashMap};
use telemetry::db_span;

pub(crate) const PRODUCTS: &str = "select id, sku, name, category, price_cents from products where id = any($1)";

/// Lines of a quote at most.
const MOST_LINES: usize = 20;
/// The most of one product.
const MOST: u32 = 99;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuoteRequest {
    /// ISO 3166-1 alpha-2, capital letters.
    country: String,
    /// 1 to 20, each product once.
    items: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    product_id: ProductId,
    /// 1 to 99.
    quantity: u32,
}

#[derive(Serialize)]
pub(crate) struct Quote {
    country: String,
    currency: &'static str,
    /// In the order asked for.
    lines: Vec<QuoteLine>,
    net_cents: Money,
    tax_cents: Money,
    total_cents: Money,
}

#[derive(Serialize)]
struct QuoteLine {
    product_id: ProductId,
    sku: String,
    name: String,
    quantity: u32,
    unit_price_cents: Money,
    /// Without tax.
    net_cents: Money,
    /// Hundredths of a percent.
    tax_rate_basis_points: i64,
    tax_cents: Money,
    /// Up to three, best first; null when recommendations do not answer.
    goes_with: Option<Vec<ProductCard>>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    sku: String,
    name: String,
    category: String,
    price_cents: i64,
}

pub(crate) async fn quote(
    State(state): State<AppState>,
    ValidJson(request): ValidJson<QuoteRequest>,
) -> Result<Json<Quote>, Error> {
    check(&request)?;
    let ids: Vec<ProductId> = request.items.iter().map(|item| item.product_id).collect();
    let rows = products(&state, &ids).await?;
    let net =
        |item: &Item, row: &Row| Money(row.price_cents).times(item.quantity).map_err(|error| Error::internal(&error));
    let line = |item: &Item| {
        let row = &rows[&item.product_id.0];
        let amount_cents = net(item, row)?;
        Ok(BasketLine { product_id: item.product_id, amount_cents, category: row.category.clone() })
    };
    let lines = request.items.iter().map(line).collect::<Result<Vec<_>, Error>>()?;
    let basket = Basket { country: request.country, lines };
    let (tax, suggestions) =
        tokio::join!(state.seams.quote_sources.tax(&basket), state.seams.quote_sources.suggestions(&ids));
    let tax = tax.map_err(|error| match error {
        TaxError::Refused(why) => Error::Invalid(why),
        TaxError::Unavailable(why) => {
            tracing::warn!(why, "no quote");
            Error::Unavailable("the tax partner")
        }
    })?;
    let taxes: HashMap<ProductId, &TaxedLine> = tax.lines.iter().map(|line| (line.product_id, line)).collect();
    let (mut lines, mut net_cents) = (Vec::new(), Money(0));
    for (item, priced) in request.items.iter().zip(&basket.lines) {
        let row = &rows[&item.product_id.0];
        let taxed = taxes.get(&item.product_id).ok_or_else(|| Error::internal(&"a line came back without its tax"))?;
        net_cents = net_cents.plus(priced.amount_cents).map_err(|error| Error::internal(&error))?;
        lines.push(QuoteLine {
            product_id: item.product_id,
            sku: row.sku.clone(),
            name: row.name.clone(),
            quantity: item.quantity,
            unit_price_cents: Money(row.price_cents),
            net_cents: priced.amount_cents,
            tax_rate_basis_points: taxed.rate_basis_points,
            tax_cents: taxed.tax_cents,
            goes_with: suggestions.as_ref().map(|all| all.get(&item.product_id).cloned().unwrap_or_default()),
        });
    }
    let total_cents = net_cents.plus(tax.total_tax_cents).map_err(|error| Error::internal(&error))?;
    let (country, currency) = (basket.country, Money::CURRENCY);
    Ok(Json(Quote { country, currency, lines, net_cents, tax_cents: tax.total_tax_cents, total_cents }))
}

fn check(request: &QuoteRequest) -> Result<(), Error> {
    let items = &request.items;
    if !(1..=MOST_LINES).contains(&items.len()) {
        return Err(Error::Invalid(format!("a quote has 1 to {MOST_LINES} items")));
    }
    if items.iter().any(|item| !(1..=MOST).contains(&item.quantity)) {
        return Err(Error::Invalid(format!("the quantity of one product must be 1 to {MOST}")));
    }
    let different: BTreeSet<ProductId> = items.iter().map(|item| item.product_id).collect();
    if different.len() < items.len() {
        return Err(Error::Invalid("a product may be named once".to_owned()));
    }
    Ok(())
}

/// All of them, or the error that one does not exist.
async fn products(state: &AppState, ids: &[ProductId]) -> Result<HashMap<i64, Row>, Error> {
    let numbers: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let mut connection = database::connection(&state.db).await?;
    let query = sqlx::query_as(PRODUCTS).bind(&numbers).fetch_all(&mut *connection);
    let rows: Vec<Row> = database::observed(db_span!("quotes.products", PRODUCTS), query).await?;
    if rows.len() < ids.len() {
        Err(Error::NotFound("product"))
    } else {
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}
