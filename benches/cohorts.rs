//! `cohort_retention` on generated orders in Parquet, beside the group-by over customers and months that it needs: in Rust
//! Polars, Python Polars and DuckDB; `customer_summary` of the same orders beside its query; and `clv` of customers by the
//! million.
//!
//! ```sh
//! cargo bench --bench cohorts -- 10000000 50000000 clv 1000000
//! ```
//!
//! Numbers are orders, behind `clv` they are customers.
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

mod buyers;
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
        && Path::new(path).exists()
    {
        println!("{}", if candidate == "hand" { by_hand(path) } else { by_script(candidate, path) });
        return;
    }
    let mut parts = arguments.split(|word| word == "clv");
    let numbers = |words: &[String]| words.iter().filter_map(|word| word.parse().ok()).collect::<Vec<usize>>();
    let (rows, customers) = (numbers(parts.next().unwrap_or_default()), numbers(parts.next().unwrap_or_default()));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench-data");
    for rows in if arguments.is_empty() { vec![1_000_000] } else { rows } {
        let path = orders::orders(&folder, rows);
        compare(&path, rows);
        compare_summaries(&path, rows);
    }
    for customers in customers {
        let candidates = [candidate("regulars, as a script", "clv", &buyers::buyers(&folder, customers))];
        side_by_side::compare(&format!("clv of {customers} customers"), &candidates);
    }
}

/// As a user writes it: the name of the function.
fn by_script(function: &str, path: &str) -> usize {
    let manner = Manner { output: Format::Json, quiet: true, plain: true, rows: 20 };
    let console = Arc::new(Console::new(manner, Arc::new(AtomicBool::new(false))));
    let settings =
        Settings { plugins: Vec::new(), params: Params::new(), seed: 1, today: chrono::NaiveDate::default() };
    let mut session = Session::new(settings, console).expect("a session");
    let code = format!("read_parquet(\"{path}\").transactions().{function}().height");
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

fn candidate(name: &'static str, word: &str, path: &Path) -> Candidate {
    let program = std::env::current_exe().expect("this program");
    Candidate { name, program, words: vec![word.to_owned(), path.display().to_string()] }
}

fn compare(path: &Path, rows: usize) {
    let mut candidates = vec![
        candidate("regulars, as a script", "cohort_retention", path),
        candidate("group-by in Rust Polars", "hand", path),
    ];
    candidates.extend(side_by_side::peers("cohorts_peers.py", &["sums".to_owned(), path.display().to_string()]));
    let timed = side_by_side::compare(&format!("cohorts of {rows} orders"), &candidates);
    let best = |name: &str| timed.iter().find(|one| one.name == name).map(|one| one.best);
    if let (Some(script), Some(hand)) = (best("regulars, as a script"), best("group-by in Rust Polars")) {
        println!("the script over the group-by: {:.2}", script / hand);
    }
}

fn compare_summaries(path: &Path, rows: usize) {
    let mut candidates = vec![candidate("regulars, as a script", "customer_summary", path)];
    candidates.extend(side_by_side::peers("cohorts_peers.py", &["summary".to_owned(), path.display().to_string()]));
    side_by_side::compare(&format!("customer summary of {rows} orders"), &candidates);
}
