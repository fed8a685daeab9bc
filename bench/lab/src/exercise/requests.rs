//! From the templates of `exercise.toml` to requests with weights.

use super::{Case, Exercise, Load, RequestTemplate, interfaces};
use crate::exit::Failure;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use load::{Mix, Request, with_terms};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A user of the catalogue who is logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// The address.
    pub email: String,
    /// The bearer token.
    pub token: String,
}

/// What requests are made for: who is logged in, and what `{n}` stands for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Audience<'a> {
    /// Who is logged in.
    pub customers: &'a [Customer],
    /// What `{n}` stands for.
    pub n: Option<u32>,
}

/// The load's mix for nobody in particular: without customers, at the first size.
///
/// # Errors
/// Exit 2 for a method or a path that is none, or a load of customers.
pub fn mix(exercise: &Exercise) -> Result<Mix, Failure> {
    let n = exercise.shape.as_ref().and_then(|shape| shape.n).map(|[first, _]| first);
    mix_of(exercise, &exercise.load.requests, Audience { customers: &[], n })
}

/// A mix: every template with every term it takes, weighted by Zipf's law over the terms, by every customer in turn.
///
/// # Errors
/// Exit 2 for a method, a header or a path that is none.
pub fn mix_of(exercise: &Exercise, templates: &[RequestTemplate], audience: Audience<'_>) -> Result<Mix, Failure> {
    let load = &exercise.load;
    let broken =
        |error: anyhow::Error| Failure::usage(format!("the load of {} cannot be driven: {error:#}", exercise.id));
    let mut groups = Vec::new();
    for (number, template) in templates.iter().enumerate() {
        let request = Request { template: number, ..sized(load, template, audience.n)? };
        for (weight, request) in
            with_terms(template.weight, request, "{term}", &load.terms, load.zipf).map_err(broken)?
        {
            groups.push((weight, by_customers(template, request, audience.customers)?));
        }
    }
    Mix::in_turns(groups).map_err(broken)
}

fn sized(load: &Load, template: &RequestTemplate, n: Option<u32>) -> Result<Request, Failure> {
    let filled = |text: &str| n.map_or_else(|| text.to_owned(), |n| text.replace("{n}", &n.to_string()));
    let body = template.body.as_deref().map(filled);
    let path = filled(&template.path);
    let mut request = if template.publish {
        message(path, body)?
    } else if template.grpc {
        call(path, body, &template.headers)?
    } else {
        request(&template.method, path, body.as_deref(), &template.headers)?
    };
    (request.protocol, request.connection) = (load.protocol, load.connection);
    request.accept = template.accept.clone();
    request.contains = template.contains.clone();
    request.tag = Arc::from(template.tag.as_str());
    request.timed = template.timed;
    Ok(request)
}

fn by_customers(template: &RequestTemplate, request: Request, customers: &[Customer]) -> Result<Vec<Request>, Failure> {
    if !template.needs_customers() {
        return Ok(vec![request]);
    }
    if customers.is_empty() {
        return Err(Failure::usage(format!("{} is asked by customers, and none is logged in", template.path)));
    }
    let [first, last] = template.customers.unwrap_or([1, customers.len()]);
    let some = customers.get(first.saturating_sub(1)..last).filter(|some| !some.is_empty());
    let some = some.ok_or_else(|| {
        let many = customers.len();
        Failure::usage(format!("{} is asked by the customers {first} to {last}, and there are {many}", template.path))
    })?;
    some.iter().map(|customer| signed(request.clone(), customer, template.customer)).collect()
}

/// The request as this customer sends it.
fn signed(mut request: Request, customer: &Customer, with_token: bool) -> Result<Request, Failure> {
    let filled = |text: &str| text.replace("{email}", &customer.email).replace("{password}", catalogue::DEMO_PASSWORD);
    request.path = filled(&request.path);
    if let Ok(body) = std::str::from_utf8(&request.body) {
        request.body = Bytes::from(filled(body));
    }
    if with_token {
        let mut bearer = HeaderValue::try_from(format!("Bearer {}", customer.token))
            .map_err(|_| Failure::unfit(format!("the token of {} is none", customer.email)))?;
        // A case may spell the scheme itself: "bEARER {token}".
        if let Some(spelled) = request.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok())
            && let Ok(value) = HeaderValue::try_from(spelled.replace("{token}", &customer.token))
        {
            bearer = value;
        }
        bearer.set_sensitive(true);
        request.headers.insert(header::AUTHORIZATION, bearer);
    }
    Ok(request)
}

/// The request of a behaviour case.
///
/// # Errors
/// Exit 2 for a method or a header that is none, or a customer who is not there.
pub fn case_request(case: &Case, customers: &[Customer]) -> Result<Request, Failure> {
    let mut made = if case.grpc {
        call(case.path.clone(), case.body.clone(), &case.headers)?
    } else {
        request(&case.method, case.path.clone(), case.body.as_deref(), &case.headers)?
    };
    made.accept = vec![case.status];
    match case.customer.number() {
        0 => Ok(made),
        number => match customers.get(number - 1) {
            Some(customer) => signed(made, customer, true),
            None => Err(Failure::usage(format!("{}: there is no customer {number}", case.name))),
        },
    }
}

/// The request by which an arm is found to serve: the first case that anybody may ask, else whether it is ready.
///
/// # Errors
/// Exit 2 for a case that is no request.
pub fn probe(exercise: &Exercise) -> Result<Request, Failure> {
    match exercise.behaviour.iter().find(|case| case.customer.number() == 0) {
        Some(case) => case_request(case, &[]),
        None => Ok(Request::get("/readyz")),
    }
}

fn request(
    method: &str,
    path: String,
    body: Option<&str>,
    further: &BTreeMap<String, String>,
) -> Result<Request, Failure> {
    let method: Method =
        method.parse().map_err(|_| Failure::usage(format!("{method:?} is no HTTP method (in exercise.toml)")))?;
    let mut headers = HeaderMap::new();
    // As browsers and SDKs do: whoever wants to compress may.
    headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    if body.is_some() {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    add(&mut headers, further)?;
    let body = body.map_or_else(Bytes::new, |text| Bytes::from(text.to_owned()));
    Ok(Request { method, headers, body, ..Request::get(path) })
}

/// A gRPC call with its metadata.
fn call(path: String, body: Option<String>, metadata: &BTreeMap<String, String>) -> Result<Request, Failure> {
    let mut made = interfaces::grpc(&path, body.unwrap_or_default()).map_err(not_driven)?;
    add(&mut made.headers, metadata)?;
    Ok(made)
}

/// A message for the broker.
fn message(path: String, body: Option<String>) -> Result<Request, Failure> {
    Request::publish(path, body.unwrap_or_default()).map_err(not_driven)
}

fn not_driven(error: anyhow::Error) -> Failure {
    Failure::usage(format!("{error:#} (in exercise.toml)"))
}

fn add(headers: &mut HeaderMap, further: &BTreeMap<String, String>) -> Result<(), Failure> {
    for (name, value) in further {
        let none = || Failure::usage(format!("{name}: {value:?} is no HTTP header (in exercise.toml)"));
        let name: HeaderName = name.parse().map_err(|_| none())?;
        headers.insert(name, HeaderValue::from_str(value).map_err(|_| none())?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use load::Call;

    fn exercise(requests: &str) -> Exercise {
        let text = format!(
            r#"
            id = "ch99-lamp"
            title = "A lamp"
            chapter = 9
            service = "checkout"
            needs = ["postgres"]
            symptom = "It is dark."
            minutes = 5
            reading = "Chapter 9"
            shape = {{ n = [10, 40] }}
            load = {{ rate_rps = 20, rounds = 2, slice_ms = 500, customers = 2, terms = ["oak"], requests = [{requests}] }}
            "#
        );
        toml::from_str(&text).unwrap()
    }

    fn customers() -> [Customer; 2] {
        ["ada", "bo"].map(|name| Customer { email: format!("{name}@example.com"), token: format!("{name}-token") })
    }

    fn asked(requests: &str) -> Vec<Request> {
        let exercise = exercise(requests);
        let audience = Audience { customers: &customers(), n: Some(40) };
        let mix = mix_of(&exercise, &exercise.load.requests, audience).unwrap();
        (0..mix.len()).map(|index| mix.request(index).clone()).collect()
    }

    #[test]
    fn a_customers_template_is_made_once_for_each_with_the_token() {
        let asked = asked(r#"{ path = "/v1/cart?q={term}", customer = true, tag = "cart" }, { path = "/healthz" }"#);
        let token = |request: &Request| {
            request.headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap().to_owned())
        };
        let tokens: Vec<String> = asked.iter().map(|request| token(request).unwrap_or_default()).collect();
        assert_eq!(tokens, ["Bearer ada-token", "Bearer bo-token", ""]);
        assert_eq!((&*asked[0].tag, &*asked[2].tag), ("cart", "main"));
        assert_eq!(asked[1].path, "/v1/cart?q=oak");
    }

    #[test]
    fn addresses_passwords_and_sizes_are_filled_in() {
        let login = r#"{ method = "POST", path = "/v1/login", timed = false, accept = [200, 401],
            headers = { "accept-language" = "de" }, body = '{"email":"{email}","password":"{password}","n":{n}}' }"#;
        let asked = asked(&login.replace('\n', " "));
        assert_eq!(asked.len(), 2);
        let body = std::str::from_utf8(&asked[1].body).unwrap();
        assert_eq!(body, r#"{"email":"bo@example.com","password":"workshop","n":40}"#);
        assert!(!asked[0].timed && asked[0].accepts(401) && !asked[0].accepts(500));
        assert_eq!(asked[0].headers["accept-language"], "de");
        assert!(!asked[0].headers.contains_key(header::AUTHORIZATION));
    }

    #[test]
    fn grpc_calls_and_messages_are_declared_like_requests() {
        let asked = asked(
            r#"{ grpc = true, path = "/shop.recommendations.v1.Recommendations/ForProduct", accept = [200, 404],
                 headers = { "x-tenant" = "eu" }, body = '{"productId": 7, "limit": {n}}' },
               { publish = true, path = "/exchanges/orders/order.placed", body = '{"name":"{term}"}' }"#
                .replace('\n', " ")
                .as_str(),
        );
        assert!(matches!((&asked[0].call, &asked[1].call), (Call::Grpc(_), Call::Publish(_))));
        assert_eq!(asked[0].headers["content-type"], "application/grpc");
        assert_eq!((&asked[0].headers["x-tenant"], asked[0].accepts(404)), (&HeaderValue::from_static("eu"), true));
        assert_eq!(asked[1].body, r#"{"name":"oak"}"#);
        assert_eq!(asked[0].body, r#"{"productId": 7, "limit": 40}"#);
    }

    #[test]
    fn a_message_that_is_not_the_calls_is_refused_before_anything_is_driven() {
        let exercise = exercise(
            r#"{ grpc = true, path = "/shop.recommendations.v1.Recommendations/ForProduct", body = '{"product": 7}' }"#,
        );
        let refused = mix(&exercise).unwrap_err().message;
        assert!(refused.contains("not its message") && refused.contains("product"), "{refused}");
    }

    #[test]
    fn a_load_of_customers_without_customers_is_refused() {
        let exercise = exercise(r#"{ path = "/v1/cart", customer = true }"#);
        assert!(mix(&exercise).unwrap_err().message.contains("none is logged in"));
    }
}
