//! The exercise's cases, asked of all arms of a comparison.

use super::Difference;
use super::behaviour::differs;
use crate::arms::Arm;
use crate::exercise::{Case, case_request};
use crate::exit::{Exit, Failure};
use futures_util::future::join_all;
use load::{Answer, Driver};
use std::time::Duration;

/// Asks both arms every case; the first difference, if there is one.
///
/// # Errors
/// As [`compare_all`].
pub async fn compare(
    driver: &Driver,
    cases: &[Case],
    baseline: &Arm,
    candidate: &Arm,
) -> Result<Option<Difference>, Failure> {
    Ok(compare_all(driver, cases, &[baseline, candidate]).await?.pop().flatten())
}

/// Asks every arm every case, in the order of the cases and each exactly once: a case may change what the next one finds. All
/// arms are asked a case at once, because each has a database, partners and prefixes of its own. For each arm its first
/// difference from the first arm; one that differs is not asked any further.
///
/// # Errors
/// Exit 3 when an arm cannot be asked, or the baseline itself does not answer as the exercise says.
pub async fn compare_all(driver: &Driver, cases: &[Case], arms: &[&Arm]) -> Result<Vec<Option<Difference>>, Failure> {
    let names: Vec<&str> = arms.iter().map(|arm| arm.spec.name.as_str()).collect();
    asked(cases, &names, async |arm, case| {
        let request = case_request(case, &arms[arm].customers)?;
        let answer = driver.once(arms[arm].base(), &request, false).await;
        if answer.is_err() {
            // Whoever stopped it is the reason, not the connection that failed.
            arms[arm].check()?;
        }
        answer.map_err(|error| arms[arm].blame(error.into()))
    })
    .await
}

/// As [`compare_all`], whoever is asked: `ask` gives the answer of the arm at a place.
async fn asked(
    cases: &[Case],
    arms: &[&str],
    ask: impl AsyncFn(usize, &Case) -> Result<Answer, Failure>,
) -> Result<Vec<Option<Difference>>, Failure> {
    let mut found: Vec<Option<Difference>> = vec![None; arms.len()];
    for case in cases {
        tokio::time::sleep(Duration::from_millis(case.after_ms)).await;
        // The first of them is the baseline, which never differs from itself.
        let alike: Vec<usize> = (0..arms.len()).filter(|arm| found[*arm].is_none()).collect();
        let mut answers = join_all(alike.iter().map(|arm| ask(*arm, case))).await.into_iter();
        let Some(baseline) = answers.next().transpose()? else { break };
        if baseline.status != case.status {
            return Err(Failure::unfit(format!(
                "{}: {} answers {} to {} {}, and the exercise says {}: the exercise or the service is broken",
                case.name, arms[0], baseline.status, case.method, case.path, case.status
            )));
        }
        for (arm, answer) in alike.into_iter().skip(1).zip(answers) {
            let difference = match answer {
                Ok(answer) => differs(case, &baseline, &answer),
                // No answer where the baseline gives one: the connection was closed, or nothing came in time.
                Err(failure) if failure.exit == Exit::BehaviourChanged => {
                    Some(("the answer".to_owned(), format!("status {}", baseline.status), failure.message))
                }
                Err(failure) => return Err(failure),
            };
            found[arm] = difference.map(|(at, baseline, candidate)| Difference {
                case: case.name.clone(),
                request: format!("{} {}", case.method, case.path),
                at,
                baseline,
                candidate,
            });
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::asked;
    use crate::exercise::Case;
    use crate::exit::{Exit, Failure};
    use load::Answer;
    use std::sync::Mutex;
    use tokio::sync::Barrier;

    const ARMS: [&str; 3] = ["flawed", "fixed", "trap:candle"];

    fn cases(names: &[&str]) -> Vec<Case> {
        let case = |name: &&str| toml::from_str(&format!("name = {name:?}\npath = \"/{name}\"\nreads = []")).unwrap();
        names.iter().map(case).collect()
    }

    fn answer(status: u16) -> Answer {
        Answer { status, headers: http::HeaderMap::new(), body: "{}".into(), trace_id: [0; 16] }
    }

    #[tokio::test]
    async fn every_arm_is_asked_at_once_and_no_case_begins_before_the_last_one_is_over() {
        let (log, all) = (Mutex::new(Vec::new()), Barrier::new(ARMS.len()));
        let cases = cases(&["one", "two"]);
        let found = asked(&cases, &ARMS, async |arm, case| {
            log.lock().unwrap().push((case.name.clone(), arm, "asked"));
            // Nobody goes on before all arms were asked: one after the other would wait here for ever.
            all.wait().await;
            log.lock().unwrap().push((case.name.clone(), arm, "answered"));
            Ok(answer(200))
        });
        assert_eq!(found.await.unwrap(), [None, None, None]);
        let log = log.into_inner().unwrap();
        let steps: Vec<(&str, &str)> = log.chunks(3).map(|three| (three[0].0.as_str(), three[0].2)).collect();
        assert_eq!(steps, [("one", "asked"), ("one", "answered"), ("two", "asked"), ("two", "answered")]);
        for three in log.chunks(3) {
            let mut arms: Vec<usize> = three.iter().map(|(.., arm, _)| *arm).collect();
            arms.sort_unstable();
            assert_eq!(arms, [0, 1, 2], "{log:?}");
        }
    }

    #[tokio::test]
    async fn an_arm_that_differs_is_not_asked_any_further_and_keeps_its_first_difference() {
        let log = Mutex::new(Vec::new());
        let cases = cases(&["one", "two", "three"]);
        let found = asked(&cases, &ARMS, async |arm, case| {
            log.lock().unwrap().push(format!("{} {arm}", case.name));
            Ok(answer(if arm == 1 && case.name != "one" { 500 } else { 200 }))
        });
        let found = found.await.unwrap();
        assert_eq!(found[1].as_ref().map(|one| (one.case.as_str(), one.candidate.as_str())), Some(("two", "500")));
        assert!(found[0].is_none() && found[2].is_none());
        let asked = log.into_inner().unwrap();
        assert_eq!(asked, ["one 0", "one 1", "one 2", "two 0", "two 1", "two 2", "three 0", "three 2"]);
    }

    #[tokio::test]
    async fn a_baseline_that_answers_otherwise_comes_before_an_arm_that_cannot_be_asked() {
        let cases = cases(&["one"]);
        let broken = asked(&cases, &ARMS, async |arm, _| match arm {
            0 => Ok(answer(503)),
            _ => Err(Failure::inconclusive("no connection")),
        });
        let failure = broken.await.unwrap_err();
        assert_eq!(failure.exit, Exit::Unfit);
        assert!(failure.message.contains("flawed answers 503"), "{}", failure.message);
        let gone = asked(&cases, &ARMS, async |arm, _| match arm {
            2 => Err(Failure::unfit("no connection")),
            _ => Ok(answer(200)),
        });
        assert_eq!(gone.await.unwrap_err().message, "no connection");
    }
}
