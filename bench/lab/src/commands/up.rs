//! `cargo lab up`: the whole shop on this machine, seeded, its dependencies at a distance; it stays until `down`.

mod distance;
mod show;

use crate::arms::{Process, Program, Start, TestBed, build};
use crate::cli::Up;
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::state::BenchLock;
use distance::{Asked, Relayed};
use show::{Facts, show};
use stack::{Ledger, Needs, Provider, Server, ledger};
use std::net::{Ipv4Addr, TcpListener};

/// The programs with an address, and the port of each after the first.
const SERVICES: [&str; 6] = ["search", "recommendations", "checkout", "partners", "edge", "relay"];
/// For prices and purges on one's own machine. `show` prints it.
const ADMIN_TOKEN: &str = "only-for-the-shop-on-this-machine";

/// Starts everything, prints the URLs, and leaves it running.
///
/// # Errors
/// Exit 2 for wrong `VARIANTS` and distances; 3 when a port is taken, the build fails or something does not start.
pub async fn run(context: &Context, options: &Up) -> Result<Exit, Failure> {
    variant::Variants::parse(&options.variants).map_err(|error| Failure::usage(error.to_string()))?;
    let asked = distance::asked(options.distance_ms.as_deref())?;
    let store = &context.store;
    if let Some(up) = ledger::persistent_in(store.folder())? {
        let names: Vec<&str> = up.processes.iter().map(|(name, _)| name.as_str()).collect();
        return Err(
            Failure::unfit(format!("the shop is up already: {}", names.join(", "))).remedy("cargo lab down stops it")
        );
    }
    let ports = ports(options.port)?;
    let _lock = BenchLock::take(store.folder(), "up")?;
    let work = async {
        // Before the build, as every run does.
        TestBed::sweep(store, context.terminal).await?;
        let programs = ["search", "edge", "checkout", "order-worker", "partners", "recommendations", "relay"];
        let programs = programs.map(|name| Program::Binary(name.to_owned()));
        let ledger = Ledger::open_in(store.folder())?;
        let binaries = build(&context.course.root, &programs, context.terminal, &ledger).await?;
        context.terminal.step("starting servers, data and five services; about 20 s");
        let test_bed = TestBed::open(Needs::ALL, store, context.terminal).await?;
        let shop = start(context, options, (&test_bed, &binaries), &asked, &ports).await;
        Ok::<_, Failure>((test_bed, shop))
    };
    let (test_bed, shop) = tokio::select! {
        done = work => done?,
        _ = tokio::signal::ctrl_c() => {
            ledger::sweep_in(store.folder()).await?;
            return Err(Failure::interrupted());
        }
    };
    let (shop, urls) = match shop {
        Ok(shop) => shop,
        Err(failure) => {
            test_bed.close().await;
            return Err(failure);
        }
    };
    let ledger = test_bed.ledger().clone();
    let forgets = test_bed.providers().iter().any(|one| one.0 == Server::Postgres && one.1 != Provider::Environment);
    let stack = test_bed.into_stack();
    let servers: Vec<(String, String)> =
        stack.variables().iter().map(|(name, url)| ((*name).to_owned(), (*url).to_owned())).collect();
    stack.detach()?;
    let all: Vec<(&str, &str)> = urls.iter().chain(&servers).map(|(name, url)| (name.as_str(), url.as_str())).collect();
    ledger.persist(&all)?;
    shop.into_iter().for_each(Process::release);
    show(context, &Facts { urls, servers, distance: asked.by_line(), forgets });
    Ok(Exit::Pass)
}

type Named = Vec<(String, String)>;

async fn start(
    context: &Context,
    options: &Up,
    (test_bed, binaries): (&TestBed, &crate::arms::Binaries),
    asked: &Asked,
    ports: &[u16; SERVICES.len()],
) -> Result<(Vec<Process>, Named), Failure> {
    let logs = context.store.sub("logs")?;
    let database = test_bed.database().await?;
    let servers = [
        ("DATABASE_URL", Some(database.as_str())),
        ("REDIS_URL", test_bed.redis_url()),
        ("AMQP_URL", test_bed.amqp_url()),
    ];
    let at = |service: &str| SERVICES.iter().position(|name| *name == service).map_or(0, |place| ports[place]);
    let collector = std::env::var_os("OTEL_EXPORTER_OTLP_ENDPOINT").and_then(|value| value.into_string().ok());
    let mut shop: Vec<Process> = Vec::new();
    let mut urls: Named = Vec::new();
    let mut relayed: Option<Relayed> = None;
    // As in a measurement, recommendations is beside its servers, and who asks it is far from it.
    for service in ["partners", "recommendations", "relay", "search", "edge", "checkout", "order-worker"] {
        let binary = binaries.get(service).ok_or_else(|| Failure::unfit(format!("{service} was not built")))?;
        let url = |name: &str| urls.iter().find(|(one, _)| one == name).map(|(_, url)| url.as_str());
        let direct =
            |name: &str| servers.iter().find(|(one, _)| *one == name).map_or_else(|| url(name), |(_, url)| *url);
        let started = if service == "relay" {
            match asked.start((binary, &logs, test_bed.ledger()), at(service), direct).await {
                Ok((process, lines)) => {
                    relayed = Some(lines);
                    Ok(process)
                }
                Err(failure) => Err(failure),
            }
        } else {
            let there = |name: &str| {
                relayed.as_ref().and_then(|lines| lines.get(name).map(String::as_str)).or_else(|| direct(name))
            };
            let there = |name: &str| there(name).unwrap_or_default().to_owned();
            let listen = if service == "order-worker" { 0 } else { at(service) };
            let environment = vec![
                ("LISTEN_ADDR", format!("127.0.0.1:{listen}")),
                ("VARIANTS", options.variants.clone()),
                ("DATABASE_URL", there("DATABASE_URL")),
                ("REDIS_URL", there("REDIS_URL")),
                ("AMQP_URL", there("AMQP_URL")),
                ("RECOMMENDATIONS_URL", there("RECOMMENDATIONS_URL")),
                ("PARTNERS_URL", there("PARTNERS_URL")),
                ("ORIGIN_URL", url("SEARCH_URL").unwrap_or_default().to_owned()),
                ("TOKEN_SECRET", "only for the shop on this machine, not a secret".to_owned()),
                ("ADMIN_TOKEN", ADMIN_TOKEN.to_owned()),
                ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.clone().unwrap_or_default()),
            ];
            let log = logs.join(format!("up-{service}.log"));
            let start = Start { service, binary, arguments: vec![], environment, log, stays: true };
            Process::start(start, test_bed.ledger()).await
        };
        let process = match started {
            Ok(process) => process,
            Err(failure) => {
                shop.iter().for_each(Process::end_now);
                return Err(failure);
            }
        };
        let name = format!("{}_URL", service.replace('-', "_").to_uppercase());
        urls.push((name, process.base.to_string().trim_end_matches('/').to_owned()));
        shop.push(process);
    }
    Ok((shop, urls))
}

/// The ports, each tried: a taken one is said before anything is started.
fn ports(first: u16) -> Result<[u16; SERVICES.len()], Failure> {
    let mut ports = [0; SERVICES.len()];
    if first == 0 {
        return Ok(ports);
    }
    for (place, port) in ports.iter_mut().enumerate() {
        *port = first
            .checked_add(place as u16)
            .ok_or_else(|| Failure::usage(format!("there are no six ports from {first} on")))?;
        if let Err(error) = TcpListener::bind((Ipv4Addr::LOCALHOST, *port)) {
            return Err(Failure::unfit(format!("port {port} for {} cannot be used: {error}", SERVICES[place]))
                .remedy("stop what uses it, or choose others: cargo lab up --port 9080 (0: any free ones)"));
        }
    }
    Ok(ports)
}
