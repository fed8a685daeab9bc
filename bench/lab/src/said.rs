//! Standard output and standard error, where a closed pipe ends nothing and a full device is told.
//!
//! The standard library's `println!` panics when nobody reads any more (`cargo lab doctor | true`). In this crate the four macros
//! below stand in for the four of the same names, so that no command can forget it. A reader that went away wanted no more, and
//! the command goes on to its end: what it started must still be cleared away. Any other error is kept for [`trouble`].

use std::fmt::Arguments;
use std::io::{Error, ErrorKind, Write};
use std::sync::Mutex;

static TROUBLE: Mutex<Option<String>> = Mutex::new(None);

/// Writes text for a reader or a program.
pub fn out(text: Arguments<'_>) {
    let mut out = std::io::stdout().lock();
    keep(out.write_fmt(text).and_then(|()| out.flush()));
}

/// Writes text about the work. Whatever hinders it has nowhere to be told.
pub fn err(text: Arguments<'_>) {
    let _ = std::io::stderr().write_fmt(text);
}

fn keep(written: Result<(), Error>) {
    if let Err(error) = written
        && error.kind() != ErrorKind::BrokenPipe
    {
        let mut trouble = TROUBLE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        trouble.get_or_insert(error.to_string());
    }
}

/// Why something could not be written to standard output, if so: a full device, most likely.
#[must_use]
pub fn trouble() -> Option<String> {
    TROUBLE.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
}

macro_rules! print {
    ($($text:tt)*) => { $crate::said::out(format_args!($($text)*)) };
}

macro_rules! println {
    () => { $crate::said::out(format_args!("\n")) };
    ($($text:tt)*) => { $crate::said::out(format_args!("{}\n", format_args!($($text)*))) };
}

macro_rules! eprint {
    ($($text:tt)*) => { $crate::said::err(format_args!($($text)*)) };
}

macro_rules! eprintln {
    () => { $crate::said::err(format_args!("\n")) };
    ($($text:tt)*) => { $crate::said::err(format_args!("{}\n", format_args!($($text)*))) };
}
