//! `GET /openapi.json`: the description of this API, made from the handlers.

use axum::Json;
use std::sync::LazyLock;
use utoipa::{OpenApi, openapi};

/// The document's head; the router adds the paths.
#[derive(OpenApi)]
#[openapi(info(title = "search", description = "Product search, product pages and related products."))]
pub(crate) struct Document;

static OPEN_API: LazyLock<openapi::OpenApi> = LazyLock::new(crate::open_api);

pub(crate) async fn document() -> Json<&'static openapi::OpenApi> {
    Json(&OPEN_API)
}
