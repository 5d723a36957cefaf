//! The line that is being typed: its number, its colours, and whether Enter runs it.

use std::borrow::Cow;

use nu_ansi_term::{Color, Style};
use reedline::{
    Highlighter, Prompt, PromptEditMode, PromptHistorySearch, PromptHistorySearchStatus, StyledText, ValidationResult,
    Validator,
};

use crate::script::{Highlight, highlight, is_complete};

/// `1 › `
pub(super) struct Numbered(pub(super) usize);

impl Prompt for Numbered {
    fn render_prompt_left(&self) -> Cow<'_, str> {
        Cow::Owned(self.0.to_string())
    }
    fn render_prompt_right(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }
    fn render_prompt_indicator(&self, _: PromptEditMode) -> Cow<'_, str> {
        Cow::Borrowed(" › ")
    }
    fn render_prompt_multiline_indicator(&self) -> Cow<'_, str> {
        Cow::Borrowed("  · ")
    }
    fn render_prompt_history_search_indicator(&self, search: PromptHistorySearch) -> Cow<'_, str> {
        let nothing = match search.status {
            PromptHistorySearchStatus::Passing => "",
            PromptHistorySearchStatus::Failing => "nothing like ",
        };
        Cow::Owned(format!(" ({nothing}“{}”) › ", search.term))
    }
}

/// Enter runs what is complete, and begins a new line in what is not.
pub(super) struct Complete;

impl Validator for Complete {
    fn validate(&self, line: &str) -> ValidationResult {
        if is_complete(line) { ValidationResult::Complete } else { ValidationResult::Incomplete }
    }
}

/// Colours that can be told apart by people who do not see red and green.
pub(super) struct Colours;

impl Highlighter for Colours {
    fn highlight(&self, line: &str, _cursor: usize) -> StyledText {
        let mut styled = StyledText::new();
        for (kind, part) in highlight(line) {
            let style = match kind {
                Highlight::Plain => Style::new(),
                Highlight::Keyword => Style::new().fg(Color::Magenta).bold(),
                Highlight::Number => Style::new().fg(Color::Cyan),
                Highlight::Text => Style::new().fg(Color::Yellow),
                Highlight::Comment => Style::new().dimmed(),
                Highlight::Call => Style::new().fg(Color::Blue),
            };
            styled.push((style, part.to_owned()));
        }
        styled
    }
}
