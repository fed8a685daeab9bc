//! The address inside a URL: taken out for a relay, and replaced by the relay's.

use anyhow::{Context as _, bail};
use std::net::SocketAddr;

/// The parts of `scheme://user:password@host:port/rest`.
struct Parts<'a> {
    scheme: &'a str,
    /// With its `@`; empty where there is none.
    user: &'a str,
    authority: &'a str,
    /// From the first `/` or `?` on.
    rest: &'a str,
}

fn parts(url: &str) -> anyhow::Result<Parts<'_>> {
    let (scheme, after) = url.split_once("://").context("a URL has a scheme")?;
    let end = after.find(['/', '?']).unwrap_or(after.len());
    let (authority, rest) = after.split_at(end);
    let at = authority.rfind('@').map_or(0, |at| at + 1);
    let (user, authority) = authority.split_at(at);
    Ok(Parts { scheme, user, authority, rest })
}

/// The address a URL leads to; without a port, the scheme's own.
///
/// # Errors
/// When it is no URL with a host, or the host has no address.
pub async fn resolve(url: &str) -> anyhow::Result<SocketAddr> {
    let Parts { scheme, authority, .. } = parts(url)?;
    let default = match scheme {
        "postgres" | "postgresql" => 5432,
        "redis" => 6379,
        "amqp" => 5672,
        "http" => 80,
        other => bail!("no distance can be put before a {other} URL: it is encrypted or unknown"),
    };
    let has_port = authority.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let target = if has_port { authority.to_owned() } else { format!("{authority}:{default}") };
    let mut found = tokio::net::lookup_host(&target).await.with_context(|| format!("{target} has no address"))?;
    found.next().with_context(|| format!("{target} has no address"))
}

/// The same URL, leading to `address`.
///
/// # Errors
/// When it is no URL.
pub fn redirected(url: &str, address: SocketAddr) -> anyhow::Result<String> {
    let Parts { scheme, user, rest, .. } = parts(url)?;
    Ok(format!("{scheme}://{user}{address}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_address_changes() {
        let to: SocketAddr = "127.0.0.1:9".parse().unwrap();
        let cases = [
            ("postgres://me:p%40ss@db.local:5433/shop?x=y", "postgres://me:p%40ss@127.0.0.1:9/shop?x=y"),
            ("redis://127.0.0.1:1", "redis://127.0.0.1:9"),
            ("amqp://u:p@h:2/%2f", "amqp://u:p@127.0.0.1:9/%2f"),
            ("postgres://h?user=a@b", "postgres://127.0.0.1:9?user=a@b"),
        ];
        for (url, expected) in cases {
            assert_eq!(redirected(url, to).unwrap(), expected);
        }
    }

    #[tokio::test]
    async fn a_missing_port_is_the_schemes_own_and_tls_is_refused() {
        assert_eq!(resolve("redis://127.0.0.1/0").await.unwrap().port(), 6379);
        assert!(resolve("rediss://127.0.0.1").await.is_err());
        assert!(resolve("127.0.0.1:5432").await.is_err());
    }
}
