//! The latency targets as tests: one for each exercise and variant, judged by one `lab dev check` run per exercise.
//!
//! The bench's programs are built with the profile `perf` first; one exercise is measured at a time, because two at once would
//! measure each other.

#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{LazyLock, Mutex, OnceLock};

static RUNS: LazyLock<Mutex<BTreeMap<&'static str, &'static OnceLock<Value>>>> = LazyLock::new(Mutex::default);
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
static LAB: OnceLock<PathBuf> = OnceLock::new();

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap()
}

/// Builds the bench as people run it, and gives its path.
fn lab() -> &'static Path {
    LAB.get_or_init(|| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let built = Command::new(cargo)
            .args(["build", "--profile", "perf", "--bin", "lab", "--message-format", "json"])
            .current_dir(root())
            .output()
            .unwrap();
        assert!(built.status.success(), "the bench does not build:\n{}", String::from_utf8_lossy(&built.stderr));
        let messages = String::from_utf8_lossy(&built.stdout);
        let programs = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let program = programs.filter_map(|message| Some(PathBuf::from(message["executable"].as_str()?))).next_back();
        program.unwrap()
    })
}

/// The proofs of one exercise; measured once, whoever asks first.
fn proven(id: &'static str) -> &'static Value {
    let cell = *RUNS.lock().unwrap().entry(id).or_insert_with(|| Box::leak(Box::default()));
    cell.get_or_init(|| {
        let lab = lab();
        let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // A machine that is busy for a moment may leave a question open. A proof that fails is not asked again.
        let mut answer = Value::Null;
        for _ in 0..3 {
            let run = Command::new(lab).args(["--json", "dev", "check", id]).current_dir(root()).output().unwrap();
            eprint!("{}", String::from_utf8_lossy(&run.stderr));
            answer = serde_json::from_slice(&run.stdout).unwrap_or_else(|error| panic!("{id}: no answer: {error}"));
            if run.status.code() != Some(4) {
                break;
            }
        }
        assert!(answer["exercises"][0].is_object(), "{id}: {answer}");
        answer["exercises"][0].clone()
    })
}

/// Every proof about this variant holds, and there is at least one.
fn holds(id: &'static str, about: &str) {
    let proofs = proven(id)["proofs"].as_array().unwrap();
    let mine: Vec<&Value> = proofs.iter().filter(|proof| proof["about"] == about).collect();
    assert!(!mine.is_empty(), "{id} has no proof about {about}: {proofs:?}");
    for proof in mine {
        assert_eq!(proof["holds"], Value::Bool(true), "{id}, {about}: {}: {}", proof["claim"], proof["found"]);
    }
}

macro_rules! targets {
    ($($name:ident: $id:literal, $about:literal;)*) => { $(#[test] fn $name() { holds($id, $about); })* };
}

targets! {
    related_products_flawed_misses_a_target: "ch01-related-products", "flawed";
    related_products_fixed_meets_every_target: "ch01-related-products", "fixed";
    related_products_with_an_index_still_asks_once_for_every_hit: "ch01-related-products", "trap:index";
    related_products_yours_starts_as_the_flawed_version: "ch01-related-products", "yours";
    related_products_has_its_hints_its_text_and_its_place_in_the_list: "ch01-related-products", "files";
    result_format_flawed_misses_a_target: "ch01-result-format", "flawed";
    result_format_fixed_meets_every_target: "ch01-result-format", "fixed";
    result_format_compressed_is_smaller_and_not_faster: "ch01-result-format", "trap:compression";
    result_format_yours_starts_as_the_flawed_version: "ch01-result-format", "yours";
    result_format_has_its_hints_its_text_and_its_place_in_the_list: "ch01-result-format", "files";
    quotes_flawed_miss_a_target: "ch05-quote-sources", "flawed";
    quotes_fixed_meet_every_target: "ch05-quote-sources", "fixed";
    quotes_behind_a_mutex_count_well_and_wait_for_each_other: "ch05-quote-sources", "trap:mutex";
    quotes_yours_start_as_the_flawed_version: "ch05-quote-sources", "yours";
    quotes_have_their_hints_their_text_and_their_place_in_the_list: "ch05-quote-sources", "files";
    the_edge_flawed_misses_a_target: "ch12-edge-caching", "flawed";
    the_edge_fixed_meets_every_target: "ch12-edge-caching", "fixed";
    the_edge_with_the_address_alone_answers_in_the_wrong_language: "ch12-edge-caching", "trap:url-only";
    the_edge_with_an_hour_and_no_purge_sells_at_the_old_price: "ch12-edge-caching", "trap:hour";
    the_edge_yours_starts_as_the_flawed_version: "ch12-edge-caching", "yours";
    the_edge_has_its_hints_its_text_and_its_place_in_the_list: "ch12-edge-caching", "files";
    stampede_flawed_misses_a_target: "ch06-product-pages", "flawed";
    stampede_fixed_meets_every_target: "ch06-product-pages", "fixed";
    stampede_with_jitter_still_loads_once_for_everybody_who_asks: "ch06-product-pages", "trap:jitter";
    stampede_with_a_leader_who_leaves_locks_the_page: "ch06-product-pages", "trap:leader";
    stampede_yours_starts_as_the_flawed_version: "ch06-product-pages", "yours";
    stampede_has_its_hints_its_text_and_its_place_in_the_list: "ch06-product-pages", "files";
    like_search_flawed_misses_a_target: "ch07-product-lookup", "flawed";
    like_search_fixed_meets_every_target: "ch07-product-lookup", "fixed";
    like_search_with_a_b_tree_still_reads_every_product: "ch07-product-lookup", "trap:btree";
    like_search_yours_starts_as_the_flawed_version: "ch07-product-lookup", "yours";
    like_search_has_its_hints_its_text_and_its_place_in_the_list: "ch07-product-lookup", "files";
    critical_path_flawed_misses_a_target: "ch08-follow-up", "flawed";
    critical_path_fixed_meets_every_target: "ch08-follow-up", "fixed";
    critical_path_spawned_loses_errands_when_the_process_is_killed: "ch08-follow-up", "trap:spawn";
    critical_path_joined_still_waits_for_the_slowest: "ch08-follow-up", "trap:join";
    critical_path_yours_starts_as_the_flawed_version: "ch08-follow-up", "yours";
    critical_path_has_its_hints_its_text_and_its_place_in_the_list: "ch08-follow-up", "files";
    graphql_n1_flawed_misses_a_target: "ch13-order-details", "flawed";
    graphql_n1_fixed_meets_every_target: "ch13-order-details", "fixed";
    graphql_n1_with_shared_loaders_shows_what_was_true_before: "ch13-order-details", "trap:shared";
    graphql_n1_with_a_long_window_waits_for_nobody: "ch13-order-details", "trap:delay";
    graphql_n1_yours_starts_as_the_flawed_version: "ch13-order-details", "yours";
    graphql_n1_has_its_hints_its_text_and_its_place_in_the_list: "ch13-order-details", "files";
    blocking_runtime_flawed_misses_a_target: "ch09-password-checks", "flawed";
    blocking_runtime_fixed_meets_every_target: "ch09-password-checks", "fixed";
    blocking_runtime_with_a_thread_a_login_lets_a_wave_take_every_core: "ch09-password-checks", "trap:spawn-blocking";
    blocking_runtime_with_more_workers_still_keeps_one_a_login: "ch09-password-checks", "trap:more-workers";
    blocking_runtime_yours_starts_as_the_flawed_version: "ch09-password-checks", "yours";
    blocking_runtime_has_its_hints_its_text_and_its_place_in_the_list: "ch09-password-checks", "files";
    bulkhead_breaker_flawed_misses_a_target: "ch10-outgoing-calls", "flawed";
    bulkhead_breaker_fixed_meets_every_target: "ch10-outgoing-calls", "fixed";
    bulkhead_breaker_that_opens_at_five_failures_cuts_off_a_partner_that_is_well: "ch10-outgoing-calls", "trap:absolute-count";
    bulkhead_breaker_with_bulkheads_as_wide_as_the_pool_isolates_nothing: "ch10-outgoing-calls", "trap:wide-bulkhead";
    bulkhead_breaker_yours_starts_as_the_flawed_version: "ch10-outgoing-calls", "yours";
    bulkhead_breaker_has_its_hints_its_text_and_its_place_in_the_list: "ch10-outgoing-calls", "files";
    the_story_of_the_product_search_is_reproduced: "ch01-product-search", "story";
    the_story_of_the_product_search_has_its_text_and_its_place_in_the_list: "ch01-product-search", "files";
}

#[test]
fn every_exercise_of_the_course_has_its_tests_here() {
    let listed = Command::new(lab()).args(["--json", "list"]).current_dir(root()).output().unwrap();
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    let ids: Vec<&str> = listed["exercises"].as_array().unwrap().iter().filter_map(|one| one["id"].as_str()).collect();
    assert_eq!(
        ids,
        [
            "ch01-product-search",
            "ch01-related-products",
            "ch01-result-format",
            "ch05-quote-sources",
            "ch06-product-pages",
            "ch07-product-lookup",
            "ch08-follow-up",
            "ch09-password-checks",
            "ch10-outgoing-calls",
            "ch12-edge-caching",
            "ch13-order-details"
        ]
    );
}
