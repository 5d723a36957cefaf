//! Sorting and searching, which may take long: on a thread of their own, told how far they are, left when not wanted.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use regulars_plugin::{Failure, Result};

use super::sheet::{Order, window};
use crate::table::{Cell, Data};

/// Rows that are searched at once.
const PIECE: usize = 4096;
/// Work that takes less is not told.
const PATIENCE: Duration = Duration::from_millis(300);

/// A cell by its place on the screen's table and its column.
pub(super) type Place = (usize, usize);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Job {
    Sort { column: usize, name: String, descending: bool },
    Search { text: String, from: Place, forward: bool },
}

pub(super) enum Answer {
    Sorted { column: usize, descending: bool, rows: Result<Order> },
    Found { text: String, place: Option<Place> },
}

pub(super) struct Work {
    what: String,
    stop: Arc<AtomicBool>,
    done: Arc<AtomicU64>,
    total: u64,
    began: Instant,
    answer: Receiver<Answer>,
}

impl Work {
    pub(super) fn begin(data: Data, order: Option<Order>, job: Job) -> Work {
        let (send, answer) = channel();
        let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let what = match &job {
            Job::Sort { name, .. } => format!("sorting by {}", crate::show::harmless(name)),
            Job::Search { text, .. } => format!("searching for {}", crate::show::harmless(text)),
        };
        // The order of a whole column is found in one step that tells nothing.
        let total = if matches!(job, Job::Search { .. }) { data.height() as u64 } else { 0 };
        let (stopped, told) = (Arc::clone(&stop), Arc::clone(&done));
        std::thread::spawn(move || {
            let work = std::panic::AssertUnwindSafe(|| match &job {
                Job::Sort { column, name, descending } => {
                    let rows = data.order(name, *descending).map(Arc::new);
                    Answer::Sorted { column: *column, descending: *descending, rows }
                }
                Job::Search { text, from, forward } => {
                    let place = search(&data, order.as_ref(), text, *from, *forward, &stopped, &told);
                    Answer::Found { text: text.clone(), place }
                }
            });
            let answer = std::panic::catch_unwind(work).unwrap_or_else(|_| Answer::Sorted {
                column: 0,
                descending: false,
                rows: Err(Failure::new("this column cannot be sorted")),
            });
            // Who stopped the work does not listen any more.
            let _ = send.send(answer);
        });
        Work { what, stop, done, total, began: Instant::now(), answer }
    }

    /// What is being done.
    pub(super) fn what(&self) -> &str {
        &self.what
    }

    /// What is being done, and how far it is, once it takes a while.
    pub(super) fn told(&self) -> String {
        if self.began.elapsed() < PATIENCE {
            return String::new();
        }
        let done = self.done.load(Ordering::Relaxed);
        let far = match done.saturating_mul(100).checked_div(self.total) {
            Some(percent) => format!(" {} %", percent.min(100)),
            None => format!(" {:.0} s", self.began.elapsed().as_secs_f64()),
        };
        format!("{}{far} · Esc stops it", self.what)
    }

    pub(super) fn answer(&self) -> Option<Answer> {
        self.answer.try_recv().ok()
    }

    /// The answer, if it comes so soon that nothing need be told and no key be read meanwhile.
    pub(super) fn soon(&self) -> Option<Answer> {
        self.answer.recv_timeout(PATIENCE).ok()
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// The next cell that holds a text, behind a cell or before it, all around the table. Large letters count where the text
/// has one; a number is found as it is written and as it is shown.
fn search(
    data: &Data,
    order: Option<&Order>,
    text: &str,
    from: Place,
    forward: bool,
    stop: &AtomicBool,
    done: &AtomicU64,
) -> Option<Place> {
    let exact = text.chars().any(char::is_uppercase);
    let is_number = text.chars().all(|letter| letter.is_ascii_digit() || ",.-".contains(letter));
    let bare = if is_number { text.replace(',', "") } else { text.to_owned() };
    let holds = |cell: &Cell| match cell {
        Cell::Missing => false,
        Cell::Text(held) if exact => held.contains(text),
        Cell::Text(held) => held.to_lowercase().contains(text),
        other => {
            let held = other.plain();
            let held = if exact { held } else { held.to_lowercase() };
            held.contains(text) || (!bare.is_empty() && held.contains(&bare))
        }
    };
    let names = data.names();
    let height = data.height();
    // First from this row to the end, then from the beginning to this row once more; or the other way round.
    let behind = (from.0, height);
    let before = (0, (from.0 + 1).min(height));
    for (round, (begin, end)) in if forward { [behind, before] } else { [before, behind] }.into_iter().enumerate() {
        let mut starts: Vec<usize> = (begin..end).step_by(PIECE).collect();
        if !forward {
            starts.reverse();
        }
        for start in starts {
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            let count = PIECE.min(end - start);
            let rows = window(data, order, start, count).ok()?;
            let columns: Vec<Vec<Cell>> = names.iter().map(|name| rows.cells(name).unwrap_or_default()).collect();
            let found =
                (0..count * names.len()).map(|step| if forward { step } else { count * names.len() - 1 - step });
            let found = found.map(|at| (start + at / names.len(), at % names.len())).find(|(row, column)| {
                let is_wanted = match (*row == from.0, round) {
                    (true, 0) if forward => *column > from.1,
                    (true, 0) => *column < from.1,
                    _ => true,
                };
                is_wanted && columns[*column].get(row - start).is_some_and(holds)
            });
            if found.is_some() {
                return found;
            }
            done.fetch_add(count as u64, Ordering::Relaxed);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Frame;
    use regulars_plugin::Quiet;

    fn data() -> Data {
        let names = (0..10_000).map(|row| Cell::Text(format!("Name {row}"))).collect();
        let numbers = (0..10_000).map(|row| Cell::Integer(row * 1_000)).collect();
        Frame::from_cells(&[("name".into(), names), ("number".into(), numbers)]).unwrap().data(&Quiet).unwrap()
    }

    fn found(order: Option<&Order>, text: &str, from: Place, forward: bool) -> Option<Place> {
        search(&data(), order, text, from, forward, &AtomicBool::new(false), &AtomicU64::new(0))
    }

    #[test]
    fn search_goes_on_and_around() {
        assert_eq!(found(None, "name 77", (0, 0), true), Some((77, 0)));
        assert_eq!(found(None, "name 77", (77, 0), true), Some((770, 0)));
        assert_eq!(found(None, "name 9999", (9_999, 0), true), Some((9_999, 0)), "only this one");
        assert_eq!(found(None, "name 1", (9_999, 1), true), Some((1, 0)), "around the end");
        assert_eq!(found(None, "name 77", (770, 0), false), Some((77, 0)));
        assert_eq!(found(None, "name 77", (77, 0), false), Some((7_799, 0)), "around the beginning");
        assert_eq!(found(None, "NAME 77", (0, 0), true), None, "large letters count");
        assert_eq!(found(None, "nobody", (5_000, 1), true), None);
    }

    #[test]
    fn numbers_are_found_as_they_are_shown() {
        assert_eq!(found(None, "8,123,000", (0, 0), true), Some((8_123, 1)));
        assert_eq!(found(None, "8123000", (0, 0), true), Some((8_123, 1)));
    }

    #[test]
    fn search_follows_the_order_of_the_screen() {
        let order: Order = Arc::new(data().order("number", true).unwrap());
        assert_eq!(found(Some(&order), "name 9998", (0, 0), true), Some((1, 0)));
    }

    #[test]
    fn a_stopped_search_ends() {
        assert_eq!(search(&data(), None, "name", (0, 0), true, &AtomicBool::new(true), &AtomicU64::new(0)), None);
    }
}
