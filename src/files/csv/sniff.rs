//! What a text file does not say about itself: what stands between its fields, and whether its first line holds names.

use super::scan::{Field, Marks, Rows};
use super::values::{Look, Writing, look};

/// What may stand between fields, the likeliest first.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Rows that are looked at.
const LOOK_AT: usize = 200;

/// What stands between the fields: the mark that divides most rows into as many fields as the first, and then the one
/// that gives more fields. `usual` where nothing divides.
pub(super) fn separator(text: &[u8], at: usize, quote: Option<u8>, usual: u8) -> u8 {
    let mut best = (usual, 0.0, 0);
    let candidates = std::iter::once(usual).chain(SEPARATORS.into_iter().filter(|mark| *mark != usual));
    for separator in candidates {
        let rows = widths(text, at, Marks { separator, quote });
        let Some(wanted) = rows.first().copied().filter(|wanted| *wanted > 1) else { continue };
        let even = rows.iter().filter(|width| **width == wanted).count() as f64 / rows.len() as f64;
        if even > best.1 + 1e-9 || (even > best.1 - 1e-9 && wanted > best.2) {
            best = (separator, even, wanted);
        }
    }
    best.0
}

/// The number of fields of the first rows that are not blank.
fn widths(text: &[u8], at: usize, marks: Marks) -> Vec<usize> {
    let mut rows = Rows::new(text, marks, at, text.len(), 1);
    let mut fields = Vec::new();
    let mut widths = Vec::new();
    while widths.len() < LOOK_AT
        && let Some(row) = rows.next(&mut fields)
    {
        if row.unclosed {
            break;
        }
        if fields.len() > 1 || !fields.iter().all(|field| field.raw(text).is_empty()) {
            widths.push(fields.len());
        }
    }
    widths
}

/// Whether the first row is data like the rows behind it: then the file has no names for its columns.
pub(super) fn is_data(text: &[u8], at: usize, marks: Marks, writing: &Writing) -> bool {
    let mut rows = Rows::new(text, marks, at, text.len(), 1);
    let mut fields = Vec::new();
    let mut next = |fields: &mut Vec<Field>| -> Option<Vec<Look>> {
        rows.next(fields)?;
        Some(fields.iter().map(|field| look(field.raw(text), writing)).collect())
    };
    let Some(first) = next(&mut fields) else { return false };
    // Whole numbers alone may be names: 2023 and 2024, or months 1 to 12. Fractions and days are none, nor is 19970930.
    let certain = |look: &Look| matches!(look, Look::Fraction | Look::Day | Look::Moment | Look::Long);
    let is_day = |field: &Field| {
        let raw = field.raw(text);
        raw.len() == 8 && raw.iter().all(u8::is_ascii_digit) && matches!(&raw[..2], b"19" | b"20")
    };
    if !first.iter().any(certain) && !fields.iter().any(is_day) {
        return false;
    }
    let group = |look: Look| match look {
        Look::Whole | Look::Long | Look::Padded => Look::Whole,
        Look::Word | Look::Other => Look::Word,
        other => other,
    };
    let mut compared = 0;
    for _ in 0..LOOK_AT {
        let Some(row) = next(&mut fields) else { break };
        if row.len() != first.len() {
            continue;
        }
        let alike = |(one, other): (&Look, &Look)| {
            let (one, other) = (group(*one), group(*other));
            let numbers = [Look::Whole, Look::Fraction];
            // A gap tells nothing; a whole number may stand among fractions, but where the first row holds one alone it
            // may be a name.
            one == other
                || matches!(other, Look::Blank | Look::Marker)
                || (certain(&one) && numbers.contains(&one) && numbers.contains(&other))
        };
        if !first.iter().zip(&row).all(alike) {
            return false;
        }
        compared += 1;
    }
    compared > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn separates(text: &str) -> char {
        separator(text.as_bytes(), 0, Some(b'"'), b',') as char
    }

    #[test]
    fn the_mark_that_divides_evenly_separates() {
        assert_eq!(separates("a,b\n1,2\n"), ',');
        assert_eq!(separates("a;b\n1,5;2\n"), ';');
        assert_eq!(separates("a\tb\n1\t2\n"), '\t');
        assert_eq!(separates("a|b\n1|2\n"), '|');
        assert_eq!(separates("name;note\nann;\"one, two\"\nbob;x\n"), ';');
        assert_eq!(separates("note\nplain\n"), ',');
        assert_eq!(separates(""), ',');
    }

    fn data(text: &str) -> bool {
        is_data(text.as_bytes(), 0, Marks { separator: b',', quote: Some(b'"') }, &Writing::default())
    }

    #[test]
    fn a_first_line_that_is_like_the_others_is_data() {
        assert!(data("ann,2024-01-31,10\nbob,2024-02-01,20\n"));
        assert!(data("1,19970101,11.77\n2,19970112,12\n"));
        assert!(!data("customer,date,amount\nann,2024-01-31,10\n"));
        assert!(!data("customer,2023,2024\nann,10,20\nbob,1,2\n"));
        assert!(!data("customer,1,2\nann,10,20\nbob,1,2\n"));
        assert!(data("1,19970101\n2,19970112\n"));
        assert!(!data("name,city\nann,Rome\n"));
        assert!(!data("ann,2024-01-31,10\n"));
        assert!(!data(""));
    }
}
