//! The notebook as a page: every prediction beside its result, and how well calibrated they have been.

use super::ServeState;
use super::layout;
use super::trouble::Trouble;
use crate::report::{interval, number};
use crate::state::{Score, State as Progress, prediction_score, scores};
use axum::extract::State;
use axum::response::Html;
use maud::{Markup, html};
use stats::Interval;
use std::sync::Arc;

/// `GET /notebook`
pub(super) async fn page(State(house): State<Arc<ServeState>>) -> Result<Html<String>, Trouble> {
    let body = content(&house.store.load()?);
    Ok(Html(layout::page("Notebook", "/notebook", &body, &[])))
}

fn content(state: &Progress) -> Markup {
    let scored = scores(state);
    html! {
        h1 { "Notebook" }
        @match prediction_score(state) {
            None => p { "No prediction has been measured yet. Before you change anything: " code { "cargo lab predict --p95-ratio 0.… --because \"…\"" } ", then " code { "cargo lab measure" } "." },
            Some(figures) => {
                ul { @for sentence in figures.sentences() { li { (sentence) } } }
                (table(&scored))
                @for (id, score) in &scored { (said(id, score)) }
            }
        }
    }
}

fn table(scored: &[(&str, &Score)]) -> Markup {
    html! {
        div.wide tabindex="0" role="region" aria-label="Predictions, table" { table {
            thead { tr { th scope="col" { "measured, UTC" } th scope="col" { "exercise" } th.n scope="col" { "predicted p95 ratio" } th.n scope="col" { "measured" } th.n scope="col" { "off by, points" } th scope="col" { "within the interval" } } }
            tbody { @for (id, score) in scored {
                @let measured = Interval { estimate: score.measured, low: score.low, high: score.high };
                tr {
                    th scope="row" { (score.measured_at.get(..10).unwrap_or_default()) }
                    td { a href={ "/exercises/" (id) } { (id) } }
                    td.n { (format!("{:.2}", score.p95_ratio)) }
                    td.n { (interval(&measured)) }
                    td.n { (format!("{:+.1}", score.error_points())) }
                    td { (if score.inside() { "yes" } else { "no" }) }
                }
            } }
        } }
    }
}

/// The reason that was written down, and the counts that were predicted; nothing where there is neither.
fn said(id: &str, score: &Score) -> Markup {
    html! {
        @if !score.because.is_empty() || !score.counts.is_empty() {
            h2 { (id) }
            @if !score.because.is_empty() { blockquote { (score.because) } }
            @for (name, count) in &score.counts {
                p { (name.replace('_', " ")) ": " (number(count.measured)) ", predicted " (number(count.predicted)) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::content;
    use crate::state::{Progress, Score, State};

    #[test]
    fn a_prediction_stands_beside_its_result_and_its_reason_is_text_not_markup() {
        let score = Score {
            p95_ratio: 0.5,
            because: "<b>one</b> query".to_owned(),
            measured: 0.37,
            low: 0.29,
            high: 0.47,
            measured_at: "2026-11-23T07:00:00Z".to_owned(),
            ..Score::default()
        };
        let progress = Progress { scored: vec![score], ..Progress::default() };
        let state = State { exercise: [("ch01-lamp".to_owned(), progress)].into(), ..State::default() };
        let page = content(&state).into_string();
        for part in
            ["2026-11-23", "0.50", "0.37", "0.29", "+13.0", "1 prediction scored", "&lt;b&gt;one&lt;/b&gt; query"]
        {
            assert!(page.contains(part), "{part} is missing in {page}");
        }
    }

    #[test]
    fn an_empty_notebook_says_how_to_begin() {
        assert!(content(&State::default()).into_string().contains("cargo lab predict"));
    }
}
