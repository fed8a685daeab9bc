//! Change, then read: in mid-run, while caches are warm, something changes in every arm alike, and every path that shows it must show
//! it by the time its contract says. An answer that stays old is another answer, however fast it came.
//!
//! It is done between the counts and the phases or right after a phase, never beside anything that is counted or timed, and undone
//! where later requests rely on what was there.

mod make;
mod read;
mod words;

use super::{Bench, Difference};
use crate::arms::{Arm, Shop};
use crate::exercise::{Ask, Change, Exercise, Make, case_request};
use crate::exit::Failure;
use futures_util::future::{join_all, try_join_all};
use read::{Outcome, Seen, Wanted, until_shown};
use std::time::{Duration, Instant};
use words::{Late, Words};

/// How often values are drawn until they are not those that are shown already.
const DRAWS: usize = 5;
/// How often every path is asked before the change, so that whatever keeps answers has them.
const WARM: usize = 3;

/// The changes of a run.
pub(super) struct Changes<'a> {
    bench: &'a Bench<'a>,
    exercise: &'a Exercise,
    seed: u64,
    /// Made, and not yet asked for.
    late: Vec<Made<'a>>,
}

/// A change that was made.
struct Made<'a> {
    change: &'a Change,
    words: Words,
    reads: Vec<Ask>,
    /// By arm and read, what was shown before; nothing where nobody asked.
    before: Vec<Vec<Seen>>,
    /// By arm, where the request that makes the change was answered otherwise.
    refused: Differences,
    at: Instant,
}

/// What each arm answers otherwise than it should.
pub(super) type Differences = Vec<Option<Difference>>;

impl<'a> Changes<'a> {
    /// Those of an exercise, with values drawn from `seed`.
    pub fn of(bench: &'a Bench<'a>, exercise: &'a Exercise, seed: u64) -> Self {
        Self { bench, exercise, seed, late: Vec::new() }
    }

    /// Makes every change that is not the end of a phase, and asks for those that need not be waited for.
    ///
    /// # Errors
    /// Exit 2 or 3: a change cannot be made, or the first arm itself does not show it in time.
    pub async fn in_mid_run(&mut self, shop: &Shop, alive: &[bool]) -> Result<Differences, Failure> {
        let changes: Vec<(usize, &Change)> =
            self.exercise.change.iter().enumerate().filter(|(_, change)| change.make.is_some()).collect();
        let mut found = vec![None; alive.len()];
        if !changes.is_empty() {
            self.bench.step(&format!("changes: {} made, then read", changes.len()));
        }
        for (number, change) in changes {
            let alive: Vec<bool> = alive.iter().zip(&found).map(|(alive, found)| *alive && found.is_none()).collect();
            let made = self.made(number, change, shop, &alive).await?;
            if change.late {
                self.late.push(made);
                continue;
            }
            merge(&mut found, self.read(&made, shop, &alive).await?);
            self.undo(&made, shop, &alive).await?;
        }
        Ok(found)
    }

    /// Asks for what the end of a phase changes: partners that are well again.
    ///
    /// # Errors
    /// As [`Changes::in_mid_run`].
    pub async fn after_phase(&self, phase: &str, shop: &Shop, alive: &[bool]) -> Result<Differences, Failure> {
        let mut found = vec![None; alive.len()];
        let after = |change: &&Change| change.after.as_deref() == Some(phase);
        for (number, change) in self.exercise.change.iter().enumerate().filter(|(_, change)| after(change)) {
            let words = Words::drawn(change, &mut words::random(self.seed, number));
            let reads = change.read.iter().map(|read| words.ask(read)).collect();
            let before = vec![vec![Seen::default(); change.read.len()]; alive.len()];
            let refused = vec![None; alive.len()];
            let made = Made { change, words, reads, before, refused, at: Instant::now() };
            self.bench.step(&format!("changes: {}", made.words.fill(&change.name)));
            merge(&mut found, self.read(&made, shop, alive).await?);
        }
        Ok(found)
    }

    /// Asks for the changes that had the whole run to be seen.
    ///
    /// # Errors
    /// As [`Changes::in_mid_run`].
    pub async fn at_the_end(&mut self, shop: &Shop, alive: &[bool]) -> Result<Differences, Failure> {
        let mut found = vec![None; alive.len()];
        for made in std::mem::take(&mut self.late) {
            merge(&mut found, self.read(&made, shop, alive).await?);
            self.undo(&made, shop, alive).await?;
        }
        Ok(found)
    }

    /// Draws, asks every path so that it is kept wherever answers are kept, and makes the change.
    async fn made(&self, number: usize, change: &'a Change, shop: &Shop, alive: &[bool]) -> Result<Made<'a>, Failure> {
        let mut random = words::random(self.seed, number);
        let mut drawn = self.drawn(change, shop, alive, &mut random).await?;
        for _ in 1..DRAWS {
            if already_shown(&drawn).is_none() {
                break;
            }
            drawn = self.drawn(change, shop, alive, &mut random).await?;
        }
        if let Some(path) = already_shown(&drawn) {
            let name = drawn.words.fill(&change.name);
            return Err(Failure::unfit(format!("{name}: {path} shows it before it was made: nothing would be seen")));
        }
        if let Some(what) = &change.make {
            let places: Vec<usize> = (0..alive.len()).filter(|place| alive[*place]).collect();
            let asked: Vec<&Arm> = places.iter().map(|place| &shop.arms[*place]).collect();
            let answered = make::make(&self.bench.driver, shop, &asked, what, &drawn.words).await?;
            for (place, status) in places.into_iter().zip(answered) {
                drawn.refused[place] = status.map(|status| refused(what, &drawn.words.fill(&change.name), status));
            }
        }
        Ok(Made { at: Instant::now(), ..drawn })
    }

    /// What the change will be, and what every path shows before it.
    async fn drawn(
        &self,
        change: &'a Change,
        shop: &Shop,
        alive: &[bool],
        random: &mut rand_chacha::ChaCha8Rng,
    ) -> Result<Made<'a>, Failure> {
        let driver = &self.bench.driver;
        let mut words = Words::drawn(change, random);
        let customer = change.read.first().map_or(0, |read| read.customer.number());
        if let Some(customer) = customer.checked_sub(1).and_then(|place| shop.customers.get(place)) {
            words.set("email", customer.email.clone());
        }
        for pick in &change.pick {
            let request = case_request(&words.ask(pick).case("a pick"), &shop.arms[0].customers)?;
            let answer = shop.arms[0].ask(driver, &request).await?;
            words.pick(pick, &serde_json::from_slice(&answer.body).unwrap_or_default(), random)?;
        }
        let mut reads: Vec<Ask> = change.read.iter().map(|read| words.ask(read)).collect();
        let mut before = vec![vec![Seen::default(); reads.len()]; alive.len()];
        for _ in 0..WARM {
            for (arm, before) in arms(shop, alive).zip(&mut before) {
                let Some(arm) = arm else { continue };
                *before = try_join_all(reads.iter().map(|one| read::ask(driver, arm, one, None))).await?;
            }
        }
        if let Some(was) = before[0].first().and_then(|seen| seen.values.first()) {
            words.set("was", was.clone());
            reads = change.read.iter().map(|read| words.ask(read)).collect();
        }
        let refused = vec![None; alive.len()];
        Ok(Made { change, words, reads, before, refused, at: Instant::now() })
    }

    /// Asks the first arm, which sets the measure, and then all others at once.
    async fn read(&self, made: &Made<'_>, shop: &Shop, alive: &[bool]) -> Result<Differences, Failure> {
        let first: Vec<Outcome> = self.outcomes(made, &shop.arms[0], 0, None).await?;
        if let Some(late) = self.first_late(made, &first, 0, None) {
            return Err(Failure::unfit(format!(
                "{}: {}: the exercise or the service is broken",
                shop.arms[0].spec.name, late.case
            )));
        }
        let first: Vec<Seen> = first.into_iter().map(|outcome| outcome.seen).collect();
        let others = arms(shop, alive).enumerate().map(async |(place, arm)| {
            if made.refused[place].is_some() {
                return Ok(made.refused[place].clone());
            }
            let Some(arm) = arm.filter(|_| place > 0) else { return Ok(None) };
            let found = self.outcomes(made, arm, place, Some(&first)).await?;
            Ok::<_, Failure>(self.first_late(made, &found, place, Some(&first)))
        });
        join_all(others).await.into_iter().collect()
    }

    async fn outcomes(
        &self,
        made: &Made<'_>,
        arm: &Arm,
        place: usize,
        first: Option<&[Seen]>,
    ) -> Result<Vec<Outcome>, Failure> {
        let time = (made.at, Duration::from_millis(made.change.within_ms));
        let reads = made.reads.iter().enumerate().map(|(number, one)| {
            let before = &made.before[place][number];
            let wanted = Wanted::of(one, first.map(|first| &first[number]), before);
            let asked = async || read::ask(&self.bench.driver, arm, one, Some(before)).await;
            until_shown(asked, move |seen| wanted.is_shown(one, seen), time)
        });
        try_join_all(reads).await
    }

    fn first_late(
        &self,
        made: &Made<'_>,
        found: &[Outcome],
        place: usize,
        first: Option<&[Seen]>,
    ) -> Option<Difference> {
        let number = found.iter().position(|outcome| !outcome.shown)?;
        let (one, outcome, before) = (&made.reads[number], &found[number], &made.before[place][number]);
        let wanted = Wanted::of(one, first.map(|first| &first[number]), before);
        let (candidate, expected) = wanted.first_wrong(one, &outcome.seen);
        let at = one.at.as_deref().filter(|_| outcome.seen.status == one.status);
        let late = Late {
            change: &made.words.fill(&made.change.name),
            method: &one.method,
            path: &one.path,
            at,
            found: &candidate,
            still: before.status == outcome.seen.status && before.values == outcome.seen.values,
            after: outcome.after,
            within: Duration::from_millis(made.change.within_ms),
        };
        Some(Difference {
            case: late.sentence(),
            request: format!("{} {}", one.method, one.path),
            at: at.unwrap_or("status").to_owned(),
            baseline: expected,
            candidate,
        })
    }

    async fn undo(&self, made: &Made<'_>, shop: &Shop, alive: &[bool]) -> Result<(), Failure> {
        let Some(undo) = &made.change.undo else { return Ok(()) };
        let alive: Vec<&Arm> = arms(shop, alive).flatten().collect();
        make::make(&self.bench.driver, shop, &alive, undo, &made.words).await.map(drop)
    }
}

/// The answer of an arm that does not let the change be made.
fn refused(make: &Make, name: &str, status: u16) -> Difference {
    let (request, wanted) = match make {
        Make::Request { request } => (format!("{} {}", request.method, request.path), request.status),
        Make::Sql { .. } | Make::Partners { .. } => ("a change".to_owned(), 200),
    };
    Difference {
        case: format!("{name}, which is refused with {status}"),
        request,
        at: "status".to_owned(),
        baseline: wanted.to_string(),
        candidate: status.to_string(),
    }
}

/// The path on which the first arm shows what is only about to be changed.
fn already_shown<'a>(drawn: &'a Made<'_>) -> Option<&'a str> {
    let valued = drawn.reads.iter().zip(&drawn.before[0]).filter(|(one, _)| one.is.is_some());
    let mut shown = valued.filter(|(one, before)| Wanted::of(one, None, before).is_shown(one, before));
    shown.next().map(|(one, _)| one.path.as_str())
}

/// The arms by place; `None` for those that are not asked any more.
fn arms<'a>(shop: &'a Shop, alive: &'a [bool]) -> impl Iterator<Item = Option<&'a Arm>> {
    shop.arms.iter().zip(alive).map(|(arm, alive)| alive.then_some(arm))
}

/// Keeps the first difference of each arm.
fn merge(all: &mut Differences, new: Differences) {
    all.iter_mut().zip(new).filter(|(known, _)| known.is_none()).for_each(|(known, new)| *known = new);
}
