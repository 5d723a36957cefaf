//! The line editor: keys, menu, hints, history.

use std::sync::Arc;

use nu_ansi_term::Style;
use reedline::{
    CwdAwareHinter, EditMode, Emacs, IdeMenu, KeyCode, KeyModifiers, Keybindings, MenuBuilder, Reedline, ReedlineEvent,
    ReedlineMenu, SqliteBackedHistory, Vi, default_emacs_keybindings, default_vi_insert_keybindings,
    default_vi_normal_keybindings, default_vi_visual_keybindings,
};

use super::complete::Completion;
use super::indent::{Indenting, Lit, Seen};
use super::line::{Complete, MARK};
use super::nearby::Nearby;
use super::past::Past;
use super::theme::Theme;
use crate::assist::Names;
use crate::console::{Console, Edit};
use crate::session::Session;

const MENU: &str = "completion";
/// Lines of the menu: what was shown above should stay in sight.
const MENU_LINES: u16 = 12;

/// The colours as they are set.
pub(super) fn theme(console: &Console) -> Theme {
    Theme { shade: console.shade() }
}

pub(super) fn editor(session: &Session, names: &Names, console: &Arc<Console>, seen: &Seen) -> Reedline {
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
    let completion = Completion::new(Arc::clone(session.world()), names.clone(), Arc::clone(console));
    let editor = Reedline::create()
        // Without colours there is still bold and reversed text: the theme leaves the colours out.
        .with_ansi_colors(true)
        .with_validator(Box::new(Complete))
        .with_completer(Box::new(completion))
        .with_quick_completions(true)
        .with_partial_completions(true)
        .with_menu(ReedlineMenu::EngineCompleter(Box::new(menu)))
        // Several pasted lines are one cell, which Enter runs.
        .use_bracketed_paste(true);
    dressed(editor, console, seen)
}

/// The editor with the keys and colours that are set.
pub(super) fn dressed(editor: Reedline, console: &Console, seen: &Seen) -> Reedline {
    let (settings, theme) = (console.settings(), theme(console));
    let keys: Box<dyn EditMode> = match settings.edit {
        Edit::Emacs => Box::new(Emacs::new(with_menu(default_emacs_keybindings()))),
        Edit::Vi => Box::new(Vi::new(
            with_menu(default_vi_insert_keybindings()),
            default_vi_normal_keybindings(),
            default_vi_visual_keybindings(),
        )),
    };
    let editor = editor
        .with_highlighter(Box::new(Lit { theme, seen: seen.clone() }))
        .with_edit_mode(Box::new(Indenting { keys, seen: seen.clone() }));
    match settings.hints {
        true => editor.with_hinter(Box::new(CwdAwareHinter::default().with_style(theme.beside()))),
        false => editor.disable_hints(),
    }
}

fn with_menu(mut keys: Keybindings) -> Keybindings {
    let complete = ReedlineEvent::UntilFound(vec![ReedlineEvent::Menu(MENU.to_owned()), ReedlineEvent::MenuNext]);
    keys.add_binding(KeyModifiers::NONE, KeyCode::Tab, complete);
    keys.add_binding(KeyModifiers::SHIFT, KeyCode::BackTab, ReedlineEvent::MenuPrevious);
    keys
}

/// The editor with a history on disk, in which the lines of this session are told apart.
pub(super) fn remember(editor: Reedline, past: &Past, history: SqliteBackedHistory) -> Reedline {
    editor
        .with_history(Box::new(Nearby { all: history, here: super::past::here() }))
        .with_history_session_id(Some(past.session()))
        .with_cwd(super::past::here())
}
