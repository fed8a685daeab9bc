//! What happens when something cached runs out: how often it is loaded then, and how far the database's load rises.

use super::kinds::{Kind, of_span};
use super::model::{Key, Span};
use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

/// `loads_per_expiry` and `db_peak_to_mean` of the spans of one stretch of load on `service`. A name is missing where
/// there is nothing to count it from.
///
/// `summary` is the `db.query.summary` of the load, `lifetime` how long the cache keeps what was loaded; it has to be
/// several times as long as a load takes.
///
/// - `loads_per_expiry`: the mean number of loads in a burst. A burst begins with a load and goes on for half a lifetime:
///   loads that belong to one expiry lie within about one load of each other, those of the next a lifetime on. Loads
///   with other parameters are other bursts, where spans carry their parameters.
/// - `db_peak_to_mean`: the most database calls in flight at once, callers waiting for a connection included, divided by
///   their mean over time. One peak for each lifetime, and the median of these: a single hiccup of the machine is not
///   what the cache does.
pub fn expiry_counts(spans: &[Span], service: &str, summary: &str, lifetime: Duration) -> BTreeMap<String, f64> {
    let lifetime = u64::try_from(lifetime.as_nanos()).unwrap_or(u64::MAX).max(2);
    let queries: Vec<&Span> =
        spans.iter().filter(|span| &*span.service == service && of_span(span) == Kind::Db).collect();
    let loads = queries.iter().copied().filter(|span| span.attributes.text(Key::DbSummary) == Some(summary));
    let counts = [
        ("loads_per_expiry", loads_per_expiry(loads, lifetime)),
        ("db_peak_to_mean", peak_to_mean(&queries, lifetime)),
    ];
    counts.into_iter().filter_map(|(name, count)| Some((name.to_owned(), count?))).collect()
}

fn loads_per_expiry<'a>(loads: impl Iterator<Item = &'a Span>, lifetime: u64) -> Option<f64> {
    let mut starts: BTreeMap<Option<i64>, Vec<u64>> = BTreeMap::new();
    for load in loads {
        starts.entry(load.attributes.int(Key::DbParameters)).or_default().push(load.start_ns);
    }
    let (mut loads, mut expiries) = (0, 0);
    for mut starts in starts.into_values() {
        starts.sort_unstable();
        loads += starts.len();
        expiries += bursts(&starts, |start| (*start, start + lifetime / 2)).len();
    }
    (expiries > 0).then(|| loads as f64 / expiries as f64)
}

/// Which of `loads`, sorted by start, belong together. A burst begins with a load and goes on for as long as that one
/// says: `reach` gives its start and where the burst ends, exclusive.
pub(super) fn bursts<T>(loads: &[T], reach: impl Fn(&T) -> (u64, u64)) -> Vec<Range<usize>> {
    let mut bursts: Vec<Range<usize>> = Vec::new();
    let mut until = 0;
    for (at, load) in loads.iter().enumerate() {
        let (start, end) = reach(load);
        match bursts.last_mut() {
            Some(burst) if start < until => burst.end = at + 1,
            _ => {
                bursts.push(at..at + 1);
                until = end;
            }
        }
    }
    bursts
}

/// The calls in flight from one instant to the next.
struct Stretch {
    from: u64,
    to: u64,
    in_flight: i64,
}

fn peak_to_mean(queries: &[&Span], lifetime: u64) -> Option<f64> {
    let stretches = stretches(queries);
    let (first, last) = (stretches.first()?.from, stretches.last()?.to);
    let busy: f64 = stretches.iter().map(|stretch| (stretch.to - stretch.from) as f64 * stretch.in_flight as f64).sum();
    let mean = busy / (last - first) as f64;
    // Whole lifetimes only: the rest may hold no expiry. A run shorter than one is looked at as a whole.
    let windows = ((last - first) / lifetime).max(1);
    let mut peaks = vec![0; usize::try_from(windows).ok()?];
    for stretch in &stretches {
        // To the end of the stretch, exclusive: one that ends where a window begins is not in it.
        for window in (stretch.from - first) / lifetime..=(stretch.to - 1 - first) / lifetime {
            if let Some(peak) = usize::try_from(window).ok().and_then(|window| peaks.get_mut(window)) {
                *peak = stretch.in_flight.max(*peak);
            }
        }
    }
    peaks.sort_unstable();
    let middle = peaks.len() / 2;
    let median =
        if peaks.len() % 2 == 1 { peaks[middle] as f64 } else { (peaks[middle - 1] + peaks[middle]) as f64 / 2.0 };
    Some(median / mean)
}

/// From the first start to the last end, without those of no length. Ends come before starts at the same instant: one
/// call after another is one in flight.
fn stretches(queries: &[&Span]) -> Vec<Stretch> {
    let ends = queries.iter().map(|span| (span.end_ns.max(span.start_ns), -1));
    let starts = queries.iter().map(|span| (span.start_ns, 1));
    let mut steps: Vec<(u64, i64)> = ends.chain(starts).collect();
    steps.sort_unstable();
    let mut in_flight = 0;
    let mut stretches = Vec::with_capacity(steps.len());
    for (step, next) in steps.iter().zip(steps.iter().skip(1)) {
        in_flight += step.1;
        if next.0 > step.0 {
            stretches.push(Stretch { from: step.0, to: next.0, in_flight });
        }
    }
    stretches
}
