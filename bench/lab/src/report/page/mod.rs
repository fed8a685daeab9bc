//! The page of a run: one file that needs nothing else. Everything it says, it says without scripts too.

mod change;
mod charts;
mod counts;
mod latency;
mod machine;
mod phases;
mod prediction;
mod queries;
mod time;
mod verdict;
mod waterfall;
mod words;

pub use charts::chart;
pub use words::{badge, interval};

use super::assets;
use super::run::Run;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::{Map, Value, json};

/// The whole page. `back` is a link to the page it was reached from, where it is served.
pub fn html(run: &Run, back: Option<&Markup>) -> String {
    let charts: Map<String, Value> = charts::data(run).into_iter().chain(phases::data(run)).collect();
    let data = assets::embedded(&json!({ "charts": charts }));
    // What the run is about comes first.
    let (before, after) = if run.is_about_phases() {
        (phases::section(run), latency::section(run))
    } else {
        (latency::section(run), phases::section(run))
    };
    let scripts = [assets::UPLOT_JS, assets::CHARTS_JS];
    let title = format!("{}: {}", run.exercise(), run.verdict_words());
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(assets::policy(&scripts));
                meta name="viewport" content="width=device-width,initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(assets::UPLOT_CSS)) (PreEscaped(assets::PAGE_CSS)) }
            }
            body {
                a.skip href="#main" { "Skip to the report" }
                @if let Some(back) = back { (back) }
                main #main {
                    (verdict::section(run))
                    (prediction::section(run))
                    (before)
                    (after)
                    (time::section(run))
                    (counts::section(run))
                    (queries::section(run))
                    (waterfall::section(run))
                    (change::section(run))
                    (machine::section(run))
                }
                script type="application/json" id="data" { (PreEscaped(data)) }
                @for script in scripts { script { (PreEscaped(script)) } }
            }
        }
    }
    .into_string()
}
