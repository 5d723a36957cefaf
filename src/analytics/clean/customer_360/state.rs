//! What an answer was made of, kept for the next one: new rows then go beside it, and the old tables are not needed again.

use regulars_plugin::{Failure, Host, Result, StandardTable};

use super::sources::Source;
use crate::table::{Frame, ViewSource, view_state};

/// All usable rows of all sources, also those after the day that was asked for, by the ids that the sources have.
pub(super) fn keep(all: &[Source]) -> Result<Frame> {
    let sources: Vec<ViewSource<'_>> =
        all.iter().map(|one| ViewSource { table: one.kind, source: &one.name, frame: &one.frame }).collect();
    view_state(&sources)
}

/// The sources of an earlier answer with the new rows behind theirs, in the order that they would have together.
pub(super) fn continued(earlier: &Frame, new: Vec<Source>, host: &dyn Host) -> Result<Vec<Source>> {
    let within = |failure: Failure| {
        failure
            .help("`earlier` is the state of an earlier answer: `view.state`, or the file that it was saved to")
            .within("earlier")
    };
    let mut all = Vec::new();
    for held in earlier.sources_of_state(host).map_err(within)? {
        // A file of text knows no dates: they are read as those of any table are.
        all.push(Source::of(held.table, held.source, &held.frame, host).map_err(within)?);
    }
    for source in new {
        match all.iter_mut().find(|one| (one.kind, &one.name) == (source.kind, &source.name)) {
            Some(held) => {
                held.frame = held.frame.with_later(&source.frame, source.kind)?;
                held.rows += source.rows;
                held.unusable += source.unusable;
                held.notes.extend(source.notes);
            }
            None => {
                let of_kind: Vec<String> =
                    all.iter().filter(|one| one.kind == source.kind).map(|one| format!("`{}`", one.name)).collect();
                let mut source = source;
                // A list of tables names them by their places: a source may be an old one under another name.
                if !of_kind.is_empty() {
                    let (name, kind) = (&source.name, source.kind.word());
                    source
                        .notes
                        .push(format!("`{name}` is a new source: `earlier` holds {kind} of {}", of_kind.join(", ")));
                }
                all.push(source);
            }
        }
    }
    let place = |source: &Source| StandardTable::DECLARED.iter().position(|kind| *kind == source.kind);
    all.sort_by(|one, other| place(one).cmp(&place(other)).then_with(|| one.name.cmp(&other.name)));
    Ok(all)
}
