//! Accepted = stored = charged = delivered: the first place where one arm's books do not agree, as a sentence.

use super::found::Found;
use crate::pipeline::Difference;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// Which orders are judged, and what happened in between.
#[derive(Clone, Debug, Default)]
pub(super) struct Ranges {
    /// Orders whose delivery a target of a phase judges: what a kill lost is counted there.
    pub judged_elsewhere: Vec<RangeInclusive<i64>>,
    /// The last order before the service was killed, where it was.
    pub killed_after: Option<i64>,
}

impl Ranges {
    fn excuses(&self, order: i64) -> bool {
        self.judged_elsewhere.iter().any(|range| range.contains(&order))
    }

    /// Where among the orders these are, if the service was killed.
    fn when(&self, orders: &[i64]) -> String {
        let Some(killed) = self.killed_after else { return String::new() };
        match orders.iter().filter(|order| **order > killed).count() {
            0 => String::new(),
            after if after == orders.len() => " (all accepted after the kill)".to_owned(),
            after => format!(" ({after} of them accepted after the kill)"),
        }
    }
}

/// The first disagreement; `None` where everything agrees.
pub(super) fn mismatch(found: &Found, ranges: &Ranges) -> Option<Difference> {
    lost(found, ranges).or_else(|| charged(found)).or_else(|| delivered(found, ranges))
}

fn difference(case: String, at: &str, expected: &str, candidate: &str) -> Option<Difference> {
    let request = "POST /v1/orders, over the whole run".to_owned();
    Some(Difference {
        case,
        request,
        at: at.to_owned(),
        baseline: expected.to_owned(),
        candidate: candidate.to_owned(),
    })
}

fn lost(found: &Found, ranges: &Ranges) -> Option<Difference> {
    let stored: BTreeSet<i64> = found.orders.iter().map(|order| order.id).collect();
    let lost: Vec<i64> = found.accepted.difference(&stored).copied().collect();
    let (all, kept) = (found.accepted.len(), found.accepted.len() - lost.len());
    if lost.is_empty() {
        return None;
    }
    let case =
        format!("of {}, {kept} are stored: {} lost{}", orders(all, "accepted"), were(lost.len()), ranges.when(&lost));
    difference(case, "orders in the database", &all.to_string(), &kept.to_string())
}

fn charged(found: &Found) -> Option<Difference> {
    let taken: BTreeMap<&str, i64> = found
        .charges
        .iter()
        .filter(|charge| charge.status == "captured")
        .map(|charge| (charge.reference.as_str(), charge.amount_cents))
        .collect();
    let all = found.orders.len();
    let mut paid_with = BTreeSet::new();
    let shared = found.orders.iter().filter(|order| !paid_with.insert(order.reference.as_str())).count();
    let unpaid = found.orders.iter().filter(|order| !taken.contains_key(order.reference.as_str())).count();
    let otherwise = found
        .orders
        .iter()
        .filter(|order| taken.get(order.reference.as_str()).is_some_and(|cents| *cents != order.total_cents));
    let otherwise = otherwise.count();
    let never = |count: usize, what: &str| {
        let case = format!("of {}, {count} {what}", orders(all, "stored"));
        difference(case, "charges of the payment partner", &all.to_string(), &(all - count).to_string())
    };
    match (unpaid, shared, otherwise) {
        (1.., ..) => return never(unpaid, "were never charged"),
        (_, 1.., _) => return never(shared, "were paid with the charge of another order"),
        (.., 1..) => return never(otherwise, "were charged another amount than they cost"),
        _ => {}
    }
    let known: BTreeSet<&str> = found.orders.iter().map(|order| order.reference.as_str()).collect();
    let nobodys = found.charges.iter().filter(|charge| {
        charge.status == "captured"
            && !known.contains(charge.reference.as_str())
            && !found.under_way.contains(&charge.key)
    });
    let nobodys = nobodys.count();
    if nobodys == 0 {
        return None;
    }
    let case = format!(
        "customers were charged {} times for {}: {nobodys} of the charges belong to no order and were not given back",
        taken.len(),
        orders(all, "stored")
    );
    difference(case, "charges of the payment partner", &all.to_string(), &taken.len().to_string())
}

fn delivered(found: &Found, ranges: &Ranges) -> Option<Difference> {
    let judged: Vec<&super::found::Order> = found.orders.iter().filter(|order| !ranges.excuses(order.id)).collect();
    let all = judged.len();
    let kinds = [
        ("delivered", "shipments", "the warehouse", &found.shipped),
        ("confirmed to the customer", "confirmations", "the email partner", &found.written),
        ("told to analytics", "events", "analytics", &found.tracked),
    ];
    for (done, things, whom, counts) in kinds {
        let count = |order: i64| counts.get(&order).copied().unwrap_or(0);
        let missing: Vec<i64> = judged.iter().map(|order| order.id).filter(|order| count(*order) == 0).collect();
        if !missing.is_empty() {
            let ever = all - missing.len();
            let case = format!(
                "of {}, {ever} were ever {done}: {} {things} never left{}",
                orders(all, "accepted"),
                missing.len(),
                ranges.when(&missing)
            );
            return difference(case, whom, &all.to_string(), &ever.to_string());
        }
        let twice: Vec<i64> = found.orders.iter().map(|order| order.id).filter(|order| count(*order) > 1).collect();
        if !twice.is_empty() {
            let case = format!(
                "of {}, {} were {done} more than once{}",
                orders(found.orders.len(), "stored"),
                twice.len(),
                ranges.when(&twice)
            );
            return difference(case, whom, "once each", &format!("{} more than once", twice.len()));
        }
    }
    let open: Vec<i64> = judged.iter().filter(|order| order.status == "placed").map(|order| order.id).collect();
    if open.is_empty() {
        return None;
    }
    let case = format!(
        "of {}, {} were delivered and still stand as placed, not confirmed{}",
        orders(all, "accepted"),
        open.len(),
        ranges.when(&open)
    );
    difference(case, "status of the orders", "confirmed", "placed")
}

fn orders(count: usize, what: &str) -> String {
    if count == 1 { format!("1 order {what}") } else { format!("{count} orders {what}") }
}

fn were(count: usize) -> String {
    if count == 1 { "1 was".to_owned() } else { format!("{count} were") }
}

#[cfg(test)]
mod tests {
    use super::{Ranges, mismatch};
    use crate::pipeline::effects::found::{Charge, Found, Order};

    /// Orders 11 to 20, everything right.
    fn right() -> Found {
        let ids = || 11..=20;
        let each = || ids().map(|id| (id, 1)).collect();
        Found {
            accepted: ids().collect(),
            orders: ids()
                .map(|id| Order {
                    id,
                    status: "confirmed".into(),
                    total_cents: id * 100,
                    reference: format!("ch_{id}"),
                })
                .collect(),
            under_way: ["late".to_owned()].into(),
            charges: ids().map(|id| charge(&format!("key {id}"), &format!("ch_{id}"), id * 100)).collect(),
            shipped: each(),
            written: each(),
            tracked: each(),
        }
    }

    fn charge(key: &str, reference: &str, amount_cents: i64) -> Charge {
        Charge { key: key.into(), reference: reference.into(), status: "captured".into(), amount_cents }
    }

    fn said(change: impl FnOnce(&mut Found)) -> String {
        let mut found = right();
        change(&mut found);
        let ranges = Ranges { judged_elsewhere: vec![11..=12], killed_after: Some(15) };
        mismatch(&found, &ranges).map_or_else(String::new, |difference| difference.case)
    }

    #[test]
    fn books_that_agree_say_nothing_and_what_is_under_way_is_no_loss() {
        assert_eq!(said(|_| {}), "");
        // A reply that nobody got: stored and delivered, never accepted.
        assert_eq!(said(|found| found.accepted.retain(|order| *order != 14)), "");
        assert_eq!(said(|found| found.charges.push(charge("late", "ch_99", 5))), "", "its attempt has not ended");
        assert_eq!(
            said(|found| {
                let mut voided = charge("gone", "ch_98", 5);
                voided.status = "voided".into();
                found.charges.push(voided);
            }),
            "",
            "given back"
        );
        assert_eq!(said(|found| found.shipped.retain(|order, _| *order != 12)), "", "what a kill lost is a target's");
    }

    #[test]
    fn each_disagreement_is_a_sentence() {
        type Spoil = fn(&mut Found);
        let cases: [(&str, Spoil); 10] = [
            ("of 12 orders accepted, 10 are stored: 2 were lost (all accepted after the kill)", |found| {
                found.accepted.extend([21, 22]);
            }),
            ("of 10 orders stored, 1 were never charged", |found| found.charges.retain(|one| one.reference != "ch_14")),
            ("of 10 orders stored, 1 were paid with the charge of another order", |found| {
                found.orders[3].reference = "ch_13".into();
                found.charges.retain(|one| one.reference != "ch_14");
            }),
            ("of 10 orders stored, 1 were charged another amount than they cost", |found| {
                found.charges[0].amount_cents = 1;
            }),
            (
                "customers were charged 12 times for 10 orders stored: 2 of the charges belong to no order and were not given back",
                |found| {
                    found.charges.extend([charge("again", "ch_31", 1), charge("and again", "ch_32", 1)]);
                },
            ),
            (
                "of 8 orders accepted, 5 were ever delivered: 3 shipments never left (all accepted after the kill)",
                |found| {
                    found.shipped.retain(|order, _| *order < 18);
                },
            ),
            (
                "of 8 orders accepted, 6 were ever confirmed to the customer: 2 confirmations never left (1 of them accepted after the kill)",
                |found| found.written.retain(|order, _| !matches!(order, 14 | 19)),
            ),
            ("of 8 orders accepted, 7 were ever told to analytics: 1 events never left", |found| {
                found.tracked.retain(|order, _| *order != 13);
            }),
            ("of 10 orders stored, 1 were confirmed to the customer more than once", |found| {
                found.written.insert(13, 2);
            }),
            (
                "of 8 orders accepted, 1 were delivered and still stand as placed, not confirmed (all accepted after the kill)",
                |found| {
                    found.orders[9].status = "placed".into();
                },
            ),
        ];
        for (expected, change) in cases {
            assert_eq!(said(change), expected);
        }
    }
}
