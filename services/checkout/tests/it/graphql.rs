//! The limits of GraphQL, its codes, and what exists in development only.

use crate::shop::TestShop;
use serde_json::{Value, json};

fn code(answer: &Value) -> &Value {
    &answer["errors"][0]["extensions"]["code"]
}

#[tokio::test]
async fn a_question_too_deep_or_too_costly_is_refused() {
    let shop = TestShop::open().await;
    let ada = shop.as_user(1);
    let page = "{ orders(first: 50) { nodes { id status lines { quantity product { id name priceCents } } } next } }";
    assert_eq!(ada.graphql(page).await["errors"], Value::Null);
    let rich = "{ orders(first: 50) { nodes { id lines { quantity product { id name priceCents available
        goesWellWith(first: 3) { productId name priceCents } } } } next } }";
    assert_eq!(ada.graphql(rich).await["errors"], Value::Null);

    let many: String =
        (0..20).map(|n| format!("o{n}: orders(first: 50) {{ nodes {{ lines {{ quantity }} }} }} ")).collect();
    let costly = ada.graphql(&format!("{{ {many} }}")).await;
    assert_eq!(costly["errors"][0]["message"], "Query is too complex.");
    assert_eq!(code(&costly), "GRAPHQL_VALIDATION_FAILED");

    let nested = format!(
        "{}{}",
        "{ __schema { types ".to_owned() + &"{ fields { type ".repeat(5),
        "{ name }".to_owned() + &"} } ".repeat(5) + "} }"
    );
    let deep = ada.graphql(&nested).await;
    assert_eq!(deep["errors"][0]["message"], "Query is nested too deep.", "{deep}");

    for (query, expected) in [
        ("{ orders(first: 51) { next } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ orders(first: 0) { next } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ orders(after: \"x\") { next } }", "BAD_USER_INPUT"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ ", "GRAPHQL_VALIDATION_FAILED"),
        ("mutation { placeOrder(paymentToken: \"tok_visa\") { id } }", "BAD_USER_INPUT"),
    ] {
        let answer = ada.graphql(query).await;
        assert_eq!(code(&answer), expected, "{query}: {answer}");
    }
    let large = ada.post("/graphql", json!({"query": "x".repeat(70_000)})).await;
    assert_eq!((large.status.as_u16(), large.content_type.as_str()), (413, "application/problem+json"));
    assert_eq!(ada.post("/graphql", json!([{"query": "{ cart { totalCents } }"}])).await.status, 422);
    shop.close().await;
}

#[tokio::test]
async fn the_page_for_people_and_introspection_exist_in_development_only() {
    let shop = TestShop::open().await;
    let introspection = "{ __schema { queryType { name } } }";
    assert_eq!(shop.client.get("/graphql").await.status, 405);
    assert!(shop.client.graphql(introspection).await["data"]["__schema"].is_null());
    let schema = shop.client.get("/graphql/schema").await;
    assert!(schema.body.as_str().unwrap().contains("type OrderPage"), "{:?}", schema.body);
    shop.close().await;

    let shop = TestShop::open_with(|settings| settings.graphiql = true).await;
    let page = shop.client.get("/graphql").await;
    assert!(page.body.as_str().unwrap().contains("GraphiQL"));
    assert_eq!(shop.client.graphql(introspection).await["data"]["__schema"]["queryType"]["name"], "Query");
    shop.close().await;
}

#[tokio::test]
async fn a_document_or_variables_nested_without_end_are_refused_and_end_no_process() {
    let shop = TestShop::open().await;
    // Without a token: anybody could send it.
    for depth in [49, 1_500, 15_000] {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        let (objects, ends) = ("{a:".repeat(depth.min(5_000)), "}".repeat(depth.min(5_000)));
        for query in [
            format!("{{orders(first:{open}{close}){{nodes{{id}}}}}}"),
            format!("{{orders(first:{objects}1{ends}){{nodes{{id}}}}}}"),
            format!("query($a:Int={open}{close}){{orders(first:$a){{nodes{{id}}}}}}"),
            format!("{{orders @include(if:{open}{close}){{nodes{{id}}}}}}"),
        ] {
            let answer = shop.client.graphql(&query).await;
            assert_eq!(answer["errors"][0]["message"], "Query is nested too deep.", "{depth}: {answer}");
            assert_eq!(code(&answer), "GRAPHQL_VALIDATION_FAILED");
        }
        let body = format!(r#"{{"query":"{{cart{{currency}}}}","variables":{{"a":{open}{close}}}}}"#);
        assert_eq!(shop.client.post_text("/graphql", body).await.status, 400);
    }
    // Just within the limit it is read, and refused by the rules of the schema.
    let within = format!("{{orders(first:{}1{}){{nodes{{id}}}}}}", "[".repeat(40), "]".repeat(40));
    let answer = shop.client.graphql(&within).await;
    assert_eq!(code(&answer), "GRAPHQL_VALIDATION_FAILED");
    assert_ne!(answer["errors"][0]["message"], "Query is nested too deep.");
    assert_eq!(shop.client.get("/healthz").await.status, 200);
    shop.close().await;
}
