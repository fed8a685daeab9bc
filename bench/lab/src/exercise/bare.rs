//! A load without an exercise around it, for whoever only drives.

use super::Exercise;
use serde::Deserialize as _;

impl Exercise {
    /// The table `[load]` of this text, in an exercise that has nothing else; whatever else stands in the text is another reader's.
    ///
    /// # Errors
    /// A text that is no TOML, or holds no load; the message says where.
    pub fn of_load_alone(text: &str) -> Result<Self, toml::de::Error> {
        let mut given: toml::Table = toml::from_str(text)?;
        let mut bare = toml::toml! {
            id = "compare"
            title = ""
            chapter = 0
            service = ""
            needs = []
            symptom = ""
            minutes = 0
            reading = ""
        };
        if let Some(load) = given.remove("load") {
            bare.insert("load".to_owned(), load);
        }
        Self::deserialize(bare)
    }
}

#[cfg(test)]
mod tests {
    use super::Exercise;

    #[test]
    fn a_load_file_is_the_table_of_an_exercise_and_may_hold_more() {
        let text =
            "title = \"mine\"\n[load]\nrate_rps = 5\nrounds = 3\nslice_ms = 500\nrequests = [{ path = \"/\" }]\n";
        assert_eq!(Exercise::of_load_alone(text).unwrap().load.rate_rps, 5.0);
        for wrong in ["", "[load]\nrate = 5", "[load", "load = 3"] {
            assert!(Exercise::of_load_alone(wrong).is_err(), "{wrong:?}");
        }
    }
}
