//! Short names of the fourteen chapters, in our own words: what an exercise of each is about.

/// The names, in the order of the book.
const NAMES: [&str; 14] = [
    "Measure first",
    "Latency and its tail",
    "Traces, logs, profiles",
    "Dashboards and alerts",
    "Connections and payloads",
    "Caches",
    "Databases and stores",
    "Queues and workers",
    "Processors and replicas",
    "Overload and failure",
    "Logins and tokens",
    "Close to the user",
    "GraphQL, gRPC, hedging",
    "The whole shop",
];

/// The name of a chapter, counted from 1; `None` for a number the book does not have.
pub fn name(chapter: u32) -> Option<&'static str> {
    let place = usize::try_from(chapter).ok()?.checked_sub(1)?;
    NAMES.get(place).copied()
}

/// All chapters: number and name.
pub fn all() -> impl Iterator<Item = (u32, &'static str)> {
    (1..).zip(NAMES)
}

#[cfg(test)]
mod tests {
    use super::{all, name};

    #[test]
    fn fourteen_chapters_have_names_that_differ_and_fit_a_list() {
        let names: std::collections::BTreeSet<_> = all().map(|(_, name)| name).collect();
        assert_eq!(names.len(), 14);
        assert!(names.iter().all(|name| name.chars().count() <= 24), "{names:?}");
        assert_eq!((name(1), name(6), name(14)), (Some("Measure first"), Some("Caches"), Some("The whole shop")));
        assert_eq!((name(0), name(15)), (None, None));
    }
}
