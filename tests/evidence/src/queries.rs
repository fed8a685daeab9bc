//! Queries of dashboards and rules: parsed by a real parser, and every metric, label and value that they name looked up.

use crate::prometheus::Labels;
use promql_parser::{
    label::{MatchOp, Matcher},
    parser::{self, Expr, LabelModifier, VectorSelector},
    util::{ExprVisitor, walk_expr},
};
use std::collections::{BTreeMap, BTreeSet};

/// What Grafana and the dashboards put in: for the parser something that has the same form.
const VARIABLES: [(&str, &str); 4] =
    [("$__rate_interval", "1m"), ("$__range", "1h"), ("\"$service\"", "\".+\""), ("$__interval", "1m")];

/// Labels that come with a computed result and not from anybody's export.
const COMPUTED: [&str; 2] = ["le", "slo"];

/// A label that is there only after something has failed: not everything can be made to fail in a test.
const AFTER_A_FAILURE: &str = "error_type";

/// A query and where it stands.
#[derive(Clone, Debug)]
pub struct Query {
    /// File and panel, or file and rule.
    pub place: String,
    /// As it is written.
    pub text: String,
}

/// What a query names.
#[derive(Default)]
struct Named {
    selectors: Vec<(String, Vec<Matcher>)>,
    grouped: BTreeSet<String>,
}

impl ExprVisitor for Named {
    type Error = std::convert::Infallible;

    fn pre_visit(&mut self, expression: &Expr) -> Result<bool, Self::Error> {
        let labels = |modifier: &Option<LabelModifier>| match modifier {
            Some(LabelModifier::Include(labels) | LabelModifier::Exclude(labels)) => labels.labels.clone(),
            None => Vec::new(),
        };
        match expression {
            Expr::VectorSelector(selector) => self.selector(selector),
            Expr::MatrixSelector(range) => self.selector(&range.vs),
            Expr::Aggregate(aggregate) => self.grouped.extend(labels(&aggregate.modifier)),
            _ => {}
        }
        Ok(true)
    }
}

impl Named {
    fn selector(&mut self, selector: &VectorSelector) {
        let name = selector.name.clone().unwrap_or_default();
        self.selectors.push((name, selector.matchers.matchers.clone()));
    }
}

/// Parses one.
///
/// # Errors
/// What the parser says.
fn parse(text: &str) -> Result<Named, String> {
    let text = VARIABLES.iter().fold(text.to_owned(), |text, (variable, form)| text.replace(variable, form));
    let mut named = Named::default();
    let expression = parser::parse(&text)?;
    match walk_expr(&mut named, &expression) {
        Ok(_) => Ok(named),
        Err(never) => match never {},
    }
}

/// What is wrong with these queries, one sentence each, if `exported` is all there is.
#[must_use]
pub fn mistakes(queries: &[Query], exported: &BTreeMap<String, Labels>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for Query { place, text } in queries {
        match parse(text) {
            Err(error) => drop(found.insert(format!("{place}: {error}: {text}"))),
            Ok(named) => found.extend(unknown(&named, exported).into_iter().map(|what| format!("{place}: {what}"))),
        }
    }
    found
}

fn unknown(named: &Named, exported: &BTreeMap<String, Labels>) -> Vec<String> {
    let mut found = Vec::new();
    let mut there: BTreeSet<&str> = COMPUTED.into_iter().chain([AFTER_A_FAILURE]).collect();
    for (name, matchers) in &named.selectors {
        let Some(labels) = exported.get(name) else {
            found.push(format!("nobody exports {name}"));
            continue;
        };
        there.extend(labels.keys().map(String::as_str));
        for matcher in matchers {
            let Some(values) = labels.get(&matcher.name) else {
                if matcher.name == AFTER_A_FAILURE && matches!(matcher.op, MatchOp::NotEqual) {
                    continue;
                }
                found.push(format!("{name} has no label {}", matcher.name));
                continue;
            };
            // What must not be there need not have been seen.
            let positive = matches!(matcher.op, MatchOp::Equal | MatchOp::Re(_));
            if positive && !values.iter().any(|value| matcher.is_match(value)) {
                found.push(format!("{name}: no {} is {:?}, only {values:?}", matcher.name, matcher.value));
            }
        }
    }
    let missing = named.grouped.iter().filter(|label| !there.contains(label.as_str()));
    found.extend(missing.map(|label| format!("no metric of it has the label {label}")));
    found
}

/// What a recording rule's result has: its own labels, and those it groups by.
#[must_use]
pub fn recorded(text: &str, own: &BTreeMap<String, String>, exported: &BTreeMap<String, Labels>) -> Labels {
    let mut labels: Labels = own.iter().map(|(name, value)| (name.clone(), [value.clone()].into())).collect();
    if let Ok(named) = parse(text) {
        let seen = |label: &str| {
            let metrics = named.selectors.iter().filter_map(|(name, _)| exported.get(name)?.get(label));
            metrics.flatten().cloned().collect::<BTreeSet<String>>()
        };
        labels.extend(named.grouped.iter().map(|label| (label.clone(), seen(label))));
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        let label = |name: &str, values: &[&str]| (name.to_owned(), values.iter().map(|v| (*v).to_owned()).collect());
        let labels: Labels = [label("job", &["search"]), label("http_route", &["/a", "/b"])].into();
        let exported = [("http_seconds".to_owned(), labels)].into();
        let query = Query { place: "here".to_owned(), text: text.to_owned() };
        mistakes(&[query], &exported).into_iter().collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn what_nobody_exports_is_found_in_every_part_of_a_query() {
        let fine =
            "histogram_quantile(0.95, sum by (http_route) (rate(http_seconds{job=~\"$service\"}[$__rate_interval])))";
        assert_eq!(wrong(fine), "");
        assert!(wrong("sum(rate(http_second[5m]))").contains("nobody exports http_second"));
        assert!(wrong("http_seconds{jub=\"search\"}").contains("no label jub"));
        assert!(wrong("http_seconds{http_route=\"/c\"}").contains("no http_route is \"/c\""));
        assert!(wrong("sum by (route) (http_seconds)").contains("no metric of it has the label route"));
        assert_eq!(wrong("http_seconds{http_route!=\"/c\"}"), "");
        assert!(wrong("sum(rate(http_seconds[5m])").starts_with("here: "));
        assert!(wrong("rat(http_seconds[5m])").starts_with("here: "));
    }
}
