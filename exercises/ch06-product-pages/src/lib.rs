//! Rendered product pages, kept in this process' memory and in Redis so that Postgres is asked seldom.
//!
//! The contract, whichever implementation runs:
//! - [`ProductPages::get`] gives the page from memory, else from Redis, else from the load it is handed; what was loaded
//!   is kept in both, so that other processes with the same Redis find it;
//! - no page is given that was loaded more than two lifetimes ago;
//! - "no such product" and a failure to load are passed on, and not kept: the next `get` asks again;
//! - without Redis everything works, only more is loaded;
//! - dropping a `get` changes nothing for anybody else. A load may or may not go on after it.

mod broken;
mod fixed;
mod flawed;
mod shared_tier;
mod traps;
mod yours;

use redis::aio::ConnectionManager;
use shared_tier::SharedTier;
use shop::ProductId;
use std::{sync::Arc, time::Duration};
use variant::{SeamFuture, UnknownTrap, Variant, seam};

/// Pages kept in memory at most; one has some 10 KB.
const CAPACITY: u64 = 2_000;

/// A page, rendered. Clones share the text.
pub type Page = Arc<str>;

/// A page, or none where there is no such product. Requests that waited for one load share its error.
pub type Loaded = Result<Option<Page>, Arc<sqlx::Error>>;

/// The work of making a page from the database; `None` where there is no such product.
pub trait Load: Future<Output = Result<Option<String>, sqlx::Error>> + Send + 'static {}

impl<F: Future<Output = Result<Option<String>, sqlx::Error>> + Send + 'static> Load for F {}

seam! {
    "ch06-product-pages",
    /// The implementation in use.
    pub enum Implementation {
        Jitter = traps::jitter, Leader = traps::leader;
        AbsenceForEver = broken::absence_for_ever,
        MemoryOnly = broken::memory_only,
        TenLifetimes = broken::ten_lifetimes,
        TenSlots = broken::ten_slots,
    }
    enum Kept of Pages
}

/// The cache, with the implementation in use. Clones share what is kept.
#[derive(Clone)]
pub struct ProductPages(Arc<Kept>);

impl ProductPages {
    /// An empty memory before the pages that Redis keeps under this prefix; each page is to live this long.
    ///
    /// # Errors
    /// [`UnknownTrap`].
    pub fn new(
        variant: &Variant,
        redis: ConnectionManager,
        prefix: &str,
        lifetime: Duration,
    ) -> Result<Self, UnknownTrap> {
        let shared = SharedTier::new(redis, prefix);
        let implementation = Implementation::try_from(variant)?;
        Ok(Self(Arc::new(build!(implementation, chosen => chosen::Pages::new(shared, lifetime)))))
    }

    /// The page of a product. `load` makes it; it is run at most once, and only where it is needed.
    ///
    /// # Errors
    /// What `load` failed with.
    pub fn get(&self, id: ProductId, load: impl Load) -> SeamFuture<'_, Loaded> {
        self.page(id, Box::pin(load))
    }

    fn page(
        &self,
        id: ProductId,
        load: SeamFuture<'static, Result<Option<String>, sqlx::Error>>,
    ) -> SeamFuture<'_, Loaded> {
        Box::pin(async move { dispatch!(&*self.0, chosen(pages) => pages.get(id, load).await) })
    }
}
