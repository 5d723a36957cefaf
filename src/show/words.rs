//! The words of the language, as help shows them.

use super::entries::{Entry, entries};
use super::prose::{prose, wrap};
use super::{Page, Role};
use crate::catalogue::{Verb, VerbGroup};

/// Shows one word: every way in which it is called, and its examples.
pub fn words(verbs: &[&Verb], width: usize) -> Page {
    let mut page = Page::new();
    for (index, verb) in verbs.iter().enumerate() {
        if index > 0 {
            page.line();
        }
        page.role(Role::Heading, verb.name).role(Role::Note, &format!("  {}", verb.group.word())).line();
        page.append(prose(verb.summary, width, 0)).line();
        for (index, line) in wrap(&verb.signature, width.saturating_sub(4)).iter().enumerate() {
            page.space(if index == 0 { 2 } else { 4 }).role(Role::Code, line).line();
        }
        if !verb.example.is_empty() {
            page.line().role(Role::Heading, "Example").line();
            for line in verb.example.lines() {
                page.space(2).role(Role::Code, line).line();
            }
        }
    }
    page
}

/// Lists the words of the language, group by group, each with how it is called.
pub fn all_words(verbs: &[Verb], width: usize) -> Page {
    let mut page = Page::new();
    for group in VerbGroup::ALL.into_iter().filter(|group| verbs.iter().any(|verb| verb.group == *group)) {
        if !page.is_empty() {
            page.line();
        }
        page.role(Role::Heading, group.word()).line();
        let lines: Vec<Entry> = verbs
            .iter()
            .filter(|verb| verb.group == group)
            .map(|verb| Entry {
                cells: vec![(Role::Name, verb.name.to_owned())],
                meaning: vec![format!("`{}`: {}", verb.signature, first_sentence(verb.summary))],
            })
            .collect();
        entries(&mut page, &lines, None, width, 2);
    }
    page
}

/// What a search found: names and summaries.
pub fn found(lines: &[(String, String)], width: usize) -> Page {
    let mut page = Page::new();
    let lines: Vec<Entry> = lines
        .iter()
        .map(|(name, summary)| Entry { cells: vec![(Role::Name, name.clone())], meaning: vec![summary.clone()] })
        .collect();
    entries(&mut page, &lines, None, width, 2);
    page
}

fn first_sentence(text: &str) -> &str {
    text.find(". ").map_or(text, |end| &text[..end])
}
