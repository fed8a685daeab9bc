//! The outside count against the spans' count, arm by arm: what differs, what is said of it, and which of the two decides.

use super::background::{Background, statements};
use crate::pipeline::{Counted, Passed};
use std::collections::BTreeMap;
use trace::QueryGroup;

/// Differences below this are rounding: a tenth of a call per request, or a twentieth of all.
const ABSOLUTE: f64 = 0.1;
const RELATIVE: f64 = 0.05;
/// And so are fewer calls than this in the whole slice: a poll more, or a request whose way differs by chance.
const CALLS: f64 = 5.0;
/// What is shown of a statement.
const STATEMENT: usize = 100;

/// A count that the outside knows as well.
pub(super) struct Compared {
    /// Its name in targets.
    pub(super) name: &'static str,
    /// The count of spans that means the same as the outside's.
    pub(super) spans: &'static str,
    /// Where it is counted.
    pub(super) dependencies: &'static [&'static str],
    /// What it counts, for people.
    pub(super) what: &'static str,
}

/// All of them. Commands of a cache are counted outside; a pipeline of several is one call, so what is missing is added.
pub(super) const COMPARED: [Compared; 6] = [
    Compared {
        name: "db_queries_per_request",
        spans: "db_queries_per_request",
        dependencies: &["postgres"],
        what: "statements",
    },
    Compared {
        name: "cache_calls_per_request",
        spans: "cache_commands_per_request",
        dependencies: &["redis"],
        what: "cache commands",
    },
    Compared {
        name: "rpc_calls_per_request",
        spans: "rpc_calls_per_request",
        dependencies: &["recommendations", "origin"],
        what: "calls to other services",
    },
    Compared {
        name: "origin_calls_per_request",
        spans: "origin_calls_per_request",
        dependencies: &["origin"],
        what: "calls to the origin",
    },
    Compared {
        name: "partner_calls_per_request",
        spans: "partner_calls_per_request",
        dependencies: &["partners"],
        what: "calls to partners",
    },
    Compared {
        name: "messages_published_per_request",
        spans: "messages_published_per_request",
        dependencies: &["rabbitmq"],
        what: "messages",
    },
];

/// What passed per request under the names that targets use, background included: of a process that no spans are read of.
pub(in crate::pipeline) fn per_request(passed: &Passed) -> BTreeMap<&'static str, f64> {
    COMPARED.iter().filter_map(|one| Some((one.name, passed.per_request(one.dependencies)?))).collect()
}

/// Holds the outside counts of all arms against their spans'; the first arm is the baseline. Where they differ the outside count
/// takes the place of the spans', and a sentence says so. Every arm's outside counts are kept beside the others, without the
/// service's own background.
pub fn reconcile(names: &[String], counted: &mut [Counted]) -> Vec<String> {
    let Some(baseline) = counted.first() else { return Vec::new() };
    let background = Background::of(&baseline.passed, &baseline.analysis.queries);
    let mut remarks = Vec::new();
    for (name, counted) in names.iter().zip(counted).filter(|(_, counted)| counted.passed.requests > 0) {
        let passed = background.taken_from(&counted.passed);
        remarks.extend(passed.unsure().map(|(dependency, connections)| {
            format!(
                "{name}: {connections} connections to {dependency} could not be read; what went over them is not counted"
            )
        }));
        remarks.extend(COMPARED.iter().filter_map(|one| Some(format!("{name}: {}", one.settle(counted, &passed)?))));
    }
    remarks
}

impl Compared {
    /// Keeps the outside count, and puts it in the place of the spans' where they differ; then, what to say.
    fn settle(&self, counted: &mut Counted, passed: &Passed) -> Option<String> {
        let outside = passed.per_request(self.dependencies)?;
        let spans = *counted.counts.get(self.spans)?;
        counted.outside.insert(self.name.to_owned(), outside);
        let difference = outside - spans;
        let rounding = ABSOLUTE.max(RELATIVE * outside.max(spans));
        // What could not be read may be what is missing.
        let unread = difference < 0.0 && !passed.is_sure(self.dependencies);
        if unread || difference.abs() <= rounding || difference.abs() * (passed.requests as f64) < CALLS {
            return None;
        }
        *counted.counts.entry(self.name.to_owned()).or_default() += difference;
        let (number, what) = (shown(difference.abs()), self.what);
        if difference < 0.0 {
            return Some(format!("{number} {what} a request are in spans and never left the process"));
        }
        let most = (self.dependencies == ["postgres"]).then(|| unseen(passed, &counted.analysis.queries)).flatten();
        let most = most.map_or(String::new(), |text| format!("; most of them: {text}"));
        Some(format!("{number} {what} a request that no span shows{most}"))
    }
}

/// The statement that passed most often without a span.
fn unseen(passed: &Passed, queries: &[QueryGroup]) -> Option<String> {
    let spans: BTreeMap<&str, f64> =
        queries.iter().map(|query| (query.statement.as_str(), query.per_request)).collect();
    let missing = |(text, (count, _)): (String, (u64, _))| {
        let outside = count as f64 / passed.requests as f64;
        (outside - spans.get(text.as_str()).copied().unwrap_or(0.0), text)
    };
    let (missing, text) = statements(passed).into_iter().map(missing).max_by(|a, b| a.0.total_cmp(&b.0))?;
    let cut = text.char_indices().nth(STATEMENT).map_or(text.clone(), |(end, _)| format!("{}…", &text[..end]));
    (missing > 0.0).then_some(cut)
}

/// One decimal is enough for a mean.
pub(super) fn shown(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map(ToOwned::to_owned).unwrap_or(text)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use relay::Traffic;

    pub(in super::super) fn passed(calls: &[(&str, u64)], seconds: f64, requests: u64) -> Passed {
        let calls = calls.iter().map(|(label, count)| ((*label).into(), *count)).collect();
        let traffic = [("postgres", Traffic { calls, ..Traffic::default() })].into();
        Passed { traffic, seconds, requests }
    }

    pub(in super::super) fn shown(statement: &str, per_request: f64) -> QueryGroup {
        let (statement, name) = (statement.to_owned(), statement.to_owned());
        QueryGroup { statement, name, per_request, rows: 0.0, mean_ms: 0.0, share: 0.0, at: None }
    }

    pub(in super::super) fn counted(queries: &[QueryGroup], passed: Passed) -> Counted {
        let mut counted = Counted { passed, ..Counted::default() };
        let spans = queries.iter().map(|query| query.per_request).sum();
        counted.counts.insert("db_queries_per_request".to_owned(), spans);
        counted.analysis.queries = queries.to_vec();
        counted
    }

    fn of(candidate: Counted) -> (f64, Vec<String>) {
        let poll = ("select poll", 3);
        let baseline = counted(&[shown("select a", 21.0)], passed(&[("select a", 2100), poll], 3.0, 100));
        let mut both = [baseline, candidate];
        let remarks = reconcile(&["flawed".to_owned(), "yours".to_owned()], &mut both);
        assert_eq!(both[0].counts["db_queries_per_request"], 21.0, "the baseline's spans are complete");
        (both[1].counts["db_queries_per_request"], remarks)
    }

    #[test]
    fn an_honest_candidate_keeps_what_its_spans_say() {
        let poll = ("select poll", 4);
        let candidate = counted(&[shown("select b", 2.0)], passed(&[("select b", 200), poll], 3.0, 100));
        assert_eq!(of(candidate), (2.0, vec![]));
    }

    #[test]
    fn statements_without_a_span_are_named_and_decide() {
        let candidate =
            counted(&[shown("select b", 2.0)], passed(&[("select b", 200), ("select c where id = 7", 500)], 3.0, 100));
        let (queries, remarks) = of(candidate);
        assert_eq!(queries, 7.0);
        assert_eq!(remarks, ["yours: 5 statements a request that no span shows; most of them: select c where id = ?"]);
    }

    #[test]
    fn requests_that_are_not_sampled_count_like_the_others() {
        // Two where the flag is set (80 of 100), twenty-one where it is not.
        let candidate = counted(&[shown("select b", 2.0)], passed(&[("select b", 160), ("select a", 420)], 3.0, 100));
        assert!((of(candidate).0 - 5.8).abs() < 1e-9);
    }

    #[test]
    fn spans_of_what_never_happened_are_told() {
        let candidate = counted(&[shown("select b", 9.0)], passed(&[("select b", 200)], 3.0, 100));
        let (queries, remarks) = of(candidate);
        assert_eq!((queries, remarks.len()), (2.0, 1));
        assert!(remarks[0].contains("7 statements a request are in spans and never left"), "{remarks:?}");
    }

    #[test]
    fn connections_that_cannot_be_read_are_told_and_only_raise_a_count() {
        for (read, expected) in [(0, 9.0), (1200, 12.0)] {
            let mut unread = passed(&[("select b", read)], 3.0, 100);
            unread.traffic.values_mut().for_each(|traffic| traffic.unsure = 2);
            let (queries, remarks) = of(counted(&[shown("select b", 9.0)], unread));
            assert_eq!(queries, expected);
            assert!(remarks[0].contains("2 connections to postgres could not be read"), "{remarks:?}");
        }
    }

    #[test]
    fn a_handful_of_calls_is_chance() {
        let candidate = counted(&[shown("select b", 2.0)], passed(&[("select b", 24)], 3.0, 10));
        assert_eq!(of(candidate), (2.0, vec![]));
    }
}
