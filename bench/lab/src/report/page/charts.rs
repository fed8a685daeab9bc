//! The charts: their numbers for the script, their frames in the page, and the tables that say the same.

use super::words::{arm_class, wide};
use crate::exercise::number;
use crate::report::run::{Run, Slice};
use maud::{Markup, html};
use serde_json::{Map, Value, json};

/// The numbers of the latencies' charts by their names, as `charts.js` reads them.
pub(super) fn data(run: &Run) -> Map<String, Value> {
    let arms = run.page.arms.iter().enumerate();
    let curves: Vec<Value> = arms.map(|(place, arm)| json!({"name": run.name(place), "points": arm.curve})).collect();
    let (value, _) = what(run);
    let slices = arm_series(run, |name| {
        let of_arm = run.page.slices.iter().filter(|slice| slice.arm == name && !slice.voided);
        of_arm.filter_map(|slice| Some([slice.t_s, value(slice)?])).collect()
    });
    [
        ("percentiles".to_owned(), json!({"kind": "percentiles", "series": curves})),
        ("slices".to_owned(), json!({"kind": "time", "series": slices})),
    ]
    .into_iter()
    .collect()
}

/// One series for each arm, from its name in the file.
pub(super) fn arm_series(run: &Run, points: impl Fn(&str) -> Vec<[f64; 2]>) -> Vec<Value> {
    let arms = run.page.arms.iter().enumerate();
    arms.map(|(place, arm)| json!({"name": run.name(place), "points": points(&arm.name)})).collect()
}

type Value64 = fn(&Slice) -> Option<f64>;

/// What the chart over time shows: medians where every slice has samples for one, else means.
pub(super) fn what(run: &Run) -> (Value64, &'static str) {
    let counted = || run.page.slices.iter().filter(|slice| !slice.voided);
    if counted().all(|slice| slice.p50_ms.is_some()) {
        (|slice| slice.p50_ms, "median")
    } else {
        (|slice| slice.mean_ms, "mean")
    }
}

/// A chart's frame with its legend, and below it the same as a table, folded.
pub fn chart(name: &str, caption: &str, described: &str, names: &[String], table: &Markup) -> Markup {
    html! {
        figure.chart {
            figcaption { (caption) }
            ul.legend { @for (place, name) in names.iter().enumerate() {
                li { span class={ "key " (arm_class(place)) } aria-hidden="true" {} (name) }
            } }
            div.plot data-chart=(name) role="img" aria-label=(described) {}
            p.readout aria-hidden="true" {}
            details { summary { "The same as a table" } (wide(caption, table)) }
        }
    }
}

pub(super) fn percentiles(run: &Run) -> Markup {
    let names: Vec<String> = (0..run.page.arms.len()).map(|place| run.name(place)).collect();
    let mut rows: Vec<f64> = run.page.arms.iter().flat_map(|arm| arm.curve.iter().map(|point| point[0])).collect();
    rows.sort_by(f64::total_cmp);
    rows.dedup();
    let at = |place: usize, percentile: f64| {
        run.page.arms[place].curve.iter().find(|point| (point[0] - percentile).abs() < 1e-9).map(|point| point[1])
    };
    let table = html! {
        table {
            thead { tr { th scope="col" { "percentile" } @for name in &names { th.n scope="col" { (name) ", ms" } } } }
            // A third of the points says as much in a table.
            tbody { @for percentile in rows.iter().enumerate().filter(|(row, p)| row % 3 == 0 || [50.0, 95.0, 99.0].contains(*p)).map(|(_, p)| *p) {
                tr {
                    th scope="row" { "p" (format!("{percentile:.2}").trim_end_matches('0').trim_end_matches('.')) }
                    @for place in 0..names.len() { td.n { (at(place, percentile).map_or("–".to_owned(), number)) } }
                }
            } }
        }
    };
    let described = "Latency by percentile, one line for each version. The numbers are in the table below.";
    chart("percentiles", "Latency by percentile, ms", described, &names, &table)
}

pub(super) fn over_time(run: &Run) -> Markup {
    let names: Vec<String> = (0..run.page.arms.len()).map(|place| run.name(place)).collect();
    let (value, word) = what(run);
    let table = html! {
        table {
            thead { tr {
                th.n scope="col" { "seconds" } th scope="col" { "version" } th.n scope="col" { (word) ", ms" }
                th.n scope="col" { "requests" } th.n scope="col" { "errors" } th scope="col" { "counts" }
            } }
            tbody { @for slice in &run.page.slices {
                tr {
                    td.n { (format!("{:.1}", slice.t_s)) } td { (slice.arm) }
                    td.n { (value(slice).map_or("–".to_owned(), number)) }
                    td.n { (slice.requests) } td.n { (slice.errors) } td { @if slice.voided { "no" } @else { "yes" } }
                }
            } }
        }
    };
    let counted: Vec<u64> = run.page.slices.iter().filter(|slice| !slice.voided).map(|slice| slice.requests).collect();
    let each = counted.iter().sum::<u64>() as f64 / counted.len().max(1) as f64;
    let caption = format!("Latency over time: the {word} of each slice of about {each:.0} requests, ms");
    let described = format!(
        "The {word} latency of each slice over the run, one line for each version. The numbers are in the table below."
    );
    chart("slices", &caption, &described, &names, &table)
}
