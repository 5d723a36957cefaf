//! The one error that every room and both sides of the plugin border hand around.

use serde::{Deserialize, Serialize};

/// What a function answers when it cannot do its work.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

/// Why something failed, in the words of the person at the prompt.
///
/// A failure says what was found, then what to do about it. The layer that knows a name adds the name
/// ([`Failure::within`]), the layer that knows the script adds the place ([`Failure::at`]); it is put
/// into colours and lines only where it is shown.
///
/// ```
/// use regulars_plugin::Failure;
/// let failure = Failure::new("no column `amonut`").help("did you mean `amount`?").within("rfm");
/// assert_eq!(failure.to_string(), "rfm: no column `amonut`. did you mean `amount`?");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What was found, and what was wanted instead.
    pub message: String,
    /// What to do next, one piece of advice an entry.
    #[serde(default)]
    pub help: Vec<String>,
    /// The function, file or option in which it happened, outermost first.
    #[serde(default)]
    pub within: Vec<String>,
    /// Where in the script. In a box, as `rows` are: a failure is handed around in every result and stays small.
    #[serde(default)]
    pub place: Option<Box<Place>>,
    /// The data around the value at fault, where a single value is.
    #[serde(default)]
    pub rows: Option<Box<Rows>>,
    /// Whether the user asked for the stop: not an error of the script.
    #[serde(default)]
    pub cancelled: bool,
}

/// A position in a script, counted from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The module or script file, where it is not the one being run.
    #[serde(default)]
    pub source: Option<String>,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// The line itself, where it stands in another text than the one being run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A few rows of a table with one value that is at fault: shown as a small table under the message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rows {
    /// Names of the columns, in order.
    pub columns: Vec<String>,
    /// The rows, each with its number in the table, counted from 1.
    pub rows: Vec<(u64, Vec<Option<String>>)>,
    /// The column of the value at fault, counted from 0.
    pub column: usize,
    /// The number of its row, counted from 1.
    pub row: u64,
}

impl Failure {
    /// A failure that says what was found.
    pub fn new(message: impl Into<String>) -> Self {
        Failure {
            message: message.into(),
            help: Vec::new(),
            within: Vec::new(),
            place: None,
            rows: None,
            cancelled: false,
        }
    }

    /// The answer to an interrupt.
    pub fn interrupted() -> Self {
        Failure { cancelled: true, ..Failure::new("interrupted") }
    }

    /// Adds a piece of advice.
    #[must_use]
    pub fn help(mut self, advice: impl Into<String>) -> Self {
        self.help.push(advice.into());
        self
    }

    /// Adds "did you mean …?" where one of the known names is near, otherwise the list of known names.
    #[must_use]
    pub fn near<'a>(self, found: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let known: Vec<&str> = known.into_iter().collect();
        match nearest(found, known.iter().copied()) {
            Some(name) => self.help(format!("did you mean `{name}`?")),
            None if known.is_empty() => self,
            None => {
                let shown: Vec<String> = known.iter().take(20).map(|name| format!("`{name}`")).collect();
                let more = known.len().saturating_sub(shown.len());
                let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
                self.help(format!("there are: {}{tail}", shown.join(", ")))
            }
        }
    }

    /// Names the function, file or option in which it happened, unless it stands there already.
    #[must_use]
    pub fn within(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        if self.within.first() != Some(&name) {
            self.within.insert(0, name);
        }
        self
    }

    /// Adds the place in the script, unless an inner layer knew a nearer one.
    #[must_use]
    pub fn at(mut self, line: usize, column: usize) -> Self {
        self.place.get_or_insert_with(|| Box::new(Place { source: None, line, column, text: None }));
        self
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for name in &self.within {
            write!(out, "{name}: ")?;
        }
        write!(out, "{}", self.message)?;
        for advice in &self.help {
            write!(out, ". {advice}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}

/// The known name that a person most likely meant by `found`, if any is near enough to say so.
///
/// The distance counts a swap of neighbours as one slip (Damerau–Levenshtein, optimal string alignment);
/// a third of the letters may differ.
pub fn nearest<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = found.to_lowercase();
    let allowed = (wanted.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|name| (slips(&wanted, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Optimal string alignment distance. Written here because this crate must stay light for plugin authors.
fn slips(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let mut rows = vec![vec![0; right.len() + 1]; left.len() + 1];
    for (row, cells) in rows.iter_mut().enumerate() {
        cells[0] = row;
    }
    for (column, cell) in rows[0].iter_mut().enumerate() {
        *cell = column;
    }
    for row in 1..=left.len() {
        for column in 1..=right.len() {
            let change = usize::from(left[row - 1] != right[column - 1]);
            let mut best =
                (rows[row - 1][column] + 1).min(rows[row][column - 1] + 1).min(rows[row - 1][column - 1] + change);
            let swapped =
                row > 1 && column > 1 && left[row - 1] == right[column - 2] && left[row - 2] == right[column - 1];
            if swapped {
                best = best.min(rows[row - 2][column - 2] + 1);
            }
            rows[row][column] = best;
        }
    }
    rows[left.len()][right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swap_is_one_slip_and_far_names_are_not_offered() {
        assert_eq!(nearest("amonut", ["customer", "amount"]), Some("amount"));
        assert_eq!(nearest("qz", ["customer", "amount"]), None);
    }

    #[test]
    fn the_innermost_place_is_kept() {
        let failure = Failure::new("x").at(3, 4).at(1, 1);
        assert_eq!(failure.place.map(|place| (place.line, place.column)), Some((3, 4)));
    }
}
