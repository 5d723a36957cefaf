//! The line editor: keys, menu, hints, history.

use std::path::PathBuf;
use std::sync::Arc;

use nu_ansi_term::Style;
use reedline::{
    DefaultHinter, Emacs, FileBackedHistory, IdeMenu, KeyCode, KeyModifiers, MenuBuilder, Reedline, ReedlineEvent,
    ReedlineMenu, default_emacs_keybindings,
};

use super::complete::Completion;
use super::line::{Complete, MARK};
use super::names::Names;
use super::theme::Theme;
use crate::console::Console;
use crate::session::Session;

/// Lines of history that are kept.
const HISTORY: usize = 10_000;
const MENU: &str = "completion";
/// Lines of the menu: what was shown above should stay in sight.
const MENU_LINES: u16 = 12;

pub(super) fn editor(
    session: &Session,
    names: &Names,
    history: Option<PathBuf>,
    console: &Arc<Console>,
    theme: Theme,
) -> Reedline {
    let mut keys = default_emacs_keybindings();
    let complete = ReedlineEvent::UntilFound(vec![ReedlineEvent::Menu(MENU.to_owned()), ReedlineEvent::MenuNext]);
    keys.add_binding(KeyModifiers::NONE, KeyCode::Tab, complete);
    keys.add_binding(KeyModifiers::SHIFT, KeyCode::BackTab, ReedlineEvent::MenuPrevious);
    let menu = IdeMenu::default()
        .with_name(MENU)
        .with_marker(MARK)
        .with_max_completion_height(MENU_LINES)
        .with_max_completion_width(u16::MAX)
        .with_padding(0)
        .with_correct_cursor_pos(true)
        .with_text_style(Style::new())
        .with_match_text_style(Style::new())
        .with_selected_text_style(Style::new().reverse())
        .with_selected_match_text_style(Style::new().reverse());
    let completion = Completion::new(Arc::clone(session.world()), names.clone(), Arc::clone(console), theme);
    let editor = Reedline::create()
        // Without colours there is still bold and reversed text: the theme leaves the colours out.
        .with_ansi_colors(true)
        .with_edit_mode(Box::new(Emacs::new(keys)))
        .with_validator(Box::new(Complete))
        .with_completer(Box::new(completion))
        .with_quick_completions(true)
        .with_partial_completions(true)
        .with_menu(ReedlineMenu::EngineCompleter(Box::new(menu)))
        .with_highlighter(Box::new(theme))
        .with_hinter(Box::new(DefaultHinter::default().with_style(theme.beside())))
        // Several pasted lines are one cell, which Enter runs.
        .use_bracketed_paste(true);
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
