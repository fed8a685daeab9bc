//! What a person sees: text for the width at hand, what to type next, and progress on standard error while they wait. Colour
//! and bars only where there is a terminal.

mod markdown;
mod wrap;

pub use markdown::render;
pub use wrap::paragraph;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use owo_colors::{OwoColorize as _, Style};
use std::io::IsTerminal as _;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// The longest line: longer ones are hard to read.
const WIDTH: usize = 100;

/// How a command may decorate what it writes.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// Standard output takes colour.
    pub colour: bool,
    /// Standard error is a terminal: bars may move.
    pub moving: bool,
}

impl Terminal {
    /// Of this process; `NO_COLOR` is honoured.
    pub fn here() -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self { colour: wanted && std::io::stdout().is_terminal(), moving: std::io::stderr().is_terminal() }
    }

    /// No colour, nothing moving: for tests and files.
    pub const PLAIN: Self = Self { colour: false, moving: false };

    /// `text` in a style, where colour is allowed.
    pub fn paint(&self, text: &str, style: Style) -> String {
        if self.colour { text.style(style).to_string() } else { text.to_owned() }
    }

    /// Green, for what is met.
    pub fn good(&self, text: &str) -> String {
        self.paint(text, Style::new().green())
    }

    /// Red, for what is missed.
    pub fn bad(&self, text: &str) -> String {
        self.paint(text, Style::new().red())
    }

    /// Bold, for headings and the number that matters.
    pub fn strong(&self, text: &str) -> String {
        self.paint(text, Style::new().bold())
    }

    /// Dim, for remarks.
    pub fn quiet(&self, text: &str) -> String {
        self.paint(text, Style::new().dimmed())
    }

    /// Columns to write in: those of the terminal up to 100, and 100 where there is none.
    pub fn width(&self) -> usize {
        comfy_table::Table::new().width().map_or(WIDTH, |columns| usize::from(columns).clamp(40, WIDTH))
    }

    /// Commands to type next, each with its reason, under each other.
    pub fn next(&self, advice: &[(String, String)]) -> String {
        let wide = advice.iter().map(|(command, _)| command.chars().count()).max().unwrap_or_default();
        let mut text = String::new();
        for (place, (command, why)) in advice.iter().enumerate() {
            let head = if place == 0 { "next: " } else { "      " };
            let gap = " ".repeat(wide - command.chars().count());
            text.push_str(&format!("{head}{}{gap}  {}\n", self.strong(command), self.quiet(why)));
        }
        text
    }

    /// One step of a longer piece of work, said once on standard error.
    pub fn step(&self, text: &str) {
        eprintln!("{text}");
    }

    /// A bar of `length` parts on a terminal; a line now and then elsewhere.
    pub fn progress(&self, what: &str, length: u64) -> Progress {
        let bar = if self.moving {
            ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr())
        } else {
            ProgressBar::hidden()
        };
        if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len} {eta}") {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(what.to_owned());
        bar.set_length(length);
        if !self.moving {
            eprintln!("{what}");
        }
        Progress { bar, what: what.to_owned(), said: Mutex::new(Instant::now()), moving: self.moving }
    }
}

/// Time between two lines where nothing moves.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// How far a piece of work is.
pub struct Progress {
    bar: ProgressBar,
    what: String,
    said: Mutex<Instant>,
    moving: bool,
}

impl Progress {
    /// There is more to do than was thought.
    pub fn more(&self, parts: u64) {
        self.bar.inc_length(parts);
    }

    /// One part is done.
    pub fn one(&self) {
        self.bar.inc(1);
        let mut said = self.said.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !self.moving && said.elapsed() >= LINE_EVERY {
            *said = Instant::now();
            eprintln!("{}: {} of {}", self.what, self.bar.position(), self.bar.length().unwrap_or_default());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
