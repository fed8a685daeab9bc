//! What every implementation keeps; `cargo lab check` runs it for the learner's alone.

use __LIB__::__TYPE__;

#[tokio::test]
async fn every_implementation_answers_alike() {
    // TO DO: one table of cases: empty, unknown, unicode, large, concurrent, cancelled.
    for implementation in __TYPE__::under_test() {
        assert_eq!(implementation.answer("a question").await, "a question", "{implementation:?}");
    }
}
