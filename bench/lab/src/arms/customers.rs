//! Customers of the catalogue, logged in once before the run: those with most orders first, so that pages are full.

use crate::exercise::Customer;
use crate::exit::Failure;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use http::{HeaderValue, Method, Uri, header};
use load::{Driver, Request};
use serde_json::{Value, json};

/// The token's own life is a quarter of an hour; a run is over long before.
///
/// As many log in at once as there are cores: a login is mostly the hash of a password, and more of them would only queue.
///
/// # Errors
/// Exit 3 when one of them cannot log in.
pub(super) async fn log_in(
    driver: &Driver,
    base: &Uri,
    number: usize,
    size: catalogue::Size,
) -> Result<Vec<Customer>, Failure> {
    let by_orders = catalogue::Permutation::new(size.users);
    let at_once = std::thread::available_parallelism().map_or(1, usize::from);
    let logins = (0..number as u64).map(|rank| login(driver, base, catalogue::demo_email(by_orders.id(rank))));
    stream::iter(logins).buffered(at_once).try_collect().await
}

async fn login(driver: &Driver, base: &Uri, email: String) -> Result<Customer, Failure> {
    let body = json!({"email": email, "password": catalogue::DEMO_PASSWORD}).to_string();
    let mut request = Request { method: Method::POST, body: body.into(), ..Request::get("/v1/login") };
    request.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let answer = driver.once(base, &request, false).await?;
    let issued: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let Some(token) = issued["access_token"].as_str() else {
        return Err(Failure::unfit(format!("{email} cannot log in: POST /v1/login answers {}", answer.status))
            .remedy("only checkout has a login: leave `customers` out for other services"));
    };
    Ok(Customer { email, token: token.to_owned() })
}
