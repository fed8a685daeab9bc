//! An address to send load to: checked before anything is sent, and never a public one by accident.

use crate::exit::Failure;
use http::Uri;
use std::net::{IpAddr, Ipv6Addr};

/// Reads and checks an address: plain HTTP, a host that has an address, no path. Load goes to this machine and to private networks;
/// anything else only where `mine` says so.
///
/// # Errors
/// Exit 2 for what is no such address, or a public one without `mine`; exit 3 for a name that has no address.
pub async fn address(text: &str, mine: bool) -> Result<Uri, Failure> {
    let example = "write it as http://127.0.0.1:8081";
    let wrong = |why: &str| Failure::usage(format!("{text:?} is no address to send load to: {why}")).remedy(example);
    let uri: Uri = text.parse().map_err(|_| wrong("it cannot be read as a URL"))?;
    match uri.scheme_str() {
        Some("http") => {}
        Some("https") => return Err(wrong("the driver speaks no TLS; measure behind what ends it")),
        _ => return Err(wrong("it needs a scheme")),
    }
    let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(|| wrong("it names no host"))?.to_owned();
    if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return Err(wrong("it carries a user; send a header instead: --header 'authorization: …'"));
    }
    if uri.path_and_query().is_some_and(|path| path.as_str() != "/") {
        return Err(wrong("paths are said with --get PATH, the same for both"));
    }
    let has_port = uri.authority().is_some_and(|authority| authority.as_str().len() > host.len());
    let port = match uri.port_u16() {
        Some(port) => port,
        None if has_port => return Err(wrong("its port is none")),
        None => 80,
    };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let found: Vec<IpAddr> = tokio::net::lookup_host((bare, port))
        .await
        .map_err(|error| Failure::unfit(format!("{host} has no address: {error}")).remedy("look at its spelling"))?
        .map(|address| address.ip())
        .collect();
    if let Some(public) = found.iter().find(|ip| !is_near(**ip)).filter(|_| !mine) {
        return Err(Failure::usage(format!(
            "{host} is {public}, a public address: load on somebody else's server is an attack"
        ))
        .remedy("if it is yours: the same command with --yes-this-is-mine"));
    }
    format!("http://{host}:{port}").parse().map_err(|_| wrong("it cannot be read as a URL"))
}

/// This machine, and networks that nobody routes: RFC 1918, 6598 and 3927, and their kin of IPv6 (RFC 4193, 4291).
fn is_near(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let shared = ip.octets()[0] == 100 && (64..128).contains(&ip.octets()[1]);
            ip.is_loopback() || ip.is_unspecified() || ip.is_private() || ip.is_link_local() || shared
        }
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(ip) => is_near(IpAddr::V4(ip)),
            None => {
                ip == Ipv6Addr::LOCALHOST || ip.is_unspecified() || ip.is_unique_local() || ip.is_unicast_link_local()
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::address;
    use crate::exit::Exit;

    #[tokio::test]
    async fn a_host_and_a_port_are_an_address() {
        for (text, read) in [
            ("http://127.0.0.1:8081", "http://127.0.0.1:8081/"),
            ("http://127.0.0.1", "http://127.0.0.1:80/"),
            ("http://[::1]:9/", "http://[::1]:9/"),
            ("http://10.1.2.3:80", "http://10.1.2.3:80/"),
            ("http://0.0.0.0:9", "http://0.0.0.0:9/"),
        ] {
            assert_eq!(address(text, false).await.unwrap().to_string(), read, "{text}");
        }
    }

    #[tokio::test]
    async fn anything_else_is_refused_with_the_reason() {
        for (text, why) in [
            ("127.0.0.1:8081", "scheme"),
            ("localhost", "scheme"),
            ("https://localhost", "TLS"),
            ("ftp://localhost", "scheme"),
            ("http://", "URL"),
            ("http://localhost:8081/v1/search", "--get"),
            ("http://me:secret@localhost", "--header"),
            ("http://local host", "URL"),
            ("http://localhost:99999", "port"),
            ("http://localhost:", "port"),
            ("", "URL"),
        ] {
            let failure = address(text, false).await.unwrap_err();
            assert_eq!(failure.exit, Exit::Usage, "{text}: {failure}");
            assert!(failure.to_string().contains(why), "{text}: {failure}");
        }
    }

    #[tokio::test]
    async fn a_public_address_takes_a_word_of_its_owner() {
        for public in ["http://192.0.2.1:80", "http://[2001:db8::1]:80", "http://8.8.8.8"] {
            let failure = address(public, false).await.unwrap_err();
            assert!(failure.remedy.contains("--yes-this-is-mine"), "{failure}");
            assert!(address(public, true).await.is_ok(), "{public}");
        }
    }
}
