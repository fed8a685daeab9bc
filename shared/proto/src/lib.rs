//! The gRPC interfaces between the services, generated from `proto/*.proto`.

#![allow(missing_docs, clippy::all, reason = "generated code; the .proto files hold the documentation")]

/// Products that go together, and trending ones.
pub mod recommendations {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("shop.recommendations.v1");
    }
}

/// All files of the interface, for server reflection.
pub const FILE_DESCRIPTOR_SET: &[u8] = tonic::include_file_descriptor_set!("descriptor");
