//! Requests of HTTP/1.1: the head is parsed by httparse, the body passed over by its length or its chunks (RFC 9112, section 6).

use super::gather::Lost;
use super::traffic::Tally;

/// The longest head, and the longest line of a chunk.
const HEAD: usize = 64 * 1024;
const HEADERS: usize = 100;

/// One connection.
#[derive(Debug, Default)]
pub(super) struct Http1 {
    expected: Expected,
    kept: Vec<u8>,
}

/// What comes next.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Expected {
    #[default]
    Head,
    /// So many bytes of a body.
    Body(u64),
    /// The line with a chunk's size.
    ChunkSize,
    /// So many bytes of a chunk, its line end included.
    Chunk(u64),
    /// Lines after the last chunk, up to an empty one.
    Trailers,
}

impl Http1 {
    pub(super) fn up(&mut self, mut bytes: &[u8], tally: &Tally) -> Result<(), Lost> {
        while !bytes.is_empty() {
            match self.expected {
                Expected::Body(left) | Expected::Chunk(left) => {
                    let length = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
                    bytes = &bytes[length..];
                    let left = left - length as u64;
                    self.expected = match self.expected {
                        Expected::Body(_) if left == 0 => Expected::Head,
                        Expected::Body(_) => Expected::Body(left),
                        _ if left == 0 => Expected::ChunkSize,
                        _ => Expected::Chunk(left),
                    };
                }
                Expected::Head | Expected::ChunkSize | Expected::Trailers => {
                    let end = bytes.iter().position(|byte| *byte == b'\n');
                    let (line, rest) = bytes.split_at(end.map_or(bytes.len(), |end| end + 1));
                    bytes = rest;
                    if self.kept.len() + line.len() > HEAD {
                        return Err(Lost);
                    }
                    self.kept.extend_from_slice(line);
                    if end.is_some() {
                        self.line_ends(tally)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn line_ends(&mut self, tally: &Tally) -> Result<(), Lost> {
        match self.expected {
            Expected::Head => {
                if matches!(self.kept.as_slice(), b"\r\n" | b"\n") {
                    // An empty line before a request is allowed.
                    self.kept.clear();
                } else if self.kept.ends_with(b"\r\n\r\n") || self.kept.ends_with(b"\n\n") {
                    let head = std::mem::take(&mut self.kept);
                    self.expected = request(&head, tally)?;
                }
            }
            Expected::ChunkSize => {
                let line = std::mem::take(&mut self.kept);
                let digits = line.trim_ascii_end().split(|byte| *byte == b';').next().unwrap_or_default();
                let size =
                    std::str::from_utf8(digits.trim_ascii()).ok().and_then(|text| u64::from_str_radix(text, 16).ok());
                self.expected = match size {
                    Some(0) => Expected::Trailers,
                    Some(size) => Expected::Chunk(size.checked_add(2).ok_or(Lost)?),
                    None => return Err(Lost),
                };
            }
            _ => {
                if self.kept.trim_ascii().is_empty() {
                    self.expected = Expected::Head;
                }
                self.kept.clear();
            }
        }
        Ok(())
    }
}

/// Counts a request; what follows its head.
fn request(head: &[u8], tally: &Tally) -> Result<Expected, Lost> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    let complete = request.parse(head).is_ok_and(|status| status.is_complete());
    let (Some(method), Some(path), true) = (request.method, request.path, complete) else { return Err(Lost) };
    let value = |name: &str| {
        let found = request.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        found.map(|header| String::from_utf8_lossy(header.value).trim().to_ascii_lowercase())
    };
    if method == "CONNECT" || value("upgrade").is_some() {
        return Err(Lost);
    }
    tally.named(&format!("{method} {}", place(path)));
    if value("transfer-encoding").is_some_and(|coding| coding.ends_with("chunked")) {
        return Ok(Expected::ChunkSize);
    }
    match value("content-length").map(|length| length.parse()) {
        Some(Ok(length)) if length > 0 => Ok(Expected::Body(length)),
        Some(Err(_)) => Err(Lost),
        _ => Ok(Expected::Head),
    }
}

/// The first two steps of a path: enough to tell the partners and their doors apart, and few enough for a table.
fn place(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let steps: Vec<&str> = path.split('/').filter(|step| !step.is_empty()).take(2).collect();
    format!("/{}", steps.join("/"))
}
