//! What `list` is asked.

use crate::syllabus::Wanted;
use clap::Args;

/// Which exercises, and whether with their topics.
#[derive(Debug, Args)]
pub struct List {
    /// Which
    #[command(flatten)]
    pub wanted: Wanted,
    /// With what each exercise is about; this gives causes away
    #[arg(long)]
    pub topics: bool,
}
