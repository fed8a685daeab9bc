//! The ledger by itself: what it lists is swept when, and only when, its owner is dead.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use stack::{Ledger, ledger};

use crate::state;

fn sleeper() -> Child {
    Command::new("sleep").arg("600").spawn().unwrap()
}

/// The one page of a state folder, and its text.
fn page(state: &Path) -> (PathBuf, String) {
    let mut pages: Vec<PathBuf> =
        std::fs::read_dir(state.join("ledger")).unwrap().flatten().map(|entry| entry.path()).collect();
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    assert_eq!(pages.len(), 1);
    let text = std::fs::read_to_string(&pages[0]).unwrap();
    (pages.remove(0), text)
}

/// Rewrites the page as if another process, long dead, had written it.
fn disown(state: &Path) {
    let (path, text) = page(state);
    let owner =
        format!("owner_started = \"{}", text.split("owner_started = \"").nth(1).unwrap().split('"').next().unwrap());
    std::fs::write(path, text.replace(&owner, "owner_started = \"long ago")).unwrap();
}

#[tokio::test]
async fn what_a_living_owner_started_is_left_alone() {
    let state = state();
    let mut child = sleeper();
    let ledger = Ledger::open_in(state.path()).unwrap();
    ledger.process(child.id(), "a service").unwrap();
    assert!(ledger::sweep_in(state.path()).await.unwrap().is_empty());
    assert!(child.try_wait().unwrap().is_none(), "it still runs");
    child.kill().unwrap();
    child.wait().unwrap();
    ledger.finish().unwrap();
    assert!(ledger::sweep_in(state.path()).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_a_dead_owner_started_is_ended_and_removed_and_told() {
    let state = state();
    let mut child = sleeper();
    let folder = state.path().join("run/left");
    let ledger = Ledger::open_in(state.path()).unwrap();
    ledger.folder(&folder).unwrap();
    std::fs::create_dir_all(folder.join("deep")).unwrap();
    ledger.process(child.id(), "a service").unwrap();
    disown(state.path());

    let swept = ledger::sweep_in(state.path()).await.unwrap();
    assert_eq!(swept.processes, [format!("a service ({})", child.id())]);
    assert_eq!(swept.folders, std::slice::from_ref(&folder));
    assert!(swept.to_string().contains("a service"), "{swept}");
    assert!(child.wait().unwrap().code().is_none(), "it was ended by a signal");
    assert!(!folder.exists());
    assert!(ledger::sweep_in(state.path()).await.unwrap().is_empty(), "once is enough");
}

#[tokio::test]
async fn a_pid_that_was_handed_out_again_is_not_touched() {
    let state = state();
    let mut child = sleeper();
    let ledger = Ledger::open_in(state.path()).unwrap();
    ledger.process(child.id(), "a service").unwrap();
    disown(state.path());
    // The page now says that the service of this pid started at another time: so this is somebody else.
    let (path, text) = page(state.path());
    let (head, entry) = text.split_once("[[process]]").unwrap();
    let started = entry.split("started = \"").nth(1).unwrap().split('"').next().unwrap();
    std::fs::write(path, format!("{head}[[process]]{}", entry.replace(started, "yesterday"))).unwrap();

    assert!(ledger::sweep_in(state.path()).await.unwrap().is_empty());
    assert!(child.try_wait().unwrap().is_none(), "the stranger still runs");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[tokio::test]
async fn a_folder_that_holds_the_state_survives_a_damaged_page() {
    let root = tempfile::tempdir().unwrap();
    let state = root.path().join("state");
    let ledger = Ledger::open_in(&state).unwrap();
    ledger.folder(root.path()).unwrap();
    disown(&state);
    assert!(ledger::sweep_in(&state).await.unwrap().is_empty());
    assert!(root.path().exists());
}

#[tokio::test]
async fn what_is_persistent_outlives_its_owner_until_it_is_stopped() {
    let state = state();
    let mut child = sleeper();
    let ledger = Ledger::open_in(state.path()).unwrap();
    ledger.process(child.id(), "a service").unwrap();
    ledger.persist(&[("SEARCH_URL", "http://127.0.0.1:1")]).unwrap();
    disown(state.path());
    assert!(ledger::sweep_in(state.path()).await.unwrap().is_empty());

    let up = ledger::persistent_in(state.path()).unwrap().unwrap();
    assert_eq!(up.urls["SEARCH_URL"], "http://127.0.0.1:1");
    assert_eq!(up.processes, [("a service".to_owned(), child.id())]);
    let swept = ledger::stop_persistent_in(state.path()).await.unwrap();
    assert_eq!(swept.processes.len(), 1);
    child.wait().unwrap();
    assert_eq!(ledger::persistent_in(state.path()).unwrap(), None);
}
