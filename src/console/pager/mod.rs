//! Looking through a frame: every row and column, with search and sort.
//!
//! ```text
//! mod     the terminal: taken, drawn on, given back
//!   view  what is looked at, and what a key changes
//!   draw  the lines that show it
//!   sheet how columns look: rows are read as they come into sight
//!   work  sorting and searching beside the keys
//! ```

mod draw;
mod sheet;
mod view;
mod work;

use std::io::{Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossterm::event::{self, Event, KeyEventKind};
use crossterm::{cursor, execute, style, terminal};
use regulars_plugin::ColumnManual;

use crate::show::Shade;
use crate::table::Data;
use draw::Ink;
use sheet::Sheet;
use view::{Step, View};
use work::Work;

/// How long a key is waited for while something is worked on, and while nothing is.
const WORKING: Duration = Duration::from_millis(40);
const IDLE: Duration = Duration::from_millis(200);

/// Whether the whole screen is ours.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Gives the terminal back in the middle of anything, because the program is about to end.
pub(super) fn give_back() {
    let mut out = std::io::stdout();
    // On the way out nothing can be done about a terminal that has gone.
    if TAKEN.swap(false, Ordering::Relaxed) {
        let _ = execute!(out, terminal::EnableLineWrap, terminal::LeaveAlternateScreen);
    }
    // The line editor has asked for pastes in brackets.
    let _ = execute!(out, style::Print("\x1b[?2004l"), cursor::Show);
    let _ = terminal::disable_raw_mode();
}

/// The terminal while it is ours; given back however this ends.
struct Taken(Stdout);

impl Taken {
    fn take() -> std::io::Result<Taken> {
        terminal::enable_raw_mode()?;
        let mut taken = Taken(std::io::stdout());
        TAKEN.store(true, Ordering::Relaxed);
        execute!(taken.0, terminal::EnterAlternateScreen, cursor::Hide, terminal::DisableLineWrap)?;
        Ok(taken)
    }

    fn draw(&mut self, lines: &[Vec<(Ink, String)>], shade: Option<Shade>) -> std::io::Result<()> {
        let mut shown = String::from("\x1b[H");
        for (index, line) in lines.iter().enumerate() {
            // Cleared before it is written: behind the last column the cursor still stands on it.
            shown.push_str(if index > 0 { "\r\n\x1b[2K" } else { "\x1b[2K" });
            for (ink, text) in line {
                match ink.style(shade) {
                    Some(style) => shown.push_str(&style.paint(text).to_string()),
                    None => shown.push_str(text),
                }
            }
        }
        self.0.write_all(shown.as_bytes())?;
        self.0.flush()
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        TAKEN.store(false, Ordering::Relaxed);
        // On the way out nothing can be done about a terminal that has gone.
        let _ = execute!(self.0, terminal::EnableLineWrap, cursor::Show, terminal::LeaveAlternateScreen);
        let _ = terminal::disable_raw_mode();
    }
}

/// Opens a computed frame until its reader leaves.
pub(super) fn open(
    data: &Data,
    columns: &[ColumnManual],
    shade: Option<Shade>,
    is_cancelled: &dyn Fn() -> bool,
) -> std::io::Result<()> {
    let (width, height) = terminal::size()?;
    let mut view = View::new(Sheet::new(data.clone(), columns), (width.into(), height.into()));
    let mut taken = Taken::take()?;
    let mut work: Option<Work> = None;
    while !is_cancelled() {
        view.tell_work(work.as_ref().map(Work::told));
        taken.draw(&view.lines(), shade)?;
        if event::poll(if work.is_some() { WORKING } else { IDLE })? {
            let step = match event::read()? {
                Event::Key(key) if key.kind != KeyEventKind::Release => view.press(key),
                Event::Resize(width, height) => {
                    view.resize((width.into(), height.into()));
                    Step::Stay
                }
                _ => Step::Stay,
            };
            match step {
                Step::Stay => {}
                Step::Leave => return Ok(()),
                Step::Stop => work = None,
                Step::Work(job) => {
                    view.message = work.take().map(|work| format!("{} was given up", work.what()));
                    let begun = Work::begin(data.clone(), view.order(), job);
                    match begun.soon() {
                        Some(answer) => view.take_in(answer),
                        None => work = Some(begun),
                    }
                }
            }
        }
        if let Some(answer) = work.as_ref().and_then(Work::answer) {
            work = None;
            view.take_in(answer);
        }
    }
    Ok(())
}
