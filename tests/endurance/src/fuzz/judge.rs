//! What is right and what is not about an answer and about a process.

use super::services::Services;
use crate::client::Answer;
use std::{collections::BTreeMap, fmt};

/// A process that holds more than that keeps what clients send. The largest needs 80 MB at rest.
const MOST_MEMORY: u64 = 512 << 20;

/// The most characters of one finding: `--seed` brings the rest back.
const LONGEST: usize = 600;

#[derive(Default)]
pub(super) struct Judge {
    /// Answers by generator and status.
    counts: BTreeMap<(String, String), u64>,
    found: Vec<String>,
}

impl Judge {
    /// An answer over HTTP. A 5xx is explained where it is a problem that says that something does not answer just now.
    pub(super) fn http(&mut self, what: &str, described: impl FnOnce() -> String, answer: &anyhow::Result<Answer>) {
        let (status, wrong) = match answer {
            Ok(answer) => {
                let json = answer.json();
                let kinds = ["/problems/unavailable", "/problems/timeout", "/problems/bad-gateway"];
                let explained = kinds.iter().any(|kind| json["type"] == *kind);
                let internal = json["errors"].as_array().into_iter().flatten();
                let internal = internal.filter(|error| error["extensions"]["code"] == "INTERNAL").count();
                let wrong = (answer.status.is_server_error() && !explained) || internal > 0;
                (answer.status.as_u16().to_string(), wrong.then(|| json.to_string()))
            }
            Err(error) => ("none".to_owned(), Some(format!("{error:#}"))),
        };
        self.count(what, status, wrong, described);
    }

    /// A gRPC status: not ours, whatever was sent.
    pub(super) fn grpc(&mut self, what: &str, described: impl FnOnce() -> String, answer: &anyhow::Result<Answer>) {
        let (code, wrong) = match answer {
            Ok(answer) => {
                let code = answer.headers.get("grpc-status").and_then(|code| code.to_str().ok()).unwrap_or("none");
                // UNKNOWN, INTERNAL, DATA_LOSS; without any code the request was refused as HTTP, which must not be 5xx.
                let wrong = ["2", "13", "15"].contains(&code) || (code == "none" && answer.status.is_server_error());
                (format!("grpc {code}"), wrong.then(|| format!("{:?}", answer.headers)))
            }
            Err(error) => ("none".to_owned(), Some(format!("{error:#}"))),
        };
        self.count(what, code, wrong, described);
    }

    fn count(&mut self, what: &str, status: String, wrong: Option<String>, described: impl FnOnce() -> String) {
        if let Some(wrong) = wrong {
            self.find(format!("{what}: {status}: {wrong}\n    {}", described()));
        }
        *self.counts.entry((what.to_owned(), status)).or_default() += 1;
    }

    /// Something that should not be.
    pub(super) fn find(&mut self, what: String) {
        self.found.push(what.chars().take(LONGEST).collect());
    }

    /// Looks at the processes: all run, none panicked, none holds too much.
    pub(super) fn look_at(&mut self, services: &mut Services) {
        for program in services.programs() {
            let name = program.described().0;
            if !program.runs() {
                self.find(format!("{name} has ended"));
            }
            self.found.extend(program.panics().into_iter().map(|line| format!("{name}: {line}")));
            let memory = program.memory().unwrap_or_default();
            println!("  {name} holds {} MB", memory >> 20);
            if memory > MOST_MEMORY {
                self.find(format!("{name} holds {} MB", memory >> 20));
            }
        }
    }

    pub(super) fn found(self) -> Vec<String> {
        self.found
    }
}

impl fmt::Display for Judge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut by_what = BTreeMap::<&str, Vec<String>>::new();
        for ((what, status), count) in &self.counts {
            by_what.entry(what).or_default().push(format!("{count} × {status}"));
        }
        for (what, counts) in by_what {
            writeln!(f, "  {what}: {}", counts.join(", "))?;
        }
        for one in self.found.iter().take(20) {
            writeln!(f, "  FOUND: {one}")?;
        }
        write!(f, "  {} found", self.found.len())
    }
}
