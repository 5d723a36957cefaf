//! Indentation of cells of several lines: a new line stands as deep as the brackets that are open, and a bracket that closes
//! goes back to the line of its partner.

use std::sync::{Arc, Mutex, PoisonError};

use reedline::{EditCommand, EditMode, Highlighter, PromptEditMode, ReedlineEvent, ReedlineRawEvent, StyledText};

use super::line::Complete;
use super::theme::Theme;
use crate::assist::{open_brackets, tokens};

/// Blanks for each level.
const STEP: usize = 4;

/// What stands in the editor, as far as it is known: the line as it was painted last, and what was typed since.
#[derive(Clone, Default)]
pub(super) struct Seen(Arc<Mutex<Held>>);

#[derive(Default)]
struct Held {
    line: String,
    cursor: usize,
    /// Whether something happened since then that cannot be followed.
    is_stale: bool,
}

impl Seen {
    fn with<T>(&self, work: impl FnOnce(&mut Held) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A new line begins.
    pub(super) fn clear(&self) {
        self.with(|held| *held = Held::default());
    }
}

/// Colours the line, and remembers it.
pub(super) struct Lit {
    pub(super) theme: Theme,
    pub(super) seen: Seen,
}

impl Highlighter for Lit {
    fn highlight(&self, line: &str, cursor: usize) -> StyledText {
        self.seen.with(|held| *held = Held { line: line.to_owned(), cursor, is_stale: false });
        self.theme.highlight(line, cursor)
    }
}

/// Keys that indent.
pub(super) struct Indenting {
    pub(super) keys: Box<dyn EditMode>,
    pub(super) seen: Seen,
}

impl EditMode for Indenting {
    fn parse_event(&mut self, event: ReedlineRawEvent) -> ReedlineEvent {
        let event = self.keys.parse_event(event);
        self.seen.with(|held| follow(held, event))
    }

    fn edit_mode(&self) -> PromptEditMode {
        self.keys.edit_mode()
    }
}

/// An event as it is carried out, with its indentation; and what stands in the editor after it.
fn follow(held: &mut Held, event: ReedlineEvent) -> ReedlineEvent {
    let (before, after) = held.line.split_at_checked(held.cursor).unwrap_or((&held.line, ""));
    let commands = match &event {
        _ if held.is_stale => return event,
        ReedlineEvent::Enter if !Complete::is_complete(&held.line) => new_line(before),
        ReedlineEvent::Edit(commands) => match commands.as_slice() {
            [EditCommand::InsertNewline] => new_line(before),
            [EditCommand::InsertChar(sign @ (')' | ']' | '}'))] => closed(before, *sign),
            [EditCommand::InsertChar(sign)] => vec![EditCommand::InsertChar(*sign)],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    if commands.is_empty() {
        held.is_stale = true;
        return event;
    }
    let mut line = before.to_owned();
    for command in &commands {
        match command {
            EditCommand::InsertNewline => line.push('\n'),
            EditCommand::InsertString(text) => line.push_str(text),
            EditCommand::InsertChar(sign) => line.push(*sign),
            _ => {
                line.pop();
            }
        }
    }
    let cursor = line.len();
    line.push_str(after);
    *held = Held { line, cursor, is_stale: false };
    match event {
        // An entry of a menu that is open is taken instead.
        ReedlineEvent::Enter => {
            ReedlineEvent::UntilFound(vec![ReedlineEvent::MenuAccept, ReedlineEvent::Edit(commands)])
        }
        _ => ReedlineEvent::Edit(commands),
    }
}

/// A new line behind this text: one step deeper where a bracket was opened in its last line or an operator waits.
fn new_line(before: &str) -> Vec<EditCommand> {
    let last = before.rfind('\n').map_or(before, |end| &before[end + 1..]);
    let opened = open(before).last().is_some_and(|at| *at >= before.len() - last.len());
    let begins = last.len() == before.len() && !before.trim().is_empty() && !Complete::is_complete(before);
    let depth = blanks(last) + if opened || begins { STEP } else { 0 };
    let mut commands = vec![EditCommand::InsertNewline];
    if depth > 0 {
        commands.push(EditCommand::InsertString(" ".repeat(depth)));
    }
    commands
}

/// A bracket that closes: first on its line it goes back to where the line of its partner begins.
fn closed(before: &str, sign: char) -> Vec<EditCommand> {
    let last = before.rfind('\n').map_or("", |end| &before[end + 1..]);
    let partner = open(before).last().map_or(0, |at| {
        let line = before[..*at].rfind('\n').map_or(before, |end| &before[end + 1..]);
        blanks(line)
    });
    let too_deep = if last.trim().is_empty() { last.len().saturating_sub(partner) } else { 0 };
    let mut commands = vec![EditCommand::Backspace; too_deep];
    commands.push(EditCommand::InsertChar(sign));
    commands
}

fn blanks(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The bytes at which brackets stand that are open at the end.
fn open(text: &str) -> Vec<usize> {
    let tokens = tokens(text);
    open_brackets(&tokens).into_iter().map(|place| tokens[place].at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stands in the editor after these signs were typed, `⏎` for Enter.
    fn typed(text: &str) -> String {
        let mut held = Held::default();
        for sign in text.chars() {
            let event = match sign {
                '⏎' => ReedlineEvent::Enter,
                '↵' => ReedlineEvent::Edit(vec![EditCommand::InsertNewline]),
                sign => ReedlineEvent::Edit(vec![EditCommand::InsertChar(sign)]),
            };
            follow(&mut held, event);
        }
        held.line
    }

    #[test]
    fn lines_stand_as_deep_as_their_brackets() {
        assert_eq!(typed("tx.filter(⏎a⏎)"), "tx.filter(\n    a\n)");
        assert_eq!(
            typed("fn f(x) {⏎if x {⏎1⏎} else {⏎2⏎}⏎}"),
            "fn f(x) {\n    if x {\n        1\n    } else {\n        2\n    }\n}"
        );
        assert_eq!(typed("f(#{⏎a: [⏎1⏎],⏎})"), "f(#{\n    a: [\n        1\n    ],\n})");
        assert_eq!(typed("let x =⏎1"), "let x =\n    1");
        assert_eq!(typed("tx.⏎rfm().⏎head()"), "tx.\n    rfm().\n    head()");
        assert_eq!(typed("f(a,⏎b,⏎c"), "f(a,\n    b,\n    c");
        assert_eq!(typed("let a = 1;↵a"), "let a = 1;\na");
        assert_eq!(typed("(1 + \")\")"), "(1 + \")\")");
    }

    #[test]
    fn what_cannot_be_followed_is_left_alone() {
        let mut held = Held { line: "f(".to_owned(), cursor: 2, is_stale: false };
        let paste = ReedlineEvent::Edit(vec![EditCommand::InsertString("1)".to_owned())]);
        assert_eq!(follow(&mut held, paste.clone()), paste);
        assert_eq!(follow(&mut held, ReedlineEvent::Enter), ReedlineEvent::Enter);
        // A cell that is whole runs.
        let mut held = Held { line: "f()".to_owned(), cursor: 3, is_stale: false };
        assert_eq!(follow(&mut held, ReedlineEvent::Enter), ReedlineEvent::Enter);
    }
}
