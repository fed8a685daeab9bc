//! Unary gRPC calls: the message's frame, JSON for what is inside it, and what a status amounts to.
//!
//! Framing and status are those of "gRPC over HTTP/2" (github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md): a byte that
//! says whether the message is compressed, four bytes of length, the message; the status in the trailers, or in the headers
//! where there is no message. Messages are read and written by the descriptors that the caller gives, so that a file
//! can name any of their calls in JSON. That happens when a mix is made, never while a slice runs, but for answers whose
//! content is asked for.

use super::body;
use anyhow::Context as _;
use bytes::{BufMut as _, Bytes, BytesMut};
use http::HeaderMap;
use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor, SerializeOptions};
use tonic::Code;

/// Bytes before each message.
const PREFIX: usize = 5;

/// A method that can be called.
#[derive(Debug, Clone)]
pub struct Rpc {
    method: MethodDescriptor,
}

impl Rpc {
    /// The method at `/package.Service/Method`.
    ///
    /// # Errors
    /// There is none in `interfaces`, or it streams.
    pub fn at(interfaces: &DescriptorPool, path: &str) -> anyhow::Result<Self> {
        let method = interfaces.services().flat_map(|service| service.methods().collect::<Vec<_>>()).find(|method| {
            path.strip_prefix('/').and_then(|rest| rest.split_once('/'))
                == Some((method.parent_service().full_name(), method.name()))
        });
        let method = method.with_context(|| format!("{path}: no gRPC method of these interfaces"))?;
        anyhow::ensure!(
            !method.is_client_streaming() && !method.is_server_streaming(),
            "{path}: streams, and the driver makes unary calls"
        );
        Ok(Self { method })
    }

    /// The frame of a message written as JSON (the mapping of protobuf.dev/programming-guides/json; no text is an empty
    /// message).
    ///
    /// # Errors
    /// Text that is not this method's message.
    pub(super) fn frame(&self, json: &[u8]) -> anyhow::Result<Bytes> {
        let json = if json.is_empty() { b"{}" } else { json };
        let mut reader = serde_json::Deserializer::from_slice(json);
        let message = DynamicMessage::deserialize(self.method.input(), &mut reader)?;
        reader.end()?;
        let mut frame = BytesMut::with_capacity(PREFIX + message.encoded_len());
        frame.put_u8(0);
        frame.put_u32(u32::try_from(message.encoded_len()).context("a message of more than 4 GiB")?);
        message.encode(&mut frame)?;
        Ok(frame.freeze())
    }

    /// An answer's message as JSON, fields at their defaults included.
    ///
    /// # Errors
    /// Bytes that are not this method's message.
    pub(super) fn json(&self, message: Bytes) -> anyhow::Result<Bytes> {
        let message = DynamicMessage::decode(self.method.output(), message)
            .with_context(|| format!("the answer is no {}", self.method.output().full_name()))?;
        let mut json = Vec::new();
        let options = SerializeOptions::new().skip_default_fields(false);
        message.serialize_with_options(&mut serde_json::Serializer::new(&mut json), &options)?;
        Ok(json.into())
    }
}

/// What a call was answered with.
pub(super) struct Reply {
    /// Its status.
    pub(super) code: Code,
    /// Its message; empty unless the status is OK.
    pub(super) message: Bytes,
}

/// Reads the status and takes the message out of its frame.
///
/// # Errors
/// An answer that is not gRPC's: no status, or with OK anything but one whole message that is not compressed.
pub(super) fn reply(headers: &HeaderMap, body: body::Read) -> anyhow::Result<Reply> {
    let status = body.trailers.get("grpc-status").or_else(|| headers.get("grpc-status"));
    let status = status.context("no grpc-status")?;
    let code = status.to_str().ok().and_then(|text| text.parse().ok()).context("a grpc-status that is no number")?;
    let code = Code::from_i32(code);
    if code != Code::Ok {
        return Ok(Reply { code, message: Bytes::new() });
    }
    let frame = body.decoded()?;
    let [compressed, length @ ..] = frame.first_chunk::<PREFIX>().context("grpc-status 0 without a message")?;
    anyhow::ensure!(*compressed == 0, "a compressed message nobody asked for");
    anyhow::ensure!(u32::from_be_bytes(*length) as usize == frame.len() - PREFIX, "a message that is cut or not alone");
    Ok(Reply { code, message: frame.slice(PREFIX..) })
}

/// The HTTP status a gRPC status maps to, by the comments of google/rpc/code.proto. INVALID_ARGUMENT, FAILED_PRECONDITION and
/// OUT_OF_RANGE are all 400, UNKNOWN, INTERNAL and DATA_LOSS all 500: an exercise cannot tell those apart.
pub(super) fn as_http(code: Code) -> u16 {
    match code {
        Code::Ok => 200,
        Code::InvalidArgument | Code::FailedPrecondition | Code::OutOfRange => 400,
        Code::Unauthenticated => 401,
        Code::PermissionDenied => 403,
        Code::NotFound => 404,
        Code::AlreadyExists | Code::Aborted => 409,
        Code::ResourceExhausted => 429,
        Code::Cancelled => 499,
        Code::Unknown | Code::Internal | Code::DataLoss => 500,
        Code::Unimplemented => 501,
        Code::Unavailable => 503,
        Code::DeadlineExceeded => 504,
    }
}

#[cfg(test)]
mod tests {
    use super::{DescriptorPool, Rpc};
    use prost::Message as _;
    use proto::recommendations::v1::{
        ForProductsRequest, ForProductsResponse, Recommendation, recommendations_client::RecommendationsClient,
    };

    const FOR_PRODUCTS: &str = "/shop.recommendations.v1.Recommendations/ForProducts";

    fn at(path: &str) -> anyhow::Result<Rpc> {
        Rpc::at(&DescriptorPool::decode(proto::FILE_DESCRIPTOR_SET).unwrap(), path)
    }

    #[test]
    fn a_message_of_json_is_the_one_the_generated_code_makes() {
        // Somebody who renames the service is to find it here.
        let _ = RecommendationsClient::<tonic::transport::Channel>::new;
        let frame = at(FOR_PRODUCTS).unwrap().frame(br#"{"productIds": [7, "300"], "limit": 3}"#).unwrap();
        let expected = ForProductsRequest { product_ids: vec![7, 300], limit: 3 }.encode_to_vec();
        assert_eq!((frame[0], &frame[1..5], &frame[5..]), (0, &[0, 0, 0, expected.len() as u8][..], &expected[..]));
        // The names of the .proto file are taken as well.
        let again = at(FOR_PRODUCTS).unwrap().frame(br#"{"product_ids": [7, 300], "limit": 3}"#).unwrap();
        assert_eq!(frame, again);
    }

    #[test]
    fn an_answer_becomes_json_with_its_defaults() {
        let item = Recommendation { product_id: 7, sku: "LAMP-7".to_owned(), score: 0.5, ..Default::default() };
        let message = ForProductsResponse { items: vec![item] }.encode_to_vec();
        let json = at(FOR_PRODUCTS).unwrap().json(message.into()).unwrap();
        assert_eq!(
            std::str::from_utf8(&json).unwrap(),
            r#"{"items":[{"productId":"7","sku":"LAMP-7","name":"","priceCents":"0","score":0.5}]}"#
        );
        assert!(at(FOR_PRODUCTS).unwrap().json([0xff; 3].to_vec().into()).is_err());
    }

    #[test]
    fn what_is_no_call_is_refused_by_name() {
        let refused = |path: &str| at(path).unwrap_err().to_string();
        assert!(refused("/shop.recommendations.v1.Recommendations/ForNobody").contains("no gRPC method"));
        assert!(refused("shop.recommendations.v1.Recommendations/ForProducts").contains("no gRPC method"));
        let rpc = at(FOR_PRODUCTS).unwrap();
        for wrong in ["{\"products\": [1]}", "{\"limit\": \"many\"}", "{} {}", "limit"] {
            assert!(rpc.frame(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
