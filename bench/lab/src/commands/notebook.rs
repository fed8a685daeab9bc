//! `cargo lab notebook`: every prediction beside its result, and how well calibrated they have been.

use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::report::number;
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
    table.set_header(["measured", "exercise", "predicted", "p95 ratio", "off by", ""]);
    let mut reasons = Vec::new();
    for (id, score) in &scored {
        let mark = if score.inside() { "within" } else { "" };
        table.add_row([
            score.measured_at.get(..10).unwrap_or_default(),
            id,
            &format!("{:.2}", score.p95_ratio),
            &format!("{:.2} [{:.2}–{:.2}]", score.measured, score.low, score.high),
            &format!("{:+.1}", score.error_points()),
            mark,
        ]);
        if !score.because.is_empty() {
            reasons.push(paragraph(&format!("{id}: because {}", score.because), terminal.width(), "  "));
        }
        for (name, count) in &score.counts {
            let name = name.replace('_', " ");
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
            let advice = [(
                "cargo lab predict --p95-ratio 0.… --because \"…\"".to_owned(),
                "before you change anything; then measure".to_owned(),
            )];
            text.push_str(&terminal.next(&advice));
        }
    }
    if pages.is_file() {
        text.push_str(&format!("every measurement, with its targets: {}\n", pages.display()));
    }
    context.answer(&text, &json!({"calibration": figures, "scored": all, "pages": pages.is_file().then_some(pages)}));
    Ok(Exit::Pass)
}
