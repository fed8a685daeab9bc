//! A tax partner: a tenth on everything, no deliveries to XX, and ZZ is where it breaks down.

use crate::counted::Server;
use axum::{
    Json, Router,
    body::Body,
    http::{Request, StatusCode},
    response::{IntoResponse as _, Response},
    routing::post,
};
use quote_sources::{Basket, BasketLine};
use serde_json::{Value, json};
use shop::{Money, ProductId};
use tokio_stream::StreamExt as _;

pub(crate) struct Tax {
    pub(crate) server: Server,
}

impl Tax {
    pub(crate) async fn start() -> Self {
        let (server, mut incoming) = Server::bind().await;
        let app = Router::new().route("/tax/rates", post(rates));
        let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
        let address = server.url.trim_start_matches("http://").parse().unwrap();
        tokio::spawn(async move {
            while let Some(Ok(stream)) = incoming.next().await {
                if sender.send(stream).is_err() {
                    break;
                }
            }
        });
        tokio::spawn(axum::serve(Accepted { receiver, address }, app).into_future());
        Self { server }
    }
}

/// The connections that were counted, as axum takes them.
struct Accepted {
    receiver: tokio::sync::mpsc::UnboundedReceiver<tokio::net::TcpStream>,
    address: std::net::SocketAddr,
}

impl axum::serve::Listener for Accepted {
    type Io = tokio::net::TcpStream;
    type Addr = std::net::SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.receiver.recv().await {
            Some(stream) => (stream, self.address),
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        Ok(self.address)
    }
}

async fn rates(request: Request<Body>) -> Response {
    let bytes = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap();
    let basket: Value = serde_json::from_slice(&bytes).unwrap();
    match basket["country"].as_str().unwrap() {
        "XX" => (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({"detail": "no deliveries to XX"}))).into_response(),
        "ZZ" => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        "QQ" => "no JSON".into_response(),
        "HH" => std::future::pending().await,
        _ => {
            let cents = |line: &Value| line["amount_cents"].as_i64().unwrap() / 10;
            let lines = basket["lines"].as_array().unwrap();
            let taxed = lines.iter().map(
                |line| json!({"product_id": line["product_id"], "rate_basis_points": 1000, "tax_cents": cents(line)}),
            );
            let total: i64 = lines.iter().map(cents).sum();
            Json(json!({"lines": taxed.collect::<Vec<_>>(), "total_tax_cents": total})).into_response()
        }
    }
}

/// A basket with a line of `product * 100` cents for each product.
pub(crate) fn basket(country: &str, products: &[i64]) -> Basket {
    let line = |&product: &i64| BasketLine {
        product_id: ProductId(product),
        amount_cents: Money(product * 100),
        category: "Küche \"富士\"".to_owned(),
    };
    Basket { country: country.to_owned(), lines: products.iter().map(line).collect() }
}
