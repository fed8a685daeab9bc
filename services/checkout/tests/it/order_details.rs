//! Orders over GraphQL with everything they are shown with, beside a real recommendations service, for every variant.

use crate::{
    client::Client,
    shop::{TestShop, serve},
};
use order_details::SEAM;
use serde_json::{Value, json};
use serving::{Shutdown, settings::Reader};
use std::collections::BTreeSet;
use variant::Variants;

fn variants() -> Vec<String> {
    variant::under_test(SEAM).iter().map(ToString::to_string).collect()
}

/// Patient with recommendations: the fix of outgoing calls gives up after 400 ms, which is too short on a busy machine.
fn chosen(variant: &str) -> String {
    format!("{SEAM}={variant},ch10-outgoing-calls=flawed,*=fixed")
}

/// A shop beside a recommendations service that reads the same catalogue (from a shop that is closed last).
async fn open(variant: &str, around: &TestShop) -> TestShop {
    let (database, redis) = (around.settings.database_url.as_str(), around.settings.redis_url.as_str());
    let pairs = [("DATABASE_URL", database), ("REDIS_URL", redis), ("REDIS_PREFIX", &around.settings.redis_prefix)];
    let settings = recommendations::Settings::read(Reader::from_pairs(pairs)).unwrap();
    let url = serve(recommendations::app(&settings, Shutdown::by_hand()).await.unwrap()).await;
    TestShop::open_with(|settings| {
        settings.process.variants = Variants::parse(&chosen(variant)).unwrap();
        settings.recommendations_url = Some(url);
    })
    .await
}

/// User 1 is the busiest: the first page is full.
const QUESTIONS: [&str; 6] = [
    "{ orders(first: 50) { next nodes { id status totalCents lines { quantity unitPriceCents totalCents
        product { id sku name brand category priceCents imageUrl rating available goesWellWith { productId name score } }
    } } } }",
    "{ orders(first: 1) { nodes { lines { product { a: goesWellWith(first: 1) { name } b: goesWellWith(first: 20) { name } } } } } }",
    "{ orders(first: 2) { nodes { goesWith { productId } again: lines { quantity } lines { product { name } } } } }",
    "{ order(id: \"999999999\") { id } other: order(id: \"富士\") { id } }",
    "{ orders(first: 1) { nodes { lines { product { goesWellWith(first: 21) { name } } } } } }",
    "{ orders(first: 1) { nodes { lines { product { goesWellWith(first: 0) { name } } } } } }",
];

#[tokio::test]
async fn every_variant_answers_every_question_as_the_others_do() {
    let around = TestShop::open().await;
    let mut expected: Option<Vec<Value>> = None;
    for variant in variants() {
        let shop = open(&variant, &around).await;
        let ada = shop.as_user(1);
        let mut answers = Vec::new();
        for question in QUESTIONS {
            let mut answer = ada.graphql(question).await;
            // Where in the question an error is, is not for clients to read.
            for error in answer["errors"].as_array_mut().into_iter().flatten() {
                error.as_object_mut().unwrap().remove("locations");
            }
            answers.push(answer);
        }
        let nodes = answers[0]["data"]["orders"]["nodes"].as_array().unwrap();
        assert!(nodes.len() == 50, "{variant}: {}", nodes.len());
        let product = &nodes[0]["lines"][0]["product"];
        assert_eq!(product["goesWellWith"].as_array().unwrap().len(), 3, "{variant}: {product}");
        match &expected {
            Some(expected) => assert_eq!(&answers, expected, "{variant}"),
            None => expected = Some(answers),
        }
        shop.close().await;
    }
    around.close().await;
}

async fn in_stock(customer: &Client) -> Value {
    let question = "{ orders(first: 1) { nodes { lines { product { id available } } } } }";
    customer.graphql(question).await["data"]["orders"]["nodes"][0]["lines"][0]["product"].clone()
}

#[tokio::test]
async fn what_somebody_else_bought_meanwhile_is_gone_except_with_shared_loaders() {
    let around = TestShop::open().await;
    for variant in variants() {
        let shop = open(&variant, &around).await;
        let buy = json!({"payment_token": "tok_visa", "items": [{"product_id": 5, "quantity": 1}]});
        let (ada, bob) = (shop.as_user(1), shop.as_user(2));
        assert_eq!(ada.post("/v1/orders", buy.clone()).await.status, 201);
        assert_eq!(in_stock(&ada).await, json!({"id": "5", "available": 999}), "{variant}");
        assert_eq!(bob.post("/v1/orders", buy).await.status, 201);
        let left = if variant == "trap:shared" { 999 } else { 998 };
        assert_eq!(in_stock(&ada).await, json!({"id": "5", "available": left}), "{variant}");
        shop.close().await;
    }
    around.close().await;
}

#[tokio::test]
async fn customers_at_the_same_time_see_their_own_orders() {
    let around = TestShop::open().await;
    for variant in variants() {
        let shop = open(&variant, &around).await;
        let question =
            "{ orders(first: 5) { nodes { id lines { quantity product { id goesWellWith { productId } } } } } }";
        let mut alone = Vec::new();
        for user in 1..=4 {
            alone.push(shop.as_user(user).graphql(question).await);
        }
        let mut together = tokio::task::JoinSet::new();
        for user in 1..=4 {
            let client = shop.as_user(user);
            together.spawn(async move { (user, client.graphql(question).await) });
        }
        while let Some(answer) = together.join_next().await {
            let (user, answer) = answer.unwrap();
            assert_eq!(answer, alone[usize::try_from(user - 1).unwrap()], "{variant}: {user}");
        }
        let ids: BTreeSet<String> = alone.iter().map(|answer| answer["data"].to_string()).collect();
        assert!(ids.len() > 1, "the customers' orders are different ones");
        shop.close().await;
    }
    around.close().await;
}

#[tokio::test]
async fn recommendations_that_are_away_leave_the_orders_as_they_are() {
    for variant in variants() {
        let shop = TestShop::open_with(|settings| {
            settings.process.variants = Variants::parse(&chosen(&variant)).unwrap();
            settings.recommendations_url = Some("http://127.0.0.1:1".to_owned());
        })
        .await;
        let question = "{ orders(first: 5) { nodes { lines { product { name goesWellWith { name } } } } } }";
        let answer = shop.as_user(1).graphql(question).await;
        assert_eq!(answer["errors"], Value::Null, "{variant}");
        let product = &answer["data"]["orders"]["nodes"][0]["lines"][0]["product"];
        assert!(product["name"].is_string() && product["goesWellWith"].is_null(), "{variant}: {product}");
        shop.close().await;
    }
}
