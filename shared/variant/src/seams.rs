//! The list of seams, in the order of the book; `cargo lab dev check` holds it to the folders under `exercises/`.

/// A place in a service where an implementation can be exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seam {
    /// The exercise's id, which is its package's name.
    pub id: &'static str,
    /// The names of its traps, as in `trap:NAME`.
    pub traps: &'static [&'static str],
}

/// An exercise over several seams, measured setting by setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Story {
    /// The story's id, which is its folder's name.
    pub id: &'static str,
    /// The ids of its seams, in the order in which the chapter fixes them.
    pub seams: &'static [&'static str],
}

/// Every seam there is.
pub const SEAMS: &[Seam] = &[
    Seam { id: "ch01-related-products", traps: &["index"] },
    Seam { id: "ch01-result-format", traps: &["compression"] },
    Seam { id: "ch05-quote-sources", traps: &["mutex"] },
    Seam { id: "ch06-product-pages", traps: &["jitter", "leader"] },
    Seam { id: "ch07-product-lookup", traps: &["btree"] },
    Seam { id: "ch08-follow-up", traps: &["spawn", "join"] },
    Seam { id: "ch09-password-checks", traps: &["spawn-blocking", "more-workers"] },
    Seam { id: "ch10-outgoing-calls", traps: &["absolute-count", "wide-bulkhead"] },
    Seam { id: "ch12-edge-caching", traps: &["url-only", "hour"] },
    Seam { id: "ch13-order-details", traps: &["shared", "delay"] },
];

/// Every story there is.
pub const STORIES: &[Story] =
    &[Story { id: "ch01-product-search", seams: &["ch01-related-products", "ch01-result-format"] }];
