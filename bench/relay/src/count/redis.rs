//! Commands of Redis: arrays of bulk strings, or a line of words; a pipeline is so many commands.
//!
//! The protocol: redis.io/docs/latest/develop/reference/protocol-spec. Only the client's side is read.

use super::gather::Lost;
use super::traffic::Tally;

/// The longest line: an inline command. Redis itself refuses more.
const LINE: usize = 64 * 1024;
/// The longest argument, which is Redis' own limit.
const ARGUMENT: u64 = 512 * 1024 * 1024;
/// The most arguments, which is Redis' own limit.
const ARGUMENTS: u64 = 1024 * 1024;
/// Longer than any command's name.
const NAME: usize = 40;

/// One connection.
#[derive(Debug, Default)]
pub(super) struct Redis {
    /// The line that has begun.
    line: Vec<u8>,
    /// Arguments of the command that are still to come.
    arguments: u64,
    /// Bytes of the argument that are still to come, its line end included.
    argument: u64,
    /// The first argument, while it is being read.
    name: Option<Vec<u8>>,
}

impl Redis {
    pub(super) fn up(&mut self, mut bytes: &[u8], tally: &Tally) -> Result<(), Lost> {
        while let Some(first) = bytes.first() {
            if self.argument > 0 {
                let length = usize::try_from(self.argument).unwrap_or(usize::MAX).min(bytes.len());
                if let Some(name) = &mut self.name {
                    name.extend_from_slice(&bytes[..length]);
                }
                bytes = &bytes[length..];
                self.argument -= length as u64;
                if self.argument == 0 {
                    self.argument_ends(tally)?;
                }
                continue;
            }
            if self.line.is_empty() && self.arguments > 0 && *first != b'$' {
                return Err(Lost);
            }
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let (part, rest) = bytes.split_at(end.map_or(bytes.len(), |end| end + 1));
            bytes = rest;
            if self.line.len() + part.len() > LINE {
                return Err(Lost);
            }
            self.line.extend_from_slice(part);
            if end.is_some() {
                let line = std::mem::take(&mut self.line);
                self.line_ends(line.trim_ascii_end(), tally)?;
            }
        }
        Ok(())
    }

    fn line_ends(&mut self, line: &[u8], tally: &Tally) -> Result<(), Lost> {
        match line {
            [b'$', length @ ..] if self.arguments > 0 => {
                let length = number(length).filter(|length| *length <= ARGUMENT).ok_or(Lost)?;
                if self.name.is_some() && length > NAME as u64 {
                    return Err(Lost);
                }
                self.argument = length + 2;
            }
            [b'*', count @ ..] => {
                // Redis passes over an array of nothing.
                let count = if count.starts_with(b"-") { 0 } else { number(count).ok_or(Lost)? };
                if count > ARGUMENTS {
                    return Err(Lost);
                }
                (self.arguments, self.name) = (count, (count > 0).then(Vec::new));
            }
            [] => {}
            words => {
                let name = words.split(u8::is_ascii_whitespace).next().unwrap_or_default();
                count(name, tally)?;
            }
        }
        Ok(())
    }

    fn argument_ends(&mut self, tally: &Tally) -> Result<(), Lost> {
        self.arguments -= 1;
        match self.name.take() {
            Some(name) => count(name.strip_suffix(b"\r\n").ok_or(Lost)?, tally),
            None => Ok(()),
        }
    }
}

fn number(digits: &[u8]) -> Option<u64> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

fn count(name: &[u8], tally: &Tally) -> Result<(), Lost> {
    let plain =
        !name.is_empty() && name.len() <= NAME && name.iter().all(|c| c.is_ascii_alphanumeric() || b"._-".contains(c));
    let name = std::str::from_utf8(name).ok().filter(|_| plain).ok_or(Lost)?.to_ascii_uppercase();
    match name.as_str() {
        "HELLO" | "AUTH" | "CLIENT" | "SELECT" | "PING" | "ECHO" | "QUIT" | "RESET" | "COMMAND" | "SCRIPT"
        | "READONLY" | "INFO" => tally.upkeep(),
        "MULTI" | "EXEC" | "DISCARD" | "WATCH" | "UNWATCH" => tally.control(),
        name => tally.named(name),
    }
    Ok(())
}
