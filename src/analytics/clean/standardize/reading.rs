//! What is read from the different values of a column.

#[cfg(test)]
use crate::stats::text::plain;
use crate::table::Cell;

/// A value of a column, once however many rows hold it.
#[derive(Debug, Clone)]
pub(super) struct Distinct {
    /// The value as it is.
    pub(super) cell: Cell,
    /// As text of ordinary width, with single spaces.
    pub(super) text: String,
    /// How many rows hold it.
    pub(super) rows: usize,
    /// The country that its rows say, where it is a telephone number that does not.
    pub(super) country: Option<&'static str>,
}

impl Distinct {
    #[cfg(test)]
    pub(super) fn of_text(text: &str, rows: usize) -> Distinct {
        Distinct { cell: Cell::Text(text.to_owned()), text: plain(text).into_owned(), rows, country: None }
    }
}

/// Why a value cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unreadable {
    pub(super) reason: String,
}

impl Unreadable {
    pub(super) fn because(reason: impl Into<String>) -> Unreadable {
        Unreadable { reason: reason.into() }
    }
}

/// What became of each value, and what speaks for it.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) cells: Vec<Result<Cell, Unreadable>>,
    pub(super) evidence: Vec<String>,
}

impl Read {
    /// Reads each value for itself.
    pub(super) fn each(values: &[Distinct], read: impl Fn(&str) -> Result<Cell, Unreadable>) -> Read {
        Read { cells: values.iter().map(|value| read(&value.text)).collect(), evidence: Vec::new() }
    }

    pub(super) fn telling(mut self, evidence: impl Into<String>) -> Read {
        self.evidence.push(evidence.into());
        self
    }
}

/// The shape of a value: digits as 9, letters by their case, ideographs as 字, all else as it is. `Ann Lee` is `Aa Aa`.
pub(super) fn shape(text: &str) -> String {
    let mut shape = String::new();
    let mut run = String::new();
    let flush = |run: &mut String, shape: &mut String| {
        if run.is_empty() {
            return;
        }
        let has = |is: fn(char) -> bool| run.chars().any(is);
        shape.push_str(match (has(char::is_uppercase), has(char::is_lowercase)) {
            (true, false) => "A",
            (true, true) if run.chars().skip(1).all(char::is_lowercase) => "Aa",
            (true, true) => "aA",
            (false, _) => "a",
        });
        run.clear();
    };
    for letter in text.chars() {
        let is_ideograph =
            matches!(letter, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}');
        if letter.is_alphabetic() && !is_ideograph {
            run.push(letter);
            continue;
        }
        flush(&mut run, &mut shape);
        match letter {
            _ if is_ideograph && !"年月日号".contains(letter) => shape.push('字'),
            '0'..='9' => shape.push('9'),
            '\u{ff10}'..='\u{ff19}' => shape.push('９'),
            other => shape.push(other),
        }
        // A long number is as good as a longer one.
        for (long, short) in [("99999", "9999+"), ("9999+9", "9999+"), ("字字字", "字字")] {
            if shape.ends_with(long) {
                shape.truncate(shape.len() - long.len());
                shape.push_str(short);
            }
        }
    }
    flush(&mut run, &mut shape);
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_tell_classes_of_values() {
        for (text, wanted) in [
            ("2019年8月8日", "9999年9月9日"),
            ("ANN lee", "A a"),
            ("McDonald", "aA"),
            ("+442079460958", "+9999+"),
            ("李小龙", "字字"),
            ("ann@x.org", "a@a.a"),
            ("１２", "９９"),
        ] {
            assert_eq!(shape(text), wanted);
        }
    }
}
