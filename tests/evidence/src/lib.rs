//! What the shop's programs really send by OTLP, held against the semantic conventions and against the dashboards and rules in `ops/`.

pub mod conventions;
pub mod drive;
pub mod histogram;
pub mod ops;
pub mod program;
pub mod prometheus;
pub mod queries;
pub mod receiver;
pub mod sent;
pub mod shop;
