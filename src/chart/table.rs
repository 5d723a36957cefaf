//! The frame as charts see it: columns chosen where the description leaves them out, checked, and read.

use std::sync::Arc;

use regulars_plugin::{Chart, ColumnKind, Failure, Host, Result};

use super::calendar::day_of;
use super::format::Measure;
use super::groups::{Groups, Split};
use super::scale::is_drawable;
use super::told::Undrawn;
use crate::table::{Data, Frame, NumberPairs};

/// The values of a column, in the three kinds that axes tell apart.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Values {
    Numbers(Vec<Option<f64>>),
    /// Days since 1970-01-01.
    Days(Vec<Option<f64>>),
    Words(Vec<Option<String>>),
}

impl Values {
    /// Whether every value is missing.
    pub(super) fn is_without_any(&self) -> bool {
        match self {
            Values::Numbers(values) | Values::Days(values) => values.iter().all(Option::is_none),
            Values::Words(words) => words.iter().all(Option::is_none),
        }
    }

    /// The same kind without any values.
    pub(super) fn emptied(&self) -> Values {
        match self {
            Values::Numbers(_) => Values::Numbers(Vec::new()),
            Values::Days(_) => Values::Days(Vec::new()),
            Values::Words(_) => Values::Words(Vec::new()),
        }
    }
}

/// A column that is drawn.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// Its name as words.
    pub(super) words: String,
    /// Its unit, where it is one to be written beside the name.
    pub(super) unit: Option<String>,
    pub(super) measure: Measure,
    /// Whether it holds whole numbers only.
    pub(super) whole: bool,
    pub(super) values: Values,
}

impl Column {
    /// What is written along its axis: the words of the description, or the column's own with its unit.
    pub(super) fn caption(&self, asked: Option<&str>) -> String {
        match (asked, &self.unit) {
            (Some(words), _) => words.to_owned(),
            (None, Some(unit)) if !self.words.contains(unit.as_str()) => format!("{} ({unit})", self.words),
            (None, _) => self.words.clone(),
        }
    }

    /// The values as numbers that can be drawn, and those that cannot although they are there.
    pub(super) fn drawable(&self) -> (Vec<Option<f64>>, Undrawn) {
        let (Values::Numbers(values) | Values::Days(values)) = &self.values else {
            return (Vec::new(), Undrawn::default());
        };
        let undrawn = Undrawn::among(values);
        (values.iter().map(|value| value.filter(|value| is_drawable(*value))).collect(), undrawn)
    }
}

/// A computed frame with the description of its picture.
#[derive(Clone)]
pub(super) struct Table<'a> {
    frame: &'a Frame,
    data: Arc<Data>,
    host: &'a dyn Host,
    pub(super) chart: &'a Chart,
    /// The rows of a panel of a small multiple; none: all of them.
    rows: Option<Arc<Vec<usize>>>,
    /// The groups of all panels together, so that each has the same colour in all of them.
    groups: Option<Arc<Groups>>,
}

impl<'a> Table<'a> {
    pub(super) fn of(frame: &'a Frame, chart: &'a Chart, host: &'a dyn Host) -> Result<Table<'a>> {
        for name in [&chart.x, &chart.y, &chart.color, &chart.weight, &chart.facet].into_iter().flatten() {
            frame.need(name)?;
        }
        Ok(Table { frame, data: Arc::new(frame.data(host)?), host, chart, rows: None, groups: None })
    }

    /// The panel of these rows, its groups those of all panels.
    pub(super) fn panel(&self, rows: Vec<usize>, groups: Option<Arc<Groups>>) -> Table<'a> {
        Table { rows: Some(Arc::new(rows)), groups, ..self.clone() }
    }

    /// The names of all columns.
    pub(super) fn names(&self) -> Vec<String> {
        self.frame.names()
    }

    /// Whether it is one of several panels.
    pub(super) fn is_panel(&self) -> bool {
        self.rows.is_some()
    }

    /// Whether there is anything to choose from.
    pub(super) fn has_columns(&self) -> bool {
        !self.frame.names().is_empty()
    }

    /// The groups that are told by colour; in a panel those of all panels.
    pub(super) fn color_groups(&self) -> Result<Option<(Column, Groups)>> {
        let Some(name) = &self.chart.color else { return Ok(None) };
        let column = self.column(name)?;
        let groups = match &self.groups {
            Some(all) => all.with_rows(self.pick(all.of_row.clone())),
            None => Groups::of(&column, usize::MAX),
        };
        Ok(Some((column, groups)))
    }

    /// The rows by the groups that are told by colour, as few as colours can tell apart; and the column of the groups.
    pub(super) fn split(&self, values: &[Option<f64>]) -> Result<(Option<Column>, Split)> {
        Ok(match self.color_groups()? {
            Some((column, groups)) => {
                let split = Split::of(&groups, values, self.is_panel(), &column.words);
                (Some(column), split)
            }
            None => (None, Split::none(self.height())),
        })
    }

    /// The values of the rows that belong to it.
    fn pick<T: Clone>(&self, all: Vec<T>) -> Vec<T> {
        match &self.rows {
            Some(rows) => rows.iter().filter_map(|row| all.get(*row).cloned()).collect(),
            None => all,
        }
    }

    /// Stops where the user asked for it.
    pub(super) fn check(&self) -> Result<()> {
        if self.host.is_cancelled() { Err(Failure::interrupted()) } else { Ok(()) }
    }

    pub(super) fn height(&self) -> usize {
        self.rows.as_ref().map_or_else(|| self.data.height(), |rows| rows.len())
    }

    /// The first column of one of the kinds, tried in turn, that is not taken yet; at last one without any value,
    /// which may stand for each kind.
    pub(super) fn choose(&self, kinds: &[&[ColumnKind]], taken: &[&str]) -> Option<String> {
        let columns = self.frame.kinds();
        let free = |name: &str| !taken.contains(&name);
        let of_kind = |any: &&[ColumnKind]| columns.iter().find(|(name, kind)| any.contains(kind) && free(name));
        let found = kinds.iter().find_map(of_kind).map(|(name, _)| name.clone());
        let empty = || self.frame.schema().into_iter().find(|(name, word)| word == "empty" && free(name));
        found.or_else(|| empty().map(|(name, _)| name))
    }

    /// A column with the rows of all panels.
    pub(super) fn column_of_all(&self, name: &str) -> Result<Column> {
        Table { rows: None, ..self.clone() }.column(name)
    }

    /// The pairs of two columns of numbers without a gap, where the table is not a panel; none of others. Of very many rows this
    /// is the quickest way to read them.
    pub(super) fn pairs(&self, x: &str, y: &str) -> Result<Option<NumberPairs>> {
        if self.rows.is_some() { Ok(None) } else { self.data.pairs(x, y) }
    }

    /// A column for an axis of any kind.
    pub(super) fn column(&self, name: &str) -> Result<Column> {
        self.frame.need(name)?;
        let kind = self.data.kind(name)?;
        let word = self.data.type_word(name)?;
        let values = if matches!(kind, ColumnKind::Integer | ColumnKind::Number) {
            Values::Numbers(self.pick(self.data.numbers(name)?))
        } else if kind == ColumnKind::Date || word.starts_with("datetime") {
            let days = self.data.dates(name)?.into_iter().map(|date| date.map(day_of)).collect();
            Values::Days(self.pick(days))
        } else {
            Values::Words(self.pick(self.data.words(name)?))
        };
        self.check()?;
        Ok(self.described(name, kind == ColumnKind::Integer, values))
    }

    /// A column of numbers of which all but the values is wanted.
    pub(super) fn column_without_values(&self, name: &str) -> Result<Column> {
        let is_whole = self.data.kind(name)? == ColumnKind::Integer;
        Ok(self.described(name, is_whole, Values::Numbers(Vec::new())))
    }

    fn described(&self, name: &str, whole: bool, values: Values) -> Column {
        let about = self.frame.about().columns.iter().find(|column| column.name == name);
        let unit = about.and_then(|column| column.unit.clone());
        let measure = match unit.as_deref() {
            Some("share") => Measure::Share,
            Some("money") => Measure::Money,
            _ => Measure::Number,
        };
        let unit = unit.filter(|_| measure == Measure::Number);
        let words = name.replace('_', " ");
        Column { words, unit, measure, whole, values }
    }

    /// A column for an axis that measures: numbers, or flags counted as 0 and 1.
    pub(super) fn measured(&self, role: &str, name: &str) -> Result<Column> {
        let mut column = self.column(name)?;
        let word = self.data.type_word(name)?;
        match (&column.values, word.as_str()) {
            (Values::Numbers(_), _) => {}
            (_, "flag" | "empty") => column.values = Values::Numbers(self.pick(self.data.numbers(name)?)),
            _ => {
                let numeric = self.frame.kinds().into_iter();
                let numeric = numeric.filter(|(_, kind)| matches!(kind, ColumnKind::Integer | ColumnKind::Number));
                let names: Vec<String> = numeric.map(|(name, _)| format!("`{name}`")).collect();
                let mark = self.chart.mark.word();
                let failure =
                    Failure::new(format!("column `{name}` holds {word}, but `{role}` of a {mark} needs numbers"));
                return Err(match names.is_empty() {
                    true => failure.help("no column of this table holds numbers"),
                    false => failure.help(format!("these hold numbers: {}", names.join(", "))),
                });
            }
        }
        Ok(column)
    }

    /// The failure where a column is left out and none can be chosen.
    pub(super) fn nothing_for(&self, role: &str, wanted: &str) -> Failure {
        let mark = self.chart.mark.word();
        let failure = Failure::new(format!("no column is left for `{role}` of the {mark}, which needs {wanted}"));
        let found: Vec<String> =
            self.frame.schema().into_iter().map(|(name, kind)| format!("`{name}` ({kind})")).collect();
        match found.is_empty() {
            true => failure.help("the table has no columns"),
            false => failure.help(format!("the table has {}", found.join(", "))),
        }
    }
}
