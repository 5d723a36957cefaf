//! The line that is being typed: its number, and whether Enter runs it.

use std::borrow::Cow;

use nu_ansi_term::Color;
use reedline::{
    Prompt, PromptEditMode, PromptHistorySearch, PromptHistorySearchStatus, PromptViMode, ValidationResult, Validator,
};

use super::command;
use super::theme::Theme;
use crate::script::is_complete;
use crate::show::Role;

/// `1 › `
pub(super) struct Numbered {
    pub(super) number: usize,
    pub(super) theme: Theme,
}

/// What stands between the number and the line.
pub(super) const MARK: &str = " › ";

impl Prompt for Numbered {
    fn render_prompt_left(&self) -> Cow<'_, str> {
        Cow::Owned(self.number.to_string())
    }
    fn render_prompt_right(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }
    fn render_prompt_indicator(&self, mode: PromptEditMode) -> Cow<'_, str> {
        // In the mode in which keys are commands the mark is another one, of the same width.
        Cow::Borrowed(match mode {
            PromptEditMode::Vi(PromptViMode::Normal) => " : ",
            PromptEditMode::Vi(PromptViMode::Visual) => " v ",
            _ => MARK,
        })
    }
    fn render_prompt_multiline_indicator(&self) -> Cow<'_, str> {
        Cow::Owned(format!("{} · ", " ".repeat(self.number.to_string().len())))
    }
    fn render_prompt_history_search_indicator(&self, search: PromptHistorySearch) -> Cow<'_, str> {
        let nothing = match search.status {
            PromptHistorySearchStatus::Passing => "",
            PromptHistorySearchStatus::Failing => "nothing like ",
        };
        Cow::Owned(format!(" ({nothing}“{}”){MARK}", search.term))
    }
    fn get_prompt_color(&self) -> Color {
        self.theme.color(Role::Note)
    }
    fn get_prompt_multiline_color(&self) -> Color {
        self.theme.color(Role::Note)
    }
    fn get_indicator_color(&self) -> Color {
        self.theme.color(Role::Name)
    }
}

/// Enter runs what is complete, and begins a new line in what is not.
pub(super) struct Complete;

impl Complete {
    /// Whether Enter runs it. What stands behind a command is no code, but for two of them: brackets may be open in it.
    pub(super) fn is_complete(line: &str) -> bool {
        let line = line.trim_start();
        line.starts_with(':') && !command::takes_code(line) || is_complete(line)
    }
}

impl Validator for Complete {
    fn validate(&self, line: &str) -> ValidationResult {
        if Complete::is_complete(line) { ValidationResult::Complete } else { ValidationResult::Incomplete }
    }
}
