//! How much of everything, and with which seed.

use crate::options;
use std::{fmt, time::Duration};

/// What is to happen, over both shops together.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Decides about every kill and every order, though not about their timing.
    pub seed: u64,
    /// At least.
    pub kills: u64,
    /// At least.
    pub orders: u64,
    /// How long each of the two outages takes.
    pub outage: Duration,
    /// Customers of each shop.
    pub customers: u64,
}

impl Plan {
    /// From the command line.
    ///
    /// # Errors
    /// With the usage.
    pub fn read() -> anyhow::Result<Self> {
        let defaults = [("--seed", 0), ("--kills", 200), ("--orders", 2_000), ("--outage", 60), ("--customers", 60)];
        let [seed, kills, orders, outage, customers] = options::read(defaults)?;
        anyhow::ensure!(
            (1..=90).contains(&customers),
            "--customers must be 1 to 90: the test's catalogue has 100 users"
        );
        let seed = if seed == 0 { options::fresh_seed() } else { seed };
        Ok(Self { seed, kills, orders, outage: Duration::from_secs(outage), customers })
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, kills, orders, outage, customers } = self;
        let outage = outage.as_secs();
        write!(
            f,
            "kill-test --seed {seed} --kills {kills} --orders {orders} --outage {outage} --customers {customers}\n\
             two shops (all flawed, all fixed), each with two checkouts and two workers"
        )
    }
}
