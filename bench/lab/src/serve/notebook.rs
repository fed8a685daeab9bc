//! The notebook as a page: every prediction beside its result, and how well calibrated they have been.

use super::ServeState;
use super::layout;
use super::trouble::Trouble;
use crate::exercise::{number, phrase};
use crate::state::{Score, State as Progress, prediction_score, scores};
use axum::extract::State;
use axum::response::Html;
use maud::{Markup, html};
use std::sync::Arc;

/// `GET /notebook`
pub(super) async fn page(State(house): State<Arc<ServeState>>) -> Result<Html<String>, Trouble> {
    let course = house.course()?;
    // As of today, also for what was scored before the exercise had words for it.
    let says = |id: &str, name: &str| course.get(id).map_or_else(|_| phrase(name), |exercise| exercise.says(name));
    let body = content(&house.store.load()?, &says);
    Ok(Html(layout::page("Notebook", "/notebook", &body, &[])))
}

/// What people call a number of an exercise: its id, then the number's name.
type Says<'a> = &'a dyn Fn(&str, &str) -> String;

fn content(state: &Progress, says: Says<'_>) -> Markup {
    let scored = scores(state);
    html! {
        h1 { "Notebook" }
        @match prediction_score(state) {
            None => p { "No prediction has been measured yet. Before you change anything: " code { "cargo lab predict" } ", then " code { "cargo lab measure" } ". " code { "cargo lab" } " says what to predict." },
            Some(figures) => {
                ul { @for sentence in figures.sentences() { li { (sentence) } } }
                (table(&scored, says))
                @for (id, score) in &scored { (said(id, score, says)) }
            }
        }
    }
}

fn table(scored: &[(&str, &Score)], says: Says<'_>) -> Markup {
    html! {
        div.wide tabindex="0" role="region" aria-label="Predictions, table" { table {
            thead { tr { th scope="col" { "measured, UTC" } th scope="col" { "exercise" } th scope="col" { "number" } th.n scope="col" { "predicted" } th.n scope="col" { "measured" } th.n scope="col" { "off by, percentage points" } th scope="col" { "inside the interval" } } }
            tbody { @for (id, score) in scored {
                tr {
                    th scope="row" { (score.measured_at.get(..10).unwrap_or_default()) }
                    td { a href={ "/exercises/" (id) } { (id) } }
                    td { (says(id, &score.expected.of)) }
                    td.n { (score.expected.shown()) }
                    td.n { (score.shown()) }
                    td.n { (score.error_points().map_or(String::new(), |points| format!("{points:+.1}"))) }
                    td { (if score.inside() { "yes" } else { "no" }) }
                }
            } }
        } }
    }
}

/// The reason that was written down, and the counts that were predicted; nothing where there is neither.
fn said(id: &str, score: &Score, says: Says<'_>) -> Markup {
    html! {
        @if !score.because.is_empty() || !score.counts.is_empty() {
            h2 { (id) }
            @if !score.because.is_empty() { blockquote { (score.because) } }
            @for (name, count) in &score.counts {
                p { (says(id, name)) ": " (number(count.measured)) ", predicted " (number(count.predicted)) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::content;
    use crate::exercise::phrase;
    use crate::state::{Expected, Progress, Score, State};

    #[test]
    fn a_prediction_stands_beside_its_result_and_its_reason_is_text_not_markup() {
        let score = Score {
            expected: Expected::p95_ratio(0.5),
            because: "<b>one</b> query".to_owned(),
            measured: 0.37,
            low: 0.29,
            high: 0.47,
            measured_at: "2026-11-23T07:00:00Z".to_owned(),
            ..Score::default()
        };
        let progress = Progress { scored: vec![score], ..Progress::default() };
        let state = State { exercise: [("ch01-lamp".to_owned(), progress)].into(), ..State::default() };
        let page = content(&state, &|_, name| phrase(name)).into_string();
        for part in [
            "2026-11-23",
            "0.50",
            "p95 latency",
            "0.37",
            "0.29",
            "+13.0",
            "1 prediction scored",
            "&lt;b&gt;one&lt;/b&gt; query",
        ] {
            assert!(page.contains(part), "{part} is missing in {page}");
        }
    }

    #[test]
    fn an_empty_notebook_says_how_to_begin() {
        assert!(content(&State::default(), &|_, name| phrase(name)).into_string().contains("cargo lab predict"));
    }
}
