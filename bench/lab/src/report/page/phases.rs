//! The phases over time: errors and latency by kind of request, one line for each version.

use super::charts::{arm_series, chart};
use crate::exercise::{number, percent};
use crate::pipeline::Bin;
use crate::report::run::{PhaseOverTime, Run};
use maud::{Markup, html};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// A chart's height in pixels: there are two for each kind of request.
const HEIGHT: u32 = 150;
/// Requests that a point of the errors should have: a share of fewer says little.
const SOME: u64 = 8;

/// What a chart of a kind of request shows.
#[derive(Clone, Copy)]
enum Shows {
    Errors,
    Latency,
}

pub(super) fn section(run: &Run) -> Markup {
    if run.page.phases.is_empty() {
        return html! {};
    }
    html! {
        section aria-labelledby="phases" {
            h2 #phases { "Under the declared conditions" }
            p.dim { "Errors and latency over time, by kind of request. A point stands for the requests that were due within its stretch of "
                "time; the tables say how many these were. A request that timed out counts with its timeout, and one that failed at once has no latency." }
            @for (place, phase) in run.page.phases.iter().enumerate() {
                h3 { (phase.name.replace('_', " ")) }
                @for target in run.targets().iter().filter(|target| target.name.split('.').next() == Some(&phase.name)) {
                    p.dim { (target.sentence()) ": " (target.measured()) ", wanted " (target.wanted()) }
                }
                @for tag in tags(phase) { (kind(run, (place, phase), tag)) }
            }
        }
    }
}

/// The numbers of every chart by its name.
pub(super) fn data(run: &Run) -> Map<String, Value> {
    let mut all = Map::new();
    for (place, phase) in run.page.phases.iter().enumerate() {
        for tag in tags(phase) {
            for shows in [Shows::Errors, Shows::Latency] {
                let series = arm_series(run, |arm| points(phase, arm, tag, shows));
                let mut chart = json!({"kind": "time", "height": HEIGHT, "series": series});
                match shows {
                    Shows::Errors => (chart["percent"], chart["top"]) = (true.into(), 1.0.into()),
                    Shows::Latency => chart["top"] = 10.0.into(),
                }
                all.insert(name(place, tag, shows), chart);
            }
        }
    }
    all
}

/// The kinds of requests of a phase.
fn tags(phase: &PhaseOverTime) -> BTreeSet<&str> {
    phase.arms.values().flat_map(|tags| tags.keys().map(String::as_str)).collect()
}

fn name(phase: usize, tag: &str, shows: Shows) -> String {
    let tag: String = tag.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    match shows {
        Shows::Errors => format!("phase-{phase}-{tag}-errors"),
        Shows::Latency => format!("phase-{phase}-{tag}-latency"),
    }
}

fn kind(run: &Run, (place, phase): (usize, &PhaseOverTime), tag: &str) -> Markup {
    let who = if tag.is_empty() { "all requests".to_owned() } else { format!("{tag} requests") };
    let names: Vec<String> = (0..run.arms().len()).map(|place| run.name(place)).collect();
    let (errors, latency) = (format!("Failed, {who}"), format!("Median latency, {who}, ms"));
    let (failed, medians) = (table(run, phase, tag, Shows::Errors), table(run, phase, tag, Shows::Latency));
    html! {
        div.two-charts {
            (chart(&name(place, tag, Shows::Errors), &errors, &format!("{errors}, over the phase, one line for each version. The numbers are in the table below."), &names, &failed))
            (chart(&name(place, tag, Shows::Latency), &latency, &format!("{latency}, over the phase, one line for each version. The numbers are in the table below."), &names, &medians))
        }
    }
}

/// Seconds and value; of errors the share in stretches long enough for some requests.
fn points(phase: &PhaseOverTime, arm: &str, tag: &str, shows: Shows) -> Vec<[f64; 2]> {
    let Some(bins) = phase.arms.get(arm).and_then(|tags| tags.get(tag)) else { return Vec::new() };
    let middle = |at_ms: u64, bins: u64| (at_ms as f64 + (phase.bin_ms * bins) as f64 / 2.0) / 1e3;
    match shows {
        Shows::Latency => bins.iter().filter_map(|bin| Some([middle(bin.at_ms, 1), bin.p50_ms?])).collect(),
        Shows::Errors => {
            let (offered, last) =
                (bins.iter().map(|bin| bin.offered).sum::<u64>(), bins.last().map_or(0, |bin| bin.at_ms));
            let slots = (last / phase.bin_ms.max(1) + 1).max(1);
            let by = (SOME * slots).div_ceil(offered.max(1)).clamp(1, slots);
            let first = |bin: &&Bin| bin.at_ms / phase.bin_ms.max(1) / by;
            let slots: BTreeSet<u64> = bins.iter().map(|bin| first(&bin)).collect();
            let share = |slot: u64| {
                let sum =
                    |of: fn(&Bin) -> u64| bins.iter().filter(|bin| first(bin) == slot).map(of).sum::<u64>() as f64;
                [middle(slot * by * phase.bin_ms, by), sum(|bin| bin.errors) / sum(|bin| bin.offered).max(1.0)]
            };
            slots.into_iter().map(share).collect()
        }
    }
}

fn table(run: &Run, phase: &PhaseOverTime, tag: &str, shows: Shows) -> Markup {
    let arms: Vec<(String, &[Bin])> = run
        .page
        .arms
        .iter()
        .enumerate()
        .map(|(place, arm)| {
            let bins = phase.arms.get(&arm.name).and_then(|tags| tags.get(tag));
            (run.name(place), bins.map_or(&[][..], |bins| bins.as_slice()))
        })
        .collect();
    let times: BTreeSet<u64> = arms.iter().flat_map(|(_, bins)| bins.iter().map(|bin| bin.at_ms)).collect();
    let at = |bins: &[Bin], time: u64| bins.iter().find(|bin| bin.at_ms == time).copied();
    let shown = |bin: Option<Bin>| match (bin, shows) {
        (Some(bin), Shows::Errors) => percent(bin.errors as f64 / bin.offered.max(1) as f64),
        (Some(bin), Shows::Latency) => bin.p50_ms.map_or("–".to_owned(), number),
        (None, _) => "–".to_owned(),
    };
    let tail = |bin: Option<Bin>| bin.and_then(|bin| bin.p90_ms).map_or("–".to_owned(), number);
    html! {
        table {
            thead { tr {
                th.n scope="col" { "from, s" }
                @for (name, _) in &arms {
                    th.n scope="col" { (name) ", requests" }
                    @match shows {
                        Shows::Errors => th.n scope="col" { (name) ", failed" },
                        Shows::Latency => { th.n scope="col" { (name) ", p50" } th.n scope="col" { (name) ", p90" } },
                    }
                }
            } }
            tbody { @for time in times { tr {
                th.n scope="row" { (format!("{:.1}", time as f64 / 1e3)) }
                @for (_, bins) in &arms {
                    @let bin = at(bins, time);
                    td.n { (bin.map_or(0, |bin| bin.offered)) }
                    td.n { (shown(bin)) }
                    @if matches!(shows, Shows::Latency) { td.n { (tail(bin)) } }
                }
            } } }
        }
    }
}
