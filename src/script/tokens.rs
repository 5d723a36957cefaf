//! What a line looks like while it is typed: colours, and whether it is complete. Read with our own small scanner,
//! because a line that is being typed is broken most of the time.

use super::failure::RESERVED;

/// A stretch of script text and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Highlight {
    /// Names, operators, blanks.
    Plain,
    /// A word of the language.
    Keyword,
    /// A number.
    Number,
    /// Text in quotes.
    Text,
    /// A comment.
    Comment,
    /// A name that is called.
    Call,
}

/// Takes script text apart; the stretches put together are the text again.
pub fn highlight(source: &str) -> Vec<(Highlight, &str)> {
    let mut parts = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let (kind, length) = next(rest, first);
        let (part, after) = rest.split_at(length);
        parts.push((kind, part));
        rest = after;
    }
    parts
}

fn next(rest: &str, first: char) -> (Highlight, usize) {
    let run = |holds: fn(char) -> bool| rest.find(|letter| !holds(letter)).unwrap_or(rest.len());
    match first {
        '"' | '`' => (Highlight::Text, closing(rest, first).unwrap_or(rest.len())),
        '/' if rest.starts_with("//") => (Highlight::Comment, rest.find('\n').unwrap_or(rest.len())),
        '/' if rest.starts_with("/*") => (Highlight::Comment, rest.find("*/").map_or(rest.len(), |end| end + 2)),
        digit if digit.is_ascii_digit() => {
            (Highlight::Number, run(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '.'))
        }
        letter if letter.is_alphabetic() || letter == '_' => {
            let length = run(|letter| letter.is_alphanumeric() || letter == '_');
            let word = &rest[..length];
            let kind = if rest[length..].starts_with('(') && !is_statement(word) {
                Highlight::Call
            } else if RESERVED.contains(&word) || word == "true" || word == "false" {
                Highlight::Keyword
            } else {
                Highlight::Plain
            };
            (kind, length)
        }
        other => (Highlight::Plain, other.len_utf8()),
    }
}

fn is_statement(word: &str) -> bool {
    matches!(word, "if" | "while" | "for" | "switch" | "return" | "throw" | "let" | "in")
}

/// Where quoted text ends, if it does.
fn closing(rest: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (place, letter) in rest.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if letter == '\\' && quote == '"' {
            escaped = true;
        } else if letter == quote {
            return Some(place + letter.len_utf8());
        }
    }
    None
}

/// Whether a line can be run: brackets and quotes are closed, and no operator waits for its right side.
pub fn is_complete(source: &str) -> bool {
    let mut open = 0_i32;
    let mut last = "";
    for (kind, part) in highlight(source) {
        match kind {
            Highlight::Text if closing(part, part.chars().next().unwrap_or('"')).is_none() => return false,
            Highlight::Comment if part.starts_with("/*") && !part.ends_with("*/") => return false,
            Highlight::Comment => {}
            _ => {
                match part {
                    "(" | "[" | "{" => open += 1,
                    ")" | "]" | "}" => open -= 1,
                    _ => {}
                }
                if !part.trim().is_empty() {
                    last = part;
                }
            }
        }
    }
    let waits = matches!(last, "+" | "-" | "*" | "/" | "=" | "&" | "|" | "," | "." | "<" | ">" | "%" | "^");
    open <= 0 && !waits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stretches_are_the_text() {
        for source in ["let x = tx.filter(col(\"amount\") > 1.5); // big", "`a ${b}` \"open", "/* open", "汉字 + 1", ""]
        {
            let whole: String = highlight(source).into_iter().map(|(_, part)| part).collect();
            assert_eq!(whole, source);
        }
    }

    #[test]
    fn open_ends_are_seen() {
        for open in ["tx.filter(", "fn f() {", "\"abc", "1 +", "#{a: 1,", "let x =", "tx.", "/* a"] {
            assert!(!is_complete(open), "{open}");
        }
        for closed in ["1 + 1", "tx.filter(col(\"(\") > 1)", "f()", "// (", ")", ""] {
            assert!(is_complete(closed), "{closed}");
        }
    }
}
