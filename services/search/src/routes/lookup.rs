//! `GET /v1/products`: the back office's lookup by a part of a name or of a SKU.

use crate::{Error, state::AppState};
use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use serving::ValidQuery;
use shop::ProductCard;
use utoipa::{IntoParams, ToSchema};

use super::search::Card;

/// Products on the page where the client does not say.
const LIMIT: u32 = 20;
/// Products on the page at most.
const MAX_LIMIT: u32 = 50;
/// Characters of a fragment: with fewer, everything matches.
const FRAGMENT: std::ops::RangeInclusive<usize> = 3..=50;

/// What to look for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LookupQuery {
    /// Any part of a name or of a SKU, 3 to 50 characters, as it is written; `A` to `Z` are the same as `a` to `z`.
    #[param(min_length = 3, max_length = 50, pattern = r"^[^\x00]*$")]
    contains: String,
    /// Products at most, 1 to 50; by default 20.
    #[param(minimum = 1, maximum = 50)]
    limit: Option<u32>,
}

/// The products that contain a fragment.
#[derive(Debug, Serialize, ToSchema)]
pub struct Lookup {
    /// The fragment as given.
    contains: String,
    /// How many there are.
    total: i64,
    /// The first of them, by id.
    #[schema(value_type = Vec<Card>)]
    products: Vec<ProductCard>,
}

/// Products whose name or SKU contains a fragment.
#[utoipa::path(get, path = "/v1/products", params(LookupQuery), responses(
    (status = 200, body = Lookup), (status = 400, description = "a rule is broken; the problem says which")))]
pub(crate) async fn containing(
    State(state): State<AppState>,
    ValidQuery(query): ValidQuery<LookupQuery>,
) -> Result<Json<Lookup>, Error> {
    let (contains, limit) = query.checked()?;
    let found = state.seams.product_lookup.containing(&state.db, &contains, limit).await?;
    Ok(Json(Lookup { contains, total: found.total, products: found.products }))
}

impl LookupQuery {
    fn checked(self) -> Result<(String, u32), Error> {
        let limit = self.limit.unwrap_or(LIMIT);
        if !FRAGMENT.contains(&self.contains.chars().count()) {
            let (least, most) = (FRAGMENT.start(), FRAGMENT.end());
            return Err(Error::Invalid(format!("contains must have {least} to {most} characters")));
        }
        // Postgres has no text with a zero byte.
        if self.contains.contains('\0') {
            return Err(Error::Invalid("contains must not contain a zero byte".to_owned()));
        }
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(Error::Invalid(format!("limit must be between 1 and {MAX_LIMIT}")));
        }
        Ok((self.contains, limit))
    }
}
