//! The prompt.

mod complete;
mod guide;
mod line;

use std::path::PathBuf;
use std::sync::Arc;

use nu_ansi_term::{Color, Style};
use reedline::{
    ColumnarMenu, DefaultHinter, Emacs, FileBackedHistory, KeyCode, KeyModifiers, MenuBuilder, Reedline, ReedlineEvent,
    ReedlineMenu, Signal, default_emacs_keybindings,
};
use regulars_plugin::{Failure, Result};

use crate::console::{Console, took};
use crate::session::Session;
use crate::show::{Page, Role};

pub use guide::{help, welcome};

/// Lines of history that are kept.
const HISTORY: usize = 10_000;
/// Work that takes longer than this tells its time.
const WORTH_TELLING_SECONDS: f64 = 1.0;
const MENU: &str = "completion";

/// Reads, runs and shows, until the end of input. The session outlives every failure and interrupt.
pub fn run(session: &mut Session, console: &Arc<Console>, history: Option<PathBuf>, colours: bool) -> Result<()> {
    let names = complete::Names::default();
    let mut editor = editor(session, &names, history, console, colours);
    console.print(&welcome());
    let mut number = 1;
    loop {
        names.set(session.variables());
        match editor.read_line(&line::Numbered(number)) {
            Ok(Signal::Success(text)) => {
                let text = text.trim();
                if text.is_empty() {
                    continue;
                }
                if matches!(text, "exit" | "quit" | ":q" | ":quit" | "exit()" | "quit()") {
                    return Ok(());
                }
                one(session, console, text);
                number += 1;
            }
            Ok(Signal::CtrlC) => {}
            Ok(Signal::CtrlD) => return Ok(()),
            Ok(_) => {}
            Err(error) => {
                return Err(Failure::new(format!("the prompt cannot read from this terminal: {error}"))
                    .help("run a script instead: `regulars run FILE`, or `regulars -c CODE`"));
            }
        }
    }
}

fn one(session: &mut Session, console: &Console, text: &str) {
    if let Some(page) = guide::asked(session.catalogue(), text, console.width()) {
        console.print(&page);
        return;
    }
    console.begin();
    let outcome = session.run(text);
    console.end();
    let shown = outcome.answer.and_then(|value| console.show(&value));
    if let Err(failure) = shown {
        console.fail(&failure, Some(text), None);
    }
    if outcome.took.as_secs_f64() > WORTH_TELLING_SECONDS {
        let mut page = Page::new();
        page.role(Role::Note, &took(outcome.took)).line();
        console.tell(&page);
    }
}

fn editor(
    session: &Session,
    names: &complete::Names,
    history: Option<PathBuf>,
    console: &Console,
    colours: bool,
) -> Reedline {
    let mut keys = default_emacs_keybindings();
    let complete = ReedlineEvent::UntilFound(vec![ReedlineEvent::Menu(MENU.to_owned()), ReedlineEvent::MenuNext]);
    keys.add_binding(KeyModifiers::NONE, KeyCode::Tab, complete);
    keys.add_binding(KeyModifiers::SHIFT, KeyCode::BackTab, ReedlineEvent::MenuPrevious);
    let menu = ColumnarMenu::default()
        .with_name(MENU)
        .with_columns(1)
        .with_text_style(Style::new().fg(Color::Default))
        .with_selected_text_style(Style::new().reverse())
        .with_description_text_style(Style::new().dimmed());
    let mut editor = Reedline::create()
        .with_ansi_colors(colours)
        .with_edit_mode(Box::new(Emacs::new(keys)))
        .with_validator(Box::new(line::Complete))
        .with_completer(Box::new(complete::Completion::new(Arc::clone(session.world()), names.clone())))
        .with_quick_completions(true)
        .with_partial_completions(true)
        .with_menu(ReedlineMenu::EngineCompleter(Box::new(menu)));
    if colours {
        editor = editor
            .with_highlighter(Box::new(line::Colours))
            .with_hinter(Box::new(DefaultHinter::default().with_style(Style::new().dimmed())));
    }
    // Without a place for it the prompt works all the same; it only forgets.
    match history.map(|file| FileBackedHistory::with_file(HISTORY, file)) {
        Some(Ok(history)) => editor.with_history(Box::new(history)),
        Some(Err(error)) => {
            console.note(&format!("the history cannot be kept: {error}"));
            editor
        }
        None => editor,
    }
}
