//! A question that is answered with yes or no. Whatever is no yes means no, Ctrl-C as well.

use std::borrow::Cow;

use reedline::{Prompt, PromptEditMode, PromptHistorySearch, Reedline, Signal};

use crate::console::Console;

/// Who is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    /// A terminal that edits lines.
    Editor,
    /// One that only shows them.
    Lines,
}

impl Asks {
    pub(super) fn yes(self, question: &str, console: &Console) -> bool {
        let question = format!("{question} [y/N] ");
        let answer = match self {
            Asks::Editor => match Reedline::create().with_ansi_colors(false).read_line(&Question(&question)) {
                Ok(Signal::Success(answer)) => answer,
                _ => String::new(),
            },
            Asks::Lines => {
                console.ask(&question);
                let mut answer = String::new();
                // What cannot be read is no yes.
                let _ = std::io::stdin().read_line(&mut answer);
                answer
            }
        };
        matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
    }
}

struct Question<'a>(&'a str);

impl Prompt for Question<'_> {
    fn render_prompt_left(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.0)
    }
    fn render_prompt_right(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }
    fn render_prompt_indicator(&self, _: PromptEditMode) -> Cow<'_, str> {
        Cow::Borrowed("")
    }
    fn render_prompt_multiline_indicator(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }
    fn render_prompt_history_search_indicator(&self, _: PromptHistorySearch) -> Cow<'_, str> {
        Cow::Borrowed("")
    }
}
