//! The loop of one exercise: waits for saves and keys, asks the session what follows, and does it.

use super::{
    After, CheckResult, Do, Event, Facts, Job, Key, Keyboard, Line, Screen, Session, Stopwatch, Warm, Watching,
};
use crate::exercise::Exercise;
use crate::exit::{Exit, Failure};
use crate::experiment::{Experiment, deliver};
use crate::live;
use crate::pipeline::{Bench, Depth};
use crate::report::Report;
use std::path::{Path, PathBuf};
use std::pin::{Pin, pin};
use std::time::Instant;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Runs a command of `cargo lab` in the workshop at this folder, as if its words had been typed.
pub type RunCommand = fn(&Path, &[&str]) -> Pin<Box<dyn Future<Output = ()>>>;

/// One exercise being watched.
pub struct WatchLoop<'a, 'c> {
    bench: &'a Bench<'c>,
    exercise: Exercise,
    keyboard: Option<&'a mut Keyboard>,
    watching: Watching,
    /// After Ctrl-Z and `fg`.
    continued: Signal,
    session: Session,
    screen: Screen,
    jobs: usize,
    queued: Option<Job>,
    /// What was saved since the last job began, and when.
    saved: Vec<PathBuf>,
    at: Instant,
    earlier: Option<Report>,
    run_command: RunCommand,
}

/// What the loop is to do beside what was done already.
#[derive(Default)]
struct Asked {
    cancel: bool,
    after: Option<After>,
}

/// What a job came to.
enum Done {
    CheckResult(Box<CheckResult>),
    Measured(Exit),
}

impl<'a, 'c> WatchLoop<'a, 'c> {
    /// Begins to watch the files.
    ///
    /// # Errors
    /// Exit 3 when neither events nor signals can be had.
    pub fn new(
        bench: &'a Bench<'c>,
        exercise: &Exercise,
        poll: bool,
        keyboard: Option<&'a mut Keyboard>,
        run_command: RunCommand,
    ) -> Result<Self, Failure> {
        let watching = match Watching::start(&exercise.folder, poll) {
            Err(failure) if !poll => {
                eprintln!("{}: looking at the files instead", failure.message);
                Watching::start(&exercise.folder, true)?
            }
            started => started?,
        };
        let continued = signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))
            .map_err(|error| Failure::unfit(format!("signals cannot be caught: {error}")))?;
        let round = Self {
            screen: Screen { terminal: bench.context.terminal, keys: keyboard.is_some() },
            bench,
            exercise: exercise.clone(),
            keyboard,
            watching,
            continued,
            session: Session::default(),
            jobs: 0,
            queued: None,
            saved: Vec::new(),
            at: Instant::now(),
            earlier: None,
            run_command,
        };
        round.say(&round.screen.welcome(exercise, round.watching.polls()));
        Ok(round)
    }

    /// Checks once, then whatever is saved and asked for.
    ///
    /// # Errors
    /// Exit 3 when the state cannot be read or the servers are gone.
    pub async fn run(mut self) -> Result<After, Failure> {
        let mut warm = Warm::new(self.bench, self.exercise.clone());
        let mut asked = self.happened(Event::Saved { code: true }).await?;
        loop {
            if let Some(after) = asked.after {
                warm.stop().await;
                return Ok(after);
            }
            asked = match self.queued.take() {
                Some(job) => self.job(job, &mut warm).await?,
                None => self.next().await?,
            };
        }
    }

    /// Does a job, unless something happens that takes its place.
    async fn job(&mut self, job: Job, warm: &mut Warm<'_, '_>) -> Result<Asked, Failure> {
        let saved = std::mem::take(&mut self.saved);
        warm.saved(&saved);
        self.jobs += 1;
        self.say(&self.screen.begins(self.jobs, job, &saved));
        let untouched = self.exercise.is_untouched();
        let mut stopwatch = Stopwatch::since(self.at, "noticed");
        let done = {
            let mut work = pin!(work(job, warm, untouched, &mut stopwatch));
            loop {
                tokio::select! {
                    done = &mut work => break done,
                    asked = self.next() => {
                        let asked = asked?;
                        if asked.cancel || asked.after.is_some() {
                            // Dropping the work ends its compilers, its requests and its services.
                            return Ok(asked);
                        }
                    }
                }
            }
        };
        self.exercise = warm.exercise().clone();
        self.finished(done, &stopwatch).await?;
        self.happened(Event::Finished).await
    }

    /// Waits for something to happen, and does what follows from it.
    async fn next(&mut self) -> Result<Asked, Failure> {
        let key = async {
            match &mut self.keyboard {
                Some(keyboard) => keyboard.next().await,
                None => std::future::pending::<Key>().await,
            }
        };
        let event = tokio::select! {
            saved = self.watching.next() => {
                let code = saved.has_code();
                if code {
                    self.saved.extend(saved.files);
                    self.at = saved.at;
                }
                Event::Saved { code }
            }
            key = key => {
                self.at = Instant::now();
                Event::Key(key)
            }
            _ = self.continued.recv() => {
                if let Some(keyboard) = &self.keyboard {
                    // A terminal that is gone has no keys either.
                    let _ = keyboard.set();
                }
                return Ok(Asked::default());
            }
        };
        self.happened(event).await
    }

    async fn happened(&mut self, event: Event) -> Result<Asked, Failure> {
        let mut asked = Asked::default();
        for one in self.session.on(event, self.facts()?) {
            match one {
                Do::Start(job) => self.queued = Some(job),
                Do::Cancel(why) => {
                    self.say(&format!("{}\n", self.screen.terminal.quiet(why)));
                    asked.cancel = true;
                }
                Do::Run(line) => self.command(line).await,
                Do::Next => match self.following()? {
                    Some(id) => {
                        self.lab(&["start", &id]).await;
                        asked.after = Some(After::Next(id));
                    }
                    None => self.say("every exercise is passed: nothing is left to go on to\n"),
                },
                Do::Keys => self.say(&self.screen.keys_help()),
                Do::Say(text) => self.say(&format!("{text}\n")),
                Do::Ask(text) => self.say(text),
                Do::AskPrediction => self.say(&self.screen.asks(&self.exercise)),
                Do::Typed(text) => self.say(&self.screen.typed(&text)),
                Do::Answered => self.say("\n"),
                Do::Quit => asked.after = Some(After::Quit),
            }
        }
        Ok(asked)
    }

    async fn finished(&mut self, done: Result<Done, Failure>, stopwatch: &Stopwatch) -> Result<(), Failure> {
        let facts = self.facts()?;
        let (verdict, exit, message) = match done {
            Ok(Done::CheckResult(seen)) => {
                self.say(&self.screen.seen(&self.exercise, &seen, self.earlier.as_ref(), facts));
                if self.bench.context.json {
                    println!("{}", seen.object());
                }
                let verdict = seen.report.verdict;
                self.earlier = Some(seen.report).filter(|report| report.candidate.is_some());
                (verdict.word(), verdict.exit(), None)
            }
            Ok(Done::Measured(exit)) => {
                self.say(&self.screen.keys_line(facts));
                self.bench.feed.end(Ok(exit));
                return Ok(());
            }
            Err(failure) => {
                // Without servers no save will do better: the bench says so and ends.
                if stopwatch.now() != "build" && self.bench.test_bed.answers().await.is_err() {
                    return Err(failure);
                }
                self.say(&self.screen.failed(stopwatch.now(), &failure, &self.exercise, facts));
                let object = failure.json();
                if self.bench.context.json {
                    println!("{object}");
                }
                ("unfit", failure.exit, Some(failure.message))
            }
        };
        self.bench.feed.write(live::Event::End { verdict, exit: exit as u8, message: message.as_deref() });
        Ok(())
    }

    fn facts(&self) -> Result<Facts, Failure> {
        let state = self.bench.context.store.load()?;
        let progress = state.exercise.get(&self.exercise.id).cloned().unwrap_or_default();
        Ok(Facts {
            passed: progress.passed.is_some(),
            predicted: progress.prediction.is_some(),
            untouched: self.exercise.is_untouched(),
            unit: self.exercise.subject().unit(),
        })
    }

    async fn command(&self, line: Line) {
        let id = self.exercise.id.as_str();
        match line {
            Line::Hint => self.lab(&["hint", "--id", id]).await,
            Line::Task => self.lab(&["task", id]).await,
            Line::List => self.lab(&["list"]).await,
            Line::Reset => self.lab(&["reset", id]).await,
            Line::Predict(value) => self.lab(&["predict", id, "--value", &value]).await,
        }
    }

    async fn lab(&self, words: &[&str]) {
        (self.run_command)(&self.bench.context.course.root, words).await;
    }

    /// The next exercise that is not passed, from here on and then from the beginning.
    fn following(&self) -> Result<Option<String>, Failure> {
        let state = self.bench.context.store.load()?;
        let all = &self.bench.context.course.exercises;
        let here = all.iter().position(|one| one.id == self.exercise.id).map_or(0, |place| place + 1);
        let open = |one: &&Exercise| {
            one.story.is_none()
                && one.id != self.exercise.id
                && state.exercise.get(&one.id).is_none_or(|progress| progress.passed.is_none())
        };
        Ok(all[here..].iter().chain(&all[..here]).find(open).map(|one| one.id.clone()))
    }

    /// To standard output; with `--json` that is for objects, and a person reads standard error.
    fn say(&self, text: &str) {
        if self.bench.context.json {
            eprint!("{text}");
        } else {
            print!("{text}");
        }
    }
}

async fn work(job: Job, warm: &mut Warm<'_, '_>, untouched: bool, stopwatch: &mut Stopwatch) -> Result<Done, Failure> {
    match job {
        Job::Check => Ok(Done::CheckResult(Box::new(warm.check(untouched, stopwatch).await?))),
        Job::Measure => {
            let bench = warm.ready_to_measure(stopwatch).await?;
            let experiment = Experiment::of_seam(warm.exercise(), "yours".to_owned(), Depth::Measure);
            let finished = experiment.run(&bench).await?;
            Ok(Done::Measured(deliver(&bench, &experiment, finished)?))
        }
    }
}
