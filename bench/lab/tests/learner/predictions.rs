//! Predictions of whatever an exercise is about: asked for, written down, shown, and scored ones of older and newer files.

use crate::workshop::{BELL, Workshop};
use lab::state::version;

fn with_bell() -> Workshop {
    let workshop = Workshop::new();
    workshop.exercise("ch10-bell", BELL);
    workshop
}

#[test]
fn an_exercise_about_another_number_says_which_and_takes_it() {
    let workshop = with_bell();
    let wanted = ["visitors nobody hears", "0 % to 100 %", "cargo lab predict ch10-bell --value"];
    workshop.lab(&["predict", "ch10-bell", "--because", "x"]).refuses(2, &wanted);
    workshop.lab(&["predict", "ch10-bell", "--p95-ratio", "0.6"]).refuses(2, &wanted);
    workshop.lab(&["predict", "ch10-bell", "--p95-ratio", "0.6"]).refuses(2, &["not about the ratio of the p95s"]);
    workshop.lab(&["predict", "ch10-bell", "--value", "120%"]).refuses(2, &["cannot be", "--value 20%"]);
    workshop.lab(&["predict", "ch10-bell", "--value", "few"]).refuses(2, &["few"]);
    workshop.lab(&["predict", "ch10-bell", "--value", "1", "--p95-ratio", "1"]).refuses(2, &["cannot be used with"]);
    let said = workshop.lab(&["predict", "ch10-bell", "--value", "20%", "--because", "one in five rings"]).succeeds();
    assert!(said.out.contains("visitors nobody hears, while the clapper hangs will be 20 %"), "{}", said.out);
    let state = std::fs::read_to_string(workshop.root().join("state/state.toml")).unwrap();
    assert!(state.contains("of = \"hang.ring.error_share\"") && state.contains("value = 0.2"), "{state}");
    let said = workshop.lab(&["predict", "ch01-lamp", "--value", "0.6"]).succeeds();
    assert!(said.out.contains("the new p95 will be 0.60 of the old"), "{}", said.out);
}

#[test]
fn a_measurement_asks_for_the_number_of_the_exercise() {
    let workshop = with_bell();
    std::fs::write(workshop.root().join("exercises/ch10-bell/src/yours.rs"), "fn mine() {}\n").unwrap();
    workshop
        .lab(&["measure", "ch10-bell"])
        .refuses(2, &["a prediction comes first", "cargo lab predict ch10-bell --value"]);
}

#[test]
fn where_you_are_shows_prediction_and_result_of_that_number() {
    let workshop = with_bell();
    let yours = workshop.root().join("exercises/ch10-bell/src/yours.rs");
    std::fs::write(&yours, "fn mine() {}\n").unwrap();
    let version = version(&yours).unwrap();
    workshop.remember(&format!(
        "current = \"ch10-bell\"\n[exercise.ch10-bell]\nobserved = \"2026-11-23T05:00:00Z\"\n\
         measured = {{ version = \"{version}\", verdict = \"not_yet\", at = \"2\", p95_ratio = 1.0, \
         subject = {{ of = \"hang.ring.error_share\", value = 0.57 }} }}\n\
         [[exercise.ch10-bell.scored]]\nof = \"hang.ring.error_share\"\nvalue = 0.2\nbecause = \"one in five\"\nat = \"1\"\n\
         measured = 0.57\nlow = 0.57\nhigh = 0.57\nmeasured_at = \"2026-11-23T06:00:00Z\"\nversion = \"{version}\"\n\
         [[exercise.ch01-lamp.scored]]\np95_ratio = 0.5\nat = \"1\"\nmeasured = 0.5\nlow = 0.4\nhigh = 0.6\n\
         measured_at = \"2026-11-22T06:00:00Z\"\n"
    ));
    let said = workshop.lab(&[]).succeeds();
    for part in ["predicted 20 %", "measured 57 %: not yet", "visitors nobody hears"] {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
    let said = workshop.lab(&["notebook"]).succeeds();
    for part in ["20 %", "57 %", "-37.0 %", "visitors nobody hears", "0.50 [0.40–0.60]", "2 predictions scored"] {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
}
