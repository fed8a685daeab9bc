//! `seed`: brings a database to the shop's schema and fills it, once; the first-start job of Docker Compose.

use catalogue::{Progress, Size};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use sqlx::{Connection, PgConnection};
use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

/// How long a database that does not answer is waited for.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The environment is unfit, as everywhere in the workshop.
const ENVIRONMENT: u8 = 3;
/// The command was misused.
const USAGE: u8 = 2;

/// Migrates the database at DATABASE_URL and loads the catalogue, unless it is there already.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Where the database is: postgres://user:password@host:port/name.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: String,
    /// How many products.
    #[arg(long, default_value_t = Size::default().products)]
    products: u32,
    /// How many users.
    #[arg(long, default_value_t = Size::default().users)]
    users: u32,
    /// How many orders in the last 30 days.
    #[arg(long, default_value_t = Size::default().orders)]
    orders: u32,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let size = Size { products: arguments.products, users: arguments.users, orders: arguments.orders };
    if let Err(error) = size.validate() {
        eprintln!("seed: {error}");
        return ExitCode::from(USAGE);
    }
    let url = &arguments.database_url;
    if let Err(error) = catalogue::url_of(url, "any") {
        eprintln!("seed: DATABASE_URL is {error:#}");
        return ExitCode::from(USAGE);
    }
    match seed(url, size).await {
        Ok(said) => {
            eprintln!("seed: {said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("seed: {}", told_once(&error));
            ExitCode::from(ENVIRONMENT)
        }
    }
}

async fn seed(url: &str, size: Size) -> anyhow::Result<String> {
    answers(url).await?;
    let begun = Instant::now();
    let bar = ProgressBar::new(0).with_style(ProgressStyle::with_template("{bar:30} {percent:>3} %  {msg}")?);
    let loaded = catalogue::load(url, size, |Progress { step, done, total }| {
        bar.set_length(total);
        bar.set_position(done);
        bar.set_message(step);
    })
    .await;
    bar.finish_and_clear();
    if loaded? {
        return Ok(format!(
            "loaded {} products, {} users and {} orders in {:.1} s",
            size.products,
            size.users,
            size.orders,
            begun.elapsed().as_secs_f64()
        ));
    }
    // Newer migrations than those of the load may have come with this version.
    catalogue::migrate(url).await?;
    Ok("the catalogue is there already; nothing to do".to_owned())
}

/// Waits until the database answers: under Compose it starts at the same time as we do.
async fn answers(url: &str) -> anyhow::Result<()> {
    let end = Instant::now() + TIMEOUT;
    let mut told = false;
    loop {
        // An attempt may hang past our time limit: nobody behind the address, a dropped packet.
        let left = end.saturating_duration_since(Instant::now());
        let error = match tokio::time::timeout(left, PgConnection::connect(url)).await {
            Ok(Ok(connection)) => return Ok(connection.close().await?),
            Ok(Err(error)) if is_final(&error) => return Err(error.into()),
            Ok(Err(error)) => anyhow::Error::from(error),
            Err(_) => anyhow::anyhow!("no answer"),
        };
        if Instant::now() >= end {
            return Err(error.context(format!("the database did not answer within {} s", TIMEOUT.as_secs())));
        }
        if !std::mem::replace(&mut told, true) {
            eprintln!("seed: waiting for the database ({error})");
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

/// Errors that waiting does not mend: a wrong password (class 28), a database that does not exist (3D).
fn is_final(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| code.starts_with("28") || code.starts_with("3D"))
}

/// An error and its causes in one line. sqlx repeats a cause in its own text; nobody needs to read it twice.
fn told_once(error: &anyhow::Error) -> String {
    let mut told = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if told.is_empty() {
            told = cause;
        } else if !told.contains(&cause) {
            told = format!("{told}: {cause}");
        }
    }
    told
}
