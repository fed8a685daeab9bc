//! What people call the numbers that programs name: the words where `exercise.toml` gives none.

/// The numbers most exercises are about.
const KNOWN: [(&str, &str); 27] = [
    ("db_queries_per_request", "database queries per request"),
    ("rows_returned_per_request", "database rows returned per request"),
    ("rows_examined_per_returned", "database rows examined per row returned"),
    ("distinct_statements_per_request", "different statements per request"),
    ("cache_calls_per_request", "cache calls per request"),
    ("cache_hit_share", "requests answered from the cache"),
    ("origin_calls_per_request", "calls to the origin per request"),
    ("rpc_calls_per_request", "RPC calls per request"),
    ("partner_calls_per_request", "calls to partners per request"),
    ("messages_published_per_request", "messages published per request"),
    ("response_bytes", "bytes on the wire per request"),
    ("body_bytes", "bytes of the body per request, decoded"),
    ("cpu_ms_per_request", "CPU time per request"),
    ("errors_per_request", "errors per request"),
    ("spans_per_request", "spans per request"),
    ("longest_poll_ms", "longest time that a request holds a worker thread"),
    ("loads_per_expiry", "loads each time the cached entry expires"),
    ("db_peak_to_mean", "peak of the database's load over its mean"),
    ("error_share", "requests that fail"),
    ("requests", "requests sent"),
    ("lost", "accepted orders that were lost"),
    ("p50", "median latency"),
    ("p90", "p90 latency"),
    ("p95", "p95 latency"),
    ("p99", "p99 latency"),
    ("max", "longest latency"),
    ("mean", "mean latency"),
];

/// Counts of the same kind for each dependency: `recommendations_connections_per_request`.
const CONNECTIONS: &str = "_connections_per_request";

/// A number's name in words: `hang.browse.error_share` is "browse requests that fail, phase hang".
pub fn phrase(name: &str) -> String {
    if let Some(of) = name.strip_suffix("_ratio") {
        return format!("{}, relative to the flawed version", phrase(of));
    }
    if let Some(of) = name.strip_suffix("_growth") {
        return format!("{}, at the second size relative to the first", phrase(of));
    }
    if let Some(of) = name.strip_suffix("@4n") {
        return format!("{}, at the second size", phrase(of));
    }
    let parts: Vec<&str> = name.split('.').collect();
    match parts.as_slice() {
        [phase, "calls", partner] => format!("calls to {} per request{}", plain(partner), during(phase)),
        [phase, "second", what] => format!("{}, in a second process{}", known(what), during(phase)),
        [phase, tag, what] => format!("{}{}", tagged(tag, what), during(phase)),
        // `TAG.p95` of a quiet hour, `PHASE.error_share` of a phase.
        [tag, what] if is_latency(what) => tagged(tag, what),
        [phase, what] => format!("{}{}", known(what), during(phase)),
        _ => known(name),
    }
}

/// Where a number stands in a table: those that most exercises are about come first, then the others by name.
pub fn rank(name: &str) -> usize {
    KNOWN.iter().position(|(key, _)| *key == name).unwrap_or(KNOWN.len())
}

fn during(phase: &str) -> String {
    format!(", phase {}", plain(phase))
}

fn tagged(tag: &str, what: &str) -> String {
    match what {
        "error_share" => format!("{} requests that fail", plain(tag)),
        "without_extras_share" => format!("answers to {} requests that lack an extra", plain(tag)),
        _ => format!("{} of {} requests", known(what), plain(tag)),
    }
}

fn is_latency(name: &str) -> bool {
    let name = name.strip_suffix("_ms").unwrap_or(name);
    ["p50", "p90", "p95", "p99", "p999", "max", "mean"].contains(&name)
}

fn known(name: &str) -> String {
    let of = |name: &str| KNOWN.iter().find(|(key, _)| *key == name).map(|(_, words)| (*words).to_owned());
    of(name)
        .or_else(|| name.strip_suffix("_ms").filter(|of| is_latency(of)).and_then(of))
        .or_else(|| name.strip_suffix(CONNECTIONS).map(|to| format!("connections opened to {} per request", plain(to))))
        .unwrap_or_else(|| plain(&name.replace("_per_request", " per request")))
}

fn plain(name: &str) -> String {
    name.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::{phrase, rank};

    #[test]
    fn every_kind_of_name_has_words() {
        for (name, words) in [
            ("db_queries_per_request", "database queries per request"),
            ("p95_ratio", "p95 latency, relative to the flawed version"),
            ("health.p99_ratio", "p99 latency of health requests, relative to the flawed version"),
            ("p95_growth", "p95 latency, at the second size relative to the first"),
            ("response_bytes_ratio", "bytes on the wire per request, relative to the flawed version"),
            ("rpc_calls_per_request@4n", "RPC calls per request, at the second size"),
            ("email_down.error_share", "requests that fail, phase email down"),
            ("email_down.partner_calls_per_request", "calls to partners per request, phase email down"),
            ("hang.browse.error_share", "browse requests that fail, phase hang"),
            ("hang.suggest.without_extras_share", "answers to suggest requests that lack an extra, phase hang"),
            ("hang.browse.p90_ms", "p90 latency of browse requests, phase hang"),
            ("rush.health.p95_ms_ratio", "p95 latency of health requests, phase rush, relative to the flawed version"),
            ("beside.second.db_queries_per_request", "database queries per request, in a second process, phase beside"),
            ("hang.calls.payment", "calls to payment per request, phase hang"),
            ("killed.lost", "accepted orders that were lost, phase killed"),
            ("partners_connections_per_request", "connections opened to partners per request"),
            ("a_number_nobody_listed", "a number nobody listed"),
        ] {
            assert_eq!(phrase(name), words, "{name}");
        }
    }

    #[test]
    fn what_most_exercises_are_about_stands_first() {
        assert!(rank("db_queries_per_request") < rank("spans_per_request"));
        assert!(rank("spans_per_request") < rank("a_number_nobody_listed"));
    }
}
