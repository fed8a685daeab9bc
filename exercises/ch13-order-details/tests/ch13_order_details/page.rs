//! A page of orders as GraphQL resolves it: every level's fields side by side, a field's own fields after it.

use crate::company::Company;
use fixture::Database;
use futures_util::future::try_join_all;
use order_details::{Line, LookupError, Lookups, Product, Recommendation, SEAM, Sources};
use shop::{OrderId, ProductId};
use variant::Variant;

/// An order as shown: each line, its product, and what goes well with it.
pub(crate) type Shown = Vec<(Line, Option<Product>, Option<Vec<Recommendation>>)>;

/// Every variant, with its name.
pub(crate) fn variants() -> Vec<Variant> {
    variant::under_test(SEAM)
}

/// The look-ups of every variant.
pub(crate) fn all(database: &Database, company: Option<&Company>) -> Vec<(String, Lookups)> {
    let recommendations = company.map(|company| company.client.clone());
    let sources = Sources { db: database.pool.clone(), recommendations };
    variants().iter().map(|one| (one.to_string(), Lookups::new(one, sources.clone()).unwrap())).collect()
}

/// One request's page.
pub(crate) async fn page(lookups: &Lookups, orders: &[i64]) -> Result<Vec<Shown>, LookupError> {
    let request = &lookups.for_request();
    try_join_all(orders.iter().map(async |order| {
        let lines = request.lines(OrderId(*order)).await?;
        try_join_all(lines.into_iter().map(async |line| {
            let product = request.product(ProductId(line.product_id)).await?;
            let company = match &product {
                Some(product) => request.goes_well_with(ProductId(product.id), 3).await,
                None => None,
            };
            Ok::<_, LookupError>((line, product, company))
        }))
        .await
    }))
    .await
}
