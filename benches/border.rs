//! What a plugin costs: a call over the border beyond the work, and a call to a child process.
//!
//! ```sh
//! cargo build --release -p purchase_clock && cargo bench --bench border
//! ```
//!
//! The bare call is of a function that looks at its table and does nothing, on 1 thousand, 1 million and 10 million rows of
//! three columns. For isolation the example `purchase_clock` is called loaded and in a process of its own, in turn; the
//! program of `target/release` is the parent's and the child's.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a bench that cannot go on should say so, and its output is what it is for"
)]

use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use regulars::plugin::{Isolation, Plugin};
use regulars::table::{Frame, FrameBuilder, Mapping, declare};
use regulars_plugin::{Context, Date, Entered, Family, Function, Given, Nothing, Output, Result, Table};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Map;

/// Looks at its table and does nothing.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Idle {}

/// What it saw.
#[derive(Serialize, JsonSchema)]
struct Seen {
    /// Rows.
    rows: u64,
}

impl Function for Idle {
    const FAMILY: Family = Family::Clean;
    type Input = Table;
    type Row = Nothing;
    type Figures = Seen;
    fn run(&self, table: Table, _: &Context<'_>) -> Result<Output<Table, Seen>> {
        Ok(Output::figures(Seen { rows: table.height() as u64 }))
    }
}

fn main() {
    static CELL: OnceLock<Entered> = OnceLock::new();
    let idle = Plugin::linked(&CELL, || regulars_plugin::Plugin::new("idle", "0").function::<Idle>());
    let idle = idle.expect("the plugin of this bench is well");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/release");
    let library =
        folder.join(format!("{}regulars_purchase_clock{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX));
    let clock = Plugin::open(&library).expect("`cargo build --release -p purchase_clock` makes the library");
    let isolation = Isolation { program: folder.join("regulars"), memory: None };
    let apart = Plugin::open_isolated(&library, &isolation).expect("`cargo build --release` makes the program");
    println!("rows, bare call, loaded, isolated, isolation costs");
    for rows in [1_000usize, 1_000_000, 10_000_000] {
        let orders = orders(rows);
        let bare = median(301, || call(&idle, &orders));
        let rounds = if rows > 1_000_000 { 11 } else { 51 };
        let (mut here, mut there) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            here.push(timed(|| call(&clock, &orders)));
            there.push(timed(|| call(&apart, &orders)));
        }
        let (here, there) = (middle(here), middle(there));
        println!("{rows}, {bare:.1?}, {here:.2?}, {there:.2?}, {:.2?}", there.saturating_sub(here));
    }
}

fn call(plugin: &Plugin, orders: &Frame) {
    let given = Given::tables(vec![orders.clone()]);
    plugin.run(0, None, &Map::new(), given, &Context::quiet()).expect("the call succeeds");
}

/// Orders in memory, declared as such, so that no call has to look at them again.
fn orders(rows: usize) -> Frame {
    let frame = FrameBuilder::empty()
        .integers("customer", (0..rows as i64).map(|row| row * 7919 % 100_003))
        .dates("date", (0..rows as i32).map(|row| Date::from_epoch_days(10_000 + row % 700).unwrap_or_default()))
        .numbers("amount", (0..rows).map(|row| (row % 1000) as f64 / 4.0))
        .build()
        .expect("columns of one length");
    let declared = regulars_plugin::StandardTable::Transactions;
    let frame = declare(&frame, declared, &Mapping::default(), &regulars_plugin::Quiet).expect("orders");
    frame.data(&regulars_plugin::Quiet).expect("orders in memory");
    frame
}

fn timed(work: impl FnOnce()) -> Duration {
    let began = Instant::now();
    work();
    began.elapsed()
}

fn median(rounds: usize, mut work: impl FnMut()) -> Duration {
    middle((0..rounds).map(|_| timed(&mut work)).collect())
}

fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
