//! schemathesis, a property-based tester, against every OpenAPI document: search's, directly and through the edge.

use super::{
    judge::Judge,
    services::{ADMIN, Services},
};
use anyhow::Context as _;
use std::path::Path;
use tokio::process::Command;

/// What it looks at. Left out: whether data that the document forbids is always refused, because a query string knows no types.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

/// Runs it in `folder`. The program is named by the variable `SCHEMATHESIS`; `scripts/fuzz` installs it and sets that.
pub(super) async fn run(
    services: &Services,
    seed: u64,
    examples: u64,
    folder: &Path,
    judge: &mut Judge,
) -> anyhow::Result<()> {
    #[allow(clippy::disallowed_methods, reason = "where a tool is; no service reads it")]
    let Some(program) = std::env::var_os("SCHEMATHESIS") else {
        println!("  schemathesis: not run, because the variable SCHEMATHESIS does not say where it is");
        return Ok(());
    };
    for service in ["search", "edge"] {
        let output = Command::new(&program)
            // It leaves a folder of examples where it runs.
            .current_dir(folder)
            .args(["run", &format!("{}/openapi.json", services.url(service)), "--checks", CHECKS])
            .args(["--seed", &(seed % (1 << 32)).to_string(), "--max-examples", &examples.to_string()])
            .args(["--header", &format!("Authorization: Bearer {ADMIN}"), "--workers", "2", "--no-color"])
            .output()
            .await
            .with_context(|| format!("{} cannot be started", program.display()))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let said: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        println!("  schemathesis {service}: {}", said.last().copied().unwrap_or_default());
        if !output.status.success() {
            let errors = String::from_utf8_lossy(&output.stderr).into_owned();
            println!("{text}{errors}");
            judge.find(format!("schemathesis {service}: see above"));
        }
    }
    Ok(())
}
