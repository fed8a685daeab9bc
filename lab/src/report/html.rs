//! The page of a run: one file that needs nothing else, readable without scripts.

use super::svg::curves;
use crate::machine::Machine;
use crate::trace::{Analysis, Waterfall};
use hdrhistogram::Histogram;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use std::collections::BTreeMap;

/// What the page shows.
pub struct Page {
    /// The heading.
    pub title: String,
    /// The verdict in a word or two.
    pub verdict: String,
    /// The tables as the terminal showed them.
    pub summary: String,
    /// The arms or stages.
    pub arms: Vec<PageArm>,
    /// Further paragraphs.
    pub notes: Vec<String>,
    /// The machine.
    pub machine: Machine,
    /// When.
    pub at: String,
}

/// One arm or stage.
pub struct PageArm {
    /// Its name.
    pub name: String,
    /// All its latencies.
    pub latency: Histogram<u64>,
    /// What its spans said.
    pub analysis: Analysis,
}

const STYLE: &str = "
:root{--ink:#1d2129;--dim:#667085;--line:#d9dde4;--back:#fff;--a0:#b42318;--a1:#b36b00;--a2:#0b7a4b;--a3:#3448c5}
@media(prefers-color-scheme:dark){:root{--ink:#e8eaee;--dim:#98a2b3;--line:#333a45;--back:#14171c;--a0:#f97066;--a1:#f5b544;--a2:#4cc38a;--a3:#8ea2ff}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--back);max-width:60rem;margin:2rem auto;padding:0 1rem}
pre{overflow-x:auto;font-size:.85rem;line-height:1.35}h2{margin-top:2.5rem;border-bottom:1px solid var(--line)}
table{border-collapse:collapse;width:100%;font-size:.88rem}td,th{text-align:left;padding:.15rem .6rem .15rem 0;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}svg text{font-size:12px;fill:var(--dim)}.grid{stroke:var(--line)}
.arm0{stroke:var(--a0)}.arm1{stroke:var(--a1)}.arm2{stroke:var(--a2)}.arm3{stroke:var(--a3)}circle.arm0{fill:var(--a0)}circle.arm1{fill:var(--a1)}circle.arm2{fill:var(--a2)}circle.arm3{fill:var(--a3)}
.key{display:inline-block;width:1.6em;height:.25em;margin-right:.4em;vertical-align:middle}.key0{background:var(--a0)}.key1{background:var(--a1)}.key2{background:var(--a2)}.key3{background:var(--a3)}
.shares{display:flex;height:1.6rem;margin:.2rem 0 .8rem}.shares span{overflow:hidden;white-space:nowrap;font-size:.75rem;padding:.25rem .3rem;color:#fff;border-right:1px solid var(--back)}
.db{background:#3448c5}.serialization{background:#b42318}.rpc{background:#0b7a4b}.cache{background:#7a5af8}.own{background:#667085}.wait{background:#b36b00}.partner{background:#c11574}.broker{background:#0e7090}
.fall{position:relative;height:1rem;min-width:14rem}.fall i{position:absolute;top:.2rem;height:.6rem;min-width:1px}.dim{color:var(--dim)}code{font-size:.85em;overflow-wrap:anywhere}";

/// The whole page.
pub fn page(page: &Page) -> String {
    let series: Vec<(&str, &Histogram<u64>)> = page.arms.iter().map(|arm| (arm.name.as_str(), &arm.latency)).collect();
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width,initial-scale=1";
                title { (page.title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (page.title) }
                p { strong { (page.verdict) } span.dim { " · " (page.at) } }
                pre { (page.summary) }
                @for note in &page.notes { p { (note) } }
                h2 { "Latency by percentile, ms" }
                p { @for (place, arm) in page.arms.iter().enumerate() {
                    span class={ "key key" (place) } {} (arm.name) " (" (arm.latency.len()) " requests)" br;
                } }
                (PreEscaped(curves(&series)))
                h2 { "Where the time goes" }
                @for arm in &page.arms {
                    div { (arm.name) ", " (super::number(arm.analysis.mean_ms)) " ms on average in " (arm.analysis.requests) " traced requests" }
                    (shares(&arm.analysis.where_time_goes))
                }
                h2 { "Queries" }
                @for arm in &page.arms { (queries(arm)) }
                @for arm in &page.arms {
                    @if let Some(fall) = &arm.analysis.typical { h2 { "A typical request, " (arm.name) } (waterfall(fall)) }
                }
                h2 { "The machine" }
                table {
                    tr { td { "processor" } td { (page.machine.cpu) ", " (page.machine.cores) " cores" } }
                    tr { td { "memory" } td { (page.machine.memory_mib) " MiB" } }
                    tr { td { "system" } td { (page.machine.system) } }
                    tr { td { "load before" } td { (format!("{:.2}", page.machine.load)) } }
                    @for (server, by) in &page.machine.stack { tr { td { (server) } td { (by) } } }
                }
            }
        }
    }
    .into_string()
}

fn shares(shares: &BTreeMap<String, f64>) -> Markup {
    html! {
        div.shares {
            @for (kind, share) in shares {
                @if *share >= 0.005 {
                    span class=(kind) style=(format!("width:{:.2}%", share * 100.0)) title=(format!("{kind} {:.1} %", share * 100.0)) {
                        (kind) " " (format!("{:.0}", share * 100.0)) " %"
                    }
                }
            }
        }
    }
}

fn queries(arm: &PageArm) -> Markup {
    html! {
        table {
            tr { th { (arm.name) } th.n { "per request" } th.n { "rows" } th.n { "ms each" } th.n { "share" } }
            @for query in arm.analysis.queries.iter().take(8) {
                tr {
                    td { code { (query.statement) } @if let Some(at) = &query.at { br; span.dim { (at) } } }
                    td.n { (super::number(query.per_request)) }
                    td.n { (super::number(query.rows)) }
                    td.n { (super::number(query.mean_ms)) }
                    td.n { (format!("{:.0} %", query.share * 100.0)) }
                }
            }
        }
    }
}

/// Rows shown of a waterfall; the page says how many are left out.
const ROWS: usize = 40;

fn waterfall(fall: &Waterfall) -> Markup {
    let left_out = fall.rows.len().saturating_sub(ROWS) + fall.omitted;
    let total = fall.total_ms.max(1e-6);
    html! {
        table {
            @for row in fall.rows.iter().take(ROWS) {
                tr {
                    td style=(format!("padding-left:{}rem", row.depth as f64 * 0.8)) { (row.label) }
                    td.n { (super::number(row.duration_ms)) }
                    td { div.fall { i class=(kind(row.kind)) style=(format!("left:{:.2}%;width:{:.2}%", row.offset_ms / total * 100.0, row.duration_ms / total * 100.0)) {} } }
                }
            }
        }
        @if left_out > 0 { p.dim { "and " (left_out) " further spans" } }
    }
}

fn kind(kind: crate::trace::Kind) -> String {
    serde_json::to_value(kind).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
