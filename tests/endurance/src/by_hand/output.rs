//! Numbers in what commands have printed.

/// Every number that stands right after these words; anything but digits may stand in between, on the same line.
pub(crate) fn numbers_after(words: &str, output: &str) -> Vec<f64> {
    let behind = |line: &str| {
        let behind = line.split(words).skip(1);
        behind.filter_map(first_number).collect::<Vec<f64>>()
    };
    output.lines().flat_map(behind).collect()
}

fn first_number(text: &str) -> Option<f64> {
    let text = text.trim_start_matches(|one: char| !one.is_ascii_digit());
    let end = text.find(|one: char| !one.is_ascii_digit() && one != '.').unwrap_or(text.len());
    text[..end].trim_end_matches('.').parse().ok()
}

/// The middle one; of an even count, the higher of the two.
pub(crate) fn median(mut numbers: Vec<f64>) -> Option<f64> {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_behind_their_words() {
        let output =
            "1 orders: 0.010 s\n32 orders: 0.250 s\n{\"count\":7,\"call\":\"a\"},{\"count\":12.}\nquiet: none\n";
        assert_eq!(numbers_after("32 orders:", output), [0.25]);
        assert_eq!(numbers_after("\"count\":", output), [7.0, 12.0]);
        assert!(numbers_after("quiet:", output).is_empty() && numbers_after("loud:", output).is_empty());
    }

    #[test]
    fn the_median_is_one_of_the_numbers() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(Vec::new()), None);
    }
}
