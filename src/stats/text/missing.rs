//! Words that stand for something else than a value.

use super::width::lowered;

/// Words that stand for a missing value, in lower case.
const MISSING: [&str; 44] = [
    "-",
    "--",
    "---",
    "–",
    "—",
    ".",
    "..",
    "?",
    "??",
    "*",
    "n/a",
    "n.a.",
    "n.a",
    "na",
    "#n/a",
    "#na",
    "nan",
    "null",
    "(null)",
    "nil",
    "none",
    "missing",
    "unknown",
    "unspecified",
    "undefined",
    "not available",
    "not applicable",
    "not specified",
    "(blank)",
    "blank",
    "tbd",
    "k.a.",
    "keine angabe",
    "unbekannt",
    "inconnu",
    "desconocido",
    "not given",
    "<na>",
    "#null!",
    "不详",
    "未知",
    "无",
    "無",
    "不明",
];

/// Several signs that are no word of the list, such as `-/-`.
pub(super) const SIGNS_ALONE: &str = "signs alone";

/// Whether a text is of signs that people put where they have nothing to say. That is nothing in any column, also where the
/// words of the list may be values: somebody is called Null, and NA is Namibia.
fn is_signs_alone(text: &str) -> bool {
    text.chars().all(|letter| matches!(letter, '-' | '.' | '?' | '*' | '—' | '–' | '/' | '_' | ' '))
}

/// Whether a text is nothing in any column: signs alone, or what programs write where a value is missing.
pub fn is_nothing(text: &str) -> bool {
    is_signs_alone(text)
        || text.len() <= 7
            && ["n/a", "#n/a", "#null!", "<na>", "nan"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// What a text says where it stands for a missing value: the empty text, white space, or the word in lower case.
pub fn missing_word(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return Some("");
    }
    let bare = text.trim();
    if bare.is_empty() {
        return Some(" ");
    }
    // Every word is short; most texts are told by their length.
    let found = match bare.len() {
        16.. => None,
        _ => lowered(bare, &mut [0; 48]).and_then(|low| MISSING.iter().find(|word| **word == low)),
    };
    found.copied().or_else(|| is_signs_alone(bare).then_some(SIGNS_ALONE))
}

/// Words that begin a line of sums, in lower case.
const TOTALS: [&str; 16] = [
    "total",
    "totals",
    "grand total",
    "subtotal",
    "sub-total",
    "sum",
    "summe",
    "gesamt",
    "gesamtsumme",
    "zwischensumme",
    "totale",
    "totaal",
    "合计",
    "总计",
    "小计",
    "合計",
];

/// Whether a text begins a line of sums.
pub fn is_total_word(text: &str) -> bool {
    let bare = text.trim().trim_end_matches(':');
    bare.len() <= 16 && TOTALS.contains(&bare.to_lowercase().as_str())
}

/// Names that are put in to try a system out, in lower case.
const TESTS: [&str; 14] = [
    "test",
    "tester",
    "testing",
    "test test",
    "dummy",
    "asdf",
    "asdfasdf",
    "qwerty",
    "foo",
    "foo bar",
    "john doe",
    "jane doe",
    "max mustermann",
    "erika mustermann",
];

/// Whether a text looks as if it was put in to try a system out.
pub fn is_test_word(text: &str) -> bool {
    let low = text.trim().to_lowercase();
    if TESTS.contains(&low.as_str()) {
        return true;
    }
    let (name, host) = low.split_once('@').unwrap_or((&low, ""));
    let is_test_host = ["example.com", "example.org", "example.net", "test.com", "test.de", "mailinator.com"];
    if is_test_host.contains(&host) || host.ends_with(".test") || host.ends_with(".invalid") {
        return true;
    }
    let mut words = name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    match (words.next(), words.next(), words.next()) {
        (Some("test"), None, _) => !host.is_empty(),
        (Some("test"), Some("user" | "account" | "customer" | "order" | "kunde" | "konto" | "person"), None) => true,
        (Some(word), None, _) => word
            .strip_prefix("test")
            .is_some_and(|rest| !rest.is_empty() && rest.chars().all(|letter| letter.is_ascii_digit())),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_nothing_are_known_and_told_apart() {
        assert_eq!(
            ["", "  ", "N/A", " null ", "?", "未知"].map(missing_word),
            [Some(""), Some(" "), Some("n/a"), Some("null"), Some("?"), Some("未知")]
        );
        assert_eq!(["-/-", "._."].map(missing_word), [Some(SIGNS_ALONE); 2]);
        assert!(["", "-", "--", "n/a", "N/A", "?"].into_iter().all(is_nothing));
        assert!(!is_nothing("None") && missing_word("None").is_some() && missing_word("keine Angabe").is_some());
        assert_eq!(["Nancy", "0", "no", "none of the above", "Na Li"].map(missing_word), [None; 5]);
    }

    #[test]
    fn sums_and_tests_are_known() {
        assert!(["Total", "TOTAL:", " Summe ", "合计"].into_iter().all(is_total_word));
        assert!(!["Total Wine", "summer", ""].into_iter().any(is_total_word));
        assert!(
            ["Test", "test@shop.com", "ann@example.com", "test user", "test2", "Max Mustermann"]
                .into_iter()
                .all(is_test_word)
        );
        assert!(
            !["Testarossa", "contest@x.org", "Protest", "test the waters today", "ann@shop.com"]
                .into_iter()
                .any(is_test_word)
        );
    }
}
