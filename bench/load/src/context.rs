//! What a slice shares with its driver.

use super::connection::Pool;
use super::ids::Ids;
use super::publish::Broker;
use std::sync::{Arc, Mutex, PoisonError};

/// What a slice needs of its driver.
#[derive(Clone)]
pub(super) struct SliceContext {
    pub(super) pool: Arc<Pool>,
    pub(super) ids: Arc<Mutex<Ids>>,
    /// What decides which requests are sampled: the driver's own.
    pub(super) secret: u64,
    /// The broker of the service that is driven, if it has one.
    pub(super) broker: Option<Arc<Broker>>,
}

impl SliceContext {
    /// Connections opened so far.
    pub(super) fn opened(&self) -> u64 {
        self.pool.opened() + self.broker.as_ref().map_or(0, |broker| broker.opened())
    }

    /// A fresh trace id and its header.
    pub(super) fn trace(&self, sampled: bool) -> ([u8; 16], http::HeaderValue) {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner).next(sampled)
    }
}
