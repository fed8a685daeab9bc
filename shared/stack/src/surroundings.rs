//! What the stack reads from its process: environment variables, where programs lie, where it may write.
//!
//! Held as a value, so that a test can give another environment without touching the real one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::{Provider, Server, StackError};

/// The environment of a start. [`Surroundings::here`] is the real one.
#[derive(Clone, Debug)]
pub struct Surroundings {
    variables: BTreeMap<String, String>,
    state: PathBuf,
    places: Option<Vec<PathBuf>>,
    install: bool,
    checked: bool,
}

impl Surroundings {
    /// The surroundings of this process. The state folder is `WORKSHOP_STATE`, or `.lab` beside the nearest
    /// `Cargo.lock` upwards from the working directory, or a folder of the user in the temporary directory.
    /// `WORKSHOP_INSTALL=no` forbids installing packages.
    pub fn here() -> Self {
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let mut here = Surroundings { variables, state: PathBuf::new(), places: None, install: true, checked: false };
        here.install = here.variable("WORKSHOP_INSTALL") != Some("no");
        here.state = here.variable("WORKSHOP_STATE").map_or_else(default_state, PathBuf::from);
        here
    }

    /// Nothing set, nothing to be found, nothing to be installed: the start of a test's own surroundings.
    pub fn bare(state: &Path) -> Self {
        Surroundings {
            variables: BTreeMap::new(),
            state: state.to_owned(),
            places: Some(Vec::new()),
            install: false,
            checked: false,
        }
    }

    /// The same with one variable set.
    pub fn with_variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// The same without one variable.
    pub fn without_variable(mut self, name: &str) -> Self {
        self.variables.remove(name);
        self
    }

    /// The same with another state folder.
    pub fn with_state(mut self, state: &Path) -> Self {
        state.clone_into(&mut self.state);
        self
    }

    /// The same, looking for server programs in these folders only.
    pub fn with_places(mut self, places: Vec<PathBuf>) -> Self {
        self.places = Some(places);
        self
    }

    /// The same, with or without leave to install packages.
    pub fn with_install(mut self, install: bool) -> Self {
        self.install = install;
        self
    }

    /// The same, with the word that the servers of its URLs have been found fit: by whoever started them.
    pub(crate) fn with_checked_servers(mut self) -> Self {
        self.checked = true;
        self
    }

    pub(crate) fn are_servers_checked(&self) -> bool {
        self.checked
    }

    /// Where the ledger and the run folders are.
    pub fn state(&self) -> &Path {
        &self.state
    }

    pub(crate) fn may_install(&self) -> bool {
        self.install
    }

    /// A variable; set but empty counts as unset.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The URL given for a server, if any.
    pub fn url(&self, server: Server) -> Option<&str> {
        self.variable(server.variable())
    }

    /// The provider that `WORKSHOP_STACK` forces.
    pub fn forced(&self) -> Result<Option<Provider>, StackError> {
        self.variable("WORKSHOP_STACK").map(str::parse).transpose()
    }

    /// The first file of this name in the places where server programs lie.
    pub(crate) fn program(&self, name: &str) -> Option<PathBuf> {
        let places = self.places.clone().unwrap_or_else(|| self.usual_places());
        places.iter().map(|place| place.join(name)).find(|path| path.is_file())
    }

    /// Debian keeps Postgres off PATH, and puts a wrapper on PATH that starts RabbitMQ as its system service would:
    /// so the package's own folders come first. Read at every look, because an installation adds to them.
    fn usual_places(&self) -> Vec<PathBuf> {
        let mut places = vec![PathBuf::from("/usr/lib/rabbitmq/bin")];
        places.extend(versioned("/usr/lib/postgresql", ""));
        places.extend(std::env::split_paths(self.variable("PATH").unwrap_or_default()));
        for brew in ["/opt/homebrew", "/usr/local"] {
            places.extend(versioned(&format!("{brew}/opt"), "postgresql@"));
            places.extend(["bin", "sbin"].map(|folder| Path::new(brew).join(folder)));
        }
        places.extend(["/usr/bin", "/usr/sbin"].map(PathBuf::from));
        places
    }
}

/// The `bin` folders of `folder/prefixVERSION`, newest version first.
fn versioned(folder: &str, prefix: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.strip_prefix(prefix)?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    found.sort_by(|left, right| right.cmp(left));
    found.into_iter().map(|(_, path)| path).collect()
}

fn default_state() -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    match here.ancestors().find(|folder| folder.join("Cargo.lock").is_file()) {
        Some(repository) => repository.join(".lab"),
        None => std::env::temp_dir().join(format!("workshop-{}", rustix::process::getuid().as_raw())),
    }
}
