//! `POST /graphql`; in development `GET /graphql` is the GraphiQL page; `GET /graphql/schema` is the schema as text.

use super::ShopSchema;
use crate::{identity::bearer, state::AppState};
use async_graphql::{ErrorExtensionValues, Request, Response, ServerError, http::GraphiQLSource};
use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, header},
    response::{Html, IntoResponse},
};
use serving::{ValidJson, nesting};
use telemetry::{names, serialization_span};
use tracing::Span;

/// One operation per request; a JSON array of operations is refused.
pub(crate) async fn run(
    State(state): State<AppState>,
    Extension(schema): Extension<ShopSchema>,
    headers: HeaderMap,
    ValidJson(mut request): ValidJson<Request>,
) -> impl IntoResponse {
    // Before the parser, which recurses: too deep a document would overflow the stack and end the process.
    if nesting::too_deep(request.query.as_bytes()) {
        let mut response = Response::from_errors(vec![ServerError::new("Query is nested too deep.", None)]);
        add_missing_codes(&mut response);
        return async_graphql_axum::GraphQLResponse::from(response).into_response();
    }
    name_operation(&mut request);
    let mut request = request.data(state.seams.order_details.for_request()).data(state.clone());
    if let Some(customer) = bearer(&headers, &state.tokens) {
        request = request.data(customer);
    }
    let mut response = schema.execute(request).await;
    add_missing_codes(&mut response);
    let _span = serialization_span!("graphql response").entered();
    async_graphql_axum::GraphQLResponse::from(response).into_response()
}

/// Says on the request's span what is asked for: to HTTP, every operation is the same `POST /graphql`.
fn name_operation(request: &mut Request) {
    let span = Span::current();
    if let Some(name) = &request.operation_name {
        span.record(names::GRAPHQL_NAME, name.as_str());
    }
    let name = request.operation_name.clone();
    // What cannot be parsed has no type; it will be refused.
    let Ok(document) = request.parsed_query() else { return };
    let mut operations = document.operations.iter();
    let asked = operations.find(|(known, _)| name.is_none() || known.map(|known| known.as_str()) == name.as_deref());
    if let Some((_, operation)) = asked {
        span.record(names::GRAPHQL_OPERATION, operation.node.ty.to_string());
    }
}

/// What async-graphql itself refuses (syntax, unknown fields, limits) has no code of its own.
fn add_missing_codes(response: &mut Response) {
    for error in &mut response.errors {
        let extensions = error.extensions.get_or_insert_with(ErrorExtensionValues::default);
        if extensions.get("code").is_none() {
            extensions.set("code", "GRAPHQL_VALIDATION_FAILED");
        }
    }
}

pub(crate) async fn page() -> impl IntoResponse {
    Html(GraphiQLSource::build().endpoint("/graphql").title("The shop").finish())
}

pub(crate) async fn text(Extension(schema): Extension<ShopSchema>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], schema.sdl())
}
