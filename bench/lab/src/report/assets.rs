//! The files the pages are made of, compiled in; `bench/lab/assets/README.md` says where they come from.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};

/// The look of all pages.
pub const PAGE_CSS: &str = include_str!("../../assets/page.css");
/// uPlot's own style.
pub const UPLOT_CSS: &str = include_str!("../../assets/uplot/uPlot.min.css");
/// uPlot.
pub const UPLOT_JS: &str = include_str!("../../assets/uplot/uPlot.iife.min.js");
/// Draws the charts of a page.
pub const CHARTS_JS: &str = include_str!("../../assets/charts.js");
/// Follows a run.
pub const LIVE_JS: &str = include_str!("../../assets/live.js");

/// What a report may do: run these scripts and no others, load nothing, send nothing.
pub fn policy(scripts: &[&str]) -> String {
    let hashes: Vec<String> = scripts
        .iter()
        .map(|script| format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(script.as_bytes()))))
        .collect();
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src {}; img-src data:; base-uri 'none'; form-action 'none'",
        hashes.join(" ")
    )
}

/// JSON that may stand inside of a `script` element: nothing in it can end the element.
pub fn embedded(value: &serde_json::Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_script_needs_eval_or_can_end_its_own_element() {
        for script in [UPLOT_JS, CHARTS_JS, LIVE_JS] {
            for forbidden in ["eval(", "new Function", "</script", "<!--"] {
                assert!(!script.contains(forbidden), "{forbidden}");
            }
        }
    }

    #[test]
    fn the_policy_names_each_script_by_its_hash() {
        // printf 'alert(1)' | openssl dgst -sha256 -binary | base64
        assert!(policy(&["alert(1)"]).contains("'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"));
    }

    #[test]
    fn data_cannot_end_the_element_it_stands_in() {
        let text = embedded(&serde_json::json!({"statement": "</script><script>alert(1)</script>"}));
        assert!(!text.contains('<'), "{text}");
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["statement"], "</script><script>alert(1)</script>");
    }
}
