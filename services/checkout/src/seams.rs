//! The exchangeable components of both programs, built from `VARIANTS`. Nothing else here knows that variants exist.

use crate::settings::Settings;
use anyhow::Context as _;
use follow_up::FollowUp;
use order_details::{Lookups, Sources};
use outgoing_calls::OutgoingCalls;
use password_checks::{PasswordChecks, Passwords};
use quote_sources::{Addresses, QuoteSources};
use std::{sync::Arc, time::Duration};
use tokio::runtime::Runtime;
use variant::Variants;

/// One of each that handlers use, in the chosen variant; cheap to clone.
#[derive(Clone)]
pub(crate) struct Seams {
    /// What happens between a stored order and the response.
    pub(crate) follow_up: FollowUp,
    /// What orders are shown with.
    pub(crate) order_details: Lookups,
    pub(crate) passwords: Arc<Passwords>,
    pub(crate) quote_sources: QuoteSources,
}

impl Seams {
    /// Builds them. `sample` is any password hash of this database, if it has a user.
    ///
    /// # Errors
    /// When a seam has no such trap, or an address cannot be read.
    pub(crate) fn new(settings: &Settings, sources: Sources, sample: Option<String>) -> anyhow::Result<Self> {
        let variants = &settings.process.variants;
        let recommendations = settings.recommendations_url.as_deref();
        let addresses = Addresses::new(recommendations, &settings.partners_url, settings.partner_timeout)?;
        let checks = PasswordChecks::try_from(variants.of(password_checks::SEAM))?;
        Ok(Self {
            follow_up: FollowUp::try_from(variants.of(follow_up::SEAM))?,
            order_details: Lookups::new(variants.of(order_details::SEAM), sources)?,
            passwords: Arc::new(Passwords::new(checks, sample)?),
            quote_sources: QuoteSources::new(variants.of(quote_sources::SEAM), addresses)?,
        })
    }
}

/// The guard around every call of either program to partners and other services.
///
/// # Errors
/// When the seam has no such trap.
pub(crate) fn outgoing_calls(variants: &Variants, timeout: Duration) -> anyhow::Result<OutgoingCalls> {
    Ok(OutgoingCalls::new(variants.of(outgoing_calls::SEAM), timeout)?)
}

/// The runtime that the whole service runs on: how passwords are checked decides about its threads.
///
/// # Errors
/// When the system gives no threads.
pub fn runtime(settings: &Settings) -> anyhow::Result<Runtime> {
    let checks = PasswordChecks::try_from(settings.process.variants.of(password_checks::SEAM))?;
    checks.runtime().context("starting the runtime")
}
