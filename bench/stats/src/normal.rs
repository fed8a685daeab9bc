//! The quantile of the standard normal distribution.

/// The value below which a share `p` of the standard normal distribution lies, for `p` in (0, 1).
///
/// P. J. Acklam's rational approximation ("An algorithm for computing the inverse normal cumulative distribution
/// function", 2003); relative error below 1.2e-9.
pub fn quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969683028665376e1,
        2.209460984245205e2,
        -2.759285104469687e2,
        1.38357751867269e2,
        -3.066479806614716e1,
        2.506628277459239,
    ];
    const B: [f64; 5] =
        [-5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1];
    const C: [f64; 6] = [
        -7.784894002430293e-3,
        -3.223964580411365e-1,
        -2.400758277161838,
        -2.549732539343734,
        4.374664141464968,
        2.938163982698783,
    ];
    const D: [f64; 4] = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416];
    const EDGE: f64 = 0.02425;

    let polynomial = |coefficients: &[f64], x: f64| coefficients.iter().fold(0.0, |sum, c| sum * x + c);
    if p > 1.0 - EDGE {
        return -quantile(1.0 - p);
    }
    if p < EDGE {
        let q = (-2.0 * p.ln()).sqrt();
        return polynomial(&C, q) / (polynomial(&D, q) * q + 1.0);
    }
    let q = p - 0.5;
    let r = q * q;
    polynomial(&A, r) * q / (polynomial(&B, r) * r + 1.0)
}

#[cfg(test)]
mod tests {
    use super::quantile;

    #[test]
    fn the_quantiles_match_the_printed_tables() {
        for (p, z) in [(0.5, 0.0), (0.8, 0.8416212), (0.975, 1.9599640), (0.995, 2.5758293), (0.001, -3.0902323)] {
            assert!((quantile(p) - z).abs() < 1e-6, "{p}: {} is not {z}", quantile(p));
        }
    }
}
