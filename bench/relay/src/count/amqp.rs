//! Messages handed to RabbitMQ: the method frames `basic.publish` of AMQP 0-9-1.
//!
//! The frames: rabbitmq.com/resources/specs/amqp0-9-1.pdf, section 2.3.5. Only the client's side is read.

use super::gather::{Gather, Lost, Step};
use super::traffic::Tally;

/// `AMQP`, a zero and the version 0-9-1.
const GREETING: &[u8] = b"AMQP\x00\x00\x09\x01";
/// Type, channel and size.
const HEAD: usize = 7;
/// Class and method.
const METHOD: usize = 4;
/// Two names of at most 255 bytes with their lengths, and two reserved bytes.
const NAMES: usize = 2 + 256 + 256;
const END: u8 = 0xCE;
/// Class basic, method publish.
const PUBLISH: [u8; 4] = [0, 60, 0, 40];

/// What comes next.
#[derive(Debug, Clone, Copy)]
enum Expected {
    Greeting,
    Frame,
    End,
}

/// One connection.
#[derive(Debug)]
pub(super) struct Amqp {
    up: Gather,
    expected: Expected,
}

impl Amqp {
    pub(super) fn new() -> Self {
        Self { up: Gather::new(GREETING.len()), expected: Expected::Greeting }
    }

    pub(super) fn up(&mut self, bytes: &[u8], tally: &Tally) -> Result<(), Lost> {
        let expected = &mut self.expected;
        self.up.feed(bytes, |unit| match expected {
            Expected::Greeting | Expected::End => {
                let right = if matches!(expected, Expected::End) { unit == [END] } else { unit == GREETING };
                *expected = Expected::Frame;
                if right { Step::Next { skip: 0, look_at: HEAD } } else { Step::Lost }
            }
            Expected::Frame => frame(unit, expected, tally),
        })
    }
}

fn frame(unit: &[u8], expected: &mut Expected, tally: &Tally) -> Step {
    let size = unit.get(3..HEAD).and_then(|size| size.try_into().ok()).map(u32::from_be_bytes);
    let (Some(kind), Some(size)) = (unit.first(), size) else { return Step::Lost };
    let size = size as usize;
    let wanted = match (kind, unit.get(HEAD..HEAD + METHOD)) {
        (1, None) if size < METHOD => return Step::Lost,
        (1, None) => HEAD + METHOD,
        (1, Some(method)) if method == PUBLISH => HEAD + size.min(METHOD + NAMES),
        (1, Some(_)) => HEAD + METHOD,
        (2 | 3 | 8, _) => HEAD,
        _ => return Step::Lost,
    };
    if unit.len() < wanted {
        return Step::More(wanted);
    }
    if *kind == 1 && unit.get(HEAD..HEAD + METHOD) == Some(&PUBLISH[..]) {
        let (exchange, rest) = short(unit.get(HEAD + METHOD + 2..).unwrap_or_default());
        tally.named(&format!("{exchange}/{}", short(rest).0));
    }
    *expected = Expected::End;
    Step::Next { skip: (HEAD + size - wanted) as u64, look_at: 1 }
}

/// A text with its length before it, and what follows.
fn short(bytes: &[u8]) -> (std::borrow::Cow<'_, str>, &[u8]) {
    let Some((length, rest)) = bytes.split_first() else { return ("".into(), bytes) };
    let (text, rest) = rest.split_at(usize::from(*length).min(rest.len()));
    (String::from_utf8_lossy(text), rest)
}
