//! The machine it was measured on, and how to measure it again.

use crate::exercise::Distance;
use crate::exercise::number;
use crate::report::run::Run;
use maud::{Markup, html};

pub(super) fn section(run: &Run) -> Markup {
    let machine = run.machine();
    html! {
        section aria-labelledby="machine" {
            h2 #machine { "The machine" }
            dl.pair {
                dt { "processor" } dd { @if machine.cpu.is_empty() { "unknown" } @else { (machine.cpu) } ", " (machine.cores) " cores" }
                dt { "memory" } dd { (format!("{:.1}", machine.memory_mib as f64 / 1024.0)) " GiB" }
                dt { "system" } dd { (machine.system) }
                dt { "load before" } dd { (format!("{:.2}", machine.load)) }
                @for (server, by) in &machine.stack { dt { (server) } dd { (by) } }
                @if let Some(found) = run.calibration() {
                    dt { "delays found" }
                    dd {
                        @for (name, ms) in distances(&found.distance).into_iter().filter(|(_, ms)| *ms > 0.0) { (name) " " (number(ms)) " ms, " }
                        "model time " (number(found.model_ms)) " ms"
                    }
                }
            }
        }
        section aria-labelledby="again" {
            h2 #again { "Measure it again" }
            pre { code { @if run.page.reproduce.is_empty() { "cargo lab measure " (run.exercise()) } @else { (run.page.reproduce) } } }
            p.dim {
                "It took " (format!("{:.0}", run.seconds())) " s."
                @if let Some(commit) = &run.page.commit { " Measured at commit " code { (commit) } "." }
                " Load, distance and targets are in " code { "exercises/" (run.exercise()) "/exercise.toml" } "; the same seed asks the same requests in the same order."
            }
        }
    }
}

/// Round trips by dependency, milliseconds.
fn distances(distance: &Distance) -> [(&'static str, f64); 6] {
    let Distance { postgres_ms, redis_ms, recommendations_ms, partners_ms, rabbitmq_ms, origin_ms } = *distance;
    [
        ("origin", origin_ms),
        ("partners", partners_ms),
        ("postgres", postgres_ms),
        ("rabbitmq", rabbitmq_ms),
        ("recommendations", recommendations_ms),
        ("redis", redis_ms),
    ]
}
