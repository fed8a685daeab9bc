//! The receiver, over real connections.

mod bounds;
mod captured;
mod convert;
mod over_grpc;
mod over_http;
mod requests;
mod settle;
