//! Load under a declared condition, and load at two sizes: what `exercise.toml` says about `[[phase]]` and `[shape]`.

use super::{Arrivals, RequestTemplate};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// A slice of load during which partners behave otherwise, dependencies are cut off or the service is killed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phase {
    /// The first part of the names of its numbers.
    pub name: String,
    /// The phase before it that makes what this one finds: a proof that needs this one runs that one too.
    pub after: Option<String>,
    /// Arrivals per second.
    pub rate_rps: f64,
    /// How long.
    pub seconds: f64,
    /// How they are spread; as `[load]` has it where nothing is said.
    pub arrivals: Option<Arrivals>,
    /// The mix; that of `[load]` where there is none.
    pub requests: Option<Vec<RequestTemplate>>,
    /// After this long a request is given up; that of `[load]` by default.
    pub timeout_ms: Option<u64>,
    /// How partners behave meanwhile, as in `[partners]`; undone afterwards.
    #[serde(default)]
    pub partners: BTreeMap<String, serde_json::Value>,
    /// Dependencies that cannot be reached meanwhile.
    #[serde(default)]
    pub cut: Vec<String>,
    /// Dependencies whose connections with the measured service break again and again meanwhile, each so many milliseconds after the
    /// last time. New ones are accepted at once: what was asked over there is done, and its answer is lost.
    #[serde(default)]
    pub breaks_every_ms: BTreeMap<String, u64>,
    /// Kills the service after the last reply, gives it back what was cut, and starts it again.
    #[serde(default)]
    pub kill: bool,
    /// A proof runs it against all arms at once: only where the load is waiting, for a partner or a timeout, so that no arm takes
    /// the processor from another. A learner's run drives one arm after the other all the same.
    #[serde(default)]
    pub together: bool,
    /// A second process of the service beside the first, on the same servers and prefixes, which is asked the same.
    pub second: Option<Second>,
    /// Work that must have reached a partner in the end.
    pub drained: Option<Drained>,
}

impl Phase {
    /// How long it is.
    pub fn length(&self) -> Duration {
        Duration::from_secs_f64(self.seconds)
    }
}

/// A second process.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Second {
    /// Everything is asked of it so many milliseconds after it was asked of the first.
    pub after_ms: u64,
}

/// Accepted requests of the tag `order`, and the partner that is to hear of each.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drained {
    /// The partner.
    pub partner: String,
}

/// The two sizes at which everything is counted.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shape {
    /// What `{n}` stands for: first and second size.
    pub n: Option<[u32; 2]>,
    /// Products in the catalogue: first and second size, users and orders in proportion.
    pub catalogue: Option<[u32; 2]>,
}

impl Shape {
    /// The catalogue's size, first (0) or second (1), with users and orders in the shop's usual proportion.
    pub fn size(&self, which: usize) -> Option<catalogue::Size> {
        let products = self.catalogue?[which];
        let usual = catalogue::Size::default();
        let in_proportion = |rows: u32| (f64::from(products) * f64::from(rows) / f64::from(usual.products)) as u32;
        let (users, orders) = (in_proportion(usual.users).max(50), in_proportion(usual.orders));
        Some(catalogue::Size { products, users, orders })
    }
}

#[cfg(test)]
mod tests {
    use super::Shape;

    #[test]
    fn a_smaller_catalogue_keeps_the_shops_proportions() {
        let shape = Shape { n: None, catalogue: Some([2_000, 20_000]) };
        assert_eq!(shape.size(0), Some(catalogue::Size { products: 2_000, users: 500, orders: 3_000 }));
        assert_eq!(shape.size(1), Some(catalogue::Size::default()));
        assert_eq!(Shape { n: Some([1, 4]), catalogue: None }.size(0), None);
    }
}
