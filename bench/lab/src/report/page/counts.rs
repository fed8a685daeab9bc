//! What a request costs, counted.

use super::words::{label, rank, wide};
use crate::report::number;
use crate::report::run::Run;
use maud::{Markup, html};
use std::collections::BTreeSet;

pub(super) fn section(run: &Run) -> Markup {
    let arms = run.arms();
    let names: BTreeSet<&String> =
        arms.iter().flat_map(|arm| &arm.counts).filter(|(_, value)| **value > 0.0).map(|(name, _)| name).collect();
    if names.is_empty() {
        return html! {};
    }
    let mut names: Vec<&String> = names.into_iter().collect();
    names.sort_by_key(|name| rank(name));
    let of = |place: usize, name: &str| arms[place].counts.get(name).copied();
    let table = html! {
        table {
            thead { tr {
                th scope="col" { "count" }
                @for place in 0..arms.len() {
                    th.n scope="col" { (run.name(place)) }
                    @if place > 0 { th.n scope="col" { "ratio" } }
                }
            } }
            tbody { @for name in names {
                tr {
                    th scope="row" { (label(name)) }
                    @for place in 0..arms.len() {
                        td.n { (of(place, name).map_or("–".to_owned(), number)) }
                        @if place > 0 { td.n { (ratio(of(0, name), of(place, name))) } }
                    }
                }
            } }
        }
    };
    html! {
        section aria-labelledby="counts" {
            h2 #counts { "What a request costs" }
            (wide("What a request costs", &table))
        }
    }
}

fn ratio(was: Option<f64>, is: Option<f64>) -> String {
    match (was, is) {
        (Some(was), Some(is)) if was > 0.0 => format!("{:.2}", is / was),
        _ => String::new(),
    }
}
