//! `PUT /v1/products/{id}/price`: the one change that can be made to a product, by those who run the shop.

use crate::{Error, state::AppState};
use axum::{
    Extension, Json,
    extract::{Path, State},
};
use edge_caching::Changed;
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use serving::{AdminToken, Problem, ValidJson};
use shop::{Money, ProductId};
use telemetry::db_span;
use tracing::Instrument as _;
use utoipa::ToSchema;

/// The dearest thing the shop will ever sell, in cents.
const MOST: i64 = 100_000_000;

/// Gives a product another price.
pub const SET: &str = "update products set price_cents = $2 where id = $1";

/// A price.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPrice {
    /// In cents of euro; 1 to 100,000,000.
    #[schema(minimum = 1, maximum = 100_000_000)]
    price_cents: i64,
}

/// What the product costs from now on.
#[derive(Debug, Serialize, ToSchema)]
pub struct Price {
    #[schema(value_type = i64)]
    id: ProductId,
    price_cents: i64,
    currency: &'static str,
}

/// Changes the price of a product.
#[utoipa::path(put, path = "/v1/products/{id}/price", params(("id" = i64, Path)), request_body = NewPrice, responses(
    (status = 200, body = Price), (status = 400, description = "no number of 64 bits, or no JSON"),
    (status = 401, description = "without the ADMIN_TOKEN"), (status = 404),
    (status = 413, description = "more than a kilobyte"), (status = 415, description = "not said to be JSON"),
    (status = 422, description = "no such price")))]
pub(crate) async fn set(
    State(state): State<AppState>,
    Path(id): Path<i64>,
    request: HeaderMap,
    ValidJson(NewPrice { price_cents }): ValidJson<NewPrice>,
) -> Result<(Extension<Changed>, Json<Price>), Refused> {
    AdminToken::check(state.admin.as_ref(), &request)?;
    if !(1..=MOST).contains(&price_cents) {
        return Err(Problem::unprocessable(format!("price_cents must be 1 to {MOST}")).into());
    }
    let query = sqlx::query(SET).bind(id).bind(price_cents).execute(&state.db);
    if query.instrument(db_span!("products.set_price", SET)).await.map_err(Error::from)?.rows_affected() == 0 {
        return Err(Error::NotFound(format!("no product has the id {id}")).into());
    }
    let id = ProductId(id);
    Ok((Extension(Changed(vec![id])), Json(Price { id, price_cents, currency: Money::CURRENCY })))
}

/// Why a price was not changed.
pub(crate) enum Refused {
    Problem(Problem),
    Failed(Error),
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl axum::response::IntoResponse for Refused {
    fn into_response(self) -> axum::response::Response {
        match self {
            Self::Problem(problem) => problem.into_response(),
            Self::Failed(error) => error.into_response(),
        }
    }
}
