//! The steps of columns as a table.

use std::sync::Arc;

use regulars_plugin::{ColumnKind, ColumnManual, Result};

use super::drawn::drawing;
use super::told::{Does, Told};
use crate::table::{About, Frame, FrameBuilder};

/// Steps of one column that are told; of more the first and the last.
const MOST_TOLD: usize = 200;

/// The first and the last of very many steps.
fn few(mut steps: Vec<Told>) -> Vec<Told> {
    if steps.len() <= MOST_TOLD {
        return steps;
    }
    let last = steps.split_off(steps.len() - MOST_TOLD / 2);
    let between = steps.split_off(MOST_TOLD / 2);
    let count = between.iter().map(|step| if let Does::LeftOut(more) = step.does { more } else { 1 }).sum();
    steps.push(Told::left_out(count));
    steps.extend(last);
    steps
}

/// The steps of columns as a table.
pub(in crate::table) fn table_of(told: Vec<(String, Vec<Told>)>) -> Result<Frame> {
    let drawing = Arc::new(drawing(&told));
    let mut rows: Vec<(String, usize, Told)> = Vec::new();
    for (column, steps) in told {
        let mut number = 0;
        for step in few(steps) {
            number += if let Does::LeftOut(more) = step.does { more } else { 1 };
            rows.push((column.clone(), number, step));
        }
    }
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let texts = |pick: fn(&Told) -> &str| rows.iter().map(|(.., step)| filled(pick(step))).collect::<Vec<_>>();
    let (words, from, what) = (texts(|step| &step.word), texts(|step| &step.from), texts(|step| &step.what));
    let frame = FrameBuilder::empty()
        .texts("column", rows.iter().map(|(column, ..)| column))
        .integers("step", rows.iter().map(|(_, number, _)| *number as i64))
        .texts("does", rows.iter().map(|(.., step)| step.does.word()))
        .optional_texts("word", words.iter().map(Option::as_deref))
        .optional_texts("name", rows.iter().map(|(.., step)| step.name.as_deref()))
        .optional_texts("from", from.iter().map(Option::as_deref))
        .optional_texts("what", what.iter().map(Option::as_deref))
        .optional_texts("place", rows.iter().map(|(.., step)| step.place.as_deref()))
        .build()?;
    let column = |name: &str, meaning: &str, holds| ColumnManual {
        name: name.to_owned(),
        meaning: meaning.to_owned(),
        unit: None,
        holds,
    };
    let columns = vec![
        column("column", "The column that is asked for.", ColumnKind::Text),
        column("step", "Which step on its way, the oldest first.", ColumnKind::Integer),
        column("does", "What the step does.", ColumnKind::Text),
        column("word", "The word of the script that does it.", ColumnKind::Text),
        column("name", "What the column is called after it; empty where it works on rows.", ColumnKind::Text),
        column("from", "The columns that it works on.", ColumnKind::Text),
        column("what", "The expression, the meaning, or the call.", ColumnKind::Text),
        column("place", "Where it stands in the script.", ColumnKind::Text),
    ];
    Ok(frame.with_about(About { columns, drawing: Some(drawing), ..About::default() }))
}
