//! `cargo lab up`: the whole shop on this machine, seeded; it stays until `down`.

use crate::arms::{Process, Program, Start, TestBed, build};
use crate::cli::Up;
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::state::BenchLock;
use stack::{Ledger, Needs, ledger};
use std::net::{Ipv4Addr, TcpListener};

/// The services with an address, and the port of each after the first.
const SERVICES: [&str; 5] = ["search", "recommendations", "checkout", "partners", "edge"];
/// For prices and purges on one's own machine. `show` prints it.
const ADMIN_TOKEN: &str = "only-for-the-shop-on-this-machine";

/// Starts everything, prints the URLs, and leaves it running.
///
/// # Errors
/// Exit 2 for wrong `VARIANTS`; 3 when a port is taken, the build fails or something does not start.
pub async fn run(context: &Context, options: &Up) -> Result<Exit, Failure> {
    variant::Variants::parse(&options.variants).map_err(|error| Failure::usage(error.to_string()))?;
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
        let programs = ["search", "edge", "checkout", "order-worker", "partners", "recommendations"];
        let programs = programs.map(|name| Program::Binary(name.to_owned()));
        let ledger = Ledger::open_in(store.folder())?;
        let binaries = build(&context.course.root, &programs, context.terminal, &ledger).await?;
        context.terminal.step("starting servers, data and five services; about 20 s");
        let test_bed = TestBed::open(Needs::ALL, store, context.terminal).await?;
        let shop = start(context, options, &test_bed, &binaries, &ports).await;
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
    let stack = test_bed.into_stack();
    let servers: Vec<(String, String)> =
        stack.variables().iter().map(|(name, url)| ((*name).to_owned(), (*url).to_owned())).collect();
    stack.detach()?;
    let all: Vec<(&str, &str)> = urls.iter().chain(&servers).map(|(name, url)| (name.as_str(), url.as_str())).collect();
    ledger.persist(&all)?;
    shop.into_iter().for_each(Process::release);
    show(context, &urls, &servers);
    Ok(Exit::Pass)
}

type Named = Vec<(String, String)>;

async fn start(
    context: &Context,
    options: &Up,
    test_bed: &TestBed,
    binaries: &crate::arms::Binaries,
    ports: &[u16; 5],
) -> Result<(Vec<Process>, Named), Failure> {
    let logs = context.store.sub("logs")?;
    let database = test_bed.database().await?;
    let redis = test_bed.redis_url().unwrap_or_default();
    let amqp = test_bed.amqp_url().unwrap_or_default();
    let at = |service: &str| SERVICES.iter().position(|name| *name == service).map_or(0, |place| ports[place]);
    let collector = std::env::var_os("OTEL_EXPORTER_OTLP_ENDPOINT").and_then(|value| value.into_string().ok());
    let mut shop: Vec<Process> = Vec::new();
    let mut urls: Named = Vec::new();
    for service in ["partners", "recommendations", "search", "edge", "checkout", "order-worker"] {
        let mut environment = vec![
            ("LISTEN_ADDR", format!("127.0.0.1:{}", at(service))),
            ("VARIANTS", options.variants.clone()),
            ("DATABASE_URL", database.clone()),
            ("REDIS_URL", redis.to_owned()),
            ("AMQP_URL", amqp.to_owned()),
            ("TOKEN_SECRET", "only for the shop on this machine, not a secret".to_owned()),
            ("ADMIN_TOKEN", ADMIN_TOKEN.to_owned()),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.clone().unwrap_or_default()),
        ];
        if service == "order-worker" {
            environment[0].1 = "127.0.0.1:0".to_owned();
        }
        let url = |name: &str| urls.iter().find(|(one, _)| one == name).map(|(_, url)| url.clone()).unwrap_or_default();
        environment.push(("RECOMMENDATIONS_URL", url("RECOMMENDATIONS_URL")));
        environment.push(("PARTNERS_URL", url("PARTNERS_URL")));
        environment.push(("ORIGIN_URL", url("SEARCH_URL")));
        let binary = binaries.get(service).ok_or_else(|| Failure::unfit(format!("{service} was not built")))?;
        let log = logs.join(format!("up-{service}.log"));
        let process = Process::start(
            Start { service, binary, arguments: vec![], environment, log, stays: true },
            test_bed.ledger(),
        )
        .await;
        let process = match process {
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
fn ports(first: u16) -> Result<[u16; 5], Failure> {
    let mut ports = [0; 5];
    if first == 0 {
        return Ok(ports);
    }
    for (place, port) in ports.iter_mut().enumerate() {
        *port = first
            .checked_add(place as u16)
            .ok_or_else(|| Failure::usage(format!("there are no five ports from {first} on")))?;
        if let Err(error) = TcpListener::bind((Ipv4Addr::LOCALHOST, *port)) {
            return Err(Failure::unfit(format!("port {port} for {} cannot be used: {error}", SERVICES[place]))
                .remedy("stop what uses it, or choose others: cargo lab up --port 9080 (0: any free ones)"));
        }
    }
    Ok(ports)
}

fn show(context: &Context, urls: &Named, servers: &Named) {
    if context.json {
        let all: std::collections::BTreeMap<_, _> = urls.iter().chain(servers).cloned().collect();
        println!("{}", serde_json::json!({ "urls": all }));
        return;
    }
    let url = |name: &str| urls.iter().find(|(one, _)| one == name).map_or("", |(_, url)| url);
    println!("search           {}/v1/search?q=lamp", url("SEARCH_URL"));
    println!("  its API        {}/openapi.json", url("SEARCH_URL"));
    println!("edge             {}/v1/search?q=lamp", url("EDGE_URL"));
    println!("  ADMIN_TOKEN    {ADMIN_TOKEN}");
    println!("checkout         {}/graphql", url("CHECKOUT_URL"));
    println!("recommendations  {} (gRPC)", url("RECOMMENDATIONS_URL"));
    println!("partners         {}", url("PARTNERS_URL"));
    for (name, url) in servers {
        println!("{name:<16} {url}");
    }
    // Not the servers': the bench would take DATABASE_URL for its own long after they are gone.
    println!("for your shell, by the names that the exercises' texts use:");
    for name in ["SEARCH", "EDGE", "CHECKOUT", "PARTNERS"] {
        println!("  {name}={}", url(&format!("{name}_URL")));
    }
    println!("  ADMIN_TOKEN='{ADMIN_TOKEN}'");
    let advice = [("cargo lab down".to_owned(), "stops it".to_owned())];
    print!("{}", context.terminal.next(&advice));
}
