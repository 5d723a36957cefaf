//! What is looked at, and what a key changes. No terminal is needed here.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::sheet::{Order, Sheet};
use super::work::{Answer, Job, Place};

/// What is on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mode {
    Table,
    /// A text to search for is being typed.
    Typing(String),
    Keys,
    /// The whole text of the chosen cell.
    Cell,
}

/// What a key asks of the terminal's side.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    Stay,
    Leave,
    Work(Job),
    Stop,
}

pub(super) struct Sorted {
    pub(super) column: usize,
    pub(super) descending: bool,
    rows: Order,
}

pub(super) struct View {
    pub(super) sheet: Sheet,
    /// Columns and lines of the terminal.
    pub(super) size: (usize, usize),
    /// The chosen cell.
    pub(super) here: Place,
    /// The first row that is shown.
    pub(super) top: usize,
    /// The first column that is shown behind the one that always is.
    pub(super) left: usize,
    pub(super) mode: Mode,
    pub(super) sorted: Option<Sorted>,
    /// What was searched for last.
    searched: Option<String>,
    /// Something to be told until the next key.
    pub(super) message: Option<String>,
    /// What is being worked on; empty before it takes a while.
    pub(super) work: Option<String>,
}

/// Lines that are no rows: names, types, a rule, and what is told below.
pub(super) const FRAME: usize = 4;

impl View {
    pub(super) fn new(sheet: Sheet, size: (usize, usize)) -> View {
        View {
            sheet,
            size,
            here: (0, 0),
            top: 0,
            left: 1,
            mode: Mode::Table,
            sorted: None,
            searched: None,
            message: None,
            work: None,
        }
    }

    pub(super) fn order(&self) -> Option<Order> {
        self.sorted.as_ref().map(|sorted| Order::clone(&sorted.rows))
    }

    pub(super) fn resize(&mut self, size: (usize, usize)) {
        self.size = size;
    }

    pub(super) fn tell_work(&mut self, work: Option<String>) {
        self.work = work;
    }

    /// Rows that fit.
    pub(super) fn body(&self) -> usize {
        self.size.1.saturating_sub(FRAME).max(1)
    }

    pub(super) fn press(&mut self, key: KeyEvent) -> Step {
        let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
        let stops = key.code == KeyCode::Esc || (is_control && key.code == KeyCode::Char('c'));
        let is_typing = matches!(self.mode, Mode::Typing(_));
        if self.work.is_some() && !is_typing && (stops || key.code == KeyCode::Char('q')) {
            self.message = Some("stopped".to_owned());
            return Step::Stop;
        }
        self.message = None;
        match &mut self.mode {
            Mode::Typing(text) => {
                match key.code {
                    _ if stops => self.mode = Mode::Table,
                    KeyCode::Enter => {
                        let text = std::mem::take(text);
                        self.mode = Mode::Table;
                        if !text.is_empty() {
                            self.searched = Some(text);
                        }
                        return self.search(true);
                    }
                    KeyCode::Backspace if text.is_empty() => self.mode = Mode::Table,
                    KeyCode::Backspace => drop(text.pop()),
                    KeyCode::Char('u') if is_control => text.clear(),
                    KeyCode::Char(letter) if !is_control => text.push(letter),
                    _ => {}
                }
                Step::Stay
            }
            Mode::Keys | Mode::Cell => {
                self.mode = Mode::Table;
                Step::Stay
            }
            Mode::Table if is_control => self.press_with_control(key.code),
            Mode::Table => self.press_in_table(key.code),
        }
    }

    fn press_with_control(&mut self, code: KeyCode) -> Step {
        match code {
            KeyCode::Char('c' | 'd') => return Step::Leave,
            KeyCode::Char('f') => self.go_rows(self.body() as i64),
            KeyCode::Char('b') => self.go_rows(-(self.body() as i64)),
            KeyCode::Home => self.here.0 = 0,
            KeyCode::End => self.here.0 = self.last_row(),
            _ => {}
        }
        Step::Stay
    }

    fn press_in_table(&mut self, code: KeyCode) -> Step {
        match code {
            KeyCode::Char('q') | KeyCode::Esc => return Step::Leave,
            KeyCode::Down | KeyCode::Char('j') => self.go_rows(1),
            KeyCode::Up | KeyCode::Char('k') => self.go_rows(-1),
            KeyCode::Right | KeyCode::Char('l') => self.here.1 = (self.here.1 + 1).min(self.last_column()),
            KeyCode::Left | KeyCode::Char('h') => self.here.1 = self.here.1.saturating_sub(1),
            KeyCode::PageDown | KeyCode::Char(' ') => self.go_rows(self.body() as i64),
            KeyCode::PageUp => self.go_rows(-(self.body() as i64)),
            KeyCode::Home | KeyCode::Char('0') => self.here.1 = 0,
            KeyCode::End | KeyCode::Char('$') => self.here.1 = self.last_column(),
            KeyCode::Char('g') => self.here.0 = 0,
            KeyCode::Char('G') => self.here.0 = self.last_row(),
            KeyCode::Char('/') => self.mode = Mode::Typing(String::new()),
            KeyCode::Char('?') => self.mode = Mode::Keys,
            KeyCode::Enter if self.sheet.height() > 0 => self.mode = Mode::Cell,
            KeyCode::Char('n') => return self.search(true),
            KeyCode::Char('N') => return self.search(false),
            KeyCode::Char('s') => return self.sort(),
            _ => {}
        }
        Step::Stay
    }

    fn last_row(&self) -> usize {
        self.sheet.height().saturating_sub(1)
    }

    fn last_column(&self) -> usize {
        self.sheet.count().saturating_sub(1)
    }

    fn go_rows(&mut self, by: i64) {
        self.rows_in_sight();
        let by_rows = usize::try_from(by.unsigned_abs()).unwrap_or(usize::MAX);
        self.here.0 = match by < 0 {
            true => self.here.0.saturating_sub(by_rows),
            false => self.here.0.saturating_add(by_rows).min(self.last_row()),
        };
        // A whole page moves what is shown by a page as well.
        if by_rows > 1 {
            let last = self.sheet.height().saturating_sub(self.body());
            self.top = if by < 0 { self.top.saturating_sub(by_rows) } else { (self.top + by_rows).min(last) };
        }
    }

    fn search(&mut self, forward: bool) -> Step {
        match self.searched.clone() {
            Some(text) => Step::Work(Job::Search { text, from: self.here, forward }),
            None => {
                self.message = Some("`/` searches for a text".to_owned());
                Step::Stay
            }
        }
    }

    /// Up, down, and as the frame has it, in turn.
    fn sort(&mut self) -> Step {
        let column = self.here.1;
        let descending = match &self.sorted {
            Some(sorted) if sorted.column == column && sorted.descending => {
                self.sorted = None;
                self.go_to_the_top();
                return Step::Stay;
            }
            Some(sorted) => sorted.column == column,
            None => false,
        };
        Step::Work(Job::Sort { column, name: self.sheet.key(column).to_owned(), descending })
    }

    fn go_to_the_top(&mut self) {
        (self.here.0, self.top) = (0, 0);
    }

    /// Takes in what work has found.
    pub(super) fn take_in(&mut self, answer: Answer) {
        self.work = None;
        match answer {
            Answer::Sorted { column, descending, rows: Ok(rows) } => {
                self.sorted = Some(Sorted { column, descending, rows });
                self.go_to_the_top();
            }
            Answer::Sorted { rows: Err(failure), .. } => self.message = Some(failure.message),
            Answer::Found { place: Some(place), .. } => {
                // Somewhere else: with rows around it.
                if !(self.top..self.top + self.body()).contains(&place.0) {
                    self.top = place.0.saturating_sub(self.body() / 3);
                }
                self.here = place;
            }
            Answer::Found { text, place: None } => self.message = Some(format!("{text} is not found")),
        }
    }

    /// The columns in sight, each with its width; the chosen one is among them, and so is the first.
    pub(super) fn columns_in_sight(&mut self, room: usize) -> Vec<(usize, usize)> {
        self.left = self.left.clamp(1, self.last_column().max(1));
        if self.here.1 > 0 && self.here.1 < self.left {
            self.left = self.here.1;
        }
        loop {
            let shown = self.columns_from(self.left, room);
            // Whole, or as wide as there is room behind the first column.
            let whole = self.sheet.width(self.here.1);
            let is_seen = |(column, width): &(usize, usize)| *column == self.here.1 && *width >= whole;
            if self.here.1 <= self.left || shown.iter().any(is_seen) {
                return shown;
            }
            self.left += 1;
        }
    }

    fn columns_from(&mut self, left: usize, room: usize) -> Vec<(usize, usize)> {
        /// What two columns are apart, and the least of a column that is shown in part.
        const GAP: usize = 2;
        const LEAST: usize = 4;
        // The first column leaves room for others.
        let first = self.sheet.width(0).min(if self.sheet.count() > 1 { room * 2 / 3 } else { room }).max(1);
        let mut shown = vec![(0, first)];
        let mut rest = room.saturating_sub(first);
        for column in left.max(1)..self.sheet.count() {
            let width = self.sheet.width(column);
            if rest < GAP + LEAST.min(width) {
                break;
            }
            let width = width.min(rest - GAP);
            shown.push((column, width));
            rest -= GAP + width;
        }
        shown
    }

    /// Brings the chosen row into sight; answers with the rows that are.
    pub(super) fn rows_in_sight(&mut self) -> std::ops::Range<usize> {
        let body = self.body();
        self.top = self.top.clamp((self.here.0 + 1).saturating_sub(body), self.here.0);
        self.top..(self.top + body).min(self.sheet.height())
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
