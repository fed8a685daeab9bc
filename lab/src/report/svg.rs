//! Percentile curves as SVG, written by hand: a chart library would be larger than the page.

use hdrhistogram::Histogram;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 56.0;
const BOTTOM: f64 = 28.0;
/// Lines that stay apart in black and white too: solid, dashed, dotted.
const DASHES: [&str; 4] = ["", "7 4", "2 3", "10 3 2 3"];

/// Latency over percentile for each arm. The axis of percentiles is stretched towards the tail: each factor of ten above
/// it takes the same room. Curves end where fewer than ten samples lie above.
pub fn curves(arms: &[(&str, &Histogram<u64>)]) -> String {
    let shown: Vec<(&str, Vec<(f64, f64)>)> = arms.iter().map(|(name, h)| (*name, points(h))).collect();
    let largest = shown.iter().flat_map(|(_, points)| points).map(|(_, ms)| *ms).fold(0.0, f64::max);
    if largest <= 0.0 {
        return String::new();
    }
    let top = nice(largest);
    let x = |depth: f64| LEFT + depth / 3.0 * (WIDTH - LEFT - 10.0);
    let y = |ms: f64| 8.0 + (1.0 - ms / top) * (HEIGHT - BOTTOM - 8.0);
    let mut svg = format!("<svg viewBox='0 0 {WIDTH} {HEIGHT}' role='img' aria-label='Latency by percentile'>");
    for step in 0..=4 {
        let ms = top * f64::from(step) / 4.0;
        svg.push_str(&format!(
            "<line class='grid' x1='{LEFT}' x2='{WIDTH}' y1='{0:.1}' y2='{0:.1}'/><text x='{1}' y='{2:.1}' text-anchor='end'>{3}</text>",
            y(ms), LEFT - 6.0, y(ms) + 4.0, super::number(ms)
        ));
    }
    for (name, depth) in [("p0", 0.0), ("p50", 0.301), ("p90", 1.0), ("p95", 1.301), ("p99", 2.0), ("p99.9", 3.0)] {
        svg.push_str(&format!("<text x='{:.1}' y='{}' text-anchor='middle'>{name}</text>", x(depth), HEIGHT - 8.0));
    }
    for (place, (name, points)) in shown.iter().enumerate() {
        let line: Vec<String> = points.iter().map(|(depth, ms)| format!("{:.1},{:.1}", x(*depth), y(*ms))).collect();
        let dash = DASHES[place % DASHES.len()];
        svg.push_str(&format!(
            "<polyline class='arm{place}' fill='none' stroke-width='2' stroke-dasharray='{dash}' points='{}'><title>{}</title></polyline>",
            line.join(" "), escaped(name)
        ));
        if let Some((depth, ms)) = points.last() {
            svg.push_str(&format!("<circle class='arm{place}' cx='{:.1}' cy='{:.1}' r='3'/>", x(*depth), y(*ms)));
        }
    }
    svg.push_str("</svg>");
    svg
}

/// (−log₁₀(1 − q), milliseconds), up to the last quantile with ten samples above.
fn points(h: &Histogram<u64>) -> Vec<(f64, f64)> {
    (0..=150)
        .map(|step| f64::from(step) * 0.02)
        .filter_map(|depth| {
            let ns = crate::stats::percentile(h, 1.0 - 10.0_f64.powf(-depth))?;
            Some((depth, ns as f64 / 1e6))
        })
        .collect()
}

/// The next larger of 1, 2, 4, 5, 8 times a power of ten, so that quarters of it are round.
fn nice(value: f64) -> f64 {
    let power = 10.0_f64.powf(value.log10().floor());
    [1.0, 2.0, 4.0, 5.0, 8.0, 10.0].into_iter().map(|factor| factor * power).find(|top| *top >= value).unwrap_or(value)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_ends_where_the_data_end() {
        let mut h = crate::load::histogram();
        (1..=1000_u64).for_each(|i| h.saturating_record(i * 1_000_000));
        let points = points(&h);
        let last = points.last().unwrap();
        assert!((last.0 - 2.0).abs() < 0.03, "1000 samples reach p99: {last:?}");
        assert!(curves(&[("a<b", &h)]).contains("a&lt;b"));
    }

    #[test]
    fn the_axis_ends_at_a_round_number() {
        assert_eq!([3.1, 4.2, 61.0, 100.0].map(nice), [4.0, 5.0, 80.0, 100.0]);
    }
}
