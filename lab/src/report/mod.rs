//! What a run leaves: one JSON object, a table for people, one HTML page.

mod html;
mod json;
mod svg;
mod text;

pub use html::{Page, PageArm, page};
pub use json::{ArmReport, LatencyMs, Report, Scored, StoryReport};
pub use text::{bars, comparison_text, label, number, right, worth_showing};

#[cfg(test)]
mod tests;
