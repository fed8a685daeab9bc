//! The tax partner: rate and amount of every line of a basket, in one call; and the admin route that changes a country's rates.

use crate::{Name, state::AppState, vat::Rates};
use axum::{
    Json,
    extract::{Path, State},
};
use serde::{Deserialize, Serialize};
use serving::{Problem, ValidJson};
use std::sync::Arc;

/// Categories taxed at the reduced rate.
const REDUCED: &[&str] = &["books", "food", "groceries"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Basket {
    /// ISO 3166-1 alpha-2, capital letters.
    country: String,
    /// 1 to 100.
    lines: Vec<Line>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    product_id: i64,
    /// What the line costs before tax, in cents; 0 to 1,000,000,000.
    amount_cents: i64,
    /// Books and food are taxed less; anything else, or nothing, is taxed at the standard rate.
    category: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct Taxed {
    country: String,
    lines: Vec<TaxedLine>,
    total_tax_cents: i64,
}

#[derive(Serialize)]
struct TaxedLine {
    product_id: i64,
    /// Hundredths of a percent.
    rate_basis_points: i64,
    /// Rounded half up, line by line.
    tax_cents: i64,
}

pub(crate) async fn rates(
    State(state): State<Arc<AppState>>,
    ValidJson(basket): ValidJson<Basket>,
) -> Result<Json<Taxed>, Problem> {
    let Some(rates) = state.tariffs.of(&basket.country) else {
        return Err(Problem::unprocessable("country must be the two-letter code of a country the shop delivers to"));
    };
    if !(1..=100).contains(&basket.lines.len()) {
        return Err(Problem::unprocessable("a basket has 1 to 100 lines"));
    }
    if basket.lines.iter().any(|line| line.product_id < 1 || !(0..=1_000_000_000).contains(&line.amount_cents)) {
        return Err(Problem::unprocessable("product_id must be positive and amount_cents 0 to 1000000000"));
    }
    let lines: Vec<TaxedLine> = basket
        .lines
        .iter()
        .map(|line| {
            let reduced = line.category.as_deref().is_some_and(|c| REDUCED.contains(&c.to_lowercase().as_str()));
            let rate_basis_points = if reduced { rates.reduced } else { rates.standard };
            let tax_cents = (line.amount_cents * rate_basis_points + 5_000) / 10_000;
            TaxedLine { product_id: line.product_id, rate_basis_points, tax_cents }
        })
        .collect();
    state.partner(Name::Tax).calls.effect();
    let total_tax_cents = lines.iter().map(|line| line.tax_cents).sum();
    Ok(Json(Taxed { country: basket.country, lines, total_tax_cents }))
}

/// No rate is higher, in hundredths of a percent.
const HIGHEST: i64 = 10_000;

/// Changes the rates of a country for all calls that arrive from now on; the reset brings the table back.
pub(crate) async fn change(
    State(state): State<Arc<AppState>>,
    Path(country): Path<String>,
    ValidJson(rates): ValidJson<Rates>,
) -> Result<Json<Rates>, Problem> {
    if ![rates.standard, rates.reduced].iter().all(|rate| (0..=HIGHEST).contains(rate)) {
        return Err(Problem::unprocessable("standard and reduced must be 0 to 10000 hundredths of a percent"));
    }
    let changed = state.tariffs.change(&country, rates);
    changed.ok_or_else(|| Problem::not_found("the shop does not deliver to a country of this code"))?;
    Ok(Json(rates))
}
