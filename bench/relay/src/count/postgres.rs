//! Statements of Postgres: what the client asks to be executed, counted as the server answers it.
//!
//! The client's messages say which statement (Parse gives a text its name, Bind a name to a portal, Execute runs the portal; Query
//! brings its text along), the server's how many were run: a Query may hold several statements, and each ends with a
//! CommandComplete of its own. Its tag tells transaction control from the rest. Preparing (Parse, Describe) is no statement, nor
//! is a bare Sync, which is sqlx's ping. A statement that fails counts as one; what a connection never saw answered, too.
//!
//! Message formats: postgresql.org/docs/current/protocol-message-formats.html.

use super::gather::{Gather, Lost, Step};
use super::traffic::Tally;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// Type and length.
const HEAD: usize = 5;
/// Length and code of the packets before the first message.
const STARTUP: usize = 8;
/// What is kept of a statement's text; two that differ only later count as one.
const TEXT: usize = 32 * 1024;
/// What is kept of the names in Bind, Execute and Close: Postgres cuts names off at 63 bytes.
const NAMES: usize = 256;
/// What is kept of a CommandComplete.
const TAG: usize = 32;
/// Statements and portals a connection may hold, and answers it may wait for.
const MOST: usize = 20_000;

const CANCEL: u32 = 80_877_102;
const SSL: u32 = 80_877_103;
const GSS: u32 = 80_877_104;

/// What the client has asked for and the server has not answered yet.
#[derive(Debug)]
enum Asked {
    Execute(Arc<str>),
    /// Ends with ReadyForQuery, as does what follows up to a Sync.
    Query(Arc<str>, bool),
    Sync,
}

/// One connection.
#[derive(Debug)]
pub(super) struct Postgres {
    up: Gather,
    down: Gather,
    state: State,
}

#[derive(Debug, Default)]
struct State {
    started: bool,
    /// Requests for encryption whose answer is a single byte.
    encryption: u32,
    statements: HashMap<Box<[u8]>, Arc<str>>,
    portals: HashMap<Box<[u8]>, Arc<str>>,
    asked: VecDeque<Asked>,
    rows: u64,
}

impl Postgres {
    pub(super) fn new() -> Self {
        Self { up: Gather::new(STARTUP), down: Gather::new(1), state: State::default() }
    }

    pub(super) fn up(&mut self, bytes: &[u8]) -> Result<(), Lost> {
        self.up.feed(bytes, |unit| if self.state.started { self.state.message(unit) } else { self.state.startup(unit) })
    }

    pub(super) fn down(&mut self, bytes: &[u8], tally: &Tally) -> Result<(), Lost> {
        let fed = self.down.feed(bytes, |unit| self.state.answer(unit, tally));
        tally.rows(std::mem::take(&mut self.state.rows));
        fed
    }

    /// Counts what was sent and never answered.
    pub(super) fn end(&mut self, tally: &Tally) {
        for asked in self.state.asked.drain(..) {
            if let Asked::Execute(text) | Asked::Query(text, false) = asked {
                tally.call(&text);
            }
        }
    }
}

impl State {
    fn startup(&mut self, unit: &[u8]) -> Step {
        let (Some(length), Some(code)) = (number(unit, 0), number(unit, 4)) else { return Step::Lost };
        match (length, code) {
            (8, SSL | GSS) => {
                self.encryption += 1;
                Step::Next { skip: 0, look_at: STARTUP }
            }
            (16.., CANCEL) => Step::Next { skip: u64::from(length) - 8, look_at: STARTUP },
            (8..=10_000, version) if version >> 16 == 3 => {
                self.started = true;
                Step::Next { skip: u64::from(length) - 8, look_at: HEAD }
            }
            _ => Step::Lost,
        }
    }

    /// A message of the client.
    fn message(&mut self, unit: &[u8]) -> Step {
        let Some((kind, length)) = head(unit) else { return Step::Lost };
        let kept = match kind {
            b'P' | b'Q' => TEXT,
            b'B' | b'E' | b'C' => NAMES,
            b'D' | b'F' | b'H' | b'S' | b'X' | b'c' | b'd' | b'f' | b'p' => 0,
            _ => return Step::Lost,
        };
        let wanted = HEAD + length.min(kept);
        if unit.len() < wanted {
            return Step::More(wanted);
        }
        let body = &unit[HEAD..];
        match kind {
            b'P' => {
                let (name, rest) = text(body);
                if self.statements.len() < MOST {
                    self.statements.insert(name.into(), readable(text(rest).0));
                }
            }
            b'B' => {
                let (portal, rest) = text(body);
                let bound = self.statements.get(text(rest).0).cloned();
                if self.portals.len() < MOST {
                    self.portals.insert(portal.into(), bound.unwrap_or_else(|| "(unknown statement)".into()));
                }
            }
            b'E' => {
                let bound = self.portals.get(text(body).0).cloned();
                self.asked.push_back(Asked::Execute(bound.unwrap_or_else(|| "(unknown statement)".into())));
            }
            b'C' => {
                let name = text(body.get(1..).unwrap_or_default()).0;
                match body.first() {
                    Some(b'S') => drop(self.statements.remove(name)),
                    _ => drop(self.portals.remove(name)),
                }
            }
            b'Q' => self.asked.push_back(Asked::Query(readable(text(body).0), false)),
            b'F' => self.asked.push_back(Asked::Query("(function call)".into(), false)),
            b'S' => self.asked.push_back(Asked::Sync),
            _ => {}
        }
        if self.asked.len() > MOST {
            return Step::Lost;
        }
        Step::Next { skip: (HEAD + length - wanted) as u64, look_at: HEAD }
    }

    /// A message of the server.
    fn answer(&mut self, unit: &[u8], tally: &Tally) -> Step {
        if self.encryption > 0 {
            self.encryption -= 1;
            // "Yes" means that nothing after it can be read.
            return if unit[0] == b'N' { Step::Next { skip: 0, look_at: 1 } } else { Step::Lost };
        }
        if unit.len() < HEAD {
            return Step::More(HEAD);
        }
        let Some((kind, length)) = head(unit) else { return Step::Lost };
        let wanted = HEAD + if kind == b'C' { length.min(TAG) } else { 0 };
        if unit.len() < wanted {
            return Step::More(wanted);
        }
        match kind {
            b'D' => self.rows += 1,
            b'C' => self.ran(text(&unit[HEAD..]).0, tally),
            b'I' | b's' => self.ran(b"", tally),
            b'E' => self.failed(tally),
            b'Z' => self.ready(tally),
            b'1' | b'2' | b'3' | b'A' | b'G' | b'H' | b'K' | b'N' | b'R' | b'S' | b'T' | b'V' | b'W' | b'c' | b'd'
            | b'n' | b't' | b'v' => {}
            _ => return Step::Lost,
        }
        // An answer about encryption, which is one byte, comes before the first message.
        Step::Next { skip: (HEAD + length - wanted) as u64, look_at: HEAD }
    }

    /// One statement has run, with this tag.
    fn ran(&mut self, tag: &[u8], tally: &Tally) {
        let label = match self.asked.front_mut() {
            Some(Asked::Query(text, ran)) => {
                *ran = true;
                Arc::clone(text)
            }
            Some(Asked::Execute(_)) => match self.asked.pop_front() {
                Some(Asked::Execute(text)) => text,
                _ => return,
            },
            Some(Asked::Sync) | None => return,
        };
        match tag.split(|byte| *byte == b' ').next().unwrap_or_default() {
            b"BEGIN" | b"START" | b"COMMIT" | b"ROLLBACK" | b"SAVEPOINT" | b"RELEASE" => tally.control(),
            b"SET" | b"RESET" | b"DISCARD" | b"DEALLOCATE" => tally.upkeep(),
            _ => tally.call(&label),
        }
    }

    /// The server skips what was sent up to the next Sync. An error before that Sync and without an Execute was in preparing.
    fn failed(&mut self, tally: &Tally) {
        match self.asked.front_mut() {
            Some(Asked::Query(text, ran)) => {
                *ran = true;
                tally.call(text);
            }
            Some(Asked::Execute(text)) => {
                tally.call(text);
                while !matches!(self.asked.front(), Some(Asked::Sync) | None) {
                    self.asked.pop_front();
                }
            }
            Some(Asked::Sync) | None => {}
        }
    }

    /// One Query or one Sync is done with. An Execute before it that nobody has answered was skipped after an error.
    fn ready(&mut self, tally: &Tally) {
        while let Some(asked) = self.asked.pop_front() {
            match asked {
                Asked::Query(text, false) => {
                    tally.call(&text);
                    return;
                }
                Asked::Query(..) | Asked::Sync => return,
                Asked::Execute(_) => {}
            }
        }
    }
}

/// The type of a message and the length of its body; `None` where the length cannot be.
fn head(unit: &[u8]) -> Option<(u8, usize)> {
    let length = usize::try_from(number(unit, 1)?).ok()?.checked_sub(4)?;
    // Postgres refuses more than a gigabyte.
    (length <= 1 << 30).then_some((*unit.first()?, length))
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes)
}

/// Up to the next zero, and what follows it.
fn text(bytes: &[u8]) -> (&[u8], &[u8]) {
    match bytes.iter().position(|byte| *byte == 0) {
        Some(end) => (&bytes[..end], &bytes[end + 1..]),
        None => (bytes, &[]),
    }
}

fn readable(bytes: &[u8]) -> Arc<str> {
    String::from_utf8_lossy(bytes).into()
}
