//! Record linkage beside the package that users could pick instead, on the sample of people and on generated ones.
//!
//! `cargo bench -p regulars-stats --bench linkage -- people 100000 1000000` runs those that are named, without a word the sample
//! and 100,000 rows; `PEERS` names a Python that has splink, without which there is nothing beside it. Each candidate is a process
//! of its own; the answer shows the seconds from the texts in memory to the clusters, without reading the file or starting Python,
//! and the F1 of the pairs in one cluster. No side sees a label. `THREADS=1` holds ours to one thread.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a bench prints, and stops where it finds something else"
)]

mod people;
#[allow(dead_code, reason = "the peers of the other benches are others")]
mod side_by_side;

use std::path::{Path, PathBuf};
use std::time::Instant;

use regulars_stats::Unwatched;
use regulars_stats::linkage::{
    Agreement, Background, Column, Joining, Kind, Nicknames, Records, Scored, Scorer, Weights, choose,
    compare as compare_rows, compare_all, join, patterns,
};
use side_by_side::{Candidate, compare};

/// As the function does it: up to so many pairs all are compared.
const ALL_PAIRS: f64 = 2e6;

fn main() {
    if let Some(threads) = std::env::var("THREADS").ok().and_then(|threads| threads.parse().ok()) {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().expect("a pool");
    }
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [run, path] = words.as_slice()
        && run == "run"
    {
        let (seconds, figure) = work(Path::new(path));
        println!("{seconds:.3}s:{figure}");
        return;
    }
    let jobs = if words.is_empty() { vec!["people".to_owned(), "100000".to_owned()] } else { words };
    for job in jobs {
        let path = match job.as_str() {
            "people" => root().join("src/files/samples/people.csv"),
            rows => {
                people::file(&root().join("target/bench-data"), rows.parse().expect("`people` or a number of rows"))
            }
        };
        let path = path.display().to_string();
        let own = std::env::current_exe().expect("this program");
        let ours = Candidate { name: "here", program: own, words: vec!["run".to_owned(), path.clone()] };
        let peer = std::env::var("PEERS").ok().map(|python| Candidate {
            name: "peer",
            program: PathBuf::from(python),
            words: vec![root().join("benches/linkage_peers.py").display().to_string(), path.clone()],
        });
        compare(&format!("linkage of {job}"), &[Some(ours), peer].into_iter().flatten().collect::<Vec<_>>());
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn kind(name: &str) -> Option<Kind> {
    Some(match name {
        "first_name" | "given_name" => Kind::Given,
        "surname" => Kind::Family,
        "dob" | "birth_date" => Kind::Date,
        "city" | "street" => Kind::Text,
        "postcode" => Kind::Code,
        "phone" => Kind::Phone,
        "email" => Kind::Email,
        _ => return None,
    })
}

fn work(path: &Path) -> (f64, String) {
    let text = std::fs::read_to_string(path).expect("the file");
    let names: Vec<&str> = text.lines().next().expect("a header").split(',').collect();
    let mut columns: Vec<Vec<String>> = vec![Vec::new(); names.len()];
    for line in text.lines().skip(1) {
        line.split(',').zip(&mut columns).for_each(|(field, column)| column.push(field.to_owned()));
    }
    let rows = columns[0].len();
    let known: Vec<Option<u32>> = columns[names.len() - 1].iter().map(|label| label.parse().ok()).collect();

    let began = Instant::now();
    let nicknames = Nicknames::with([]);
    let codes: Vec<u32> = (0..rows as u32).collect();
    let columns = names.iter().zip(&columns).filter_map(|(name, values)| Some((kind(name)?, values)));
    let columns = columns.map(|(kind, values)| Column::new(kind, &codes, values, &nicknames)).collect();
    let records = Records::new(columns, rows, None);
    let (pairs, background) = if records.all_pairs() <= ALL_PAIRS {
        let pairs = compare_all(&records, &Unwatched).expect("pairs");
        let background = Background::of_all_pairs(&records, &pairs);
        (pairs, background)
    } else {
        let chosen = choose(&records, 4.0 * rows as f64, 20.0 * rows as f64, &Unwatched).expect("rules");
        let rules: Vec<_> = chosen.rules.into_iter().map(|sized| sized.rule).collect();
        let pairs = compare_rows(&records, &rules, &Unwatched).expect("pairs");
        (pairs, Background::of_random_pairs(&records, 1_000_000, 1, &Unwatched).expect("random pairs"))
    };
    let weights = Weights::fit(&records, &patterns(&pairs), &background, None, &Unwatched).expect("weights");
    let scorer = Scorer::new(&records, &weights, true);
    let links: Vec<Scored> = scorer.all(&pairs, 0.5);
    let joined = join(&records, &scorer, &links, Joining::Consistent, &Unwatched).expect("clusters");
    let seconds = began.elapsed().as_secs_f64();
    let f1 = Agreement::of(&joined.first, &known).f1().expect("labels");
    (seconds, format!("{f1:.4}/{}", pairs.len()))
}
