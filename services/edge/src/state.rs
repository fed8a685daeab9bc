//! What the handlers share.

use crate::{coalescer::Coalescer, origin::Origin, seams::Seams, settings::Settings, store::Store};
use serving::AdminToken;

/// What every request can reach; cheap to clone.
#[derive(Clone)]
pub(crate) struct AppState {
    pub(crate) seams: Seams,
    pub(crate) origin: Origin,
    pub(crate) store: Store,
    pub(crate) coalescer: Coalescer,
    pub(crate) admin: Option<AdminToken>,
}

impl AppState {
    /// # Errors
    /// When a seam has no such variant.
    pub(crate) fn new(settings: &Settings) -> anyhow::Result<Self> {
        Ok(Self {
            seams: Seams::new(&settings.variants)?,
            origin: Origin::new(&settings.origin, settings.origin_timeout),
            store: Store::new(settings.cache_bytes),
            coalescer: Coalescer::default(),
            admin: settings.admin.clone(),
        })
    }
}
