//! The way of a column in a few words.

use std::sync::Arc;

use super::told::{Does, Told};
use crate::table::thousands;

/// The way of a column in a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Way {
    /// Its sources, each with its columns there.
    pub(crate) sources: String,
    /// The words on its way, in their order.
    pub(crate) steps: String,
}

impl Way {
    /// Columns of a source, and words, that are told.
    const MOST: usize = 6;

    pub(super) fn of(steps: &[Told]) -> Way {
        let mut sources: Vec<(Arc<str>, Vec<String>)> = Vec::new();
        for step in steps {
            let Some(source) = &step.source else { continue };
            let column = step.name.clone().unwrap_or_else(|| "its rows".to_owned());
            match sources.iter_mut().find(|(known, _)| known == source) {
                Some((_, columns)) if columns.contains(&column) => {}
                Some((_, columns)) => columns.push(column),
                None => sources.push((Arc::clone(source), vec![column])),
            }
        }
        let told = sources.iter().map(|(source, columns)| format!("{source}: {}", few_of(columns, ", ")));
        let mut words: Vec<String> = Vec::new();
        for step in steps.iter().filter(|step| step.does != Does::Source) {
            let word = match step.does {
                Does::LeftOut(more) => format!("… {} more", thousands(more)),
                _ => step.word.clone(),
            };
            if words.last() != Some(&word) && !word.is_empty() {
                words.push(word);
            }
        }
        Way { sources: few_of(&told.collect::<Vec<_>>(), "; "), steps: few_of(&words, " › ") }
    }
}

/// The first ones, and how many more there are.
fn few_of(all: &[String], between: &str) -> String {
    let shown = all.get(..Way::MOST).unwrap_or(all).join(between);
    match all.len().checked_sub(Way::MOST).filter(|more| *more > 0) {
        Some(more) => format!("{shown}{between}… {more} more"),
        None => shown,
    }
}
