//! The examples of manuals: each is run in a session of its own and compared with what its manual shows.

use std::sync::Arc;

use regulars_plugin::{Date, Example, Failure, Manual, Quiet, Result};

use crate::script::{Listener, Params};
use crate::session::{Loaded, Session, Settings};
use crate::show;

/// Columns and rows that an example has for its answer, wherever it is run.
const WIDTH: usize = 100;
const ROWS: usize = 20;

/// What is the matter with an example.
#[derive(Debug)]
pub enum Wrong {
    /// It failed.
    Failed(Failure),
    /// It ran, and showed nothing.
    ShowsNothing,
    /// It shows something else than its manual.
    Differs {
        /// What it shows.
        found: String,
    },
}

/// The examples of a manual and of the methods of its models, each with the name under which help has it.
pub fn examples(manual: &Manual) -> Vec<(String, &Example)> {
    let own = manual.examples.iter().map(|example| (manual.name.clone(), example));
    let methods = manual.methods.iter().flat_map(|method| {
        let name = format!("{}.{}", manual.name, method.name);
        method.examples.iter().map(move |example| (name.clone(), example))
    });
    own.chain(methods).collect()
}

/// A session for examples: always the same seed and day.
pub fn session(plugins: &[Loaded], listener: Arc<dyn Listener>) -> Result<Session> {
    let settings = Settings { plugins: plugins.to_vec(), params: Params::new(), seed: 1, today: Date::default() };
    Session::new(settings, listener)
}

/// Runs a piece of code in a session of its own; what its last value shows.
pub fn shown(plugins: &[Loaded], listener: Arc<dyn Listener>, code: &str) -> Result<String> {
    let value = session(plugins, listener)?.run(code).answer?;
    Ok(show::page(&value, &Quiet, WIDTH, ROWS)?.plain().trim_end().to_owned())
}

/// Runs an example and compares what it shows with what its manual says; what it shows in either case.
pub fn try_out(plugins: &[Loaded], listener: Arc<dyn Listener>, example: &Example) -> Result<String, Wrong> {
    let found = shown(plugins, listener, &example.code).map_err(Wrong::Failed)?;
    match &example.shows {
        _ if found.is_empty() => Err(Wrong::ShowsNothing),
        Some(wanted) if wanted.trim_end() != found => Err(Wrong::Differs { found }),
        _ => Ok(found),
    }
}

/// Where a line of a difference stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// In both texts.
    Both,
    /// Only in the text that was wanted.
    Wanted,
    /// Only in the text that was found.
    Found,
}

/// Two texts side by side, line by line, with as few differing lines as there can be.
pub fn difference(wanted: &str, found: &str) -> Vec<(Side, String)> {
    let (wanted, found): (Vec<&str>, Vec<&str>) = (wanted.lines().collect(), found.lines().collect());
    // `common[w][f]`: lines in common from line `w` of the one and line `f` of the other on.
    let mut common = vec![vec![0_usize; found.len() + 1]; wanted.len() + 1];
    for w in (0..wanted.len()).rev() {
        for f in (0..found.len()).rev() {
            common[w][f] = match wanted[w] == found[f] {
                true => common[w + 1][f + 1] + 1,
                false => common[w + 1][f].max(common[w][f + 1]),
            };
        }
    }
    let (mut w, mut f) = (0, 0);
    let mut lines = Vec::new();
    while w < wanted.len() || f < found.len() {
        let (side, line) = match (wanted.get(w), found.get(f)) {
            (Some(one), Some(other)) if one == other => (Side::Both, *one),
            (Some(one), other) if other.is_none() || common[w + 1][f] >= common[w][f + 1] => (Side::Wanted, *one),
            (_, Some(other)) => (Side::Found, *other),
            (_, None) => break,
        };
        w += usize::from(side != Side::Found);
        f += usize::from(side != Side::Wanted);
        lines.push((side, line.to_owned()));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_in_common_are_kept_together() {
        let lines = difference("a\nb\nc\nd", "a\nx\nc\nd\ne");
        let text: Vec<String> = lines.iter().map(|(side, line)| format!("{side:?} {line}")).collect();
        assert_eq!(text, ["Both a", "Wanted b", "Found x", "Both c", "Both d", "Found e"]);
        assert!(difference("same", "same").iter().all(|(side, _)| *side == Side::Both));
        assert_eq!(difference("", "new").len(), 1);
        assert_eq!(difference("old", "").len(), 1);
        assert!(difference("", "").is_empty());
    }
}
