//! The two ends of `scripts/driver-cost`: a plain server, and the driver alone in a process, so that the processor time of the
//! whole process is the driver's.
//!
//! `driver_cost serve` prints its address and answers until its standard input ends; `driver_cost drive URL RATE COUNT` sends
//! COUNT requests at RATE a second, evenly spaced as oha's are, and prints what became of them.

use anyhow::Context as _;
use bytes::Bytes;
use http::{Response, Uri};
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use load::{Driver, Mix, Protocol, Request, Schedule, SliceOptions};
use std::convert::Infallible;
use std::io::Read as _;
use std::time::Duration;
use tokio::net::TcpListener;

/// What a short JSON answer of the shop is long.
const BODY: &[u8] = &[b'x'; 512];

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match arguments[..] {
        ["serve"] => runtime.block_on(serve()),
        ["drive", base, rate, count] => runtime.block_on(drive(&base.parse()?, rate.parse()?, count.parse()?)),
        _ => anyhow::bail!("driver_cost serve | driver_cost drive URL RATE COUNT"),
    }
}

async fn drive(base: &Uri, rate: f64, count: f64) -> anyhow::Result<()> {
    let mix = Mix::new(vec![(1.0, Request::get("/"))])?;
    let schedule = Schedule::constant(rate, Duration::from_secs_f64(count / rate), &mix, 1);
    let driver = Driver::new(Protocol::Http1)?;
    let options = SliceOptions { drop_first: Duration::ZERO, ..SliceOptions::default() };
    let result = driver.slice(base, &mix, &schedule, options).await;
    let us = |histogram: &hdrhistogram::Histogram<u64>, quantile| histogram.value_at_quantile(quantile) as f64 / 1e3;
    println!(
        "{} requests, {} errors, {} connections, latency p50 {:.0} us p99 {:.0} us, late p50 {:.0} us p99 {:.0} us {}",
        result.requests,
        result.errors,
        result.connections_opened,
        us(&result.latency, 0.5),
        us(&result.latency, 0.99),
        us(&result.lateness, 0.5),
        us(&result.lateness, 0.99),
        result.voided.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
    );
    Ok(())
}

async fn serve() -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    // A script that ends, however it ends, closes the pipe.
    let ended = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    let answering = async {
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let answer =
                service_fn(|_| async { Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(BODY)))) });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
        }
    };
    tokio::select! {
        failed = answering => failed,
        ended = ended => ended?.map(drop).context("standard input"),
    }
}
