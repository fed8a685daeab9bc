//! The distance of `cargo lab up`: a relay process with a line to each dependency, which stays like the services.

use crate::arms::{Process, Start, redirected, resolve};
use crate::exit::Failure;
use load::{Driver, Protocol, Request};
use relay::Distances;
use serde::Deserialize;
use stack::Ledger;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;

/// Each line, the variable whose URL leads over it, and the scheme by which the relay knows what is spoken.
const LINES: [(&str, &str, &str); 5] = [
    ("postgres", "DATABASE_URL", "postgres"),
    ("redis", "REDIS_URL", "redis"),
    ("rabbitmq", "AMQP_URL", "amqp"),
    ("recommendations", "RECOMMENDATIONS_URL", "http"),
    ("partners", "PARTNERS_URL", "http"),
];

/// `DISTANCE_MS` and its like as they were asked for.
#[derive(Debug)]
pub(super) struct Asked(Vec<(String, String)>);

/// What the services are told instead of the dependencies' own URLs, by variable.
pub(super) type Relayed = BTreeMap<&'static str, String>;

/// Reads the environment, and the option, which is stronger.
///
/// # Errors
/// Exit 2 for what is no distance, and for one to something that has no line.
pub(super) fn asked(option: Option<&str>) -> Result<Asked, Failure> {
    let read = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    let mut variables: Vec<(String, String)> =
        std::env::vars_os().filter_map(read).filter(|(name, _)| name.starts_with("DISTANCE_")).collect();
    variables.extend(option.map(|ms| ("DISTANCE_MS".to_owned(), ms.to_owned())));
    let asked = Asked(variables);
    asked.read().map_err(|mistakes| {
        Failure::usage(mistakes.join("; "))
            .remedy("cargo lab up --distance-ms 1 (0: none), or DISTANCE_POSTGRES_MS=20 cargo lab up")
    })?;
    Ok(asked)
}

impl Asked {
    fn read(&self) -> Result<Distances, Vec<String>> {
        let variables = self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        Distances::read(variables, &LINES.map(|(name, ..)| name))
    }

    /// Milliseconds there and back by line, in the lines' order.
    pub(super) fn by_line(&self) -> Vec<(&'static str, f64)> {
        let Ok(distances) = self.read() else { return Vec::new() };
        LINES.map(|(name, ..)| (name, distances.to(name).as_secs_f64() * 1e3)).to_vec()
    }

    /// Starts the relay before the dependencies that `url` finds by their variables.
    ///
    /// # Errors
    /// Exit 3 when there is no distance to be had to one of them, or the relay does not start.
    pub(super) async fn start<'a>(
        &self,
        (binary, logs, ledger): (&Path, &Path, &Ledger),
        port: u16,
        url: impl Fn(&str) -> Option<&'a str>,
    ) -> Result<(Process, Relayed), Failure> {
        let mut lines = Vec::new();
        for (name, variable, scheme) in LINES {
            let Some(url) = url(variable) else { continue };
            let upstream = resolve(url).await.map_err(|error| Failure::unfit(format!("{variable}: {error:#}")))?;
            lines.push((name, variable, url, format!("{name}=127.0.0.1:0={scheme}://{upstream}")));
        }
        let specs: Vec<&str> = lines.iter().map(|(.., spec)| spec.as_str()).collect();
        let mut environment = vec![("LISTEN_ADDR", format!("127.0.0.1:{port}")), ("RELAY_LINES", specs.join(" "))];
        environment.extend(self.0.iter().map(|(name, value)| (name.as_str(), value.clone())));
        let start = Start {
            service: "relay",
            binary,
            arguments: vec![],
            environment,
            log: logs.join("up-relay.log"),
            stays: true,
        };
        let process = Process::start(start, ledger).await?;
        let relayed = async {
            let addresses = addresses(&process).await?;
            let mut urls = Relayed::new();
            for (name, variable, url, _) in lines {
                let none = || Failure::unfit(format!("the relay has no line {name}"));
                urls.insert(variable, redirected(url, addresses.get(name).copied().ok_or_else(none)?)?);
            }
            Ok(urls)
        };
        match relayed.await {
            Ok(urls) => Ok((process, urls)),
            Err(failure) => {
                process.end_now();
                Err(failure)
            }
        }
    }
}

#[derive(Deserialize)]
struct List {
    lines: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    name: String,
    address: SocketAddr,
}

/// Where the relay listens for each line.
async fn addresses(relay: &Process) -> Result<BTreeMap<String, SocketAddr>, Failure> {
    let answer = Driver::new(Protocol::Http1)?.once(&relay.base, &Request::get("/admin/lines"), false).await?;
    let list: List = serde_json::from_slice(&answer.body)
        .map_err(|error| Failure::unfit(format!("the relay's lines cannot be read: {error}")))?;
    Ok(list.lines.into_iter().map(|line| (line.name, line.address)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_option_is_stronger_than_the_variable_and_one_line_stronger_than_both() {
        let all = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            Asked(pairs.collect()).by_line()
        };
        assert_eq!(all(&[])[0], ("postgres", 1.0));
        let both = all(&[("DISTANCE_MS", "5"), ("DISTANCE_REDIS_MS", "7"), ("DISTANCE_MS", "0")]);
        assert_eq!(both[..3], [("postgres", 0.0), ("redis", 7.0), ("rabbitmq", 0.0)]);
        let refused = asked(Some("near")).unwrap_err();
        assert!(refused.message.contains("DISTANCE_MS: must be a number of milliseconds"), "{refused}");
    }
}
