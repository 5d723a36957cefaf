//! Text from data: made harmless, measured and cut by the columns it takes on a terminal.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The text with every character replaced that would steer a terminal or hide: control characters by their
/// pictures (`␛`, `⏎`, `⇥`), direction overrides and other invisible ones by their number (`⟨202E⟩`).
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.chars().any(steers) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match letter {
            '\n' => shown.push('⏎'),
            '\t' => shown.push('⇥'),
            '\u{7f}' => shown.push('␡'),
            // The block of control pictures follows the order of the control characters.
            '\0'..='\u{1f}' => shown.extend(char::from_u32(0x2400 + u32::from(letter))),
            other if steers(other) => shown.push_str(&format!("⟨{:04X}⟩", u32::from(other))),
            other => shown.push(other),
        }
    }
    Cow::Owned(shown)
}

/// Whether a character changes how others are shown, or cannot be seen. The joiner U+200D stays: emoji and
/// several scripts are written with it.
fn steers(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The columns that a text takes on a terminal: two for a Chinese character, none for a combining mark.
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// The longest beginning of a text that takes at most `limit` columns.
pub(crate) fn beginning(text: &str, limit: usize) -> &str {
    let mut used = 0;
    for (at, letter) in text.char_indices() {
        used += letter.width().unwrap_or(0);
        if used > limit {
            return text[..at].trim_end_matches('\u{200d}');
        }
    }
    text
}

/// The longest end of a text that takes at most `limit` columns.
pub(crate) fn ending(text: &str, limit: usize) -> &str {
    let mut used = 0;
    for (at, letter) in text.char_indices().rev() {
        used += letter.width().unwrap_or(0);
        if used > limit {
            return &text[at + letter.len_utf8()..];
        }
    }
    text
}

/// The text, with `…` for what does not fit.
pub(crate) fn cut(text: &str, limit: usize) -> Cow<'_, str> {
    if width(text) <= limit {
        return Cow::Borrowed(text);
    }
    match limit {
        0 => Cow::Borrowed(""),
        _ => Cow::Owned(format!("{}…", beginning(text, limit - 1))),
    }
}

/// Names cut to their widths such that different ones still read differently, where a cut allows it: at the end, in the
/// middle (`reve…2024`), or at the beginning.
pub(crate) fn headings(names: &[&str], widths: &[usize]) -> Vec<String> {
    let end = |name: &str, limit: usize| cut(name, limit).into_owned();
    let middle = |name: &str, limit: usize| {
        let behind = limit.saturating_sub(1) / 2;
        format!("{}…{}", beginning(name, limit.saturating_sub(1 + behind)), ending(name, behind))
    };
    let start = |name: &str, limit: usize| format!("…{}", ending(name, limit.saturating_sub(1)));
    let mut shown: Vec<String> = names.iter().zip(widths).map(|(name, width)| end(name, *width)).collect();
    // Those that read alike are tried in each way together; the cut at the end stays where none helps.
    let mut alike: std::collections::BTreeMap<String, Vec<usize>> = std::collections::BTreeMap::new();
    for (at, heading) in shown.iter().enumerate() {
        alike.entry(heading.clone()).or_default().push(at);
    }
    for group in alike.values().filter(|group| group.len() > 1) {
        let is_cut = |at: &usize| width(names[*at]) > widths[*at] && widths[*at] >= 3;
        let tried = |way: &dyn Fn(&str, usize) -> String| -> Vec<String> {
            let heading = |at: &usize| if is_cut(at) { way(names[*at], widths[*at]) } else { shown[*at].clone() };
            group.iter().map(heading).collect()
        };
        for tried in [tried(&middle), tried(&start)] {
            let mut different = tried.clone();
            different.sort();
            different.dedup();
            if different.len() == group.len() {
                group.iter().zip(tried).for_each(|(at, heading)| shown[*at] = heading);
                break;
            }
        }
    }
    shown
}

/// The spaces that fill a text up to a number of columns.
pub(crate) fn padding(text: &str, columns: usize) -> String {
    " ".repeat(columns.saturating_sub(width(text)))
}

/// `1 row`, `2,357 rows`.
pub(crate) fn count(number: usize, one: &str) -> String {
    format!("{} {one}{}", super::number::grouped(&number.to_string()), if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steering_characters_become_visible() {
        assert_eq!(harmless("plain 汉字 é"), "plain 汉字 é");
        assert_eq!(harmless("\u{1b}[31mred\r\n\tx\0\u{7f}"), "␛[31mred␍⏎⇥x␀␡");
        assert_eq!(harmless("a\u{202e}b\u{2066}c\u{9b}d\u{feff}"), "a⟨202E⟩b⟨2066⟩c⟨009B⟩d⟨FEFF⟩");
        assert!(matches!(harmless("family 👨‍👩‍👧"), Cow::Borrowed(_)));
    }

    #[test]
    fn text_is_cut_by_columns_not_by_letters() {
        assert_eq!(cut("customer", 8), "customer");
        assert_eq!(cut("customers", 8), "custome…");
        // Three wide characters take six columns: the cut leaves room for `…` and never halves one.
        assert_eq!(cut("客户编号", 6), "客户…");
        assert_eq!(width(&cut("客户编号", 6)), 5);
        assert_eq!(cut("abc", 0), "");
        assert_eq!(ending("客户编号", 5), "编号");
        // A combining accent stays with its letter.
        assert_eq!(beginning("e\u{301}e\u{301}", 1), "e\u{301}");
    }

    #[test]
    fn names_that_begin_alike_are_cut_where_they_differ() {
        let cut = |names: &[&str], limit: usize| headings(names, &vec![limit; names.len()]);
        assert_eq!(cut(&["customer", "amount"], 8), ["customer", "amount"]);
        assert_eq!(cut(&["revenue_a", "orders_of_2024"], 8), ["revenue…", "orders_…"]);
        assert_eq!(cut(&["revenue_of_2023", "revenue_of_2024"], 9), ["reve…2023", "reve…2024"]);
        assert_eq!(cut(&["question_490_answer", "question_491_answer"], 12), ["…_490_answer", "…_491_answer"]);
        // Nothing helps: the end is cut as ever.
        assert_eq!(cut(&["a_very_long_1_name_for_all", "a_very_long_2_name_for_all"], 6), ["a_ver…", "a_ver…"]);
        assert_eq!(cut(&["客户编号一", "客户编号二"], 7), ["客…一", "客…二"]);
    }

    #[test]
    fn counts_agree_in_number() {
        assert_eq!(count(1, "row"), "1 row");
        assert_eq!(count(2357, "row"), "2,357 rows");
    }
}
