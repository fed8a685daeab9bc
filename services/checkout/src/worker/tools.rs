//! What the work on a message needs.

use crate::{broker::Publisher, fulfilment::Fulfilment};
use std::time::Duration;

/// Shared by all messages in work.
pub(super) struct Tools {
    pub(super) fulfilment: Fulfilment,
    pub(super) publisher: Publisher,
    /// How long a message waits before it is tried again.
    pub(super) retry_delay: Duration,
}
