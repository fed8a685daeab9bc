//! What `watch` says. It only ever appends: the scrollback is the learner's log of the afternoon.

use super::check_result::CheckResult;
use super::session::{Facts, Job};
use super::stopwatch::Phase;
use crate::exercise::{Exercise, Unit, number, phrase};
use crate::exit::Failure;
use crate::report::{Report, bars, worth_showing};
use crate::terminal::{Terminal, paragraph};
use crate::verdict::{TargetOutcome, Verdict};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Puts events into words.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    /// Colour.
    pub terminal: Terminal,
    /// Keys are read; else the commands are named.
    pub keys: bool,
}

impl Screen {
    /// What is watched.
    pub fn welcome(&self, exercise: &Exercise, polls: bool) -> String {
        let how = if polls { ", looked at every quarter of a second" } else { "" };
        let head = self.terminal.strong(&format!("watching {}: {}", exercise.id, exercise.title));
        let mut text = format!("{head}\n{}\n", self.lines(&exercise.symptom, "  "));
        let _ = writeln!(text, "  saved: exercises/{}/src/yours.rs and what is beside it{how}", exercise.id);
        let _ =
            writeln!(text, "  on save: build, behaviour, counts, in seconds; latency is timed by a measurement only");
        text
    }

    /// The keys, short.
    pub fn keys_line(&self, facts: Facts) -> String {
        if !self.keys {
            return String::new();
        }
        let next = if facts.passed { "n next · " } else { "" };
        self.terminal
            .quiet(&format!("{next}m measure · p predict · h hint · t task · l list · r reset · ? keys · q quit"))
            + "\n"
    }

    /// The keys, with what they do.
    pub fn keys_help(&self) -> String {
        let lines = [
            ("save", "build, behaviour, counts; a save during a run starts it again"),
            ("m", "measure: the whole pipeline, about a minute; asks for a prediction if there is none"),
            ("p", "predict: writes down the number you expect of your version; it asks which"),
            ("h", "the next hint"),
            ("t", "the exercise's text"),
            ("l", "all exercises"),
            ("n", "the next exercise, once this one is passed"),
            ("r", "restore yours.rs; your work is kept in .lab/backups (asks y/n)"),
            ("q", "quit; nothing is left running (Ctrl-C does the same)"),
        ];
        let mut text: String = lines.iter().map(|(key, what)| format!("  {key:<5} {what}\n")).collect();
        text.push_str("  Should this ever be ended by kill -9, `stty sane` gives the terminal its echo back.\n");
        text
    }

    /// What was typed behind a question so far; the line is written anew, for Backspace's sake.
    pub fn typed(&self, text: &str) -> String {
        format!("\r\x1b[K  you expect: {text}")
    }

    /// Asks for the prediction.
    pub fn asks(&self, exercise: &Exercise) -> String {
        format!("{}: ", exercise.subject().asks())
    }

    /// Job number `count` begins.
    pub fn begins(&self, count: usize, job: Job, files: &[PathBuf]) -> String {
        let what = match (job, files) {
            (Job::Measure, _) => "measuring".to_owned(),
            (Job::Check, []) if count == 1 => "a first look".to_owned(),
            (Job::Check, []) => "once more".to_owned(),
            (Job::Check, files) => {
                let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
                format!("saved {}", names.join(", "))
            }
        };
        format!("\n{}\n", self.terminal.strong(&format!("── {count}: {what}")))
    }

    /// A check came to an end. `earlier` is what the save before it led to.
    pub fn seen(&self, exercise: &Exercise, seen: &CheckResult, earlier: Option<&Report>, facts: Facts) -> String {
        let report = &seen.report;
        let mut text = format!("{}\n", self.terminal.quiet(&how_long(seen)));
        if let Some(difference) = &report.difference {
            let _ = writeln!(text, "{} behaviour changed: {difference}", self.terminal.bad("✗"));
            let _ = writeln!(text, "  nothing was counted: an answer that is wrong needs no speed");
        } else {
            self.counts(&mut text, exercise, report, earlier, seen.untouched);
            for name in &seen.untold {
                let _ = writeln!(text, "? {}: a measurement will tell", exercise.says(name));
            }
            let shares = report.where_time_goes.get("candidate").cloned().unwrap_or_default();
            let _ = writeln!(text, "  where the time goes   {}", bars(&shares));
        }
        if report.verdict != Verdict::Pass && report.difference.is_none() {
            for suspect in report.suspects.iter().take(2) {
                let look = format!("worth a look: {} ({})", suspect.kind.replace('_', " "), suspect.evidence);
                let _ = writeln!(text, "{}\n{}", self.lines(&look, "  "), self.lines(&suspect.statement, "    "));
                if let Some(at) = &suspect.at {
                    let _ = writeln!(text, "    {at}");
                }
            }
        }
        let _ = writeln!(text, "{}", self.lines(&self.next_step(exercise, seen, facts), ""));
        text + &self.keys_line(facts)
    }

    /// Words in lines that end before the terminal does.
    fn lines(&self, text: &str, indent: &str) -> String {
        paragraph(text, self.terminal.width(), indent)
    }

    /// A job failed in `phase`.
    pub fn failed(&self, phase: &str, failure: &Failure, exercise: &Exercise, facts: Facts) -> String {
        let mut text = String::new();
        if phase == "build" {
            let _ = writeln!(text, "{} it does not build", self.terminal.bad("✗"));
            let _ = writeln!(text, "{}", failure.message);
            let restore =
                if self.keys { "r restores".to_owned() } else { format!("`cargo lab reset {}` restores", exercise.id) };
            let _ = writeln!(text, "  → correct it and save; {restore} yours.rs and keeps your work");
        } else {
            let _ = writeln!(text, "{} {failure}", self.terminal.bad("✗"));
            let _ = writeln!(text, "  → save again to try again");
        }
        text + &self.keys_line(facts)
    }

    fn counts(
        &self,
        text: &mut String,
        exercise: &Exercise,
        report: &Report,
        earlier: Option<&Report>,
        untouched: bool,
    ) {
        let none = BTreeMap::new();
        let counts = |report: Option<&Report>, candidate: bool| {
            let arm = report.and_then(|one| if candidate { one.candidate.as_ref() } else { one.baseline.as_ref() });
            arm.map_or_else(|| none.clone(), |arm| arm.counts.clone())
        };
        let (was, is, before) = (counts(Some(report), false), counts(Some(report), true), counts(earlier, true));
        let shown = |name: &str, value: f64| Unit::of(name).shown(value);
        let change = |name: &str, value: f64| match was.get(name) {
            _ if untouched => shown(name, value),
            Some(was) => format!("{} → {}", shown(name, *was), shown(name, value)),
            None => shown(name, value),
        };
        let since = |name: &str, value: f64| match before.get(name) {
            Some(before) if shown(name, *before) != shown(name, value) => {
                format!("  ({} at the save before)", shown(name, *before))
            }
            _ => String::new(),
        };
        for judged in &report.targets {
            let (now, since) = match judged.value {
                Some(value) => (change(&judged.name, value), since(&judged.name, value)),
                None => (judged.measured(), String::new()),
            };
            let line = format!("{}: {now}, target: {}{since}", judged.sentence(), judged.wanted());
            let _ = writeln!(text, "{} {}", self.mark(judged), self.lines(&line, "  ").trim_start());
        }
        for (name, value) in &is {
            let targeted = exercise.target.iter().any(|target| target.name == *name);
            let moved = number(was.get(name).copied().unwrap_or_default()) != number(*value);
            if worth_showing(name) && !targeted && (moved || (untouched && *value > 0.0)) {
                let _ = writeln!(text, "  {:<34} {}{}", phrase(name), change(name, *value), since(name, *value));
            }
        }
    }

    fn mark(&self, judged: &TargetOutcome) -> String {
        match judged.met {
            Some(true) => self.terminal.good("✓"),
            Some(false) => self.terminal.bad("✗"),
            None => "?".to_owned(),
        }
    }

    fn next_step(&self, exercise: &Exercise, seen: &CheckResult, facts: Facts) -> String {
        let id = &exercise.id;
        let measure = match (self.keys, facts.predicted) {
            (true, true) => "m measures".to_owned(),
            (true, false) => "m asks what you expect, then measures".to_owned(),
            (false, _) => format!("end this watch, then: cargo lab measure {id}"),
        };
        let help = if self.keys {
            "h hint · t task".to_owned()
        } else {
            format!("cargo lab hint --id {id} · cargo lab task {id}")
        };
        if seen.untouched {
            return format!(
                "yours.rs is as it was at first: these are the numbers to beat. Open exercises/{id}/src/yours.rs; {help}"
            );
        }
        match seen.report.verdict {
            Verdict::BehaviourChanged => {
                format!("{} the answers must stay as they are: correct it and save", self.terminal.bad("✗"))
            }
            Verdict::NotYet => format!("{} not yet. {help}", self.terminal.bad("✗")),
            _ if seen.report.targets.is_empty() => format!("only a measurement can judge the targets: {measure}"),
            Verdict::Pass if facts.passed => {
                format!("{} {}, and the exercise is passed already. {measure}", self.terminal.good("✓"), met(seen))
            }
            _ => format!("{} {}. {measure}", self.terminal.good("✓"), met(seen)),
        }
    }
}

/// What a save can judge is met; how much that is of all.
fn met(seen: &CheckResult) -> String {
    match (seen.report.targets.len(), seen.untold.len()) {
        (_, 0) => "every target is met; only a measurement makes it a pass".to_owned(),
        (met, 1) => format!("{met} of {} targets met, the other one needs a measurement", met + 1),
        (met, open) => format!("{met} of {} targets met, the other {open} need a measurement", met + open),
    }
}

/// One line: what was done, and how long each part took.
fn how_long(seen: &CheckResult) -> String {
    let part = |Phase { name, seconds }: &Phase| {
        let what = match *name {
            "behaviour" => format!("behaviour of {} cases", seen.cases),
            "counts" => format!("counts of {} requests", seen.requests),
            name => name.to_owned(),
        };
        (*seconds >= 0.05).then(|| format!("{what} {seconds:.1} s"))
    };
    let parts: Vec<String> = seen.phases.iter().filter_map(part).collect();
    format!("{:.1} s: {}", seen.seconds, parts.join(" · "))
}
