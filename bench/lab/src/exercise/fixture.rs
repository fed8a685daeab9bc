//! The exercise of the unit tests: a lamp.

use super::Exercise;

/// It asks for `/`; `more` is what else its `exercise.toml` says.
pub fn lamp(more: &str) -> Exercise {
    let text = r#"
        id = "ch01-lamp"
        title = "A lamp"
        chapter = 1
        service = "search"
        needs = []
        symptom = "It is dark."
        minutes = 5
        reading = "Chapter 1"
        load = { rate_rps = 20, rounds = 2, slice_ms = 500, requests = [{ path = "/" }] }
        "#;
    toml::from_str(&format!("{text}\n{more}")).expect("an exercise")
}
