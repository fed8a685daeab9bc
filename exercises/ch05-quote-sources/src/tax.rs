//! What is said to the tax partner, and what comes back.

use crate::Addresses;
use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use serde::{Deserialize, Serialize};
use shop::{Money, ProductId};
use telemetry::{names, partner_span};
use tracing::{Instrument as _, Span};

/// A quote has at most twenty lines of some seventy bytes.
const LONGEST_ANSWER: usize = 64 * 1024;

/// What is to be taxed.
#[derive(Clone, Debug, Serialize)]
pub struct Basket {
    /// ISO 3166-1 alpha-2, capital letters.
    pub country: String,
    /// At least one.
    pub lines: Vec<BasketLine>,
}

/// One line of it.
#[derive(Clone, Debug, Serialize)]
pub struct BasketLine {
    /// The product.
    pub product_id: ProductId,
    /// What the line costs before tax.
    pub amount_cents: Money,
    /// Some are taxed less.
    pub category: String,
}

/// The taxed basket.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Taxed {
    /// In the order of the basket.
    pub lines: Vec<TaxedLine>,
    /// The sum over all lines.
    pub total_tax_cents: Money,
}

/// One line of it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct TaxedLine {
    /// The product.
    pub product_id: ProductId,
    /// Hundredths of a percent.
    pub rate_basis_points: i64,
    /// The tax on the line.
    pub tax_cents: Money,
}

/// Why nobody knows the tax.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TaxError {
    /// The partner understood and refused, for a reason the customer can mend.
    #[error("{0}")]
    Refused(String),
    /// The partner does not answer, or not so that we understand.
    #[error("no tax: {0}")]
    Unavailable(String),
}

/// Posts the basket with a client and reads the answer.
pub(crate) async fn ask(
    client: &Client<HttpConnector, Full<Bytes>>,
    at: &Addresses,
    basket: &Basket,
) -> Result<Taxed, TaxError> {
    async {
        let asked = tokio::time::timeout(at.partner_timeout, send(client, at, basket)).await;
        let answer = asked.unwrap_or_else(|_| Err(TaxError::Unavailable("it took too long".to_owned())));
        if answer.is_err() {
            Span::current().record("otel.status_code", "ERROR");
        }
        answer
    }
    .instrument(partner_span!("POST", "/tax/rates"))
    .await
}

async fn send(client: &Client<HttpConnector, Full<Bytes>>, at: &Addresses, basket: &Basket) -> Result<Taxed, TaxError> {
    let failed = |error: &dyn std::fmt::Display| TaxError::Unavailable(error.to_string());
    let body = serde_json::to_vec(basket).map_err(|error| failed(&error))?;
    let address = at.partners.to_string();
    let mut request = Request::post(format!("{}/tax/rates", address.trim_end_matches('/')))
        .header(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))
        .body(Full::from(body))
        .map_err(|error| failed(&error))?;
    telemetry::inject(request.headers_mut());
    let response = client.request(request).await.map_err(|error| failed(&error))?;
    let status = response.status();
    Span::current().record(names::HTTP_STATUS, status.as_u16());
    let body = Limited::new(response.into_body(), LONGEST_ANSWER).collect().await;
    let body = body.map_err(|error| failed(&error))?.to_bytes();
    match status {
        StatusCode::OK => serde_json::from_slice(&body).map_err(|error| failed(&error)),
        StatusCode::UNPROCESSABLE_ENTITY => Err(TaxError::Refused(detail(&body))),
        _ => Err(TaxError::Unavailable(status.to_string())),
    }
}

/// The `detail` of a problem body, or nothing.
fn detail(body: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Problem {
        detail: String,
    }
    serde_json::from_slice::<Problem>(body).map(|problem| problem.detail).unwrap_or_default()
}
