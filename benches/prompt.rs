//! How long the prompt lets one wait: for what Tab offers, also with 500 columns, and for work to stop after Ctrl-C.
//!
//! ```sh
//! cargo bench --bench prompt
//! ```
//!
//! The program runs at a real terminal. A time is that from the key to the first byte of the answer: of a name that is
//! offered, or of the next prompt. Each is taken several times, and the least, the middle and the longest are told.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a bench that cannot go on should say so, and its output is what it is for"
)]

use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

/// What the line editor sends when it begins to read a line, and when it has read one.
const READS: &[u8] = b"\x1b[?2004h";
const RUNS: &[u8] = b"\x1b[?2004l";
/// It asks where the cursor stands before it draws.
const WHERE: &[u8] = b"\x1b[6n";

const PATIENCE: Duration = Duration::from_secs(120);
const TIMES: usize = 7;

struct Seat {
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    seen: Vec<u8>,
}

impl Seat {
    fn take() -> Seat {
        let home = std::env::temp_dir().join(format!("regulars-bench-{}", std::process::id()));
        std::fs::create_dir_all(&home).expect("a folder");
        let size = PtySize { rows: 40, cols: 100, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_regulars"));
        command.args(["--no-plugins", "--no-config"]);
        command.env("HOME", &home);
        command.env("XDG_DATA_HOME", &home);
        command.env("TERM", "xterm-256color");
        command.cwd(&home);
        // It lives as long as the bench, and leaves with its terminal.
        let _ = pair.slave.spawn_command(command).expect("the program starts");
        let mut reader = pair.master.try_clone_reader().expect("its output");
        let keys = pair.master.take_writer().expect("its input");
        let (send, output) = channel();
        std::thread::spawn(move || {
            let _terminal = pair.master;
            let mut bytes = [0; 65_536];
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                if send.send(bytes[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        let mut seat = Seat { keys, output, seen: Vec::new() };
        seat.wait(READS, PATIENCE).expect("a prompt");
        seat
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).and_then(|()| self.keys.flush()).expect("the terminal takes keys");
    }

    /// Waits for these bytes, and says how long that took; none where they do not come.
    fn wait(&mut self, wanted: &[u8], patience: Duration) -> Option<Duration> {
        let began = Instant::now();
        loop {
            if let Some(at) = self.seen.windows(wanted.len()).position(|bytes| bytes == wanted) {
                self.seen.drain(..at + wanted.len());
                return Some(began.elapsed());
            }
            let left = patience.checked_sub(began.elapsed())?;
            let bytes = self.output.recv_timeout(left).ok()?;
            for _ in bytes.windows(WHERE.len()).filter(|bytes| *bytes == WHERE) {
                self.press("\x1b[1;1R");
            }
            self.seen.extend(bytes);
        }
    }

    /// Takes in what still comes.
    fn settle(&mut self, time: Duration) {
        self.wait(b"\0never\0", time);
        self.seen.clear();
    }

    fn cell(&mut self, code: &str) {
        self.press(&format!("{code}\r"));
        self.wait(RUNS, PATIENCE).expect("the cell runs");
        self.wait(READS, PATIENCE).expect("a further prompt");
    }
}

fn told(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let milliseconds = |time: &Duration| time.as_secs_f64() * 1e3;
    let (least, middle, longest) = (&times[0], &times[times.len() / 2], &times[times.len() - 1]);
    println!("{what:<66} {:>6.1} {:>6.1} {:>6.1}", milliseconds(least), milliseconds(middle), milliseconds(longest));
}

fn main() {
    let mut seat = Seat::take();
    println!("{:<66} {:>6} {:>6} {:>6}", "what Tab offers, ms", "least", "middle", "most");
    seat.cell("let m = #{}; for i in 0..500 { let n = if i < 10 { `00${i}` } else if i < 100 { `0${i}` } else { `${i}` }; m.set(\"column_\" + n, [1, 2, 3]); } let wide = frame(m);");
    seat.cell("let tx = sample(\"cdnow\");");
    for (text, offered) in [
        ("wide.select(\"", "column_"),
        ("wide.", "rfm"),
        ("wide.group_by(", "column_"),
        ("tx.rfm(#{", "bins"),
        ("tx.", "rfm"),
    ] {
        let times = (0..TIMES).map(|_| {
            seat.press(text);
            seat.settle(Duration::from_millis(300));
            seat.press("\t");
            let time = seat.wait(offered.as_bytes(), Duration::from_secs(5)).expect("something is offered");
            seat.press("\x1b");
            seat.settle(Duration::from_millis(200));
            seat.press("\x03");
            seat.wait(READS, PATIENCE).expect("an empty line");
            time
        });
        let times = times.collect();
        told(text, times);
    }

    println!("\n{:<66} {:>6} {:>6} {:>6}", "from Ctrl-C to the next prompt, ms", "least", "middle", "most");
    // 30 M rows, made once.
    seat.cell("let many = tx.join(tx.head(4300).select(col(\"amount\").alias(\"b\")), #{how: \"cross\"}).with_columns((col(\"amount\") * col(\"b\")).alias(\"c\"));");
    seat.cell("many.height()");
    for work in [
        "let l = []; for i in 0..1000000000 { l.push(i); }",
        "tx.map_rows(|row| { let n = 0; while n < 100000 { n += 1; } n })",
        "many.group_by(\"c\").agg(col(\"amount\").median(), col(\"b\").std()).sort(\"c\")",
        "many.sort(\"c\").with_columns(col(\"b\").rolling_mean(1000).over(\"customer\"))",
        "many.select(\"amount\", \"b\", \"c\").kmeans(#{columns: [\"amount\", \"b\", \"c\"], k: 12})",
        "many.transactions(#{customer: \"customer\", date: \"date\", amount: \"c\"}).rfm()",
        "many.survival(#{duration: \"c\", event: lit(true)})",
        "many.with_columns((col(\"b\") > 20).alias(\"left\")).churn_model(#{target: \"left\", columns: [\"amount\", \"c\"]})",
        "many.cox(#{duration: \"c\", covariates: [\"amount\", \"b\"]})",
        "tx.clv(#{horizon: 12, draws: 100000})",
    ] {
        let mut times = Vec::new();
        for delay in [300, 700, 1100, 1500, 1900] {
            seat.press(&format!("{work}\r"));
            seat.wait(RUNS, PATIENCE).expect("the cell runs");
            if seat.wait(READS, Duration::from_millis(delay)).is_some() {
                continue;
            }
            seat.press("\x03");
            times.push(seat.wait(READS, PATIENCE).expect("it stops"));
            seat.settle(Duration::from_millis(50));
        }
        match times.is_empty() {
            true => println!("{work:<66.66} ends by itself before it can be stopped"),
            false => told(&format!("{work:.66}"), times),
        }
    }
    seat.cell("if many.height() != 29751700 { throw \"the session lost its frames\" }");
    seat.press("\x04");
}
