//! The fuzz: requests that nobody means, for every service; none may end a process, meet a panic, or be answered 5xx unexplained.

mod graphql;
mod grpc;
mod judge;
mod rest;
mod schemathesis;
mod services;
mod value;

use crate::options;
use judge::Judge;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use services::Services;
use std::time::Instant;

/// How much, and with which seed.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    seed: u64,
    /// Requests of each of our own generators, for each choice of variants.
    requests: u64,
    /// Examples of schemathesis for each operation.
    examples: u64,
}

impl Plan {
    /// From the command line.
    ///
    /// # Errors
    /// With the usage.
    pub fn read() -> anyhow::Result<Self> {
        let [seed, requests, examples] = options::read([("--seed", 0), ("--requests", 3_000), ("--examples", 60)])?;
        Ok(Self { seed: if seed == 0 { options::fresh_seed() } else { seed }, requests, examples })
    }
}

/// Whether nothing was found, with all seams flawed and with all fixed.
///
/// # Errors
/// When the shop cannot be started.
pub async fn run(plan: Plan) -> anyhow::Result<bool> {
    let Plan { seed, requests, examples } = plan;
    println!("fuzz --seed {seed} --requests {requests} --examples {examples}");
    let folder = tempfile::Builder::new().prefix("fuzz-").tempdir()?;
    let stack = stack::Stack::start(stack::Needs::ALL, &stack::to_stderr).await?;
    let mut found = Vec::new();
    for (name, variants) in [("flawed", ""), ("fixed", "*=fixed")] {
        let begun = Instant::now();
        let mut services = Services::start(name, variants, &stack, folder.path()).await?;
        let mut judge = Judge::default();
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let after = |what: &str| println!("{name}: {what} done after {} s", begun.elapsed().as_secs());
        graphql::run(&services, requests, &mut random, &mut judge).await?;
        after("GraphQL");
        rest::run(&services, requests, &mut random, &mut judge).await?;
        after("REST");
        grpc::run(&services, requests, &mut random, &mut judge).await?;
        after("gRPC");
        schemathesis::run(&services, seed, examples, folder.path(), &mut judge).await?;
        judge.look_at(&mut services);
        println!("{name}: after {} s\n{judge}", begun.elapsed().as_secs());
        found.extend(judge.found());
        services.close(&stack).await?;
    }
    stack.stop().await?;
    if !found.is_empty() {
        println!(
            "the logs are in {}; the same again: fuzz --seed {seed} --requests {requests}",
            folder.keep().display()
        );
    }
    Ok(found.is_empty())
}
