//! Logging in, and what needs it.

use crate::shop::{TestShop, choices};
use serde_json::json;

#[tokio::test]
async fn the_right_password_gives_a_token_and_every_mistake_looks_the_same() {
    let shop = TestShop::open().await;
    let email = shop.email_of(3).await;
    let login = async |email: &str, password: &str| {
        shop.client.post("/v1/login", json!({"email": email, "password": password})).await
    };

    let right = login(&email.to_uppercase(), catalogue::DEMO_PASSWORD).await;
    assert_eq!(right.status, 200, "{:?}", right.body);
    assert_eq!(right.body["token_type"], "Bearer");
    assert_eq!(right.body["expires_in"], 900);
    let token = right.body["access_token"].as_str().unwrap();
    let cart = shop.client.with("authorization", &format!("bearer {token}")).get("/v1/cart").await;
    assert_eq!(cart.status, 200, "{:?}", cart.body);

    let wrong = login(&email, "wrong").await;
    let unknown = login("nobody@example.com", catalogue::DEMO_PASSWORD).await;
    assert_eq!((wrong.status.as_u16(), unknown.status.as_u16()), (401, 401));
    assert_eq!(wrong.content_type, "application/problem+json");
    assert_eq!(wrong.body, unknown.body);

    assert_eq!(login("", "").await.status, 422);
    assert_eq!(shop.client.post("/v1/login", json!({"email": email})).await.status, 422);
    assert_eq!(login(&email, &"x".repeat(70_000)).await.status, 413);
    shop.close().await;
}

#[tokio::test]
async fn however_passwords_are_checked_logins_at_once_get_their_own_answers() {
    for choice in choices(password_checks::SEAM) {
        let shop = TestShop::open_as(&choice).await;
        let mut logins = tokio::task::JoinSet::new();
        for user in 1..=4 {
            let (client, email) = (shop.client.clone(), shop.email_of(user).await);
            let right = user % 2 == 0;
            let password = if right { catalogue::DEMO_PASSWORD } else { "wrong" };
            let login = json!({"email": email, "password": password});
            logins.spawn(async move { (right, client.post("/v1/login", login).await.status) });
        }
        for (right, status) in logins.join_all().await {
            assert_eq!(status, if right { 200 } else { 401 }, "{choice}");
        }
        shop.close().await;
    }
}

#[tokio::test]
async fn without_a_valid_token_nothing_of_a_customer_is_reached() {
    let shop = TestShop::open().await;
    let forged = shop.client.with("authorization", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.");
    for client in [&shop.client, &forged] {
        for path in ["/v1/cart", "/v1/orders", "/v1/orders/1"] {
            let answer = client.get(path).await;
            assert_eq!(answer.status, 401, "{path}");
            assert_eq!(answer.content_type, "application/problem+json");
        }
        assert_eq!(client.post("/v1/orders", json!({"payment_token": "tok_visa"})).await.status, 401);
        for query in
            ["{ cart { totalCents } }", "{ orders { next } }", "mutation { addToCart(productId: 1) { totalCents } }"]
        {
            let answer = client.graphql(query).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{answer}");
        }
    }
    assert_eq!(shop.client.get("/nowhere").await.status, 404);
    assert_eq!(shop.client.delete("/v1/login").await.status, 405);
    assert_eq!(shop.client.get("/readyz").await.status, 200);
    shop.close().await;
}
