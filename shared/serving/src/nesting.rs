//! How deeply a text is nested, found out by a scan, so that no parser that recurses sees a text that is nested too deeply.
//!
//! async-graphql's parser recurses for every bracket of a value and has no limit of its own: 1,500 of them, 2.8 KB,
//! overflowed a worker thread's stack, which ends the process. serde_json stops at 128, prost at 100.

/// The deepest nesting of brackets that a parser gets to see. The shop's own queries need 8, introspection 16.
pub const DEEPEST: usize = 48;

/// Whether brackets of any kind are nested deeper than [`DEEPEST`] in a text of GraphQL or JSON.
///
/// Brackets in strings and comments do not count, as the parsers do not see them as brackets. A text that is not well
/// formed may be judged either way; its parser refuses it, from inside the limit.
#[must_use]
pub fn too_deep(text: &[u8]) -> bool {
    let (mut depth, mut rest) = (0_usize, text);
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'{' | b'[' | b'(' => {
                depth += 1;
                if depth > DEEPEST {
                    return true;
                }
            }
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            b'"' => {
                rest = match after.strip_prefix(b"\"\"") {
                    Some(block) => after_block(block),
                    None => after_string(after),
                }
            }
            b'#' => rest = after_line(after),
            _ => {}
        }
    }
    false
}

/// What follows a string that has begun. A line end ends it too: neither language has strings over several lines.
fn after_string(mut text: &[u8]) -> &[u8] {
    while let Some((&byte, after)) = text.split_first() {
        text = match byte {
            b'"' | b'\n' | b'\r' => return after,
            b'\\' => after.get(1..).unwrap_or_default(),
            _ => after,
        };
    }
    text
}

/// What follows a block string of GraphQL that has begun.
fn after_block(mut text: &[u8]) -> &[u8] {
    while !text.is_empty() {
        if let Some(after) = text.strip_prefix(b"\"\"\"") {
            return after;
        }
        let escaped = text.starts_with(b"\\\"\"\"");
        text = &text[if escaped { 4 } else { 1 }..];
    }
    text
}

/// What follows a comment of GraphQL.
fn after_line(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
    end.map_or(&[], |end| &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_text_is_too_deep_beyond_the_limit_and_only_there(depth in 0..3 * DEEPEST, kinds in "[\\[{(]{1,8}") {
            let opening: String = kinds.chars().cycle().take(depth).collect();
            let closing: String = opening.chars().rev().map(|c| match c { '[' => ']', '{' => '}', _ => ')' }).collect();
            prop_assert_eq!(too_deep(format!("{opening}{closing}").as_bytes()), depth > DEEPEST);
            // What comes one after another is not nested.
            let flat = "[]{}()".repeat(depth);
            prop_assert!(!too_deep(flat.as_bytes()));
        }

        #[test]
        fn json_that_serde_reads_is_measured_as_deep_as_it_is(depth in 0_usize..120, text in "[\\[\\]\"\\\\#{}a]{0,40}") {
            let value = (0..depth).fold(serde_json::json!(text), |value, _| serde_json::json!([value]));
            prop_assert_eq!(too_deep(value.to_string().as_bytes()), depth > DEEPEST);
        }

        #[test]
        fn any_bytes_are_scanned_to_their_end_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = too_deep(&bytes);
        }
    }

    #[test]
    fn brackets_in_strings_and_comments_do_not_count() {
        let many = "[".repeat(1_000);
        for text in [
            format!("{{a(b: \"{many}\\\"{many}\")}}"),
            format!("{{a(b: \"\"\"{many}\\\"\"\"{many}\"\" \"{many}\"\"\")}}"),
            format!("# {many}\n{{a}}"),
        ] {
            assert!(!too_deep(text.as_bytes()), "{text}");
        }
        for text in
            [format!("{{a(b: \"\", c: {many})}}"), format!("# x\n{many}"), format!("{{a(b: \"\"\"\"\"\" c: {many}")]
        {
            assert!(too_deep(text.as_bytes()), "{text}");
        }
    }
}
