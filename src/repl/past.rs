//! What was typed before: the history with its sessions, on disk line by line, so that a crash or a kill forgets nothing.

use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use reedline::{History, HistoryItem, HistorySessionId, SearchDirection, SearchQuery, SqliteBackedHistory};
use regulars_plugin::{Failure, Result};

use super::dialog::Heard;
use crate::console::Console;
use crate::files::{self, Mark};

/// What became of a line, as it is kept with it. A line without it did not come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// A cell that worked.
    Worked = 0,
    /// A cell that failed.
    Failed = 1,
    /// A command, or help: nothing that can be run again.
    Other = 2,
    /// The same, and the number at the prompt stayed where it was.
    Uncounted = 3,
    /// A cell that was interrupted.
    Interrupted = 4,
}

impl Fate {
    const ALL: [Fate; 5] = [Fate::Worked, Fate::Failed, Fate::Other, Fate::Uncounted, Fate::Interrupted];
}

/// How many kinds of fate there is room for beside the numbers that a line took.
const FATES: i64 = 16;

/// What is kept with a line in one number: what became of it, and how many numbers it took at the prompt.
pub(super) fn status(fate: Fate, numbers: usize) -> i64 {
    fate as i64 + FATES * i64::try_from(numbers.saturating_sub(1)).unwrap_or(0)
}

/// The same, read again.
fn of_status(status: i64) -> (Option<Fate>, usize) {
    let fate = Fate::ALL.into_iter().find(|fate| *fate as i64 == status.rem_euclid(FATES));
    (fate, 1 + usize::try_from(status.div_euclid(FATES)).unwrap_or(0))
}

/// A line of an earlier session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) text: String,
    /// The number that it had at its prompt.
    pub(super) number: usize,
    /// How many numbers it took: more than one where it loaded a script of several cells.
    pub(super) numbers: usize,
    pub(super) fate: Option<Fate>,
    /// The folder in which it ran.
    pub(super) folder: Option<String>,
    began: Option<DateTime<Utc>>,
}

/// An earlier session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Earlier {
    pub(super) number: i64,
    pub(super) lines: Vec<Line>,
}

impl Earlier {
    pub(super) fn worked(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.fate == Some(Fate::Worked))
    }

    /// When it began, to the minute.
    pub(super) fn when(&self) -> String {
        match NaiveDateTime::parse_from_str(&self.number.to_string(), NUMBER) {
            Ok(began) => format!("{} UTC", began.format("%Y-%m-%d %H:%M")),
            Err(_) => self.number.to_string(),
        }
    }
}

/// Sessions are numbered by the second in which they began.
const NUMBER: &str = "%Y%m%d%H%M%S";

/// Where history and sessions lie, and this session among them.
pub(super) struct Past {
    marks: PathBuf,
    mark: Mark,
    began: DateTime<Utc>,
}

impl Past {
    /// Opens the history in this folder, and marks this session as one that lives. What is wrong is told; the prompt works
    /// without.
    pub(super) fn open(folder: &Path, began: NaiveDateTime, console: &Console) -> Option<(Past, SqliteBackedHistory)> {
        let marks = folder.join("sessions");
        let number = began.format(NUMBER).to_string().parse().unwrap_or_default();
        let opened = Mark::set(&marks, number).and_then(|mark| {
            let past = Past { marks, mark, began: began.and_utc() };
            let history = past.history(folder, console)?;
            Ok((past, history))
        });
        match opened {
            Ok(opened) => Some(opened),
            Err(failure) => {
                console.note(&format!("the history cannot be kept: {}", failure.message));
                None
            }
        }
    }

    fn history(&self, folder: &Path, console: &Console) -> Result<SqliteBackedHistory> {
        let file = folder.join("history.sqlite3");
        let is_new = !file.exists();
        if !is_new && !files::is_sound_sqlite(&file) {
            let kept = files::set_aside(&file)?;
            console.note(&format!("the history was damaged: it lies in {} now, and a new one begins", kept.display()));
        }
        let session = Some(self.session());
        // Lines of sessions that began before are seen, also of one in this very second.
        let before = self.began + TimeDelta::seconds(1);
        let mut history = SqliteBackedHistory::with_file(file, session, Some(before))
            .map_err(|error| Failure::new(error.to_string()))?;
        let older = folder.join("history.txt");
        if is_new && older.exists() {
            // What cannot be read stays where it is.
            if let Err(failure) = take_over(&older, &mut history) {
                console.note(&format!("the history of an earlier version is not taken over: {}", failure.message));
            }
        }
        forget_oldest(&mut history, console.settings().history);
        Ok(history)
    }

    pub(super) fn number(&self) -> i64 {
        self.mark.number()
    }

    pub(super) fn session(&self) -> HistorySessionId {
        HistorySessionId::new(self.mark.number())
    }

    /// Writes down with a line that it belongs to this session. Its time is that at which the session began: a line without a
    /// time would not be found by later sessions.
    pub(super) fn sign(&self, item: &mut HistoryItem) {
        item.session_id = Some(self.session());
        item.start_timestamp = Some(self.began);
        item.cwd = here();
    }

    /// The newest session that was cut off and in which something worked. Marks of others are taken away.
    pub(super) fn cut_off(&self, history: &dyn History) -> Option<Earlier> {
        let left = Mark::left(&self.marks);
        if left.is_empty() {
            return None;
        }
        let all = sessions(history);
        let mut found = None;
        for number in left.into_iter().rev() {
            match all.iter().find(|session| session.number == number && session.worked().next().is_some()) {
                Some(session) if found.is_none() => found = Some(session.clone()),
                Some(_) => {}
                None => Mark::forget(&self.marks, number),
            }
        }
        found
    }

    /// A session is told of no more: its lines run again.
    pub(super) fn taken_up(&self, number: i64) {
        Mark::forget(&self.marks, number);
    }

    /// This session comes to its end. Where something worked in it, older ones that were cut off are told of no more.
    pub(super) fn end(self, has_worked: bool) {
        if has_worked {
            for number in Mark::left(&self.marks) {
                Mark::forget(&self.marks, number);
            }
        }
        self.mark.clear();
    }
}

/// Every session of the history, the oldest first.
pub(super) fn sessions(history: &dyn History) -> Vec<Earlier> {
    let items = history.search(SearchQuery::everything(SearchDirection::Forward, None)).unwrap_or_default();
    let mut found: Vec<Earlier> = Vec::new();
    for item in items {
        let Some(number) = item.session_id.map(i64::from) else { continue };
        let place = found.iter().rposition(|session| session.number == number).unwrap_or_else(|| {
            found.push(Earlier { number, lines: Vec::new() });
            found.len() - 1
        });
        let lines = &mut found[place].lines;
        let (fate, numbers) = item.exit_status.map_or((None, 1), of_status);
        let counted = lines.iter().filter(|line| line.fate != Some(Fate::Uncounted));
        let number = 1 + counted.map(|line| line.numbers).sum::<usize>();
        lines.push(Line {
            text: item.command_line,
            number,
            numbers,
            fate,
            folder: item.cwd,
            began: item.start_timestamp,
        });
    }
    found
}

/// Keeps a line that was not typed, as one of this session.
pub(super) fn keep(history: &mut dyn History, session: i64, text: &str, heard: &Heard, line: &Line) {
    let mut item = HistoryItem::from_command_line(text);
    item.session_id = Some(HistorySessionId::new(session));
    // Its time is that of the line which it repeats: a line without one would not be found by later sessions.
    item.start_timestamp = line.began;
    item.cwd = here();
    item.exit_status = Some(status(heard.fate, heard.numbers));
    // Without it this line is only missing when the session is cut off.
    let _ = history.save(item);
}

/// The folder in which the session works.
pub(super) fn here() -> Option<String> {
    std::env::current_dir().ok().map(|folder| folder.display().to_string())
}

/// Takes the lines of the history over as it was before there were sessions.
fn take_over(older: &Path, history: &mut SqliteBackedHistory) -> Result<()> {
    let text = files::read_text(&older.display().to_string())?;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        // A line of several is kept in one there.
        let mut item = HistoryItem::from_command_line(line.replace("<\\n>", "\n"));
        item.start_timestamp = Some(DateTime::UNIX_EPOCH);
        history.save(item).map_err(|error| Failure::new(error.to_string()))?;
    }
    let mut name = older.as_os_str().to_owned();
    name.push(".old");
    files::rename(older, Path::new(&name))
}

/// Lets the oldest lines go where there are more than are wanted.
fn forget_oldest(history: &mut SqliteBackedHistory, most: usize) {
    let count = history.count_all().unwrap_or(0);
    let too_many = count - i64::try_from(most).unwrap_or(i64::MAX);
    if too_many <= 0 {
        return;
    }
    let query = SearchQuery { limit: Some(too_many), ..SearchQuery::everything(SearchDirection::Forward, None) };
    for item in history.search(query).unwrap_or_default() {
        let _ = item.id.map(|id| history.delete(id));
    }
}
