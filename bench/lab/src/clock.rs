//! The wall clock, as text.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Now, to the second, for people and for TOML: `2026-07-31T12:00:00Z`.
pub fn now() -> String {
    let now = OffsetDateTime::now_utc().replace_nanosecond(0).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    now.format(&Rfc3339).unwrap_or_default()
}

/// Now, as part of a file's name: `20260731-120000`.
pub fn stamp() -> String {
    let now = OffsetDateTime::now_utc();
    let (date, time) = (now.date(), now.time());
    format!(
        "{:04}{:02}{:02}-{:02}{:02}{:02}",
        date.year(),
        u8::from(date.month()),
        date.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}
