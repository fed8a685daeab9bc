//! The tax partner: rate and amount of every line of a basket, in one call.

use crate::{Name, state::AppState, vat};
use axum::{Json, extract::State};
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
    let Some(rates) = vat::rates_of(&basket.country) else {
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
