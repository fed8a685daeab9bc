//! What the handlers share: the partners, and what each of them remembers.

use crate::{
    Config, Name,
    memory::{Events, Mailbox, Payments, Shipments, Tariffs, Tokens},
    partner::Partner,
};
use std::sync::Arc;

/// What every request can reach.
#[derive(Debug)]
pub(crate) struct AppState {
    at_start: Config,
    partners: [Arc<Partner>; Name::ALL.len()],
    pub(crate) payments: Payments,
    pub(crate) mailbox: Mailbox,
    pub(crate) shipments: Shipments,
    pub(crate) tokens: Tokens,
    pub(crate) events: Events,
    pub(crate) tariffs: Tariffs,
}

impl AppState {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            at_start: config.clone(),
            partners: Name::ALL.map(|name| Arc::new(Partner::new(name, config))),
            payments: Payments::default(),
            mailbox: Mailbox::default(),
            shipments: Shipments::default(),
            tokens: Tokens::default(),
            events: Events::default(),
            tariffs: Tariffs::default(),
        }
    }

    pub(crate) fn partner(&self, name: Name) -> &Arc<Partner> {
        // `Name::ALL` lists the names in the order in which they are declared.
        &self.partners[name as usize]
    }

    /// As at the start: behaviour, random numbers, counts, and nothing remembered.
    pub(crate) fn reset(&self) {
        for partner in &self.partners {
            partner.reset(&self.at_start);
        }
        self.payments.reset();
        self.mailbox.reset();
        self.shipments.reset();
        self.tokens.reset();
        self.events.reset();
        self.tariffs.reset();
    }
}
