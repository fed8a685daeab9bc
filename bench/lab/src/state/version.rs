//! Which version of a file a result belongs to.

use sha2::{Digest as _, Sha256};
use std::path::Path;

/// Twelve hexadecimal digits of the file's SHA-256; a file that cannot be read has none.
pub fn version(path: &Path) -> Option<String> {
    let bytes = std::fs::read(path).ok()?;
    Some(Sha256::digest(&bytes).iter().take(6).map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_version_is_that_of_sha256sum() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("yours.rs");
        assert_eq!(super::version(&path), None);
        std::fs::write(&path, "abc").unwrap();
        assert_eq!(super::version(&path).as_deref(), Some("ba7816bf8f01"));
    }
}
