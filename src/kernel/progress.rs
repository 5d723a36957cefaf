//! How far the work of a cell is, as an output of its own that changes and goes away.

use serde_json::{Value as Json, json};
use uuid::Uuid;

/// Work is told of once it has taken so many ticks,
const PATIENCE: u32 = 15;
/// and from then on every few.
const EVERY: u32 = 3;

/// Characters of the bar.
const BAR: usize = 24;

/// How far the work is.
#[derive(Default)]
pub(super) struct Progress {
    told: Option<Told>,
    /// The output that shows it.
    display: Option<String>,
}

struct Told {
    done: u64,
    total: u64,
    what: String,
    ticks: u32,
    is_new: bool,
}

impl Progress {
    /// The work is so far.
    pub(super) fn hear(&mut self, done: u64, total: u64, what: &str) {
        match &mut self.told {
            Some(told) if told.what == what => (told.done, told.total, told.is_new) = (done, total, true),
            told => {
                let ticks = told.as_ref().map_or(0, |told| told.ticks);
                *told = Some(Told { done, total, what: what.to_owned(), ticks, is_new: true });
            }
        }
    }

    /// A moment has passed: what is to be shown now, if anything.
    pub(super) fn tick(&mut self) -> Option<(&'static str, Json)> {
        let told = self.told.as_mut()?;
        told.ticks += 1;
        if told.ticks < PATIENCE || told.ticks % EVERY != 0 || !std::mem::take(&mut told.is_new) {
            return None;
        }
        let line = line(told);
        Some(match &self.display {
            Some(display) => ("update_display_data", shown(&line, display)),
            None => ("display_data", shown(&line, self.display.insert(Uuid::new_v4().to_string()))),
        })
    }

    /// The work is over: what takes the place of the output, where there was one.
    pub(super) fn end(&mut self) -> Option<Json> {
        self.told = None;
        self.display.take().map(|display| shown("", &display))
    }
}

fn shown(line: &str, display: &str) -> Json {
    json!({ "data": { "text/plain": line }, "metadata": {}, "transient": { "display_id": display } })
}

fn line(told: &Told) -> String {
    let what = crate::show::harmless(&told.what);
    if told.total == 0 {
        return format!("{what}: {}", told.done);
    }
    let share = (told.done as f64 / told.total as f64).clamp(0.0, 1.0);
    let full = (share * BAR as f64).round() as usize;
    format!("{what}  {}{}  {:.0} %", "█".repeat(full), "░".repeat(BAR - full), share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_work_that_lasts_is_told_and_it_goes_away() {
        let mut progress = Progress::default();
        progress.hear(1, 4, "reading");
        assert!((1..PATIENCE).all(|_| progress.tick().is_none()));
        let (kind, first) = progress.tick().unwrap();
        assert_eq!(
            (kind, &first["data"]["text/plain"]),
            ("display_data", &json!("reading  ██████░░░░░░░░░░░░░░░░░░  25 %"))
        );
        assert!((0..10).all(|_| progress.tick().is_none()), "nothing new was heard");
        progress.hear(8, 4, "reading");
        let (kind, second) = (0..EVERY).find_map(|_| progress.tick()).unwrap();
        assert_eq!(kind, "update_display_data");
        assert_eq!(second["transient"], first["transient"]);
        assert_eq!(progress.end().unwrap()["data"]["text/plain"], "");
        assert!(progress.end().is_none() && progress.tick().is_none());
    }
}
