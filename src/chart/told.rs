//! What is told under the title: what was left out, gathered or cut.

use super::format::counted;
use super::scale::is_drawable;

/// Values that are there and cannot be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Undrawn {
    /// Those that are no number or have no end.
    endless: usize,
    /// Finite ones beyond the bound of drawing.
    too_large: usize,
}

impl Undrawn {
    /// Counts them among values.
    pub(super) fn among(values: &[Option<f64>]) -> Undrawn {
        let mut found = Undrawn::default();
        for value in values.iter().flatten().filter(|value| !is_drawable(**value)) {
            if value.is_finite() {
                found.too_large += 1;
            } else {
                found.endless += 1;
            }
        }
        found
    }

    /// How many there are of both kinds.
    pub(super) fn all(self) -> usize {
        self.endless + self.too_large
    }
}

/// A number with the words for one and for many.
type Counted = (usize, &'static str, &'static str);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Note {
    before: String,
    count: Option<Counted>,
    after: String,
}

impl Note {
    fn written(&self) -> String {
        let Note { before, count, after } = self;
        count.map_or_else(
            || before.clone(),
            |(number, one, many)| format!("{before}{}{after}", counted(number, one, many)),
        )
    }

    /// Whether both say the same, whatever their numbers.
    fn is_like(&self, other: &Note) -> bool {
        let words = |note: &Note| note.count.map(|(_, one, many)| (one, many));
        self.before == other.before && self.after == other.after && words(self) == words(other)
    }
}

/// Notes in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Told(Vec<Note>);

impl Told {
    /// Tells a sentence.
    pub(super) fn push(&mut self, words: impl Into<String>) {
        self.0.push(Note { before: words.into(), count: None, after: String::new() });
    }

    /// Tells how many there are, `3 rows without a value left out`; nothing where there are none.
    pub(super) fn count(&mut self, number: usize, one: &'static str, many: &'static str, after: &str) {
        if number > 0 {
            self.0.push(Note { before: String::new(), count: Some((number, one, many)), after: format!(" {after}") });
        }
    }

    /// Tells over how many rows something was gathered, `amount summed over 3 rows`.
    pub(super) fn over_rows(&mut self, done: &str, rows: usize) {
        let count = Some((rows, "row", "rows"));
        self.0.push(Note { before: format!("{done} over "), count, after: String::new() });
    }

    /// Tells of rows without a value and of values that cannot be drawn; `without` counts both.
    pub(super) fn left_out(&mut self, without: usize, undrawn: Undrawn) {
        self.count(without.saturating_sub(undrawn.all()), "row", "rows", "without a value left out");
        self.undrawn(undrawn);
    }

    /// Tells of values that cannot be drawn.
    pub(super) fn undrawn(&mut self, undrawn: Undrawn) {
        self.count(undrawn.endless, "value that is not finite", "values that are not finite", "left out");
        self.count(undrawn.too_large, "value too large to draw", "values too large to draw", "left out");
    }

    /// The notes as they are written.
    pub(super) fn written(&self) -> Vec<String> {
        self.0.iter().map(Note::written).collect()
    }

    /// These notes, and those of another picture that are not among them.
    pub(super) fn with(&self, other: &Told) -> Told {
        let further = other.0.iter().filter(|note| !self.0.contains(note));
        Told(self.0.iter().chain(further).cloned().collect())
    }

    /// The notes of panels as those of one picture: what is counted is added up, what is told of all is told once, and what
    /// holds of some panels alone has their names before it.
    pub(super) fn of_panels(&mut self, panels: &[(String, Told)]) {
        let mut all: Vec<(Note, Vec<&str>)> = Vec::new();
        for (name, note) in panels.iter().flat_map(|(name, told)| told.0.iter().map(move |note| (name, note))) {
            match all.iter_mut().find(|(known, _)| known.is_like(note)) {
                Some((known, names)) => {
                    if let (Some((sum, ..)), Some((number, ..))) = (&mut known.count, note.count) {
                        *sum += number;
                    }
                    names.push(name);
                }
                None => all.push((note.clone(), vec![name])),
            }
        }
        for (note, names) in all {
            let has_number = note.before.contains(|letter: char| letter.is_ascii_digit());
            if note.count.is_none() && has_number && names.len() < panels.len() {
                self.push(format!("{}: {}", names.join(", "), note.before));
            } else {
                self.0.push(note);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finite_values_beyond_the_bound_are_too_large_and_not_endless() {
        let undrawn = Undrawn::among(&[Some(1.0), None, Some(1e300), Some(f64::NAN), Some(f64::INFINITY)]);
        let mut told = Told::default();
        told.left_out(4, undrawn);
        let wanted = [
            "1 row without a value left out",
            "2 values that are not finite left out",
            "1 value too large to draw left out",
        ];
        assert_eq!(told.written(), wanted);
    }

    #[test]
    fn panels_tell_sums_once_and_what_is_their_own_with_their_names() {
        let of = |rows: usize, own: &str| {
            let mut told = Told::default();
            told.over_rows("amount summed", rows);
            told.push("y averaged");
            told.push(own);
            told.count(rows - 2, "row", "rows", "without a value left out");
            told
        };
        let panels = [
            ("North", of(3, "the 8 largest of 9")),
            ("South", of(2, "the 8 largest of 9")),
            ("East", of(4, "median 3")),
        ];
        let mut all = Told::default();
        all.of_panels(&panels.map(|(name, told)| (name.to_owned(), told)));
        let wanted = [
            "amount summed over 9 rows",
            "y averaged",
            "North, South: the 8 largest of 9",
            "3 rows without a value left out",
            "East: median 3",
        ];
        assert_eq!(all.written(), wanted);
    }
}
