//! The live feed: what a measuring command does, while it does it, as lines in `.lab/live/events.ndjson`.

mod event;
mod feed;

pub use event::{Event, Slice};
pub use feed::Feed;
