//! The routes: one file per partner, and the admin routes.

pub(crate) mod admin;
pub(crate) mod analytics;
pub(crate) mod books;
pub(crate) mod email;
pub(crate) mod identity;
pub(crate) mod payment;
pub(crate) mod tax;
pub(crate) mod warehouse;
