//! The story as a person reads it: the chapter's figures beside ours.

use super::stages::StoryRun;
use crate::delays::parts;
use crate::exercise::{Exercise, StorySpec, number};
use crate::report::{bars, interval, placebo_line, right};
use crate::terminal::Terminal;
use crate::verdict::{TargetOutcome, Verdict};
use comfy_table::{Table, presets};
use std::fmt::Write as _;

/// The whole text.
pub fn text(exercise: &Exercise, told: &StoryRun, terminal: Terminal) -> String {
    let Some(story) = &exercise.story else { return String::new() };
    let mut text = format!("\n{}\n{}\n\n", terminal.strong(&exercise.title), exercise.symptom.trim());
    let _ = writeln!(text, "{}\n", stages(story, told));
    let _ = writeln!(text, "where a request's time goes");
    for (place, stage) in story.stages.iter().enumerate() {
        let ours = parts(&told.counted[place].analysis.where_time_goes);
        let _ = writeln!(text, "  {} {}\n    here     {}", place + 1, stage.name, bars(&ours));
        if !stage.shares.is_empty() {
            let _ = writeln!(text, "    chapter  {}", bars(&stage.shares));
        }
    }
    let _ = writeln!(text, "\n{}", delays(told));
    for judged in &told.report.targets {
        let _ = writeln!(text, "{}", line(judged, terminal));
    }
    if let Some(placebo) = &told.report.placebo {
        let _ = writeln!(text, "{}", placebo_line(placebo));
    }
    for remark in &told.report.remarks {
        let _ = writeln!(text, "{}", terminal.quiet(&format!("! {remark}")));
    }
    let report = &told.report;
    let cost = format!(
        "{} requests in {} interleaved rounds, cores {:.0} % busy, {:.0} s",
        report.stages.iter().map(|stage| stage.requests).sum::<u64>(),
        report.rounds[1],
        report.busy * 100.0,
        report.seconds
    );
    let _ = writeln!(text, "{}", terminal.quiet(&cost));
    let closing = match report.verdict {
        Verdict::Pass => terminal.good("✓ the chapter's story, reproduced here"),
        Verdict::Inconclusive => {
            "? the noise does not let it be told: a quieter machine, or again (cargo lab doctor)".to_owned()
        }
        _ => terminal.bad("✗ not reproduced: see the lines marked ✗"),
    };
    let _ = writeln!(text, "{closing}");
    text
}

fn stages(story: &StorySpec, told: &StoryRun) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(["stage", "chapter p95", "here p95", "chapter", "here", "queries", "kB", "CPU ms"]);
    let first = story.stages[0].p95_ms;
    for (place, stage) in story.stages.iter().enumerate() {
        let arm = &told.report.stages[place];
        let count = |name: &str| arm.counts.get(name).copied().unwrap_or_default();
        let p95 = arm.latency_ms.and_then(|latency| latency.p95);
        let ratio = match told.report.ratio[place].get("p95") {
            _ if place == 0 => "1".to_owned(),
            Some(ratio) => interval(ratio),
            None => "too few samples".to_owned(),
        };
        table.add_row([
            format!("{} {}", place + 1, stage.name),
            format!("{} ms", number(stage.p95_ms)),
            p95.map_or("too few samples".to_owned(), |ms| format!("{} ms", number(ms))),
            number(stage.p95_ms / first),
            ratio,
            number(count("db_queries_per_request")),
            number(count("response_bytes") / 1000.0),
            number(count("cpu_ms_per_request")),
        ]);
    }
    right(&mut table);
    table
}

fn delays(told: &StoryRun) -> String {
    let found = &told.report.calibration;
    format!(
        "Serialisation costs what this machine's processor takes, so it sets the scale; the delays around it were solved for\n\
         the first stage's shares: Postgres {} ms away, Redis {} ms, recommendations {} ms and {} ms of model time.\n\
         The first stage's shares are therefore set, the database's within its tolerance for the ratios' sake. What the two\n\
         fixes do is found by measuring.\n",
        number(found.distance.postgres_ms),
        number(found.distance.redis_ms),
        number(found.distance.recommendations_ms),
        number(found.model_ms)
    )
}

fn line(judged: &TargetOutcome, terminal: Terminal) -> String {
    let mark = match judged.met {
        Some(true) => terminal.good("✓"),
        Some(false) => terminal.bad("✗"),
        None => "?".to_owned(),
    };
    format!("{mark} {:<52} {:<20} {}", judged.sentence(), judged.measured(), judged.wanted())
}
