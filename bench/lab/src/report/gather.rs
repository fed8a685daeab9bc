//! Gathers what the pages need from a run's results.

use super::run::{Chapter, PageArm, PageData, PhaseOverTime, Slice, round};
use crate::clock;
use crate::exercise::Exercise;
use crate::pipeline::{Comparison, Counted, Latency, TimedSlice};
use hdrhistogram::Histogram;
use std::collections::BTreeMap;
use std::path::Path;
use trace::Analysis;

/// Of a seam: the baseline and one candidate.
pub fn of_comparison(root: &Path, exercise: &Exercise, comparison: &Comparison) -> PageData {
    let candidate = comparison.candidates[0].arm;
    let places: Vec<(usize, &str)> = [0, candidate].map(|place| (place, comparison.names[place].as_str())).into();
    let name = comparison.names[candidate].as_str();
    let flag = if name == "yours" { String::new() } else { format!(" --candidate {name}") };
    PageData {
        diff: (name == "yours").then(|| difference(exercise)).flatten(),
        ..page_data(root, exercise, &flag, &places, &comparison.counted, comparison.latency.as_ref())
    }
}

/// Of a story: all its stages.
pub fn of_story(root: &Path, exercise: &Exercise, counted: &[Counted], latency: &Latency) -> PageData {
    let stages = exercise.story.as_ref().map_or(&[][..], |story| &story.stages);
    let places: Vec<(usize, &str)> = stages.iter().map(|stage| stage.name.as_str()).enumerate().collect();
    PageData {
        chapter: stages.iter().map(|one| Chapter { p95_ms: one.p95_ms, shares: one.shares.clone() }).collect(),
        ..page_data(root, exercise, "", &places, counted, Some(latency))
    }
}

fn page_data(
    root: &Path,
    exercise: &Exercise,
    flag: &str,
    places: &[(usize, &str)],
    counted: &[Counted],
    latency: Option<&Latency>,
) -> PageData {
    let arms = places.iter().filter_map(|(place, name)| {
        let analysis = &counted.get(*place)?.analysis;
        Some(page_arm(name, latency.map_or_else(Vec::new, |latency| curve(&latency.arms[*place].merged())), analysis))
    });
    PageData {
        title: exercise.title.clone(),
        symptom: exercise.symptom.clone(),
        at: clock::now(),
        reproduce: format!("cargo lab measure {}{flag}", exercise.id),
        commit: commit(root),
        behaviour_cases: exercise.behaviour.len(),
        diff: None,
        arms: arms.collect(),
        slices: latency.map_or_else(Vec::new, |latency| slices(places, latency)),
        chapter: Vec::new(),
        phases: phases(places, counted),
    }
}

fn page_arm(name: &str, curve: Vec<[f64; 2]>, analysis: &Analysis) -> PageArm {
    PageArm {
        name: name.to_owned(),
        curve,
        traced: analysis.requests,
        mean_ms: analysis.mean_ms,
        mean_ms_by_kind: analysis.mean_ms_by_kind.clone(),
        slowest: analysis.slowest.clone(),
        operations: analysis.operations.iter().map(Into::into).collect(),
        queries: analysis.queries.iter().map(Into::into).collect(),
        typical: analysis.typical.as_ref().map(Into::into),
        slow: analysis.slow.as_ref().map(Into::into),
    }
}

/// Every slice of these arms on the run's time axis.
fn slices(places: &[(usize, &str)], latency: &Latency) -> Vec<Slice> {
    let of = |slice: &TimedSlice| {
        let (_, arm) = places.iter().find(|(place, _)| *place == slice.arm)?;
        let ms = |ns: f64| round(ns / 1e6);
        Some(Slice {
            arm: (*arm).to_owned(),
            t_s: round(slice.t_s),
            p50_ms: stats::percentile(&slice.latency, 0.5).map(|ns| ms(ns as f64)),
            mean_ms: stats::mean(&slice.latency).map(ms),
            requests: slice.requests,
            errors: slice.errors,
            voided: slice.voided,
        })
    };
    latency.slices.iter().filter_map(of).collect()
}

/// Of arms of which latency is known, and perhaps what their traces say.
pub fn of_latency(names: &[&str], latency: &Latency, traces: &[Option<Analysis>]) -> PageData {
    let places: Vec<(usize, &str)> = names.iter().copied().enumerate().collect();
    let untraced = Analysis::default();
    let arms = places.iter().map(|(place, name)| {
        let analysis = traces.get(*place).and_then(Option::as_ref).unwrap_or(&untraced);
        page_arm(name, curve(&latency.arms[*place].merged()), analysis)
    });
    PageData { arms: arms.collect(), slices: slices(&places, latency), ..PageData::default() }
}

/// The phases over time, arm by arm.
fn phases(places: &[(usize, &str)], counted: &[Counted]) -> Vec<PhaseOverTime> {
    let mut all: Vec<PhaseOverTime> = Vec::new();
    for (place, arm) in places {
        for found in counted.get(*place).map_or(&[][..], |counted| &counted.phases) {
            let at = all.iter().position(|one| one.name == found.phase).unwrap_or_else(|| {
                all.push(PhaseOverTime { name: found.phase.clone(), bin_ms: found.bin_ms, arms: BTreeMap::new() });
                all.len() - 1
            });
            all[at].arms.insert((*arm).to_owned(), found.tags.clone());
        }
    }
    all
}

/// `[percentile, milliseconds]`, evenly spaced on the axis of −log₁₀(1 − q), up to p99.9 or the last quantile with ten
/// samples above; p50, p95 and p99 are among them.
fn curve(latency: &Histogram<u64>) -> Vec<[f64; 2]> {
    let mut quantiles: Vec<f64> = (0..=60).map(|step| 1.0 - 10.0_f64.powf(-f64::from(step) * 0.05)).collect();
    quantiles.extend([0.5, 0.95]);
    quantiles.sort_by(f64::total_cmp);
    let point = |q: f64| Some([(q * 1e5).round() / 1e3, round(stats::percentile(latency, q)? as f64 / 1e6)]);
    quantiles.into_iter().filter_map(point).collect()
}

fn difference(exercise: &Exercise) -> Option<String> {
    let [yours, flawed] = exercise.sources()?;
    let (was, is) = (std::fs::read_to_string(flawed).ok()?, std::fs::read_to_string(yours).ok()?);
    let text = similar::TextDiff::from_lines(&was, &is)
        .unified_diff()
        .context_radius(3)
        .header("src/flawed.rs", "src/yours.rs")
        .to_string();
    Some(text)
}

/// The commit that was measured; none outside of a clone, or without git.
pub fn commit(root: &Path) -> Option<String> {
    let git = |arguments: &[&str]| {
        let output = std::process::Command::new("git").arg("-C").arg(root).args(arguments).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let commit = git(&["rev-parse", "--short=12", "HEAD"])?;
    let changed = git(&["status", "--porcelain", "--untracked-files=no"]).is_some_and(|files| !files.is_empty());
    Some(if changed { format!("{commit}, with changes") } else { commit })
}

#[cfg(test)]
mod tests {
    use super::curve;

    #[test]
    fn a_curve_ends_where_the_data_end() {
        let mut latency = load::histogram();
        (1..=1000_u64).for_each(|i| latency.saturating_record(i * 1_000_000));
        let curve = curve(&latency);
        let last = curve.last().unwrap();
        assert!(last[0] > 98.8 && last[0] <= 99.0, "1000 samples reach p99: {last:?}");
        assert!(curve.windows(2).all(|pair| pair[0][0] <= pair[1][0] && pair[0][1] <= pair[1][1]));
        assert!(curve.iter().any(|point| point[0] == 95.0), "the percentiles people ask for are among them");
    }
}
