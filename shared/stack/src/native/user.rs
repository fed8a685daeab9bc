//! The user a server runs as. Postgres refuses to run as root.

use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use crate::StackError;

/// A user of the system.
#[derive(Clone, Copy, Debug)]
pub(super) struct User {
    uid: u32,
    gid: u32,
}

/// Are we root?
pub(super) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Whom to be instead of root: the package's own user, or the one who owns nothing. None if we are not root.
pub(super) fn instead_of_root() -> Option<User> {
    if !is_root() {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    ["postgres", "nobody"].iter().find_map(|name| find(&users, name))
}

fn find(users: &str, name: &str) -> Option<User> {
    let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    Some(User { uid: fields.next()?.parse().ok()?, gid: fields.next()?.parse().ok()? })
}

impl User {
    /// Lets the command run as this user.
    pub(super) fn run(self, command: &mut Command) {
        command.uid(self.uid).gid(self.gid);
    }

    /// Gives a folder to this user.
    pub(super) fn own(self, path: &Path) -> Result<(), StackError> {
        std::os::unix::fs::chown(path, Some(self.uid), Some(self.gid)).map_err(StackError::folder(path))
    }
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn a_user_is_found_by_its_whole_name() {
        let users = "postgres2:x:7:8::/:/bin/sh\npostgres:x:101:104:PostgreSQL administrator,,,:/var/lib:/bin/bash\n";
        let user = find(users, "postgres").unwrap();
        assert_eq!((user.uid, user.gid), (101, 104));
    }
}
