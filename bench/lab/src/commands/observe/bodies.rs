//! What the requests of the load are answered with, and how much of it clients read.

use crate::arms::Arm;
use crate::exercise::{Case, Exercise, RequestTemplate, case_request};
use crate::exit::Failure;
use crate::pipeline::{Bench, bytes_read};
use trace::Bodies;

/// One answer, measured.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Body {
    route: String,
    bytes: u64,
    read: Option<u64>,
}

impl Body {
    /// As the suspicion wants it.
    pub(super) fn as_bodies(&self) -> Bodies<'_> {
        Bodies {
            route: &self.route,
            mean_bytes: self.bytes as f64,
            responses: 1,
            read_bytes: self.read.map(|bytes| bytes as f64),
        }
    }
}

/// Asks once for every path of the load that a behaviour case asks for as well: the case says what clients read. Only `GET`s,
/// which change nothing.
///
/// # Errors
/// Exit 3 when the arm cannot be asked.
pub(super) async fn of_load(bench: &Bench<'_>, arm: &Arm, exercise: &Exercise) -> Result<Vec<Body>, Failure> {
    let mut bodies: Vec<Body> = Vec::new();
    for template in &exercise.load.requests {
        let Some(case) = exercise.behaviour.iter().find(|case| shows(case, template)) else { continue };
        let route = format!("GET {}", path(&case.path));
        if bodies.iter().any(|body| body.route == route) {
            continue;
        }
        let answer = arm.ask(&bench.driver, &case_request(case, &arm.customers)?).await?;
        bodies.push(Body { route, bytes: answer.body.len() as u64, read: bytes_read(case, &answer.body) });
    }
    Ok(bodies)
}

fn shows(case: &Case, template: &RequestTemplate) -> bool {
    let get = case.method == "GET" && template.method == "GET" && case.status == 200 && !case.reads.is_empty();
    get && path(&case.path) == path(&template.path)
}

fn path(target: &str) -> &str {
    target.split('?').next().unwrap_or_default()
}
