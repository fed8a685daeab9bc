//! A page of results as a client reads it.

use axum::response::Response;
use fixture::Database;
use http::HeaderMap;
use http_body_util::BodyExt as _;
use result_format::{Beside, ResultFormat, Search};
use serde_json::Value;
use shop::{Money, ProductCard, ProductId};

/// The fields of a hit that clients read.
const READ: [&str; 12] = [
    "id",
    "sku",
    "name",
    "brand",
    "category",
    "price_cents",
    "currency",
    "image_url",
    "rating",
    "available",
    "viewed_recently",
    "related",
];

pub(crate) fn search(q: &str, page: u32, page_size: u32) -> Search {
    Search { q: q.to_owned(), page, page_size }
}

/// A few related products and views for every second hit, and one recommendation.
fn beside(hits: &[ProductId]) -> Beside {
    let card = |n: i64| ProductCard {
        id: ProductId(n),
        sku: format!("TST-{n:06}"),
        name: format!("\"Größe\" {n} 富士"),
        price_cents: Money(n * 100),
    };
    let mut beside = Beside { recommended: vec![card(7)], ..Beside::default() };
    for id in hits.iter().step_by(2) {
        beside.related.insert(*id, (id.0..id.0 + 3).map(card).collect());
        beside.viewed_recently.insert(*id, id.0.unsigned_abs());
    }
    beside
}

/// The answer, as the service would give it.
pub(crate) async fn answer(
    format: ResultFormat,
    database: &Database,
    search: &Search,
    request: &HeaderMap,
) -> Response {
    let found = format.find(&database.pool, search).await.unwrap();
    let beside = beside(found.ids());
    result_format::answer(found, search, beside, request).unwrap()
}

pub(crate) async fn body(response: Response) -> Vec<u8> {
    response.into_body().collect().await.unwrap().to_bytes().to_vec()
}

/// What clients read of the page, and nothing else.
pub(crate) async fn read(format: ResultFormat, database: &Database, search: &Search) -> Value {
    let response = answer(format, database, search, &HeaderMap::new()).await;
    assert_eq!(response.status(), 200);
    let mut page: Value = serde_json::from_slice(&body(response).await).unwrap();
    for hit in page["hits"].as_array_mut().unwrap() {
        let fields = READ.map(|field| (field.to_owned(), hit[field].clone()));
        for (field, value) in &fields {
            assert!(!value.is_null(), "{format:?} has no {field}");
        }
        *hit = Value::Object(fields.into_iter().collect());
    }
    page
}
