//! `cohort_retention` on generated orders in Parquet, beside the group-by over customers and months that it needs: in Rust
//! Polars, Python Polars and DuckDB.
//!
//! ```sh
//! cargo bench --bench cohorts -- 10000000 50000000
//! ```
//!
//! Every candidate runs as a process of its own, in turn, several rounds. `PEERS` names a Python that has `polars` and
//! `duckdb`; without it the two are left out and that is told. The answers differ: here it is the number of cells, there
//! the number of pairs.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "a bench that cannot go on should say so, and its output is what it is for"
)]

mod orders;
mod side_by_side;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use polars::prelude::*;
use regulars::console::{Console, Manner};
use regulars::script::Params;
use regulars::session::{Session, Settings};
use regulars::show::{Format, Value};
use side_by_side::Candidate;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [candidate, path] = arguments.as_slice()
        && !candidate.chars().all(|letter| letter.is_ascii_digit())
    {
        println!("{}", if candidate == "script" { by_script(path) } else { by_hand(path) });
        return;
    }
    let rows: Vec<usize> = arguments.iter().filter_map(|word| word.parse().ok()).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench-data");
    for rows in if rows.is_empty() { vec![1_000_000] } else { rows } {
        compare(&orders::orders(&folder, rows), rows);
    }
}

/// As a user writes it.
fn by_script(path: &str) -> usize {
    let manner = Manner { output: Format::Json, quiet: true, plain: true, rows: 20 };
    let console = Arc::new(Console::new(manner, Arc::new(AtomicBool::new(false))));
    let settings =
        Settings { plugins: Vec::new(), params: Params::new(), seed: 1, today: chrono::NaiveDate::default() };
    let mut session = Session::new(settings, console).expect("a session");
    let code = format!("read_parquet(\"{path}\").transactions().cohort_retention().height");
    match session.run(&code).answer.expect("an answer") {
        Value::Integer(height) => height as usize,
        _ => 0,
    }
}

/// What every customer paid in every month: the heavy part, and no more.
fn by_hand(path: &str) -> usize {
    let plan = LazyFrame::scan_parquet(PlRefPath::new(path), ScanArgsParquet::default()).expect("a file");
    let month = col("date").dt().truncate(lit("1mo")).alias("month");
    let sums = plan.group_by([col("customer"), month]).agg([col("amount").sum()]);
    sums.collect_with_engine(Engine::Streaming).expect("sums").unwrap_single().height()
}

fn compare(path: &Path, rows: usize) {
    let own = std::env::current_exe().expect("this program");
    let text = path.display().to_string();
    let candidate =
        |name, word: &str| Candidate { name, program: own.clone(), words: vec![word.to_owned(), text.clone()] };
    let mut candidates =
        vec![candidate("regulars, as a script", "script"), candidate("group-by in Rust Polars", "hand")];
    candidates.extend(side_by_side::peers("cohorts_peers.py", std::slice::from_ref(&text)));
    let timed = side_by_side::compare(&format!("cohorts of {rows} orders"), &candidates);
    let best = |name: &str| timed.iter().find(|one| one.name == name).map(|one| one.best);
    if let (Some(script), Some(hand)) = (best("regulars, as a script"), best("group-by in Rust Polars")) {
        println!("the script over the group-by: {:.2}", script / hand);
    }
}
