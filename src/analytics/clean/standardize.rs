//! Raw columns become columns that can be compared: the function, and what it tells.

mod contacts;
mod countries;
mod dates;
mod kinds;
mod money;
mod numbers;
mod outcome;
mod reading;
mod width;
mod words;

use std::collections::{BTreeMap, HashMap};

use regulars_plugin::{
    Beside, Chart, ColumnName, Context, Date, Failure, Family, Function, GivenTable, Mark, Nothing, Output, Result,
    TableManual,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::table::{Cell, Data, Frame, FrameBuilder};
use dates::Habits;
use kinds::Kind;
use money::Rates;
use outcome::Outcome;
use reading::{Distinct, Read, Unreadable};

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
/// of a currency is in that of `to`; the latest one that is not after the row's day counts. Capitals of names are changed only
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
    /// Whether the day comes first in `3/4/2024`. Left out: as the other values of the column say.
    pub day_first: Option<bool>,
    /// Whether the comma is the decimal sign in `1,234`. Left out: as the other values of the column say.
    pub decimal_comma: Option<bool>,
    /// Currency to which amounts of money come, such as `"EUR"`. Left out: they stay in theirs.
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
        let settings = Settings::of(self, &input, &data, context)?;
        let names: Vec<String> = match &self.columns {
            Some(columns) if columns.is_empty() => {
                return Err(Failure::new("`columns` is empty, so nothing would be done")
                    .help("name columns, `columns: #{email: \"email\"}`, or leave it out"));
            }
            Some(columns) => {
                columns.keys().try_for_each(|name| frame.need(name).map_err(|failure| failure.within("columns")))?;
                data.names().into_iter().filter(|name| columns.contains_key(*name)).map(str::to_owned).collect()
            }
            None => {
                let is_text = |name: &&str| data.kind(name).is_ok_and(|kind| kind == regulars_plugin::ColumnKind::Text);
                data.names().into_iter().filter(is_text).map(str::to_owned).collect()
            }
        };
        let mut outcomes = Vec::new();
        let mut table = FrameBuilder::in_place_of(&data);
        for (place, name) in names.iter().enumerate() {
            context.check()?;
            context.progress(place as u64, names.len() as u64, "columns");
            let outcome;
            (table, outcome) = self.column(table, name, &data, &settings).map_err(|failure| failure.within(name))?;
            outcomes.push(outcome);
        }
        let mut notes = frame.with_about(frame.origin()).notes(context.host())?;
        notes.extend(outcomes.iter().flat_map(Outcome::notes));
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

/// The options, understood.
struct Settings {
    habits: Habits,
    country: Option<&'static str>,
    rates: Option<Rates>,
    /// The currency of each row, and the rows' days, where columns hold them.
    currencies: Option<Vec<Option<String>>>,
    days: Option<Vec<Option<Date>>>,
}

impl Settings {
    fn of(options: &Standardize, input: &Beside<Frame>, data: &Data, context: &Context<'_>) -> Result<Settings> {
        let country = match &options.country {
            Some(name) => Some(countries::code(name).ok_or_else(|| {
                Failure::new(format!("`country`: there is no country `{name}`"))
                    .help("write its two letters, such as \"GB\", or its name")
            })?),
            None => None,
        };
        let rates = match (&options.to, &options.rates) {
            (Some(to), rates) => {
                let to = money::code(to).ok_or_else(|| {
                    Failure::new(format!("`to`: `{to}` is no currency")).help("write three letters, such as \"EUR\"")
                })?;
                let table = rates.as_ref().map(|rates| input.table(rates)).transpose()?;
                let table = table.ok_or_else(|| {
                    Failure::new("`to` needs `rates`: how much is one of each currency?").help(
                        "`rates: frame(#{currency: [\"USD\"], rate: [0.92]})` says that a dollar is .92 of the currency in `to`",
                    )
                })?;
                Some(Rates::of(&table.data(context.host())?, &to).map_err(|failure| failure.within("rates"))?)
            }
            (None, Some(_)) => {
                return Err(Failure::new("`rates` are given, but not the currency to which amounts come")
                    .help("add `to: \"EUR\"`"));
            }
            (None, None) => None,
        };
        let currencies = options.currency.as_ref().map(|name| data.words(name.as_str())).transpose()?;
        let days = options.date.as_ref().map(|name| data.dates(name.as_str())).transpose()?;
        let habits = Habits { day_first: options.day_first, latest: context.today, timed: false };
        Ok(Settings { habits, country, rates, currencies, days })
    }
}

impl Standardize {
    /// Puts one column into its form.
    fn column(
        &self,
        table: FrameBuilder,
        name: &str,
        data: &Data,
        settings: &Settings,
    ) -> Result<(FrameBuilder, Outcome)> {
        let levels = data.levels(name)?;
        let mut rows = vec![0; levels.len()];
        levels.codes.iter().for_each(|code| rows[*code as usize] += 1);
        let all: Vec<Distinct> = (0..levels.len())
            .map(|level| {
                let cell = levels.value(level);
                Distinct { text: width::plain(&cell.plain()), cell, rows: rows[level] }
            })
            .collect();
        let is_something = |value: &&Distinct| value.cell != Cell::Missing && !width::is_nothing(&value.text);
        let (kind, because) = match self.columns.as_ref().and_then(|columns| columns.get(name)) {
            Some(kind) => (*kind, "as told".to_owned()),
            None => {
                let some: Vec<Distinct> = all.iter().filter(is_something).cloned().collect();
                kinds::guess(name, &some, settings.habits.latest)
            }
        };
        let stands = |value: &&Distinct| {
            is_something(value) && !(kind.has_words_for_nothing() && width::is_word_for_nothing(&value.text))
        };
        let (places, read): (Vec<usize>, Vec<Distinct>) = all
            .iter()
            .enumerate()
            .filter(|(_, value)| stands(value))
            .map(|(place, value)| (place, value.clone()))
            .unzip();
        let mut outcome = Outcome::new(name, kind, because);
        if kind == Kind::Money {
            let cells = self.money(&levels.codes, &all, (&places, &read), settings, &mut outcome);
            return Ok((table.cells(name, &cells)?, outcome));
        }
        let Read { cells, evidence } = self.read(kind, &read, settings);
        outcome.evidence = evidence;
        let mut becomes: Vec<std::result::Result<Cell, Unreadable>> = vec![Ok(Cell::Missing); all.len()];
        for (place, cell) in places.into_iter().zip(cells) {
            // Of a value such as `, ,` nothing is left.
            becomes[place] = cell.map(|cell| if cell == Cell::Text(String::new()) { Cell::Missing } else { cell });
        }
        for (value, cell) in all.iter().zip(&becomes) {
            outcome.take(value, cell);
        }
        if becomes.iter().any(Result::is_err) {
            for (row, code) in levels.codes.iter().enumerate() {
                if let Err(why) = &becomes[*code as usize] {
                    outcome.problem(row, &all[*code as usize], why);
                }
            }
        }
        // No row has the last cell: it gives the column its type, also where nothing could be read.
        let some = std::iter::once(kind.example());
        let cells: Vec<Cell> = becomes.into_iter().map(|cell| cell.unwrap_or(Cell::Missing)).chain(some).collect();
        Ok((table.mapped(name, &levels, &cells)?, outcome))
    }

    fn read(&self, kind: Kind, values: &[Distinct], settings: &Settings) -> Read {
        match kind {
            Kind::Text => words::texts(values),
            Kind::Name => words::names(values),
            Kind::Address => words::addresses(values),
            Kind::Email => contacts::emails(values),
            Kind::Phone => contacts::phones(values, settings.country),
            Kind::Country => countries::read(values),
            Kind::Category => words::categories(values),
            Kind::Date => dates::read(values, settings.habits),
            Kind::Datetime => dates::read(values, Habits { timed: true, ..settings.habits }),
            Kind::Number | Kind::Money => numbers::read(values, self.decimal_comma),
            Kind::Flag => words::flags(values),
            Kind::Weight => numbers::quantities(values, "weight", self.decimal_comma),
            Kind::Length => numbers::quantities(values, "length", self.decimal_comma),
            Kind::Volume => numbers::quantities(values, "volume", self.decimal_comma),
        }
    }

    /// Amounts, each with the currency and the day of its row.
    fn money(
        &self,
        codes: &[u32],
        all: &[Distinct],
        (places, read): (&[usize], &[Distinct]),
        settings: &Settings,
        outcome: &mut Outcome,
    ) -> Vec<Cell> {
        let bare: Vec<(String, usize)> =
            read.iter().map(|value| (money::without_currency(&value.text).0, value.rows)).collect();
        let (comma, evidence) =
            numbers::decide(bare.iter().map(|(text, rows)| (text.as_str(), *rows)), self.decimal_comma);
        outcome.evidence = evidence;
        let mut amounts = vec![None; all.len()];
        for (place, value) in places.iter().zip(read) {
            amounts[*place] = Some(match &value.cell {
                Cell::Integer(number) => Ok((*number as f64, None)),
                Cell::Number(number) => Ok((*number, None)),
                _ => money::amount(&value.text, comma),
            });
        }
        let mut currencies: HashMap<String, usize> = HashMap::new();
        let mut without = 0;
        let mut pairs: HashMap<(u32, Option<u64>), usize> = HashMap::new();
        let mut cells = Vec::with_capacity(codes.len());
        for (row, code) in codes.iter().enumerate() {
            let value = &all[*code as usize];
            let worth = match &amounts[*code as usize] {
                None => Ok(None),
                Some(Err(why)) => Err(why.clone()),
                Some(Ok((amount, own))) => {
                    let told = settings.currencies.as_ref().and_then(|all| all[row].as_deref()).and_then(money::code);
                    let currency = own.clone().or(told);
                    match &currency {
                        Some(currency) => *currencies.entry(currency.clone()).or_default() += 1,
                        None => without += 1,
                    }
                    let day = settings.days.as_ref().and_then(|days| days[row]);
                    match (&settings.rates, currency) {
                        (Some(rates), Some(currency)) => rates.worth(*amount, &currency, day).map(Some),
                        _ => Ok(Some(*amount)),
                    }
                }
            };
            match worth {
                Ok(worth) => {
                    *pairs.entry((*code, worth.map(f64::to_bits))).or_default() += 1;
                    cells.push(worth.map_or(Cell::Missing, Cell::Number));
                }
                Err(why) => {
                    outcome.problem(row, value, &why);
                    cells.push(Cell::Missing);
                }
            }
        }
        let mut pairs: Vec<((u32, Option<u64>), usize)> = pairs.into_iter().collect();
        pairs.sort_unstable();
        for ((code, worth), rows) in pairs {
            let cell = worth.map_or(Cell::Missing, |bits| Cell::Number(f64::from_bits(bits)));
            outcome.take(&Distinct { rows, ..all[code as usize].clone() }, &Ok(cell));
        }
        let mut found: Vec<(String, usize)> = currencies.into_iter().collect();
        found.sort();
        let listed: Vec<String> = found.iter().map(|(currency, rows)| format!("{rows} in {currency}")).collect();
        if !listed.is_empty() {
            outcome.evidence.push(listed.join(", "));
        }
        match (&self.to, without) {
            (Some(to), 1..) => outcome.evidence.push(format!("{without} without a currency, taken as {to}")),
            (None, _) if found.len() > 1 => {
                outcome.evidence.push("left in their currencies: `to` and `rates` bring them to one".to_owned());
            }
            _ => {}
        }
        cells
    }
}
