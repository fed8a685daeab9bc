//! The circuit's states, told what time it is.

use outgoing_calls::breaker::{Circuit, Pass, Policy, Trip};
use proptest::prelude::*;
use std::time::Duration;
use tokio::time::Instant;

const OPEN: Duration = Duration::from_secs(3);
const SHARE: Policy = Policy { trip: Trip::Share { failed: 0.5, minimum: 4, window: 8 }, open: OPEN, probes: 2 };

fn call(circuit: &mut Circuit, now: Instant, failed: bool) -> bool {
    let pass = circuit.admit(now);
    pass.is_some_and(|pass| circuit.ended(pass, failed, now))
}

#[test]
fn it_opens_at_half_of_the_last_calls_and_not_before_the_minimum() {
    let now = Instant::now();
    let mut circuit = Circuit::new(SHARE);
    assert_eq!([true, true, true].map(|failed| call(&mut circuit, now, failed)), [false; 3]);
    assert!(call(&mut circuit, now, true));
    assert_eq!(circuit.admit(now), None);
}

#[test]
fn what_went_well_long_ago_does_not_count() {
    let now = Instant::now();
    let mut circuit = Circuit::new(SHARE);
    for _ in 0..1_000 {
        call(&mut circuit, now, false);
    }
    assert_eq!((0..4).map(|_| call(&mut circuit, now, true)).collect::<Vec<_>>(), [false, false, false, true]);
}

#[test]
fn it_closes_when_all_probes_went_well_and_opens_again_when_one_did_not() {
    let mut now = Instant::now();
    let mut circuit = Circuit::new(SHARE);
    for _ in 0..4 {
        call(&mut circuit, now, true);
    }
    now += OPEN;
    let (first, second) = (circuit.admit(now).unwrap(), circuit.admit(now).unwrap());
    assert_eq!(circuit.admit(now), None, "no more than two probes");
    assert!(!circuit.ended(first, false, now) && circuit.ended(second, true, now));
    assert_eq!(circuit.admit(now + OPEN - Duration::from_millis(1)), None);
    now += OPEN;
    assert!(!call(&mut circuit, now, false) && !call(&mut circuit, now, false));
    assert_eq!((0..50).filter(|_| circuit.admit(now).is_some()).count(), 50, "closed");
}

#[test]
fn a_late_answer_to_an_old_call_says_nothing_about_now() {
    let mut now = Instant::now();
    let mut circuit = Circuit::new(SHARE);
    let old: Vec<Pass> = (0..6).map(|_| circuit.admit(now).unwrap()).collect();
    for _ in 0..4 {
        call(&mut circuit, now, true);
    }
    now += OPEN;
    let probe = circuit.admit(now).unwrap();
    for pass in old {
        assert!(!circuit.ended(pass, true, now), "an old call's time-out is no probe's");
    }
    assert!(!circuit.ended(probe, false, now));
    assert!(circuit.admit(now).is_some(), "the second probe may go");
}

#[test]
fn a_probe_that_is_dropped_gives_its_place_to_another() {
    let mut now = Instant::now();
    let mut circuit = Circuit::new(SHARE);
    for _ in 0..4 {
        call(&mut circuit, now, true);
    }
    now += OPEN;
    for _ in 0..10 {
        let pass = circuit.admit(now).unwrap();
        circuit.dropped(pass);
    }
    assert!(!call(&mut circuit, now, false) && !call(&mut circuit, now, false));
    assert!((0..9).all(|_| circuit.admit(now).is_some()));
}

#[derive(Clone, Debug)]
enum Event {
    Begin,
    End { which: usize, failed: bool },
    Drop { which: usize },
    Wait { ms: u64 },
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        4 => Just(Event::Begin),
        3 => (any::<usize>(), any::<bool>()).prop_map(|(which, failed)| Event::End { which, failed }),
        1 => any::<usize>().prop_map(|which| Event::Drop { which }),
        1 => (0..5_000_u64).prop_map(|ms| Event::Wait { ms }),
    ];
    proptest::collection::vec(event, 0..200)
}

proptest! {
    /// Whatever happens: nothing leaves while it is open, and a dependency that is well from some moment on is reached again.
    #[test]
    fn an_open_circuit_refuses_until_its_time_and_every_circuit_recovers(events in events(), count in any::<bool>()) {
        let policy = if count { Policy { trip: Trip::Failures(3), ..SHARE } } else { SHARE };
        let mut circuit = Circuit::new(policy);
        let mut now = Instant::now();
        let (mut out, mut opened): (Vec<Pass>, Option<Instant>) = (Vec::new(), None);
        for event in events {
            match event {
                Event::Begin => {
                    let pass = circuit.admit(now);
                    if opened.is_some_and(|at| now < at + OPEN) {
                        prop_assert_eq!(&pass, &None);
                    }
                    out.extend(pass);
                }
                Event::End { which, failed } if !out.is_empty() => {
                    let pass = out.swap_remove(which % out.len());
                    if circuit.ended(pass, failed, now) {
                        prop_assert!(failed, "a call that went well opened it");
                        opened = Some(now);
                    }
                }
                Event::Drop { which } if !out.is_empty() => circuit.dropped(out.swap_remove(which % out.len())),
                Event::Wait { ms } => now += Duration::from_millis(ms),
                Event::End { .. } | Event::Drop { .. } => {}
            }
        }
        for pass in out {
            circuit.dropped(pass);
        }
        now += OPEN;
        for _ in 0..policy.probes {
            if let Some(pass) = circuit.admit(now) {
                circuit.ended(pass, false, now);
            }
        }
        prop_assert!((0..20).all(|_| circuit.admit(now).is_some()));
    }
}
