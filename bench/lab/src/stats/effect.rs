//! The effect one round shows: the difference of the log statistics of the two arms' slices.

/// d = mean of ln(candidate's slices) − mean of ln(baseline's slices); with two slices each this is
/// ½ (Σ ln q − Σ ln q). `exp(d)` is the round's ratio. `None` if an arm has no slice or a value is not positive.
pub fn round_effect(baseline: &[f64], candidate: &[f64]) -> Option<f64> {
    Some(mean_log(candidate)? - mean_log(baseline)?)
}

fn mean_log(values: &[f64]) -> Option<f64> {
    if values.is_empty() || values.iter().any(|value| !value.is_finite() || *value <= 0.0) {
        return None;
    }
    Some(values.iter().map(|value| value.ln()).sum::<f64>() / values.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::round_effect;

    #[test]
    fn two_slices_twice_as_fast_are_an_effect_of_one_half() {
        let d = round_effect(&[10.0, 20.0], &[5.0, 10.0]).unwrap();
        assert!((d.exp() - 0.5).abs() < 1e-12);
    }

    #[test]
    fn a_missing_slice_or_a_zero_has_no_effect_to_show() {
        assert_eq!(round_effect(&[], &[1.0]), None);
        assert_eq!(round_effect(&[1.0], &[0.0]), None);
    }
}
