//! The environment of processes that are ours: what the user's shell says about other servers must not reach them.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

/// What a private server needs of the user's environment: where programs, libraries and temporary files are.
const NEEDED: [&str; 6] = ["PATH", "HOME", "TMPDIR", "USER", "LOGNAME", "LD_LIBRARY_PATH"];

/// Gives a private server only what it needs, and text by code point. Left to the shell, `PGOPTIONS`, `ERL_FLAGS`,
/// `RABBITMQ_CONFIG_FILES` or a locale that is not installed change how it runs or keep it from starting.
pub(crate) fn cleaned(command: &mut Command) -> &mut Command {
    command.env_clear();
    for name in NEEDED {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.env("LC_ALL", if cfg!(target_os = "macos") { "C" } else { "C.UTF-8" })
}

/// Whether a variable would change how this process talks to Postgres. Our clients take libpq's variables (`PGSSLMODE`,
/// `PGOPTIONS`, `PGUSER` …) as defaults for whatever an address leaves out; an address is to say everything by itself.
fn misleads(name: &str) -> bool {
    name.starts_with("PG") && name.len() > 2 && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// Starts this program once more without the variables that mislead its clients, where there are any. To be called first
/// thing in `main`: it does not return where it had something to remove.
///
/// # Errors
/// When the program cannot be started again, which leaves the variables in place.
pub fn without_foreign_settings() -> std::io::Result<()> {
    let foreign: Vec<_> =
        std::env::vars_os().map(|(name, _)| name).filter(|name| name.to_str().is_some_and(misleads)).collect();
    if foreign.is_empty() {
        return Ok(());
    }
    let mut arguments = std::env::args_os();
    let mut again = Command::new(std::env::current_exe()?);
    if let Some(name) = arguments.next() {
        again.arg0(name);
    }
    again.args(arguments);
    for name in foreign {
        again.env_remove(name);
    }
    Err(again.exec())
}

#[cfg(test)]
mod tests {
    use super::misleads;

    #[test]
    fn the_variables_of_libpq_mislead_and_others_do_not() {
        for name in ["PGHOST", "PGSSLMODE", "PGOPTIONS", "PG_COLOR"] {
            assert!(misleads(name), "{name}");
        }
        for name in ["PG", "PGHOST2x", "PATH", "DATABASE_URL", "Pg", "OPG"] {
            assert!(!misleads(name), "{name}");
        }
    }
}
