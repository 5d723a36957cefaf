//! Names that Rhai keeps for itself: `_`, the last value, in Rhai the default case of a `switch`; `until`, the end of a
//! window in half of our functions, in Rhai the end of `do { … } until …`; words that Rhai reserves but does not
//! use: `.var()`, the variance, and the option `default`; and `eval`, which is switched off but for `.list.eval(…)`.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rhai::{Engine, LexError, Token};

use super::tokens::highlight;

/// The name of the last value.
pub(super) const LAST: &str = "_";

fn is_eval(error: &LexError) -> bool {
    matches!(error, LexError::ImproperSymbol(word, _) if word == "eval")
}

/// What stands before a token, as far as it matters here.
const BRACE: u8 = 1;
const DOT: u8 = 2;
/// The beginning of a map, or a comma in it.
const ENTRY: u8 = 3;

/// What the engine calls the method `eval`: it answers calls of its own `eval` itself, though it is switched off.
pub(super) const EVAL: &str = "eval_";

/// Where the text that is being compiled means the last value: line and column, both from 1.
#[derive(Clone, Default)]
pub(super) struct Places(Arc<Mutex<HashSet<(usize, usize)>>>);

impl Places {
    /// Lets the engine take `_` for a name at these places, and `until` everywhere but behind a closing brace,
    /// `var` and `eval` behind a dot, and `default` where an entry of a map begins. There is one hook for all: an engine keeps the
    /// last one only.
    pub(super) fn teach(&self, engine: &mut Engine) {
        let places = self.clone();
        let before = AtomicU8::new(0);
        #[allow(
            deprecated,
            reason = "it is not deprecated, but marked as one that may change; Rhai is pinned by the lock"
        )]
        engine.on_parse_token(move |token, position, _| {
            let this = match token {
                Token::RightBrace => BRACE,
                Token::Period => DOT,
                Token::MapStart | Token::Comma => ENTRY,
                _ => 0,
            };
            let before = before.swap(this, Ordering::Relaxed);
            let name = match &token {
                Token::Underscore if places.hold(position.line(), position.position()) => LAST,
                Token::Until if before != BRACE => "until",
                Token::Reserved(word) if word.as_str() == "var" && before == DOT => "var",
                // A word that is switched off arrives as an error.
                Token::LexError(error) if before == DOT && is_eval(error) => EVAL,
                Token::Reserved(word) if word.as_str() == "default" && before == ENTRY => "default",
                _ => return token,
            };
            Token::Identifier(Box::new(name.into()))
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
