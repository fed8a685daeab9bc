//! Cuts a stream of length-prefixed units: keeps the few bytes of each that somebody reads, and passes over the rest.

/// What a reader makes of the first bytes of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// More is needed: so many bytes of the unit in all.
    More(usize),
    /// The unit is understood. So many bytes of it are still to come and need no reading; the next one is looked at once so
    /// many bytes of it are there.
    Next { skip: u64, look_at: usize },
    /// This is not the protocol, or it cannot be read (encrypted, say).
    Lost,
}

/// The most bytes of a unit that are kept.
const MOST: usize = 64 * 1024;

/// The state between two reads.
#[derive(Debug)]
pub(super) struct Gather {
    kept: Vec<u8>,
    wanted: usize,
    skip: u64,
}

impl Gather {
    /// The first unit is looked at once `look_at` bytes of it are there.
    pub(super) fn new(look_at: usize) -> Self {
        Self { kept: Vec::new(), wanted: look_at.max(1), skip: 0 }
    }

    /// Takes what has come. `look` sees the first bytes of each unit, as many as it has asked for.
    ///
    /// # Errors
    /// The stream is lost; nothing after it may be read.
    pub(super) fn feed(&mut self, mut bytes: &[u8], mut look: impl FnMut(&[u8]) -> Step) -> Result<(), Lost> {
        loop {
            let over = usize::try_from(self.skip).unwrap_or(usize::MAX).min(bytes.len());
            bytes = &bytes[over..];
            self.skip -= over as u64;
            let missing = self.wanted - self.kept.len();
            if bytes.len() < missing {
                self.kept.extend_from_slice(bytes);
                return Ok(());
            }
            let (unit, rest) = bytes.split_at(missing);
            bytes = rest;
            let step = if self.kept.is_empty() {
                look(unit)
            } else {
                self.kept.extend_from_slice(unit);
                look(&self.kept)
            };
            match step {
                Step::More(wanted) if wanted > self.wanted && wanted <= MOST => {
                    if self.kept.is_empty() {
                        self.kept.extend_from_slice(unit);
                    }
                    self.wanted = wanted;
                }
                Step::Next { skip, look_at } => {
                    self.kept.clear();
                    (self.skip, self.wanted) = (skip, look_at.max(1));
                }
                Step::More(_) | Step::Lost => return Err(Lost),
            }
        }
    }
}

/// The bytes are not what they were taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lost;

#[cfg(test)]
mod tests {
    use super::{Gather, Lost, Step};
    use proptest::prelude::*;

    /// Units of one byte of length, one byte that is kept, and the rest.
    fn kept(stream: &[u8], cuts: &[usize]) -> Result<Vec<u8>, Lost> {
        let (mut gather, mut kept) = (Gather::new(1), Vec::new());
        let mut from = 0;
        for to in cuts.iter().map(|cut| cut % (stream.len() + 1)).chain([stream.len()]) {
            if to < from {
                continue;
            }
            gather.feed(&stream[from..to], |unit| match *unit {
                [0] => Step::Lost,
                [_] => Step::More(2),
                [length, value, ..] => {
                    kept.push(value);
                    Step::Next { skip: u64::from(length) - 1, look_at: 1 }
                }
                [] => Step::Lost,
            })?;
            from = to;
        }
        Ok(kept)
    }

    proptest! {
        #[test]
        fn any_split_of_the_bytes_gives_the_same_units(
            units in proptest::collection::vec((1..9_u8, any::<u8>()), 0..20), mut cuts: Vec<usize>
        ) {
            let stream: Vec<u8> =
                units.iter().flat_map(|(length, value)| {
                    [*length, *value].into_iter().chain(std::iter::repeat_n(0, usize::from(*length) - 1))
                }).collect();
            cuts.iter_mut().for_each(|cut| *cut %= stream.len() + 1);
            cuts.sort_unstable();
            let expected: Vec<u8> = units.iter().map(|(_, value)| *value).collect();
            prop_assert_eq!(kept(&stream, &cuts), Ok(expected));
        }
    }

    #[test]
    fn asking_for_no_more_than_there_is_ends_the_reading_instead_of_looping() {
        assert_eq!(Gather::new(2).feed(b"abcd", |_| Step::More(2)), Err(Lost));
        assert_eq!(Gather::new(2).feed(b"abcd", |_| Step::More(usize::MAX)), Err(Lost));
    }
}
