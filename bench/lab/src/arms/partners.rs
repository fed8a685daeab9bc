//! The partners of one arm over their admin routes: how they behave, and what has reached them.

use crate::exit::Failure;
use http::{Method, Uri};
use load::{Driver, Request};
use serde::Deserialize;
use serde_json::Value;

/// The partners there are.
pub const PARTNERS: [&str; 6] = ["payment", "email", "warehouse", "tax", "identity", "analytics"];

/// What one partner has seen since its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Calls {
    /// Calls that arrived.
    pub received: u64,
    /// Answered 2xx.
    pub succeeded: u64,
    /// What was really done; a repetition under the same key does nothing.
    pub effects: u64,
}

/// Changes how a partner behaves; what was so before, to be given back.
///
/// # Errors
/// Exit 2 for a partner or a behaviour there is not, with the partner's own words.
pub async fn set(driver: &Driver, partners: &Uri, name: &str, behaviour: &Value) -> Result<Value, Failure> {
    let path = format!("/admin/partners/{name}");
    let mut before = ask(driver, partners, &Request::get(path.clone())).await?;
    if let Some(fields) = before.as_object_mut() {
        fields.remove("name");
    }
    put(driver, partners, &path, &behaviour.to_string()).await?;
    Ok(before)
}

/// Tells the partners something over their admin routes; what they answer.
///
/// # Errors
/// Exit 2 for what they do not know, with the partner's own words.
pub async fn put(driver: &Driver, partners: &Uri, path: &str, body: &str) -> Result<Value, Failure> {
    let mut change = Request { method: Method::PUT, body: body.to_owned().into(), ..Request::get(path) };
    change.headers.insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    ask(driver, partners, &change).await
}

/// What has reached a partner.
///
/// # Errors
/// Exit 2 for a partner there is not; exit 3 when it does not answer.
pub async fn calls(driver: &Driver, partners: &Uri, name: &str) -> Result<Calls, Failure> {
    let seen = ask(driver, partners, &Request::get(format!("/admin/partners/{name}/calls"))).await?;
    serde_json::from_value(seen).map_err(|error| Failure::unfit(format!("the counts of {name}: {error}")))
}

/// Everything they did for the shop, as far as the caller reads it.
///
/// # Errors
/// Exit 3 when they do not answer as expected.
pub async fn books<B: serde::de::DeserializeOwned>(driver: &Driver, partners: &Uri) -> Result<B, Failure> {
    let books = ask(driver, partners, &Request::get("/admin/books")).await?;
    serde_json::from_value(books).map_err(|error| Failure::unfit(format!("the partners' books: {error}")))
}

async fn ask(driver: &Driver, partners: &Uri, request: &Request) -> Result<Value, Failure> {
    let answer = driver.once(partners, request, false).await?;
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    if answer.status == 200 {
        return Ok(body);
    }
    let detail = body["detail"].as_str().unwrap_or("no reason given");
    Err(Failure::usage(format!("{} {} is refused with {}: {detail}", request.method, request.path, answer.status)))
}
