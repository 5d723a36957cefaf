//! Where two values differ: numbers within a tolerance, lists item by item, maps entry by entry.

use regulars_plugin::{Failure, Result};
use rhai::Map;

use crate::table::Cell;

/// How far numbers may lie apart: either of the two is enough.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tolerance {
    /// In the unit of the numbers.
    pub(super) absolute: f64,
    /// As a share of the larger of the two.
    pub(super) relative: f64,
}

impl Tolerance {
    pub(super) const NONE: Tolerance = Tolerance { absolute: 0.0, relative: 0.0 };
    /// Sums of a few thousand fractions differ by less, another method by more.
    pub(super) const CLOSE: Tolerance = Tolerance { absolute: 1e-12, relative: 1e-9 };

    /// What a map of options says; a tolerance that is given alone is the only one.
    pub(super) fn of(options: &Map, unless_told: Tolerance) -> Result<Tolerance> {
        let read = |name: &str| match options.get(name) {
            None => Ok(None),
            Some(value) => {
                let number = value.as_float().ok().or_else(|| value.as_int().ok().map(|whole| whole as f64));
                let number = number.filter(|number| *number >= 0.0 && number.is_finite());
                let wrong = || {
                    Failure::new(format!("`{name}` is {value}, but a number from 0 on is wanted")).help(
                        "`#{absolute: 0.01}` allows a cent, `#{relative: 0.001}` a thousandth of the larger number",
                    )
                };
                number.map(Some).ok_or_else(wrong)
            }
        };
        match (read("absolute")?, read("relative")?) {
            (None, None) => Ok(unless_told),
            (absolute, relative) => {
                Ok(Tolerance { absolute: absolute.unwrap_or(0.0), relative: relative.unwrap_or(0.0) })
            }
        }
    }

    fn allowed(self, left: f64, right: f64) -> f64 {
        self.absolute.max(self.relative * left.abs().max(right.abs()))
    }

    fn holds(self, left: f64, right: f64) -> bool {
        // 1 and 1.01 are a cent apart, though their difference in binary fractions is a little more.
        let slack = if self.is_any() { 4.0 * f64::EPSILON * left.abs().max(right.abs()) } else { 0.0 };
        let are_near = || (left - right).abs() <= self.allowed(left, right) + slack;
        left == right || left.is_nan() && right.is_nan() || left.is_finite() && right.is_finite() && are_near()
    }

    /// Whether it allows anything at all.
    pub(super) fn is_any(self) -> bool {
        self.absolute > 0.0 || self.relative > 0.0
    }

    /// In words.
    pub(super) fn words(self) -> String {
        match (self.absolute > 0.0, self.relative > 0.0) {
            (true, true) => format!("absolute {:e} or relative {:e} of the larger", self.absolute, self.relative),
            (true, false) => format!("absolute {:e}", self.absolute),
            (false, true) => format!("relative {:e} of the larger", self.relative),
            (false, false) => "none".to_owned(),
        }
    }
}

/// A place in two values at which they differ.
pub(super) struct Difference {
    /// The way to it: `[2].name`; empty for the values themselves.
    pub(super) path: String,
    /// What is the matter, in words.
    pub(super) what: String,
}

/// Whether two values are the same but for the tolerance.
pub(super) fn is_same(left: &Cell, right: &Cell, tolerance: Tolerance) -> bool {
    let mut found = Vec::new();
    compare(left, right, tolerance, "", &mut found);
    found.is_empty()
}

/// Every place at which two values differ, in order.
pub(super) fn differences(left: &Cell, right: &Cell, tolerance: Tolerance) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(left, right, tolerance, "", &mut found);
    found
}

fn compare(left: &Cell, right: &Cell, tolerance: Tolerance, path: &str, found: &mut Vec<Difference>) {
    let mut differ = |what: String| found.push(Difference { path: path.to_owned(), what });
    match (left, right) {
        (Cell::List(left), Cell::List(right)) => {
            if left.len() != right.len() {
                differ(format!("left has {} items, right {}", left.len(), right.len()));
            }
            for (place, (left, right)) in left.iter().zip(right).enumerate() {
                compare(left, right, tolerance, &format!("{path}[{place}]"), found);
            }
        }
        (Cell::Struct(left), Cell::Struct(right)) => {
            let value = |entries: &[(String, Cell)], name: &str| {
                entries.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
            };
            for (name, one) in left {
                match value(right, name) {
                    Some(other) => compare(one, &other, tolerance, &format!("{path}.{name}"), found),
                    None => {
                        found.push(Difference { path: format!("{path}.{name}"), what: "only left has it".to_owned() })
                    }
                }
            }
            for (name, _) in right.iter().filter(|(name, _)| value(left, name).is_none()) {
                found.push(Difference { path: format!("{path}.{name}"), what: "only right has it".to_owned() });
            }
        }
        (Cell::Integer(one), Cell::Integer(other)) if one == other => {}
        _ => match (number(left), number(right)) {
            (Some(one), Some(other)) => {
                // Whole numbers beyond 2⁵³ differ though their nearest fractions do not.
                let are_whole = matches!((left, right), (Cell::Integer(_), Cell::Integer(_)));
                let is_same = tolerance.holds(one, other) && (!are_whole || tolerance.is_any());
                if !is_same {
                    let apart = if tolerance.is_any() {
                        let allowed = tolerance.allowed(one, other);
                        format!(", {:.3e} apart; allowed is {allowed:.3e}", (one - other).abs())
                    } else {
                        String::new()
                    };
                    differ(format!("left {}, right {}{apart}", shown(left), shown(right)));
                }
            }
            _ if left == right => {}
            _ if left.kind() != right.kind() => {
                differ(format!("left is {}, right is {}", with_kind(left), with_kind(right)))
            }
            _ => differ(format!("left {}, right {}", shown(left), shown(right))),
        },
    }
}

fn with_kind(cell: &Cell) -> String {
    match cell {
        Cell::Missing => shown(cell),
        _ => format!("{} {}", cell.kind(), shown(cell)),
    }
}

fn number(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Integer(number) => Some(*number as f64),
        Cell::Number(number) => Some(*number),
        _ => None,
    }
}

/// A value in a message: text in quotes, so that blanks are seen, and cut where it is long.
pub(super) fn shown(cell: &Cell) -> String {
    const LONGEST: usize = 200;
    let text = match cell {
        Cell::Missing => "nothing".to_owned(),
        Cell::Text(text) => format!("{text:?}"),
        Cell::List(_) | Cell::Struct(_) => cell.to_json().to_string(),
        other => other.plain(),
    };
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{} … ({} letters)", &text[..at], text.chars().count()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(left: &Cell, right: &Cell, tolerance: Tolerance) -> Vec<String> {
        differences(left, right, tolerance).into_iter().map(|one| format!("{} {}", one.path, one.what)).collect()
    }

    #[test]
    fn numbers_within_the_tolerance_are_the_same() {
        let (one, near) = (Cell::Number(0.1 + 0.2), Cell::Number(0.3));
        assert!(!is_same(&one, &near, Tolerance::NONE));
        assert!(is_same(&one, &near, Tolerance::CLOSE));
        let cent = Tolerance { absolute: 0.01, relative: 0.0 };
        assert!(is_same(&Cell::Integer(1), &Cell::Number(1.01), cent));
        assert!(!is_same(&Cell::Integer(1), &Cell::Number(1.02), cent));
        assert!(is_same(&Cell::Number(f64::NAN), &Cell::Number(f64::NAN), Tolerance::NONE));
        assert!(!is_same(&Cell::Number(f64::INFINITY), &Cell::Number(1.0), Tolerance::CLOSE));
        assert!(!is_same(&Cell::Number(f64::NAN), &Cell::Number(1.0), Tolerance { absolute: 1e300, relative: 1.0 }));
        assert!(!is_same(&Cell::Integer(i64::MAX), &Cell::Integer(i64::MAX - 1), Tolerance::NONE));
        assert!(is_same(&Cell::Integer(1), &Cell::Number(1.0), Tolerance::NONE));
    }

    #[test]
    fn the_way_to_a_difference_is_told() {
        let entry = |value: i64| Cell::Struct(vec![("a".to_owned(), Cell::Integer(value))]);
        let left = Cell::List(vec![entry(1), entry(2), Cell::Missing]);
        let right = Cell::List(vec![entry(1), entry(3)]);
        assert_eq!(told(&left, &right, Tolerance::NONE), [" left has 3 items, right 2", "[1].a left 2, right 3"]);
        let other = Cell::Struct(vec![("b".to_owned(), Cell::Integer(1))]);
        assert_eq!(told(&entry(1), &other, Tolerance::NONE), [".a only left has it", ".b only right has it"]);
        let text = Cell::Text("1".to_owned());
        assert!(told(&Cell::Integer(1), &text, Tolerance::NONE)[0].contains("right is text \"1\""));
    }
}
