//! The records of all sources, one after the other, with their identifiers.

use std::collections::BTreeMap;

use regulars_plugin::{Beside, Context, Failure, GivenTable, NoTable, Result};

use super::keys::{contact, identifier_of};
use crate::stats::text::identity;
use crate::table::Frame;

/// The columns that are identifiers wherever they are found, unless others are named.
const KNOWN: [&str; 4] = ["email", "phone", "loyalty_card", "tax_number"];

/// A record of a source.
pub(super) struct Record {
    /// The place of its source.
    pub(super) source: u32,
    /// Its id there.
    pub(super) id: Option<String>,
    /// Its row there, from 1.
    pub(super) row: usize,
}

/// All records, and what identifies them.
pub(super) struct Records {
    pub(super) sources: Vec<String>,
    pub(super) records: Vec<Record>,
    /// Names of the keys; the first ones are the ids of the sources, each known by the name of its source.
    pub(super) keys: Vec<String>,
    /// For each key its values: number of the record and what is compared, in the order of the records.
    pub(super) values: Vec<Vec<(u32, String)>>,
    /// Values that say nothing, by key.
    pub(super) empty: Vec<usize>,
    /// Ids that are addresses or telephone numbers, and join as such.
    pub(super) ids_that_speak: usize,
}

impl Records {
    /// A name for a record that no other has.
    pub(super) fn name(&self, record: usize) -> String {
        let one = &self.records[record];
        let source = &self.sources[one.source as usize];
        match &one.id {
            Some(id) => format!("{source}:{id}"),
            None => format!("{source}#{}", one.row),
        }
    }
}

/// What is asked: which column holds the ids, which are identifiers, which hold ids of other sources.
pub(super) struct Ask<'a> {
    pub(super) id: &'a str,
    pub(super) ids: &'a BTreeMap<String, String>,
    pub(super) keys: Option<&'a [String]>,
    pub(super) references: &'a BTreeMap<String, String>,
}

pub(super) fn read(
    ask: &Ask<'_>,
    sources: &BTreeMap<String, GivenTable>,
    input: &Beside<NoTable<Frame>>,
    context: &Context<'_>,
) -> Result<Records> {
    let names: Vec<String> = sources.keys().cloned().collect();
    let frames: Vec<Frame> = sources.values().map(|given| input.table(given)).collect::<Result<_>>()?;
    look_at(ask, &names, &frames)?;
    let mut ids = Vec::new();
    for (name, frame) in names.iter().zip(&frames) {
        context.check()?;
        ids.push(frame.data(context.host())?.words(ask.ids.get(name).map_or(ask.id, String::as_str))?);
    }
    let speaks = |key: &str| ids.iter().flatten().flatten().any(|id| contact(id).is_some_and(|(one, _)| one == key));
    let keys: Vec<String> = match ask.keys {
        Some(keys) => keys.to_vec(),
        None => KNOWN
            .iter()
            .filter(|key| frames.iter().any(|frame| frame.need(key).is_ok()) || speaks(key))
            .map(|key| (*key).into())
            .collect(),
    };
    // The ids of each source are a key of their own: two of its rows with one id are one record, and others may refer to it.
    let all: Vec<String> = names.iter().cloned().chain(keys.iter().cloned()).collect();
    let mut read = Records {
        sources: names,
        records: Vec::new(),
        values: vec![Vec::new(); all.len()],
        empty: vec![0; all.len()],
        keys: all,
        ids_that_speak: 0,
    };
    for (source, (frame, ids)) in frames.iter().zip(ids).enumerate() {
        context.check()?;
        read.add(ask, source, frame, ids, &keys, context)?;
    }
    Ok(read)
}

/// Looks at the names that the options give, before any data is read.
fn look_at(ask: &Ask<'_>, names: &[String], frames: &[Frame]) -> Result<()> {
    let known = || names.iter().map(String::as_str);
    for source in ask.ids.keys().chain(ask.references.values()) {
        if !names.contains(source) {
            return Err(Failure::new(format!("there is no source `{source}`")).near(source, known()));
        }
    }
    for (name, frame) in names.iter().zip(frames) {
        let id = ask.ids.get(name).map_or(ask.id, String::as_str);
        frame.need(id).map_err(|failure| {
            let failure = Failure { message: format!("source `{name}` has no column `{id}` for its ids"), ..failure };
            failure.help(format!("name it: `ids: #{{{name}: \"…\"}}`, or `id: \"…\"` where it is called so everywhere"))
        })?;
    }
    let missing = |column: &String| !frames.iter().any(|frame| frame.need(column).is_ok());
    if let Some(column) = ask.keys.unwrap_or_default().iter().chain(ask.references.keys()).find(|one| missing(one)) {
        let columns: Vec<String> = frames.iter().flat_map(Frame::names).collect();
        return Err(
            Failure::new(format!("no source has a column `{column}`")).near(column, columns.iter().map(String::as_str))
        );
    }
    Ok(())
}

impl Records {
    fn add(
        &mut self,
        ask: &Ask<'_>,
        source: usize,
        frame: &Frame,
        ids: Vec<Option<String>>,
        keys: &[String],
        context: &Context<'_>,
    ) -> Result<()> {
        let data = frame.data(context.host())?;
        let begin = self.records.len();
        if begin + data.height() > u32::MAX as usize {
            return Err(Failure::new("there are more records than 4,294,967,295").help("unify fewer sources at once"));
        }
        for (row, id) in ids.into_iter().enumerate() {
            let id = id.filter(|id| !id.trim().is_empty());
            if let Some(id) = &id {
                self.values[source].push(((begin + row) as u32, id.trim().to_owned()));
                if let Some((key, value)) = contact(id)
                    && let Some(place) = keys.iter().position(|one| one == key)
                {
                    self.ids_that_speak += 1;
                    self.values[self.sources.len() + place].push(((begin + row) as u32, value));
                }
            }
            self.records.push(Record { source: source as u32, id, row: row + 1 });
        }
        for (column, of) in ask.references {
            let place = self.sources.iter().position(|one| one == of).unwrap_or(source);
            if frame.need(column).is_ok() {
                for (row, value) in data.words(column)?.into_iter().enumerate() {
                    if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
                        self.values[place].push(((begin + row) as u32, value.trim().to_owned()));
                    }
                }
            }
        }
        for (place, key) in keys.iter().enumerate().filter(|(_, key)| frame.need(key).is_ok()) {
            context.check()?;
            let at = self.sources.len() + place;
            let kind = identifier_of(key);
            for (row, value) in data.words(key)?.into_iter().enumerate() {
                match value.as_deref().map(|value| identity(kind, value)) {
                    Some(Some(value)) => self.values[at].push(((begin + row) as u32, value)),
                    Some(None) => self.empty[at] += 1,
                    None => {}
                }
            }
        }
        Ok(())
    }
}
