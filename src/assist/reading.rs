//! A line that is being typed, read as far as the cursor: its tokens, the brackets still open, the word at the end.

use crate::script::{Highlight, highlight, is_complete};

/// A word, a number, a text in quotes or a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Highlight,
    pub(crate) text: &'a str,
    /// The byte at which it begins.
    pub(crate) at: usize,
}

impl<'a> Token<'a> {
    pub(crate) fn is(&self, sign: &str) -> bool {
        self.text == sign
    }

    /// The name, if it is one.
    pub(crate) fn word(&self) -> Option<&'a str> {
        let is_word = self.text.starts_with(|letter: char| letter.is_alphabetic() || letter == '_');
        (is_word && matches!(self.kind, Highlight::Plain | Highlight::Call)).then_some(self.text)
    }

    /// The text between closed quotes, if it is one.
    pub(crate) fn quoted(&self) -> Option<&'a str> {
        (self.kind == Highlight::Text).then(|| self.text.trim_matches('"'))
    }
}

/// Script text as tokens, without blanks and comments.
pub(crate) fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut at = 0;
    let mut found = Vec::new();
    for (kind, text) in highlight(source) {
        if kind != Highlight::Comment && !text.trim().is_empty() {
            found.push(Token { kind, text, at });
        }
        at += text.len();
    }
    found
}

/// Places of brackets that are open at the end.
pub(crate) fn open_brackets(tokens: &[Token<'_>]) -> Vec<usize> {
    let mut open = Vec::new();
    for (place, token) in tokens.iter().enumerate() {
        match token.text {
            "(" | "[" | "{" => open.push(place),
            ")" | "]" | "}" => {
                open.pop();
            }
            _ => {}
        }
    }
    open
}

/// What stands at the end of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// A word that is being typed, or nothing yet.
    Word,
    /// Text whose quotes are still open.
    Quotes,
    /// A number or a comment: nothing can be offered.
    Closed,
}

/// A line up to the cursor.
pub(crate) struct Reading<'a> {
    /// What stands before the word that is being typed.
    pub(crate) tokens: Vec<Token<'a>>,
    /// Places of the brackets that are open.
    pub(crate) open: Vec<usize>,
    pub(crate) ending: Ending,
    /// The word or the text that is being typed, and the byte at which it begins.
    pub(crate) typed: &'a str,
    pub(crate) start: usize,
}

impl<'a> Reading<'a> {
    pub(crate) fn of(before: &'a str) -> Reading<'a> {
        let mut tokens = tokens(before);
        let mut ending = Ending::Word;
        let (mut typed, mut start) = ("", before.len());
        if in_comment(before) {
            ending = Ending::Closed;
        } else if let Some(last) = tokens.last().copied().filter(|last| last.at + last.text.len() == before.len()) {
            if last.kind == Highlight::Text && !is_complete(last.text) {
                ending = if last.text.starts_with('"') { Ending::Quotes } else { Ending::Closed };
                (typed, start) = (&last.text[1..], last.at + 1);
                tokens.pop();
            } else if last.kind == Highlight::Number {
                ending = Ending::Closed;
            } else if last.word().is_some() || last.kind == Highlight::Keyword {
                (typed, start) = (last.text, last.at);
                tokens.pop();
            }
        }
        let open = open_brackets(&tokens);
        Reading { tokens, open, ending, typed, start }
    }

    /// The calls around the cursor, the innermost first.
    pub(crate) fn calls(&self) -> impl Iterator<Item = Call<'a>> + '_ {
        self.open.iter().rev().filter_map(|place| Call::at(&self.tokens, *place))
    }

    /// The place of the argument that is being typed in a call around the cursor.
    pub(crate) fn argument(&self, call: &Call<'a>) -> usize {
        let mut depth = 0;
        let mut place = 0;
        for token in self.tokens.get(call.arguments..).unwrap_or_default() {
            match token.text {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth -= 1,
                "," if depth == 0 => place += 1,
                _ => {}
            }
        }
        place
    }

    /// The option map around the cursor, with the name of the option whose value is being typed.
    pub(crate) fn options(&self) -> Option<Options<'a>> {
        // Lists inside an option belong to its value.
        let mut around = self.open.iter().rev().skip_while(|place| self.tokens[**place].is("["));
        let map = *around.next()?;
        if !(self.tokens[map].is("{") && self.tokens[map.checked_sub(1)?].is("#")) {
            return None;
        }
        let call = Call::at(&self.tokens, *around.next()?)?;
        let inside = &self.tokens[map + 1..];
        let mut depth = 0;
        let mut entries: Vec<&[Token<'a>]> = Vec::new();
        let mut from = 0;
        for (place, token) in inside.iter().enumerate() {
            match token.text {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth -= 1,
                "," if depth == 0 => {
                    entries.push(&inside[from..place]);
                    from = place + 1;
                }
                _ => {}
            }
        }
        let name = |entry: &[Token<'a>]| {
            let [name, colon, ..] = entry else { return None };
            colon.is(":").then(|| name.quoted().unwrap_or(name.text))
        };
        let given = entries.iter().filter_map(|entry| name(entry)).collect();
        Some(Options { call, given, value_of: name(&inside[from..]) })
    }
}

/// The names of the calls around the end of a text, the innermost first.
pub(crate) fn calls_around(before: &str) -> Vec<&str> {
    Reading::of(before).calls().map(|call| call.name).collect()
}

fn in_comment(before: &str) -> bool {
    highlight(before)
        .last()
        .is_some_and(|(kind, text)| *kind == Highlight::Comment && (text.starts_with("//") || !text.ends_with("*/")))
}

/// A call whose arguments are being typed.
pub(crate) struct Call<'a> {
    pub(crate) name: &'a str,
    /// Where the value before its dot ends, if there is one.
    pub(crate) receiver: Option<usize>,
    /// Where its arguments begin.
    pub(crate) arguments: usize,
}

impl<'a> Call<'a> {
    fn at(tokens: &[Token<'a>], bracket: usize) -> Option<Call<'a>> {
        let before = bracket.checked_sub(1)?;
        if !tokens[bracket].is("(") {
            return None;
        }
        let name = tokens[before].word()?;
        let receiver = before.checked_sub(1).filter(|dot| tokens[*dot].is("."));
        Some(Call { name, receiver, arguments: bracket + 1 })
    }
}

/// A map of options that is being typed.
pub(crate) struct Options<'a> {
    pub(crate) call: Call<'a>,
    /// Options that stand there already.
    pub(crate) given: Vec<&'a str>,
    /// The option whose value comes next.
    pub(crate) value_of: Option<&'a str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_line_is_told_apart() {
        for (line, ending, typed) in [
            ("let a = ", Ending::Word, ""),
            ("tx.rf", Ending::Word, "rf"),
            ("col(\"am", Ending::Quotes, "am"),
            ("col(\"am\")", Ending::Word, ""),
            ("1.5", Ending::Closed, ""),
            ("a // tx.", Ending::Closed, ""),
            ("客户.hea", Ending::Word, "hea"),
        ] {
            let reading = Reading::of(line);
            assert_eq!((reading.ending, reading.typed), (ending, typed), "{line}");
        }
    }

    #[test]
    fn options_are_seen_with_what_was_given() {
        let reading = Reading::of("tx.rfm(#{bins: 5, cuts: [1, 2], cut: \"fi");
        let options = reading.options().map(|found| (found.call.name, found.given, found.value_of));
        assert_eq!(options, Some(("rfm", vec!["bins", "cuts"], Some("cut"))));
        let reading = Reading::of("tx.rfm(#{bins: 5, cuts: [\"");
        assert_eq!(reading.options().and_then(|found| found.value_of), Some("cuts"));
        assert!(Reading::of("tx.rfm(#{bins: 5}, ").options().is_none());
        assert!(Reading::of("if x {").options().is_none());
    }

    #[test]
    fn calls_are_found_outwards() {
        let reading = Reading::of("tx.filter((col(\"");
        let names: Vec<(&str, bool)> = reading.calls().map(|call| (call.name, call.receiver.is_some())).collect();
        assert_eq!(names, [("col", false), ("filter", true)]);
    }
}
