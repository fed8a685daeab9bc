//! An exercise as one run asks it: cases, terms and requests drawn from the run's seed, which alone decides. So a run can be
//! repeated, and no table of known answers covers the next one.

use super::draw::{Known, all, in_body, in_path, plain, value};
use super::{Case, DrawSpec, Exercise, RequestTemplate, Who};
use crate::exit::Failure;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// Draws of a term that must be another than those before.
const TRIES: usize = 1_000;
/// The streams of random numbers, so that another draw more disturbs none of the others.
const TERMS: u64 = 1;
const REQUESTS: u64 = 1_000;
const CASES: u64 = 1_000_000;

impl Exercise {
    /// The exercise as a run with this seed asks it: the cases with those that are drawn behind the fixed ones, the load's terms
    /// and requests, and the seed of every schedule. The same seed gives the same.
    ///
    /// # Errors
    /// Exit 2 where something cannot be drawn.
    pub fn drawn(&self, seed: u64) -> Result<Self, Failure> {
        let size = self.shape.as_ref().and_then(|shape| shape.size(0)).unwrap_or_default();
        let known = Known::new(size);
        let failed = |why: String| Failure::usage(format!("{} cannot be drawn: {why} (in exercise.toml)", self.id));
        let mut drawn = self.clone();
        drawn.load.seed = seed;
        drawn.load.terms = terms(self, &known, &mut stream(seed, TERMS)).map_err(failed)?;
        drawn.load.draw_terms.clear();
        drawn.load.requests = requests(&self.load.requests, &known, &mut stream(seed, REQUESTS)).map_err(failed)?;
        for (place, phase) in drawn.phase.iter_mut().enumerate() {
            if let Some(templates) = &phase.requests {
                let rng = &mut stream(seed, REQUESTS + 1 + place as u64);
                phase.requests = Some(requests(templates, &known, rng).map_err(failed)?);
            }
        }
        for (place, spec) in self.draw.iter().enumerate() {
            let rng = &mut stream(seed, CASES + place as u64);
            for _ in 0..spec.count {
                drawn.behaviour.push(case(spec, &known, rng).map_err(failed)?);
            }
        }
        drawn.draw.clear();
        Ok(drawn)
    }
}

fn stream(seed: u64, number: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(number);
    rng
}

/// The fixed terms and the drawn ones, no two alike, in a drawn order: which is the most frequent is no constant either.
fn terms(exercise: &Exercise, known: &Known, rng: &mut ChaCha8Rng) -> Result<Vec<String>, String> {
    let mut terms = exercise.load.terms.clone();
    for draw in &exercise.load.draw_terms {
        let wanted = terms.len() + draw.count;
        for _ in 0..TRIES {
            if terms.len() == wanted {
                break;
            }
            let term = value(&draw.from, known, rng)?.text;
            if !terms.contains(&term) {
                terms.push(term);
            }
        }
        if terms.len() < wanted {
            return Err(format!("{} different terms", draw.count));
        }
    }
    if !exercise.load.draw_terms.is_empty() {
        for last in (1..terms.len()).rev() {
            terms.swap(last, rng.random_range(0..=last));
        }
    }
    Ok(terms)
}

/// Every template that draws, as many times as it says, with its weight shared among them.
fn requests(
    templates: &[RequestTemplate],
    known: &Known,
    rng: &mut ChaCha8Rng,
) -> Result<Vec<RequestTemplate>, String> {
    let mut expanded = Vec::new();
    for template in templates {
        if template.draws.is_empty() {
            expanded.push(template.clone());
            continue;
        }
        for _ in 0..template.variants {
            let values = all(&template.draws, known, rng)?;
            let mut one = template.clone();
            one.draws.clear();
            one.weight = template.weight / template.variants as f64;
            one.path = in_path(&template.path, &values);
            one.body = template.body.as_ref().map(|body| in_body(body, &values));
            one.headers.values_mut().for_each(|header| *header = plain(header, &values));
            expanded.push(one);
        }
    }
    Ok(expanded)
}

fn case(spec: &DrawSpec, known: &Known, rng: &mut ChaCha8Rng) -> Result<Case, String> {
    let customer = spec.customers.map_or_else(Who::default, |[first, last]| Who::Nth(rng.random_range(first..=last)));
    let values = all(&spec.draws, known, rng)?;
    let headers = spec.headers.iter().map(|(name, text)| (name.clone(), plain(text, &values)));
    Ok(Case {
        name: plain(&spec.name, &values),
        grpc: spec.grpc,
        method: spec.method.clone(),
        path: in_path(&spec.path, &values),
        body: spec.body.as_ref().map(|body| in_body(body, &values)),
        headers: headers.collect(),
        customer,
        after_ms: 0,
        status: spec.status,
        reads: spec.reads.clone(),
        reads_headers: spec.reads_headers.clone(),
        volatile: spec.volatile.clone(),
        unordered: spec.unordered.clone(),
        extras: spec.extras.clone(),
        once: spec.once.clone(),
        is_drawn: true,
        at_once: !spec.in_turn,
    })
}

#[cfg(test)]
mod tests {
    use crate::exercise::Exercise;
    use std::collections::BTreeSet;

    const LAMPS: &str = r#"
        id = "ch99-lamp"
        title = "A lamp"
        chapter = 9
        service = "search"
        needs = ["postgres"]
        symptom = "It is dark."
        minutes = 5
        reading = "Chapter 9"
        shape = { catalogue = [2000, 4000] }
        behaviour = [{ name = "a fixed one", path = "/" }]

        [load]
        rate_rps = 20
        rounds = 2
        slice_ms = 500
        terms = ["xyzzy"]
        draw_terms = [{ count = 12, from = { words = [50, 400] } }]
        requests = [
            { path = "/search?q={term}" },
            { path = "/products/{id}", weight = 3, variants = 6, draws = { id = { product = "id" } } },
        ]

        [[draw]]
        name = "page {page} of {word}"
        count = 30
        path = "/search?q={word}&page={page}&page_size={size}"
        draws = { word = { words = [1, 2000] }, page = { number = [1, 3] }, size = { number = [1, 50] } }
    "#;

    #[test]
    fn the_same_seed_draws_the_same_and_another_seed_something_else() {
        let exercise: Exercise = toml::from_str(LAMPS).unwrap();
        let [one, same, other] = [7, 7, 8].map(|seed| exercise.drawn(seed).unwrap());
        let paths = |exercise: &Exercise| -> Vec<String> {
            let requests = exercise.load.requests.iter().map(|request| request.path.clone());
            requests.chain(exercise.behaviour.iter().map(|case| case.path.clone())).collect()
        };
        assert_eq!((paths(&one), &one.load.terms), (paths(&same), &same.load.terms));
        assert_ne!(paths(&one), paths(&other));
        assert_ne!(one.load.terms, other.load.terms);
        assert_eq!((one.load.seed, other.load.seed), (7, 8));
    }

    #[test]
    fn cases_terms_and_requests_are_as_many_as_declared_with_every_place_filled() {
        let drawn = toml::from_str::<Exercise>(LAMPS).unwrap().drawn(3).unwrap();
        assert_eq!((drawn.behaviour.len(), drawn.load.requests.len()), (31, 7));
        assert!(!drawn.behaviour[0].is_drawn && drawn.behaviour[1..].iter().all(|case| case.is_drawn && case.at_once));
        let terms: BTreeSet<&String> = drawn.load.terms.iter().collect();
        assert!(terms.len() == 13 && terms.contains(&"xyzzy".to_owned()));
        assert!(drawn.behaviour.iter().all(|case| !case.path.contains('{') && !case.name.contains('{')));
        let weights: f64 = drawn.load.requests.iter().map(|request| request.weight).sum();
        assert!((weights - 4.0).abs() < 1e-9);
        assert!(drawn.load.requests[0].path.contains("{term}"), "terms are filled in where the mix is made");
        // Nothing is left to draw.
        assert_eq!(drawn.drawn(9).unwrap().behaviour.len(), 31);
    }
}
