//! The prompt.

mod ask;
mod command;
mod commands_offered;
mod complete;
mod dialog;
mod doing;
mod editor;
mod guide;
mod indent;
mod left_out;
mod line;
mod nearby;
mod numbers;
mod outside;
mod past;
mod plain;
mod running;
mod set;
mod theme;

use std::path::PathBuf;
use std::sync::Arc;

use chrono::NaiveDateTime;
use reedline::{Reedline, Signal};
use regulars_plugin::{Failure, Result};

use crate::assist::{Names, count};
use crate::console::{self, Console};
use crate::files;
use crate::session::Session;
use ask::Asks;
use dialog::{Dialog, Heard};
use left_out::LeftOut;
use past::{Fate, Past};

pub use crate::assist::modules::help as help_on_module;
pub use guide::{help, welcome};
pub use set::{as_file, settings};

/// What the prompt begins with.
pub struct Start {
    /// The folder in which the history lies; none where there is no place for it.
    pub data: Option<PathBuf>,
    /// The configuration file that was read, if one was.
    pub config: Option<PathBuf>,
    /// When it begins, in UTC.
    pub began: NaiveDateTime,
    /// The session whose cells run again first: its number, or empty for one that was cut off.
    pub resume: Option<String>,
}

/// Reads, runs and shows, until the end of input. The session outlives every failure and interrupt.
pub fn run(session: &mut Session, console: &Arc<Console>, start: Start) -> Result<()> {
    console.tell(&welcome(console.width()));
    console.converse();
    if !console.can_edit() {
        let mut dialog = Dialog::new(session, console, Asks::Lines);
        dialog.config = start.config;
        begin(&mut dialog);
        if start.resume.is_some() {
            console.note("no sessions are known at a terminal that only shows lines: no history is kept there");
        }
        return plain::talk(&mut dialog, console);
    }
    console::give_back_when_told_to_end();
    let names = Names::default();
    let seen = indent::Seen::default();
    let mut editor = editor::editor(session, &names, console, &seen);
    let mut dialog = Dialog::new(session, console, Asks::Editor);
    dialog.config = start.config;
    if let Some((past, history)) = start.data.and_then(|folder| Past::open(&folder, start.began, console)) {
        dialog.cut_off = past.cut_off(&history);
        editor = editor::remember(editor, &past, history);
        dialog.past = Some(past);
    }
    begin(&mut dialog);
    match (start.resume, &dialog.cut_off) {
        (Some(number), _) => {
            dialog.hear(format!(":resume {number}").trim_end(), Some(editor.history_mut()));
            if dialog.worked.iter().all(|(number, _)| *number == 0) {
                // Nobody typed this line.
                dialog.session.world().texts.restart();
            }
        }
        (None, Some(session)) => console.note(&format!(
            "the session of {} was cut off after {}: `:resume` runs them again",
            session.when(),
            count(session.worked().count(), "cell")
        )),
        _ => {}
    }
    let ended = talk(&mut dialog, editor, &names, &seen);
    // Where the terminal is gone the session was cut off.
    if let (Ok(()), Some(past)) = (&ended, dialog.past.take()) {
        past.end(dialog.worked.iter().any(|(number, _)| *number > 0));
    }
    ended
}

/// Runs the script that is set to run before the first prompt. What fails in it is told, and the prompt comes.
fn begin(dialog: &mut Dialog<'_>) {
    let file = dialog.console.settings().startup;
    if !file.is_empty() {
        match files::read_text(&file) {
            Ok(text) => {
                dialog.run_script(&text, &file);
            }
            Err(failure) => dialog.console.fail(&failure.within("startup"), None, None),
        }
    }
    // What is typed begins with 1 all the same.
    dialog.session.world().texts.restart();
    dialog.worked.iter_mut().for_each(|(number, _)| *number = 0);
    dialog.left_out.iter_mut().for_each(LeftOut::of_startup);
    dialog.session.keep_answers();
}

fn talk(dialog: &mut Dialog<'_>, mut editor: Reedline, names: &Names, seen: &indent::Seen) -> Result<()> {
    let console = Arc::clone(dialog.console);
    loop {
        seen.clear();
        names.set(dialog.session().variables(), dialog.session().modules());
        // The number under which the line is named where a later one tells a place in it.
        let prompt = line::Numbered { number: dialog.number(), theme: editor::theme(&console) };
        match editor.read_line(&prompt) {
            Ok(Signal::Success(text)) => {
                if let Some(error) = editor.take_history_save_error() {
                    console.note(&format!("the line cannot be kept in the history: {error}"));
                }
                let text = text.trim();
                // At once, so that a crash or a kill forgets nothing: a line that never came to its end says so.
                note(&mut editor, dialog, None);
                if text.is_empty() {
                    note(&mut editor, dialog, Some(&Heard::as_(Fate::Uncounted)));
                    continue;
                }
                let before = console.settings();
                let heard = dialog.hear(text, Some(editor.history_mut()));
                note(&mut editor, dialog, Some(&heard));
                if heard.leaves {
                    return Ok(());
                }
                if console.settings() != before {
                    editor = editor::dressed(editor, &console, seen);
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

/// Writes down with the line that was typed last where it ran and what became of it.
fn note(editor: &mut Reedline, dialog: &Dialog<'_>, heard: Option<&Heard>) {
    let Some(past) = &dialog.past else { return };
    // Where it cannot be written, the line is only missing when the session is cut off.
    let _ = editor.update_last_command_context(&|mut item| {
        past.sign(&mut item);
        item.exit_status = heard.map(|heard| past::status(heard.fate, heard.numbers));
        if let Some(text) = heard.and_then(|heard| heard.text.as_ref()) {
            item.command_line.clone_from(text);
        }
        item
    });
}
