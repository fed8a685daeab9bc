//! What it costs to keep answers: the driver's processor time and the latencies of a plain server, with none, a quarter and all
//! answers kept, in turns. The server answers with a page as long as the shop's.
//!
//! `cargo run --profile perf --example keeping_cost -- BYTES RATE ROUNDS`

use anyhow::Context as _;
use bytes::Bytes;
use http::Response;
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use load::{Driver, Keep, Mix, Protocol, Request, Schedule, SliceOptions, SliceResult};
use std::convert::Infallible;
use std::time::Duration;

const SLICE: Duration = Duration::from_millis(850);
const KEPT: [(&str, f64); 3] = [("none", 0.0), ("a quarter", 0.25), ("all", 1.0)];

fn main() -> anyhow::Result<()> {
    let numbers: Vec<f64> = std::env::args().skip(1).map(|text| text.parse()).collect::<Result<_, _>>()?;
    let [bytes, rate, rounds] = numbers[..] else { anyhow::bail!("keeping_cost BYTES RATE ROUNDS") };
    let (told, address) = std::sync::mpsc::channel();
    std::thread::spawn(move || serve(bytes as usize, &told));
    let base = address.recv().context("the server did not start")?.parse()?;
    let mix = Mix::new(vec![(1.0, Request::get("/"))])?;
    let driver = Driver::new(Protocol::Http1)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut found: [Vec<SliceResult>; 3] = Default::default();
    for round in 0..rounds as u64 {
        // There and back again, so that a drift within the round meets all alike.
        for place in [0, 1, 2, 2, 1, 0] {
            let keep = Keep::Share { share: KEPT[place].1, seed: round };
            let schedule = Schedule::poisson(rate, SLICE, &mix, round);
            let options = SliceOptions { keep, ..SliceOptions::default() };
            found[place].push(runtime.block_on(driver.slice(&base, &mix, &schedule, options)));
        }
    }
    for ((name, _), slices) in KEPT.iter().zip(&found) {
        let sum = |of: fn(&SliceResult) -> f64| slices.iter().map(of).sum::<f64>();
        let all = stats::merged(slices.iter().map(|slice| &slice.latency));
        println!(
            "{name:<10} {:>6.0} requests, {:>5.0} kept: {:>6.1} us of the driver a request, p50 {:>7.1} us, p95 {:>7.1} us",
            sum(|slice| slice.offered as f64),
            sum(|slice| slice.kept.len() as f64),
            sum(|slice| slice.client_cpu.as_secs_f64()) / sum(|slice| slice.offered as f64) * 1e6,
            all.value_at_quantile(0.5) as f64 / 1e3,
            all.value_at_quantile(0.95) as f64 / 1e3,
        );
    }
    Ok(())
}

/// Answers on a thread of its own until the process ends.
fn serve(bytes: usize, told: &std::sync::mpsc::Sender<String>) -> anyhow::Result<()> {
    let body = Bytes::from(vec![b'x'; bytes]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        told.send(format!("http://{}", listener.local_addr()?))?;
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let body = body.clone();
            let answer = service_fn(move |_| {
                let answer = Response::new(Full::new(body.clone()));
                async { Ok::<_, Infallible>(answer) }
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
        }
    })
}
