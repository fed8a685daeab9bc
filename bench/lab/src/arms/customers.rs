//! Customers of the catalogue, logged in once before the run: those with most orders first, so that pages are full.

use crate::exercise::Customer;
use crate::exit::Failure;
use http::{HeaderValue, Method, Uri, header};
use load::{Driver, Request};
use serde_json::{Value, json};

/// The token's own life is a quarter of an hour; a run is over long before.
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
    let mut customers = Vec::with_capacity(number);
    for rank in 0..number as u64 {
        let email = catalogue::demo_email(by_orders.id(rank));
        let body = json!({"email": email, "password": catalogue::DEMO_PASSWORD}).to_string();
        let mut request = Request { method: Method::POST, body: body.into(), ..Request::get("/v1/login") };
        request.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let answer = driver.once(base, &request, false).await?;
        let issued: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        match issued["access_token"].as_str() {
            Some(token) => customers.push(Customer { email, token: token.to_owned() }),
            None => {
                return Err(Failure::unfit(format!("{email} cannot log in: POST /v1/login answers {}", answer.status))
                    .remedy("only checkout has a login: leave `customers` out for other services"));
            }
        }
    }
    Ok(customers)
}
