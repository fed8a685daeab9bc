//! The router: health, admin, and the six partners, each behind its own declared behaviour.

use crate::{
    Config, Name, admin, analytics, analytics::Events, conduct::conduct, email, email::Mailbox, identity,
    identity::Tokens, partner::Partner, payment, payment::Payment, tax, warehouse, warehouse::Shipments,
};
use axum::{Router, extract::DefaultBodyLimit, http::StatusCode, middleware};
use serving::{Problem, Readiness, Shutdown};
use std::sync::Arc;

/// Longer bodies are refused with 413.
const BODY_LIMIT: usize = 64 * 1024;

/// The partners and what they remember.
#[derive(Debug)]
pub(crate) struct World {
    start: Config,
    partners: [Arc<Partner>; Name::ALL.len()],
    pub(crate) payment: Payment,
    pub(crate) mailbox: Mailbox,
    pub(crate) shipments: Shipments,
    pub(crate) tokens: Tokens,
    pub(crate) events: Events,
}

impl World {
    fn new(config: &Config) -> Self {
        Self {
            start: config.clone(),
            partners: Name::ALL.map(|name| Arc::new(Partner::new(name, config))),
            payment: Payment::new(),
            mailbox: Mailbox::new(),
            shipments: Shipments::new(),
            tokens: Tokens::new(),
            events: Events::new(),
        }
    }

    pub(crate) fn partner(&self, name: Name) -> &Arc<Partner> {
        // `Name::ALL` lists the names in the order in which they are declared.
        &self.partners[name as usize]
    }

    pub(crate) fn reset(&self) {
        for partner in &self.partners {
            partner.reset(&self.start);
        }
        self.payment.reset();
        self.mailbox.reset();
        self.shipments.reset();
        self.tokens.reset();
        self.events.reset();
    }
}

/// All partners, behaving as `config` says until they are told otherwise. Hanging calls end when the shutdown begins.
pub fn app(config: &Config, shutdown: Shutdown) -> Router {
    let world = Arc::new(World::new(config));
    let behaving = |name: Name, routes: Router<Arc<World>>| {
        let state = (Arc::clone(world.partner(name)), shutdown.clone());
        routes.route_layer(middleware::from_fn_with_state(state, conduct))
    };
    Router::new()
        .merge(behaving(Name::Payment, payment::router()))
        .merge(behaving(Name::Email, email::router()))
        .merge(behaving(Name::Warehouse, warehouse::router()))
        .merge(behaving(Name::Tax, tax::router()))
        .merge(behaving(Name::Identity, identity::router()))
        .merge(behaving(Name::Analytics, analytics::router()))
        .merge(email::inspection())
        .merge(warehouse::inspection())
        .layer(middleware::from_fn(telemetry::http_metrics))
        .layer(telemetry::trace_http())
        .merge(admin::router())
        .fallback(async || Problem::not_found("there is nothing at this path"))
        .method_not_allowed_fallback(async || {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "/problems/method-not-allowed")
        })
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(world)
        .merge(serving::health(Readiness::new(shutdown)))
}
