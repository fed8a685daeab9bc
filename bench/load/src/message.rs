//! What goes out and what comes back, as the HTTP library has it.

use bytes::Bytes;
use http_body_util::Full;

/// A request with its whole body.
pub(super) type Outgoing = http::Request<Full<Bytes>>;
/// A response whose body is still to be read.
pub(super) type Incoming = http::Response<hyper::body::Incoming>;
