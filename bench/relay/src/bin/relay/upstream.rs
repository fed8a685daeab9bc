//! Where a line leads, as a URL: the scheme says what is spoken there, host and port where it is.

use relay::Protocol;
use std::str::FromStr;

/// Understood, in the order in which they are told.
const SCHEMES: [(&str, Option<Protocol>); 6] = [
    ("postgres", Some(Protocol::Postgres)),
    ("postgresql", Some(Protocol::Postgres)),
    ("redis", Some(Protocol::Redis)),
    ("amqp", Some(Protocol::Amqp)),
    ("http", Some(Protocol::Http)),
    ("tcp", None),
];

/// The far end of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Upstream {
    pub(crate) scheme: &'static str,
    /// HOST:PORT.
    pub(crate) address: String,
    /// What is counted; nothing where only bytes are carried.
    pub(crate) protocol: Option<Protocol>,
}

impl Upstream {
    pub(crate) fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }
}

impl FromStr for Upstream {
    type Err = String;

    /// The text is not repeated: somebody may have pasted an address with a password.
    fn from_str(text: &str) -> Result<Self, String> {
        let known = SCHEMES.map(|(scheme, _)| scheme).join(", ");
        let (scheme, address) = text.split_once("://").ok_or_else(|| {
            format!("the upstream has no scheme; it must be SCHEME://HOST:PORT, the scheme one of {known}")
        })?;
        let (scheme, protocol) = SCHEMES.into_iter().find(|(known, _)| *known == scheme).ok_or_else(|| {
            format!("the upstream's scheme is none of {known}; tcp is for anything else that is not encrypted")
        })?;
        if address.contains(['/', '?', '#', '@']) {
            return Err(
                "the upstream must end with its port: no user, password, path or query; clients send those".to_owned()
            );
        }
        let port = |(host, port): (&str, &str)| !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port != 0);
        if !address.rsplit_once(':').is_some_and(port) {
            return Err("the upstream has no host or no port; it must be SCHEME://HOST:PORT".to_owned());
        }
        Ok(Self { scheme, address: address.to_owned(), protocol })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_says_what_is_counted() {
        let read = |text: &str| text.parse::<Upstream>().unwrap();
        assert_eq!(read("postgres://db:5432").protocol, Some(Protocol::Postgres));
        assert_eq!(read("tcp://[::1]:7").protocol, None);
        assert_eq!(read("http://search:8080").url(), "http://search:8080");
    }

    #[test]
    fn what_leads_nowhere_is_refused_and_not_repeated() {
        for (wrong, why) in [
            ("secret:5432", "no scheme"),
            ("https://secret:443", "none of postgres"),
            ("rediss://secret:6379", "none of postgres"),
            ("postgres://secret", "no port"),
            ("postgres://secret:", "no port"),
            ("postgres://:5432", "no host"),
            ("postgres://secret:0", "no port"),
            ("postgres://secret:99999", "no port"),
            ("postgres://shop:secret@db:5432", "no user"),
            ("postgres://db:5432/secret", "path"),
        ] {
            let mistake = wrong.parse::<Upstream>().unwrap_err();
            assert!(mistake.contains(why) && !mistake.contains("secret"), "{wrong}: {mistake}");
        }
    }
}
