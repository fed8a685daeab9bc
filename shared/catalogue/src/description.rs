//! A product's description: Markdown with headings, lists, emphasis, links and a table, as a shop's editors write it.

use crate::{
    Product,
    row_rng::{Purpose, RowRng},
};

/// Bytes of the shortest description; the longest has 4,096.
const SHORTEST: usize = 2_560;
const LONGEST: usize = 4_096;

/// Opening sentences. `{l}` is the line, `{n}` the noun, `{f}` the finish, `{b}` the brand, `{d}` a number.
const OPENINGS: [&str; 7] = [
    "The **{l}** is a {n} for people who would rather buy one good thing than three that nearly do.",
    "We made the **{l}** after {d} customers told us what annoyed them about their last {n}.",
    "A {n} is something you touch every day, and the **{l}** was drawn with that in mind.",
    "*{b}* has built the **{l}** in small series for {d} years, and hardly changed it.",
    "There are louder products than the **{l}**. There are few that are still in use after {d} years.",
    "The **{l}** began as a {n} for one small hotel, whose guests kept asking where to buy it.",
    "Plain at first sight, the **{l}** shows its quality in the places where a {n} usually saves money.",
];

/// Sentences for the body; a prime number of them, so that any step through them visits each once.
const BODY: [&str; 29] = [
    "The {f} finish is applied in three thin layers and dried for {d} hours between them.",
    "Every edge that a hand meets is rounded to the same radius, which sounds like a detail until you have felt it.",
    "It is delivered in one box, and the box is sized so that a courier can carry it up the stairs.",
    "Screws, hinges and seals are standard parts; a repair shop can replace them without asking us.",
    "In our own test it was used {d} thousand times before we saw wear that we would mention to a friend.",
    "The joints are glued *and* screwed, because glue alone does not survive a house with underfloor heating.",
    "We photographed it in daylight only: the {f} you see is the {f} you get.",
    "Two people in our workshop check each {n} by hand, and the one who signs the card is the one who did.",
    "It weighs a little more than comparable models, and that weight is where the material is.",
    "The packaging contains no plastic; the paper tape comes off without a knife.",
    "If you live near the sea, wipe it with fresh water now and then, as you would a window.",
    "The first version had a glossy surface, which looked better in the catalogue and worse after a week.",
    "Spare parts are kept for {d} years after the last one is sold, and their prices are on our page.",
    "*{b}* publishes the addresses of all its suppliers, down to the mill and the foundry.",
    "You will not need the manual, but it is a good one, with drawings instead of warnings.",
    "A small mark on the underside tells the week of production and the person who packed it.",
    "Children like it, cats ignore it, and it has survived both in {d} of our colleagues' homes.",
    "It goes with the rest of the {l} line, and looks just as well alone.",
    "The pattern on the {f} differs a little from piece to piece; this is the material and not a fault.",
    "We measured {d} competing products before we settled on this geometry, and the numbers are in the data sheet.",
    "The design has not been changed to be cheaper to make, and the price has followed wages and wood.",
    "Because it is made to order in batches, a colour can be sold out for a few weeks.",
    "Its shape comes from the tool that cuts it: there is no line on it that a machine was forced into.",
    "Put it where you use it most; it does not mind being looked at from behind.",
    "The warmth of {f} shows best against a white wall, and best of all in the evening.",
    "Should anything rattle after the first week, a quarter turn on the lower screw is all it takes.",
    "Older models can be brought up to date with a kit, so nobody has to throw a good {n} away.",
    "Our café has used {d} of them since it opened, and the oldest looks like the newest.",
    "A drop of household soap is enough to clean it. Solvents and *magic* sponges are not a good idea.",
];

const POINTS: [&str; 11] = [
    "**Made to be repaired**: every part can be ordered alone",
    "A finish in **{f}** that ages well, and can be refreshed at home",
    "Tested for {d} thousand cycles by an independent laboratory",
    "Quiet in use, with *no* moving part that needs oil",
    "Packed without plastic, in a box that is used again",
    "Fits most rooms: see the [measuring guide](https://shop.example/guides/measuring)",
    "Works with everything else in the **{l}** line",
    "Wears in rather than out, say customers after {d} months",
    "Designed by *{b}* and built by people who are paid properly",
    "Ready to use in a quarter of an hour, with one tool",
    "Certified wood, metal and wool; the [certificates](https://shop.example/certificates) are public",
];

const QUESTIONS: [(&str, &str); 7] = [
    ("Can I use it outdoors?", "Under a roof, yes. In the rain the {f} would lose its colour within {d} months."),
    ("Does it come assembled?", "Nearly. One part travels separately so that the box stays small; it clicks in."),
    ("Is the colour the same as last year's?", "Yes. We keep a sample of every batch and compare by daylight."),
    (
        "What if it does not fit?",
        "Send it back within {d} days. The [return label](https://shop.example/returns) is in the box.",
    ),
    ("Can I buy a second one later?", "The {l} has been in the catalogue for years, and we plan to keep it there."),
    (
        "How do I clean it?",
        "With a damp cloth. For stains there is a [care set](https://shop.example/care) that lasts for years.",
    ),
    ("Where is it made?", "*{b}* builds it in its own workshop; two of the small parts come from a neighbour."),
];

impl Product {
    /// Its description: Markdown, 2.5 to 4 KB.
    #[must_use]
    pub fn description(&self) -> String {
        write(self)
    }
}

fn write(product: &Product) -> String {
    let mut rng = RowRng::new(Purpose::Description, product.id);
    let mut text = Text { out: String::with_capacity(LONGEST), product };
    let wanted = rng.between(SHORTEST as u64, LONGEST as u64 - 250) as usize;
    let (mut sentence, step) = (rng.below(29), rng.between(1, 28));
    let mut next = || {
        sentence = (sentence + step) % 29;
        BODY[sentence as usize]
    };

    text.add(&mut rng, "# {l} {n}\n\n");
    let opening = rng.pick(&OPENINGS);
    text.add(&mut rng, opening);
    text.sentences(&mut rng, [next(), next()]);
    text.out.push_str("\n\n## Why people choose it\n\n");
    let (mut point, point_step) = (rng.below(11), rng.between(1, 10));
    for _ in 0..rng.between(4, 6) {
        text.out.push_str("- ");
        text.add(&mut rng, POINTS[point as usize]);
        text.out.push('\n');
        point = (point + point_step) % 11;
    }
    text.out.push_str("\n## At a glance\n\n| Fact | Value |\n| --- | --- |\n");
    for row in ["| Line | {l} |", "| Maker | {b} |", "| Finish | {f} |", "| In our range for | {d} years |"] {
        text.add(&mut rng, row);
        text.out.push('\n');
    }
    text.out.push_str("\n## Material and making\n\n");
    text.add(&mut rng, next());
    text.sentences(&mut rng, [next(), next()]);
    text.out.push_str("\n\n## Questions customers ask\n\n");
    let question = rng.below(7);
    for turn in 0..3 {
        let (asked, answer) = QUESTIONS[((question + turn) % 7) as usize];
        text.out.push_str("### ");
        text.out.push_str(asked);
        text.out.push_str("\n\n");
        text.add(&mut rng, answer);
        text.out.push_str("\n\n");
    }
    text.out.push_str("## In the box\n\n1. the ");
    text.add(&mut rng, "{n}\n2. a card with its week of production\n3. the [manual](https://shop.example/manuals)\n\n## More about it\n\n");
    let mut in_paragraph = 0;
    while text.out.len() < wanted {
        text.add(&mut rng, next());
        in_paragraph = (in_paragraph + 1) % 4;
        text.out.push_str(if in_paragraph == 0 { "\n\n" } else { " " });
    }
    text.out.truncate(text.out.trim_end().len());
    text.out.push('\n');
    text.out
}

/// The text so far, and whose it is.
struct Text<'a> {
    out: String,
    product: &'a Product,
}

impl Text<'_> {
    fn sentences(&mut self, rng: &mut RowRng, sentences: [&str; 2]) {
        for sentence in sentences {
            self.out.push(' ');
            self.add(rng, sentence);
        }
    }

    /// Appends a pattern with its places filled in.
    fn add(&mut self, rng: &mut RowRng, pattern: &str) {
        let mut parts = pattern.split('{');
        self.out.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let (place, rest) = part.split_at(2);
            match place {
                "l}" => self.out.push_str(&self.product.line),
                "n}" => self.out.push_str(self.product.noun),
                "f}" => self.out.push_str(self.product.finish),
                "b}" => self.out.push_str(self.product.brand),
                _ => self.out.push_str(&rng.between(3, 48).to_string()),
            }
            self.out.push_str(rest);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Catalogue, Size};

    #[test]
    fn a_description_is_markdown_of_two_and_a_half_to_four_kilobytes() {
        let catalogue = Catalogue::new(Size::default());
        for id in (1..20_000).step_by(7) {
            let text = catalogue.product(id).description();
            assert!((super::SHORTEST..=super::LONGEST).contains(&text.len()), "product {id}: {} bytes", text.len());
            for part in ["# ", "\n## ", "\n- ", "\n1. ", "**", "](https://", "\n| --- | --- |\n"] {
                assert!(text.contains(part), "product {id} has no {part:?}");
            }
            assert!(!text.contains('{') && !text.contains('}'), "product {id} has a place that was not filled in");
        }
    }
}
