//! The answers of the cells that ran, by their numbers: `out(3)`.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use regulars_plugin::{Failure, Result};
use rhai::{Array, Dynamic};

use crate::table::Frame;

/// Answers that are kept.
const MOST: usize = 1000;
/// Bytes of computed frames and lists that are kept in memory for their answers alone, all together.
const MOST_BYTES: usize = 1 << 30;

/// Answers by the numbers of their cells. A frame among them is a handle: keeping it costs what it computed, no more.
#[derive(Default)]
pub struct Answers(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    /// Whether any are kept: a script that asks for none should not hold their memory.
    on: bool,
    by_number: BTreeMap<usize, Dynamic>,
    /// The highest number whose answer was let go.
    let_go: usize,
}

impl Answers {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From here on answers are kept.
    pub fn keep(&self) {
        self.kept().on = true;
    }

    /// Keeps the answer of a cell, and lets the oldest go where all together are too many.
    pub(super) fn add(&self, number: usize, answer: &Dynamic) {
        let mut kept = self.kept();
        if !kept.on || answer.is_unit() {
            return;
        }
        kept.by_number.insert(number, answer.clone());
        let mut bytes: usize = kept.by_number.values().map(bytes_of).sum();
        while kept.by_number.len() > MOST || bytes > MOST_BYTES {
            let Some((number, answer)) = kept.by_number.pop_first() else { return };
            bytes -= bytes_of(&answer).min(bytes);
            kept.let_go = number;
        }
    }

    /// The answer of a cell: its number, or counted from the last one on as -1, -2 …
    pub(super) fn get(&self, number: i64) -> Result<Dynamic> {
        let kept = self.kept();
        let found = match usize::try_from(number) {
            Ok(number) => kept.by_number.get(&number),
            Err(_) => {
                let back = usize::try_from(number.unsigned_abs()).unwrap_or(usize::MAX);
                kept.by_number.values().rev().nth(back.saturating_sub(1))
            }
        };
        found.cloned().ok_or_else(|| kept.missing(number))
    }

    /// The answer of a cell, if it is kept.
    pub(super) fn find(&self, number: usize) -> Option<Dynamic> {
        self.kept().by_number.get(&number).cloned()
    }

    /// The numbers of the cells whose answers are kept, each with its answer.
    pub(super) fn all(&self) -> Vec<(usize, Dynamic)> {
        self.kept().by_number.iter().map(|(number, answer)| (*number, answer.clone())).collect()
    }
}

impl Kept {
    fn missing(&self, number: i64) -> Failure {
        if !self.on {
            return Failure::new("no answers are kept here").help("keep the value in a variable: `let x = …`");
        }
        if usize::try_from(number).is_ok_and(|number| number > 0 && number <= self.let_go) {
            return Failure::new(format!("the answer of cell {number} is kept no more"))
                .help("the last 1000 answers are kept, as far as their tables take no more than 1 GB together")
                .help("keep what you need in a variable: `let x = …`");
        }
        let failure = Failure::new(format!("no answer has the number {number}"));
        let numbers: Vec<String> = self.by_number.keys().rev().take(8).map(ToString::to_string).collect();
        match numbers.is_empty() {
            true => failure.help("no cell has answered anything yet"),
            false => failure.help(format!("the last cells that answered something: {}", numbers.join(", "))),
        }
    }
}

fn bytes_of(answer: &Dynamic) -> usize {
    if let Some(list) = answer.read_lock::<Array>() {
        return list.len() * size_of::<Dynamic>();
    }
    answer.read_lock::<Frame>().and_then(|frame| frame.bytes()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_found_by_number_and_from_the_last() -> Result<()> {
        let answers = Answers::default();
        answers.add(1, &1.into());
        assert!(answers.get(1).is_err_and(|failure| failure.message == "no answers are kept here"));
        answers.keep();
        for number in 1..=1002 {
            answers.add(number, &(number as i64 * 10).into());
        }
        answers.add(1003, &Dynamic::UNIT);
        assert_eq!(answers.get(1000)?.as_int(), Ok(10_000));
        assert_eq!(answers.get(-1)?.as_int(), Ok(10_020));
        assert_eq!(answers.get(-2)?.as_int(), Ok(10_010));
        let told = |number| answers.get(number).map_or_else(|failure| failure.message, |_| String::new());
        assert_eq!(told(2), "the answer of cell 2 is kept no more");
        assert_eq!(told(3), "");
        assert_eq!(told(1003), "no answer has the number 1003");
        assert_eq!(told(0), "no answer has the number 0");
        Ok(())
    }
}
