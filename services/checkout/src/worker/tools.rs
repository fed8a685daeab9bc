//! What the work on a message needs.

use super::schedule::Schedule;
use crate::{broker::Publisher, fulfilment::Fulfilment};

/// Shared by all messages in work.
pub(super) struct Tools {
    pub(super) fulfilment: Fulfilment,
    pub(super) publisher: Publisher,
    /// When a message that failed is tried again.
    pub(super) schedule: Schedule,
}
