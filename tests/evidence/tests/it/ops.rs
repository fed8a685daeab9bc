//! The files in `ops/` among themselves: rules made from the objectives, runbooks, dashboards that Grafana can load.

use evidence::ops::{self, burn_rates, dashboards, folder, indicators, objectives, rule_queries};
use std::collections::BTreeSet;

#[test]
fn the_rules_are_made_from_the_objectives() {
    let objectives = objectives().unwrap();
    for (name, made) in [("indicators.yml", indicators(&objectives)), ("burn-rates.yml", burn_rates(&objectives))] {
        let path = folder().join("prometheus").join(name);
        if std::env::var_os("EVIDENCE_UPDATE").is_some() {
            std::fs::write(&path, &made).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == made, "{name} is not what slo.yml says; its first line tells how to make it again");
    }
}

#[test]
fn every_alert_has_a_runbook_of_about_ten_lines_and_every_runbook_an_alert() {
    let mut used = BTreeSet::new();
    for (rule, _) in rule_queries().unwrap() {
        let Some(alert) = rule.alert else { continue };
        let runbook = rule.annotations.get("runbook").unwrap_or_else(|| panic!("{alert} has no runbook"));
        assert!(rule.labels.contains_key("severity"), "{alert} says not how urgent it is");
        let text = std::fs::read_to_string(folder().join("..").join(runbook)).unwrap_or_default();
        let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
        assert!((8..=14).contains(&lines), "{runbook} has {lines} lines");
        used.insert(runbook.trim_start_matches("ops/runbooks/").to_owned());
    }
    let files = std::fs::read_dir(folder().join("runbooks")).unwrap();
    let there: BTreeSet<String> = files.map(|file| file.unwrap().file_name().to_string_lossy().into_owned()).collect();
    assert_eq!(used, there);
}

#[test]
fn the_dashboards_have_ids_titles_and_a_source_for_every_panel() {
    let mut ids = BTreeSet::new();
    let dashboards = dashboards().unwrap();
    assert!(dashboards.len() >= 5, "{:?}", dashboards.keys());
    for (file, dashboard) in &dashboards {
        assert!(ids.insert(dashboard["uid"].as_str().unwrap().to_owned()), "{file}: its uid is taken");
        assert!(dashboard["title"].is_string(), "{file}");
        let mut panels = BTreeSet::new();
        for panel in dashboard["panels"].as_array().unwrap() {
            let title = panel["title"].as_str().unwrap();
            assert!(panels.insert(panel["id"].as_u64().unwrap()), "{file}: {title} has no id of its own");
            if panel["type"] != "text" {
                assert!(panel["datasource"]["uid"].is_string(), "{file}: {title} asks nobody");
                assert!(panel["targets"].as_array().is_some_and(|targets| !targets.is_empty()), "{file}: {title}");
            }
        }
    }
    assert!(!ops::dashboard_queries(&dashboards).is_empty());
}
