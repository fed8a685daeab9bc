//! `cargo lab list` with 52 planted exercises: filtered, with topics, and asked for what there is not.

use crate::workshop::Workshop;
use serde_json::Value;

/// The ids that `list --json` gives.
fn ids(workshop: &Workshop, filters: &[&str]) -> Vec<String> {
    let said = workshop.lab(&[&["list", "--json"], filters].concat()).succeeds();
    let object: Value = serde_json::from_str(&said.out).unwrap();
    object["exercises"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn filters_alone_and_together() {
    let workshop = Workshop::fifty();
    assert_eq!(ids(&workshop, &[]).len(), 52);
    let caches = ["ch06-product-pages", "ch06-boot-warmup", "ch06-sku-lookup", "ch06-price-tiers"];
    let mut by_chapter = ids(&workshop, &["--chapter", "6"]);
    by_chapter.sort();
    let mut expected = caches.map(str::to_owned);
    expected.sort();
    assert_eq!(by_chapter, expected);
    assert_eq!(ids(&workshop, &["--chapter", "caches"]).len(), 4);
    assert_eq!(ids(&workshop, &["--status", "revealed"]), ["ch01-result-format", "ch13-order-details"]);
    assert_eq!(ids(&workshop, &["--service", "order-worker"]), ["ch08-worker-intake", "ch08-worker-retries"]);
    let all = ["--chapter", "6", "--service", "search", "--status", "passed", "--topic", "cache stampede"];
    assert_eq!(ids(&workshop, &all), ["ch06-product-pages"]);
    assert_eq!(ids(&workshop, &["--chapter", "6", "--service", "edge"]), [""; 0]);
}

#[test]
fn what_a_filtered_list_says() {
    let workshop = Workshop::fifty();
    let pages: String = [
        &["list", "--chapter", "6"][..],
        &["list", "--status", "passed", "--service", "search"],
        &["list", "--chapter", "13", "--topics"],
        &["list", "--chapter", "6", "--service", "edge"],
        &["list", "--chapter", "15"],
        &["list", "--service", "serch"],
        &["list", "--status", "done"],
        &["list", "--topic", "stampede", "--chapter", "6"],
    ]
    .iter()
    .map(|arguments| workshop.page(arguments))
    .collect();
    insta::assert_snapshot!(pages);
}

#[test]
fn topics_are_told_only_when_they_are_asked_for() {
    let workshop = Workshop::fifty();
    for arguments in [&["list"][..], &["list", "--json"]] {
        assert!(!workshop.lab(arguments).succeeds().out.contains("stampede"), "{arguments:?}");
    }
    for arguments in [&["list", "--topics"][..], &["list", "--topics", "--json"]] {
        assert!(workshop.lab(arguments).succeeds().out.contains("cache stampede"), "{arguments:?}");
    }
}

#[test]
fn an_unknown_value_is_one_object_too() {
    let said = Workshop::fifty().lab(&["list", "--service", "serch", "--json"]);
    assert_eq!(said.code, Some(2));
    let object: Value = serde_json::from_str(&said.out).unwrap();
    assert!(object["remedy"].as_str().unwrap().contains("checkout"), "{object}");
}
