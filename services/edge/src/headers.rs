//! Headers that are not forwarded: those of one connection, and those between origin and edge.

use crate::forwarded;
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, header};

/// The groups a response belongs to (RFC 9875); between origin and edge.
pub(crate) const GROUPS: HeaderName = HeaderName::from_static("cache-groups");
/// The groups that a change made stale (RFC 9875).
pub(crate) const INVALIDATED: HeaderName = HeaderName::from_static("cache-group-invalidation");
/// How the edge handled a request (RFC 9211).
pub(crate) const CACHE_STATUS: HeaderName = HeaderName::from_static("cache-status");

/// RFC 9110, section 7.6.1, and what older programs send.
const HOP_BY_HOP: [&str; 9] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Conditions and ranges: the edge fetches whole responses, and answers conditions itself.
const CONDITIONS: [HeaderName; 6] = [
    header::IF_NONE_MATCH,
    header::IF_MODIFIED_SINCE,
    header::IF_MATCH,
    header::IF_UNMODIFIED_SINCE,
    header::IF_RANGE,
    header::RANGE,
];

/// Removes what belongs to the connection the message came on, and adds the edge to `Via`.
pub(crate) fn strip_hop_by_hop(headers: &mut HeaderMap) {
    let named = headers.get_all(header::CONNECTION).iter().filter_map(|list| list.to_str().ok());
    let named: Vec<String> = named.flat_map(|list| list.split(',')).map(|name| name.trim().to_owned()).collect();
    for name in named.iter().map(String::as_str).chain(HOP_BY_HOP) {
        headers.remove(name);
    }
    headers.append(header::VIA, HeaderValue::from_static("1.1 edge"));
}

/// The request's headers as the origin may see them, and for whom it is asked.
pub(crate) fn to_origin(mut headers: HeaderMap, extensions: &Extensions) -> HeaderMap {
    let host = headers.get(header::HOST).cloned();
    strip_hop_by_hop(&mut headers);
    forwarded::add(&mut headers, extensions, host.as_ref());
    // The origin is another host; the client writes the length anew.
    headers.remove(header::HOST);
    headers.remove(header::CONTENT_LENGTH);
    headers
}

/// Without conditions: the store needs whole responses.
pub(crate) fn unconditional(mut headers: HeaderMap) -> HeaderMap {
    for condition in CONDITIONS {
        headers.remove(condition);
    }
    headers
}

/// Removes what is only for the edge.
pub(crate) fn strip_internal(headers: &mut HeaderMap) {
    for name in [GROUPS, INVALIDATED] {
        headers.remove(name);
    }
}

/// The strings of a list header of strings. Parameters, which RFC 9875 does not define, are skipped.
pub(crate) fn strings(headers: &HeaderMap, name: &HeaderName) -> Vec<String> {
    let lists = headers.get_all(name).iter().filter_map(|list| list.to_str().ok());
    let quoted = lists.flat_map(|list| list.split('"').skip(1).step_by(2));
    quoted.filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn what_belongs_to_the_connection_stays_on_it() {
        let mut found = headers(&[
            ("connection", "close, X-Private"),
            ("x-private", "1"),
            ("te", "trailers"),
            ("upgrade", "h2c"),
            ("accept", "*/*"),
            ("via", "1.0 phone"),
        ]);
        strip_hop_by_hop(&mut found);
        let names: Vec<&str> = found.keys().map(HeaderName::as_str).collect();
        assert_eq!(names, ["accept", "via"]);
        assert_eq!(found.get_all("via").iter().count(), 2);
    }

    #[test]
    fn a_list_of_strings_is_read_over_several_lines() {
        let found = headers(&[("cache-groups", r#""product-1", "product-2";x=1"#), ("cache-groups", r#""sale""#)]);
        assert_eq!(strings(&found, &GROUPS), ["product-1", "product-2", "sale"]);
        assert!(strings(&HeaderMap::new(), &GROUPS).is_empty());
    }
}
