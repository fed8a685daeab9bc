//! For whom the edge asks: `Forwarded` (RFC 7239) and the older `X-Forwarded-For`, `-Host` and `-Proto`, for the origin.
//!
//! What a client says there itself is kept, as the standard wants it: an origin trusts only the last entry, which is ours.

use axum::extract::ConnectInfo;
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, header};
use std::net::SocketAddr;

const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Adds the client's address, and the host that it asked.
pub(crate) fn add(headers: &mut HeaderMap, extensions: &Extensions, host: Option<&HeaderValue>) {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
    let host = host.and_then(|host| host.to_str().ok()).filter(|host| host.bytes().all(is_of_a_host));
    let who = match peer {
        None => "unknown".to_owned(),
        // An address of IPv6 has colons, so it is quoted.
        Some(peer) if peer.is_ipv6() => format!("\"[{}]\"", peer.ip()),
        Some(peer) => peer.ip().to_string(),
    };
    let host_of = |host: &str| format!(";host=\"{host}\"");
    append(headers, header::FORWARDED, &format!("for={who}{};proto=http", host.map(host_of).unwrap_or_default()));
    if let Some(peer) = peer {
        append(headers, FOR, &peer.ip().to_string());
    }
    for (name, value) in [(HOST, host), (PROTO, Some("http"))] {
        if let Some(value) = value.filter(|_| !headers.contains_key(&name)) {
            append(headers, name, value);
        }
    }
}

fn append(headers: &mut HeaderMap, name: HeaderName, text: &str) {
    // One line, because some origins read only the first.
    let before = headers.get_all(&name).iter().filter_map(|line| line.to_str().ok());
    let all: Vec<&str> = before.chain([text]).collect();
    if let Ok(value) = HeaderValue::try_from(all.join(", ")) {
        headers.insert(name, value);
    }
}

fn is_of_a_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:[]%".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(peer: Option<&str>, before: &[(&'static str, &'static str)], host: Option<&'static str>) -> [String; 2] {
        let mut headers = HeaderMap::new();
        for (name, value) in before {
            headers.append(*name, HeaderValue::from_static(value));
        }
        let mut extensions = Extensions::new();
        if let Some(peer) = peer {
            extensions.insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
        }
        add(&mut headers, &extensions, host.map(HeaderValue::from_static).as_ref());
        [header::FORWARDED, FOR].map(|name| headers.get(name).map_or("", |line| line.to_str().unwrap()).to_owned())
    }

    #[test]
    fn the_origin_is_told_the_clients_address_behind_what_the_client_says() {
        let v4 = Some("192.0.2.7:4711");
        assert_eq!(sent(v4, &[], Some("shop:80")), ["for=192.0.2.7;host=\"shop:80\";proto=http", "192.0.2.7"]);
        assert_eq!(sent(Some("[2001:db8::7]:1"), &[], None), ["for=\"[2001:db8::7]\";proto=http", "2001:db8::7"]);
        let said = [("forwarded", "for=10.0.0.1"), ("x-forwarded-for", "10.0.0.1"), ("x-forwarded-for", "10.0.0.2")];
        let expected = ["for=10.0.0.1, for=192.0.2.7;proto=http", "10.0.0.1, 10.0.0.2, 192.0.2.7"];
        assert_eq!(sent(v4, &said, None), expected);
        assert_eq!(sent(None, &[], Some("a\"b")), ["for=unknown;proto=http", ""]);
    }
}
