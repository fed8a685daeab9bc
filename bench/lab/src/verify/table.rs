//! `exercises/README.md`: the syllabus, and between which values every figure of every variant lay. Generated, never typed.

use super::{Kept, Verification};
use crate::exercise::Exercise;
use crate::report::number;
use crate::verdict::TargetOutcome;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The whole page.
pub fn markdown(exercises: &[Exercise], runs: &[Kept]) -> String {
    let mut text = String::from(
        "# Exercises\n\n`cargo lab dev table` writes this page; edits made here are lost the next time it runs.\n\n## The syllabus\n",
    );
    let mut chapter = None;
    for exercise in exercises {
        if chapter != Some(exercise.chapter) {
            chapter = Some(exercise.chapter);
            let _ = write!(text, "\n### Chapter {}\n\n| exercise | title | service | symptom |\n", exercise.chapter);
            text.push_str("| --- | --- | --- | --- |\n");
        }
        let (id, title) = (&exercise.id, cell(&exercise.title));
        let story = if exercise.story.is_some() { " (story)" } else { "" };
        let _ = writeln!(
            text,
            "| [`{id}`]({id}/README.md) | {title}{story} | {} | {} |",
            exercise.service,
            cell(&exercise.symptom)
        );
    }
    text.push_str(&topics(exercises));
    text.push_str(
        "\n## What was measured\n\nEvery run is one `cargo lab dev check`: all variants in one run, each compared with \
         flawed. Figures are the smallest and the largest of all runs. For a ratio of latency, the outermost bounds of its \
         intervals are in brackets. A dash means that the exercise claims nothing there, so it was not measured.\n",
    );
    text.push_str(&machines(runs));
    for exercise in exercises {
        let runs: Vec<&Kept> = runs.iter().filter(|run| run.verification.exercise == exercise.id).collect();
        figures(&mut text, exercise, &runs);
    }
    text
}

/// What each exercise teaches.
fn topics(exercises: &[Exercise]) -> String {
    let mut text = String::from(
        "\n## Topics: this gives the causes away\n\nRead it to find an exercise about a subject, or when you have passed.\n\n\
         | exercise | what it teaches |\n| --- | --- |\n",
    );
    for exercise in exercises.iter().filter(|exercise| !exercise.topics.is_empty()) {
        let _ = writeln!(text, "| `{}` | {} |", exercise.id, cell(&exercise.topics.join(", ")));
    }
    text
}

/// On what machines, and how busy they were before the runs.
fn machines(runs: &[Kept]) -> String {
    let machines: BTreeSet<String> = runs
        .iter()
        .map(|run| {
            let machine = &run.machine;
            let servers: Vec<String> = machine.stack.iter().map(|(server, by)| format!("{server} {by}")).collect();
            let servers = if servers.is_empty() { String::new() } else { format!("; {}", servers.join(", ")) };
            format!("{}, {} cores, {} MiB, {}{servers}", machine.cpu, machine.cores, machine.memory_mib, machine.system)
        })
        .collect();
    let Some(load) = range(runs.iter().map(|run| run.machine.load), &number) else { return String::new() };
    let machines: Vec<String> = machines.into_iter().collect();
    format!("\nOn {}. Load average before the runs {load}.\n", machines.join("; and on "))
}

fn figures(text: &mut String, exercise: &Exercise, kept: &[&Kept]) {
    let _ = write!(text, "\n### {}\n\n", exercise.id);
    let (Some(first), Some(last)) = (kept.first(), kept.last()) else {
        text.push_str("Not run yet.\n");
        return;
    };
    let runs: Vec<&Verification> = kept.iter().map(|run| &run.verification).collect();
    let (wrong, open) =
        (runs.iter().filter(|one| one.is_wrong()).count(), runs.iter().filter(|one| one.is_open()).count());
    let commits: BTreeSet<String> =
        kept.iter().filter_map(|run| run.commit.as_ref()).map(|commit| format!("`{commit}`")).collect();
    let at =
        if commits.is_empty() { String::new() } else { format!(", at commit {}", Vec::from_iter(commits).join(", ")) };
    let when = if first.at == last.at { first.at.clone() } else { format!("{} to {}", first.at, last.at) };
    let _ = write!(
        text,
        "{} runs of {} s, {when}{at}: {wrong} with a wrong verdict, {open} inconclusive.\n\n",
        runs.len(),
        seconds(runs.iter().copied())
    );
    for run in kept {
        for wrong in run.verification.wrong() {
            let _ = writeln!(text, "- wrong, {}: {}", run.at, wrong.replace('\n', " "));
        }
    }
    if wrong > 0 {
        text.push('\n');
    }
    let mut variants: Vec<String> = Vec::new();
    if exercise.story.is_some() {
        variants.push("story".to_owned());
    } else {
        variants.extend(["flawed", "fixed"].map(str::to_owned));
        variants.extend(exercise.trap.iter().map(|trap| format!("trap:{}", trap.name)));
    }
    let _ = writeln!(text, "| target | limit | {} |", variants.join(" | "));
    let _ = writeln!(text, "| --- | --- |{}", " ---: |".repeat(variants.len()));
    if exercise.story.is_none() {
        let answers = variants.iter().map(|variant| match runs.iter().find_map(|run| run.differences.get(variant)) {
            Some(case) => format!("differs: {}", cell(case)),
            None => "same".to_owned(),
        });
        let _ = writeln!(text, "| answers | same | {} |", answers.collect::<Vec<_>>().join(" | "));
    }
    for (target, limit) in targets(&runs) {
        let cells = variants.iter().map(|variant| {
            let of = |run: &&Verification| {
                run.targets.get(variant)?.iter().find(|one| one.name == target && shown(one) == limit).cloned()
            };
            values(&runs.iter().filter_map(of).collect::<Vec<TargetOutcome>>())
        });
        let _ = writeln!(text, "| {target} | {limit} | {} |", cells.collect::<Vec<_>>().join(" | "));
    }
}

/// Every target with its limit, in the order of the first variant that has it.
fn targets(runs: &[&Verification]) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    let judged = runs.iter().flat_map(|run| run.targets.values().flatten());
    for one in judged {
        let name = (one.name.clone(), shown(one));
        if !all.contains(&name) {
            all.push(name);
        }
    }
    let mut place: BTreeMap<&str, usize> = BTreeMap::new();
    for list in runs.iter().flat_map(|run| run.targets.values()) {
        for (index, one) in list.iter().enumerate() {
            let place = place.entry(&one.name).or_default();
            *place = index.max(*place);
        }
    }
    all.sort_by_key(|(name, _)| place.get(name.as_str()).copied());
    all
}

fn shown(judged: &TargetOutcome) -> String {
    match judged.tolerance {
        Some(tolerance) => format!("{} ± {}", number(judged.limit), number(tolerance)),
        None if judged.at_least => format!("≥ {}", number(judged.limit)),
        None => format!("≤ {}", number(judged.limit)),
    }
}

/// One target of one variant over all runs.
fn values(runs: &[TargetOutcome]) -> String {
    let two = |value: f64| format!("{value:.2}");
    let wide = |judged: &&TargetOutcome| judged.interval.filter(|ratio| ratio.low != ratio.high);
    let intervals: Vec<_> = runs.iter().filter_map(|judged| wide(&judged)).collect();
    let alone = runs.iter().filter(|judged| wide(judged).is_none()).filter_map(|judged| judged.value);
    let Some(estimates) = range(intervals.iter().map(|ratio| ratio.estimate), &two) else {
        let none = if runs.is_empty() { "–" } else { "too few samples" };
        return range(alone, &number).unwrap_or_else(|| none.to_owned());
    };
    let low = intervals.iter().map(|ratio| ratio.low).fold(f64::INFINITY, f64::min);
    let high = intervals.iter().map(|ratio| ratio.high).fold(f64::NEG_INFINITY, f64::max);
    format!("{estimates} [{low:.2}–{high:.2}]")
}

/// How long the runs took, smallest to largest.
pub fn seconds<'a>(runs: impl Iterator<Item = &'a Verification>) -> String {
    range(runs.map(|run| run.seconds), &|seconds| format!("{seconds:.0}")).unwrap_or_default()
}

/// Smallest and largest, or the one value where both read the same; `None` of nothing.
fn range(values: impl Iterator<Item = f64>, shown: &dyn Fn(f64) -> String) -> Option<String> {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    if low > high {
        return None;
    }
    let (low, high) = (shown(low), shown(high));
    Some(if low == high { low } else { format!("{low}–{high}") })
}

/// Within a table a bar would end the cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::markdown;
    use crate::exercise::Exercise;
    use crate::machine::Machine;
    use crate::verdict::TargetOutcome;
    use crate::verify::{Kept, Proof, Verification};
    use stats::Interval;

    fn judged(name: &str, limit: f64, value: f64, interval: Option<Interval>) -> TargetOutcome {
        let met = Some(value <= limit);
        TargetOutcome { name: name.into(), limit, value: Some(value), interval, met, ..TargetOutcome::default() }
    }

    fn kept(run: usize, p95: f64) -> Kept {
        let ratio = Interval { estimate: p95, low: p95 - 0.1, high: p95 + 0.1 };
        let queries = |value: f64| judged("db_queries_per_request", 2.0, value, None);
        let verification = Verification {
            exercise: "ch99-lamp".into(),
            run,
            seed: None,
            proofs: vec![Proof {
                about: "fixed".into(),
                claim: "meets p95_ratio".into(),
                holds: Some(p95 < 0.4),
                found: format!("p95_ratio {p95}"),
            }],
            targets: [
                ("flawed".to_owned(), vec![queries(21.0)]),
                ("fixed".to_owned(), vec![queries(2.0), judged("p95_ratio", 0.5, p95, Some(ratio))]),
            ]
            .into(),
            differences: [("trap:candle".to_owned(), "a dark room".to_owned())].into(),
            refusals: vec![],
            remarks: vec![],
            seconds: 31.4 + p95,
        };
        let machine = Machine {
            cpu: "a processor".into(),
            cores: 2,
            memory_mib: 8192,
            system: "linux x86_64".into(),
            load: 0.5,
            stack: [("Postgres".to_owned(), "native".to_owned())].into(),
        };
        let at = format!("2026-11-23T05:0{run}:00Z");
        Kept { at, commit: Some("0123456789ab".into()), version: "abc".into(), machine, verification }
    }

    #[test]
    fn the_page_shows_between_what_every_figure_of_every_variant_lay() {
        let lamp = r#"
            id = "ch99-lamp"
            title = "A lamp"
            chapter = 9
            service = "search"
            needs = ["postgres"]
            symptom = "Dark | cold."
            minutes = 5
            reading = "Chapter 9"
            topics = ["incandescence", "light"]
            load = { rate_rps = 20, rounds = 2, slice_ms = 500, requests = [{ path = "/" }] }
            trap = [{ name = "candle", misses = ["behaviour"], why = "It burns." }]
            "#;
        let exercise = |text: &str| -> Exercise { toml::from_str(text).unwrap() };
        let exercises = [exercise(lamp), exercise(&lamp.replace("lamp", "clock"))];
        insta::assert_snapshot!(markdown(&exercises, &[kept(1, 0.3), kept(2, 0.45), kept(3, 0.35)]));
    }
}
