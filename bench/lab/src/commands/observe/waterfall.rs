//! One request as text: a line a span, its time as a bar, the critical path marked.

use crate::report::number;
use std::fmt::Write as _;
use trace::{Row, Waterfall};
use unicode_width::UnicodeWidthStr as _;

/// Lines of one waterfall; what is left over is counted.
const LINES: usize = 16;

/// Columns of the milliseconds, the blanks around them included.
const NUMBER: usize = 10;

/// Columns of a bar below which it says nothing.
const SHORTEST_BAR: usize = 10;

/// What the marks of [`draw`] mean.
pub(super) const LEGEND: &str = "█ the request waits for it, ▒ for part of that time, ─ it is under way";

/// Spans that share a line: one, or a run of like ones under one parent.
struct Line<'a>(&'a [Row]);

/// The request in lines of at most `width` columns (40 at least). At each instant the request waits for one span: that one
/// has the solid mark there, so that read from left to right the solid marks are the critical path.
pub(super) fn draw(fall: &Waterfall, width: usize) -> String {
    let lines = folded(&fall.rows);
    let shown = &lines[..lines.len().min(LINES)];
    let wide = |(name, after): (String, String)| name.width() + after.width();
    let longest = shown.iter().map(|line| wide(line.label())).max().unwrap_or_default();
    let label = longest.min(width.saturating_sub(NUMBER + SHORTEST_BAR + 2) * 2 / 5);
    let bar = width.saturating_sub(2 + label + 1 + NUMBER).max(SHORTEST_BAR);
    let mut text = String::new();
    for line in shown {
        let (name, after) = line.label();
        let name = cut(&name, label.saturating_sub(after.width())) + &after;
        let name = cut(&name, label);
        let gap = " ".repeat(label - name.width());
        let _ = writeln!(text, "  {name}{gap} {}{:>NUMBER$}", line.bar(fall.total_ms, bar), line.milliseconds());
    }
    let left_out = lines.iter().skip(LINES).map(|line| line.0.len()).sum::<usize>() + fall.omitted;
    if left_out > 0 {
        let _ = writeln!(text, "  and {left_out} further spans");
    }
    text
}

/// Like siblings without children that follow each other come on one line: a loop of forty queries is one thing to see.
fn folded(rows: &[Row]) -> Vec<Line<'_>> {
    let leaf = |at: usize| rows.get(at + 1).is_none_or(|next| next.depth <= rows[at].depth);
    let mut lines = Vec::new();
    let mut from = 0;
    while from < rows.len() {
        let alike = |at: usize| {
            let (first, row) = (&rows[from], &rows[at]);
            leaf(at) && (row.depth, row.kind, &row.label) == (first.depth, first.kind, &first.label)
        };
        let run = (from..rows.len()).take_while(|at| alike(*at)).count().max(1);
        lines.push(Line(&rows[from..from + run]));
        from += run;
    }
    lines
}

impl Line<'_> {
    /// The name, and what must not be cut off: how many there are, and whether one failed.
    fn label(&self) -> (String, String) {
        let first = &self.0[0];
        let times = if self.0.len() > 1 { format!(" × {}", self.0.len()) } else { String::new() };
        let error = if self.0.iter().any(|row| row.error) { " (error)" } else { "" };
        (format!("{}{}", "  ".repeat(first.depth.min(8)), first.label), times + error)
    }

    /// From the first begin to the last end.
    fn milliseconds(&self) -> String {
        let begin = self.0.iter().map(|row| row.offset_ms).fold(f64::MAX, f64::min);
        let end = self.0.iter().map(|row| row.offset_ms + row.duration_ms).fold(0.0, f64::max);
        format!("{} ms", number((end - begin).max(0.0)))
    }

    fn bar(&self, total_ms: f64, columns: usize) -> String {
        let wide = total_ms.max(1e-9) / columns as f64;
        let waited: Vec<f64> = (0..columns)
            .map(|column| {
                let (from, to) = (column as f64 * wide, (column + 1) as f64 * wide);
                let segments = self.0.iter().flat_map(|row| &row.critical_path);
                segments.map(|[begin, end]| (end.min(to) - begin.max(from)).max(0.0)).sum::<f64>() / wide
            })
            .collect();
        let most = waited.iter().copied().fold(0.0, f64::max);
        let under_way = |column: usize| {
            let (from, to) = (column as f64 * wide, (column + 1) as f64 * wide);
            self.0.iter().any(|row| row.offset_ms < to && row.offset_ms + row.duration_ms > from)
        };
        let mark = |(column, share): (usize, &f64)| match *share {
            share if share > 0.5 => '█',
            // However short, what was waited for shows somewhere.
            share if share >= 0.1 || share > 0.0 && share == most => '▒',
            _ if under_way(column) => '─',
            _ => ' ',
        };
        waited.iter().enumerate().map(mark).collect()
    }
}

/// At most `columns` wide, with an ellipsis where something is missing.
fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    if columns == 0 {
        return String::new();
    }
    let mut kept = String::new();
    for character in text.chars() {
        if kept.width() + character.to_string().width() >= columns {
            break;
        }
        kept.push(character);
    }
    kept + "…"
}
