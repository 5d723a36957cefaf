use std::collections::BTreeMap;

use regulars_plugin::{
    Arrange, Beside, Chart, Context, Failure, Family, Function, GivenTable, Mark, NoTable, Output, Result, TableManual,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod columns;
mod known;
mod relations;
mod roles;

use columns::Line;
use known::Known;
use relations::Relation;

use crate::table::{Frame, FrameBuilder, thousands};

/// Says of every column of a project's tables what it is, what it means and where it comes from.
///
/// Static data say who customers are, dynamic data what they do; `data` tells which a table is, `role` what a column is in
/// it. The meaning is the one that the team wrote (`meanings`), else the one of the function that made the column, else that of
/// the standard table; `described` says which, and `.undescribed` lists the columns that nobody has described yet. `sources` and
/// `steps` tell in short where a column comes from; `frame.lineage("column")` tells it step by step. `.relations` shows which
/// columns point at the key of another table, and how many of their values are found there.
///
/// # Choices
/// A table that was declared is what it was declared as; any other is compared with the standard tables, as `profile` does,
/// and is the one whose needed columns are all there. Customers are static and the other standard tables dynamic. What is
/// none of them is dynamic where it has days and no column names its rows, and static otherwise; `.tables` gives the reason.
/// No value of a column of personal data is shown, only the shape of its texts: these are e-mail addresses, telephone
/// numbers, cards, accounts, days of birth, and what is called after names of persons. Of other texts the most frequent
/// values are shown where each stands for two rows at least on average, and shapes otherwise. Different values are exact up to
/// 65,536 and estimated beyond. A column points at another table where both have the same standard name, the same name, or
/// the name of the table (`product` and the key of `products`), and the other one names its rows: no value twice, none missing.
/// Keys of different types are compared as text.
///
/// # Source
/// Custom of the trade.
///
/// # Example
/// ```rhai
/// let people = frame(#{id: [1, 2, 3], region: ["north", "south", "north"]}).customers(#{customer: "id"});
/// let raw = frame(#{client: [1, 1, 2], day: ["2024-01-05", "2024-01-25", "2024-02-01"], pieces: [2, 3, 1], price: [10.0, 7.0, 20.0]});
/// let orders = raw.with_columns((col("pieces") * col("price")).alias("total"))
///     .transactions(#{customer: "client", date: "day", amount: "total"});
/// let book = dictionary(#{tables: #{people: people, orders: orders}, meanings: #{orders: #{pieces: "pieces in the parcel"}}});
/// book.table().select(["table", "data", "column", "role", "meaning", "sources"])
/// ```
/// ```text
/// table   data     column    role      meaning                          sources
/// text    text     text      text      text                             text
/// ────────────────────────────────────────────────────────────────────────────────────────────────
/// people  static   customer  who       who: a person or firm that buys  frame(#{…}): id
/// people  static   region    where     region                           frame(#{…}): region
/// orders  dynamic  customer  who       who: a person or firm that buys  frame(#{…}): client
/// orders  dynamic  date      when      when it was bought               frame(#{…}): day
/// orders  dynamic  pieces    how much  pieces in the parcel             frame(#{…}): pieces
/// orders  dynamic  price     how much  –                                frame(#{…}): price
/// orders  dynamic  amount    how much  what was paid                    frame(#{…}): pieces, price
/// 7 rows × 6 columns
/// ```
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Dictionary {
    /// The tables by their names: `#{people: people, orders: orders}`; must be given.
    pub tables: BTreeMap<String, GivenTable>,
    /// Which tables are told. Left out: all.
    pub data: Option<Data>,
    /// What columns mean, in the words of the team: `#{orders: #{total: "what was paid, with tax"}}`.
    pub meanings: BTreeMap<String, BTreeMap<String, String>>,
    /// Values that are shown as examples of a column.
    #[schemars(range(min = 0, max = 20))]
    pub examples: Option<u32>,
}

/// What the tables of a project are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Data {
    /// Who customers are: name, region, age, industry.
    Static,
    /// What they do: orders, visits, tickets, reviews, deals.
    Dynamic,
}

impl Data {
    fn word(self) -> &'static str {
        match self {
            Data::Static => "static",
            Data::Dynamic => "dynamic",
        }
    }
}

/// Examples of a column, unless told.
const EXAMPLES: usize = 3;

/// One column of one table; static data first.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct DictionaryRow {
    /// The table.
    table: String,
    /// The column.
    column: String,
    /// What it means.
    meaning: Option<String>,
    /// What it is in its table: key, who, when, where, what, how much, or text.
    role: String,
    /// "static": who customers are; "dynamic": what they do.
    data: String,
    /// Type of its values.
    r#type: String,
    /// Unit, where one is known.
    unit: Option<String>,
    /// Number of different values.
    #[schemars(extend("unit" = "values"))]
    distinct: i64,
    /// Rows without a value as a share of all rows.
    #[schemars(extend("unit" = "share"))]
    missing: Option<f64>,
    /// Who says what it means: "team", "function", "standard table", or "nobody".
    described: String,
    /// The standard column that it is, with its table.
    standard: Option<String>,
    /// Whether it holds personal data.
    personal: bool,
    /// Reach or frequent values; of personal data the shape only.
    examples: Option<String>,
    /// The words of the script on its way, the first one first.
    steps: String,
    /// The files, samples or queries that it comes from, with its columns there.
    sources: String,
}

/// The tables.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
struct TableRow {
    /// The table.
    table: String,
    /// "static": who customers are; "dynamic": what they do.
    data: String,
    /// The standard table that it is.
    standard: Option<String>,
    /// Why it is that.
    reason: String,
    /// Its rows.
    #[schemars(extend("unit" = "rows"))]
    rows: i64,
    /// Its columns.
    #[schemars(extend("unit" = "columns"))]
    columns: i64,
    /// Those that have a description.
    #[schemars(extend("unit" = "columns"))]
    described: i64,
    /// The column that names its rows.
    key: Option<String>,
}

/// Columns that point at the key of another table.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
struct RelationRow {
    /// The table.
    table: String,
    /// Its column.
    column: String,
    /// The table that it points at.
    refers_to: String,
    /// The key there.
    key: String,
    /// Different values of the column.
    #[schemars(extend("unit" = "values"))]
    values: i64,
    /// Those that the key has.
    #[schemars(extend("unit" = "values"))]
    found: i64,
    /// Their share.
    #[schemars(extend("unit" = "share"))]
    share: Option<f64>,
    /// Whether the types differ, so that values were compared as text.
    as_text: bool,
}

/// Columns that nobody has described yet.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
struct UndescribedRow {
    /// The table.
    table: String,
    /// The column.
    column: String,
    /// Type of its values.
    r#type: String,
    /// Where it comes from.
    sources: String,
    /// What to add to `meanings`.
    code: String,
}

/// Counts of the dictionary.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DictionaryFigures {
    /// Tables of static data.
    #[schemars(extend("unit" = "tables"))]
    static_tables: i64,
    /// Tables of dynamic data.
    #[schemars(extend("unit" = "tables"))]
    dynamic_tables: i64,
    /// Columns of all tables that are told: as many as the answer has rows.
    #[schemars(extend("unit" = "columns"))]
    columns: i64,
    /// Columns of static data.
    #[schemars(extend("unit" = "columns"))]
    static_columns: i64,
    /// Columns of dynamic data.
    #[schemars(extend("unit" = "columns"))]
    dynamic_columns: i64,
    /// Columns that somebody has described.
    #[schemars(extend("unit" = "columns"))]
    described: i64,
    /// Columns that nobody has described.
    #[schemars(extend("unit" = "columns"))]
    not_described: i64,
    /// Columns of personal data.
    #[schemars(extend("unit" = "columns"))]
    personal: i64,
}

impl Function for Dictionary {
    const FAMILY: Family = Family::Clean;
    const RELATED: &'static [&'static str] = &["profile", "validate", "customer_360"];
    type Input = Beside<NoTable<Frame>>;
    type Row = DictionaryRow;
    type Figures = DictionaryFigures;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Bar).x("table").color("described").labels("table", "columns");
        let chart = Chart { arrange: Some(Arrange::Stacked), lying: Some(true), ..chart };
        Some(chart.title("Who says what the columns mean"))
    }

    fn further_tables() -> Vec<TableManual> {
        let relations = Chart::new(Mark::Bar).x("column").y("share").color("refers_to");
        let relations = Chart { arrange: Some(Arrange::Beside), lying: Some(true), ..relations };
        vec![
            TableManual::of::<TableRow>("tables"),
            TableManual::of::<RelationRow>("relations").chart(relations.title("How many values the other table knows")),
            TableManual::of::<UndescribedRow>("undescribed").aside(),
        ]
    }

    fn run(&self, input: Self::Input, context: &Context<'_>) -> Result<Output<Frame, DictionaryFigures>> {
        if self.tables.is_empty() {
            return Err(Failure::new("there is no table to describe")
                .help("give them by their names: `dictionary(#{tables: #{people: people, orders: orders}})`"));
        }
        let mut frames: Vec<(&String, Frame)> = Vec::new();
        for (name, given) in &self.tables {
            frames.push((name, input.table(given)?));
        }
        self.look_at_meanings(&frames)?;
        let mut all: Vec<Known> = Vec::new();
        for (name, frame) in &frames {
            all.push(Known::of(name, frame, context)?);
        }
        all.sort_by_key(|one| one.data);
        let relations = relations::of(&all, context)?;
        let told = |one: &&Known| self.data.is_none_or(|data| one.data == data);
        let left_out = all.iter().filter(|one| !told(one)).count();
        let tables: Vec<&Known> = all.iter().filter(told).collect();
        let most = self.examples.map_or(EXAMPLES, |most| most as usize);
        let lines: Vec<Line> =
            tables.iter().flat_map(|one| columns::lines(one, self.meanings.get(&one.name), most)).collect();
        let relations: Vec<&Relation> =
            relations.iter().filter(|one| tables.iter().any(|table| table.name == one.table)).collect();
        let mut notes: Vec<String> = Vec::new();
        if left_out > 0 {
            let data = self.data.map_or("", Data::word);
            notes.push(format!("{} of {} tables are not told, as they do not hold {data} data", left_out, all.len()));
        }
        let undescribed = lines.iter().filter(|line| line.meaning.is_none()).count();
        if undescribed > 0 {
            notes.push(format!(
                "nobody has described {} of {} columns; `.undescribed` lists them, and `meanings` takes the words of the team",
                thousands(undescribed),
                thousands(lines.len())
            ));
        }
        notes.extend(relations.iter().filter_map(|one| one.sentence()));
        let tables_of = |data: Data| tables.iter().filter(|table| table.data == data).count() as i64;
        let of_data = |data: Data| lines.iter().filter(|line| line.data == data).count() as i64;
        let figures = DictionaryFigures {
            static_tables: tables_of(Data::Static),
            dynamic_tables: tables_of(Data::Dynamic),
            columns: lines.len() as i64,
            static_columns: of_data(Data::Static),
            dynamic_columns: of_data(Data::Dynamic),
            described: (lines.len() - undescribed) as i64,
            not_described: undescribed as i64,
            personal: lines.iter().filter(|line| line.is_personal).count() as i64,
        };
        Ok(Output::record(figures, columns::table(&lines)?)
            .with_table("tables", tables_table(&tables, &lines)?)
            .with_table("relations", relations::table(&relations)?)
            .with_table("undescribed", columns::undescribed(&lines)?)
            .notes(notes))
    }
}

impl Dictionary {
    /// Whether each meaning is that of a column that is there.
    fn look_at_meanings(&self, frames: &[(&String, Frame)]) -> Result<()> {
        for (table, columns) in &self.meanings {
            let Some((_, frame)) = frames.iter().find(|(name, _)| *name == table) else {
                return Err(Failure::new(format!("`meanings` names the table `{table}`, which is not given"))
                    .near(table, frames.iter().map(|(name, _)| name.as_str())));
            };
            let names = frame.names();
            for (column, meaning) in columns {
                if !names.contains(column) {
                    return Err(Failure::new(format!(
                        "`meanings` names the column `{column}`, which the table `{table}` does not have"
                    ))
                    .near(column, names.iter().map(String::as_str)));
                }
                if meaning.trim().is_empty() {
                    return Err(Failure::new(format!("the meaning of `{column}` in `{table}` is empty"))
                        .help("say what it is, or leave it out"));
                }
            }
        }
        Ok(())
    }
}

fn tables_table(tables: &[&Known], lines: &[Line]) -> Result<Frame> {
    let described =
        |table: &Known| lines.iter().filter(|line| line.table == table.name && line.meaning.is_some()).count() as i64;
    let each = || tables.iter();
    FrameBuilder::empty()
        .texts("table", each().map(|one| one.name.as_str()))
        .texts("data", each().map(|one| one.data.word()))
        .optional_texts("standard", each().map(|one| one.standard.map(|table| table.word())))
        .texts("reason", each().map(|one| one.reason.as_str()))
        .integers("rows", each().map(|one| one.found.rows as i64))
        .integers("columns", each().map(|one| one.found.columns.len() as i64))
        .integers("described", each().map(|one| described(one)))
        .optional_texts("key", each().map(|one| one.key()))
        .build()
}
