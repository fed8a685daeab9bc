//! Connections that are opened for a request instead of being kept for the next one.

use super::super::analysis::Analysis;
use super::super::kinds::Kind;
use super::{Suspect, number, percent};

/// So many connections a pool may open while it warms up; only what comes after them can be told from it.
const POOLS_OPEN: u64 = 30;

/// From here on it is nearly every request.
const NEARLY_EACH: f64 = 0.8;

impl Suspect {
    /// The suspicion from what the relay before `dependency` (`postgres`, `redis`, `rabbitmq`, `recommendations`,
    /// `partners`, `origin`) accepted: `opened` connections while `requests` were answered. `None` below 0.8 connections a
    /// request, and up to 30 in all: a pool that fills opens some as well.
    ///
    /// No span shows that a connection is opened: the time this takes is part of the call that waits for it. So the share is that of
    /// all calls to dependencies of this kind, and the place that of the longest of them.
    pub fn connection_per_request(dependency: &str, opened: u64, requests: u64, analysis: &Analysis) -> Option<Self> {
        let kind = match dependency {
            "postgres" => Kind::Db,
            "redis" => Kind::Cache,
            "rabbitmq" => Kind::Broker,
            "partners" => Kind::Partner,
            _ => Kind::Rpc,
        };
        let per_request = opened as f64 / requests.max(1) as f64;
        let share = analysis.where_time_goes.get(kind.name()).copied().unwrap_or(0.0);
        let evidence = format!(
            "{} connections a request: {opened} were opened for {requests} requests; the {} calls that wait for them take {} of \
             the time",
            number(per_request),
            kind.name(),
            percent(share)
        );
        let longest = analysis.operations.iter().find(|operation| operation.kind == kind && operation.at.is_some());
        (opened > POOLS_OPEN && per_request >= NEARLY_EACH).then(|| Self {
            kind: "connection_per_request".to_owned(),
            statement: format!("connect to {dependency}"),
            per_request,
            share,
            at: longest.and_then(|operation| operation.at.clone()),
            evidence,
        })
    }
}
