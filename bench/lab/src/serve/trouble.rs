//! What went wrong, as a page: the same message and remedy as in the terminal.

use super::layout::page;
use crate::exit::{Exit, Failure};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use maud::html;

/// A failure on its way to the browser.
pub(super) enum Trouble {
    /// A whole page.
    Page(StatusCode, Failure),
    /// A line, for those who should not be here.
    Plain(StatusCode, &'static str),
}

impl Trouble {
    pub(super) fn plain(status: StatusCode, text: &'static str) -> Self {
        Self::Plain(status, text)
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        let status = match failure.exit {
            Exit::Usage | Exit::NotYet => StatusCode::NOT_FOUND,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self::Page(status, failure)
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        match self {
            Self::Plain(status, text) => (status, text).into_response(),
            Self::Page(status, failure) => {
                let heading = if status == StatusCode::NOT_FOUND { "Not here" } else { "That did not work" };
                let body = html! {
                    h1 { (heading) }
                    pre { (failure.message) }
                    @if !failure.remedy.is_empty() { p { (failure.remedy) } }
                    p { a href="/" { "To the syllabus" } }
                };
                (status, Html(page(heading, "", &body, &[]))).into_response()
            }
        }
    }
}

/// Every other address.
pub(super) async fn nothing_here() -> Trouble {
    Failure::usage("there is no such page").into()
}
