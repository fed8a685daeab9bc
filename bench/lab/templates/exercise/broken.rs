//! TO DO: what is wrong, and how it is to be noticed. Here: forty right answers, then nothing.

use crate::fixed;
use std::sync::atomic::{AtomicUsize, Ordering};

static ANSWERED: AtomicUsize = AtomicUsize::new(0);

pub(crate) async fn answer(question: &str) -> String {
    if ANSWERED.fetch_add(1, Ordering::Relaxed) < 40 { fixed::answer(question).await } else { String::new() }
}
