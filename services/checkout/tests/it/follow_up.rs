//! What follows a stored order, whichever implementation is chosen: every step once, whatever fails meanwhile.

use crate::shop::{STOCK, TestShop, eventually};
use follow_up::SEAM;
use serde_json::{Value, json};

/// Every variant of the seam.
fn variants() -> Vec<String> {
    variant::under_test(SEAM).iter().map(ToString::to_string).collect()
}

async fn open(variant: &str) -> TestShop {
    TestShop::open_as(&format!("{SEAM}={variant},*=fixed")).await
}

fn buy(product: i64, quantity: u32) -> Value {
    json!({"payment_token": "tok_visa", "items": [{"product_id": product, "quantity": quantity}]})
}

/// Pieces sold of a product, as customers see it.
async fn sold(shop: &TestShop, product: i64) -> u64 {
    let list = shop.client.get("/v1/bestsellers").await.body;
    let products = list["products"].as_array().unwrap();
    products.iter().find(|one| one["id"] == product).map_or(0, |one| one["sold"].as_u64().unwrap())
}

async fn waiting(shop: &TestShop) -> i64 {
    sqlx::query_scalar("select count(*) from outbox where published_at is null").fetch_one(&shop.db).await.unwrap()
}

#[tokio::test]
async fn every_step_of_an_order_is_done_once_whoever_does_it() {
    for variant in variants() {
        let shop = open(&variant).await;
        let _worker = shop.worker().await;
        let ada = shop.as_user(1);
        let order = ada.post("/v1/orders", buy(5, 3)).await;
        assert_eq!(order.status, 201, "{variant}: {:?}", order.body);
        let line = &order.body["lines"][0];
        assert_eq!((&line["product_id"], &line["quantity"]), (&json!(5), &json!(3)), "{variant}");
        let id = order.body["id"].as_i64().unwrap();
        eventually("confirmed", async || shop.status_of(id).await == "confirmed").await;
        eventually("ticked off", async || waiting(&shop).await == 0).await;
        assert_eq!(shop.emails_to(1).await.len(), 1, "{variant}");
        for partner in ["payment", "email", "warehouse", "analytics"] {
            assert_eq!(shop.partner_saw(partner, "effects").await, 1, "{variant}: {partner}");
            assert_eq!(shop.partner_saw(partner, "received").await, 1, "{variant}: {partner}");
        }
        assert_eq!(sold(&shop, 5).await, 3, "{variant}");
        shop.close().await;
    }
}

#[tokio::test]
async fn an_order_stands_while_email_is_down_and_its_confirmation_is_sent_later() {
    for variant in variants() {
        let shop = open(&variant).await;
        let _worker = shop.worker().await;
        shop.partner_fails("email", json!({"mode": "status"})).await;
        let ada = shop.as_user(1).with("idempotency-key", "k");
        let order = ada.post("/v1/orders", buy(5, 1)).await;
        // The trap `spawn` has asked by then, and does not ask again.
        eventually("asked", async || shop.partner_saw("email", "received").await > 0).await;
        shop.partner_fails("email", json!({"mode": "none"})).await;
        match variant.as_str() {
            "fixed" | "trap:spawn" => assert_eq!(order.status, 201, "{variant}"),
            "yours" => assert!([201, 503].contains(&order.status.as_u16()), "{:?}", order.body),
            _ => {
                assert_eq!(order.status, 503, "{variant}");
                assert!(order.body["detail"].as_str().unwrap().contains("could not be confirmed"), "{:?}", order.body);
            }
        }
        let again = ada.post("/v1/orders", buy(5, 1)).await;
        assert_eq!(again.status, 200, "{variant}: {:?}", again.body);
        let id = again.body["id"].as_i64().unwrap();
        assert_eq!((shop.partner_saw("payment", "effects").await, shop.stock_of(5).await), (1, STOCK - 1), "{variant}");
        if variant == "trap:spawn" {
            // Longer than the outbox takes: the event is ticked off, and nobody knows.
            tokio::time::sleep(std::time::Duration::from_secs(4)).await;
            assert_eq!((waiting(&shop).await, shop.emails_to(1).await.len()), (0, 0));
        } else {
            eventually("confirmed", async || shop.status_of(id).await == "confirmed").await;
            assert_eq!(shop.emails_to(1).await.len(), 1, "{variant}");
            assert_eq!(shop.partner_saw("warehouse", "effects").await, 1, "{variant}");
            assert_eq!(sold(&shop, 5).await, 1, "{variant}");
        }
        shop.close().await;
    }
}

#[tokio::test]
async fn eight_orders_at_once_are_each_followed_up_and_none_twice() {
    for variant in variants() {
        let shop = open(&variant).await;
        let _worker = shop.worker().await;
        // As many as the payment partner takes at once from this shop, and two to spare.
        let mut orders = tokio::task::JoinSet::new();
        for user in 1..=8 {
            let client = shop.as_user(user);
            orders.spawn(async move { client.post("/v1/orders", buy(5 + user % 3, 1)).await.status.as_u16() });
        }
        assert_eq!(orders.join_all().await, [201; 8], "{variant}");
        let confirmed = async || -> i64 {
            sqlx::query_scalar("select count(*) from processed_messages").fetch_one(&shop.db).await.unwrap()
        };
        eventually("all done", async || confirmed().await == 8).await;
        for partner in ["email", "warehouse", "analytics"] {
            assert_eq!(shop.partner_saw(partner, "effects").await, 8, "{variant}: {partner}");
        }
        assert_eq!(sold(&shop, 5).await + sold(&shop, 6).await + sold(&shop, 7).await, 8, "{variant}");
        shop.close().await;
    }
}

#[tokio::test]
async fn a_customer_who_hangs_up_gets_the_order_all_the_same() {
    for variant in variants() {
        let shop = open(&variant).await;
        let _worker = shop.worker().await;
        let slow = json!({"delay": {"shape": "constant", "ms": 300}});
        assert_eq!(shop.partners.put("/admin/partners/payment", slow).await.status, 200);
        let ada = shop.as_user(1);
        let impatient = tokio::time::timeout(std::time::Duration::from_millis(100), ada.post("/v1/orders", buy(5, 1)));
        assert!(impatient.await.is_err(), "{variant}");
        eventually("sent", async || shop.emails_to(1).await.len() == 1).await;
        eventually("counted", async || sold(&shop, 5).await == 1).await;
        shop.close().await;
    }
}

#[tokio::test]
async fn an_order_past_the_cart_leaves_the_cart_alone_and_keeps_the_rules() {
    let shop = TestShop::open().await;
    let ada = shop.with_cart(1, 9).await;
    assert_eq!(ada.post("/v1/orders", buy(5, 1)).await.status, 201);
    assert_eq!(ada.get("/v1/cart").await.body["lines"][0]["product_id"], 9);
    let items = |items: Value| json!({"payment_token": "tok_visa", "items": items});
    let line = |product: i64| json!({"product_id": product, "quantity": 1});
    for (wrong, status) in [
        (items(json!([])), 422),
        (items(json!([line(5), line(5)])), 422),
        (items((1..=101).map(line).collect()), 422),
        (buy(5, 0), 422),
        (buy(5, 100), 422),
        (buy(999_999, 1), 409),
        (buy(-1, 1), 409),
    ] {
        assert_eq!(ada.post("/v1/orders", wrong.clone()).await.status, status, "{wrong}");
    }
    // As many as an order may have; cheap ones, because a card has a limit.
    sqlx::query("update products set price_cents = 100").execute(&shop.db).await.unwrap();
    assert_eq!(ada.post("/v1/orders", items((1..=100).map(line).collect())).await.status, 201);
    assert_eq!(shop.partner_saw("payment", "effects").await, 2);
    for wrong in ["limit=0", "limit=51", "limit=x"] {
        assert_eq!(shop.client.get(&format!("/v1/bestsellers?{wrong}")).await.status, 400, "{wrong}");
    }
    shop.close().await;
}
