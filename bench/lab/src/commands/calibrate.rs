//! `cargo lab calibrate`: reported latencies, false alarms and effects found, as tables and a file.

use super::calibrate_starts;
use crate::arms::TestBed;
use crate::calibrate::{
    Competing, Detections, File, Found, Stand, Wanted, detect, detection_table, others, others_table, percentiles,
    rows, start_rows, starts_table, truth_table,
};
use crate::cli::{Bound, Calibrate as Options, Condition, Known, Question};
use crate::clock;
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::known_server::{self, KnownServer, Stall};
use crate::machine::Machine;
use crate::pipeline::or_interrupted;
use crate::state::BenchLock;
use load::{Driver, Protocol};
use serde_json::json;
use stack::Ledger;
use std::time::{Duration, Instant};

/// Serves the known delays until standard input closes.
///
/// # Errors
/// Exit 3: no port.
pub async fn serve(known: &Known) -> Result<Exit, Failure> {
    let ms = Duration::from_millis;
    let stall =
        known.stall_every_ms.zip(known.stall_ms).map(|(every, length)| Stall { every: ms(every), length: ms(length) });
    known_server::serve(KnownServer { stall }).await?;
    Ok(Exit::Pass)
}

/// Calibrates, adds what it found to the file, and prints the tables of the whole file.
///
/// # Errors
/// Exit 3 when another bench runs or a file cannot be written.
pub async fn run(context: &Context, options: &Options) -> Result<Exit, Failure> {
    let path = match &options.into {
        Some(path) => path.clone(),
        None => context.store.sub("calibration")?.join(format!("{}.jsonl", clock::stamp())),
    };
    let mut file = File::open(&path)?;
    if let Some(times) = options.starts {
        calibrate_starts::run(context, options, times, &mut file).await?;
    } else if options.runs > 0 {
        let _lock = BenchLock::take(context.store.folder(), "calibrate")?;
        TestBed::sweep(&context.store, context.terminal).await?;
        or_interrupted(calibrate(context, options, &mut file)).await?;
    }
    let longer = |runs: Detections| runs.joined(options.join as usize);
    let (percentiles, rows) =
        (file.percentiles(), rows(&file.detections().into_iter().map(longer).collect::<Vec<_>>()));
    let (said, starts) = (file.said(), start_rows(&file.starts()));
    let on = file.parts.last().map(|part| &part.on);
    let object = json!({"file": path, "machine": on, "percentiles": percentiles, "others": said, "detection": rows,
        "starts": starts});
    let mut text = String::new();
    if !percentiles.is_empty() {
        text += &format!("{}\n", truth_table(&percentiles));
    }
    if !said.is_empty() {
        text += &format!("{}\n", others_table(&said));
    }
    if !rows.is_empty() {
        text += &format!("{}\n", detection_table(&rows));
    }
    if !starts.is_empty() {
        text += &format!("{}\n", starts_table(&starts));
    }
    context.answer(&text, &object);
    eprintln!("calibration: {}", path.display());
    Ok(Exit::Pass)
}

async fn calibrate(context: &Context, options: &Options, file: &mut File) -> Result<(), Failure> {
    let until = options.minutes.map(|minutes| Instant::now() + Duration::from_secs(60 * minutes));
    let on = Machine::here();
    let stand = Stand {
        driver: Driver::new(Protocol::Http1)?,
        terminal: context.terminal,
        logs: context.store.sub("logs")?,
        ledger: Ledger::open_in(context.store.folder())?,
    };
    let asked = |question| options.only.contains(&question);
    let same = asked(Question::Aa).then_some(0.0);
    let effects = options.effects.iter().filter(|_| asked(Question::Effects)).map(|percent| percent / 100.0);
    let truths: Vec<f64> = same.into_iter().chain(effects).collect();
    for machine in options.machine.iter().copied() {
        let competing = (machine == Condition::Competing).then(Competing::start).transpose();
        let _competing = competing.map_err(|error| Failure::unfit(error.to_string()))?;
        if asked(Question::Truth) {
            for stalling in [false, true] {
                file.add(&on, Found::Percentiles(percentiles(&stand, machine, stalling).await?))?;
            }
        }
        if asked(Question::Others) {
            for stalling in [false, true] {
                others(&stand, machine, stalling, |said| file.add(&on, Found::Said(said))).await?;
            }
        }
        let bounds: &[Bound] = if truths.is_empty() { &[] } else { &options.bound };
        for bound in bounds.iter().copied() {
            let wanted = Wanted {
                bound,
                machine,
                truths: truths.clone(),
                runs: options.runs as usize,
                rounds: options.rounds as usize,
                before: file.runs(bound, machine),
                until,
            };
            detect(&stand, &wanted, |run| file.add(&on, Found::Run(run))).await?;
        }
    }
    Ok(())
}
