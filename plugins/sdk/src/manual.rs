//! A function's manual, read from its declaration.

mod declared;

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use self::declared::{Page, columns, fields, meaning, option, properties, snake_case};
use crate::{Chart, Failure, Family, Function, GivenTable, Input, Registered, Result, Span, StandardTable};

/// Everything that help, completion, `check` and the reference say of one function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manual {
    /// The name a script writes.
    pub name: String,
    /// The family under which it is listed.
    pub family: Family,
    /// The first paragraph of the doc comment.
    pub summary: String,
    /// The rest of the doc comment without the sections below, as Markdown.
    #[serde(default)]
    pub description: String,
    /// What was chosen where the field disagrees.
    #[serde(default)]
    pub choices: String,
    /// Where the method comes from.
    #[serde(default)]
    pub source: String,
    /// Code that runs, with what it prints.
    #[serde(default)]
    pub examples: Vec<Example>,
    /// The tables it takes, in the order of the arguments.
    pub tables: Vec<StandardTable>,
    /// Its options, in the order of their declaration.
    #[serde(default)]
    pub options: Vec<OptionManual>,
    /// The columns of the answer's table.
    #[serde(default)]
    pub columns: Vec<ColumnManual>,
    /// Whether all columns of the first table stand before them.
    #[serde(default)]
    pub keeps_columns: bool,
    /// Whether columns of the first table may come back with other types.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub changes_types: bool,
    /// Whether the function draws the picture of its answer itself.
    #[serde(default)]
    pub draws: bool,
    /// An option that names columns of the first table, which stand behind those of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carries: Option<String>,
    /// The named figures of the answer.
    #[serde(default)]
    pub figures: Vec<ColumnManual>,
    /// Further tables of the answer, which scripts read as properties.
    #[serde(default)]
    pub further: Vec<TableManual>,
    /// What a fitted model can be asked; each takes the model before the dot, and a table of its own perhaps.
    #[serde(default)]
    pub methods: Vec<Manual>,
    /// Functions that a reader wants to know as well.
    #[serde(default)]
    pub related: Vec<String>,
    /// The picture of the answer.
    pub chart: Option<Chart>,
}

/// Code that runs, and what it prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// Script text.
    pub code: String,
    /// What it shows at the end, where that is part of the manual.
    pub shows: Option<String>,
}

/// One of the further tables of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableManual {
    /// The property that scripts read.
    pub name: String,
    /// What it shows.
    pub meaning: String,
    /// Its columns.
    pub columns: Vec<ColumnManual>,
    /// Whether all columns of the first table stand before them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub keeps_columns: bool,
    /// Whether it is shown only when it is asked for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub aside: bool,
    /// Its picture.
    #[serde(default)]
    pub chart: Option<Chart>,
}

impl TableManual {
    /// A table whose columns, and whose meaning, are declared by a struct with its doc comments.
    pub fn of<Row: JsonSchema>(name: &str) -> TableManual {
        let meaning = meaning(&fields::<Row>());
        TableManual {
            name: name.to_owned(),
            meaning,
            columns: columns::<Row>(),
            keeps_columns: false,
            aside: false,
            chart: None,
        }
    }

    /// Says that it is not shown with the answer, only when a script asks for it: a log, or the rows that were put aside.
    #[must_use]
    pub fn aside(mut self) -> Self {
        self.aside = true;
        self
    }

    /// Says that all columns of the first table that the function works on stand before its own. Of a function that works on no
    /// table: that columns of the tables in its options stand behind its own.
    #[must_use]
    pub fn keeping_columns(mut self) -> Self {
        self.keeps_columns = true;
        self
    }

    /// Says which picture shows it.
    #[must_use]
    pub fn chart(mut self, chart: Chart) -> Self {
        self.chart = Some(chart);
        self
    }
}

/// One option of a function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OptionManual {
    /// The name a script writes.
    pub name: String,
    /// What it does.
    pub meaning: String,
    /// What it holds.
    pub kind: OptionKind,
    /// Whether it may be left empty, `()` in a script.
    pub nullable: bool,
    /// What it is when left out.
    pub default: Value,
}

/// What an option holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OptionKind {
    /// A whole number.
    Integer {
        /// The least allowed.
        min: Option<f64>,
        /// The greatest allowed.
        max: Option<f64>,
    },
    /// A number.
    Number {
        /// The least allowed.
        min: Option<f64>,
        /// The greatest allowed.
        max: Option<f64>,
    },
    /// Text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A day, written `"1997-09-30"`.
    Date,
    /// A length of time with its unit, written `"39w"` or `"12mo"`.
    Span,
    /// The name of a column of the table.
    Column,
    /// One of these words, each with its meaning.
    Choice(Vec<(String, String)>),
    /// Several of the same kind; one value stands for a list of it.
    List(Box<OptionKind>),
    /// A map of names to values of the same kind.
    Map(Box<OptionKind>),
    /// A map of options of its own, each with its name.
    Record(Vec<OptionManual>),
    /// A table: any, or one of the standard tables.
    Table(StandardTable),
    /// Anything; the function says what it wants.
    Any,
}

/// One column of the answer's table, or one of its named figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnManual {
    /// Its name.
    pub name: String,
    /// What it means.
    pub meaning: String,
    /// Its unit, where it has one: `days`, `orders`, `share`, `money` …
    pub unit: Option<String>,
    /// What it holds.
    pub holds: ColumnKind,
}

/// What a column of an answer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// Text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A day.
    Date,
    /// What the input held, such as a customer's key.
    Any,
}

impl ColumnKind {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            ColumnKind::Integer => "whole number",
            ColumnKind::Number => "number",
            ColumnKind::Text => "text",
            ColumnKind::Flag => "true or false",
            ColumnKind::Date => "date",
            ColumnKind::Any => "any",
        }
    }
}

impl Manual {
    /// Reads the manual from the declaration of a function.
    pub fn of<F: Function>() -> Manual {
        let options = fields::<F>();
        let text = options.get("description").and_then(Value::as_str).unwrap_or_default();
        let page = Page::read(text);
        Manual {
            name: name_of::<F>(),
            family: F::FAMILY,
            summary: page.summary,
            description: page.description,
            choices: page.choices,
            source: page.source,
            examples: page.examples,
            tables: <F::Input as Input>::TABLES.to_vec(),
            options: properties(&options).map(|(name, schema)| option(name, schema, &options)).collect(),
            columns: columns::<F::Row>(),
            keeps_columns: F::KEEPS_COLUMNS,
            changes_types: F::CHANGES_TYPES,
            draws: F::DRAWS,
            carries: F::CARRIES.map(str::to_owned),
            figures: columns::<F::Figures>(),
            further: F::further_tables(),
            methods: F::methods().iter().map(Registered::manual).cloned().collect(),
            related: F::RELATED.iter().map(|name| (*name).to_owned()).collect(),
            chart: F::chart(),
        }
    }

    /// Whether its answer has a table of its own, beside the further ones.
    pub fn has_table(&self) -> bool {
        self.keeps_columns || !self.columns.is_empty()
    }

    /// The same manual with the words of a doc comment: summary, description, choices, source and examples.
    #[must_use]
    pub fn with_words(self, comment: &str) -> Manual {
        let Page { summary, description, choices, source, examples } = Page::read(comment);
        Manual { summary, description, choices, source, examples, ..self }
    }

    /// Whether the answer is a record: named figures, further tables or a model, and not a table alone.
    pub fn is_record(&self) -> bool {
        !(self.figures.is_empty() && self.further.is_empty() && self.methods.is_empty())
    }

    /// The call with its arguments, as help shows it: `rfm(transactions, #{until, bins})`.
    pub fn signature(&self) -> String {
        let mut arguments: Vec<String> = self.tables.iter().map(|table| table.word().to_owned()).collect();
        if !self.options.is_empty() {
            let names: Vec<&str> = self.options.iter().map(|option| option.name.as_str()).collect();
            arguments.push(format!("#{{{}}}", names.join(", ")));
        }
        format!("{}({})", self.name, arguments.join(", "))
    }

    /// Checks a map of options against names, kinds, choices and bounds, and answers with the map made exact
    /// (a whole number where one was written as `5.0`).
    pub fn check_options(&self, given: &Map<String, Value>) -> Result<Map<String, Value>> {
        let mut checked = Map::new();
        for (name, value) in given {
            if self.options.is_empty() {
                let failure = Failure::new(format!("no option `{name}`"));
                return Err(failure.help(format!("`{}` has no options", self.name)).within(&self.name));
            }
            let exact = checked_option(&self.options, "", name, value).map_err(|failure| failure.within(&self.name))?;
            checked.insert(name.clone(), exact);
        }
        Ok(checked)
    }

    /// Makes the function with these options.
    pub fn configure<F: Function>(&self, given: &Map<String, Value>) -> Result<F> {
        let checked = self.check_options(given)?;
        serde_json::from_value(Value::Object(checked.clone())).map_err(|error| {
            // Whatever an option cannot be alone it cannot be among others.
            let alone = |name: &String, value: &Value| Map::from_iter([(name.clone(), value.clone())]);
            let refused = checked.iter().find_map(|(name, value)| {
                let error = serde_json::from_value::<F>(Value::Object(alone(name, value))).err()?;
                Some(format!("option `{name}`: {error}"))
            });
            Failure::new(refused.unwrap_or_else(|| format!("the options cannot be read: {error}")))
                .help(format!("`help {}` lists the options with what they may hold", self.name))
                .within(&self.name)
        })
    }
}

/// Checks the value of one option. `inside` is what stands before its name, where it is an option of an option: `dirt.`.
fn checked_option(known: &[OptionManual], inside: &str, name: &str, value: &Value) -> Result<Value> {
    let shown = format!("{inside}{name}");
    let option = known.iter().find(|option| option.name == name).ok_or_else(|| {
        Failure::new(format!("no option `{shown}`")).near(name, known.iter().map(|option| option.name.as_str()))
    })?;
    if value.is_null() && option.nullable {
        return Ok(Value::Null);
    }
    option.kind.check(&option.kind.listed(value), &shown).map_err(|misfit| match misfit {
        Misfit::Inside(failure) => failure,
        Misfit::Wanted => option
            .kind
            .misfit(&shown, value)
            .unwrap_or_else(|failure| failure.help(format!("`{shown}`: {}", option.meaning))),
    })
}

/// The name of a function, without reading its manual.
pub(crate) fn name_of<F: Function>() -> String {
    snake_case(&F::schema_name())
}

/// Why a value is none for an option.
enum Misfit {
    /// It is of another kind, or out of bounds.
    Wanted,
    /// What is wrong with an option inside it.
    Inside(Failure),
}

impl OptionKind {
    /// The options that stand inside it, where it is a map of them, or a list of such maps.
    pub fn inside(&self) -> &[OptionManual] {
        match self {
            OptionKind::Record(options) => options,
            OptionKind::List(item) | OptionKind::Map(item) => item.inside(),
            _ => &[],
        }
    }

    /// The kind in words: `a whole number from 2 to 100`.
    pub fn words(&self) -> String {
        match self {
            OptionKind::Integer { min, max } => format!("a whole number{}", range(*min, *max)),
            OptionKind::Number { min, max } => format!("a number{}", range(*min, *max)),
            OptionKind::Text => "text".to_owned(),
            OptionKind::Flag => "true or false".to_owned(),
            OptionKind::Date => "a date such as \"1997-09-30\"".to_owned(),
            OptionKind::Span => "a length of time with its unit such as \"39w\", \"12mo\" or \"90d\"".to_owned(),
            OptionKind::Column => "the name of a column".to_owned(),
            OptionKind::Choice(choices) => {
                let words: Vec<String> = choices.iter().map(|(word, _)| format!("\"{word}\"")).collect();
                format!("one of {}", words.join(", "))
            }
            OptionKind::List(item) => format!("a list, each of it {}", item.words()),
            OptionKind::Map(item) => format!("a map, each value of it {}", item.words()),
            OptionKind::Record(options) => {
                let names: Vec<&str> = options.iter().map(|option| option.name.as_str()).collect();
                format!("a map with any of {}", names.join(", "))
            }
            OptionKind::Table(StandardTable::Frame) => "a table".to_owned(),
            OptionKind::Table(table) => format!("a table of {}", table.word()),
            OptionKind::Any => "any value".to_owned(),
        }
    }

    /// What is said of a value that is none of this kind, with the near word where it has one; as an error without advice.
    fn misfit(&self, shown: &str, value: &Value) -> std::result::Result<Failure, Failure> {
        let failure = Failure::new(format!("option `{shown}` is {}, but must be {}", said(value), self.words()));
        match (self, value.as_str()) {
            (OptionKind::Choice(choices), Some(found)) => {
                Ok(failure.near(found, choices.iter().map(|(word, _)| word.as_str())))
            }
            _ => Err(failure),
        }
    }

    /// One plain value stands for a list of it.
    fn listed<'a>(&self, value: &'a Value) -> Cow<'a, Value> {
        let is_plain = |item: &OptionKind| {
            !matches!(item, OptionKind::List(_) | OptionKind::Map(_) | OptionKind::Record(_) | OptionKind::Any)
        };
        match (self, value) {
            (OptionKind::List(item), Value::Object(_))
                if matches!(**item, OptionKind::Table(_)) && GivenTable::of(value).is_some() =>
            {
                Cow::Owned(Value::Array(vec![value.clone()]))
            }
            (OptionKind::List(item), Value::String(_) | Value::Number(_) | Value::Bool(_)) if is_plain(item) => {
                Cow::Owned(Value::Array(vec![value.clone()]))
            }
            _ => Cow::Borrowed(value),
        }
    }

    /// The value made exact. `shown` is the option's name.
    fn check(&self, value: &Value, shown: &str) -> std::result::Result<Value, Misfit> {
        let wanted = || Misfit::Wanted;
        // What is wrong with one of several is told as what all of them must be.
        let each = |item: &OptionKind, value: &Value, shown: &str| {
            item.check(value, shown).map_err(|misfit| match misfit {
                Misfit::Wanted => wanted(),
                inside @ Misfit::Inside(_) => inside,
            })
        };
        let within = |number: f64, min: &Option<f64>, max: &Option<f64>| {
            number >= min.unwrap_or(f64::NEG_INFINITY) && number <= max.unwrap_or(f64::INFINITY)
        };
        match self {
            OptionKind::Integer { min, max } => {
                let number = value.as_f64().filter(|number| number.fract() == 0.0).ok_or_else(wanted)?;
                let exact = value.as_i64().unwrap_or(number as i64);
                if within(number, min, max) { Ok(Value::from(exact)) } else { Err(wanted()) }
            }
            OptionKind::Number { min, max } => match value.as_f64() {
                Some(number) if within(number, min, max) => Ok(value.clone()),
                _ => Err(wanted()),
            },
            OptionKind::Text | OptionKind::Column => value.is_string().then(|| value.clone()).ok_or_else(wanted),
            OptionKind::Span => value.as_str().is_some_and(Span::is_one).then(|| value.clone()).ok_or_else(wanted),
            OptionKind::Flag => value.is_boolean().then(|| value.clone()).ok_or_else(wanted),
            OptionKind::Date => {
                let text = value.as_str().ok_or_else(wanted)?;
                chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| wanted())?;
                Ok(value.clone())
            }
            OptionKind::Choice(choices) => {
                let text = value.as_str().ok_or_else(wanted)?;
                choices.iter().any(|(word, _)| word == text).then(|| value.clone()).ok_or_else(wanted)
            }
            OptionKind::List(item) => {
                let values = value.as_array().ok_or_else(wanted)?;
                let exact =
                    values.iter().enumerate().map(|(place, value)| each(item, value, &format!("{shown}[{place}]")));
                exact.collect()
            }
            OptionKind::Map(item) => {
                let values = value.as_object().ok_or_else(wanted)?;
                if GivenTable::of(value).is_some() {
                    return Err(wanted());
                }
                let exact = values.iter().map(|(name, value)| {
                    let shown = format!("{shown}.{name}");
                    let exact = item.check(value, &shown).map_err(|misfit| match misfit {
                        Misfit::Wanted => Misfit::Inside(item.misfit(&shown, value).unwrap_or_else(|failure| failure)),
                        inside @ Misfit::Inside(_) => inside,
                    });
                    Ok((name.clone(), exact?))
                });
                exact.collect::<std::result::Result<_, _>>().map(Value::Object)
            }
            OptionKind::Record(options) => {
                let values = value.as_object().filter(|_| GivenTable::of(value).is_none()).ok_or_else(wanted)?;
                let exact = values.iter().map(|(name, value)| {
                    let exact = checked_option(options, &format!("{shown}."), name, value).map_err(Misfit::Inside)?;
                    Ok((name.clone(), exact))
                });
                exact.collect::<std::result::Result<_, _>>().map(Value::Object)
            }
            OptionKind::Table(_) => GivenTable::of(value).map(|_| value.clone()).ok_or_else(wanted),
            OptionKind::Any => Ok(value.clone()),
        }
    }
}

fn range(min: Option<f64>, max: Option<f64>) -> String {
    match (min, max) {
        (Some(min), Some(max)) => format!(" from {min} to {max}"),
        (Some(min), None) => format!(" of at least {min}"),
        (None, Some(max)) => format!(" of at most {max}"),
        (None, None) => String::new(),
    }
}

/// A value as the person wrote it.
fn said(value: &Value) -> String {
    match value {
        Value::Null => "empty".to_owned(),
        Value::Object(_) if GivenTable::of(value).is_some() => "a table".to_owned(),
        Value::Object(_) => "a map".to_owned(),
        // A table is a place among others there, which nobody wrote.
        Value::Array(items) if GivenTable::count(value) > 0 => {
            let tables = items.iter().all(|item| GivenTable::of(item).is_some());
            let what = if tables { "table" } else { "value" };
            let among = if tables { "" } else { ", tables among them" };
            format!("a list of {} {what}{}{among}", items.len(), if items.len() == 1 { "" } else { "s" })
        }
        Value::Array(_) => format!("the list {value}"),
        other => other.to_string(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it finds something else")]
mod tests {
    use super::*;
    use crate::{Context, Nothing, Output, Table};

    /// Counts rows, for this test.
    ///
    /// More words.
    ///
    /// # Choices
    /// None.
    ///
    /// # Example
    /// ```rhai
    /// 1 + 1
    /// ```
    /// ```text
    /// 2
    /// ```
    #[derive(Debug, Deserialize, JsonSchema)]
    #[serde(default, deny_unknown_fields)]
    struct CountRows {
        /// Last day.
        until: Option<chrono::NaiveDate>,
        /// How many.
        #[schemars(range(min = 2, max = 100))]
        bins: u32,
        /// Which way.
        way: Way,
        /// Which cuts.
        cuts: Option<Vec<f64>>,
    }

    #[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    enum Way {
        /// By quantile.
        #[default]
        Quantile,
        /// By rank.
        Rank,
    }

    impl Default for CountRows {
        fn default() -> Self {
            CountRows { until: None, bins: 5, way: Way::Quantile, cuts: None }
        }
    }

    /// A row.
    #[derive(JsonSchema)]
    #[allow(dead_code, reason = "read through its schema")]
    struct Row {
        /// Time since.
        #[schemars(extend("unit" = "days"))]
        since: i64,
        /// A share.
        share: Option<f64>,
    }

    impl Function for CountRows {
        const FAMILY: Family = Family::Segment;
        type Input = Table;
        type Row = Row;
        type Figures = Nothing;
        fn run(&self, input: Table, _: &Context<'_>) -> Result<Output<Table, Nothing>> {
            Ok(Output::table(input))
        }
    }

    fn map(json: &str) -> Map<String, Value> {
        serde_json::from_str(json).unwrap_or_default()
    }

    #[test]
    fn the_declaration_is_the_manual() {
        let manual = CountRows::manual();
        assert_eq!(manual.name, "count_rows");
        assert_eq!(manual.summary, "Counts rows, for this test.");
        assert_eq!(manual.description, "More words.");
        assert_eq!(manual.choices, "None.");
        assert_eq!(manual.examples, [Example { code: "1 + 1".into(), shows: Some("2".into()) }]);
        assert_eq!(manual.signature(), "count_rows(frame, #{until, bins, way, cuts})");
        let kinds: Vec<String> = manual.options.iter().map(|option| option.kind.words()).collect();
        assert_eq!(
            kinds,
            [
                "a date such as \"1997-09-30\"",
                "a whole number from 2 to 100",
                "one of \"quantile\", \"rank\"",
                "a list, each of it a number"
            ]
        );
        assert_eq!(manual.options[1].default, Value::from(5));
        assert_eq!(manual.columns[0].unit.as_deref(), Some("days"));
        assert_eq!(manual.columns[1].holds, ColumnKind::Number);
    }

    #[test]
    fn options_are_checked_in_our_words() {
        let manual = CountRows::manual();
        let refused = |json: &str| manual.check_options(&map(json)).map(|_| ()).unwrap_err().to_string();
        assert!(refused("{\"binz\": 4}").contains("did you mean `bins`"));
        assert!(refused("{\"bins\": 1}").contains("is 1, but must be a whole number from 2 to 100"));
        assert!(refused("{\"bins\": 4.5}").contains("is 4.5"));
        assert!(refused("{\"way\": \"rnak\"}").contains("did you mean `rank`"));
        assert!(refused("{\"until\": \"2020-13-01\"}").contains("a date such as"));
        let function: CountRows = manual.configure(&map("{\"bins\": 4.0, \"until\": null}")).unwrap();
        assert_eq!(function.bins, 4);
        // A value stands for a list of it; a wrong one is told with what is wanted.
        let function: CountRows = manual.configure(&map("{\"cuts\": 2.5}")).unwrap();
        assert_eq!(function.cuts, Some(vec![2.5]));
        assert_eq!(manual.check_options(&map("{\"cuts\": []}")).unwrap()["cuts"], Value::Array(Vec::new()));
        assert!(refused("{\"cuts\": \"x\"}").contains("is \"x\", but must be a list, each of it a number"));
    }
}
