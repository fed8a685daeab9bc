//! Settings of servers whose data is thrown away: the same in containers and as private processes.

/// Postgres, each as `name=value`.
pub(crate) const POSTGRES: &[&str] = &[
    // A crash may lose everything: it would be thrown away anyhow. So nothing waits for the disk, and pages are not
    // logged whole.
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    // No replica will ever read the log: COPY into a new table then skips it.
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=2GB",
    // The catalogue fits; measured queries then read memory, whatever the machine's disk is.
    "shared_buffers=256MB",
    // Several services, two variants of each, and tests side by side.
    "max_connections=200",
    // Compiling a plan costs tens of ms on a first execution, and would look like a slow query now and then.
    "jit=off",
    // Statistics are gathered when the catalogue is loaded. A vacuum that wakes up in mid-measurement is noise: let it
    // wake rarely, and work gently.
    "autovacuum_naptime=10min",
    "autovacuum_max_workers=1",
];

/// Redis, as arguments. Nothing is written to disk: no snapshots in the background while something is measured.
pub(crate) const REDIS: &[&str] = &["--save", "", "--appendonly", "no"];
