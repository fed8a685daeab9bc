//! What `cargo lab up` says once everything serves.

use super::{ADMIN_TOKEN, Named};
use crate::context::Context;
use serde_json::json;
use std::collections::BTreeMap;

/// What is up.
pub(super) struct Facts {
    pub(super) urls: Named,
    pub(super) servers: Named,
    /// Milliseconds there and back, by line of the relay.
    pub(super) distance: Vec<(&'static str, f64)>,
    /// The Postgres is the bench's own, which answers before anything is on the disk.
    pub(super) forgets: bool,
}

pub(super) fn show(context: &Context, facts: &Facts) {
    let Facts { urls, servers, distance, forgets } = facts;
    if context.json {
        let all: BTreeMap<_, _> = urls.iter().chain(servers).cloned().collect();
        let distance: BTreeMap<_, _> = distance.iter().copied().collect();
        let object = json!({ "urls": all, "admin_token": ADMIN_TOKEN, "distance_ms": distance, "synchronous_commit_off": forgets });
        println!("{object}");
        return;
    }
    let url = |name: &str| urls.iter().find(|(one, _)| one == name).map_or("", |(_, url)| url);
    println!("search           {}/v1/search?q=lamp", url("SEARCH_URL"));
    println!("  its API        {}/openapi.json", url("SEARCH_URL"));
    println!("edge             {}/v1/search?q=lamp", url("EDGE_URL"));
    println!("  ADMIN_TOKEN    {ADMIN_TOKEN}");
    println!("checkout         {}/graphql", url("CHECKOUT_URL"));
    println!("recommendations  {} (gRPC)", url("RECOMMENDATIONS_URL"));
    println!("partners         {}", url("PARTNERS_URL"));
    for (name, url) in servers {
        println!("{name:<16} {url}");
    }
    println!("distance         {}", told(distance));
    println!("  to change it   {}/admin/lines", url("RELAY_URL"));
    if *forgets {
        println!(
            "durability       this Postgres runs with synchronous_commit=off and fsync=off, as in measurements: if it"
        );
        println!("                 is killed, the last orders may be lost although they were accepted");
    }
    // Not the servers': the bench would take DATABASE_URL for its own long after they are gone.
    println!("for your shell, by the names that the exercises' texts use:");
    for name in ["SEARCH", "EDGE", "CHECKOUT", "PARTNERS", "RELAY"] {
        println!("  {name}={}", url(&format!("{name}_URL")));
    }
    println!("  ADMIN_TOKEN='{ADMIN_TOKEN}'");
    let advice = [("cargo lab down".to_owned(), "stops it".to_owned())];
    print!("{}", context.terminal.next(&advice));
}

/// Lines of the same length together.
fn told(distance: &[(&str, f64)]) -> String {
    let mut lengths: Vec<(f64, Vec<&str>)> = Vec::new();
    for (name, ms) in distance {
        match lengths.iter_mut().find(|(length, _)| length == ms) {
            Some((_, names)) => names.push(name),
            None => lengths.push((*ms, vec![name])),
        }
    }
    let told: Vec<String> = lengths
        .iter()
        .map(|(ms, names)| match *ms {
            0.0 => format!("none to {}", names.join(", ")),
            ms => format!("{ms} ms there and back to {}", names.join(", ")),
        })
        .collect();
    told.join("; ")
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn lines_of_one_length_are_told_together() {
        let distance = [("postgres", 20.0), ("redis", 1.0), ("rabbitmq", 1.0), ("partners", 0.0)];
        assert_eq!(
            told(&distance),
            "20 ms there and back to postgres; 1 ms there and back to redis, rabbitmq; none to partners"
        );
    }
}
