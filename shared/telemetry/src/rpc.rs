//! gRPC statuses on the spans of calls that this process makes.

use crate::{failure::failed_in, names};
use http::Response;
use tonic::{Code, Status};
use tracing::Span;

/// A status by the name that the protocol gives it.
#[must_use]
pub fn rpc_status(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

/// Notes on the current span how the call was answered. A unary call that fails says so in the headers.
pub fn rpc_answered<B>(response: Response<B>) -> Response<B> {
    match Status::from_header_map(response.headers()).filter(|status| status.code() != Code::Ok) {
        Some(status) => rpc_failed(&status),
        None => drop(Span::current().record(names::RPC_STATUS, rpc_status(Code::Ok))),
    }
    response
}

/// Notes on the current span that the call has failed: to whoever makes a call, every status but `OK` is an error.
pub fn rpc_failed(status: &Status) {
    let (span, name) = (Span::current(), rpc_status(status.code()));
    span.record(names::RPC_STATUS, name);
    failed_in(&span, name, &status.message());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_have_the_names_of_the_protocol() {
        for code in 0..=16 {
            let (code, name) = (Code::from_i32(code), rpc_status(Code::from_i32(code)));
            // tonic's own words in capitals: "DeadlineExceeded".
            let words = format!("{code:?}").to_uppercase();
            assert_eq!(name.replace('_', ""), words);
        }
    }
}
