//! A product's specifications: names and values as a data sheet lists them.

use crate::row_rng::{Purpose, RowRng};
use std::fmt::Write as _;

/// How a value is made.
enum Value {
    /// A number in a range, then a unit.
    Number(u64, u64, &'static str),
    /// One of a few words.
    Word(&'static [&'static str]),
}
use Value::{Number, Word};

const YES_NO: Value = Word(&["yes", "no"]);
const COUNTRIES: Value =
    Word(&["Portugal", "Denmark", "Germany", "Poland", "Italy", "Japan", "Türkiye", "Côte d'Ivoire"]);

/// 47 entries, a prime number: any step through them visits each once.
#[rustfmt::skip]
const ENTRIES: [(&str, Value); 47] = [
    ("Width", Number(4, 220, "cm")), ("Height", Number(2, 210, "cm")), ("Depth", Number(2, 110, "cm")),
    ("Diameter ⌀", Number(8, 620, "mm")), ("Net weight", Number(120, 38_000, "g")),
    ("Package weight", Number(200, 42_000, "g")), ("Package length", Number(10, 240, "cm")),
    ("Packages", Number(1, 3, "")), ("Maximum load", Number(2, 180, "kg")), ("Guarantee", Number(2, 10, "years")),
    ("Spare parts available", Number(5, 15, "years")), ("Cable length", Number(80, 320, "cm")),
    ("Rated voltage", Word(&["5 V USB-C", "12 V", "100–240 V", "220–240 V", "none"])),
    ("Power", Number(2, 1_800, "W")), ("Standby power", Word(&["0.1 W", "0.2 W", "0.3 W", "0.5 W", "none"])),
    ("Battery life", Number(4, 60, "hours")), ("Charging time", Number(30, 300, "minutes")),
    ("Noise", Number(18, 62, "dB(A)")), ("Operating temperature", Word(&["−20 to 40 °C", "0 to 35 °C", "5 to 45 °C"])),
    ("Protection class", Word(&["I", "II", "III"])), ("Ingress protection", Word(&["IP20", "IP44", "IP54", "IP67"])),
    ("Energy class", Word(&["A", "B", "C", "D", "E"])), ("Main material", Word(&["oak", "steel", "aluminium",
    "recycled polyester", "stoneware", "borosilicate glass", "beech", "wool", "polycarbonate"])),
    ("Second material", Word(&["brass", "cork", "leather", "silicone", "felt", "linen", "rubber"])),
    ("Surface", Word(&["oiled", "powder-coated", "anodised", "brushed", "glazed", "untreated"])),
    ("Recycled content", Number(0, 100, "%")), ("Country of origin", COUNTRIES), ("Assembled in", COUNTRIES),
    ("Assembly needed", YES_NO), ("Assembly time", Number(5, 90, "minutes")), ("Tools included", YES_NO),
    ("Suitable for outdoors", YES_NO), ("Dishwasher safe", YES_NO), ("Machine washable", Word(&["no", "30 °C", "40 °C", "60 °C"])),
    ("Care", Word(&["wipe with a damp cloth", "oil twice a year", "dry clean", "rinse and dry at once"])),
    ("Certificate", Word(&["CE", "CE, UKCA", "GS", "FSC Mix", "OEKO-TEX Standard 100", "GOTS"])),
    ("Carbon footprint", Number(1, 240, "kg CO₂e")), ("Colour temperature", Word(&["2200 K", "2700 K", "3000 K", "4000 K"])),
    ("Bluetooth", Word(&["5.0", "5.2", "5.3", "none"])), ("Connection", Word(&["USB-C", "3.5 mm jack", "mains", "none"])),
    ("Year of design", Number(1958, 2024, "")), ("Designer", Word(&["Ilse Brønd", "Kenji Mori 森健二", "Ana Luísa Prado",
    "Jonas Weiß", "in-house studio"])), ("Pieces in the box", Number(1, 12, "")), ("Manual languages", Number(4, 24, "")),
    ("Customs tariff number", Number(39_000_000, 96_999_999, "")), ("EAN", Number(4_000_000_000_000, 7_999_999_999_999, "")),
    ("Returns", Word(&["30 days", "60 days", "100 days"])),
];

/// Writes 25 to 40 of them as a JSON object. No value holds a quote, a backslash or a control character.
pub(crate) fn write(id: u64, finish: &str) -> String {
    let mut rng = RowRng::new(Purpose::Specifications, id);
    let mut json = String::with_capacity(1_536);
    let _ = write!(json, r#"{{"Finish":"{finish}""#);
    let (first, step) = (rng.below(47), rng.between(1, 46));
    for turn in 0..rng.between(24, 39) {
        let (name, value) = &ENTRIES[((first + turn * step) % 47) as usize];
        let _ = match value {
            Number(low, high, "") => write!(json, r#","{name}":"{}""#, rng.between(*low, *high)),
            Number(low, high, unit) => write!(json, r#","{name}":"{} {unit}""#, rng.between(*low, *high)),
            Word(words) => write!(json, r#","{name}":"{}""#, rng.pick(words)),
        };
    }
    json.push('}');
    json
}

#[cfg(test)]
mod tests {
    use crate::{Catalogue, Size};

    #[test]
    fn specifications_are_a_json_object_of_25_to_40_texts() {
        let catalogue = Catalogue::new(Size::default());
        for id in (1..20_000).step_by(7) {
            let json: serde_json::Value = serde_json::from_str(&catalogue.product(id).specifications()).unwrap();
            let entries = json.as_object().unwrap();
            assert!((25..=40).contains(&entries.len()), "product {id}: {} entries", entries.len());
            assert!(entries.values().all(|value| value.as_str().is_some_and(|text| !text.is_empty())));
        }
    }
}
