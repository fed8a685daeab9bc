//! The table of value added tax: standard and reduced rates of the countries the shop delivers to.

use serde::{Deserialize, Serialize};

/// Rates of one country, in hundredths of a percent: 1900 is 19 %.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rates {
    pub(crate) standard: i64,
    /// For books and food.
    pub(crate) reduced: i64,
}

/// Country (ISO 3166-1 alpha-2), standard and reduced rate. A teaching shop's table, not legal advice.
const RATES: &[(&str, i64, i64)] = &[
    ("AT", 2000, 1000),
    ("BE", 2100, 600),
    ("CH", 810, 260),
    ("CZ", 2100, 1200),
    ("DE", 1900, 700),
    ("DK", 2500, 2500),
    ("ES", 2100, 400),
    ("FI", 2550, 1400),
    ("FR", 2000, 550),
    ("GB", 2000, 0),
    ("IE", 2300, 0),
    ("IT", 2200, 400),
    ("LU", 1700, 300),
    ("NL", 2100, 900),
    ("NO", 2500, 1500),
    ("PL", 2300, 500),
    ("PT", 2300, 600),
    ("SE", 2500, 600),
];

/// The rates of a country, or nothing where the shop does not deliver.
pub(crate) fn rates_of(country: &str) -> Option<Rates> {
    let found = RATES.iter().find(|(code, ..)| *code == country);
    found.map(|&(_, standard, reduced)| Rates { standard, reduced })
}
