//! `POST /graphql`; in development `GET /graphql` is the GraphiQL page; `GET /graphql/schema` is the schema as text.

use crate::{app::AppState, identity::bearer};
use async_graphql::{ErrorExtensionValues, Request, Response, http::GraphiQLSource};
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, header},
    response::{Html, IntoResponse},
    routing::{get, post},
};
use serving::ValidJson;
use telemetry::serialization_span;

pub(crate) fn router(graphiql: bool) -> Router<AppState> {
    let run = if graphiql { post(run).get(page) } else { post(run) };
    Router::new().route("/graphql", run).route("/graphql/schema", get(text))
}

/// One operation a request; a JSON array of operations is refused.
async fn run(
    State(state): State<AppState>,
    headers: HeaderMap,
    ValidJson(request): ValidJson<Request>,
) -> impl IntoResponse {
    let mut request = request.data(state.order_details.for_request()).data(state.clone());
    if let Some(customer) = bearer(&headers, &state.tokens) {
        request = request.data(customer);
    }
    let mut response = state.schema.execute(request).await;
    name_unnamed(&mut response);
    let _span = serialization_span!("graphql response").entered();
    async_graphql_axum::GraphQLResponse::from(response).into_response()
}

/// What async-graphql itself refuses (syntax, unknown fields, limits) has no code of its own.
fn name_unnamed(response: &mut Response) {
    for error in &mut response.errors {
        let extensions = error.extensions.get_or_insert_with(ErrorExtensionValues::default);
        if extensions.get("code").is_none() {
            extensions.set("code", "GRAPHQL_VALIDATION_FAILED");
        }
    }
}

async fn page() -> impl IntoResponse {
    Html(GraphiQLSource::build().endpoint("/graphql").title("The shop").finish())
}

async fn text(State(state): State<AppState>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], state.schema.sdl())
}
