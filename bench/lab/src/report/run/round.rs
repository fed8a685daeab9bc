//! How figures are rounded before they are written.

/// Three decimals: more would be noise.
pub fn round(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}
