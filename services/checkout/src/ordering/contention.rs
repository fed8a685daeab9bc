//! Trying a transaction again that the database ended in favour of another one.

/// Runs a step up to three times in all, as long as it ends with [`Error::Contended`](crate::Error::Contended). There is no
/// pause: Postgres looks for a deadlock only after a second of waiting, and the transaction it chose to keep goes on at once.
macro_rules! retry_contended {
    ($step:expr) => {{
        let mut tries = 1;
        loop {
            match $step {
                Err($crate::Error::Contended) if tries < 3 => tries += 1,
                result => break result,
            }
        }
    }};
}

pub(super) use retry_contended;
