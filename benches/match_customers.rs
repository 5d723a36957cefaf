//! `match_customers` as a user calls it, from a file of people to clusters, beside Splink on DuckDB: whole processes, peak
//! memory, and the F1 of the pairs in one cluster. No side sees a label before it is measured.
//!
//! ```sh
//! PEERS=python-with-splink cargo bench --bench match_customers -- 1000 100000 1000000
//! ```
//!
//! Every candidate runs in turn, three rounds. The answer is F1; Splink's begins with its seconds from a table in memory to clusters.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "a bench that cannot go on should say so, and its output is what it is for"
)]

mod people;
#[allow(dead_code, reason = "the peers of the other benches are others")]
mod side_by_side;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use regulars::console::{Console, Manner};
use regulars::script::Params;
use regulars::session::{Session, Settings};
use regulars::show::{Format, Value};
use side_by_side::{Candidate, compare};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [run, path] = words.as_slice()
        && run == "run"
    {
        println!("{:.4}", by_script(path));
        return;
    }
    let sizes: Vec<usize> = words.iter().filter_map(|word| word.parse().ok()).collect();
    for rows in if sizes.is_empty() { vec![1000, 100_000] } else { sizes } {
        let path = people::file(&root().join("target/bench-data"), rows).display().to_string();
        let own = std::env::current_exe().expect("this program");
        let ours =
            Candidate { name: "regulars, as a script", program: own, words: vec!["run".to_owned(), path.clone()] };
        let peer = std::env::var("PEERS").ok().map(|python| Candidate {
            name: "Splink on DuckDB",
            program: PathBuf::from(python),
            words: vec![root().join("benches/linkage_peers.py").display().to_string(), path],
        });
        if peer.is_none() {
            println!("PEERS is not set: Splink is left out");
        }
        compare(
            &format!("match_customers of {rows} people"),
            &[Some(ours), peer].into_iter().flatten().collect::<Vec<_>>(),
        );
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// As a user writes it; all tables of the answer are made.
fn by_script(path: &str) -> f64 {
    let manner = Manner { output: Format::Json, quiet: true, plain: true, rows: 20 };
    let console = Arc::new(Console::new(manner, Arc::new(AtomicBool::new(false))));
    let settings =
        Settings { plugins: Vec::new(), params: Params::new(), seed: 1, today: chrono::NaiveDate::default() };
    let mut session = Session::new(settings, console).expect("a session");
    let code = format!(
        "read_csv(\"{path}\").match_customers(#{{id: \"unique_id\", labels: \"person\", columns: [\"given_name\", \"surname\", \
         \"birth_date\", \"street\", \"city\", \"postcode\", \"phone\", \"email\"]}}).f1"
    );
    match session.run(&code).answer.expect("an answer") {
        Value::Number(f1) => f1,
        _ => f64::NAN,
    }
}
