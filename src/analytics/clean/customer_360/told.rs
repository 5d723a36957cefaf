//! What became of the rows, and what a reader should know.

use regulars_plugin::{Date, Result};

use super::fields::{Ask, Fields, Rule};
use super::sources::Source;
use crate::table::{Frame, FrameBuilder, thousands};

pub(super) fn counts(all: &[Source]) -> Result<Frame> {
    FrameBuilder::empty()
        .texts("table", all.iter().map(|source| source.kind.word()))
        .texts("source", all.iter().map(|source| &source.name))
        .integers("rows", all.iter().map(|source| source.rows as i64))
        .integers("unusable", all.iter().map(|source| source.unusable as i64))
        .integers("later", all.iter().map(|source| source.later as i64))
        .integers("repeated", all.iter().map(|source| source.repeated as i64))
        .integers("used", all.iter().map(|source| source.used() as i64))
        .build()
}

pub(super) fn notes(all: &[Source], as_of: Date, ask: &Ask<'_>, fields: &Fields) -> Vec<String> {
    let mut notes: Vec<String> = all.iter().flat_map(|source| source.notes.iter().cloned()).collect();
    let later: usize = all.iter().map(|source| source.later).sum();
    if later > 0 {
        notes.push(format!("{} rows lie after {as_of} and do not count: see `.counts`", thousands(later)));
    }
    let repeated: usize = all.iter().map(|source| source.repeated).sum();
    if repeated > 0 {
        notes.push(format!(
            "{} rows of tickets or deals come again further down: the last row of each stands for it",
            thousands(repeated)
        ));
    }
    if fields.disputed() > 0 {
        let rule = match ask.rule {
            Rule::Latest => "the one written last was taken".to_owned(),
            Rule::MostComplete => "the one of the fullest row was taken".to_owned(),
            Rule::Trusted => format!("the one of the most trusted source was taken ({})", ask.trusted.join(", ")),
        };
        let other = if ask.rules.is_empty() { "" } else { ", but for the fields in `rules`" };
        let had = if fields.disputed() == 1 { "field had" } else { "fields had" };
        notes.push(format!(
            "{} {had} several values: {rule}{other}; `.fields` tells which source gave each",
            thousands(fields.disputed())
        ));
    }
    for name in &fields.renamed {
        notes.push(format!("the customers' own column `{name}` is called `{name}_given`, because the view has one"));
    }
    notes
}
