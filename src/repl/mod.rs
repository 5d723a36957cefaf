//! The prompt.

mod command;
mod complete;
mod dialog;
mod editor;
mod guide;
mod kind;
mod line;
mod names;
mod offers;
mod plain;
mod reading;
mod theme;

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use reedline::Signal;
use regulars_plugin::{Failure, Result};

use crate::console::Console;
use crate::session::Session;
use dialog::Dialog;
use theme::Theme;

pub use guide::{help, welcome};

/// Reads, runs and shows, until the end of input. The session outlives every failure and interrupt.
pub fn run(session: &mut Session, console: &Arc<Console>, history: Option<PathBuf>, colours: bool) -> Result<()> {
    console.tell(&welcome(console.width()));
    if !console.can_edit() {
        return plain::talk(&mut Dialog::new(session, console), console);
    }
    let names = names::Names::default();
    let theme = Theme { colours };
    let mut editor = editor::editor(session, &names, history, console, theme);
    let mut dialog = Dialog::new(session, console);
    loop {
        names.set(dialog.session().variables());
        // The number under which the line is named where a later one tells a place in it.
        let number = dialog.session().world().texts.next();
        match editor.read_line(&line::Numbered { number, theme }) {
            Ok(Signal::Success(text)) => {
                // At once, so that a crash or a kill forgets nothing. Where it fails, the prompt only forgets.
                let _ = editor.sync_history();
                let text = text.trim();
                if text.is_empty() {
                    continue;
                }
                if dialog.hear(text) == ControlFlow::Break(()) {
                    return Ok(());
                }
                // A line that ran nothing has its number too.
                let texts = &dialog.session().world().texts;
                if texts.next() == number {
                    texts.begin();
                }
            }
            Ok(Signal::CtrlD) => return Ok(()),
            Ok(_) => {}
            Err(error) => {
                return Err(Failure::new(format!("the prompt cannot read from this terminal: {error}"))
                    .help("run a script instead: `regulars run FILE`, or `regulars -c CODE`"));
            }
        }
    }
}
