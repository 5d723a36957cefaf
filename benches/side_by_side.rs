//! Candidates beside each other: every one a process of its own, in turn, several rounds.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

const ROUNDS: usize = 3;

/// A program that does the job, under the name that the table shows.
pub(crate) struct Candidate {
    pub(crate) name: &'static str,
    pub(crate) program: PathBuf,
    pub(crate) words: Vec<String>,
}

/// What came of one process.
struct Figure {
    answer: String,
    seconds: f64,
    megabytes: u64,
}

/// The best and the middle time of a candidate, in seconds of the whole process.
pub(crate) struct Timed {
    pub(crate) name: &'static str,
    pub(crate) best: f64,
}

/// Runs the candidates in turn and prints a line for each: seconds and peak memory are those of the whole process, the
/// answer is the first word that it printed.
pub(crate) fn compare(title: &str, candidates: &[Candidate]) -> Vec<Timed> {
    println!("\n{title}, {ROUNDS} rounds in turn, whole process:");
    println!("{:<30} {:>9} {:>9} {:>9} {:>24}", "", "best s", "median s", "peak MB", "answer");
    let mut figures: Vec<Vec<Figure>> = candidates.iter().map(|_| Vec::new()).collect();
    for _ in 0..ROUNDS {
        for (candidate, runs) in candidates.iter().zip(&mut figures) {
            runs.push(measure(candidate));
        }
    }
    let mut timed = Vec::new();
    for (candidate, mut runs) in candidates.iter().zip(figures) {
        runs.sort_by(|left, right| left.seconds.total_cmp(&right.seconds));
        let peak = runs.iter().map(|run| run.megabytes).max().unwrap_or_default();
        let (best, middle) = (&runs[0], &runs[runs.len() / 2]);
        let name = candidate.name;
        println!("{name:<30} {:>9.2} {:>9.2} {peak:>9} {:>24}", best.seconds, middle.seconds, middle.answer);
        timed.push(Timed { name, best: best.seconds });
    }
    timed
}

/// The peers in Python, where `PEERS` names a Python that has `polars` and `duckdb`.
pub(crate) fn peers(script: &str, words: &[String]) -> Vec<Candidate> {
    let Ok(python) = std::env::var("PEERS") else {
        println!("PEERS is not set: DuckDB and Python Polars are left out");
        return Vec::new();
    };
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("benches").join(script).display().to_string();
    let peer = |name, word: &str| Candidate {
        name,
        program: PathBuf::from(&python),
        words: [script.clone(), word.to_owned()].into_iter().chain(words.iter().cloned()).collect(),
    };
    vec![peer("Python Polars", "polars"), peer("DuckDB", "duckdb")]
}

fn measure(candidate: &Candidate) -> Figure {
    let began = Instant::now();
    let mut child =
        Command::new(&candidate.program).args(&candidate.words).stdout(Stdio::piped()).spawn().expect("a candidate");
    let id = child.id();
    let mut peak = 0;
    // The kernel keeps the greatest size of a process until it ends; looking at it now and then misses little.
    let output = loop {
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let found = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or_default();
        peak = peak.max(found / 1024);
        if child.try_wait().expect("a candidate that ends").is_some() {
            break child.wait_with_output().expect("its output");
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    };
    let seconds = began.elapsed().as_secs_f64();
    let text = String::from_utf8_lossy(&output.stdout);
    Figure { answer: text.split_whitespace().next().unwrap_or("failed").to_owned(), seconds, megabytes: peak }
}
