//! Host and author's kit against each other in one process: every kind of column, whichever way it lies in memory.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it finds something else")]

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use polars::prelude::*;
use regulars_plugin::{
    Anchor, Column as Given, Context, Date, Drawing, Entered, Failure, Family, Fitted, FittedOn, Function, Holds, Host,
    Ink, Nothing, Output, OwnTable, Registered, Result, StandardColumn, StandardTable, Style, Table, TableManual,
    TakesTable, Values,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};

use super::{Plugin, cross};
use crate::table::{Data, Frame};

/// Gives a table back.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Echo {
    /// Read and write every value rather than hand the columns on.
    again: bool,
}

/// The columns of the test's table.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
struct EveryKind {
    /// Whole numbers.
    integer: i64,
    /// Numbers.
    number: f64,
    /// Text.
    text: String,
    /// Flags.
    flag: bool,
    /// Days.
    date: Date,
    /// Times.
    time: serde_json::Value,
}

impl Function for Echo {
    const FAMILY: Family = Family::Clean;
    type Input = Table;
    type Row = EveryKind;
    type Figures = Nothing;

    fn run(&self, table: Table, _: &Context<'_>) -> Result<Output<Table, Nothing>> {
        if !self.again {
            return Ok(Output::table(table).note("handed on"));
        }
        let columns = table.columns().iter().map(|column| {
            let name = column.name();
            Ok(match column.kind() {
                Values::Integers => Given::integers(name, column.as_integers()?),
                Values::Numbers => Given::numbers(name, column.as_numbers()?),
                Values::Texts => Given::texts(name, column.as_texts()?),
                Values::Flags => Given::flags(name, column.as_flags()?),
                Values::Times => Given::times(name, column.as_microseconds()?),
                Values::Dates => {
                    let day = |day| Date::default().checked_add_signed(chrono::TimeDelta::days(i64::from(day)));
                    Given::dates(name, column.as_days()?.map(|days| days.and_then(day)))
                }
            })
        });
        Ok(Output::table(Table::new(columns.collect::<Result<_>>()?)?))
    }
}

regulars_plugin::frames!();

/// Sums amounts by customer, in a Polars of the author's own.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Sums {}

/// One row per text.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
struct Sum {
    /// The text.
    text: String,
    /// Its sum.
    number: f64,
    /// Its rows.
    rows: i64,
}

impl Function for Sums {
    const FAMILY: Family = Family::Clean;
    type Input = Table;
    type Row = Sum;
    type Figures = Nothing;
    fn run(&self, table: Table, _: &Context<'_>) -> Result<Output<Table, Nothing>> {
        let sums = frames::frame_of(&table)?
            .lazy()
            .group_by([col("text")])
            .agg([col("number").sum(), len().alias("rows")])
            .sort(["text"], SortMultipleOptions::default());
        Ok(Output::table(frames::table_of(sums.collect().map_err(frames::failure)?)?))
    }
}

/// Breaks off.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct BreakOff {}

impl Function for BreakOff {
    const FAMILY: Family = Family::Clean;
    type Input = Table;
    type Row = Nothing;
    type Figures = Nothing;
    fn run(&self, table: Table, _: &Context<'_>) -> Result<Output<Table, Nothing>> {
        panic!("row {} of {}", 7, table.height())
    }
}

/// Hears what the host tells.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Listen {}

/// What was heard.
#[derive(JsonSchema, Serialize)]
struct Heard {
    /// The seed.
    seed: u64,
    /// The day.
    today: Date,
    /// Whether to stop.
    cancelled: bool,
}

impl Function for Listen {
    const FAMILY: Family = Family::Clean;
    type Input = Table;
    type Row = Nothing;
    type Figures = Heard;
    fn run(&self, _: Table, context: &Context<'_>) -> Result<Output<Table, Heard>> {
        context.warn("mind the gap");
        context.progress(1, 2, "listening");
        let cancelled = context.check().is_err();
        Ok(Output::figures(Heard { seed: context.seed, today: context.today, cancelled }))
    }
}

/// Fits the mean of a column of the second table for each row of the first, to cross with everything that an answer has.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Mean {}

/// The model.
#[derive(Serialize, Deserialize)]
struct State {
    mean: f64,
}

/// The values that were seen.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
struct Seen {
    /// A value.
    value: f64,
}

/// Named figures.
#[derive(JsonSchema, Serialize)]
struct Figures {
    /// The mean.
    mean: f64,
    /// Rows of the first table.
    visits: i64,
}

/// Visits, a standard table of the plugin's own.
struct Visits(Table);

const VISITS: OwnTable = OwnTable {
    word: "visits",
    summary: "Declares a frame as the table of visits: who came to which shop.",
    row: "one visit to a shop",
    needed: &[
        StandardColumn { name: "customer", holds: Holds::Key, meaning: "who" },
        StandardColumn { name: "shop", holds: Holds::Text, meaning: "where" },
    ],
    known: &[],
};

impl TakesTable for Visits {
    type Table = Table;
    const TABLE: StandardTable = StandardTable::Own(&VISITS);
    fn take(table: Table) -> Result<Self> {
        Ok(Visits(table))
    }
}

impl Function for Mean {
    const FAMILY: Family = Family::Value;
    const DRAWS: bool = true;
    type Input = (Visits, Table);
    type Row = Seen;
    type Figures = Figures;

    fn further_tables() -> Vec<TableManual> {
        vec![TableManual::of::<Seen>("again"), TableManual::of::<Seen>("never")]
    }
    fn methods() -> Vec<Registered<Table>> {
        vec![Registered::of::<Above>(), Registered::of::<Twice>()]
    }
    fn run(&self, (visits, table): Self::Input, _: &Context<'_>) -> Result<Output<Table, Figures>> {
        let values: Vec<f64> = table.column("value")?.as_numbers()?.flatten().collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let seen = || Table::new(vec![Given::numbers("value", values.iter().copied().map(Some))]);
        let mut drawing = Drawing::new(10.0, 5.0, "The mean").summary("A dot at the mean");
        drawing.dot((mean, 2.0), 1.0, Ink::Main);
        drawing.words((1.0, 1.0), "<mean>", Anchor::Start, Style::Label);
        Output::record(Figures { mean, visits: visits.0.height() as i64 }, seen()?)
            .with_table("again", seen()?)
            .with_drawing(drawing)
            .with_model(&State { mean })
    }
}

/// How far the values lie above the mean.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Above {}

impl Function for Above {
    const FAMILY: Family = Family::Value;
    type Input = FittedOn<State, Table>;
    type Row = Seen;
    type Figures = Nothing;
    fn run(&self, input: Self::Input, _: &Context<'_>) -> Result<Output<Table, Nothing>> {
        let values = input.table.column("value")?.as_numbers()?;
        let above = values.map(|value| value.map(|value| value - input.state.mean));
        Ok(Output::table(Table::new(vec![Given::numbers("value", above)])?))
    }
}

/// Twice the mean.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Twice {}

impl Function for Twice {
    const FAMILY: Family = Family::Value;
    type Input = Fitted<State, Table>;
    type Row = Nothing;
    type Figures = Figures;
    fn run(&self, input: Self::Input, _: &Context<'_>) -> Result<Output<Table, Figures>> {
        Ok(Output::figures(Figures { mean: 2.0 * input.state.mean, visits: 0 }))
    }
}

fn plugin() -> Plugin {
    static CELL: OnceLock<Entered> = OnceLock::new();
    Plugin::linked(&CELL, || {
        regulars_plugin::Plugin::new("kit", "0")
            .function::<Echo>()
            .function::<BreakOff>()
            .function::<Listen>()
            .function::<Mean>()
            .function::<Sums>()
    })
    .unwrap()
}

type Answer = Output<Frame, Map<String, serde_json::Value>>;

fn call(function: usize, frame: DataFrame, options: serde_json::Value, context: &Context<'_>) -> Result<Answer> {
    let options = options.as_object().cloned().unwrap_or_default();
    plugin().run(function, None, &options, given(frame), context)
}

fn given(frame: DataFrame) -> regulars_plugin::Given<Frame> {
    regulars_plugin::Given::tables(vec![Frame::from_data(frame)])
}

/// Every kind, with missing values, long text and Chinese, in rows `from` on.
fn every_kind(from: usize, rows: usize) -> DataFrame {
    let some = |row: usize| row % 5 != 2;
    let range = || (from..from + rows).map(|row| some(row).then_some(row as i64));
    let texts = ["", "short", "exactly12byt", "longer than twelve bytes", "汉字", "顾客回头率与购买周期的分析"];
    df!(
        "integer" => range().collect::<Vec<_>>(),
        "number" => range().map(|value| value.map(|value| value as f64 / 4.0)).collect::<Vec<_>>(),
        "text" => (from..from + rows).map(|row| some(row).then_some(texts[row % 6])).collect::<Vec<_>>(),
        "flag" => range().map(|value| value.map(|value| value % 3 == 0)).collect::<Vec<_>>(),
        "date" => range().map(|value| value.map(|value| value as i32)).collect::<Vec<_>>(),
        "time" => range().map(|value| value.map(|value| value * 1_000_001)).collect::<Vec<_>>(),
    )
    .and_then(|frame| {
        frame
            .lazy()
            .with_columns([
                col("date").cast(DataType::Date),
                col("time").cast(DataType::Datetime(TimeUnit::Microseconds, None)),
            ])
            .collect()
    })
    .unwrap()
}

#[test]
fn every_kind_comes_back_as_it_went() {
    let chunks = every_kind(0, 11).vstack(&every_kind(3, 40)).and_then(|frame| frame.vstack(&every_kind(1, 1)));
    let chunks = chunks.unwrap();
    assert!(chunks.first_col_n_chunks() > 1);
    let frames = [
        ("plain", every_kind(0, 100)),
        ("without rows", every_kind(0, 0)),
        ("one row", every_kind(7, 1)),
        ("nothing but missing values", every_kind(2, 1)),
        ("sliced within a byte", every_kind(0, 100).slice(3, 50)),
        ("a slice of a slice", every_kind(0, 100).slice(13, 70).slice(5, 9)),
        ("in chunks", chunks.clone()),
        ("chunks that begin within a byte", chunks.slice(5, 30)),
    ];
    for (what, frame) in frames {
        for again in [false, true] {
            let reply = call(0, frame.clone(), json!({ "again": again }), &Context::quiet()).unwrap();
            let data = reply.table.as_ref().unwrap().data(&regulars_plugin::Quiet).unwrap();
            assert!(data.0.equals_missing(&frame), "{what}, again: {again}\n{frame}\n{}", data.0);
            assert_eq!(data.0.schema(), frame.schema(), "{what}");
            assert_eq!(reply.notes.is_empty(), again);
        }
    }
}

#[test]
fn answers_outlive_everything_they_came_from() {
    let reply = call(0, every_kind(0, 1000), json!({}), &Context::quiet()).unwrap();
    let data = reply.table.unwrap().data(&regulars_plugin::Quiet).unwrap();
    let other = std::thread::spawn(move || data.0.equals_missing(&every_kind(0, 1000)));
    assert!(other.join().unwrap());
}

#[test]
fn numbers_and_texts_are_lent_where_they_lie() {
    let frame = every_kind(0, 1000);
    let start = |frame: &DataFrame| {
        let numbers = frame.column("number").unwrap().f64().unwrap().downcast_iter().next().unwrap().values().as_ptr();
        let texts = frame.column("text").unwrap().str().unwrap().downcast_iter().next().unwrap();
        (numbers as usize, texts.data_buffers()[0].as_ptr() as usize)
    };
    let reply = call(0, frame.clone(), json!({}), &Context::quiet()).unwrap();
    assert_eq!(start(&frame), start(&reply.table.unwrap().data(&regulars_plugin::Quiet).unwrap().0));
}

#[test]
fn other_types_are_brought_into_the_six_kinds_or_told() {
    let frame =
        df!("small" => [1i8, 2], "half" => [0.5f32, 1.5], "huge" => [1u64, u64::MAX], "nothing" => [None::<i32>, None])
            .unwrap()
            .lazy()
            .with_columns([
                col("small").cast(DataType::Datetime(TimeUnit::Nanoseconds, None)).alias("nanoseconds"),
                col("small").cast(DataType::Duration(TimeUnit::Milliseconds)).alias("span"),
                lit(NULL).alias("empty"),
            ])
            .collect()
            .unwrap();
    let mut notes = Vec::new();
    let fit = cross::fit(Data(frame), &mut notes).unwrap();
    let kinds: Vec<String> =
        fit.columns().iter().map(|column| format!("{} {}", column.name(), column.dtype())).collect();
    assert_eq!(kinds, ["small i64", "half f64", "nothing i64", "nanoseconds datetime[μs]"]);
    assert_eq!(
        notes,
        [
            "column `huge` was not given to the plugin: it holds numbers that are too large",
            "column `span` was not given to the plugin: it holds duration, which plugins do not take",
            "column `empty` was not given to the plugin: it holds empty, which plugins do not take",
        ]
    );
}

fn values(frame: &Frame) -> Vec<Option<f64>> {
    frame.data(&regulars_plugin::Quiet).unwrap().numbers("value").unwrap()
}

fn numbers(values: &[f64]) -> Frame {
    Frame::from_data(df!("value" => values).unwrap())
}

/// Two visits, the customer under another name than the plugin's table has.
fn visits() -> Frame {
    Frame::from_data(df!("customer" => ["ann", "bob"], "shop" => ["north", "south"]).unwrap())
}

#[test]
fn models_further_tables_and_pictures_cross_and_models_are_asked() {
    let context = Context::quiet();
    let run = |method, tables, model| {
        plugin().run(
            3,
            method,
            &Map::new(),
            regulars_plugin::Given { model, ..regulars_plugin::Given::tables(tables) },
            &context,
        )
    };
    let fitted = run(None, vec![visits(), numbers(&[1.0, 2.0, 6.0])], None).unwrap();
    assert_eq!(json!(fitted.figures), json!({ "mean": 3.0, "visits": 2 }));
    let names: Vec<&str> = fitted.further.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["again"], "`never` is declared and not given");
    assert_eq!(values(&fitted.further[0].1), [Some(1.0), Some(2.0), Some(6.0)]);
    assert_eq!(fitted.drawing.as_ref().map(|drawing| drawing.shapes.len()), Some(2));

    let (state, table) = (fitted.model.unwrap(), fitted.table);
    let ask =
        |method, tables, table| run(Some(method), tables, Some(regulars_plugin::Model { state: state.clone(), table }));
    let above = |tables, table| ask(0, tables, table).map(|output| values(&output.table.unwrap()));
    assert_eq!(above(Vec::new(), table.clone()).unwrap(), [Some(-2.0), Some(-1.0), Some(3.0)]);
    assert_eq!(above(vec![numbers(&[5.0])], table).unwrap(), [Some(2.0)]);
    assert!(above(Vec::new(), None).unwrap_err().to_string().contains("no rows of its own"));
    assert_eq!(ask(1, Vec::new(), None).unwrap().figures["mean"], json!(6.0));
}

#[test]
fn an_author_with_polars_works_on_frames() {
    let by_text = |frame: DataFrame| {
        let sums =
            frame.lazy().group_by([col("text")]).agg([col("number").sum(), len().alias("rows").cast(DataType::Int64)]);
        sums.sort(["text"], SortMultipleOptions::default()).collect().unwrap()
    };
    for frame in [every_kind(0, 100), every_kind(0, 0), every_kind(0, 90).slice(3, 50)] {
        let table = call(4, frame.clone(), json!({}), &Context::quiet()).unwrap().table.unwrap();
        assert!(table.data(&regulars_plugin::Quiet).unwrap().0.equals_missing(&by_text(frame)));
    }
}

#[test]
fn a_table_of_the_plugins_own_is_asked_for_by_its_columns() {
    let plugin = plugin();
    assert_eq!(plugin.manuals()[3].tables, [StandardTable::Own(&VISITS), StandardTable::Frame]);
    assert_eq!(plugin.manuals()[3].signature(), "mean(visits, frame)");
    let raw = Frame::from_data(df!("customer" => ["ann"], "shpo" => ["north"]).unwrap());
    let tables = regulars_plugin::Given::tables(vec![raw, numbers(&[1.0])]);
    let refused = plugin.run(3, None, &Map::new(), tables, &Context::quiet()).map(|_| ()).unwrap_err().to_string();
    assert!(refused.contains("shop") && refused.contains("shpo"), "{refused}");
}

#[test]
fn a_panic_stops_at_the_border() {
    let refused = call(1, every_kind(0, 8), json!({}), &Context::quiet()).map(|_| ()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "break_off: the plugin broke off: row 7 of 8. this is a fault of the plugin; tell its author"
    );
}

#[test]
fn a_panic_while_the_manuals_are_made_is_told_as_a_plugin_without_any() {
    static CELL: OnceLock<Entered> = OnceLock::new();
    assert_eq!(
        Plugin::linked(&CELL, || panic!("the manual is lost")).map(|_| ()).unwrap_err().to_string(),
        "the plugin `this program` answered nothing when it was asked for ABI 1. this is a fault of the plugin; tell its author"
    );
}

#[test]
fn an_option_that_is_not_there_is_told_before_the_call() {
    let refused = call(0, every_kind(0, 1), json!({ "agian": true }), &Context::quiet()).map(|_| ()).unwrap_err();
    assert_eq!(refused.to_string(), "echo: no option `agian`. did you mean `again`?");
}

#[test]
fn the_number_of_tables_is_told() {
    let refused = plugin()
        .run(0, None, &Map::new(), regulars_plugin::Given::tables(Vec::new()), &Context::quiet())
        .map(|_| ())
        .unwrap_err();
    assert_eq!(refused.to_string(), "echo: 0 tables were given, but 1 are wanted. call it as `echo(frame, #{again})`");
}

/// A host that hears, and that breaks when it is told of progress.
#[derive(Default)]
struct Ear {
    stop: AtomicBool,
    warned: std::sync::Mutex<Vec<String>>,
    told: AtomicU64,
}

impl Host for Ear {
    fn is_cancelled(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
    fn progress(&self, done: u64, total: u64, what: &str) {
        if what == "listening" {
            self.told.store(done * 10 + total, Ordering::Relaxed);
            panic!("the host broke")
        }
    }
    fn warn(&self, text: &str) {
        self.warned.lock().unwrap().push(text.to_owned());
        self.stop.store(true, Ordering::Relaxed);
    }
}

#[test]
fn the_context_crosses_and_a_broken_host_does_not_unwind_into_the_plugin() {
    let ear = Ear::default();
    let today = Date::from_ymd_opt(1997, 9, 30).unwrap();
    let reply = call(2, every_kind(0, 3), json!({}), &Context::new(&ear, u64::MAX, today)).unwrap();
    assert_eq!(json!(reply.figures), json!({ "seed": u64::MAX, "today": "1997-09-30", "cancelled": true }));
    assert_eq!(*ear.warned.lock().unwrap(), ["mind the gap"]);
    assert_eq!(ear.told.load(Ordering::Relaxed), 12);
    assert!(reply.table.is_none());
}

#[test]
fn an_interrupt_before_the_call_is_an_interrupt() {
    let ear = Ear::default();
    ear.stop.store(true, Ordering::Relaxed);
    let refused =
        call(2, every_kind(0, 3), json!({}), &Context::new(&ear, 0, Date::default())).map(|_| ()).unwrap_err();
    assert!(refused.cancelled);
    assert_eq!(refused.message, Failure::interrupted().message);
}
