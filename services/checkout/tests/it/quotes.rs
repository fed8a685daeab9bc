//! Quotes: what products would cost, with the tax partner's rates.

use crate::shop::TestShop;
use serde_json::{Value, json};

fn wanted(country: &str, items: &[(i64, i64)]) -> Value {
    let items: Vec<Value> = items.iter().map(|(id, n)| json!({"product_id": id, "quantity": n})).collect();
    json!({"country": country, "items": items})
}

#[tokio::test]
async fn a_quote_adds_up_in_every_variant() {
    for variant in ["flawed", "yours", "fixed", "trap:mutex"] {
        let setting = format!("ch05-quote-sources={variant}");
        let shop =
            TestShop::open_with(|settings| settings.process.variants = variant::Variants::parse(&setting).unwrap())
                .await;
        let cents = async |id: i64| -> i64 {
            sqlx::query_scalar("select price_cents from products where id = $1")
                .bind(id)
                .fetch_one(&shop.db)
                .await
                .unwrap()
        };
        let answer = shop.client.post("/v1/quotes", wanted("DE", &[(7, 2), (3, 1)])).await;
        assert_eq!(answer.status, 200, "{variant}: {:?}", answer.body);
        let (quote, net) = (answer.body, 2 * cents(7).await + cents(3).await);
        assert_eq!((&quote["net_cents"], &quote["lines"][0]["product_id"]), (&json!(net), &json!(7)), "{variant}");
        assert_eq!(quote["lines"][0]["tax_rate_basis_points"], 1900, "{variant}");
        let tax: i64 = [0, 1].iter().map(|n| quote["lines"][n]["tax_cents"].as_i64().unwrap()).sum();
        assert_eq!((&quote["tax_cents"], &quote["total_cents"]), (&json!(tax), &json!(net + tax)), "{variant}");
        // No recommendations are running: a quote does without.
        assert_eq!(quote["lines"][0]["goes_with"], Value::Null, "{variant}");
        shop.close().await;
    }
}

#[tokio::test]
async fn a_quote_that_cannot_be_made_says_why() {
    let shop = TestShop::open().await;
    let many: Vec<(i64, i64)> = (1..=21).map(|id| (id, 1)).collect();
    let cases = [
        ("nothing", wanted("DE", &[]), 422),
        ("none of a product", wanted("DE", &[(1, 0)]), 422),
        ("a hundred of one", wanted("DE", &[(1, 100)]), 422),
        ("less than none", wanted("DE", &[(1, -1)]), 422),
        ("the same twice", wanted("DE", &[(1, 1), (1, 2)]), 422),
        ("too many lines", wanted("DE", &many), 422),
        ("a product that does not exist", wanted("DE", &[(1, 1), (999_999, 1)]), 404),
        ("a country nobody delivers to", wanted("ÄÖ", &[(1, 1)]), 422),
        ("no JSON", json!("富士"), 422),
    ];
    for (name, body, status) in cases {
        let answer = shop.client.post("/v1/quotes", body).await;
        assert_eq!(answer.status, status, "{name}: {:?}", answer.body);
        assert_eq!(answer.content_type, "application/problem+json", "{name}");
    }
    shop.partner_fails("tax", json!({"mode": "status", "status": 500})).await;
    let answer = shop.client.post("/v1/quotes", wanted("DE", &[(1, 1)])).await;
    assert_eq!(answer.status, 503, "{:?}", answer.body);
    shop.close().await;
}
