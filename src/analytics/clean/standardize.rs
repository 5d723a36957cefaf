//! Raw columns become columns that can be compared: the function, and what it tells.

mod column;
mod contacts;
mod dates;
mod kinds;
mod money;
mod numbers;
mod outcome;
mod reading;
mod settings;
mod words;

use std::collections::BTreeMap;

use regulars_plugin::{
    Beside, Chart, ColumnKind, ColumnName, Context, Failure, Family, Function, GivenTable, Mark, Nothing, Output,
    Result, TableManual,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::table::{Data, Frame, FrameBuilder};
use kinds::Kind;
use outcome::Outcome;
use settings::Settings;

/// Brings dates, numbers, money, names, e-mail addresses, telephone numbers and countries into one form each.
///
/// Say what the columns hold, or leave it to their names and values; then every column of text is at least rid of double
/// spaces, unseen characters and full-width letters. The table comes back with the same rows in the same order: what cannot be
/// read becomes a missing value and stands in `problems` with its reason, `original` is the table as it came.
///
/// # Choices
/// Whether `3/4/2024` is in March or in April is decided for each column, and in it for each sign between the numbers, by
/// the values that can be read in one way only; where none does, or both ways occur, such values are not read until `day_first`
/// says it. Between dots the day comes first. Years of two digits are the latest that are not in the future. Numbers between
/// 10,000 and 80,000 in a column of dates are days of a spreadsheet, counted from 1899-12-30. Times with a zone come to UTC.
/// The decimal sign is decided in the same way. `$` is taken for US dollars, `¥` for yen. A rate says how much one unit
/// of a currency is in that of `to`; the latest one that is not after the row's day counts. An amount whose currency nobody says is
/// taken to be in `to`, one in a currency that is not known cannot be read. The column `currency` then says `to` in
/// the rows whose amounts were brought to it, so that a second run changes nothing. Whole numbers stay whole where all
/// of a column are. `number` reads no amounts and no quantities: `money`, `weight`, `length` and `volume` do, because they come
/// to one currency or unit. A telephone number that does not say its country is of the one in `country_column`, or of `country`;
/// one that is of neither is not read. Capitals of names are changed only
/// where a name is all in capitals or all in small letters. E-mail addresses are in small letters throughout.
///
/// # Source
/// ISO 8601, ISO 3166-1, ISO 4217, ITU-T E.164; names of countries from the Unicode locale data; foot and pound of 1959.
///
/// # Example
/// ```rhai
/// let people = frame(#{
///     name: ["ANN  LEE", "bob o'hara", "李 小龙"],
///     born: ["2019/8/8", "13/04/1990", "03/04/1985"],
///     phone: ["020 7946 0958", "+44 7700 900123", "call me"],
/// });
/// people.standardize(#{country: "GB"}).table()
/// ```
/// ```text
/// born        name        phone
/// date        text        text
/// ─────────────────────────────────────
/// 2019-08-08  Ann Lee     +442079460958
/// 1990-04-13  Bob O'Hara  +447700900123
/// 1985-04-03  李小龙      –
/// 3 rows × 3 columns
/// ```
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Standardize {
    /// What the columns hold, by their names: `#{born: "date", spent: "money"}`; others are left as they are. Left out: every
    /// column of text, as its name and values say.
    pub columns: Option<BTreeMap<String, Kind>>,
    /// Country of the telephone numbers that say none, by its name or its two letters.
    pub country: Option<String>,
    /// Column with the country of each row's telephone numbers, by any of its names; where it names none, `country` counts.
    pub country_column: Option<ColumnName>,
    /// Whether the day comes first in `3/4/2024`. Left out: as the other values of the column say.
    pub day_first: Option<bool>,
    /// Whether the comma is the decimal sign in `1,234`. Left out: as the other values of the column say.
    pub decimal_comma: Option<bool>,
    /// Currency to which amounts of money come, such as `"EUR"`; without `columns` also those in columns of numbers whose name says
    /// money. Left out: they stay in theirs.
    pub to: Option<String>,
    /// Column with the currency of amounts that do not say it themselves.
    pub currency: Option<ColumnName>,
    /// Column with the day whose rate counts.
    pub date: Option<ColumnName>,
    /// Table of rates with `currency`, `rate` and, where they change, `date`.
    pub rates: Option<GivenTable>,
}

/// What was done.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Done {
    /// Rows of the table, as many as came.
    pub rows: i64,
    /// Columns that were brought into a form.
    pub treated_columns: i64,
    /// Values that look different now.
    pub changed: i64,
    /// Values that are missing, or said so in words.
    pub missing: i64,
    /// Values that could not be read and are missing now; `problems` lists them.
    pub unreadable: i64,
}

/// What became of each column; its rows are those kept, changed, missing and unreadable together.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
struct ColumnRow {
    /// The column.
    column: String,
    /// What it holds.
    kind: String,
    /// Why it is taken to hold that.
    because: String,
    /// What decided between two readings.
    evidence: Option<String>,
    /// Values as they were.
    #[schemars(extend("unit" = "rows"))]
    kept: i64,
    /// Values that look different.
    #[schemars(extend("unit" = "rows"))]
    changed: i64,
    /// Values that are missing, or said so in words.
    #[schemars(extend("unit" = "rows"))]
    missing: i64,
    /// Values that could not be read.
    #[schemars(extend("unit" = "rows"))]
    unreadable: i64,
}

/// The classes of changes: values of one shape that became values of one shape. 9 is a digit, A and a are letters, 字 is an
/// ideograph.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
struct ChangeRow {
    /// The column.
    column: String,
    /// Shape of the values as they were.
    from: String,
    /// Shape of what they became.
    to: Option<String>,
    /// Different values.
    values: i64,
    /// Rows with them.
    #[schemars(extend("unit" = "rows"))]
    rows: i64,
    /// The most frequent of them.
    example: String,
    /// What it became.
    becomes: Option<String>,
}

/// Every different value that was changed, and what it became.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
struct ValueRow {
    /// The column.
    column: String,
    /// The value as it was.
    before: String,
    /// The value now; missing where it stood for nothing.
    after: Option<String>,
    /// Rows with it.
    #[schemars(extend("unit" = "rows"))]
    rows: i64,
}

/// Every value that could not be read.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
struct ProblemRow {
    /// Row of the table, counted from 1.
    row: i64,
    /// The column.
    column: String,
    /// The value as it was.
    value: String,
    /// Why it could not be read.
    reason: String,
}

/// The table as it came, row by row.
#[derive(JsonSchema)]
struct OriginalRow {}

impl Function for Standardize {
    const FAMILY: Family = Family::Clean;
    const RELATED: &'static [&'static str] = &["profile", "validate", "deduplicate", "match_customers"];
    const KEEPS_COLUMNS: bool = true;
    const CHANGES_TYPES: bool = true;
    type Input = Beside<Frame>;
    type Row = Nothing;
    type Figures = Done;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Bar).of("columns").x("column").y("changed");
        Some(chart.title("How many values were changed in each column"))
    }

    fn further_tables() -> Vec<TableManual> {
        vec![
            TableManual::of::<ColumnRow>("columns"),
            TableManual::of::<ChangeRow>("changes"),
            TableManual::of::<ValueRow>("values").aside(),
            TableManual::of::<ProblemRow>("problems"),
            TableManual::of::<OriginalRow>("original").keeping_columns().aside(),
        ]
    }

    fn run(&self, input: Beside<Frame>, context: &Context<'_>) -> Result<Output<Frame, Done>> {
        let frame = &input.input;
        let data = frame.data(context.host())?;
        let mut settings = Settings::of(self, &input, &data, context)?;
        let mut names: Vec<String> = match &self.columns {
            Some(columns) if columns.is_empty() => {
                return Err(Failure::new("`columns` is empty, so nothing would be done")
                    .help("name columns, `columns: #{email: \"email\"}`, or leave it out"));
            }
            Some(columns) => {
                columns.keys().try_for_each(|name| frame.need(name).map_err(|failure| failure.within("columns")))?;
                data.names().into_iter().filter(|name| columns.contains_key(*name)).map(str::to_owned).collect()
            }
            None => {
                // Numbers are in form, but for amounts that are in several currencies.
                let are_amounts = |name: &str| settings.rates.is_some() && kinds::says_money(name);
                let is_one = |name: &&str| match data.kind(name) {
                    Ok(ColumnKind::Text) => true,
                    Ok(ColumnKind::Integer | ColumnKind::Number) => are_amounts(name),
                    _ => false,
                };
                data.names().into_iter().filter(is_one).map(str::to_owned).collect()
            }
        };
        // What the amounts are in is known when all of them are read.
        if let Some(currency) = self.currency.as_ref().filter(|_| settings.rates.is_some()) {
            names.retain(|name| name != currency.as_str());
            names.push(currency.as_str().to_owned());
        }
        let mut outcomes = Vec::new();
        let mut table = FrameBuilder::in_place_of(&data);
        for (place, name) in names.iter().enumerate() {
            context.check()?;
            if self.is_currency(name) {
                settings.hear(&outcomes, data.height());
            }
            context.progress(place as u64, names.len() as u64, "columns");
            let outcome;
            (table, outcome) = self.column(table, name, &data, &settings).map_err(|failure| failure.within(name))?;
            outcomes.push(outcome);
        }
        let mut notes = frame.with_about(frame.origin()).notes(context.host())?;
        notes.extend(outcomes.iter().flat_map(Outcome::notes));
        if settings.rates.is_some() {
            notes.extend(told_of_currencies(&outcomes, &data, &names));
        }
        if outcomes.is_empty() {
            notes.push("no column holds text, so nothing was done; name others in `columns`".to_owned());
        }
        let sum = |of: fn(&Outcome) -> usize| outcomes.iter().map(|outcome| of(outcome) as i64).sum();
        let done = Done {
            rows: data.height() as i64,
            treated_columns: outcomes.len() as i64,
            changed: sum(|outcome| outcome.changed),
            missing: sum(|outcome| outcome.missing),
            unreadable: sum(|outcome| outcome.problems.len()),
        };
        let output = Output::record(done, table.build()?)
            .with_table("columns", outcome::columns(&outcomes)?)
            .with_table("changes", outcome::changes(&outcomes)?)
            .with_table("values", outcome::values(&outcomes)?)
            .with_table("problems", outcome::problems(&outcomes)?)
            .with_table("original", frame.clone());
        Ok(output.notes(notes))
    }
}

/// What a reader has to know of a table whose amounts were to come to one currency.
fn told_of_currencies(outcomes: &[Outcome], data: &Data, treated: &[String]) -> Option<String> {
    if !outcomes.iter().any(|outcome| outcome.kind == Kind::Money) {
        return Some(
            "`to` changed nothing: no column with amounts was found; name it, `columns: #{paid: \"money\"}`".into(),
        );
    }
    let is_number = |name: &&str| matches!(data.kind(name), Ok(ColumnKind::Integer | ColumnKind::Number));
    let left: Vec<String> = data
        .names()
        .into_iter()
        .filter(is_number)
        .filter(|name| !treated.iter().any(|one| one == name))
        .map(|name| format!("`{name}`"))
        .collect();
    let which = left.join(", ");
    (!left.is_empty())
        .then(|| format!("left as they were: {which}; amounts among them are named in `columns` as \"money\""))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regulars_plugin::{Date, Quiet};

    use super::*;
    use crate::stats::text::country_code;
    use crate::table::Cell;

    const KINDS: [Kind; 15] = [
        Kind::Text,
        Kind::Name,
        Kind::Address,
        Kind::Email,
        Kind::Phone,
        Kind::Country,
        Kind::Category,
        Kind::Date,
        Kind::Datetime,
        Kind::Number,
        Kind::Money,
        Kind::Flag,
        Kind::Weight,
        Kind::Length,
        Kind::Volume,
    ];

    fn cell() -> impl Strategy<Value = Option<String>> {
        prop_oneof![
            1 => Just(None),
            3 => "[ 0-9/.年月-]{0,10}".prop_map(Some),
            3 => "[€$ 0-9.,()-]{0,9}".prop_map(Some),
            3 => "[ 0-9.,%kgml'\"+-]{0,8}".prop_map(Some),
            3 => "[+0-9 ()ext./-]{3,16}".prop_map(Some),
            3 => "[a-zA-Zß.@ ,'<>:-]{0,14}".prop_map(Some),
            3 => "\\PC{0,12}".prop_map(Some),
            1 => prop::sample::select(vec!["n/a", "NULL", "unknown", "yes", "N", "UK", "Côte d'Ivoire", "str.", "St. John"])
                .prop_map(|word| Some(word.to_owned())),
        ]
    }

    fn settings() -> Settings {
        let countries = contacts::Countries { usual: country_code("GB"), by_row: None };
        let latest = Date::from_ymd_opt(2026, 11, 22).unwrap();
        let habits = dates::Habits { day_first: None, latest, timed: false };
        Settings { habits, countries, rates: None, currencies: None, days: None, brought: None }
    }

    fn once(kind: Kind, data: &Data) -> Data {
        let columns = Some(BTreeMap::from([("x".to_owned(), kind)]));
        let standardize = Standardize { columns, ..Standardize::default() };
        let (table, _) = standardize.column(FrameBuilder::in_place_of(data), "x", data, &settings()).unwrap();
        table.build().unwrap().data(&Quiet).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// What was put in form once is in form.
        #[test]
        fn a_second_time_changes_nothing(
            cells in prop::collection::vec(cell(), 0..8),
            kind in prop::sample::select(KINDS.to_vec()),
        ) {
            let texts = FrameBuilder::empty().optional_texts("x", cells.iter().map(Option::as_deref));
            let first = once(kind, &texts.build().unwrap().data(&Quiet).unwrap());
            let second = once(kind, &first);
            prop_assert_eq!(second.type_word("x").unwrap(), first.type_word("x").unwrap());
            let plain = |data: &Data| data.cells("x").unwrap().iter().map(Cell::plain).collect::<Vec<_>>();
            prop_assert_eq!(plain(&second), plain(&first));
        }
    }
}
