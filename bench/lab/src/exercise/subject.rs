//! The number of an exercise that a learner predicts.

use super::quantity::Unit;
use super::{Exercise, Target, phrase};

/// The subject where an exercise says nothing else and has a target about it.
pub const P95_RATIO: &str = "p95_ratio";

/// What is predicted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The number's name.
    pub name: String,
    /// What people call it.
    pub says: String,
}

impl Exercise {
    /// What a learner predicts: what `[predict]` names, else the p95 ratio where that is a target, else the first target.
    pub fn subject(&self) -> Subject {
        let is_target = |name: &str| self.target.iter().any(|target| target.name == name);
        let name = match (&self.predict, self.target.first()) {
            (Some(predict), _) => predict.of.clone(),
            (None, Some(first)) if !is_target(P95_RATIO) => first.name.clone(),
            _ => P95_RATIO.to_owned(),
        };
        let says = self.predict.as_ref().and_then(|predict| predict.says.clone());
        let says = says.unwrap_or_else(|| self.says(&name));
        Subject { name, says }
    }

    /// What people call a number of this exercise: the words of the target about it, else those of every exercise.
    pub fn says(&self, name: &str) -> String {
        self.target.iter().find(|target| target.name == name).map_or_else(|| phrase(name), Target::sentence)
    }
}

impl Subject {
    /// Is it the ratio of the p95s, which has an option of its own?
    pub fn is_p95_ratio(&self) -> bool {
        self.name == P95_RATIO
    }

    /// What it is counted in.
    pub fn unit(&self) -> Unit {
        Unit::of(&self.name)
    }

    /// The option that takes it, with a place for the number.
    pub fn option(&self) -> &'static str {
        if self.is_p95_ratio() { "--p95-ratio 0.…" } else { "--value …" }
    }

    /// What to write down, in one line.
    pub fn asks(&self) -> String {
        if self.is_p95_ratio() {
            return "the new p95 you expect, divided by the old one".to_owned();
        }
        let scale = match self.unit() {
            Unit::Ratio => " (0.65 means 65 %)",
            Unit::Share => " (0 % to 100 %)",
            Unit::Milliseconds if !self.says.ends_with(" ms") => " (ms)",
            Unit::Milliseconds | Unit::Count => "",
        };
        format!("what you expect of your version: {}{scale}", self.says)
    }

    /// Why a value cannot be; `None` for one that can.
    pub fn mistake(&self, value: f64) -> Option<String> {
        let what = if self.is_p95_ratio() { "a p95 ratio" } else { "a value" };
        (!self.unit().can_be(value)).then(|| format!("{what} of {value} cannot be"))
    }

    /// A command that would be right.
    pub fn example(&self, id: &str) -> String {
        let value = match self.unit() {
            Unit::Ratio if self.is_p95_ratio() => {
                return format!("cargo lab predict {id} --p95-ratio 0.65 means: a p95 of 65 % of what it is now");
            }
            Unit::Ratio => "0.65 means: 65 % of what it is now",
            Unit::Share => "20% means: one in five",
            Unit::Milliseconds => "120 means: 120 milliseconds",
            Unit::Count => "2 means: two",
        };
        format!("cargo lab predict {id} --value {value}")
    }
}

#[cfg(test)]
mod tests {
    use crate::exercise::fixture::lamp;

    #[test]
    fn the_subject_is_declared_or_the_p95_ratio_or_the_first_target() {
        let name = |more: &str| lamp(more).subject().name;
        assert_eq!(name(""), "p95_ratio");
        let two = r#"target = [{ name = "dusk.error_share", max = 0.0, says = "errors at dusk" }, { name = "p95_ratio", max = 1.0 }]"#;
        assert_eq!(name(two), "p95_ratio");
        assert_eq!(name(r#"target = [{ name = "dusk.error_share", max = 0.0 }]"#), "dusk.error_share");
        let declared = lamp(&format!("predict = {{ of = \"dusk.error_share\" }}\n{two}")).subject();
        assert_eq!((declared.name.as_str(), declared.says.as_str()), ("dusk.error_share", "errors at dusk"));
        let other = lamp(&format!("predict = {{ of = \"cpu_ms_per_request\" }}\n{two}")).subject();
        assert_eq!(other.says, "CPU time per request");
    }

    #[test]
    fn a_value_must_be_one_that_can_be() {
        let of = |name: &str| lamp(&format!("predict = {{ of = {name:?} }}")).subject();
        assert!(of("a.error_share").mistake(0.0).is_none() && of("a.error_share").mistake(1.2).is_some());
        assert!(of("p50_ratio").mistake(0.0).is_some() && of("killed.lost").mistake(14.0).is_none());
        assert!(of("killed.lost").mistake(f64::NAN).is_some());
        assert!(of("p95_ratio").asks().contains("p95") && of("killed.lost").example("ch08").contains("--value"));
    }
}
