//! Candidates beside each other: every one a process of its own, in turn, several rounds.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

const ROUNDS: usize = 3;
/// Rounds of short work, in which a slow moment of the machine counts for more.
const SHORT_ROUNDS: usize = 11;
/// Seconds up to which a round is short.
const SHORT: f64 = 3.0;

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
    let mut figures: Vec<Vec<Figure>> = candidates.iter().map(|_| Vec::new()).collect();
    let mut round = || {
        let began = Instant::now();
        for (candidate, runs) in candidates.iter().zip(&mut figures) {
            runs.push(measure(candidate));
        }
        began.elapsed().as_secs_f64()
    };
    let rounds = if round() < SHORT { SHORT_ROUNDS } else { ROUNDS };
    for _ in 1..rounds {
        round();
    }
    println!("\n{title}, {rounds} rounds in turn, whole process:");
    println!("{:<30} {:>9} {:>9} {:>9} {:>24}", "", "best s", "median s", "peak MB", "answer");
    let mut timed = Vec::new();
    for (candidate, mut runs) in candidates.iter().zip(figures) {
        runs.sort_by(|left, right| left.seconds.total_cmp(&right.seconds));
        let peak = runs.iter().map(|run| run.megabytes).max().unwrap_or_default();
        let (best, middle) = (&runs[0], &runs[runs.len() / 2]);
        let name = candidate.name;
        println!("{name:<30} {:>9.3} {:>9.3} {peak:>9} {:>24}", best.seconds, middle.seconds, middle.answer);
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
    let child =
        Command::new(&candidate.program).args(&candidate.words).stdout(Stdio::piped()).spawn().expect("a candidate");
    let (id, has_ended) = (child.id(), AtomicBool::new(false));
    let (output, seconds, megabytes) = std::thread::scope(|scope| {
        // The kernel keeps the greatest size of a process until it ends; looking at it now and then misses little. Beside the
        // waiting, so that a short process is not timed by the looks.
        let looks = scope.spawn(|| {
            let mut peak = 0;
            while !has_ended.load(Ordering::Relaxed) {
                peak = peak.max(size_of_process(id));
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            peak / 1024
        });
        let output = child.wait_with_output().expect("its output");
        let seconds = began.elapsed().as_secs_f64();
        has_ended.store(true, Ordering::Relaxed);
        (output, seconds, looks.join().expect("its size"))
    });
    let text = String::from_utf8_lossy(&output.stdout);
    Figure { answer: text.split_whitespace().next().unwrap_or("failed").to_owned(), seconds, megabytes }
}

/// The greatest size of a process so far, in kilobytes.
fn size_of_process(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}
