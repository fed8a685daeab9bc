//! The rules of a cart, over REST and over GraphQL.

use crate::shop::TestShop;
use serde_json::json;

#[tokio::test]
async fn a_cart_shows_prices_and_keeps_its_rules() {
    let shop = TestShop::open().await;
    let ada = shop.as_user(1);
    let cents: i64 =
        sqlx::query_scalar("select price_cents from products where id = 5").fetch_one(&shop.db).await.unwrap();

    assert_eq!(ada.get("/v1/cart").await.body, json!({"lines": [], "total_cents": 0, "currency": "EUR"}));
    let cart = ada.put("/v1/cart/items/5", json!({"quantity": 3})).await.body;
    assert_eq!(cart["total_cents"], 3 * cents);
    assert_eq!(cart["lines"][0]["quantity"], 3);
    assert_eq!(cart["lines"][0]["available"], true);
    let cart = ada.put("/v1/cart/items/5", json!({"quantity": 2})).await.body;
    assert_eq!(cart["total_cents"], 2 * cents);

    for (quantity, status) in [(0, 422), (1, 200), (99, 200), (100, 422)] {
        let answer = ada.put("/v1/cart/items/5", json!({ "quantity": quantity })).await;
        assert_eq!(answer.status, status, "{quantity}: {:?}", answer.body);
    }
    assert_eq!(ada.put("/v1/cart/items/5", json!({"quantity": -1})).await.status, 422);
    assert_eq!(ada.put("/v1/cart/items/999999", json!({"quantity": 1})).await.status, 404);
    assert_eq!(ada.put("/v1/cart/items/lamp", json!({"quantity": 1})).await.status, 404);
    // Somebody else's cart is another one.
    assert_eq!(shop.as_user(2).get("/v1/cart").await.body["lines"], json!([]));
    assert_eq!(ada.delete("/v1/cart/items/5").await.body["lines"], json!([]));
    assert_eq!(ada.delete("/v1/cart/items/5").await.status, 200);
    shop.close().await;
}

#[tokio::test]
async fn a_cart_takes_a_hundred_products_and_no_more() {
    let shop = TestShop::open().await;
    let ada = shop.as_user(1);
    for product in 1..=100 {
        assert_eq!(ada.put(&format!("/v1/cart/items/{product}"), json!({"quantity": 1})).await.status, 200);
    }
    let full = ada.put("/v1/cart/items/101", json!({"quantity": 1})).await;
    assert_eq!(full.status, 422, "{:?}", full.body);
    assert_eq!(ada.put("/v1/cart/items/100", json!({"quantity": 2})).await.status, 200);
    shop.close().await;
}

#[tokio::test]
async fn adding_over_graphql_sums_up_to_ninety_nine() {
    let shop = TestShop::open().await;
    let ada = shop.as_user(1);
    let add = async |quantity: u32| {
        ada.graphql(&format!("mutation {{ addToCart(productId: 7, quantity: {quantity}) {{ lines {{ quantity }} }} }}"))
            .await
    };
    assert_eq!(add(60).await["data"]["addToCart"]["lines"][0]["quantity"], 60);
    assert_eq!(add(39).await["data"]["addToCart"]["lines"][0]["quantity"], 99);
    assert_eq!(add(1).await["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
    let set =
        ada.graphql("mutation { setCartItem(productId: 7, quantity: 4) { lines { quantity productId sku } } }").await;
    assert_eq!(set["data"]["setCartItem"]["lines"][0]["quantity"], 4);
    let unknown = ada.graphql("mutation { setCartItem(productId: 999999, quantity: 4) { totalCents } }").await;
    assert_eq!(unknown["errors"][0]["extensions"]["code"], "NOT_FOUND");
    let removed = ada.graphql("mutation { removeFromCart(productId: 7) { totalCents } }").await;
    assert_eq!(removed["data"]["removeFromCart"]["totalCents"], 0);
    shop.close().await;
}
