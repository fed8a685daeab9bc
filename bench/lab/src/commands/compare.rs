//! `cargo lab compare`: any two running services, interleaved, with an interval and an exit code.

use crate::cli::Compare as Options;
use crate::compare::{Demand, Margin, Pair, SameAnswers, address, demand, listen, result, text};
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::pipeline::or_interrupted;
use crate::report::{Measured, Run, files, render};
use crate::state::BenchLock;
use std::time::Instant;

/// Asks both whether they answer, then drives them in turns.
///
/// # Errors
/// Exit 2 for an address or a load that is none; 3 when one of them does not answer or `--otlp` cannot be had; 4 when too few rounds can be used; 130.
pub async fn run(context: &Context, options: &Options) -> Result<Exit, Failure> {
    let (base, candidate) = (
        address(&options.base, options.yes_this_is_mine).await?,
        address(&options.candidate, options.yes_this_is_mine).await?,
    );
    let _lock = BenchLock::take(context.store.folder(), "compare")?;
    let begin = Instant::now();
    let addresses = [&base, &candidate].map(|uri| uri.to_string().trim_end_matches('/').to_owned());
    or_interrupted(async {
        let demand = demand(context, options, &base).await?;
        let receiver = match options.otlp {
            Some(address) => Some(listen(address).await?),
            None => None,
        };
        let pair = Pair::new([base.clone(), candidate], &demand, context.terminal, context.store.sub("logs")?)?;
        announce(context, &demand);
        if let Some(receiver) = &receiver {
            let endpoint = receiver.endpoint();
            context
                .terminal
                .step(&format!("listening for their traces: OTEL_EXPORTER_OTLP_ENDPOINT={endpoint}, gRPC or HTTP"));
        }
        let same = SameAnswers { read: options.read.clone(), ignore: options.ignore.clone() };
        let difference = pair.answers(&demand, options.same_answers.then_some(&same)).await?;
        let compared = match difference {
            Some(_) => None,
            None => Some(pair.drive(&demand, receiver.as_ref()).await?),
        };
        let margin = Margin { share: options.margin / 100.0, ms: options.margin_ms };
        let reproduce = format!("cargo lab compare {} {} …", addresses[0], addresses[1]);
        let about = (margin, begin.elapsed().as_secs_f64().round(), reproduce);
        let (report, page) = result(addresses, &demand, (compared.as_ref(), difference), about);
        let object = serde_json::to_value(&report).map_err(|error| Failure::unfit(error.to_string()))?;
        let text = text(&report, margin, context.terminal);
        if context.json {
            eprint!("{text}");
            println!("{object}");
        } else {
            print!("{text}");
        }
        let exit = report.verdict.exit();
        if compared.is_some() {
            let run = Run { measured: Measured::Seam(Box::new(report)), page };
            files::keep(&context.store, &run)?;
            eprintln!("report: {}", render(&context.store, &run)?.display());
        }
        Ok(exit)
    })
    .await
}

fn announce(context: &Context, demand: &Demand) {
    let each = demand.rounds as f64 * 2.0 * demand.slice.as_secs_f64();
    context.terminal.step(&format!(
        "comparing: {:.0} requests/s to one of the two at a time, {} rounds, {:.0} s each and a warm-up",
        demand.rate_rps, demand.rounds, each
    ));
}
