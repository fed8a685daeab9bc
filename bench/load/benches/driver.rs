//! What the driver itself costs: making a schedule, and the processor time of a request sent, answered and recorded.
//!
//! `cargo bench --bench driver`; with `--profile perf` it shares its dependencies with the bench's own build. The server of
//! the second group is in this process but on threads of its own, and only the driver's threads are counted; what the time of
//! an iteration shows is a slice from its start to its result, the wash-out of 20 ms included. The comparison with another
//! load generator is `scripts/driver-cost`.

use bytes::Bytes;
use divan::Bencher;
use divan::counter::ItemsCount;
use http::{Response, Uri};
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use load::{Driver, Mix, Profile, Protocol, Request, Reuse, Schedule, SliceOptions};
use std::convert::Infallible;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// As many as the unit.
const ARRIVALS: u32 = 100_000;

fn main() {
    divan::main();
}

fn mix(connection: Reuse) -> Mix {
    let requests = vec![(1.0, Request { connection, ..Request::get("/") })];
    Mix::new(requests).unwrap_or_else(|error| panic!("{error}"))
}

#[divan::bench(args = ["poisson", "constant", "ramp"])]
fn schedule_of_100_000(bencher: Bencher, kind: &str) {
    let (mix, length) = (mix(Reuse::Kept), Duration::from_secs(10));
    let rate = f64::from(ARRIVALS) / length.as_secs_f64();
    let profile = Profile::ramp(0.0, 2.0 * rate, length);
    bencher.counter(ItemsCount::new(ARRIVALS)).bench(|| match kind {
        "poisson" => Schedule::poisson(rate, length, &mix, 1),
        "constant" => Schedule::constant(rate, length, &mix, 1),
        _ => Schedule::poisson_along(&profile, &mix, 1),
    });
}

/// A slice of half a second at 2,000 a second. Prints the driver's own processor time for each request beside divan's times.
#[divan::bench(args = [Reuse::Kept, Reuse::PerRequest], sample_count = 10, sample_size = 1)]
fn slice_of_1_000(bencher: Bencher, connection: Reuse) {
    let server = Runtime::new().unwrap_or_else(|error| panic!("{error}"));
    let base = server.block_on(serve());
    let driver = Driver::new(Protocol::Http1).unwrap_or_else(|error| panic!("{error}"));
    let mix = mix(connection);
    let schedule = Schedule::poisson(2_000.0, Duration::from_millis(500), &mix, 1);
    let options = SliceOptions { drop_first: Duration::ZERO, ..SliceOptions::default() };
    let mut costs = Vec::new();
    bencher.counter(ItemsCount::new(schedule.arrivals.len())).bench_local(|| {
        let result = server.block_on(driver.slice(&base, &mix, &schedule, options));
        assert_eq!(result.errors, 0, "{:?}", result.error_kinds);
        costs.push(result.client_cpu_per_request());
    });
    costs.sort();
    if let Some(median) = costs.get(costs.len() / 2) {
        println!(
            "   {connection:?}: {median:?} of the driver's processor time a request (median of {} slices)",
            costs.len()
        );
    }
}

async fn serve() -> Uri {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap_or_else(|error| panic!("{error}"));
    let address = listener.local_addr().unwrap_or_else(|error| panic!("{error}"));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            drop(stream.set_nodelay(true));
            let answer =
                service_fn(|_| async { Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(b"ok")))) });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
        }
    });
    format!("http://{address}").parse().unwrap_or_else(|error| panic!("{error}"))
}
