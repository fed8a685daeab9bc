//! The circuit's states: closed, open, half open; a pure machine that is told what time it is.

use std::{collections::VecDeque, time::Duration};
use tokio::time::Instant;

/// When a circuit opens, for how long, and how it closes again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Policy {
    /// When it opens.
    pub trip: Trip,
    /// How long everything is refused.
    pub open: Duration,
    /// So many calls are let through then. All of them well: it closes. One of them not: it opens again.
    pub probes: u32,
}

/// What opens a circuit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Trip {
    /// So many failures since it closed.
    Failures(usize),
    /// A share of the last calls.
    Share {
        /// 0 to 1.
        failed: f64,
        /// With fewer calls than that it stays closed.
        minimum: usize,
        /// So many calls are remembered.
        window: usize,
    },
}

/// A circuit.
#[derive(Debug)]
pub struct Circuit {
    policy: Policy,
    state: State,
    /// Counts changes of state, so that a late answer to an old question is recognised.
    era: u64,
}

#[derive(Debug)]
enum State {
    Closed { failures: usize, recent: VecDeque<bool> },
    Open { until: Instant },
    HalfOpen { admitted: u32, succeeded: u32 },
}

/// A call that was let through, to be handed back with its end.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "the circuit waits for the end of every call"]
pub struct Pass(u64);

impl Circuit {
    /// Closed.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self { policy, state: State::Closed { failures: 0, recent: VecDeque::new() }, era: 0 }
    }

    /// Whether a call may leave now.
    pub fn admit(&mut self, now: Instant) -> Option<Pass> {
        if matches!(self.state, State::Open { until } if until <= now) {
            self.become_state(State::HalfOpen { admitted: 0, succeeded: 0 });
        }
        match &mut self.state {
            State::Closed { .. } => Some(Pass(self.era)),
            State::HalfOpen { admitted, .. } if *admitted < self.policy.probes => {
                *admitted += 1;
                Some(Pass(self.era))
            }
            State::HalfOpen { .. } | State::Open { .. } => None,
        }
    }

    /// A call has ended; whether this opened the circuit. One from before the last change of state says nothing about now.
    pub fn ended(&mut self, pass: Pass, failed: bool, now: Instant) -> bool {
        if pass.0 != self.era {
            return false;
        }
        let opens = match &mut self.state {
            State::Closed { failures, recent } => {
                *failures += usize::from(failed);
                trips(self.policy.trip, failures, recent, failed)
            }
            State::HalfOpen { .. } if failed => true,
            State::HalfOpen { succeeded, .. } => {
                *succeeded += 1;
                if *succeeded == self.policy.probes {
                    self.become_state(State::Closed { failures: 0, recent: VecDeque::new() });
                }
                false
            }
            State::Open { .. } => false,
        };
        if opens {
            self.become_state(State::Open { until: now + self.policy.open });
        }
        opens
    }

    /// A call was dropped before it ended: another may probe in its place.
    pub fn dropped(&mut self, pass: Pass) {
        if let State::HalfOpen { admitted, .. } = &mut self.state
            && pass.0 == self.era
        {
            *admitted -= 1;
        }
    }

    fn become_state(&mut self, state: State) {
        self.state = state;
        self.era += 1;
    }
}

fn trips(trip: Trip, failures: &mut usize, recent: &mut VecDeque<bool>, failed: bool) -> bool {
    match trip {
        Trip::Failures(most) => failed && *failures >= most,
        Trip::Share { failed: share, minimum, window } => {
            recent.push_back(failed);
            if recent.len() > window && recent.pop_front() == Some(true) {
                *failures -= 1;
            }
            failed && recent.len() >= minimum && *failures as f64 >= share * recent.len() as f64
        }
    }
}
