//! The gRPC interfaces of the shop's services, which the requests of exercises are made by.

use bytes::Bytes;
use load::{DescriptorPool, Request};
use std::sync::LazyLock;

static INTERFACES: LazyLock<Result<DescriptorPool, String>> =
    LazyLock::new(|| DescriptorPool::decode(proto::FILE_DESCRIPTOR_SET).map_err(|error| error.to_string()));

/// The call of the method at `path` (`/package.Service/Method`) with a message written as JSON.
///
/// # Errors
/// `shared/proto` has no such method, or it streams.
pub(super) fn grpc(path: &str, json: impl Into<Bytes>) -> anyhow::Result<Request> {
    let interfaces = INTERFACES
        .as_ref()
        .map_err(|error| anyhow::anyhow!("the interfaces of shared/proto cannot be read: {error}"))?;
    Request::grpc(interfaces, path, json)
}
