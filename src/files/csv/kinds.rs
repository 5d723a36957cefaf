//! Which type a column of text has: decided by all of its values, not by a sample of them.

use super::values::{LOOKS, Look};
use crate::table::{EXAMPLES, thousands};

/// What a column is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Whole,
    Number,
    Flag,
    Day,
    Moment,
    Text,
}

impl Kind {
    /// What a value that cannot be read is not.
    pub(super) fn word(self) -> &'static str {
        match self {
            Kind::Whole => "a whole number",
            Kind::Number => "a number",
            Kind::Flag => "true or false",
            Kind::Day => "a date",
            Kind::Moment => "a date with a time",
            Kind::Text => "text",
        }
    }
}

/// How the values of a column look: how many of each, and the first of those that may be told.
#[derive(Debug, Clone, Default)]
pub(super) struct Looks {
    counts: [usize; LOOKS],
    /// Line and value, for each look.
    first: [Option<(usize, String)>; LOOKS],
}

/// A column may be of a type although one value in a hundred is a word without digits.
const WORDS_IN: usize = 100;
/// A column is nearly of a type where no more than one value in ten is not.
const NEARLY: usize = 10;

impl Looks {
    pub(super) fn add(&mut self, look: Look, line: usize, value: &[u8]) {
        let place = look as usize;
        self.counts[place] += 1;
        if self.counts[place] == 1 {
            self.first[place] = Some((line, shown(&String::from_utf8_lossy(value))));
        }
    }

    /// Adds what was found further down.
    pub(super) fn join(&mut self, below: &Looks) {
        for place in 0..LOOKS {
            self.counts[place] += below.counts[place];
            if self.first[place].is_none() {
                self.first[place].clone_from(&below.first[place]);
            }
        }
    }

    pub(super) fn count(&self, look: Look) -> usize {
        self.counts[look as usize]
    }

    fn of(&self, looks: &[Look]) -> usize {
        looks.iter().map(|look| self.count(*look)).sum()
    }

    /// Values that say something.
    pub(super) fn content(&self) -> usize {
        self.counts.iter().sum::<usize>() - self.of(&[Look::Blank, Look::Marker])
    }

    /// The type, and what the reader should know about the choice.
    pub(super) fn kind(&self, name: &str) -> (Kind, Option<String>) {
        let content = self.content();
        let words = self.count(Look::Word);
        let few = words * WORDS_IN <= content;
        // A value with a digit in it says something, and is never made missing unasked: C536379 among invoice numbers.
        let fits = |looks: &[Look]| self.of(looks) > 0 && few && self.of(looks) + words == content;
        let whole = [Look::Whole, Look::Long];
        let kinds: [(&[Look], Kind); 5] = [
            (&whole, Kind::Whole),
            (&[Look::Whole, Look::Fraction], Kind::Number),
            (&[Look::Flag], Kind::Flag),
            (&[Look::Day], Kind::Day),
            (&[Look::Day, Look::Moment], Kind::Moment),
        ];
        match kinds.into_iter().find(|(looks, _)| fits(looks)) {
            Some((_, kind)) => (kind, None),
            None => (Kind::Text, self.why_text(name)),
        }
    }

    /// Why a column that one might take for numbers or dates is text.
    fn why_text(&self, name: &str) -> Option<String> {
        let content = self.content();
        let is_all = |looks: &[Look]| content > 0 && self.of(looks) == content;
        let seen = |look: Look| self.count(look) > 0;
        let example = |look: Look| self.first[look as usize].as_ref().map_or("", |(_, value)| value.as_str());
        let whole = [Look::Whole, Look::Long, Look::Padded, Look::Huge];
        if seen(Look::Padded) && is_all(&whole) {
            return Some("kept as text: some values begin with 0, as 00042 does".to_owned());
        }
        if seen(Look::Huge) && is_all(&whole) {
            return Some(format!(
                "kept as text: no column of numbers holds `{}` to its last digit",
                example(Look::Huge)
            ));
        }
        if seen(Look::Long) && is_all(&[Look::Whole, Look::Long, Look::Fraction]) {
            let long = example(Look::Long);
            return Some(format!("kept as text: beside fractions `{long}` would lose its last digits"));
        }
        if seen(Look::Comma) && is_all(&[Look::Whole, Look::Comma, Look::Thousands]) {
            let comma = example(Look::Comma);
            return Some(format!(
                "kept as text: values such as `{comma}` have a comma; `decimal_comma: true` reads them as numbers"
            ));
        }
        if seen(Look::Thousands) && is_all(&[Look::Whole, Look::Thousands, Look::Fraction]) {
            let found = example(Look::Thousands);
            return Some(format!(
                "kept as text: `{found}` may be {} or {}; take the comma out, or say `decimal_comma: true`",
                found.replace(',', "."),
                found.replace(',', "")
            ));
        }
        let numbers = [Look::Whole, Look::Long, Look::Fraction];
        let dates = [Look::Day, Look::Moment];
        for (looks, what, word) in [(&numbers[..], "number", "float"), (&dates[..], "date", "date")] {
            let others = content - self.of(looks);
            if self.of(looks) > 0 && others * NEARLY <= content {
                let (line, value) = self.first_besides(looks)?;
                let are = if others == 1 { "1 value is" } else { &format!("{} values are", thousands(others)) };
                return Some(format!(
                    "kept as text: {are} no {what}, the first is `{value}` in line {}; `types: #{{{}: \"{word}\"}}` makes \
                     such values missing",
                    thousands(*line),
                    key(name)
                ));
            }
        }
        None
    }

    fn first_besides(&self, looks: &[Look]) -> Option<&(usize, String)> {
        let told = (0..LOOKS).filter(|place| {
            *place != Look::Blank as usize
                && *place != Look::Marker as usize
                && !looks.iter().any(|look| *look as usize == *place)
        });
        told.filter_map(|place| self.first[place].as_ref()).min_by_key(|(line, _)| *line)
    }
}

/// A column's name as a script writes it in a map.
pub(super) fn key(name: &str) -> String {
    let plain = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_');
    if plain { name.to_owned() } else { format!("{name:?}") }
}

/// A value as it is told: its beginning, on one line.
pub(super) fn shown(value: &str) -> String {
    const MOST: usize = 40;
    let mut text: String =
        value.chars().take(MOST).map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    if value.chars().count() > MOST {
        text.push('…');
    }
    text
}

/// The first examples of several, as many as are kept.
pub(super) fn first_of(mut examples: Vec<String>, more: &[String]) -> Vec<String> {
    let free = EXAMPLES.saturating_sub(examples.len());
    examples.extend(more.iter().take(free).cloned());
    examples
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::csv::values::{Writing, look};

    fn kind(values: &[(&str, usize)]) -> (Kind, Option<String>) {
        let mut looks = Looks::default();
        let mut line = 1;
        for (value, times) in values {
            for _ in 0..*times {
                line += 1;
                looks.add(look(value.as_bytes(), &Writing::default()), line, value.as_bytes());
            }
        }
        looks.kind("x")
    }

    #[test]
    fn every_value_has_a_say() {
        assert_eq!(kind(&[("1", 10_000), ("1.5", 1)]), (Kind::Number, None));
        assert_eq!(kind(&[("1", 3), ("NA", 5)]), (Kind::Whole, None));
        assert_eq!(kind(&[("1", 99), ("closed", 1)]), (Kind::Whole, None));
        assert_eq!(kind(&[("2024-01-31", 2), ("2024-01-31 10:00", 1)]), (Kind::Moment, None));
        assert_eq!(kind(&[("", 5)]), (Kind::Text, None));
        assert_eq!(kind(&[("a", 5)]), (Kind::Text, None));
    }

    #[test]
    fn a_value_with_a_digit_is_never_made_missing_unasked() {
        let (kind, why) = kind(&[("536379", 9_999), ("C536379", 1)]);
        assert_eq!(kind, Kind::Text);
        assert!(why.is_some_and(|why| why.contains("1 value is no number, the first is `C536379` in line 10,001")));
    }

    #[test]
    fn what_would_lose_digits_is_text() {
        for values in
            [&[("1", 1), ("007", 1)][..], &[("99999999999999999999", 1)], &[("1234567890123456", 1), ("1.5", 1)]]
        {
            let (kind, why) = kind(values);
            assert_eq!(kind, Kind::Text);
            assert!(why.is_some_and(|why| why.starts_with("kept as text: ")));
        }
    }
}
