//! The quantile of Student's t distribution for whole degrees of freedom.

use std::f64::consts::{FRAC_PI_2, PI};

/// The value below which a share `p` (0.5 ≤ p < 1) of Student's t with `degrees` degrees of freedom lies.
///
/// The distribution function for whole degrees is a finite series (Abramowitz and Stegun, 26.7.3 and 26.7.4); it is
/// inverted by bisection, which is exact enough and cannot fail to converge.
pub(super) fn quantile(p: f64, degrees: usize) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    while central(high, degrees) < 2.0 * p - 1.0 {
        high *= 2.0;
        if high > 1e12 {
            return f64::INFINITY;
        }
    }
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if central(middle, degrees) < 2.0 * p - 1.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// P(−t < T < t).
fn central(t: f64, degrees: usize) -> f64 {
    let v = degrees as f64;
    let theta = (t / v.sqrt()).atan();
    let (sine, cosine2) = (theta.sin(), theta.cos().powi(2));
    let odd = degrees % 2 == 1;
    let (mut term, mut sum) = if odd { (theta.cos(), theta.cos()) } else { (1.0, 1.0) };
    let mut k = if odd { 3 } else { 2 };
    while k + 2 <= degrees {
        // odd: 2/3, 4/5, ...; even: 1/2, 3/4, ...
        term *= cosine2 * (k - 1) as f64 / k as f64;
        sum += term;
        k += 2;
    }
    match (odd, degrees) {
        (true, 1) => theta / FRAC_PI_2,
        (true, _) => 2.0 / PI * (theta + sine * sum),
        (false, _) => sine * sum,
    }
}

#[cfg(test)]
mod tests {
    use super::quantile;

    #[test]
    fn the_quantiles_match_the_printed_tables() {
        let table =
            [(1, 12.7062), (2, 4.30265), (3, 3.18245), (4, 2.77645), (5, 2.57058), (10, 2.22814), (29, 2.04523)];
        for (degrees, t) in table {
            let found = quantile(0.975, degrees);
            assert!((found - t).abs() < 1e-4, "{degrees} degrees: {found} is not {t}");
        }
        assert!((quantile(0.975, 100_000) - 1.95998).abs() < 1e-4);
    }
}
