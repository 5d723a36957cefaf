//! What stands in the script around a place: a wrong sentence often says itself what was meant.

use rhai::Position;

/// The text of a script and a place in it.
pub(super) struct Spot<'a> {
    before: &'a str,
    after: &'a str,
    line: &'a str,
}

impl<'a> Spot<'a> {
    /// The spot of a position; the end of the text where the position lies behind it.
    pub(super) fn of(source: &'a str, position: Position) -> Spot<'a> {
        let Some(number) = position.line() else { return Spot { before: "", after: "", line: "" } };
        let begins = match number.checked_sub(2) {
            None => 0,
            Some(ends) => source.match_indices('\n').nth(ends).map_or(source.len(), |(at, _)| at + 1),
        };
        let line = source[begins..].lines().next().unwrap_or_default();
        let column = position.position().unwrap_or(1).saturating_sub(1);
        let inside = source[begins..].char_indices().nth(column).map_or(source.len(), |(at, _)| begins + at);
        Spot { before: &source[..inside], after: &source[inside..], line }
    }

    /// The line of the place, without the blanks before it.
    pub(super) fn line(&self) -> &'a str {
        self.line.trim()
    }

    /// The word or sign that begins here.
    pub(super) fn here(&self) -> &'a str {
        word_at(self.after)
    }

    /// The word or sign behind that one.
    pub(super) fn behind(&self) -> &'a str {
        word_at(self.after[self.here().len()..].trim_start())
    }

    /// The word or sign before it.
    pub(super) fn last(&self) -> &'a str {
        let text = self.before.trim_end();
        let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
        let word = text.rfind(|letter| !is_part(letter)).map_or(text, |at| {
            let (_, tail) = text.split_at(at);
            let first = tail.chars().next().map_or(0, char::len_utf8);
            if tail.len() > first { &tail[first..] } else { tail }
        });
        word.trim()
    }

    /// Whether nothing follows any more.
    pub(super) fn is_end(&self) -> bool {
        self.after.trim().is_empty()
    }

    /// Brackets of this kind that were opened before the place and not closed; those in texts count too, so this is
    /// good enough for advice and for nothing else.
    pub(super) fn open(&self, opening: char, closing: char) -> bool {
        self.before.matches(opening).count() > self.before.matches(closing).count()
    }
}

fn word_at(text: &str) -> &str {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    match text.find(|letter| !is_part(letter)) {
        Some(0) => text.chars().next().map_or("", |letter| &text[..letter.len_utf8()]),
        Some(end) => &text[..end],
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_around_a_place() {
        let source = "let a = 1;\nif not a { }\n";
        let spot = Spot::of(source, Position::new(2, 8));
        assert_eq!((spot.last(), spot.here(), spot.line()), ("not", "a", "if not a { }"));
        assert!(Spot::of(source, Position::new(3, 1)).is_end());
        assert!(Spot::of(source, Position::new(2, 12)).open('{', '}'));
        assert_eq!(Spot::of("客户 : 1", Position::new(1, 1)).behind(), ":");
        let first = Spot::of("客户 = 1", Position::new(1, 4));
        assert_eq!((first.last(), first.here()), ("客户", "="));
        assert_eq!(Spot::of("x", Position::NONE).here(), "");
    }
}
