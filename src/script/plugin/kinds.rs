//! Options, columns and pictures of a declaration.

use regulars_plugin::{Chart, ColumnKind, ColumnManual, Failure, Mark, OptionKind, OptionManual, TableManual};
use rhai::Position;

use super::declaration::Reading;
use super::literal::{Entry, Literal, Value};
use super::parts::{is_word, no_word};

/// The kinds of options by their words; the others are seen from the default or from `choices`.
const KINDS: [&str; 8] = ["integer", "number", "text", "flag", "date", "span", "column", "any"];

const HOLDS: [(&str, ColumnKind); 6] = [
    ("integer", ColumnKind::Integer),
    ("number", ColumnKind::Number),
    ("text", ColumnKind::Text),
    ("flag", ColumnKind::Flag),
    ("date", ColumnKind::Date),
    ("any", ColumnKind::Any),
];

const CHART: [&str; 12] =
    ["mark", "x", "y", "color", "band", "steps", "counts", "title", "x_label", "y_label", "bins", "size"];

/// What may be said of an option.
const OPTION: [&str; 5] = ["default", "kind", "min", "max", "choices"];

impl Reading {
    /// `least: #{default: 2, min: 2, max: 100}`, or the default alone.
    pub(super) fn option(&mut self, entry: &Entry) -> Option<OptionManual> {
        let name = &entry.name;
        let meaning = self.meaning("option", entry);
        if !is_word(name) {
            self.tell(no_word("option", name), entry.at);
        }
        let entries: &[Entry] = match &entry.value.value {
            Value::Map(entries) => entries,
            _ => &[],
        };
        self.known(entries, &OPTION, "an option");
        let find = |key: &str| entries.iter().find(|one| one.name == key).map(|one| &one.value);
        let default = match &entry.value.value {
            Value::Map(_) => find("default"),
            _ => Some(&entry.value),
        };
        let Some(default) = default else {
            let failure = Failure::new(format!("the option `{name}` has no default"));
            self.tell(failure.help("write `default: ()` where it may be left out"), entry.at);
            return None;
        };
        let kind = match (find("kind"), find("choices")) {
            (Some(told), None) => self.kind_told(told)?,
            (None, Some(choices)) => self.choices(choices, default)?,
            (None, None) => self.kind_seen(name, default)?,
            (Some(told), Some(_)) => {
                let failure = Failure::new("`kind` and `choices` stand beside each other");
                self.tell(failure.help("`choices` is a kind of its own: leave `kind` out"), told.at);
                return None;
            }
        };
        let (min, max) = (self.bound(find("min")), self.bound(find("max")));
        if let (Some(min), Some(max)) = (min, max)
            && min > max
        {
            let failure = Failure::new(format!("`min` is {min} and `max` is {max}: nothing lies between them"));
            self.tell(failure.help("exchange them"), entry.at);
        }
        let kind = match (kind, min.or(max)) {
            (kind, None) => kind,
            (kind, Some(_)) => bounded(kind, min, max).unwrap_or_else(|kind| {
                let failure = Failure::new(format!("`min` and `max` bound numbers, but `{name}` is {}", kind.words()));
                self.tell(failure.help("leave them out"), entry.at);
                kind
            }),
        };
        let nullable = matches!(default.value, Value::Nothing);
        Some(OptionManual { name: name.clone(), meaning, kind, nullable, default: default.json() })
    }

    /// `kind: "date"`, or `kind: ["date"]` for a list of them.
    fn kind_told(&mut self, told: &Literal) -> Option<OptionKind> {
        let words = || KINDS.into_iter();
        let (word, is_list) = match &told.value {
            Value::Text(word) => (word.as_str(), false),
            Value::List(items) => match items.as_slice() {
                [Literal { value: Value::Text(word), .. }] => (word.as_str(), true),
                _ => ("", true),
            },
            _ => ("", false),
        };
        let kind = match word {
            "integer" => OptionKind::Integer { min: None, max: None },
            "number" => OptionKind::Number { min: None, max: None },
            "text" => OptionKind::Text,
            "flag" => OptionKind::Flag,
            "date" => OptionKind::Date,
            "span" => OptionKind::Span,
            "column" => OptionKind::Column,
            "any" => OptionKind::Any,
            "" => {
                let failure = Failure::new("`kind` is a word, or a list of one word").near("", words());
                self.tell(failure, told.at);
                return None;
            }
            other => {
                self.tell(Failure::new(format!("there is no kind `{other}`")).near(other, words()), told.at);
                return None;
            }
        };
        Some(if is_list { OptionKind::List(Box::new(kind)) } else { kind })
    }

    /// The kind of a value.
    fn kind_seen(&mut self, name: &str, default: &Literal) -> Option<OptionKind> {
        Some(match &default.value {
            Value::Flag(_) => OptionKind::Flag,
            Value::Integer(_) => OptionKind::Integer { min: None, max: None },
            Value::Number(_) => OptionKind::Number { min: None, max: None },
            Value::Text(_) => OptionKind::Text,
            Value::Date(_) => OptionKind::Date,
            Value::Map(_) => OptionKind::Any,
            Value::List(items) if !items.is_empty() => OptionKind::List(Box::new(self.kind_seen(name, &items[0])?)),
            Value::Nothing | Value::List(_) => {
                let shown = if matches!(default.value, Value::Nothing) { "()" } else { "[]" };
                let failure = Failure::new(format!("what `{name}` may be cannot be seen from its default `{shown}`"));
                self.tell(failure.help("say it with `kind`: `kind: \"date\"`, `kind: [\"column\"]`"), default.at);
                return None;
            }
        })
    }

    /// `choices: ["month", "year"]`, with a comment above each where one is wanted.
    fn choices(&mut self, told: &Literal, default: &Literal) -> Option<OptionKind> {
        let words = match &told.value {
            Value::List(items) => items.iter().map(|item| match &item.value {
                Value::Text(word) => {
                    let above = item.at.line().and_then(|line| self.comments.above(line)).unwrap_or_default();
                    Some((word.clone(), above.lines().map(str::trim).collect::<Vec<_>>().join(" ")))
                }
                _ => None,
            }),
            _ => {
                self.wrong.push(told.refuse("a list of words").help("write `choices: [\"month\", \"year\"]`"));
                return None;
            }
        };
        let words: Option<Vec<(String, String)>> = words.collect();
        match words.filter(|words| words.len() > 1) {
            Some(words) => {
                let choice = OptionKind::Choice(words);
                let is_list = matches!(default.value, Value::List(_));
                Some(if is_list { OptionKind::List(Box::new(choice)) } else { choice })
            }
            None => {
                let failure = Failure::new("`choices` are at least two words in quotes");
                self.tell(failure.help("write `choices: [\"month\", \"year\"]`"), told.at);
                None
            }
        }
    }

    fn bound(&mut self, told: Option<&Literal>) -> Option<f64> {
        let told = told?;
        match told.value {
            Value::Integer(number) => Some(number as f64),
            Value::Number(number) => Some(number),
            _ => {
                self.wrong.push(told.refuse("a number").help("write it without quotes: `min: 0.5`"));
                None
            }
        }
    }

    /// `share: #{holds: "number", unit: "share"}`, or what it holds alone.
    pub(super) fn columns(&mut self, told: Option<&Literal>) -> Vec<ColumnManual> {
        self.entries(told).into_iter().filter_map(|entry| self.column(entry)).collect()
    }

    fn column(&mut self, entry: &Entry) -> Option<ColumnManual> {
        let meaning = self.meaning("column or figure", entry);
        let (holds, unit) = match &entry.value.value {
            Value::Map(entries) => {
                self.known(entries, &["holds", "unit"], "a column");
                let find = |key: &str| entries.iter().find(|one| one.name == key).map(|one| &one.value);
                (find("holds"), find("unit"))
            }
            _ => (Some(&entry.value), None),
        };
        let unit = match unit.map(|unit| (&unit.value, unit)) {
            None => None,
            Some((Value::Text(unit), _)) => Some(unit.clone()),
            Some((_, unit)) => {
                self.wrong.push(unit.refuse("text").help("units are words: `unit: \"days\"`, \"share\", \"money\""));
                None
            }
        };
        let words = || HOLDS.iter().map(|(word, _)| *word);
        let (failure, place) = match holds.map(|holds| (&holds.value, holds.at)) {
            Some((Value::Text(word), place)) => match HOLDS.iter().find(|(known, _)| known == word) {
                Some((_, holds)) => {
                    return Some(ColumnManual { name: entry.name.clone(), meaning, unit, holds: *holds });
                }
                None => (Failure::new(format!("there is no kind `{word}`")).near(word, words()), place),
            },
            Some((_, place)) => (Failure::new("what a column holds is a word in quotes").near("", words()), place),
            None => {
                let failure = Failure::new(format!("what `{}` holds is left out", entry.name));
                (failure.help("write `holds: \"number\"`").near("", words()), entry.at)
            }
        };
        self.tell(failure, place);
        None
    }

    /// `by_month: #{columns: #{…}, chart: #{…}}`
    pub(super) fn further(&mut self, entry: &Entry) -> Option<TableManual> {
        let meaning = self.meaning("table", entry);
        let Value::Map(entries) = &entry.value.value else {
            self.wrong.push(entry.value.refuse("a map").help("write `#{columns: #{…}}`"));
            return None;
        };
        self.known(entries, &["columns", "chart"], "a further table");
        let find = |key: &str| entries.iter().find(|one| one.name == key).map(|one| &one.value);
        let columns = self.columns(find("columns"));
        if columns.is_empty() {
            let failure = Failure::new(format!("the table `{}` has no columns", entry.name));
            self.tell(failure.help("write `columns: #{…}`"), entry.at);
        }
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let chart = find("chart").and_then(|told| self.chart(told, &names, false));
        Some(TableManual { name: entry.name.clone(), meaning, columns, keeps_columns: false, aside: false, chart })
    }

    /// `chart: #{mark: "bar", x: "country", y: "share"}`
    pub(super) fn chart(&mut self, told: &Literal, columns: &[&str], is_open: bool) -> Option<Chart> {
        let Value::Map(entries) = &told.value else {
            self.wrong.push(told.refuse("a map").help("write `chart: #{mark: \"bar\", x: \"country\", y: \"share\"}`"));
            return None;
        };
        let before = self.wrong.len();
        self.known(entries, &CHART, "a chart");
        let marks = || Mark::ALL.iter().map(|mark| mark.word());
        match entries.iter().find(|entry| entry.name == "mark").map(|entry| (&entry.value.value, entry)) {
            Some((Value::Text(word), _)) if marks().any(|mark| mark == word) => {}
            Some((Value::Text(word), entry)) => {
                self.tell(Failure::new(format!("there is no mark `{word}`")).near(word, marks()), entry.at);
            }
            _ => self.tell(Failure::new("a chart has a `mark`, a word in quotes").near("", marks()), told.at),
        }
        for entry in entries.iter().filter(|entry| ["x", "y", "color", "counts", "band"].contains(&entry.name.as_str()))
        {
            let names: Vec<(&str, Position)> = match &entry.value.value {
                Value::Text(name) => vec![(name, entry.at)],
                Value::List(items) => items
                    .iter()
                    .filter_map(
                        |item| if let Value::Text(name) = &item.value { Some((&**name, item.at)) } else { None },
                    )
                    .collect(),
                _ => Vec::new(),
            };
            for (name, place) in names.into_iter().filter(|(name, _)| !is_open && !columns.contains(name)) {
                let failure = Failure::new(format!("the chart names a column `{name}`, which is not declared"));
                self.tell(failure.near(name, columns.iter().copied()), place);
            }
        }
        if self.wrong.len() > before {
            return None;
        }
        serde_json::from_value(told.json())
            .map_err(|_| {
                let failure = Failure::new("the chart cannot be read: an entry of it is of another kind");
                let advice =
                    "columns and words are texts, `steps` is true or false, `bins` a number, `band` two columns";
                self.tell(failure.help(advice), told.at);
            })
            .ok()
    }
}

/// A kind with bounds; the kind as it was where it has none.
fn bounded(kind: OptionKind, min: Option<f64>, max: Option<f64>) -> Result<OptionKind, OptionKind> {
    match kind {
        OptionKind::Integer { .. } => Ok(OptionKind::Integer { min, max }),
        OptionKind::Number { .. } => Ok(OptionKind::Number { min, max }),
        OptionKind::List(item) => match bounded(*item, min, max) {
            Ok(item) => Ok(OptionKind::List(Box::new(item))),
            Err(item) => Err(OptionKind::List(Box::new(item))),
        },
        other => Err(other),
    }
}
