//! `cargo lab notebook`: every prediction beside its result, and how well calibrated they have been.

use crate::context::Context;
use crate::exercise::{P95_RATIO, number, phrase};
use crate::exit::{Exit, Failure};
use crate::state::{prediction_score, scores};
use crate::terminal::paragraph;
use comfy_table::{Table, presets};
use serde_json::json;

/// Prints the notebook.
///
/// # Errors
/// Exit 3 when it cannot be read.
pub fn run(context: &Context) -> Result<Exit, Failure> {
    let state = context.store.load()?;
    let pages = context.store.folder().join("notebook.md");
    let scored = scores(&state);
    let figures = prediction_score(&state);
    let terminal = context.terminal;
    let mut text = String::new();
    let mut all = Vec::new();
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["measured", "exercise", "number", "predicted", "measured", "off by", ""]);
    let mut reasons = Vec::new();
    for (id, score) in &scored {
        let inside = if score.inside() { "inside" } else { "" };
        // As of today, also for what was scored before the exercise had words for it.
        let says = |name: &str| context.course.get(id).map_or_else(|_| phrase(name), |exercise| exercise.says(name));
        table.add_row([
            score.measured_at.get(..10).unwrap_or_default(),
            id,
            &score.expected.of,
            &score.expected.shown(),
            &score.shown(),
            &score.error_points().map_or(String::new(), |points| format!("{points:+.1} %")),
            inside,
        ]);
        if score.expected.of != P95_RATIO {
            let words = format!("{id}: {} is {}", score.expected.of, says(&score.expected.of));
            reasons.push(paragraph(&words, terminal.width(), "  "));
        }
        if !score.because.is_empty() {
            reasons.push(paragraph(&format!("{id}: because {}", score.because), terminal.width(), "  "));
        }
        for (name, count) in &score.counts {
            let name = says(name);
            reasons.push(format!("  {id}: {name} {}, predicted {}", number(count.measured), number(count.predicted)));
        }
        let mut object = json!(score);
        object["exercise"] = json!(id);
        object["error_points"] = json!(score.error_points());
        object["inside"] = json!(score.inside());
        all.push(object);
    }
    match &figures {
        Some(figures) => {
            let rows: Vec<String> = table.to_string().lines().map(|line| line.trim_end().to_owned()).collect();
            text.push_str(&format!("{}\n\n", rows.join("\n")));
            text.push_str(&format!("{}\n", figures.sentences().join("\n")));
            if !reasons.is_empty() {
                text.push_str(&format!("\n{}\n", reasons.join("\n")));
            }
        }
        None => {
            text.push_str("no prediction has been measured yet\n");
            let advice =
                [("cargo lab".to_owned(), "says what to predict, before you change anything; then measure".to_owned())];
            text.push_str(&terminal.next(&advice));
        }
    }
    if pages.is_file() {
        text.push_str(&format!("every measurement, with its targets: {}\n", pages.display()));
    }
    context.answer(&text, &json!({"calibration": figures, "scored": all, "pages": pages.is_file().then_some(pages)}));
    Ok(Exit::Pass)
}
