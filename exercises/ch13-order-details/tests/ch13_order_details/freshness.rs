//! What a second request sees after something changed, and what a page costs in calls.

use crate::{
    company::Company,
    page::{all, page},
};
use fixture::Database;
use shop::ProductId;

#[tokio::test]
async fn a_price_or_a_stock_that_changed_is_shown_to_the_next_request_except_by_the_trap_shared() {
    let database = Database::new("details").await;
    let company = Company::start().await;
    for (name, lookups) in all(&database, Some(&company)) {
        database.run("update products set price_cents = 100 where id = 5").await;
        database.run("update stock set available = 10 where product_id = 5").await;
        let seen = async || {
            let product = lookups.for_request().product(ProductId(5)).await.unwrap().unwrap();
            (product.price_cents, product.available)
        };
        assert_eq!(seen().await, (100, 10), "{name}");
        database.run("update products set price_cents = 250 where id = 5").await;
        database.run("update stock set available = 0 where product_id = 5").await;
        let expected = if name == "trap:shared" { (100, 10) } else { (250, 0) };
        assert_eq!(seen().await, expected, "{name}");
    }
    database.drop().await;
}

#[tokio::test]
async fn a_page_takes_one_call_to_the_recommendations_where_its_products_are_collected() {
    let database = Database::new("details").await;
    let company = Company::start().await;
    for (name, lookups) in all(&database, Some(&company)) {
        company.calls();
        let shown = page(&lookups, &(20..60).collect::<Vec<_>>()).await.unwrap();
        let (lines, calls) = (shown.iter().map(Vec::len).sum::<usize>(), company.calls());
        assert!(lines > 40, "{lines}");
        match name.as_str() {
            "yours" => assert!(calls <= lines, "{calls}"),
            "flawed" => assert_eq!(calls, lines),
            // A hundred products a call.
            _ => assert!(calls <= 2, "{name}: {calls}"),
        }
    }
    database.drop().await;
}
