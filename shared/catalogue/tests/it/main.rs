//! The catalogue in a real Postgres: what is loaded, what the schema refuses, templates and their copies.

mod constraints;
mod loading;
mod server;
mod templates;
