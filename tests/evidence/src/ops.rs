//! What is in `ops/`: service level objectives, the rules made from them, and dashboards.

use crate::queries::Query;
use anyhow::Context as _;
use serde::Deserialize;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::{Path, PathBuf},
};

/// The windows of the indicators, shortest first.
const WINDOWS: [&str; 6] = ["5m", "30m", "1h", "6h", "1d", "3d"];

/// How many times too fast, and the long and the short window.
type Windows = &'static [(f64, &'static str, &'static str)];

/// When people are told, after the table in Google's "The Site Reliability Workbook", chapter 5: how many times as fast as it would
/// last the budget of 30 days is used up, over a long window, and still over a short one.
const BURN_RATES: [(&str, Windows); 2] =
    [("page", &[(14.4, "1h", "5m"), (6.0, "6h", "30m")]), ("ticket", &[(1.0, "3d", "6h")])];

/// The folder `ops`.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ops")
}

/// `slo.yml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objectives {
    /// All of them.
    pub objectives: Vec<Objective>,
}

/// One objective.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objective {
    /// Lower case, with hyphens.
    pub name: String,
    /// For people.
    pub says: String,
    /// The share of good events, below 1.
    pub objective: f64,
    /// The histogram that counts the events.
    pub metric: String,
    /// Which of its series.
    pub of: String,
    /// Which of those are bad, for an objective about errors.
    pub bad: Option<String>,
    /// Seconds from which on an event is bad, for an objective about time.
    pub slower_than: Option<f64>,
}

/// A file of rules, as Prometheus reads it.
#[derive(Debug, Deserialize)]
pub struct RuleFile {
    /// Its groups.
    pub groups: Vec<Group>,
}

/// A group of rules.
#[derive(Debug, Deserialize)]
pub struct Group {
    /// Its rules.
    pub rules: Vec<Rule>,
}

/// A recording rule or an alert.
#[derive(Debug, Deserialize)]
pub struct Rule {
    /// The name of the result.
    pub record: Option<String>,
    /// The name of the alert.
    pub alert: Option<String>,
    /// The query.
    pub expr: String,
    /// Labels of the result.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// For people.
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
}

fn yaml<T: serde::de::DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    serde_norway::from_str(&text).with_context(|| format!("reading {}", path.display()))
}

/// The objectives.
///
/// # Errors
/// When the file cannot be read.
pub fn objectives() -> anyhow::Result<Vec<Objective>> {
    Ok(yaml::<Objectives>(&folder().join("slo.yml"))?.objectives)
}

/// A file of rules.
///
/// # Errors
/// When it cannot be read.
pub fn rules(name: &str) -> anyhow::Result<Vec<Rule>> {
    let file: RuleFile = yaml(&folder().join("prometheus").join(name))?;
    Ok(file.groups.into_iter().flat_map(|group| group.rules).collect())
}

impl Objective {
    /// The share of bad events over a window, as a query.
    fn bad_ratio(&self, window: &str) -> String {
        let Self { metric, of, .. } = self;
        let rate = |more: &str| format!("sum(rate({metric}{{{of}{more}}}[{window}]))");
        match (&self.bad, self.slower_than) {
            (Some(bad), _) => {
                let (bad, all) = (rate(&format!(",{bad}")), rate(""));
                // Without a bad one there is no such series: then it is none of all.
                format!("(histogram_count({bad}) or 0 * histogram_count({all})) / histogram_count({all})")
            }
            (None, Some(seconds)) => format!("1 - histogram_fraction(0, {seconds}, {})", rate("")),
            (None, None) => String::new(),
        }
    }

    /// `search-latency` is `SearchLatency` in alerts.
    fn title(&self) -> String {
        let word = |word: &str| word[..1].to_uppercase() + &word[1..];
        self.name.split('-').map(word).collect()
    }
}

/// `indicators.yml`: for every objective and window the share of bad events.
#[must_use]
pub fn indicators(objectives: &[Objective]) -> String {
    let mut text = head("Of every objective the share of bad events, over every window of the alerts.");
    text += "groups:\n  - name: indicators\n    interval: 15s\n    rules:\n";
    for objective in objectives {
        for window in WINDOWS {
            let expression = objective.bad_ratio(window);
            let _ = write!(
                text,
                "      - record: slo:bad_ratio:rate{window}\n        expr: '{expression}'\n        labels: {{ slo: {} }}\n",
                objective.name
            );
        }
    }
    text
}

/// `burn-rates.yml`: for every objective one alert that wakes somebody and one that can wait.
#[must_use]
pub fn burn_rates(objectives: &[Objective]) -> String {
    let mut text = head("Who uses up the budget of 30 days too fast, over a long window and still over a short one.");
    text += "groups:\n  - name: burn-rates\n    rules:\n";
    for objective in objectives {
        for (severity, pairs) in BURN_RATES {
            let (name, budget) = (&objective.name, 1.0 - objective.objective);
            let one = |(factor, long, short): &(f64, &str, &str)| {
                let over = |window| format!("slo:bad_ratio:rate{window}{{slo=\"{name}\"}} > {factor} * {budget:.4}");
                format!("({} and {})", over(*long), over(*short))
            };
            let expression = pairs.iter().map(one).collect::<Vec<_>>().join("\n          or ");
            let speed = if severity == "page" { "Fast" } else { "Slowly" };
            let _ = write!(
                text,
                "      - alert: {}Burns{speed}\n        expr: |-\n          {expression}\n        labels: {{ severity: {severity} }}\n        \
                 annotations:\n          summary: \"{}\"\n          runbook: ops/runbooks/{name}.md\n",
                objective.title(),
                objective.says
            );
        }
    }
    text
}

fn head(what: &str) -> String {
    format!(
        "# {what}\n# Made from slo.yml by a test: EVIDENCE_UPDATE=1 cargo nextest run -E 'package(evidence) and test(made_from)'\n"
    )
}

/// The queries of all rules.
///
/// # Errors
/// When a file cannot be read.
pub fn rule_queries() -> anyhow::Result<Vec<(Rule, Query)>> {
    let mut all = Vec::new();
    for file in ["indicators.yml", "burn-rates.yml", "symptoms.yml"] {
        for rule in rules(file)? {
            let name = rule.record.as_ref().or(rule.alert.as_ref()).cloned().unwrap_or_default();
            let query = Query { place: format!("{file}: {name}"), text: rule.expr.clone() };
            all.push((rule, query));
        }
    }
    Ok(all)
}

/// The dashboards, by file name.
///
/// # Errors
/// When one cannot be read.
pub fn dashboards() -> anyhow::Result<BTreeMap<String, Value>> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(folder().join("grafana/dashboards"))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path)?;
        all.insert(name.clone(), serde_json::from_str(&text).with_context(|| format!("reading {name}"))?);
    }
    Ok(all)
}

/// The queries of all panels and variables that go to Prometheus.
#[must_use]
pub fn dashboard_queries(dashboards: &BTreeMap<String, Value>) -> Vec<Query> {
    let mut all = Vec::new();
    for (file, dashboard) in dashboards {
        for panel in dashboard["panels"].as_array().into_iter().flatten() {
            for target in panel["targets"].as_array().into_iter().flatten() {
                if let Some(text) = target["expr"].as_str().filter(|_| panel["datasource"]["type"] == "prometheus") {
                    let place = format!("{file}: {}", panel["title"].as_str().unwrap_or_default());
                    all.push(Query { place, text: text.to_owned() });
                }
            }
        }
    }
    all
}
