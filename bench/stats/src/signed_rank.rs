//! The distribution of Wilcoxon's signed-rank statistic, exact for few values and normal for many.

use super::normal;

/// Up to here the distribution is counted out; beyond it the normal approximation errs by less than a rank.
const EXACT_UP_TO: usize = 100;

/// The smallest `w` with P(W ≤ w) ≥ `p`, where W is the sum of the positive ranks of `n` values symmetric about zero
/// (what R calls `qsignrank`).
pub(super) fn quantile(p: f64, n: usize) -> usize {
    if n > EXACT_UP_TO {
        let size = n as f64;
        let mean = size * (size + 1.0) / 4.0;
        let deviation = (size * (size + 1.0) * (2.0 * size + 1.0) / 24.0).sqrt();
        return (mean + normal::quantile(p) * deviation - 0.5).ceil().max(0.0) as usize;
    }
    let mut below = 0.0;
    for (w, share) in shares(n).iter().enumerate() {
        below += share;
        if below >= p {
            return w;
        }
    }
    n * (n + 1) / 2
}

/// P(W = w) for every w: each rank joins the sum or not, with even odds.
fn shares(n: usize) -> Vec<f64> {
    let mut shares = vec![0.0; n * (n + 1) / 2 + 1];
    shares[0] = 1.0;
    let mut top = 0;
    for rank in 1..=n {
        top += rank;
        for w in (0..=top).rev() {
            let with = if w >= rank { shares[w - rank] } else { 0.0 };
            shares[w] = 0.5 * (shares[w] + with);
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::{quantile, shares};

    #[test]
    fn the_exact_quantiles_match_the_printed_tables() {
        // Critical values for 2.5 % in one tail are the largest w with P(W ≤ w) ≤ 0.025; the quantile is the next one.
        for (n, critical) in [(6, 0), (7, 2), (8, 3), (10, 8), (15, 25), (20, 52), (30, 137)] {
            assert_eq!(quantile(0.025, n), critical + 1, "n = {n}");
        }
        assert_eq!(quantile(0.025, 5), 0, "five values cannot reach 95 %");
    }

    #[test]
    fn the_shares_add_up_and_are_symmetric() {
        let shares = shares(40);
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(shares.iter().zip(shares.iter().rev()).all(|(a, b)| (a - b).abs() < 1e-12));
    }

    #[test]
    fn the_normal_approximation_continues_where_the_exact_count_ends() {
        let (exact, approximate) = (quantile(0.025, 100) as f64, quantile(0.025, 101) as f64);
        let step = approximate - exact;
        assert!((20.0..60.0).contains(&step), "from {exact} to {approximate}");
    }
}
