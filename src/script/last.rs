//! `_`, the last value: a name that Rhai keeps for the default case of a `switch`.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use rhai::{Engine, Token};

use super::tokens::highlight;

/// The name of the last value.
pub(super) const LAST: &str = "_";

/// Where the text that is being compiled means the last value: line and column, both from 1.
#[derive(Clone, Default)]
pub(super) struct Places(Arc<Mutex<HashSet<(usize, usize)>>>);

impl Places {
    /// Lets the engine take `_` for a name at these places.
    pub(super) fn teach(&self, engine: &mut Engine) {
        let places = self.clone();
        #[allow(
            deprecated,
            reason = "it is not deprecated, but marked as one that may change; Rhai is pinned by the lock"
        )]
        engine.on_parse_token(move |token, position, _| match token {
            Token::Underscore if places.hold(position.line(), position.position()) => {
                Token::Identifier(Box::new(LAST.into()))
            }
            other => other,
        });
    }

    /// Looks where a text says `_` and no `=>` follows, as it does in a `switch`, and nothing is declared: a constant
    /// of that name could not be given the next value.
    pub(super) fn find(&self, source: &str) {
        let mut found = HashSet::new();
        let (mut line, mut column) = (1, 1);
        let parts = highlight(source);
        let mut before = "";
        for (index, (_, part)) in parts.iter().enumerate() {
            if *part == LAST {
                let mut rest = parts[index + 1..].iter().map(|(_, part)| *part).filter(|part| !part.trim().is_empty());
                let is_case = rest.next() == Some("=") && rest.next() == Some(">");
                if !is_case && before != "let" && before != "const" {
                    found.insert((line, column));
                }
            }
            before = if part.trim().is_empty() { before } else { part };
            for letter in part.chars() {
                (line, column) = if letter == '\n' { (line + 1, 1) } else { (line, column + 1) };
            }
        }
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = found;
    }

    fn hold(&self, line: Option<usize>, column: Option<usize>) -> bool {
        let places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        line.zip(column).is_some_and(|place| places.contains(&place))
    }
}
