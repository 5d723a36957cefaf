//! One line on standard error for work that takes longer than half a second.

mod pace;

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::show::{cut, harmless, width};
use pace::Pace;

/// How long work may take before anything is said about it.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often the line is drawn.
const LOOK: Duration = Duration::from_millis(100);
/// Cells of the bar where there is room.
const BAR: usize = 24;

/// The progress line, when there is one.
#[derive(Default)]
pub(super) struct Progress {
    /// When the work began, while it goes on.
    began: Option<Instant>,
    told: Option<Told>,
    /// What the work belongs to, such as a cell of a script.
    part: Option<String>,
    is_drawn: bool,
    /// Whether the work lasts until something is printed, and not until its end is said.
    until_printed: bool,
    /// Counts the pieces of work, so that whoever watches one of them knows when it is over.
    number: u64,
}

/// What was told last.
struct Told {
    what: String,
    done: u64,
    total: u64,
    pace: Pace,
}

impl Progress {
    /// Begins to watch a piece of work: it is drawn even where it tells nothing.
    pub(super) fn watch(
        watched: &Arc<Mutex<Progress>>,
        until_printed: bool,
        columns: impl Fn() -> usize + Send + 'static,
    ) {
        let number = {
            let mut progress = watched.lock().unwrap_or_else(PoisonError::into_inner);
            progress.number += 1;
            progress.began = Some(Instant::now());
            progress.told = None;
            progress.until_printed = until_printed;
            progress.number
        };
        let watched = Arc::clone(watched);
        std::thread::spawn(move || {
            std::thread::sleep(PATIENCE);
            loop {
                {
                    let mut progress = watched.lock().unwrap_or_else(PoisonError::into_inner);
                    if progress.began.is_none() || progress.number != number {
                        return;
                    }
                    progress.draw(columns());
                }
                std::thread::sleep(LOOK);
            }
        });
    }

    /// Says what the work from here on belongs to.
    pub(super) fn part(&mut self, part: Option<String>) {
        self.part = part;
    }

    /// Whether work is being watched.
    pub(super) fn is_watched(&self) -> bool {
        self.began.is_some()
    }

    /// Hears how far the work has come; `total` is 0 where it is not known.
    pub(super) fn hear(&mut self, done: u64, total: u64, what: &str) {
        let now = self.began.get_or_insert_with(Instant::now).elapsed().as_secs_f64();
        let is_other = self.told.as_ref().is_none_or(|told| {
            // Threads may tell a little out of turn.
            let back = told.done.saturating_sub(done);
            told.what != what || told.total != total || back.saturating_mul(20) > total
        });
        if is_other {
            self.told = Some(Told { what: what.to_owned(), done, total, pace: Pace::default() });
        }
        if let Some(told) = &mut self.told {
            let done = done.max(told.done);
            told.done = done;
            told.pace.hear(now, done as f64);
        }
    }

    fn draw(&mut self, columns: usize) {
        let Some(elapsed) = self.began.map(|began| began.elapsed().as_secs_f64()) else { return };
        let line = line(self.part.as_deref(), self.told.as_mut(), elapsed, columns.saturating_sub(1));
        // A terminal that has gone shows nothing, and nothing is lost by going on.
        let _ = write!(std::io::stderr().lock(), "\r\x1b[2K{line}");
        self.is_drawn = true;
    }

    /// Makes room for something that is printed; what goes on afterwards is drawn again.
    pub(super) fn make_room(&mut self) {
        if self.until_printed { self.end() } else { self.clear() }
    }

    fn clear(&mut self) {
        if std::mem::take(&mut self.is_drawn) {
            let _ = write!(std::io::stderr().lock(), "\r\x1b[2K");
        }
    }

    /// Takes the line away: the work is over.
    pub(super) fn end(&mut self) {
        self.clear();
        self.began = None;
        self.told = None;
    }
}

/// What is told about work that goes on for so many seconds, in at most so many columns: what there is no room for is
/// left out, the least important first.
fn line(part: Option<&str>, told: Option<&mut Told>, elapsed: f64, columns: usize) -> String {
    let turn = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"][(elapsed * 10.0) as usize % 10];
    let Some(told) = told else {
        let what = format!("{turn} {}", part.map_or("working".into(), harmless));
        return fitted(&[what, lasting(elapsed), "Ctrl-C stops it".to_owned()], &[2, 1], columns);
    };
    let part = part.map_or_else(String::new, |part| format!("{} · ", harmless(part)));
    let what = format!("{turn} {part}{}", harmless(&told.what));
    let rate = told.pace.rate().map(|rate| format!("{}/s", short(rate))).unwrap_or_default();
    if told.total == 0 {
        let done = if told.done > 0 { short(told.done as f64) } else { String::new() };
        let rate = if told.done > 0 { rate } else { String::new() };
        let parts = [what, done, rate, lasting(elapsed), "Ctrl-C stops it".to_owned()];
        return fitted(&parts, &[4, 2, 1, 3], columns);
    }
    let share = (told.done as f64 / told.total as f64).clamp(0.0, 1.0);
    let full = (share * BAR as f64) as usize;
    let bar = format!("{}{}", "━".repeat(full), "╌".repeat(BAR - full));
    let left = told.pace.left(elapsed, told.total as f64).map(|left| format!("{} left", lasting(left)));
    let parts = [
        what,
        bar,
        format!("{:.0} %", (share * 100.0).floor()),
        format!("{} of {}", short(told.done as f64), short(told.total as f64)),
        rate,
        left.unwrap_or_default(),
    ];
    fitted(&parts, &[3, 4, 1, 5, 2], columns)
}

/// The parts with gaps between them, without those that are empty, and without those named first among the others as far as
/// there is no room for them.
fn fitted(parts: &[String], others: &[usize], columns: usize) -> String {
    let mut kept: Vec<usize> = (0..parts.len()).filter(|part| !parts[*part].is_empty()).collect();
    let joined = |kept: &[usize]| kept.iter().map(|part| parts[*part].as_str()).collect::<Vec<_>>().join("  ");
    for other in others {
        if width(&joined(&kept)) <= columns {
            break;
        }
        kept.retain(|part| part != other);
    }
    cut(&joined(&kept), columns).into_owned()
}

/// A number in three or four letters: `950`, `12.3 k`, `4.5 M`.
fn short(number: f64) -> String {
    let (number, unit) = match number {
        number if number >= 1e12 => (number / 1e12, " T"),
        number if number >= 1e9 => (number / 1e9, " G"),
        number if number >= 1e6 => (number / 1e6, " M"),
        number if number >= 1e4 => (number / 1e3, " k"),
        number if number >= 10.0 => (number.round(), ""),
        number => (number, ""),
    };
    let is_whole = (number - number.round()).abs() < 0.05 || number >= 100.0;
    if is_whole { format!("{number:.0}{unit}") } else { format!("{number:.1}{unit}") }
}

/// A time as exactly as one wants to know it: `7 s`, `3 min 20 s`, `14 min`, `2 h 10 min`.
fn lasting(seconds: f64) -> String {
    let whole = seconds.max(0.0).ceil() as u64;
    match whole {
        0..60 => format!("{whole} s"),
        60..600 => {
            let tens = whole.div_ceil(10) * 10;
            match tens % 60 {
                0 => format!("{} min", tens / 60),
                rest => format!("{} min {rest} s", tens / 60),
            }
        }
        600..7200 => format!("{} min", whole.div_ceil(60)),
        _ => format!("{} h {} min", whole / 3600, whole % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(done: u64, total: u64) -> Told {
        let mut pace = Pace::default();
        (0..=20).for_each(|tick| pace.hear(f64::from(tick) / 10.0, done as f64 * f64::from(tick) / 20.0));
        Told { what: "reading orders.csv".to_owned(), done, total, pace }
    }

    #[test]
    fn the_line_tells_how_far_how_fast_and_how_long() {
        assert_eq!(
            line(None, Some(&mut told(250_000_000, 1_000_000_000)), 2.0, 100),
            "⠋ reading orders.csv  ━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌  25 %  250 M of 1 G  125 M/s  6 s left"
        );
        assert_eq!(
            line(None, Some(&mut told(12_345, 0)), 2.0, 100),
            "⠋ reading orders.csv  12.3 k  6173/s  2 s  Ctrl-C stops it"
        );
        assert_eq!(line(None, None, 3.1, 100), "⠙ working  4 s  Ctrl-C stops it");
        assert_eq!(line(Some("cell 2 of 7"), None, 3.1, 100), "⠙ cell 2 of 7  4 s  Ctrl-C stops it");
        assert_eq!(
            line(Some("cell 2 of 7"), Some(&mut told(12_345, 0)), 2.0, 100),
            "⠋ cell 2 of 7 · reading orders.csv  12.3 k  6173/s  2 s  Ctrl-C stops it"
        );
    }

    #[test]
    fn what_has_no_room_is_left_out() {
        let at = |columns| line(None, Some(&mut told(250_000_000, 1_000_000_000)), 2.0, columns);
        assert_eq!(at(60), "⠋ reading orders.csv  25 %  6 s left");
        assert_eq!(at(30), "⠋ reading orders.csv  25 %");
        assert_eq!(at(10), "⠋ reading…");
        (0..120).for_each(|columns| assert!(width(&at(columns)) <= columns));
    }

    #[test]
    fn numbers_and_times_are_short() {
        assert_eq!(
            [0.5, 7.0, 12.3, 9_999.0, 12_300.0, 4_500_000.0, 2e12].map(short),
            ["0.5", "7", "12", "9999", "12.3 k", "4.5 M", "2 T"]
        );
        assert_eq!(
            [0.2, 59.2, 61.0, 200.0, 700.0, 8_000.0].map(lasting),
            ["1 s", "1 min", "1 min 10 s", "3 min 20 s", "12 min", "2 h 13 min"]
        );
    }

    #[test]
    fn another_piece_of_work_has_its_own_pace() {
        let mut progress = Progress::default();
        progress.hear(5, 10, "clustering");
        progress.hear(1, 10, "clustering");
        assert!(progress.told.as_ref().is_some_and(|told| told.done == 1 && told.pace.rate().is_none()));
        progress.end();
        assert!(!progress.is_watched());
    }
}
