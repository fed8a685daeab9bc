//! The REST routes that no OpenAPI document describes: checkout, partners, the worker's and the edge's own.

use super::{
    judge::Judge,
    services::{ADMIN, Services},
    value,
};
use bytes::Bytes;
use http::{Method, Request};
use http_body_util::Full;
use rand::{Rng, RngExt as _};
use serde_json::{Value, json};

/// Service, method, and path; `{}` stands for a number or a text.
const ROUTES: [(&str, &str, &str); 29] = [
    ("checkout", "POST", "/v1/login"),
    ("checkout", "GET", "/v1/cart"),
    ("checkout", "PUT", "/v1/cart/items/{}"),
    ("checkout", "DELETE", "/v1/cart/items/{}"),
    ("checkout", "GET", "/v1/orders?limit={}&after={}"),
    ("checkout", "POST", "/v1/orders"),
    ("checkout", "GET", "/v1/orders/{}"),
    ("checkout", "GET", "/v1/bestsellers?limit={}"),
    ("checkout", "POST", "/v1/quotes"),
    ("checkout", "GET", "/{}"),
    ("partners", "POST", "/payment/authorize"),
    ("partners", "POST", "/payment/capture"),
    ("partners", "POST", "/payment/void"),
    ("partners", "POST", "/payment/charge"),
    ("partners", "GET", "/payment/charges/{}"),
    ("partners", "POST", "/email/messages"),
    ("partners", "GET", "/email/messages?to={}"),
    ("partners", "POST", "/warehouse/shipments"),
    ("partners", "GET", "/warehouse/shipments/{}"),
    ("partners", "POST", "/tax/rates"),
    ("partners", "POST", "/identity/tokens"),
    ("partners", "POST", "/identity/introspect"),
    ("partners", "POST", "/analytics/events"),
    ("partners", "GET", "/admin/partners/{}"),
    ("order-worker", "GET", "/admin/dead-letters?limit={}"),
    ("order-worker", "POST", "/admin/dead-letters/put-back"),
    ("edge", "POST", "/edge/purge"),
    ("edge", "GET", "/v1/search?q={}&page={}"),
    ("edge", "HEAD", "/v1/products/{}"),
];

/// Members that the routes know, with values that some of them take.
fn members(random: &mut impl Rng) -> Value {
    let known = [
        ("email", json!("ada.silva.1@example.com")),
        ("password", json!("workshop")),
        ("quantity", json!(1)),
        ("payment_token", json!("tok_declined")),
        ("items", json!([{"product_id": 1, "quantity": 1}])),
        ("amount_cents", json!(100)),
        ("currency", json!("EUR")),
        ("token", json!("tok_visa")),
        ("reference", json!("ch_1")),
        ("to", json!("ada@example.com")),
        ("subject", json!("x")),
        ("text", json!("x")),
        ("order_id", json!(1)),
        ("lines", json!([{"product_id": 1, "quantity": 1}])),
        ("country", json!("DE")),
        ("ids", json!(["outbox-1"])),
        ("groups", json!(["product-1"])),
        ("paths", json!(["/v1/search?q=lamp"])),
    ];
    let mut object = serde_json::Map::new();
    for (name, right) in known {
        if random.random_bool(0.3) {
            let value = if random.random_bool(0.5) { right } else { value::json(random, 1) };
            object.insert(name.to_owned(), value);
        }
    }
    Value::Object(object)
}

pub(super) async fn run(
    services: &Services,
    requests: u64,
    random: &mut impl Rng,
    judge: &mut Judge,
) -> anyhow::Result<()> {
    for _ in 0..requests {
        let (service, method, path) = ROUTES[random.random_range(0..ROUTES.len())];
        let mut filled = String::new();
        for (place, piece) in path.split("{}").enumerate() {
            if place > 0 {
                let text = if random.random() { value::number(random).to_string() } else { value::text(random) };
                // As a client would: whatever is not plain is escaped, so the service sees the bytes.
                filled.extend(text.bytes().take(600).map(|byte| match byte {
                    b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' => char::from(byte).to_string(),
                    _ => format!("%{byte:02X}"),
                }));
            }
            filled += piece;
        }
        let body = match random.random_range(0..6) {
            0 => value::json(random, 0).to_string().into_bytes(),
            1 => value::mutated(members(random).to_string().as_bytes(), random),
            2 => Vec::new(),
            _ => members(random).to_string().into_bytes(),
        };
        let token = if matches!(service, "edge" | "order-worker") { ADMIN } else { services.token.as_str() };
        let mut request = Request::builder().method(Method::from_bytes(method.as_bytes())?);
        request = request.uri(format!("{}{filled}", services.url(service)));
        if random.random_bool(0.9) {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let kind = ["application/json", "text/plain", "application/json; charset=latin1", ""]
            [random.random_range(0..8_usize).min(3)];
        request = request.header("content-type", if random.random_bool(0.8) { "application/json" } else { kind });
        if random.random_bool(0.7) {
            request = request.header("idempotency-key", format!("fuzz-{}", random.random_range(0..500)));
        }
        let has_body = !matches!(method, "GET" | "HEAD" | "DELETE");
        let body = if has_body { Bytes::from(body) } else { Bytes::new() };
        let said = format!("{service} {method} {filled} {}", String::from_utf8_lossy(&body));
        let answer = services.client.send(request.body(Full::new(body))?).await;
        judge.http(&format!("rest {service}"), || said, &answer);
    }
    Ok(())
}
