//! The directives of `Cache-Control` as RFC 9111 reads them: names without regard to case, quoted values, several lines.
//!
//! `http-cache-semantics` compares names as they are written and splits at every comma, also at those in quotes, so
//! `Private, max-age=60` was shared. It and everything else here see [`normalised`] headers only. Where something cannot be
//! read, the stricter reading wins.

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// Directives whose value is a number of seconds.
const SECONDS: [&str; 6] =
    ["max-age", "s-maxage", "stale-while-revalidate", "stale-if-error", "min-fresh", "max-stale"];
/// Directives that may name fields they are limited to. A cache that keeps whole responses takes them without limit.
const LIMITED: [&str; 3] = ["private", "no-cache", "no-store"];
/// The most seconds that count, as RFC 9111 section 1.2.2 says: 2^31.
const MOST: u64 = 1 << 31;

/// What the lines of a field say, each name once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Directives(Vec<(String, Option<String>)>);

impl Directives {
    /// Of `Cache-Control`.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut all = Self::default();
        for line in headers.get_all(header::CACHE_CONTROL) {
            // Bytes beyond ASCII in one directive must not hide the others.
            let line = String::from_utf8_lossy(line.as_bytes());
            for part in parts(&line) {
                all.add(part);
            }
        }
        all
    }

    /// Whether a directive is there, with or without a value: `private="set-cookie"` counts as `private`.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(one, _)| one == name)
    }

    /// The seconds of a directive; 0 where it is there and they cannot be read.
    pub(crate) fn seconds(&self, name: &str) -> Option<u64> {
        let (_, value) = self.0.iter().find(|(one, _)| one == name)?;
        Some(value.as_deref().and_then(|value| value.parse().ok()).unwrap_or(0))
    }

    fn add(&mut self, part: &str) {
        let part = part.trim_matches(is_space);
        // What follows the name of a directive and is no value, such as another directive after a semicolon, is ignored.
        let end = part.find(|c: char| !is_token(c)).unwrap_or(part.len());
        let (name, rest) = (part[..end].to_ascii_lowercase(), part[end..].trim_start_matches(is_space));
        if name.is_empty() {
            return;
        }
        let mut value = rest.strip_prefix('=').map(|value| unquoted(value.trim_matches(is_space)));
        if SECONDS.contains(&name.as_str()) {
            // Only `max-stale` means something without one: any age will do.
            value = value.map(|text| seconds(&text).to_string()).or((name != "max-stale").then(|| "0".to_owned()));
        }
        match self.0.iter_mut().find(|(one, _)| *one == name) {
            None => self.0.push((name, value)),
            Some((_, known)) if SECONDS.contains(&name.as_str()) => *known = least(known.take(), value),
            Some(_) => {}
        }
    }
}

/// The fields that a cache decides by, rewritten so that every reader reads the same: `Cache-Control`, and `Pragma` in lower case.
pub(crate) fn normalised(mut headers: HeaderMap) -> HeaderMap {
    let directives = Directives::of(&headers);
    let mut said = Vec::new();
    for (name, value) in directives.0 {
        match value {
            // A comma would be taken for the end of the directive.
            Some(value) if !value.is_empty() && value.chars().all(is_token) && !LIMITED.contains(&name.as_str()) => {
                said.push(format!("{name}={value}"));
            }
            _ => said.push(name),
        }
    }
    rewrite(&mut headers, header::CACHE_CONTROL, &said.join(", "));
    let lines = headers.get_all(header::PRAGMA).iter();
    let pragma: Vec<String> = lines.map(|line| String::from_utf8_lossy(line.as_bytes()).to_ascii_lowercase()).collect();
    rewrite(&mut headers, header::PRAGMA, &pragma.join(", "));
    headers
}

fn rewrite(headers: &mut HeaderMap, name: HeaderName, text: &str) {
    let there = headers.remove(&name).is_some();
    let visible: String = text.chars().filter(|c| matches!(c, ' '..='~')).collect();
    if let (true, Ok(value)) = (there, HeaderValue::try_from(visible)) {
        headers.insert(name, value);
    }
}

/// Splits at the commas that are not in quotes. A quote that is never closed hides nothing: then every comma after it counts.
fn parts(line: &str) -> Vec<&str> {
    let (mut quoted, mut escaped) = (false, false);
    let mut parts: Vec<&str> = line
        .split(|c| {
            let ends = c == ',' && !quoted;
            match c {
                _ if escaped => escaped = false,
                '\\' if quoted => escaped = true,
                '"' => quoted = !quoted,
                _ => {}
            }
            ends
        })
        .collect();
    if quoted && let Some(open) = parts.pop() {
        parts.extend(open.split(','));
    }
    parts
}

fn unquoted(value: &str) -> String {
    match value.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"').unwrap_or(rest).replace('\\', ""),
        None => value.to_owned(),
    }
}

/// Digits only; more of them than fit stand for a very long time, anything else for none at all.
fn seconds(text: &str) -> u64 {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().unwrap_or(MOST).min(MOST) } else { 0 }
}

/// Of two values for one directive the stricter.
fn least(one: Option<String>, other: Option<String>) -> Option<String> {
    let number = |text: &String| text.parse().unwrap_or(0_u64);
    one.into_iter().chain(other).min_by_key(number)
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

/// RFC 9110, section 5.6.2.
fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn headers(lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::CACHE_CONTROL, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        headers
    }

    fn said(lines: &[&str]) -> String {
        normalised(headers(lines)).get(header::CACHE_CONTROL).map_or("", |value| value.to_str().unwrap()).to_owned()
    }

    #[test]
    fn every_spelling_is_one_directive() {
        for (lines, expected) in [
            (&["Private, max-age=60"][..], "private, max-age=60"),
            (&["PRIVATE"], "private"),
            (&["No-Store"], "no-store"),
            (&["Public , S-MaxAge = \"60\""], "public, s-maxage=60"),
            (&["max-age=60", "\tPrivate\t"], "max-age=60, private"),
            (&["private=\"Set-Cookie, X\", max-age=9"], "private, max-age=9"),
            (&["x=\"private, max-age=60\\\", no-store\", public"], "x, public"),
            (&["private; max-age=60"], "private"),
            (&["max-age=60, max-age=5"], "max-age=5"),
            (&["max-age=5", "Max-Age=60"], "max-age=5"),
            (&["max-age=soon, s-maxage=-1, stale-if-error=1.5"], "max-age=0, s-maxage=0, stale-if-error=0"),
            (&["max-age"], "max-age=0"),
            (&["max-stale"], "max-stale"),
            (&["max-stale, max-stale=5"], "max-stale=5"),
            (&["max-age=99999999999999999999999"], "max-age=2147483648"),
            (&["private, x=\"é\""], "private, x"),
            (&["é, Private"], "private"),
            (&[", ,, =, no-cache,"], "no-cache"),
            (&["\"private\""], ""),
            (&["max-age=60, x=\"oops, private"], "max-age=60, x=oops, private"),
            (&["x=\"a, b\", y=\"a\\\", no-store"], "x, y=a, no-store"),
        ] {
            assert_eq!(said(lines), expected, "{lines:?}");
        }
    }

    #[test]
    fn what_is_not_there_is_not_added() {
        assert!(normalised(HeaderMap::new()).is_empty());
        let pragma = HeaderMap::from_iter([(header::PRAGMA, HeaderValue::from_static("No-Cache"))]);
        assert_eq!(normalised(pragma)[header::PRAGMA], "no-cache");
    }

    proptest! {
        #[test]
        fn no_spelling_hides_that_an_answer_is_private(
            upper in prop::collection::vec(any::<bool>(), 8),
            name in prop::sample::select(vec!["private", "no-store", "no-cache"]),
            before in "[ \\t,]{0,4}(x=\"[a-z, =]{0,8}\",)?",
            after in "[ \\t]{0,2}(=\"[a-z, ]{0,8}\")?(,[ -~]{0,20})?",
        ) {
            let spelled: String =
                name.chars().zip(upper.iter().cycle()).map(|(c, u)| if *u { c.to_ascii_uppercase() } else { c }).collect();
            let line = format!("{before}{spelled}{after}");
            let read = Directives::of(&headers(&[&line]));
            prop_assert!(read.has(name), "{}: {:?}", line, read);
            prop_assert!(said(&[&line]).split(", ").any(|one| one == name), "{}", line);
        }

        #[test]
        fn any_bytes_are_read_to_their_end(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            if let Ok(value) = HeaderValue::from_bytes(&bytes) {
                let once = normalised(HeaderMap::from_iter([(header::CACHE_CONTROL, value)]));
                prop_assert_eq!(normalised(once.clone()), once);
            }
        }
    }
}
