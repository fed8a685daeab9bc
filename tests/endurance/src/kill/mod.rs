//! The kill test: customers order while programs, connections and servers are killed and partners fail; then the books are read.

mod books;
mod customer;
mod plan;
mod shop;

pub use plan::Plan;

use crate::cable::Cable;
use anyhow::Context as _;
use books::Books;
use customer::Ledger;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use shop::Shop;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// Runs two shops side by side, all seams flawed and all seams fixed. Whether both kept their books.
///
/// # Errors
/// When a shop cannot be set up or brought back, or its books cannot be read.
pub async fn run(plan: Plan) -> anyhow::Result<bool> {
    println!("{plan}");
    let folder = tempfile::Builder::new().prefix("kill-test-").tempdir()?;
    let stack = stack::Stack::start(stack::Needs::NONE.with_postgres().with_rabbitmq(), &stack::to_stderr).await?;
    let parts = async {
        let flawed = part("flawed", "", plan, &stack, folder.path());
        let fixed = part("fixed", "*=fixed", plan, &stack, folder.path());
        tokio::try_join!(flawed, fixed)
    };
    let outcome = parts.await;
    let held = match &outcome {
        Ok((flawed, fixed)) => flawed.holds() && fixed.holds(),
        Err(_) => false,
    };
    if !held {
        println!("the logs are in {}", folder.keep().display());
    }
    stack.stop().await?;
    let (flawed, fixed) = outcome?;
    println!(
        "{} kills, {} orders accepted, lost {}, doubled {}, carts not emptied {}, deadlocks {}, dead letters {}",
        flawed.kills + fixed.kills,
        flawed.accepted + fixed.accepted,
        flawed.lost + fixed.lost,
        flawed.doubled + fixed.doubled,
        flawed.full_carts + fixed.full_carts,
        flawed.deadlocks + fixed.deadlocks,
        flawed.dead_letters + fixed.dead_letters,
    );
    let (kills, orders) = (plan.kills, plan.orders);
    let enough = flawed.kills + fixed.kills >= kills && flawed.accepted + fixed.accepted >= orders;
    if !enough {
        println!("not enough of them: {kills} kills and {orders} orders were to be");
    }
    Ok(held && enough)
}

/// One shop's part.
async fn part(
    name: &'static str,
    variants: &str,
    plan: Plan,
    stack: &stack::Stack,
    folder: &std::path::Path,
) -> anyhow::Result<Books> {
    let folder = folder.join(name);
    std::fs::create_dir_all(&folder)?;
    let broker = Cable::to(target(stack.amqp_url().context("no RabbitMQ")?)?).await?;
    let mut shop = Shop::open(name, variants, stack, broker, &folder).await?;
    let (stop, ledger) = (Arc::new(AtomicBool::new(false)), Ledger::default());
    let begun = Instant::now();
    let customers = customer::start(&shop, plan, &ledger, &stop).await?;
    let mut random = ChaCha8Rng::seed_from_u64(plan.seed ^ name.len() as u64);
    let kills = shop.kills(plan.kills.div_ceil(2), &mut random).await?;
    println!("{name}: {kills} kills after {} s, {} orders", begun.elapsed().as_secs(), ledger.accepted());
    shop.outages(plan.outage).await?;
    println!("{name}: outages over after {} s, {} orders", begun.elapsed().as_secs(), ledger.accepted());
    let wanted = usize::try_from(plan.orders.div_ceil(2)).unwrap_or(usize::MAX);
    let patience = Instant::now() + Duration::from_secs(180);
    while ledger.accepted() < wanted && Instant::now() < patience {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    stop.store(true, Ordering::SeqCst);
    customers.join_all().await;
    let books = Books::read(&mut shop, &ledger, kills, plan.outage).await?;
    println!("{name}: after {} s\n{books}", begun.elapsed().as_secs());
    shop.close(stack).await?;
    Ok(books)
}

/// `host:port` of a URL.
fn target(url: &str) -> anyhow::Result<String> {
    let authority = url.split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or_default());
    let host = authority.and_then(|authority| authority.rsplit('@').next()).filter(|host| !host.is_empty());
    host.map(str::to_owned).context("an address without a host")
}
