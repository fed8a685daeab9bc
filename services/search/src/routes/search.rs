//! `GET /v1/search` and the words searched for most.

use crate::{Error, state::AppState};
use axum::{Extension, Json, extract::State, response::Response};
use edge_caching::CacheTags;
use http::HeaderMap;
use result_format::{Beside, Search};
use serde::{Deserialize, Serialize};
use serving::ValidQuery;
use shop::{ProductCard, ProductId};
use utoipa::{IntoParams, ToSchema};

/// Hits on a page where the client does not say.
const PAGE_SIZE: u32 = 20;
/// Hits on a page at most.
const MAX_PAGE_SIZE: u32 = 50;
/// Pages anybody can ask for: deep paging reads and ranks everything before the page.
const MAX_PAGE: u32 = 1000;
/// Characters of a query at most.
const MAX_QUERY: usize = 100;

/// What to search for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// Words, 1 to 100 characters, not all of them blank, none of them zero; `"a phrase"`, `or` and `-without` work.
    #[param(min_length = 1, max_length = 100, pattern = r"^[^\x00]*[^\s\x00][^\x00]*$")]
    q: String,
    /// The page, 1 to 1000; by default 1.
    #[param(minimum = 1, maximum = 1000)]
    page: Option<u32>,
    /// Hits on a page, 1 to 50; by default 20.
    #[param(minimum = 1, maximum = 50)]
    page_size: Option<u32>,
}

/// What clients of the search may rely on; more fields may come.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SearchPage {
    /// The words as given.
    pub query: String,
    /// The page, from 1.
    pub page: u32,
    /// Hits on a full page.
    pub page_size: u32,
    /// Matches on all pages.
    pub total: i64,
    /// The matches on this page, best first.
    pub hits: Vec<Hit>,
    /// Products that go together with the hits; none when recommendations are out of order.
    #[schema(value_type = Vec<Card>)]
    pub recommended: Vec<ProductCard>,
}

/// A match.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Hit {
    /// The product.
    pub id: i64,
    /// Its stock keeping unit.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// Who makes it.
    pub brand: String,
    /// The category it is listed in.
    pub category: String,
    /// The price, in cents of `currency`.
    pub price_cents: i64,
    /// ISO 4217.
    pub currency: String,
    /// A picture.
    pub image_url: String,
    /// 0 to 5.
    pub rating: f64,
    /// How many there are.
    pub available: i32,
    /// How often its page was opened of late.
    pub viewed_recently: u64,
    /// Up to four related products, the closest first.
    #[schema(value_type = Vec<Card>)]
    pub related: Vec<ProductCard>,
}

/// A product as a short list shows it.
#[derive(ToSchema)]
pub struct Card {
    /// The product.
    pub id: i64,
    /// Its stock keeping unit.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// The price, in euro cents.
    pub price_cents: i64,
}

/// Full-text search, page by page.
#[utoipa::path(get, path = "/v1/search", params(SearchQuery), responses(
    (status = 200, body = SearchPage), (status = 400, description = "a rule is broken; the problem says which")))]
pub(crate) async fn search(
    State(state): State<AppState>,
    request: HeaderMap,
    ValidQuery(query): ValidQuery<SearchQuery>,
) -> Result<(Extension<CacheTags>, Response), Error> {
    let search = query.checked()?;
    let found = state.seams.result_format.find(&state.db, &search).await?;
    let related = state.seams.related_products.of(&state.db, found.ids()).await?;
    state.cache.count_search(&search.q).await;
    let viewed_recently = state.cache.viewed_recently(found.ids()).await;
    let recommended = state.recommendations.for_products(found.ids()).await;
    let beside = Beside { related, viewed_recently, recommended };
    let tags = tags(found.ids(), &beside);
    Ok((Extension(tags), result_format::answer(found, &search, beside, &request)?))
}

/// Every product that stands on the page with its price.
fn tags(hits: &[ProductId], beside: &Beside) -> CacheTags {
    let cards = beside.related.values().flatten().chain(&beside.recommended).map(|card| card.id);
    CacheTags { products: hits.iter().copied().chain(cards).collect(), by_language: false }
}

impl SearchQuery {
    fn checked(self) -> Result<Search, Error> {
        let q = self.q.trim().to_owned();
        let (page, page_size) = (self.page.unwrap_or(1), self.page_size.unwrap_or(PAGE_SIZE));
        if q.is_empty() || q.chars().count() > MAX_QUERY {
            return Err(Error::Invalid(format!("q must have 1 to {MAX_QUERY} characters")));
        }
        // Postgres has no text with a zero byte.
        if q.contains('\0') {
            return Err(Error::Invalid("q must not contain a zero byte".to_owned()));
        }
        if !(1..=MAX_PAGE).contains(&page) {
            return Err(Error::Invalid(format!("page must be between 1 and {MAX_PAGE}")));
        }
        if !(1..=MAX_PAGE_SIZE).contains(&page_size) {
            return Err(Error::Invalid(format!("page_size must be between 1 and {MAX_PAGE_SIZE}")));
        }
        Ok(Search { q, page, page_size })
    }
}

/// Words people search for, and how often.
#[derive(Debug, Serialize, ToSchema)]
pub struct Trend {
    q: String,
    searches: u64,
}

/// The ten searches made most.
#[utoipa::path(get, path = "/v1/searches/trending", responses((status = 200, body = [Trend])))]
pub(crate) async fn trending(State(state): State<AppState>) -> Result<Json<Vec<Trend>>, Error> {
    let words = state.cache.trending(10).await?;
    Ok(Json(words.into_iter().map(|(q, searches)| Trend { q, searches: searches as u64 }).collect()))
}
