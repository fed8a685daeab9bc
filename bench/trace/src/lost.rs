//! Spans that are missing from an analysis, as far as anybody knows of them.

use serde::Serialize;

/// How many spans did not make it, by reason.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Lost {
    /// Turned away because the receiver was full.
    pub refused: u64,
    /// Without a proper trace or span id.
    pub invalid: u64,
    /// Requests of exporters that could not be read; how many spans they held is unknown.
    pub malformed: u64,
    /// Spans that came after the analysis of the slice they belong to.
    pub late: u64,
    /// Times that a service said it drops spans because its export queue is full. It says so once and does not say how
    /// many until it ends.
    pub dropped_by_services: u64,
}

impl Lost {
    /// One sentence a reason, empty where nothing is known to be missing. `incomplete` is the number of traces left out because
    /// a span is missing in them.
    pub fn remarks(&self, incomplete: usize) -> Vec<String> {
        let spans = |number: u64| if number == 1 { "1 span".to_owned() } else { format!("{number} spans") };
        let said = [
            (self.refused, format!("{} found no room in the receiver", spans(self.refused))),
            (self.invalid, format!("{} had no proper ids", spans(self.invalid))),
            (self.malformed, format!("{} of the exporters' requests could not be read", self.malformed)),
            (self.late, format!("{} came after the slice was analysed", spans(self.late))),
            (
                self.dropped_by_services,
                "a service dropped spans because its export queue was full: counts are too low".to_owned(),
            ),
            (incomplete as u64, format!("{incomplete} traces were left out because a span is missing in them")),
        ];
        said.into_iter().filter(|(number, _)| *number > 0).map(|(_, sentence)| sentence).collect()
    }
}
