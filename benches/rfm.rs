//! `rfm` on generated orders in Parquet, beside the same plan written by hand in Rust Polars, DuckDB and Python Polars.
//!
//! ```sh
//! cargo bench --bench rfm -- 10000000 50000000
//! ```
//!
//! Every candidate runs as a process of its own, in turn, several rounds: seconds and peak memory are those of the whole
//! process. `PEERS` names a Python that has `polars` and `duckdb`; without it the two are left out and that is told.
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
use std::time::Instant;

use polars::prelude::*;
use regulars::console::{Console, Manner};
use regulars::script::Params;
use regulars::session::{Session, Settings};
use regulars::show::Format;
use side_by_side::Candidate;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [candidate, path] = arguments.as_slice()
        && !candidate.chars().all(|letter| letter.is_ascii_digit())
    {
        return run(candidate, path);
    }
    let rows: Vec<usize> = arguments.iter().filter_map(|word| word.parse().ok()).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench-data");
    for rows in if rows.is_empty() { vec![1_000_000] } else { rows } {
        compare(&orders::orders(&folder, rows), rows);
    }
}

/// One candidate, in this process.
fn run(candidate: &str, path: &str) {
    let began = Instant::now();
    let customers = match candidate {
        "script" => by_script(path),
        "function" => by_function(path),
        _ => by_hand(path),
    };
    println!("{customers} {:.3}", began.elapsed().as_secs_f64());
}

/// As a user writes it.
fn by_script(path: &str) -> usize {
    let manner = Manner { output: Format::Json, quiet: true, plain: true, rows: 20 };
    let console = Arc::new(Console::new(manner, Arc::new(AtomicBool::new(false))));
    let settings =
        Settings { plugins: Vec::new(), params: Params::new(), seed: 1, today: chrono::NaiveDate::default() };
    let mut session = Session::new(settings, console).expect("a session");
    let code = format!("let tx = read_parquet(\"{path}\").transactions(); tx.rfm().height");
    match session.run(&code).answer.expect("an answer") {
        regulars::show::Value::Integer(height) => height as usize,
        _ => 0,
    }
}

/// Without the script layer.
fn by_function(path: &str) -> usize {
    use regulars_plugin::{Context, Function, Input, Quiet};
    let frame = regulars::files::read_parquet(path).expect("a file");
    let orders = regulars::table::Transactions::from_tables(vec![frame]).expect("orders");
    let rfm = regulars::analytics::segment::Rfm::default();
    let answer = rfm.run(orders, &Context::quiet()).expect("an answer");
    answer.table.expect("a table").height(&Quiet).expect("a height")
}

/// The same plan by hand: summary, order of the keys, scores at the quintiles, names of the segments.
fn by_hand(path: &str) -> usize {
    let plan = LazyFrame::scan_parquet(PlRefPath::new(path), ScanArgsParquet::default()).expect("a file");
    let summary = plan
        .group_by([col("customer")])
        .agg([col("date").max().alias("last"), len().alias("frequency"), col("amount").sum().alias("monetary")])
        .sort(["customer"], SortMultipleOptions::default())
        .collect_with_engine(Engine::Streaming)
        .expect("a summary")
        .unwrap_single();
    let cut = |values: Expr| {
        let above = |share: f64| {
            values.clone().gt(values.clone().quantile(lit(share), QuantileMethod::Linear)).cast(DataType::Int64)
        };
        lit(1) + above(0.2) + above(0.4) + above(0.6) + above(0.8)
    };
    let recency = (col("last").max() - col("last")).dt().total_days(false);
    let (r, f) = (col("r"), col("f"));
    let name = |text: &'static str| lit(text);
    let segment = when(r.clone().eq(lit(5)).and(f.clone().gt_eq(lit(4))))
        .then(name("champions"))
        .when(r.clone().gt_eq(lit(3)).and(f.clone().gt_eq(lit(4))))
        .then(name("loyal"))
        .when(r.clone().gt_eq(lit(4)).and(f.clone().gt_eq(lit(2))))
        .then(name("potential loyal"))
        .when(r.clone().eq(lit(5)))
        .then(name("new"))
        .when(r.clone().eq(lit(4)))
        .then(name("promising"))
        .when(r.clone().eq(lit(3)).and(f.clone().eq(lit(3))))
        .then(name("need attention"))
        .when(r.eq(lit(3)))
        .then(name("about to sleep"))
        .when(f.clone().eq(lit(5)))
        .then(name("cannot lose"))
        .when(f.gt_eq(lit(3)))
        .then(name("at risk"))
        .otherwise(name("hibernating"));
    let scored = summary
        .lazy()
        .with_columns([recency.alias("recency")])
        .with_columns([
            (lit(6) - cut(col("recency"))).alias("r"),
            cut(col("frequency")).alias("f"),
            cut(col("monetary")).alias("m"),
        ])
        .with_columns([concat_str([col("r"), col("f"), col("m")], "", false).alias("score"), segment.alias("segment")])
        .collect()
        .expect("scores");
    scored.height()
}

fn compare(path: &Path, rows: usize) {
    let own = std::env::current_exe().expect("this program");
    let text = path.display().to_string();
    let candidate =
        |name, word: &str| Candidate { name, program: own.clone(), words: vec![word.to_owned(), text.clone()] };
    let mut candidates = vec![
        candidate("regulars, as a script", "script"),
        candidate("regulars, the function alone", "function"),
        candidate("Rust Polars by hand", "hand"),
    ];
    candidates.extend(side_by_side::peers("rfm_peers.py", std::slice::from_ref(&text)));
    let size = std::fs::metadata(path).map_or(0, |about| about.len()) / 1_000_000;
    let timed = side_by_side::compare(&format!("rfm on {rows} orders ({size} MB of Parquet)"), &candidates);
    let best = |name: &str| timed.iter().find(|one| one.name == name).map(|one| one.best);
    if let (Some(script), Some(hand)) = (best("regulars, as a script"), best("Rust Polars by hand")) {
        println!("the script over the plan by hand: {:.2}", script / hand);
    }
}
