//! `smoke`: does the running shop do its work? A search over REST and through the edge, recommendations over gRPC, and a
//! GraphQL order that the worker confirms.
//!
//! Addresses are those of `docker-compose.yml` unless SEARCH_URL, EDGE_URL, RECOMMENDATIONS_URL or CHECKOUT_URL say
//! otherwise.

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use proto::recommendations::v1::{ForProductsRequest, recommendations_client::RecommendationsClient};
use serde_json::{Value, json};
use std::{process::ExitCode, time::Duration};

/// How long the worker may take: the warehouse and the mail partner have delays of their own, and a retry waits seconds.
const CONFIRMATION: Duration = Duration::from_secs(30);

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => {
            println!("smoke: the shop does its work");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("smoke: {error:#}\nIs the shop up? `make compose-up` or `cargo lab up`, then try again.");
            ExitCode::from(3)
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "a program of its own, with four addresses for settings")]
fn address(variable: &str, default: &str) -> String {
    std::env::var(variable).ok().filter(|v| !v.is_empty()).unwrap_or_else(|| default.to_owned())
}

async fn run() -> anyhow::Result<()> {
    let product = search(&address("SEARCH_URL", "http://127.0.0.1:8081")).await.context("search")?;
    through_the_edge(&address("EDGE_URL", "http://127.0.0.1:8085"), product).await.context("edge")?;
    recommend(address("RECOMMENDATIONS_URL", "http://127.0.0.1:8082"), product).await.context("recommendations")?;
    order(&address("CHECKOUT_URL", "http://127.0.0.1:8083"), product).await.context("checkout")
}

/// The first hit of a search.
async fn search(base: &str) -> anyhow::Result<i64> {
    let page = call("GET", &format!("{base}/v1/search?q=lamp&page_size=5"), None, None).await?;
    let total = page["total"].as_i64().context("no total")?;
    let first = page["hits"][0]["id"].as_i64().context("no hit for \"lamp\"")?;
    println!("search: {total} products match \"lamp\"; the first is {} ({first})", page["hits"][0]["name"]);
    Ok(first)
}

/// The same product's page through the edge.
async fn through_the_edge(base: &str, product: i64) -> anyhow::Result<()> {
    let page = call("GET", &format!("{base}/v1/products/{product}"), None, None).await?;
    ensure!(page["id"] == product, "asked for {product}, got {}", page["id"]);
    println!("edge: {} costs {} cents", page["name"], page["price_cents"]);
    Ok(())
}

async fn recommend(base: String, product: i64) -> anyhow::Result<()> {
    let mut client = RecommendationsClient::connect(base).await?;
    let request = ForProductsRequest { product_ids: vec![product], limit: 3 };
    let items = client.for_products(request).await?.into_inner().items;
    let first = items.first().context("nothing goes with it")?;
    println!("recommendations: {} products go with it, first {:?}", items.len(), first.name);
    Ok(())
}

/// Logs in, puts the product into the cart, orders, and waits until the worker has confirmed the order.
async fn order(base: &str, product: i64) -> anyhow::Result<()> {
    let credentials = json!({ "email": catalogue::demo_email(7), "password": catalogue::DEMO_PASSWORD });
    let login = call("POST", &format!("{base}/v1/login"), None, Some(credentials)).await.context("login")?;
    let token = login["access_token"].as_str().context("no token")?;

    let cart = "mutation($id: ID!) { setCartItem(productId: $id, quantity: 1) { totalCents } }";
    graphql(base, token, cart, json!({ "id": product.to_string() })).await.context("cart")?;
    let place = "mutation { placeOrder(paymentToken: \"tok_visa\") { id status totalCents } }";
    let placed = graphql(base, token, place, json!({})).await.context("order")?;
    let id = placed["placeOrder"]["id"].as_str().context("no order id")?.to_owned();
    println!("checkout: order {id} placed, {} cents", placed["placeOrder"]["totalCents"]);

    let started = tokio::time::Instant::now();
    loop {
        let order = call("GET", &format!("{base}/v1/orders/{id}"), Some(token), None).await?;
        if order["status"] == "confirmed" {
            println!("order-worker: order {id} confirmed after {:.1} s", started.elapsed().as_secs_f64());
            return Ok(());
        }
        ensure!(started.elapsed() < CONFIRMATION, "order {id} is still {} after {CONFIRMATION:?}", order["status"]);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn graphql(base: &str, token: &str, query: &str, variables: Value) -> anyhow::Result<Value> {
    let body = json!({ "query": query, "variables": variables });
    let mut answer = call("POST", &format!("{base}/graphql"), Some(token), Some(body)).await?;
    ensure!(answer["errors"].is_null(), "{}", answer["errors"]);
    Ok(answer["data"].take())
}

/// One request over HTTP; an answer that is no success is an error with its body.
async fn call(method: &str, url: &str, token: Option<&str>, body: Option<Value>) -> anyhow::Result<Value> {
    let mut request = http::Request::builder().method(method).uri(url);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let bytes = match body {
        Some(body) => {
            request = request.header("content-type", "application/json");
            Bytes::from(serde_json::to_vec(&body)?)
        }
        None => Bytes::new(),
    };
    let client = Client::builder(TokioExecutor::new()).build_http();
    let answering = client.request(request.body(Full::new(bytes))?);
    let response = tokio::time::timeout(Duration::from_secs(10), answering).await.context("no answer in 10 s")??;
    let status = response.status();
    let body = response.into_body().collect().await?.to_bytes();
    ensure!(status.is_success(), "{method} {url}: {status} {}", String::from_utf8_lossy(&body));
    Ok(serde_json::from_slice(&body)?)
}
