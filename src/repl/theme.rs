//! How the line that is being typed looks: the colours of tables and help, readable on the ground of the terminal.

use nu_ansi_term::{Color, Style};
use reedline::{Highlighter, StyledText};

use crate::assist::tokens;
use crate::script::{Highlight, highlight};
use crate::show::{Role, Shade};

/// The ground for which the colours are chosen; none for weight alone where no colours are wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Theme {
    pub(super) shade: Option<Shade>,
}

impl Theme {
    pub(super) fn style(self, role: Role) -> Style {
        let style = role.style(self.shade.unwrap_or_default());
        if self.shade.is_some() { style } else { Style { foreground: None, background: None, ..style } }
    }

    /// What stands beside the point: without colours the terminal's own dimmed text.
    pub(super) fn beside(self) -> Style {
        if self.shade.is_some() { self.style(Role::Note) } else { Style::new().dimmed() }
    }

    pub(super) fn color(self, role: Role) -> Color {
        self.style(role).foreground.unwrap_or(Color::Default)
    }

    fn of(self, kind: Highlight) -> Style {
        match kind {
            Highlight::Plain => Style::new(),
            Highlight::Keyword => Style::new().bold(),
            Highlight::Number => self.style(Role::Number),
            Highlight::Text => self.style(Role::Text),
            Highlight::Comment => self.beside(),
            Highlight::Call => self.style(Role::Name),
        }
    }
}

impl Highlighter for Theme {
    fn highlight(&self, line: &str, cursor: usize) -> StyledText {
        let pair = pair_at(line, cursor);
        let mut styled = StyledText::new();
        let mut at = 0;
        for (kind, part) in highlight(line) {
            let mut style = self.of(kind);
            if pair.is_some_and(|pair| pair.contains(&at)) {
                style = style.bold().underline();
            }
            styled.push((style, part.to_owned()));
            at += part.len();
        }
        styled
    }
}

/// The bracket before or at the cursor and its partner, by the bytes at which they stand.
fn pair_at(line: &str, cursor: usize) -> Option<[usize; 2]> {
    let mut open = Vec::new();
    let mut pairs = Vec::new();
    for token in tokens(line) {
        match token.text {
            "(" | "[" | "{" => open.push(token.at),
            ")" | "]" | "}" => pairs.extend(open.pop().map(|opening| [opening, token.at])),
            _ => {}
        }
    }
    let near = |at: usize| pairs.iter().copied().find(|pair| pair.contains(&at));
    cursor.checked_sub(1).and_then(near).or_else(|| near(cursor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_find_their_partner() {
        assert_eq!(pair_at("f(a[1])", 7), Some([1, 6]));
        assert_eq!(pair_at("f(a[1])", 6), Some([3, 5]));
        assert_eq!(pair_at("f(a[1])", 1), Some([1, 6]));
        assert_eq!(pair_at("f(\")\"", 5), None);
    }

    #[test]
    fn without_colours_there_are_none() {
        let styled = Theme { shade: None }.highlight("let a = f(1, \"x\"); // y", 0);
        assert!(styled.buffer.iter().all(|(style, _)| style.foreground.is_none()));
    }
}
