//! The estimators beside those that users could pick instead: call against call, in turn, on the same seeded data.
//!
//! `cargo bench -p regulars-stats --bench models` runs everything; `PEERS` names a Python that has lifetimes, lifelines and
//! scikit-learn, without which there is nothing beside it. Each candidate is a process of its own; the answer shows the
//! seconds of the call alone, without reading the data or starting Python, and a figure by which the two can be told to
//! agree. `THREADS=1` holds ours to one thread.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a bench prints, and stops where it finds something else"
)]

#[allow(dead_code, reason = "the peers of the other benches are others")]
mod side_by_side;

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use regulars_stats::Unwatched;
use regulars_stats::btyd::{BgNbd, Covariates, Histories, Model, ParetoNbd, Population, Purchases, foresee_all};
use regulars_stats::cluster::{KMeansOptions, Points, kmeans};
use regulars_stats::survival::cox::{Choices, Subjects, TimeScale};
use regulars_stats::survival::{IntervalKind, Observations, RiskTable, Rows, cox, kaplan_meier};
use side_by_side::{Candidate, compare};

/// A job: its word, the number of rows, what it is, and how the data are made.
type Job = (&'static str, usize, &'static str, fn(usize) -> Vec<Vec<f64>>);

const JOBS: [Job; 8] = [
    ("bg_nbd", 1_000_000, "BG/NBD fit, 1 M customers", histories),
    ("pareto_nbd", 100_000, "Pareto/NBD fit, 100 k customers", histories),
    (
        "intervals",
        100_000,
        "expected purchases with intervals, the error of the parameters in them, 100 k customers",
        histories,
    ),
    ("kmeans", 1_000_000, "k-means, 1 M x 8, k 5, 10 starts", clouds),
    ("kmeans_shapeless", 1_000_000, "k-means without clusters, 1 M x 8 uniform, k 8, 10 starts", noise),
    ("cox", 100_000, "Cox fit with errors, baseline and concordance, 100 k x 5, Efron", hazards),
    ("cox_all", 100_000, "Cox fit, concordance and test of proportionality, 100 k x 5", hazards),
    ("kaplan_meier", 1_000_000, "Kaplan-Meier with intervals, 1 M rows", durations),
];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [run, job, path] = words.as_slice()
        && run == "run"
    {
        let (seconds, figure) = work(job, &read(Path::new(path)));
        println!("{seconds:.3}s:{figure}");
        return;
    }
    for (job, rows, title, make) in JOBS {
        if !words.is_empty() && !words.iter().any(|word| word == job) {
            continue;
        }
        let path = data(job, rows, make);
        let path = path.display().to_string();
        let own = std::env::current_exe().expect("this program");
        let ours = Candidate { name: "here", program: own, words: ["run", job, &path].map(str::to_owned).to_vec() };
        let peer = std::env::var("PEERS").ok().filter(|_| job != "intervals").map(|python| Candidate {
            name: "peer",
            program: PathBuf::from(python),
            words: vec![script(), job.to_owned(), path.clone()],
        });
        compare(title, &[Some(ours), peer].into_iter().flatten().collect::<Vec<_>>());
    }
}

fn script() -> String {
    root().join("benches/models_peers.py").display().to_string()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn work(job: &str, columns: &[Vec<f64>]) -> (f64, String) {
    let began = Instant::now();
    let figure = match job {
        "bg_nbd" => {
            let customers = purchases(columns);
            let fitted = BgNbd::fit(&customers, &Covariates::default(), &Unwatched).expect("a fit");
            format!("{:.4}", fitted.log_likelihood)
        }
        "pareto_nbd" => {
            let customers = purchases(columns);
            let fitted = ParetoNbd::fit(&customers, &Covariates::default(), &Unwatched).expect("a fit");
            format!("{:.4}", fitted.log_likelihood)
        }
        "intervals" => {
            let model = Model::BgNbd(BgNbd { r: 0.55, alpha: 10.0, a: 0.8, b: 2.5 });
            let histories = Histories::new(&purchases(columns), &[]).expect("histories");
            // Errors of the parameters' logarithms as a fit of so many customers has them.
            let covariance: Vec<Vec<f64>> =
                (0..4).map(|one| (0..4).map(|two| if one == two { 4e-4 } else { 0.0 }).collect()).collect();
            let population = Population::alike(model);
            let astray = population.astray(&covariance);
            let found = foresee_all(&population, &astray, &histories, 39.0, 0.9, &Unwatched).expect("prospects");
            let upper: f64 = histories.of.iter().map(|of| found[*of as usize].purchases.upper).sum();
            format!("{upper:.4}")
        }
        "kmeans" | "kmeans_shapeless" => {
            let points = Points::from_columns(columns).expect("points");
            let clusters = if job == "kmeans" { 5 } else { 8 };
            let options = KMeansOptions { clusters, starts: 10, seed: 1, most_iterations: 100_000 };
            format!("{:.2}", kmeans(&points, &options, &Unwatched).expect("clusters").inertia)
        }
        "cox" | "cox_all" => {
            let names: Vec<String> = (0..columns.len() - 2).map(|index| format!("x{index}")).collect();
            let events: Vec<bool> = columns[1].iter().map(|event| *event > 0.0).collect();
            let rows = Rows { names: &names, columns: &columns[2..], durations: &columns[0], events: &events };
            let subjects = Subjects { rows, strata: None, weights: None, clusters: None };
            let fitted = cox::fit(&subjects, Choices::default(), &Unwatched).expect("a fit");
            if job == "cox" {
                format!("{:.4}/{:.6}", fitted.log_likelihood, fitted.concordance.expect("pairs").value)
            } else {
                let scale = TimeScale::Rank;
                let tested = cox::proportionality(&subjects, &fitted, Choices::default(), scale, &Unwatched);
                let statistic = tested.expect("a test").tests[0].statistic;
                format!("{:.6}/{statistic:.4}", fitted.concordance.expect("pairs").value)
            }
        }
        "kaplan_meier" => {
            let ends: Vec<u32> = columns[1].iter().map(|event| u32::from(*event > 0.0)).collect();
            let table = RiskTable::of(Observations::new(&columns[0], &ends), &Unwatched).expect("a table");
            let curve = kaplan_meier(table, IntervalKind::LogLog, 0.95);
            assert!(curve.intervals().iter().any(Option::is_some), "intervals are part of the work");
            format!("{:.6}", curve.quantile(0.5).unwrap_or_default())
        }
        other => panic!("no job {other}"),
    };
    (began.elapsed().as_secs_f64(), figure)
}

fn purchases(columns: &[Vec<f64>]) -> Vec<Purchases> {
    let rows = columns[0].iter().zip(&columns[1]).zip(&columns[2]);
    rows.map(|((repeats, last), age)| Purchases { repeats: *repeats as u32, last: *last, age: *age }).collect()
}

/// Uniform numbers between 0 and 1, neither included.
fn uniform(random: &mut ChaCha8Rng) -> f64 {
    ((random.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
}

fn normal(random: &mut ChaCha8Rng) -> f64 {
    (-2.0 * uniform(random).ln()).sqrt() * (std::f64::consts::TAU * uniform(random)).cos()
}

/// Gamma numbers of scale 1, after Marsaglia and Tsang (2000).
fn gamma(random: &mut ChaCha8Rng, shape: f64) -> f64 {
    if shape < 1.0 {
        return gamma(random, shape + 1.0) * uniform(random).powf(1.0 / shape);
    }
    let d = shape - 1.0 / 3.0;
    loop {
        let z = normal(random);
        let v = (1.0 + z / (9.0 * d).sqrt()).powi(3);
        if v > 0.0 && uniform(random).ln() < 0.5 * z * z + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}

/// Customers who buy at gamma paces and leave after gamma lifetimes, seen by the day: x, t_x and T in weeks.
fn histories(rows: usize) -> Vec<Vec<f64>> {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut columns = vec![Vec::new(); 3];
    for row in 0..rows {
        let age = (30 + row % 360) as f64;
        let pace = gamma(&mut random, 0.55) / 70.0;
        let end = -uniform(&mut random).ln() / (gamma(&mut random, 0.6) / 80.0);
        let (mut at, mut day, mut repeats) = (0.0, 0.0, 0.0);
        loop {
            at += -uniform(&mut random).ln() / pace;
            if at > age.min(end) {
                break;
            }
            let seen: f64 = f64::ceil(at).min(age);
            if seen > day {
                day = seen;
                repeats += 1.0;
            }
        }
        for (column, value) in columns.iter_mut().zip([repeats, day / 7.0, age / 7.0]) {
            column.push(value);
        }
    }
    columns
}

/// Five clouds in eight dimensions that touch each other.
fn clouds(rows: usize) -> Vec<Vec<f64>> {
    let mut random = ChaCha8Rng::seed_from_u64(2);
    let centers: Vec<Vec<f64>> = (0..5).map(|_| (0..8).map(|_| 2.0 * normal(&mut random)).collect()).collect();
    let mut columns = vec![Vec::new(); 8];
    for row in 0..rows {
        for (column, center) in columns.iter_mut().zip(&centers[row % 5]) {
            column.push(center + normal(&mut random));
        }
    }
    columns
}

/// Uniform numbers in which there is nothing to be found.
fn noise(rows: usize) -> Vec<Vec<f64>> {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    (0..8).map(|_| (0..rows).map(|_| uniform(&mut random)).collect()).collect()
}

/// Durations by whole days under five covariates, a third of them censored.
fn hazards(rows: usize) -> Vec<Vec<f64>> {
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let effects = [0.5, -0.3, 0.2, 0.0, 0.8];
    let mut columns = vec![Vec::new(); 7];
    for _ in 0..rows {
        let covariates: Vec<f64> = (0..5)
            .map(|index| if index == 4 { f64::from(uniform(&mut random) < 0.3) } else { normal(&mut random) })
            .collect();
        let score: f64 = covariates.iter().zip(effects).map(|(value, effect)| value * effect).sum();
        let ends = (-uniform(&mut random).ln() / score.exp() * 300.0).ceil();
        let seen = (uniform(&mut random) * 900.0).ceil();
        columns[0].push(ends.min(seen));
        columns[1].push(f64::from(ends <= seen));
        for (column, value) in columns[2..].iter_mut().zip(covariates) {
            column.push(value);
        }
    }
    columns
}

fn durations(rows: usize) -> Vec<Vec<f64>> {
    let mut random = ChaCha8Rng::seed_from_u64(4);
    let mut columns = vec![Vec::new(); 2];
    for _ in 0..rows {
        let (ends, seen) = (-uniform(&mut random).ln() * 300.0, uniform(&mut random) * 900.0);
        columns[0].push(ends.min(seen));
        columns[1].push(f64::from(ends <= seen));
    }
    columns
}

/// The file of a job's data: 64-bit numbers, column after column, the number of columns first.
fn data(job: &str, rows: usize, make: fn(usize) -> Vec<Vec<f64>>) -> PathBuf {
    let folder = root().join("target/bench-data");
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(format!("models-{job}-{rows}.f64"));
    if !path.exists() {
        let columns = make(rows);
        let mut bytes = (columns.len() as f64).to_le_bytes().to_vec();
        bytes.extend(columns.iter().flatten().flat_map(|value| value.to_le_bytes()));
        std::fs::File::create(&path).and_then(|mut file| file.write_all(&bytes)).expect("a file");
    }
    path
}

fn read(path: &Path) -> Vec<Vec<f64>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)).expect("the data");
    let numbers: Vec<f64> = bytes.as_chunks::<8>().0.iter().map(|eight| f64::from_le_bytes(*eight)).collect();
    let rows = (numbers.len() - 1) / numbers[0] as usize;
    numbers[1..].chunks(rows).map(<[f64]>::to_vec).collect()
}
