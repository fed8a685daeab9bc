//! `exercises/README.md`: the syllabus, and what every run of every variant found. Generated, never typed.

use super::Proven;
use crate::exercise::Exercise;
use crate::machine::Machine;
use crate::pipeline::Judged;
use crate::report::number;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The whole page.
pub fn markdown(exercises: &[Exercise], proven: &[Proven], machine: &Machine, at: &str) -> String {
    let mut text = String::from(
        "# Exercises\n\nWritten by `cargo lab dev table`; what is typed here is lost at its next run.\n\n## The syllabus\n",
    );
    let mut chapter = None;
    for exercise in exercises {
        if chapter != Some(exercise.chapter) {
            chapter = Some(exercise.chapter);
            let _ =
                write!(text, "\n### Chapter {}\n\n| exercise | title | service | what is seen |\n", exercise.chapter);
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
    let _ = write!(
        text,
        "\n## What was measured\n\nOn {at}: {}, {} cores, {} MiB, {}, load average {} at the end. Every run is one \
         `cargo lab dev check`: all variants in one interleaved run, each against flawed. Runs are separated by a dot; a \
         ratio is given with its interval, and flawed is compared with itself.\n",
        machine.cpu,
        machine.cores,
        machine.memory_mib,
        machine.system,
        number(machine.load)
    );
    for exercise in exercises {
        let runs: Vec<&Proven> = proven.iter().filter(|one| one.exercise == exercise.id).collect();
        figures(&mut text, exercise, &runs);
    }
    text
}

fn figures(text: &mut String, exercise: &Exercise, runs: &[&Proven]) {
    let (wrong, open) =
        (runs.iter().filter(|one| one.is_wrong()).count(), runs.iter().filter(|one| one.is_open()).count());
    let seconds: Vec<String> = runs.iter().map(|one| format!("{:.0}", one.seconds)).collect();
    let _ = write!(
        text,
        "\n### {}\n\n{} runs of {} s: {wrong} with a wrong verdict, {open} that could not be told.\n\n",
        exercise.id,
        runs.len(),
        seconds.join(", ")
    );
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
    for (target, limit) in targets(runs) {
        let cells = variants.iter().map(|variant| {
            let of = |run: &&Proven| {
                let judged = run.targets.get(variant)?.iter().find(|one| one.name == target && shown(one) == limit)?;
                Some(value(judged))
            };
            let values: Vec<String> = runs.iter().filter_map(of).collect();
            if values.is_empty() { "–".to_owned() } else { values.join(" · ") }
        });
        let _ = writeln!(text, "| {target} | {limit} | {} |", cells.collect::<Vec<_>>().join(" | "));
    }
}

/// Every target with its limit, in the order of the first variant that has it.
fn targets(runs: &[&Proven]) -> Vec<(String, String)> {
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
            place.entry(&one.name).or_insert(index);
        }
    }
    all.sort_by_key(|(name, _)| place.get(name.as_str()).copied());
    all
}

fn shown(judged: &Judged) -> String {
    match judged.tolerance {
        Some(tolerance) => format!("{} ± {}", number(judged.limit), number(tolerance)),
        None if judged.at_least => format!("≥ {}", number(judged.limit)),
        None => format!("≤ {}", number(judged.limit)),
    }
}

fn value(judged: &Judged) -> String {
    match (judged.interval, judged.value) {
        (Some(ratio), _) if ratio.low == ratio.high => number(ratio.estimate),
        (Some(ratio), _) => format!("{:.2} [{:.2}–{:.2}]", ratio.estimate, ratio.low, ratio.high),
        (None, Some(value)) => number(value),
        (None, None) => "too few samples".to_owned(),
    }
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
    use crate::pipeline::Judged;
    use crate::proof::Proven;
    use crate::stats::Interval;

    fn judged(name: &str, limit: f64, value: f64, interval: Option<Interval>) -> Judged {
        let met = Some(value <= limit);
        Judged { name: name.into(), limit, at_least: false, tolerance: None, value: Some(value), interval, met }
    }

    #[test]
    fn the_page_shows_every_run_of_every_variant() {
        let exercise: Exercise = toml::from_str(
            r#"
            id = "ch99-lamp"
            title = "A lamp"
            chapter = 9
            service = "search"
            needs = ["postgres"]
            symptom = "Dark | cold."
            minutes = 5
            reading = "Chapter 9"
            load = { rate_rps = 20, rounds = 2, slice_ms = 500, requests = [{ path = "/" }] }
            trap = [{ name = "candle", misses = ["behaviour"], why = "It burns." }]
            "#,
        )
        .unwrap();
        let proven = |run: usize, p95: f64| Proven {
            exercise: "ch99-lamp".into(),
            run,
            proofs: vec![],
            targets: [
                ("flawed".to_owned(), vec![judged("db_queries_per_request", 2.0, 21.0, None)]),
                (
                    "fixed".to_owned(),
                    vec![
                        judged("db_queries_per_request", 2.0, 2.0, None),
                        judged(
                            "p95_ratio",
                            0.5,
                            p95,
                            Some(Interval { estimate: p95, low: p95 - 0.1, high: p95 + 0.1 }),
                        ),
                    ],
                ),
            ]
            .into(),
            differences: [("trap:candle".to_owned(), "a dark room".to_owned())].into(),
            remarks: vec![],
            seconds: 31.4,
        };
        let machine = Machine {
            cpu: "a processor".into(),
            cores: 2,
            memory_mib: 8192,
            system: "linux x86_64".into(),
            load: 0.5,
            stack: Default::default(),
        };
        let page = markdown(&[exercise], &[proven(1, 0.3), proven(2, 0.35)], &machine, "2026-11-23T05:00:00Z");
        insta::assert_snapshot!(page);
    }
}
