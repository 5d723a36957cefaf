//! A bar chart, a heatmap and a scatter of a million points beside matplotlib: whole process against whole process, and
//! drawing against drawing inside of one.
//!
//! ```sh
//! PEERS=python3 cargo bench --bench charts -- 1000000
//! ```
//!
//! `PEERS` names a Python that has `numpy` and `matplotlib`; without it the peer is left out and that is told. Both write a
//! PNG of 1920 by 1120 pixels. Each reads the file that it reads quickest: an Arrow file that Regulars wrote here, a raw array
//! of doubles there. The answer is the time of one drawing, the best of five, in milliseconds.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "a bench that cannot go on should say so, and its output is what it is for"
)]

#[allow(dead_code, reason = "its other peers are those of other benches")]
mod side_by_side;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use polars::prelude::*;
use regulars::chart::Picture;
use regulars::files;
use regulars_plugin::{Chart, Mark, Quiet};
use side_by_side::Candidate;

/// Best of so many drawings.
const DRAWINGS: usize = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [kind, path] = arguments.as_slice() {
        println!("{:.1}ms", draw(kind, path));
        return;
    }
    let points = arguments.first().and_then(|word| word.parse().ok()).unwrap_or(1_000_000);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench-data/charts");
    std::fs::create_dir_all(&folder).expect("a folder");
    write(&folder, "bar", &bars());
    write(&folder, "heatmap", &cells());
    write(&folder, "scatter", &cloud(points));
    for kind in ["bar", "heatmap", "scatter"] {
        let data = folder.join(format!("{kind}.arrow")).display().to_string();
        let picture = folder.join(format!("{kind}.png")).display().to_string();
        let code = format!("read({data:?}).{kind}({}).save({picture:?}); \"drawn\"", options(kind));
        let own = |name, program: PathBuf, words: &[&str]| Candidate {
            name,
            program,
            words: words.iter().map(|word| (*word).to_owned()).collect(),
        };
        let mut whole =
            vec![own("regulars -c", env!("CARGO_BIN_EXE_regulars").into(), &["--quiet", "--no-plugins", "-c", &code])];
        let this = std::env::current_exe().expect("this program");
        let mut drawing = vec![own("regulars", this, &[kind, &data])];
        if let Ok(python) = std::env::var("PEERS") {
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/charts_peers.py").display().to_string();
            let raw = folder.join(format!("{kind}.raw")).display().to_string();
            let out = folder.join(format!("{kind}-peer.png")).display().to_string();
            whole.push(own("matplotlib", python.clone().into(), &[&script, kind, &raw, &out]));
            drawing.push(own("matplotlib", python.into(), &[&script, kind, &raw]));
        } else {
            println!("PEERS is not set: matplotlib is left out");
        }
        let timed = side_by_side::compare(&format!("{kind}, read, drawn and written once"), &whole);
        if let [own, peer] = timed.as_slice() {
            println!("{} takes {:.1} times as long as {}", peer.name, peer.best / own.best, own.name);
        }
        side_by_side::compare(&format!("{kind}, drawn as PNG in memory (see the answer)"), &drawing);
    }
}

fn options(kind: &str) -> &'static str {
    match kind {
        "bar" => "#{x: \"name\", y: \"value\"}",
        "heatmap" => "#{x: \"column\", y: \"row\", color: \"value\"}",
        _ => "#{x: \"x\", y: \"y\"}",
    }
}

/// Milliseconds of the quickest drawing of a frame that is in memory.
fn draw(kind: &str, path: &str) -> f64 {
    let frame = files::read(path, &Quiet).expect("a frame");
    let chart = match kind {
        "bar" => Chart::new(Mark::Bar).x("name").y("value"),
        "heatmap" => Chart::new(Mark::Heatmap).x("column").y("row").color("value"),
        _ => Chart::new(Mark::Scatter).x("x").y("y"),
    };
    let _ = frame.data(&Quiet).expect("its data");
    let one = || {
        let began = Instant::now();
        let picture = Picture::of(&frame, &chart, &Quiet).expect("a picture");
        let bytes = picture.png(2.0).expect("its bytes");
        assert!(bytes.len() > 1000, "a picture holds something");
        began.elapsed().as_secs_f64() * 1e3
    };
    (0..DRAWINGS).map(|_| one()).fold(f64::INFINITY, f64::min)
}

/// Numbers that look random and are the same in every run.
fn noise(index: usize) -> f64 {
    let mixed = (index as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed >> 11) as f64 / (1_u64 << 53) as f64
}

fn bars() -> DataFrame {
    let names: Vec<String> = (0..12).map(|index| format!("Region {index}")).collect();
    let values: Vec<f64> = (0..12).map(|index| 100.0 + 900.0 * noise(index)).collect();
    df!("name" => names, "value" => values).expect("a frame")
}

fn cells() -> DataFrame {
    let places = || (0..24 * 18).map(|index| (index % 24, index / 24));
    let columns: Vec<i64> = places().map(|(column, _)| column).collect();
    let rows: Vec<i64> = places().map(|(_, row)| row).collect();
    let values: Vec<f64> = (0..24 * 18).map(|index| noise(index) * 50.0).collect();
    df!("column" => columns, "row" => rows, "value" => values).expect("a frame")
}

/// A cloud around a line: sums of uniform numbers are nearly normal.
fn cloud(points: usize) -> DataFrame {
    let normal = |index: usize| (0..6).map(|part| noise(index * 6 + part)).sum::<f64>() - 3.0;
    let x: Vec<f64> = (0..points).map(normal).collect();
    let y: Vec<f64> = x.iter().enumerate().map(|(index, x)| x * 0.7 + normal(index + points)).collect();
    df!("x" => x, "y" => y).expect("a frame")
}

/// As an Arrow file as users have it, and the numbers column after column as they stand in memory.
fn write(folder: &Path, kind: &str, data: &DataFrame) {
    let made = folder.join("made.arrow");
    IpcWriter::new(std::fs::File::create(&made).expect("a file")).finish(&mut data.clone()).expect("written");
    let frame = files::read_ipc(&made.display().to_string()).expect("a frame");
    let ours = folder.join(format!("{kind}.arrow")).display().to_string();
    files::write_ipc(&frame, &ours, &Quiet).expect("written");
    let mut raw = std::io::BufWriter::new(std::fs::File::create(folder.join(format!("{kind}.raw"))).expect("a file"));
    for column in data.columns() {
        let Ok(numbers) = column.cast(&DataType::Float64) else { continue };
        for number in numbers.f64().expect("numbers").iter().flatten() {
            raw.write_all(&number.to_le_bytes()).expect("written");
        }
    }
}
