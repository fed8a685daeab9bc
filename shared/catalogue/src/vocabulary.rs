//! The words the catalogue is made of, and with them what a search finds.
//!
//! Every 64th product is of the same kind. A word in the name of four kinds ("desk", "lamp") therefore matches about a
//! sixteenth of the catalogue, a line's name ("Nordlys") about a four-hundredth, a model code one product.

/// What a product is made like: decides its features, finishes and the words of its texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    Lighting,
    Device,
    Furniture,
    Kitchen,
    Textile,
    Outdoor,
}

/// A kind of product.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) noun: &'static str,
    pub(crate) category: &'static str,
    /// The letters of its SKUs.
    pub(crate) code: &'static str,
    /// Prices in whole euros.
    pub(crate) price: (u64, u64),
    pub(crate) family: Family,
    pub(crate) keywords: &'static str,
}

const fn kind(
    noun: &'static str,
    category: &'static str,
    code: &'static str,
    price: (u64, u64),
    family: Family,
    keywords: &'static str,
) -> Kind {
    Kind { noun, category, code, price, family, keywords }
}

use Family::{Device, Furniture, Kitchen, Lighting, Outdoor, Textile};

#[rustfmt::skip]
pub(crate) const KINDS: [Kind; 64] = [
    kind("desk lamp", "Lighting", "DLP", (29, 240), Lighting, "reading office work"),
    kind("floor lamp", "Lighting", "FLP", (49, 420), Lighting, "reading corner"),
    kind("table lamp", "Lighting", "TLP", (25, 260), Lighting, "bedside evening"),
    kind("wall lamp", "Lighting", "WLP", (29, 190), Lighting, "sconce hallway"),
    kind("bedside lamp", "Lighting", "BLP", (19, 140), Lighting, "night reading"),
    kind("pendant light", "Lighting", "PND", (39, 480), Lighting, "ceiling dining"),
    kind("string lights", "Lighting", "STR", (12, 60), Lighting, "garland garden party"),
    kind("standing desk", "Office", "SDK", (249, 990), Furniture, "sit stand adjustable work"),
    kind("writing desk", "Office", "WDK", (119, 640), Furniture, "study work"),
    kind("office chair", "Office", "OCH", (89, 890), Furniture, "ergonomic swivel work"),
    kind("desk organiser", "Office", "DOR", (9, 65), Furniture, "tray pens tidy"),
    kind("monitor arm", "Office", "MNA", (39, 220), Furniture, "screen mount desk"),
    kind("filing cabinet", "Office", "FCB", (79, 390), Furniture, "drawer storage paper"),
    kind("notebook", "Office", "NTB", (4, 32), Textile, "paper journal dotted"),
    kind("fountain pen", "Office", "FPN", (15, 320), Kitchen, "ink writing gift"),
    kind("headphones", "Audio", "HPH", (39, 480), Device, "music over-ear bluetooth"),
    kind("earbuds", "Audio", "EBD", (25, 290), Device, "music in-ear bluetooth sport"),
    kind("speaker", "Audio", "SPK", (29, 690), Device, "music bluetooth stereo"),
    kind("soundbar", "Audio", "SBR", (99, 890), Device, "television cinema speaker"),
    kind("turntable", "Audio", "TTB", (129, 980), Device, "vinyl record music"),
    kind("microphone", "Audio", "MIC", (45, 380), Device, "recording podcast studio"),
    kind("radio", "Audio", "RAD", (29, 260), Device, "kitchen music alarm"),
    kind("keyboard", "Computing", "KBD", (29, 260), Device, "mechanical typing desk"),
    kind("mouse", "Computing", "MSE", (15, 140), Device, "ergonomic computer"),
    kind("monitor", "Computing", "MON", (129, 1290), Device, "screen display computer"),
    kind("docking station", "Computing", "DCK", (69, 340), Device, "laptop hub ports"),
    kind("webcam", "Computing", "WBC", (29, 210), Device, "video call camera"),
    kind("laptop stand", "Computing", "LST", (19, 110), Furniture, "ergonomic desk riser"),
    kind("external drive", "Computing", "EXD", (49, 460), Device, "backup storage ssd"),
    kind("router", "Computing", "RTR", (49, 420), Device, "network wifi mesh"),
    kind("charger", "Mobile", "CHG", (15, 95), Device, "phone fast adapter"),
    kind("power bank", "Mobile", "PBK", (19, 130), Device, "phone battery travel"),
    kind("phone case", "Mobile", "PHC", (9, 60), Textile, "cover protection mobile"),
    kind("smart watch", "Mobile", "SWT", (79, 590), Device, "fitness heart sport"),
    kind("doorbell", "Smart home", "DBL", (49, 260), Device, "video camera entrance"),
    kind("thermostat", "Smart home", "THM", (59, 280), Device, "heating radiator energy"),
    kind("robot vacuum", "Smart home", "RVC", (149, 980), Device, "cleaning floor"),
    kind("coffee grinder", "Kitchen", "CGR", (35, 490), Kitchen, "espresso burr beans"),
    kind("espresso machine", "Kitchen", "ESP", (149, 1890), Kitchen, "coffee steam barista"),
    kind("kettle", "Kitchen", "KTL", (25, 190), Kitchen, "tea water boiling"),
    kind("chef's knife", "Kitchen", "KNF", (29, 340), Kitchen, "blade cutting cooking"),
    kind("frying pan", "Kitchen", "PAN", (25, 210), Kitchen, "skillet cooking induction"),
    kind("mixing bowl", "Kitchen", "BWL", (9, 70), Kitchen, "baking salad"),
    kind("cutting board", "Kitchen", "CBD", (15, 110), Kitchen, "wood serving cooking"),
    kind("toaster", "Kitchen", "TST", (29, 190), Kitchen, "bread breakfast"),
    kind("teapot", "Kitchen", "TPT", (19, 160), Kitchen, "tea porcelain infuser"),
    kind("lounge chair", "Living room", "LCH", (149, 1690), Furniture, "armchair reading"),
    kind("sofa", "Living room", "SOF", (390, 2990), Furniture, "couch seating"),
    kind("coffee table", "Living room", "CTB", (69, 690), Furniture, "low oval"),
    kind("side table", "Living room", "STB", (39, 340), Furniture, "small tray"),
    kind("bookshelf", "Living room", "BSH", (69, 890), Furniture, "storage books shelving"),
    kind("rug", "Living room", "RUG", (49, 990), Textile, "carpet floor woven"),
    kind("dining chair", "Dining room", "DCH", (59, 490), Furniture, "seat stackable"),
    kind("dining table", "Dining room", "DTB", (199, 1990), Furniture, "extendable family"),
    kind("duvet cover", "Bedroom", "DVC", (39, 220), Textile, "bed linen sleep"),
    kind("pillow", "Bedroom", "PIL", (19, 130), Textile, "bed neck sleep"),
    kind("blanket", "Bedroom", "BLK", (29, 260), Textile, "throw warm wool"),
    kind("bath towel", "Bathroom", "TWL", (12, 75), Textile, "cotton soft"),
    kind("tent", "Outdoor", "TNT", (89, 890), Outdoor, "camping hiking shelter"),
    kind("sleeping bag", "Outdoor", "SLB", (49, 420), Outdoor, "camping down sleep"),
    kind("camping stove", "Outdoor", "CST", (29, 180), Outdoor, "gas cooking hiking"),
    kind("rain jacket", "Outdoor", "RJK", (59, 420), Outdoor, "hiking shell hood"),
    kind("hiking backpack", "Outdoor", "HBP", (59, 340), Outdoor, "trekking rucksack travel"),
    kind("garden chair", "Garden", "GCH", (35, 290), Outdoor, "terrace folding seat"),
];

impl Family {
    /// Words put before the noun; the first is three times as frequent as the others.
    pub(crate) fn features(self) -> &'static [&'static str] {
        match self {
            Lighting => &["dimmable", "rechargeable", "adjustable", "portable", "smart", "arc", "clip-on", "LED"],
            Device => &["wireless", "compact", "rechargeable", "quiet", "portable", "smart", "waterproof", "studio"],
            Furniture => &["solid wood", "adjustable", "foldable", "compact", "ergonomic", "low", "modular", "slim"],
            Kitchen => &["stainless", "compact", "quiet", "cast iron", "hand-made", "precision", "electric", "travel"],
            Textile => &["organic", "recycled", "soft", "heavy", "washable", "quilted", "hand-woven", "light"],
            Outdoor => {
                &["waterproof", "ultralight", "foldable", "insulated", "packable", "recycled", "storm", "compact"]
            }
        }
    }

    /// Colours and materials after the comma.
    pub(crate) fn finishes(self) -> &'static [&'static str] {
        match self {
            Lighting => {
                &["brass", "black", "white", "oak", "copper", "smoked glass", "linen", "chrome", "sand", "olive"]
            }
            Device => &["black", "white", "graphite", "silver", "midnight blue", "sage", "coral", "walnut"],
            Furniture => {
                &["oak", "walnut", "black", "white", "ash", "grey wool", "cognac leather", "birch", "forest green"]
            }
            Kitchen => &["steel", "black", "white", "copper", "oak", "crème", "cobalt", "olive", "walnut"],
            Textile => &["linen", "white", "terracotta", "grey", "indigo", "rosé", "mustard", "undyed wool", "moss"],
            Outdoor => &["forest green", "orange", "black", "sand", "petrol", "red", "grey", "sky blue"],
        }
    }
}

/// The first and the second half of a line's name: 22 × 20 lines.
pub(crate) const LINE_STARTS: [&str; 22] = [
    "Nord", "Sol", "Havn", "Fjell", "Blå", "Grön", "Vinter", "Sommer", "Alm", "Brise", "Lumi", "Tund", "Kveld", "Morg",
    "Élan", "Côte", "Früh", "Wald", "Stein", "Ember", "Aster", "Mira",
];
pub(crate) const LINE_ENDS: [&str; 20] = [
    "lys", "vik", "dal", "mark", "ström", "heim", "ora", "etta", "berg", "sund", "elle", "ino", "haus", "ley", "ton",
    "ø", "una", "wick", "ast", "ier",
];
/// Lines from Japan, one product in a hundred.
pub(crate) const LINES_FROM_JAPAN: [&str; 4] = ["日本橋", "和光", "京都 Kyōto", "富士 Fuji"];

#[rustfmt::skip]
pub(crate) const BRANDS: [&str; 48] = [
    "Fjord & Søn", "Atelier Béton", "Möbelwerk Süd", "Kanso 簡素", "Hallberg", "Lindgren Supply", "Oak & Iron",
    "Studio Nørr", "Maison Clément", "Tessera", "Northbound", "Brightwater", "Casa Lumière", "Hinoki Works",
    "Vela Audio", "Quiet Machines", "Polder", "Grünwald", "Ostrava Steel", "Marlow & Finch", "Sundby", "Terra Cotta Co",
    "Kestrel", "Alder Lane", "Porto Cerâmica", "Ridgeline", "Basalt", "Copperfield", "Yamamoto 山本製作所", "Lakeside Mill",
    "Ember Goods", "Halcyon", "Juniper Row", "Strand", "Weft", "Bergamot", "Pico", "Orbit Labs", "Nimbus", "Foundry 9",
    "Salt & Stone", "Greyfriars", "Vesper", "Arbre", "Mistral", "Kobalt", "Tidewater", "Wren & Co",
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_kind_has_its_own_sku_letters_and_sensible_prices() {
        let codes: BTreeSet<&str> = KINDS.iter().map(|kind| kind.code).collect();
        assert_eq!(codes.len(), KINDS.len());
        for kind in &KINDS {
            assert!(shop::Sku::new(kind.code, 1).is_ok(), "{}", kind.code);
            assert!(kind.price.0 < kind.price.1, "{}", kind.noun);
        }
    }
}
