//! Everything that the shop can be asked, once or a few times, its failures included.

use crate::{
    receiver::Receiver,
    shop::{ADMIN, Shop},
};
use anyhow::Context as _;
use bytes::Bytes;
use futures_util::future::join_all;
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::{io::AsyncWriteExt as _, net::TcpStream};

type Http = Client<HttpConnector, Full<Bytes>>;

/// Asks for things.
struct Customer {
    http: Http,
    token: String,
}

impl Customer {
    async fn ask(&self, method: &str, url: &str, body: Option<Value>) -> anyhow::Result<(StatusCode, Value)> {
        let mut request = Request::builder().method(Method::from_bytes(method.as_bytes())?).uri(url);
        request = request.header("content-type", "application/json");
        if !self.token.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.token));
        }
        // A new key for every order: the clock is as good as any.
        let key = format!("evidence-{:?}", std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?);
        let body = body.map(|body| Bytes::from(body.to_string())).unwrap_or_default();
        let request = request.header("idempotency-key", key).body(Full::new(body))?;
        let asked = tokio::time::timeout(Duration::from_secs(30), self.http.request(request));
        let (parts, body) = asked.await.context(url.to_owned())??.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok((parts.status, serde_json::from_slice(&body).unwrap_or(Value::Null)))
    }

    async fn get(&self, url: &str) -> anyhow::Result<(StatusCode, Value)> {
        self.ask("GET", url, None).await
    }

    async fn order(&self, checkout: &str) -> anyhow::Result<StatusCode> {
        self.ask("PUT", &format!("{checkout}/v1/cart/items/1"), Some(json!({"quantity": 1}))).await?;
        let order = json!({"payment_token": "tok_visa"});
        Ok(self.ask("POST", &format!("{checkout}/v1/orders"), Some(order)).await?.0)
    }
}

/// Asks everything.
///
/// # Errors
/// When somebody does not answer at all, or what should have been sent does not come within 20 seconds.
pub async fn drive(shop: &mut Shop, receiver: &Receiver) -> anyhow::Result<()> {
    let http: Http = Client::builder(TokioExecutor::new()).build_http();
    let mut customer = Customer { http, token: String::new() };
    let [search, edge, checkout, partners] =
        ["search", "edge", "checkout", "partners"].map(|name| shop.url(name).to_owned());
    reading(&customer, &search, &edge).await?;
    customer.token = ADMIN.to_owned();
    customer.ask("PUT", &format!("{edge}/v1/products/1/price"), Some(json!({"price_cents": 1999}))).await?;
    customer.token.clear();
    let login = json!({"email": shop.email, "password": "workshop"});
    let login = customer.ask("POST", &format!("{checkout}/v1/login"), Some(login)).await?;
    customer.token = login.1["access_token"].as_str().context("no token")?.to_owned();
    buying(&customer, &checkout).await?;
    inventing(shop.url("recommendations")).await?;
    leaving(&customer, &partners, &checkout).await?;
    failing(shop, &customer, &partners, &checkout).await?;
    // Flawed, only orders whose follow-up failed reach the worker, by the outbox.
    until("an order was worked on", || {
        receiver
            .sent()
            .spans
            .iter()
            .any(|(service, span)| service == "order-worker" && span.name.starts_with("process"))
    })
    .await?;
    // Everybody's metrics leave once a second.
    tokio::time::sleep(Duration::from_secs(3)).await;
    Ok(())
}

async fn reading(customer: &Customer, search: &str, edge: &str) -> anyhow::Result<()> {
    let found = customer.get(&format!("{search}/v1/search?q=wireless")).await?;
    anyhow::ensure!(found.0 == StatusCode::OK, "search says {}: {}", found.0, found.1);
    let sku = customer.get(&format!("{search}/v1/products/1")).await?.1["sku"].as_str().unwrap_or_default().to_owned();
    for path in [
        "/v1/products/1",
        "/v1/products/2",
        "/v1/search?q=lamp",
        "/v1/searches/trending",
        "/v1/categories",
        "/openapi.json",
    ] {
        for server in [search, edge, edge] {
            customer.get(&format!("{server}{path}")).await?;
        }
    }
    for path in [
        &format!("/v1/products/by-sku/{sku}"),
        "/v1/products?contains=AB",
        "/v1/products/1/related",
        "/nowhere",
        "/v1/search",
    ] {
        customer.get(&format!("{search}{path}")).await?;
    }
    customer.ask("HEAD", &format!("{edge}/v1/products/1"), None).await?;
    // A method that nobody knows, and the stale answer after a page's time.
    customer.ask("EVIL1", &format!("{search}/v1/products/1"), None).await?;
    customer.ask("EVIL2", &format!("{edge}/v1/products/1"), None).await?;
    // Several at once for what is not kept yet: one asks, the others wait for it.
    let url = format!("{edge}/v1/products/9");
    let together = (0..8).map(|_| customer.get(&url));
    for answer in join_all(together).await {
        answer?;
    }
    Ok(())
}

async fn buying(customer: &Customer, checkout: &str) -> anyhow::Result<()> {
    for _ in 0..3 {
        let status = customer.order(checkout).await?;
        anyhow::ensure!(status.is_success(), "an order is answered {status}");
    }
    for path in ["/v1/cart", "/v1/orders", "/v1/orders/1", "/v1/bestsellers", "/nowhere"] {
        customer.get(&format!("{checkout}{path}")).await?;
    }
    let lines = json!([{"product_id": 7, "quantity": 2}]);
    customer.ask("POST", &format!("{checkout}/v1/quotes"), Some(json!({"country": "DE", "items": lines}))).await?;
    let page = "query Page { orders(first: 3) { nodes { id lines { quantity product { name } goesWellWith(first: 2) { name } } } } }";
    for query in [page, "{ nonsense", "{ nothing }"] {
        let body = json!({"query": query, "operationName": if query == page { Some("Page") } else { None }});
        customer.ask("POST", &format!("{checkout}/graphql"), Some(body)).await?;
    }
    customer.ask("POST", &format!("{checkout}/v1/login"), Some(json!({"email": "a@b.c", "password": "no"}))).await?;
    customer.ask("DELETE", &format!("{checkout}/v1/cart/items/1"), None).await?;
    Ok(())
}

/// Payment fails, then email, then recommendations are gone.
async fn failing(shop: &mut Shop, customer: &Customer, partners: &str, checkout: &str) -> anyhow::Result<()> {
    conduct(customer, partners, "payment", json!({"mode": "status", "status": 503}), 1.0).await?;
    customer.order(checkout).await?;
    conduct(customer, partners, "payment", json!({"mode": "none"}), 1.0).await?;
    conduct(customer, partners, "email", json!({"mode": "status", "status": 503}), 1.0).await?;
    customer.order(checkout).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    conduct(customer, partners, "email", json!({"mode": "none"}), 1.0).await?;
    shop.lose("recommendations");
    let search = shop.url("search");
    customer.get(&format!("{search}/v1/search?q=wireless")).await?;
    shop.lose("search");
    customer.get(&format!("{}/v1/products/77", shop.url("edge"))).await?;
    Ok(())
}

/// A gRPC method that there is not.
async fn inventing(recommendations: &str) -> anyhow::Result<()> {
    let http: Http = Client::builder(TokioExecutor::new()).http2_only(true).build_http();
    let url = format!("{recommendations}/shop.recommendations.v1.Recommendations/Invented");
    let request = Request::post(url).header("content-type", "application/grpc").header("te", "trailers");
    let answer = http.request(request.body(Full::new(Bytes::from_static(&[0; 5])))?).await?;
    anyhow::ensure!(answer.headers().get("grpc-status").is_some_and(|status| status == "12"), "{answer:?}");
    Ok(())
}

/// Customers who order and leave before payment has answered.
async fn leaving(customer: &Customer, partners: &str, checkout: &str) -> anyhow::Result<()> {
    conduct(customer, partners, "payment", json!({"mode": "none"}), 900.0).await?;
    let put = customer.ask("PUT", &format!("{checkout}/v1/cart/items/1"), Some(json!({"quantity": 1}))).await?;
    anyhow::ensure!(put.0.is_success(), "the cart says {}", put.0);
    let mut connection = TcpStream::connect(checkout.trim_start_matches("http://")).await?;
    let body = r#"{"payment_token":"tok_visa"}"#;
    let head = format!(
        "POST /v1/orders HTTP/1.1\r\nhost: shop\r\nauthorization: Bearer {}\r\nidempotency-key: left-early\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        customer.token,
        body.len()
    );
    connection.write_all(head.as_bytes()).await?;
    tokio::time::sleep(Duration::from_millis(200)).await;
    drop(connection);
    // The order itself goes on, and is to be seen as well.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    conduct(customer, partners, "payment", json!({"mode": "none"}), 1.0).await
}

/// How a partner behaves from now on.
async fn conduct(customer: &Customer, partners: &str, partner: &str, failure: Value, ms: f64) -> anyhow::Result<()> {
    let body = json!({"failure": failure, "delay": {"shape": "constant", "ms": ms}});
    let answer = customer.ask("PUT", &format!("{partners}/admin/partners/{partner}"), Some(body)).await?;
    anyhow::ensure!(answer.0.is_success(), "partners says {} to {partner}", answer.0);
    Ok(())
}

async fn until(what: &str, is_so: impl Fn() -> bool) -> anyhow::Result<()> {
    let begun = Instant::now();
    while !is_so() {
        anyhow::ensure!(begun.elapsed() < Duration::from_secs(20), "not within 20 s: {what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}
