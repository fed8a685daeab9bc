//! `cargo lab class collect DIR`: what learners exported, as one table.

use super::list;
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::state::{PredictionScore, State, parse, prediction_score};
use comfy_table::{CellAlignment, Table, presets};
use serde_json::json;
use std::path::{Path, PathBuf};

/// One learner.
struct Learner {
    name: String,
    state: State,
    calibration: Option<PredictionScore>,
}

/// Reads every `*.toml` of a folder and sets the learners beside each other.
///
/// # Errors
/// Exit 2 where there is no such folder or nothing in it; exit 3, after the table, when a file cannot be read.
pub fn collect(context: &Context, folder: &Path, csv: bool) -> Result<Exit, Failure> {
    let remedy = "each learner writes one with: cargo lab progress export FILE --name NAME";
    let entries = std::fs::read_dir(folder)
        .map_err(|error| Failure::usage(format!("{} cannot be read: {error}", folder.display())).remedy(remedy))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    if files.is_empty() {
        return Err(Failure::usage(format!("no *.toml in {}", folder.display())).remedy(remedy));
    }
    let (mut learners, mut unreadable) = (Vec::new(), Vec::new());
    for file in &files {
        match learner(file) {
            Ok(learner) => learners.push(learner),
            Err(failure) => unreadable.push(failure.message),
        }
    }
    if csv {
        let text = csv_text(context, &learners);
        context.answer(&text, &json!({"csv": text, "unreadable": unreadable}));
    } else {
        context.answer(&table(context, &learners), &object(context, &learners, &unreadable));
    }
    for message in &unreadable {
        eprintln!("left out: {message}");
    }
    if unreadable.is_empty() {
        return Ok(Exit::Pass);
    }
    eprintln!("  → ask for a new export ({remedy}), then: cargo lab class collect {}", folder.display());
    Ok(Exit::Unfit)
}

fn learner(file: &Path) -> Result<Learner, Failure> {
    let text = std::fs::read_to_string(file).map_err(Failure::file("read", file))?;
    let state = parse(file, &text)?;
    let named = state.others.get("learner").and_then(|name| name.as_str()).map(str::to_owned);
    let stem = || file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Learner { name: named.unwrap_or_else(stem), calibration: prediction_score(&state), state })
}

impl Learner {
    /// Counted over this course's exercises: passed, hints, revealed.
    fn sums(&self, context: &Context) -> [usize; 3] {
        let mine = || context.course.exercises.iter().filter_map(|one| self.state.exercise.get(&one.id));
        [
            mine().filter(|progress| progress.passed.is_some()).count(),
            mine().map(|progress| progress.hints).sum(),
            mine().filter(|progress| progress.revealed).count(),
        ]
    }

    /// When something was last measured or checked.
    fn last(&self) -> &str {
        let all = self.state.exercise.values().flat_map(|one| [&one.checked, &one.measured]).flatten();
        all.map(|outcome| outcome.at.as_str()).max().unwrap_or_default()
    }
}

fn table(context: &Context, learners: &[Learner]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["learner", "passed", "hints", "revealed", "predictions", "off by", "within", "now at", "last"]);
    let all = context.course.exercises.len();
    for learner in learners {
        let [passed, hints, revealed] = learner.sums(context);
        let figure =
            |show: &dyn Fn(&PredictionScore) -> String| learner.calibration.as_ref().map_or(String::new(), show);
        table.add_row([
            learner.name.clone(),
            format!("{passed} of {all}"),
            hints.to_string(),
            revealed.to_string(),
            figure(&|one| one.predictions.to_string()),
            figure(&|one| format!("{:.1}", one.mean_absolute_error_points)),
            figure(&|one| format!("{} of {}", one.inside, one.predictions)),
            learner.state.current.clone().unwrap_or_default(),
            learner.last().get(..10).unwrap_or_default().to_owned(),
        ]);
    }
    for column in table.column_iter_mut().skip(1).take(6) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let rows: Vec<String> = table.to_string().lines().map(|line| line.trim_end().to_owned()).collect();
    format!(
        "{}\n\n\"off by\" is the mean distance of predicted from measured ratios and shares, in percentage points\n",
        rows.join("\n")
    )
}

fn object(context: &Context, learners: &[Learner], unreadable: &[String]) -> serde_json::Value {
    let learners: Vec<_> = learners
        .iter()
        .map(|learner| {
            let [passed, hints, revealed] = learner.sums(context);
            let exercises: serde_json::Map<_, _> = learner
                .state
                .exercise
                .iter()
                .map(|(id, one)| {
                    let object = json!({"status": list::status(one), "passed": one.passed, "hints": one.hints,
                        "revealed": one.revealed, "best_p95_ratio": one.best_p95_ratio});
                    (id.clone(), object)
                })
                .collect();
            json!({"learner": learner.name, "passed": passed, "hints": hints, "revealed": revealed,
                "calibration": learner.calibration, "current": learner.state.current, "last": learner.last(),
                "exercises": exercises})
        })
        .collect();
    json!({"exercises": context.course.exercises.len(), "learners": learners, "unreadable": unreadable})
}

/// The table with a column for each exercise, as a spreadsheet reads it.
fn csv_text(context: &Context, learners: &[Learner]) -> String {
    let head = ["learner", "passed", "hints", "revealed", "predictions", "off_by_points", "within", "current", "last"];
    let ids = context.course.exercises.iter().map(|one| one.id.clone());
    let mut text = line(head.into_iter().map(str::to_owned).chain(ids));
    for learner in learners {
        let [passed, hints, revealed] = learner.sums(context).map(|sum| sum.to_string());
        let figures = learner.calibration.as_ref().map_or_else(<[String; 3]>::default, |one| {
            [one.predictions.to_string(), format!("{:.1}", one.mean_absolute_error_points), one.inside.to_string()]
        });
        let cells = [learner.name.clone(), passed, hints, revealed].into_iter().chain(figures);
        let cells = cells.chain([learner.state.current.clone().unwrap_or_default(), learner.last().to_owned()]);
        let status = |id: &str| learner.state.exercise.get(id).map_or("", list::status).to_owned();
        text.push_str(&line(cells.chain(context.course.exercises.iter().map(|one| status(&one.id)))));
    }
    text
}

/// One line by RFC 4180. A cell that a spreadsheet would take for a formula begins with an apostrophe.
fn line(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells
        .map(|cell| {
            let cell = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell };
            if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
        })
        .collect();
    format!("{}\r\n", cells.join(","))
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_cell_is_quoted_where_it_must_be_and_never_a_formula() {
        let cells = ["Ada", "a, \"b\"", "=HYPERLINK(1)"].map(str::to_owned).into_iter();
        assert_eq!(line(cells), "Ada,\"a, \"\"b\"\"\",'=HYPERLINK(1)\r\n");
    }
}
