//! Words put into request templates, some of them far more often than others.

use super::request::Request;
use bytes::Bytes;

/// The template once for each term, `placeholder` (for instance `{term}`) replaced in path and body; term k (from 0) has
/// 1/(k+1)^`exponent` of the weight. A template without the placeholder stays as it is. In the path the term is
/// percent-encoded, in the body written as within a JSON string.
///
/// # Errors
/// No terms where the template asks for one.
pub fn with_terms(
    weight: f64,
    template: Request,
    placeholder: &str,
    terms: &[String],
    exponent: f64,
) -> anyhow::Result<Vec<(f64, Request)>> {
    let body = std::str::from_utf8(&template.body).unwrap_or_default().to_owned();
    if !template.path.contains(placeholder) && !body.contains(placeholder) {
        return Ok(vec![(weight, template)]);
    }
    anyhow::ensure!(!terms.is_empty(), "{}: no terms to put in", template.path);
    let shares = zipf_weights(terms.len(), exponent);
    let filled = terms.iter().zip(shares).map(|(term, share)| {
        let path = template.path.replace(placeholder, &percent_encoded(term));
        let body = Bytes::from(body.replace(placeholder, &in_json(term)));
        (weight * share, Request { path, body, ..template.clone() })
    });
    Ok(filled.collect())
}

/// The shares of `n` keys under Zipf's law with the given exponent, most popular first; they sum to 1.
pub fn zipf_weights(n: usize, exponent: f64) -> Vec<f64> {
    let raw: Vec<f64> = (1..=n).map(|rank| (rank as f64).powf(-exponent)).collect();
    let sum: f64 = raw.iter().sum();
    raw.into_iter().map(|weight| weight / sum).collect()
}

/// As it stands between the quotes of a JSON string.
#[must_use]
pub fn in_json(term: &str) -> String {
    let quoted = serde_json::Value::from(term).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// Everything but RFC 3986's unreserved characters as %XX.
#[must_use]
pub fn percent_encoded(term: &str) -> String {
    let mut encoded = String::with_capacity(term.len());
    for byte in term.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::{with_terms, zipf_weights};
    use crate::Request;

    #[test]
    fn a_template_becomes_one_request_a_term_with_the_term_encoded() {
        let terms = ["trail shoe".to_owned(), "käse".to_owned()];
        let filled = with_terms(3.0, Request::get("/v1/search?q={term}"), "{term}", &terms, 1.0).unwrap();
        let paths: Vec<&str> = filled.iter().map(|(_, request)| request.path.as_str()).collect();
        assert_eq!(paths, ["/v1/search?q=trail%20shoe", "/v1/search?q=k%C3%A4se"]);
        assert!((filled[0].0 - 2.0).abs() < 1e-12 && (filled[1].0 - 1.0).abs() < 1e-12);
    }

    #[test]
    fn in_a_body_the_term_is_written_as_json_has_it() {
        let template = Request { body: r#"{"q":"{term}"}"#.into(), ..Request::get("/graphql") };
        let filled = with_terms(1.0, template, "{term}", &["5\" käse".to_owned()], 0.0).unwrap();
        assert_eq!(filled[0].1.body, r#"{"q":"5\" käse"}"#);
        assert_eq!(filled[0].1.path, "/graphql");
    }

    #[test]
    fn a_template_that_asks_for_a_term_needs_one_and_another_does_not() {
        assert!(with_terms(1.0, Request::get("/{term}"), "{term}", &[], 1.0).is_err());
        assert_eq!(with_terms(1.0, Request::get("/healthz"), "{term}", &[], 1.0).unwrap().len(), 1);
    }

    #[test]
    fn zipf_shares_fall_with_the_rank_and_sum_to_one() {
        let shares = zipf_weights(100, 1.0);
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!((shares[0] / shares[9] - 10.0).abs() < 1e-9);
        assert!(zipf_weights(4, 0.0).iter().all(|share| (share - 0.25).abs() < 1e-12));
    }
}
