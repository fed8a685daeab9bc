//! The interfaces of a gRPC server, asked of the server itself (github.com/grpc/grpc/blob/master/doc/server-reflection.md).

use anyhow::{Context as _, bail};
use http::Uri;
use prost::Message as _;
use prost_reflect::DescriptorPool;
use prost_reflect::prost_types::FileDescriptorProto;
use std::collections::BTreeMap;
use std::time::Duration;
use tonic::transport::{Channel, Endpoint};
use tonic_reflection::pb::v1::ServerReflectionRequest;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;

/// How long a server may take for one question.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The descriptors that the method at `path` (`/package.Service/Method`) takes, from the server at `base` (http://host:port).
///
/// # Errors
/// The server cannot be reached, offers no reflection (v1), or knows no such service.
pub async fn reflected(base: &Uri, path: &str) -> anyhow::Result<DescriptorPool> {
    let service = path.strip_prefix('/').and_then(|rest| rest.split_once('/')).map(|(service, _)| service);
    let service = service.with_context(|| format!("{path}: a gRPC method is written /package.Service/Method"))?;
    let endpoint = Endpoint::from_shared(base.to_string())?.connect_timeout(TIMEOUT).timeout(TIMEOUT);
    let channel = endpoint.connect().await.with_context(|| format!("{base}: no connection"))?;
    let mut client = ServerReflectionClient::new(channel);
    let mut files: BTreeMap<String, FileDescriptorProto> = BTreeMap::new();
    let mut wanted = vec![MessageRequest::FileContainingSymbol(service.to_owned())];
    while let Some(question) = wanted.pop() {
        for file in asked(&mut client, question).await.with_context(|| format!("{base} on {service}"))? {
            let unknown = file.dependency.iter().filter(|name| !files.contains_key(*name));
            wanted.extend(unknown.cloned().map(MessageRequest::FileByFilename));
            files.insert(file.name().to_owned(), file);
        }
        // What came meanwhile with another answer need not be asked for.
        wanted.retain(|one| !matches!(one, MessageRequest::FileByFilename(name) if files.contains_key(name)));
    }
    let mut pool = DescriptorPool::new();
    pool.add_file_descriptor_protos(files.into_values())?;
    Ok(pool)
}

async fn asked(
    client: &mut ServerReflectionClient<Channel>,
    question: MessageRequest,
) -> anyhow::Result<Vec<FileDescriptorProto>> {
    let request = ServerReflectionRequest { host: String::new(), message_request: Some(question) };
    let answers = client.server_reflection_info(futures_util::stream::iter([request])).await;
    let answers = answers.context("the server offers no reflection (v1)");
    let answer = answers?.into_inner().message().await?.context("reflection ended without an answer")?;
    match answer.message_response {
        Some(MessageResponse::FileDescriptorResponse(found)) => found
            .file_descriptor_proto
            .iter()
            .map(|bytes| FileDescriptorProto::decode(bytes.as_slice()).context("reflection gave no descriptor"))
            .collect(),
        Some(MessageResponse::ErrorResponse(error)) => bail!("reflection says: {}", error.error_message),
        _ => bail!("reflection gave another answer than was asked for"),
    }
}
