//! The exercise's cases, asked of all arms of a comparison.

use super::behaviour::{differs, shown_request};
use super::{Asking, Difference};
use crate::arms::Arm;
use crate::exercise::{Case, case_request};
use crate::exit::{Exit, Failure};
use futures_util::future::join_all;
use http::{HeaderValue, header};
use load::{Answer, Driver, Request};
use std::time::{Duration, Instant};

/// So many cases are asked at once, of those that may.
const AT_ONCE: usize = 8;
/// How long an arm may go on saying that it cannot answer now (503), after load.
const RECOVERY: Duration = Duration::from_secs(15);
const NOT_NOW: u16 = 503;
const TRY_AGAIN: Duration = Duration::from_millis(100);

/// Asks both arms every case; the first difference, if there is one.
///
/// # Errors
/// As [`compare_all`].
pub async fn compare(
    driver: &Driver,
    asking: &Asking,
    baseline: &Arm,
    candidate: &Arm,
) -> Result<Option<Difference>, Failure> {
    Ok(compare_all(driver, asking, &[baseline, candidate]).await?.pop().flatten())
}

/// Asks every arm every case, in the order of the cases and each exactly once: a case may change what the next one finds. All
/// arms are asked a case at once, because each has a database, partners and prefixes of its own; several cases at once only where
/// they say that they may. For each arm its first difference from the first arm; one that differs is not asked any further.
///
/// # Errors
/// Exit 3 when an arm cannot be asked, or the baseline itself does not answer as the exercise says.
pub async fn compare_all(driver: &Driver, asking: &Asking, arms: &[&Arm]) -> Result<Vec<Option<Difference>>, Failure> {
    let names: Vec<&str> = arms.iter().map(|arm| arm.spec.name.as_str()).collect();
    asked(asking, &names, async |arm, case| {
        let request = case_request(case, &arms[arm].customers)?;
        let begin = Instant::now();
        loop {
            let answer = arms[arm].ask(driver, &request).await?;
            // After load an arm may not have recovered. Refusing is no answer, and it did nothing that asking again would repeat.
            if asking.is_first || answer.status != NOT_NOW || begin.elapsed() > RECOVERY {
                return revalidated(driver, arms[arm], case, request, answer).await;
            }
            tokio::time::sleep(TRY_AGAIN).await;
        }
    })
    .await
}

/// The answer, and among its headers under `if-none-match`, where the case reads that, what the arm says to a client that has the
/// answer already.
async fn revalidated(
    driver: &Driver,
    arm: &Arm,
    case: &Case,
    mut request: Request,
    mut answer: Answer,
) -> Result<Answer, Failure> {
    if !case.reads_headers.iter().any(|name| name == header::IF_NONE_MATCH.as_str()) {
        return Ok(answer);
    }
    let said = match answer.headers.get(header::ETAG).cloned() {
        None => "the answer has no etag".to_owned(),
        Some(tag) => {
            request.headers.insert(header::IF_NONE_MATCH, tag);
            let again = arm.ask(driver, &request).await?;
            let body = if again.body.is_empty() { "without a body" } else { "with a body" };
            format!("{} {body}", again.status)
        }
    };
    answer.headers.extend(HeaderValue::try_from(said).ok().map(|said| (header::IF_NONE_MATCH, said)));
    Ok(answer)
}

/// As [`compare_all`], whoever is asked: `ask` gives the answer of the arm at a place.
async fn asked(
    asking: &Asking,
    arms: &[&str],
    ask: impl AsyncFn(usize, &Case) -> Result<Answer, Failure>,
) -> Result<Vec<Option<Difference>>, Failure> {
    let mut found: Vec<Option<Difference>> = vec![None; arms.len()];
    for batch in batches(&asking.cases) {
        // The first of them is the baseline, which never differs from itself.
        let alike: Vec<usize> = (0..arms.len()).filter(|arm| found[*arm].is_none()).collect();
        let (arms_asked, ask) = (&alike, &ask);
        let answers = join_all(batch.iter().map(|case| async move {
            tokio::time::sleep(Duration::from_millis(case.after_ms)).await;
            join_all(arms_asked.iter().map(|arm| ask(*arm, case))).await
        }));
        let answers = answers.await;
        for (case, answers) in batch.iter().zip(answers) {
            let mut answers = answers.into_iter();
            let Some(baseline) = answers.next().transpose()? else { break };
            if asking.is_first && baseline.status != case.status {
                return Err(Failure::unfit(format!(
                    "{}: {} answers {} to {} {}, and the exercise says {}: the exercise or the service is broken",
                    case.name, arms[0], baseline.status, case.method, case.path, case.status
                )));
            }
            if !asking.is_first && baseline.status == NOT_NOW {
                // What the others would find next is not what the baseline finds: nothing more can be compared in this asking.
                return Ok(found);
            }
            for (arm, answer) in alike.iter().skip(1).zip(answers) {
                let difference = match answer {
                    Ok(answer) => different(asking, case, &baseline, &answer),
                    // No answer where the baseline gives one: the connection was closed, or nothing came in time.
                    Err(failure) if failure.exit == Exit::BehaviourChanged => {
                        Some(no_answer(asking, case, &baseline, failure.message))
                    }
                    Err(failure) => return Err(failure),
                };
                found[*arm] = found[*arm].take().or(difference);
            }
        }
    }
    Ok(found)
}

fn different(asking: &Asking, case: &Case, baseline: &Answer, candidate: &Answer) -> Option<Difference> {
    let (at, baseline, candidate) = differs(&case.reading(), baseline, candidate)?;
    Some(Difference { case: asking.name(case), request: shown(case), at, baseline, candidate })
}

fn no_answer(asking: &Asking, case: &Case, baseline: &Answer, said: String) -> Difference {
    let (at, baseline) = ("the answer".to_owned(), format!("status {}", baseline.status));
    Difference { case: asking.name(case), request: shown(case), at, baseline, candidate: said }
}

fn shown(case: &Case) -> String {
    let body = case.body.as_deref().filter(|_| case.is_drawn).unwrap_or_default();
    shown_request(&case.method, &case.path, body.as_bytes())
}

/// The cases in their order, those together that may be asked at once.
fn batches(cases: &[Case]) -> impl Iterator<Item = &[Case]> {
    cases.chunk_by(|one, next| one.at_once && next.at_once).flat_map(|run| run.chunks(AT_ONCE))
}

#[cfg(test)]
mod tests {
    use super::asked;
    use crate::exercise::fixture::lamp;
    use crate::exercise::{Case, Exercise};
    use crate::exit::{Exit, Failure};
    use crate::pipeline::Asking;
    use load::Answer;
    use std::sync::Mutex;
    use tokio::sync::Barrier;

    const ARMS: [&str; 3] = ["flawed", "fixed", "trap:candle"];

    fn cases(names: &[&str]) -> Asking {
        let case = |name: &&str| toml::from_str(&format!("name = {name:?}\npath = \"/{name}\"\nreads = []")).unwrap();
        let list: Vec<Case> = names.iter().map(case).collect();
        Asking::first(&Exercise { behaviour: list, ..lamp("") })
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
    async fn cases_that_may_are_asked_beside_each_other_and_the_others_alone() {
        let mut asking = cases(&["one", "two", "three", "four", "five"]);
        asking.cases[1..4].iter_mut().for_each(|case| case.at_once = true);
        // Three cases of three arms: whoever asked them one after the other would wait here for ever.
        let (log, nine) = (Mutex::new(Vec::new()), Barrier::new(9));
        let found = asked(&asking, &ARMS, async |arm, case| {
            log.lock().unwrap().push(case.name.clone());
            if case.at_once {
                nine.wait().await;
            }
            Ok(answer(if arm == 2 && ["three", "four"].contains(&case.name.as_str()) { 500 } else { 200 }))
        });
        let found = found.await.unwrap();
        assert_eq!(
            found[2].as_ref().map(|one| one.case.as_str()),
            Some("three"),
            "the first in the order of the cases"
        );
        let log = log.into_inner().unwrap();
        assert_eq!(
            (log.len(), log[..3].to_vec(), log[12..].to_vec()),
            (14, vec!["one".to_owned(); 3], vec!["five".to_owned(); 2])
        );
    }

    #[tokio::test]
    async fn later_the_baseline_may_answer_as_its_state_says() {
        let mut asking = cases(&["one"]);
        asking.is_first = false;
        let moved_on = asked(&asking, &ARMS, async |arm, _| Ok(answer(if arm == 1 { 201 } else { 200 + 222 })));
        let found = moved_on.await.unwrap();
        let said = found[1].as_ref().map(|one| (one.at.as_str(), one.baseline.as_str(), one.candidate.as_str()));
        assert_eq!((said, &found[2]), (Some(("status", "422", "201")), &None));
    }

    #[tokio::test]
    async fn with_a_baseline_that_cannot_answer_after_load_nothing_more_is_compared() {
        let mut asking = cases(&["one", "two", "three"]);
        asking.is_first = false;
        let down = asked(&asking, &ARMS, async |arm, case| {
            assert_ne!(case.name, "three");
            Ok(answer(if arm == 0 && case.name == "two" { 503 } else { 200 }))
        });
        assert_eq!(down.await.unwrap(), [None, None, None]);
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
