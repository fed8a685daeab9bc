//! One asking of an exercise's cases: before any load, after a phase, or after the last slice.
//!
//! All are asked at first. Later all fixed ones are asked again, and a part of the drawn ones that changes from asking to asking:
//! whoever answers rightly only while nobody measures is found, and a run does not get much longer.

use crate::exercise::{Case, Exercise};

/// In how many askings every drawn case is asked again.
const PARTS: usize = 3;

/// The cases of one asking.
#[derive(Clone, Debug)]
pub struct Asking {
    /// In this order, with `{run}` filled in.
    pub(super) cases: Vec<Case>,
    /// Asked for the first time: then the baseline has to answer as the exercise says. Later its state has moved on, and what it
    /// answers now is what is right.
    pub(super) is_first: bool,
    /// When it was, as it stands behind a case's name; empty for the first.
    when: String,
}

impl Asking {
    /// The first: every case.
    #[must_use]
    pub fn first(exercise: &Exercise) -> Self {
        let cases = exercise.behaviour.iter().map(|case| numbered(case, exercise.load.seed, 0)).collect();
        Self { cases, is_first: true, when: String::new() }
    }

    /// A later one, `number` from 1; `when` says when: "after the phase hang".
    #[must_use]
    pub fn again(exercise: &Exercise, number: usize, when: &str) -> Self {
        let (drawn, fixed): (Vec<&Case>, Vec<&Case>) =
            exercise.behaviour.iter().filter(|case| case.once.is_none()).partition(|case| case.is_drawn);
        let part = drawn.into_iter().skip((number - 1) % PARTS).step_by(PARTS);
        let cases = fixed.into_iter().chain(part).map(|case| numbered(case, exercise.load.seed, number)).collect();
        Self { cases, is_first: false, when: when.to_owned() }
    }

    /// How many cases it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cases.len()
    }

    /// Whether nothing is asked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cases.is_empty()
    }

    /// A case's name with the time at which it was asked.
    pub(super) fn name(&self, case: &Case) -> String {
        match self.when.as_str() {
            "" => case.name.clone(),
            when => format!("{}, asked again {when}", case.name),
        }
    }
}

/// The case with `{run}` filled in: a number of six digits, another one at each asking, the same for all arms.
fn numbered(case: &Case, seed: u64, number: usize) -> Case {
    // Any odd factor prime to 900,000 gives every asking of a run a number of its own.
    let run = (100_000 + (seed % 900_000 + number as u64 * 7_919) % 900_000).to_string();
    let filled = |text: &String| text.replace("{run}", &run);
    let mut case = case.clone();
    case.path = filled(&case.path);
    case.body = case.body.as_ref().map(filled);
    case.headers.values_mut().for_each(|value| *value = filled(value));
    case
}

#[cfg(test)]
mod tests {
    use super::Asking;
    use crate::exercise::Exercise;
    use crate::exercise::fixture::lamp;
    use std::collections::BTreeSet;

    fn exercise() -> Exercise {
        let text = r#"
            draw = [{ name = "{n}", count = 9, path = "/{n}", draws = { n = { number = [1, 1000000] } } }]

            [[behaviour]]
            name = "an order"
            path = "/orders/{run}"
            body = '{"price":{run}}'
            headers = { key = "k-{run}" }

            [[behaviour]]
            name = "what sells best"
            path = "/bestsellers"
            once = "the load sells too"
        "#;
        lamp(text).drawn(5).unwrap()
    }

    #[test]
    fn each_asking_has_numbers_of_its_own() {
        let exercise = exercise();
        let askings = [Asking::first(&exercise), Asking::again(&exercise, 1, "x"), Asking::again(&exercise, 2, "y")];
        let orders: BTreeSet<(String, Option<String>, String)> = askings
            .iter()
            .map(|asking| &asking.cases[0])
            .map(|case| (case.path.clone(), case.body.clone(), case.headers["key"].clone()))
            .collect();
        assert_eq!(orders.len(), 3);
        assert!(
            orders.iter().all(|(path, ..)| path.len() == "/orders/".len() + 6 && !path.contains('{')),
            "{orders:?}"
        );
    }

    #[test]
    fn later_askings_have_every_fixed_case_and_in_three_of_them_every_drawn_one() {
        let exercise = exercise();
        assert_eq!(Asking::first(&exercise).len(), 2 + 9);
        let later: Vec<Asking> = (1..=3).map(|number| Asking::again(&exercise, number, "after the counts")).collect();
        assert!(later.iter().all(|asking| asking.len() == 1 + 3 && asking.cases[0].name == "an order"));
        let drawn: BTreeSet<&str> =
            later.iter().flat_map(|asking| &asking.cases[1..]).map(|case| case.name.as_str()).collect();
        assert_eq!(drawn.len(), 9);
        assert_eq!(later[0].name(&later[0].cases[0]), "an order, asked again after the counts");
    }
}
