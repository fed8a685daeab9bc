//! The interleaved rounds: every round drives each arm twice, in an order that its mirror balances.
//!
//! With two arms a round is ABBA or BAAB. A story has three settings or more, and the round generalises
//! so: a round is a random permutation of all arms followed by its mirror, ABCCBA and its like. Each arm still has one slice in
//! each half, the places of its two slices add up to the same number for all arms, so that a drift that is linear within the
//! round cancels between *any* two of them; and the effect of one arm over another is computed within each round as for two.
//! Every pair is read from the same rounds, so the pairs' ratios are not independent of each other; each interval is right for
//! its own pair. The longer round is the price: with k arms it takes k/2 as long, and only drifts slower than that cancel.
//!
//! How many rounds count is fixed before the run. A round during which the host gave the processor to others is driven again,
//! whatever its latencies were: what the host does is no answer of any arm, so leaving it out favours none.

use super::tiles::Tiles;
use super::void::{self, Round};
use super::{ArmLatency, Bench, Harness, Lane, Latency, Plan, TimedSlice};
use crate::arms::Shop;
use crate::exit::Failure;
use crate::machine::CpuTimes;
use load::{Mix, SliceResult};
use std::time::{Duration, Instant};

/// Bad slices in a row after which it makes no sense to go on.
const GIVE_UP: usize = 3;
/// Share of the planned rounds that must be left.
const ENOUGH: f64 = 0.75;

/// Runs all rounds over all arms.
///
/// # Errors
/// Exit 3 when a service or a server ends in mid-run; exit 4 when too few rounds are left.
pub async fn interleave(bench: &Bench<'_>, shop: &Shop, mix: &Mix, plan: Plan) -> Result<Latency, Failure> {
    interleave_lanes(bench, &Lane::of_all(&shop.arms, mix), plan).await
}

/// As [`interleave`]; the results are in the order of the lanes, empty for those without an arm.
///
/// # Errors
/// As [`interleave`].
pub async fn interleave_lanes(harness: &impl Harness, lanes: &[Lane<'_>], plan: Plan) -> Result<Latency, Failure> {
    let arms = lanes.len();
    let mut latency = Latency {
        arms: vec![ArmLatency::default(); arms],
        answers: vec![Vec::new(); arms],
        planned: plan.rounds,
        rate_rps: plan.rate_rps,
        ..Latency::default()
    };
    let mut tiles = Tiles::new(arms);
    let mut offered = vec![0_u64; arms];
    let mut cpu = vec![Duration::ZERO; arms];
    let asked = lanes.iter().filter(|lane| lane.arm.is_some()).count();
    let progress = harness.terminal().progress(&describe(asked, plan), (plan.rounds * asked * 2) as u64);
    let (begin, before) = (Instant::now(), CpuTimes::now());
    let mut bad_in_a_row = 0;
    // As many again as were planned, should the host take them all.
    for (number, order) in stats::order(arms, plan.rounds * 2, plan.seed).into_iter().enumerate() {
        let rounds = plan.rounds + latency.taken;
        if number == rounds {
            break;
        }
        let started = CpuTimes::now();
        let mut slices: Vec<Vec<SliceResult>> = vec![Vec::new(); arms];
        for lane in order {
            let Lane { arm: Some(arm), mix } = lanes[lane] else { continue };
            // The same work for all arms of a round, by position: first and second slice differ.
            let seed = plan.seed.wrapping_add((number * 2 + slices[lane].len()) as u64);
            let schedule = plan.arrivals.schedule(plan.rate_rps, plan.slice, mix, seed);
            tiles.begin(lane, lanes);
            let cpu_before = arm.cpu();
            let mut result = harness.driver().slice(arm.base(), mix, &schedule, plan.options(seed)).await;
            harness.tell(arm.name(), "latency", (number + 1, rounds), &result);
            arm.check()?;
            progress.one();
            cpu[lane] += arm.cpu().saturating_sub(cpu_before);
            offered[lane] += result.offered;
            tiles.sent(lane, result.offered);
            // Of void slices too: whatever spoils a latency does not make an answer right.
            latency.answers[lane].push(std::mem::take(&mut result.kept));
            latency.arms[lane].errors += result.errors;
            latency.slices.push(TimedSlice {
                arm: lane,
                t_s: begin.elapsed().as_secs_f64(),
                latency: result.latency.clone(),
                requests: result.requests,
                errors: result.errors,
                voided: void::slice(&result).is_some(),
            });
            bad_in_a_row = if void::broken(&result) { bad_in_a_row + 1 } else { 0 };
            if bad_in_a_row >= GIVE_UP {
                let why = void::slice(&result).unwrap_or_default();
                return Err(gave_up(harness, &format!("round {}, {}: {why}", number + 1, arm.name())));
            }
            slices[lane].push(result);
        }
        let stolen = harness.stolen_since(&started);
        let names: Vec<&str> = lanes.iter().map(|lane| lane.arm.map_or("", |arm| arm.name())).collect();
        let against = void::round(&Round { number: number + 1, names: &names, slices: &slices, stolen });
        match against.is_empty() {
            true => keep(&mut latency, slices),
            false if void::is_taken(stolen) && latency.taken < plan.rounds => {
                latency.taken += 1;
                progress.more((asked * 2) as u64);
            }
            false => latency.voided.extend(against),
        }
    }
    latency.busy = CpuTimes::now().busy_since(&before);
    latency.seconds = begin.elapsed().as_secs_f64();
    for (one, passed) in latency.arms.iter_mut().zip(tiles.end(lanes)) {
        one.passed = passed;
    }
    for (arm, one) in latency.arms.iter_mut().enumerate() {
        one.cpu_ms = cpu[arm].as_secs_f64() * 1e3 / offered[arm].max(1) as f64;
    }
    enough(&latency)?;
    Ok(latency)
}

/// Whether enough rounds are left of those that were planned.
fn enough(latency: &Latency) -> Result<(), Failure> {
    if latency.kept() as f64 >= ENOUGH * latency.planned as f64 {
        return Ok(());
    }
    let last = latency.voided.last().map_or("", String::as_str);
    Err(Failure::inconclusive(format!(
        "only {} of {} rounds can be used; the last reason: {last}",
        latency.kept(),
        latency.planned
    ))
    .remedy("a quieter machine helps; `cargo lab doctor` says what is busy"))
}

fn keep(latency: &mut Latency, slices: Vec<Vec<SliceResult>>) {
    for (arm, results) in latency.arms.iter_mut().zip(slices) {
        arm.requests += results.iter().map(|result| result.requests).sum::<u64>();
        let Ok([first, second]) = <[SliceResult; 2]>::try_from(results) else { continue };
        if first.by_tag.len() > 1 {
            for (tag, found) in &first.by_tag {
                let Some(other) = second.by_tag.get(tag) else { continue };
                arm.tags.entry(tag.clone()).or_default().push([found.latency.clone(), other.latency.clone()]);
            }
        }
        arm.rounds.push([first.latency, second.latency]);
    }
}

fn gave_up(harness: &impl Harness, last: &str) -> Failure {
    Failure::inconclusive(format!("{GIVE_UP} slices in a row failed. {last}"))
        .remedy(format!("the services' logs are in {}", harness.logs().display()))
}

fn describe(arms: usize, plan: Plan) -> String {
    let seconds = (plan.rounds * arms * 2) as f64 * (plan.slice.as_secs_f64() + 0.03);
    format!("latency: {} rounds over {arms} arms at {:.0}/s, about {seconds:.0} s", plan.rounds, plan.rate_rps)
}

#[cfg(test)]
mod tests {
    use super::{enough, interleave_lanes};
    use crate::exercise::Arrivals;
    use crate::pipeline::event_log::EventLog;
    use crate::pipeline::{ArmLatency, Lane, Latency, Plan};
    use load::{KeptAnswer, Mix, Request};
    use std::time::Duration;

    /// What really happened, slice by slice, against what was ordered: the feed of the harness is the event log.
    #[tokio::test(flavor = "multi_thread")]
    async fn slices_come_in_the_mirrored_order_and_every_arm_of_a_round_gets_the_same_work() {
        let here = EventLog::of(&["a", "b", "c"]);
        let mix = Mix::new((0..5).map(|ms| (1.0, Request::get(format!("/wait/{ms}00")))).collect()).unwrap();
        let lanes: Vec<Lane<'_>> = here.servers.iter().map(|server| Lane { arm: Some(server), mix: &mix }).collect();
        let plan = plan(3);
        // Whether this machine was quiet enough for a verdict is not what is asked here.
        if let Ok(latency) = interleave_lanes(&here, &lanes, plan).await {
            let places = |arm: usize| -> Vec<Vec<(usize, usize)>> {
                let of_slice = |slice: &Vec<KeptAnswer>| slice.iter().map(|kept| (kept.place, kept.request)).collect();
                latency.answers[arm].iter().map(of_slice).collect()
            };
            assert_eq!((places(0).len(), places(0)), (6, places(1)), "the same answers of all arms are kept");
            assert!(places(0).iter().flatten().count() > 20 && places(0)[0] != places(0)[1]);
        }
        let log = here.events();
        let happened: Vec<usize> = log.iter().map(|event| event.arm).collect();
        assert_eq!(happened, stats::order(3, 3, 9).concat());
        for round in log.chunks(6) {
            assert!(round.iter().map(|event| event.arm).eq(round.iter().rev().map(|event| event.arm)), "a mirror");
            let (first, second) = round.split_at(3);
            for half in [first, second] {
                assert!(half.iter().all(|event| event.work == half[0].work && !event.work.is_empty()), "the same work");
            }
            assert_ne!(first[0].work, second[0].work, "but each half its own");
        }
        for pair in log.windows(2) {
            assert!(pair[1].began >= pair[0].ended, "no slice begins while another is under way");
        }
    }

    fn plan(rounds: usize) -> Plan {
        Plan {
            rounds,
            slice: Duration::from_millis(120),
            rate_rps: 200.0,
            arrivals: Arrivals::Poisson,
            seed: 9,
            timeout: Duration::from_secs(5),
            compared: 0.5,
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_round_that_the_host_took_is_driven_again_until_twice_the_planned_are_over() {
        let mix = Mix::new(vec![(1.0, Request::get("/wait/1000"))]).unwrap();
        for (taken, driven) in [(vec![], 3), (vec![0, 2], 5), (vec![1, 3], 5), ((0..6).collect(), 6)] {
            let mut here = EventLog::of(&["a", "b"]);
            here.taken.clone_from(&taken);
            let lanes: Vec<Lane<'_>> = here.servers.iter().map(|one| Lane { arm: Some(one), mix: &mix }).collect();
            let found = interleave_lanes(&here, &lanes, plan(3)).await;
            let happened: Vec<usize> = here.events().iter().map(|event| event.arm).collect();
            assert_eq!(happened, stats::order(2, driven, 9).concat(), "{taken:?}");
            match found {
                Ok(latency) => {
                    assert_eq!((latency.planned, latency.taken), (3, taken.len()));
                    assert!(driven < 6 && latency.kept() <= 3, "never more than planned");
                }
                Err(failure) if driven == 6 => assert!(failure.message.contains("0 of 3"), "{failure}"),
                // On a busy machine the other rules may leave too few.
                Err(_) => {}
            }
        }
    }

    #[test]
    fn with_fewer_than_three_rounds_of_four_left_nothing_is_judged() {
        let of = |kept: usize| Latency {
            arms: vec![ArmLatency {
                rounds: vec![[load::histogram(), load::histogram()]; kept],
                ..ArmLatency::default()
            }],
            planned: 8,
            voided: vec!["round 3: the host took 9 % of the CPU.".to_owned()],
            ..Latency::default()
        };
        assert!(enough(&of(6)).is_ok());
        let failure = enough(&of(5)).unwrap_err();
        assert!(failure.message.contains("5 of 8") && failure.message.contains("the host took"), "{failure}");
    }
}
