//! Everyday pipelines on Parquet, as scripts, beside Python Polars and DuckDB: the group-by and join questions of
//! db-benchmark, and what analysts of customers ask first.
//!
//! ```sh
//! PEERS=/path/to/python cargo bench --bench pipelines -- 10000000
//! ```
//!
//! Every candidate answers with the number of rows and the sum of a column, so that it can be seen that they did the
//! same. The last column of the summary is the time of the script over that of the quicker peer.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "a bench that cannot go on should say so, and its output is what it is for"
)]

mod measurements;
mod orders;
mod side_by_side;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use regulars::console::{Console, Manner};
use regulars::script::Params;
use regulars::session::{Session, Settings};
use regulars::show::{Format, Value};
use side_by_side::Candidate;

/// A pipeline: its name, the script that makes `answer` of `x`, `orders` and `things`, and the column that is summed.
/// `benches/pipelines_peers.py` does the same under the same name.
struct Pipeline {
    name: &'static str,
    code: &'static str,
    summed: &'static str,
}

const PIPELINES: [Pipeline; 12] = [
    Pipeline { name: "sum by short text", code: r#"x.group_by("id1").agg(col("v1").sum())"#, summed: "v1" },
    Pipeline { name: "sum by two short texts", code: r#"x.group_by("id1", "id2").agg(col("v1").sum())"#, summed: "v1" },
    Pipeline {
        name: "sum and mean by long text",
        code: r#"x.group_by("id3").agg(col("v1").sum(), col("v3").mean())"#,
        summed: "v3",
    },
    Pipeline {
        name: "means by short number",
        code: r#"x.group_by("id4").agg(col("v1").mean(), col("v2").mean(), col("v3").mean())"#,
        summed: "v3",
    },
    Pipeline {
        name: "sums by long number",
        code: r#"x.group_by("id6").agg(col("v1").sum(), col("v2").sum(), col("v3").sum())"#,
        summed: "v3",
    },
    Pipeline {
        name: "median and std by two numbers",
        code: r#"x.group_by("id4", "id5").agg(col("v3").median(), col("v3").std().alias("spread"))"#,
        summed: "spread",
    },
    Pipeline {
        name: "range by long text",
        code: r#"x.group_by("id3").agg((col("v1").max() - col("v2").min()).alias("range"))"#,
        summed: "range",
    },
    Pipeline {
        name: "join and sum",
        code: r#"x.join(things, "id6").group_by("thing").agg((col("v3") * col("weight")).sum().alias("load"))"#,
        summed: "load",
    },
    Pipeline {
        name: "rows without a partner",
        code: r#"x.join(things.filter(col("weight") < 50), "id6", "anti").select(col("v3"))"#,
        summed: "v3",
    },
    Pipeline {
        name: "customer summary",
        code: r#"orders.group_by("customer").agg(col("date").max().alias("last"), len().alias("orders"), col("amount").sum())"#,
        summed: "amount",
    },
    Pipeline {
        name: "sales by month",
        code: r#"orders.filter(col("amount") > 10).group_by(col("date").dt.truncate("1mo").alias("month")).agg(col("amount").sum(), col("customer").n_unique().alias("customers")).sort("month")"#,
        summed: "customers",
    },
    Pipeline {
        name: "best hundred orders",
        code: r#"orders.sort("amount", #{descending: true}).head(100)"#,
        summed: "amount",
    },
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [word, place, paths @ ..] = arguments.as_slice()
        && word == "script"
    {
        return run(&PIPELINES[place.parse::<usize>().expect("a number")], paths);
    }
    let rows: Vec<usize> = arguments.iter().filter_map(|word| word.parse().ok()).collect();
    let only: Vec<&String> = arguments.iter().filter(|word| word.parse::<usize>().is_err()).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench-data");
    for rows in if rows.is_empty() { vec![1_000_000] } else { rows } {
        let paths = [
            measurements::measurements(&folder, rows),
            orders::orders(&folder, rows),
            measurements::things(&folder, rows),
        ];
        let mut ratios = Vec::new();
        for (place, pipeline) in PIPELINES.iter().enumerate() {
            if only.is_empty() || only.iter().any(|word| pipeline.name.contains(word.as_str())) {
                ratios.push((pipeline.name, compare(place, pipeline, &paths, rows)));
            }
        }
        println!("\nthe script over the quicker peer, {rows} rows:");
        for (name, ratio) in ratios {
            println!("{name:<30} {}", ratio.map_or("no peer".to_owned(), |ratio| format!("{ratio:>5.2}")));
        }
    }
}

fn compare(place: usize, pipeline: &Pipeline, paths: &[PathBuf; 3], rows: usize) -> Option<f64> {
    let paths = paths.iter().map(|path| path.display().to_string());
    let words: Vec<String> = [place.to_string()].into_iter().chain(paths.clone()).collect();
    let mut candidates = vec![Candidate {
        name: "regulars",
        program: std::env::current_exe().expect("this program"),
        words: ["script".to_owned()].into_iter().chain(words).collect(),
    }];
    let words: Vec<String> = [pipeline.name.to_owned()].into_iter().chain(paths).collect();
    candidates.extend(side_by_side::peers("pipelines_peers.py", &words));
    let timed = side_by_side::compare(&format!("{}, {rows} rows", pipeline.name), &candidates);
    let quicker = timed.iter().filter(|one| one.name != "regulars").map(|one| one.best).reduce(f64::min);
    let own = timed.iter().find(|one| one.name == "regulars").map(|one| one.best);
    own.zip(quicker).map(|(own, quicker)| own / quicker)
}

/// One pipeline, in this process, as a user writes it.
fn run(pipeline: &Pipeline, paths: &[String]) {
    let began = Instant::now();
    let manner = Manner { output: Format::Json, quiet: true, plain: true, rows: 20 };
    let console = Arc::new(Console::new(manner, Arc::new(AtomicBool::new(false))));
    let settings =
        Settings { plugins: Vec::new(), params: Params::new(), seed: 1, today: chrono::NaiveDate::default() };
    let mut session = Session::new(settings, console).expect("a session");
    let mut code = String::new();
    for (name, path) in ["x", "orders", "things"].iter().zip(paths) {
        code.push_str(&format!("let {name} = read_parquet(\"{path}\");\n"));
    }
    code.push_str(&format!("let answer = {};\n", pipeline.code));
    code.push_str(&format!("answer.select(len().alias(\"rows\"), col(\"{}\").sum().alias(\"sum\"))", pipeline.summed));
    let answer = session.run(&code).answer.expect("an answer");
    let Value::Frame(frame) = answer else { return println!("no frame") };
    let data = frame.data(&regulars_plugin::Quiet).expect("data");
    let (rows, sum) = (data.cell("rows", 0).expect("rows").plain(), data.cell("sum", 0).expect("a sum").plain());
    println!("{rows}:{:.2} {:.3}", sum.parse::<f64>().expect("a number"), began.elapsed().as_secs_f64());
}
