//! Other load generators before the same servers, where they are installed: what they say beside what is true.

use super::load::waiting;
use super::percentiles::{RATE, SEED, server};
use super::truth::{at, nanos, rows};
use super::{Stand, Truth, compare};
use crate::cli::Condition;
use crate::exit::Failure;
use crate::known_server::Stall;
use crate::pipeline::SystemUnderTest as _;
use anyhow::Context as _;
use hdrhistogram::Histogram;
use load::{Schedule, SliceOptions, histogram};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

/// How long each of them runs: six stalls, and fifteen requests above p99.9.
const SECONDS: u64 = 30;
/// Connections of a closed loop that comes to about [`RATE`] where nothing stalls.
const CLOSED: u64 = 11;
/// Files for the tools, beside the logs.
const PATHS: &str = "others-paths.txt";
const URLS: &str = "others-urls.txt";
const SCRIPT: &str = "others-wrk.lua";
/// What wrk is told to ask and to say; percentiles in microseconds.
const WRK: &str = r#"
local paths = {}
for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end
request = function() return wrk.format("GET", paths[math.random(#paths)]) end
done = function(summary, latency)
  io.write(string.format("requests %d\n", summary.requests))
  for _, p in ipairs({50, 95, 99, 99.9}) do io.write(string.format("p%g %d\n", p, latency:percentile(p))) end
  io.write(string.format("max %d\n", latency.max))
end
"#;

/// What a load generator said of a known server.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Said {
    /// Who, and how it was asked.
    pub tool: String,
    /// What the server does.
    pub server: String,
    /// What else the machine did.
    pub machine: Condition,
    /// Requests it counted.
    pub requests: u64,
    /// What it reported, and what visitors who come when they like would truly see.
    pub percentiles: Vec<Truth>,
}

/// Has every tool there is drive a known server, one after the other; `done` gets what each said.
///
/// # Errors
/// Exit 3 when the server does not start or ends, or a tool fails, and what `done` fails with.
pub async fn others(
    stand: &Stand,
    machine: Condition,
    stalling: bool,
    mut done: impl FnMut(Said) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (stall, what) = server(stalling);
    let server = stand.start("others", stall).await?;
    let (mix, waits) = waiting("/wait", 0.0)?;
    let folder = stand.logs.as_path();
    write_lists(folder, &waits, server.base()).map_err(Failure::file("written", folder))?;
    let (truth, unrecorded) = (expected(&waits, stall), histogram());
    let said = |tool: &str, requests, percentiles| Said {
        tool: tool.to_owned(),
        server: what.to_owned(),
        machine,
        requests,
        percentiles,
    };

    stand.terminal.step(&format!("{what}: this driver, {SECONDS} s"));
    let schedule = Schedule::constant(RATE, Duration::from_secs(SECONDS), &mix, SEED);
    let slice = stand.driver.slice(server.base(), &mix, &schedule, SliceOptions::default()).await;
    let ours = compare(&[slice], stall, &HashMap::new(), |request| waits[request]);
    done(said("cargo lab", schedule.arrivals.len() as u64, ours))?;

    let (rate, closed) = (format!("{RATE}"), CLOSED.to_string());
    // Enough connections for all who come during a stall, and as many as it opens unless told.
    for (tool, arguments) in [
        (format!("oha -q {rate} -c 400"), vec!["-q", &rate, "-c", "400"]),
        (format!("oha -q {rate} -c 400, corrected"), vec!["-q", &rate, "-c", "400", "--latency-correction"]),
        (format!("oha -q {rate}"), vec!["-q", &rate]),
        (format!("oha -q {rate}, corrected"), vec!["-q", &rate, "--latency-correction"]),
        (format!("oha -c {CLOSED}, closed loop"), vec!["-c", &closed]),
    ] {
        stand.terminal.step(&format!("{what}: {tool}, {SECONDS} s"));
        let Some(latencies) = oha(folder, &arguments).await? else { break };
        let plain = collected(&latencies, None);
        done(said(&tool, plain.len(), rows(&plain, &truth, &unrecorded)))?;
        if !arguments.contains(&"-q") {
            // What wrk2 does with what it could not send: as many more as should have come meanwhile.
            let interval = Duration::from_secs_f64(CLOSED as f64 / RATE);
            let corrected = collected(&latencies, Some(interval));
            done(said("the same, corrected as wrk2 does", plain.len(), rows(&corrected, &truth, &unrecorded)))?;
        }
    }
    stand.terminal.step(&format!("{what}: wrk -c {CLOSED}, {SECONDS} s"));
    if let Some(text) = wrk(folder, &server.base().to_string(), &closed).await? {
        let (requests, reported) = spoken(&text).context("what wrk said")?;
        let rows = reported
            .into_iter()
            .filter_map(|(name, ms)| Some(Truth::of(&name, ms, at(&truth, quantile(&name)?)?, None)));
        done(said(&format!("wrk -c {CLOSED}, closed loop"), requests, rows.collect()))?;
    }
    server.check()?;
    server.stop().await;
    Ok(())
}

/// Writes the addresses for oha, the paths for wrk, and wrk's script.
fn write_lists(folder: &Path, waits: &[Duration], base: &http::Uri) -> std::io::Result<()> {
    let base = base.to_string();
    let base = base.trim_end_matches('/');
    let paths: Vec<String> = waits.iter().map(|wait| format!("/wait/{}\n", wait.as_micros())).collect();
    let urls: String = paths.iter().map(|path| format!("{base}{path}")).collect();
    std::fs::write(folder.join(PATHS), paths.concat())?;
    std::fs::write(folder.join(URLS), urls)?;
    std::fs::write(folder.join(SCRIPT), WRK)
}

/// Every latency oha saw; `None` where it is not installed.
async fn oha(folder: &Path, arguments: &[&str]) -> anyhow::Result<Option<Vec<Duration>>> {
    let mut command = Command::new("oha");
    command.args(["--no-tui", "--output-format", "csv", "--wait-ongoing-requests-after-deadline"]);
    command.args(["-z", &format!("{SECONDS}s"), "--urls-from-file"]).args(arguments).arg(folder.join(URLS));
    output(command).await?.map(|text| durations(&text)).transpose()
}

async fn wrk(folder: &Path, base: &str, connections: &str) -> anyhow::Result<Option<String>> {
    let mut command = Command::new("wrk");
    command.env("PATHS", folder.join(PATHS)).args(["-t", "1", "-c", connections, "-d", &format!("{SECONDS}s"), "-s"]);
    command.arg(folder.join(SCRIPT)).arg(base);
    output(command).await
}

/// What it printed; `None` where it is not installed. It ends by itself, should this process be killed.
async fn output(mut command: Command) -> anyhow::Result<Option<String>> {
    let name = command.as_std().get_program().to_string_lossy().into_owned();
    let child = match command.stdin(Stdio::null()).kill_on_drop(true).output().await {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            eprintln!("{name} is not installed: left out");
            return Ok(None);
        }
        child => child.with_context(|| name.clone())?,
    };
    anyhow::ensure!(child.status.success(), "{name}: {}", String::from_utf8_lossy(&child.stderr));
    Ok(Some(String::from_utf8_lossy(&child.stdout).into_owned()))
}

/// The column `request-duration` (seconds) of oha's table.
fn durations(csv: &str) -> anyhow::Result<Vec<Duration>> {
    let mut lines = csv.lines();
    let head = lines.next().context("oha printed nothing")?;
    let column = head.split(',').position(|name| name == "request-duration").context("oha's table has no durations")?;
    let seconds = lines.filter_map(|line| line.split(',').nth(column)?.parse().ok());
    Ok(seconds.map(Duration::from_secs_f64).collect())
}

/// Requests, and percentiles in milliseconds, as the script has wrk say them.
fn spoken(text: &str) -> Option<(u64, Vec<(String, f64)>)> {
    let mut lines = text.lines().skip_while(|line| !line.starts_with("requests ")).map(|line| line.split_once(' '));
    let requests = lines.next()??.1.parse().ok()?;
    let read = |(name, us): (&str, &str)| Some((name.to_owned(), us.parse::<f64>().ok()? / 1e3));
    Some((requests, lines.map_while(|line| read(line?)).collect()))
}

/// A histogram of these; with an interval, each longer one also stands for those that should have come meanwhile
/// (HdrHistogram's correction for coordinated omission).
fn collected(latencies: &[Duration], interval: Option<Duration>) -> Histogram<u64> {
    let mut all = histogram();
    for latency in latencies {
        match interval {
            None => all.saturating_record(nanos(*latency)),
            // A value the histogram cannot hold would be one of hours.
            Some(interval) => drop(all.record_correct(nanos(*latency), nanos(interval))),
        }
    }
    all
}

/// What visitors see who come at any moment alike: each wait, from each millisecond of a period.
fn expected(waits: &[Duration], stall: Option<Stall>) -> Histogram<u64> {
    let period = stall.map_or(1000, |stall| stall.every.as_millis() as u64);
    let mut all = histogram();
    for from in (0..period).map(Duration::from_millis) {
        for wait in waits {
            let due = from + *wait;
            let seen = stall.map_or(due, |stall| stall.release(due)) - from;
            all.saturating_record(nanos(seen));
        }
    }
    all
}

fn quantile(name: &str) -> Option<f64> {
    super::PERCENTILES.into_iter().find(|(known, _)| *known == name).map(|(_, q)| q)
}

#[cfg(test)]
mod unit {
    use super::{at, collected, durations, expected, spoken};
    use crate::known_server::Stall;
    use std::time::Duration;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn what_the_tools_print_is_read() {
        let csv = "request-start,DNS,request-duration,bytes,status\n0.1,0.0,0.020500,24,200\n0.2,0.0,0.5,24,200\n";
        assert_eq!(durations(csv).unwrap(), [Duration::from_micros(20_500), MS(500)]);
        assert!(durations("status\n200\n").unwrap_err().to_string().contains("durations"));
        let text =
            "Running 20s test @ http://127.0.0.1:1\n  9500 requests in 20s\nrequests 9500\np50 20100\np99.9 53000\n";
        let (requests, rows) = spoken(text).unwrap();
        assert_eq!((requests, rows), (9500, vec![("p50".to_owned(), 20.1), ("p99.9".to_owned(), 53.0)]));
        assert!(spoken("unable to connect\n").is_none());
    }

    #[test]
    fn a_stall_of_half_a_second_in_five_is_seen_by_a_tenth_of_those_who_come() {
        let truth = expected(&[MS(20)], Some(Stall { every: MS(5000), length: MS(500) }));
        // Due in the stall: from 20 ms before its start to 20 ms before its end; half of those wait longer than 250 ms more.
        let p95 = at(&truth, 0.95).unwrap();
        assert!((p95 - 270.0).abs() < 3.0, "{p95}");
        assert!((at(&expected(&[MS(20)], None), 0.95).unwrap() - 20.0).abs() < 0.1);
    }

    #[test]
    fn the_correction_adds_those_who_should_have_come_meanwhile() {
        let latencies = [MS(20), MS(500)];
        assert_eq!(collected(&latencies, None).len(), 2);
        // 500, then 400, 300, 200 and 100 for those a hundred milliseconds apart.
        assert_eq!(collected(&latencies, Some(MS(100))).len(), 6);
    }
}
