//! What a request costs, counted.

use super::words::wide;
use crate::exercise::{Unit, phrase, rank};
use crate::report::run::Run;
use maud::{Markup, html};
use std::collections::BTreeSet;

pub(super) fn section(run: &Run) -> Markup {
    let arms = run.arms();
    let names: BTreeSet<&String> =
        arms.iter().flat_map(|arm| &arm.counts).filter(|(_, value)| **value > 0.0).map(|(name, _)| name).collect();
    // The numbers of a phase have its name before a dot.
    let (phases, mut quiet): (Vec<&String>, Vec<&String>) = names.into_iter().partition(|name| name.contains('.'));
    quiet.sort_by_key(|name| rank(name));
    html! {
        @if !quiet.is_empty() {
            section aria-labelledby="counts" {
                h2 #counts { "What a request costs" }
                (wide("What a request costs", &table(run, &quiet)))
            }
        }
        @if !phases.is_empty() {
            section aria-labelledby="phase-counts" {
                h2 #phase-counts { "The phases in numbers" }
                details { summary { (phases.len()) " numbers" } (wide("The phases in numbers", &table(run, &phases))) }
            }
        }
    }
}

fn table(run: &Run, names: &[&String]) -> Markup {
    let arms = run.arms();
    let of = |place: usize, name: &str| arms[place].counts.get(name).copied();
    html! {
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
                    th scope="row" { (phrase(name)) }
                    @for place in 0..arms.len() {
                        td.n { (of(place, name).map_or("–".to_owned(), |value| shown(name, value))) }
                        @if place > 0 { td.n { (ratio(of(0, name), of(place, name))) } }
                    }
                }
            } }
        }
    }
}

fn shown(name: &str, value: f64) -> String {
    Unit::of(name).shown(value)
}

fn ratio(was: Option<f64>, is: Option<f64>) -> String {
    match (was, is) {
        (Some(was), Some(is)) if was > 0.0 => format!("{:.2}", is / was),
        _ => String::new(),
    }
}
