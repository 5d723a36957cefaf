//! What reading a file chose, rejected and coerced: kept with the frame, shown by `import_report()`.

use std::sync::Arc;

use regulars_plugin::{Host, Result};

use super::{Cell, Data, Frame, thousands};

/// Examples that are kept of each kind of finding.
pub(crate) const EXAMPLES: usize = 3;

/// What is known about one reading of data from outside.
#[derive(Debug, Clone, Default)]
pub struct Import {
    /// The file, the table or the query.
    pub source: String,
    /// What was chosen without being told: encoding, separator …
    pub chosen: Vec<String>,
    /// Rows that arrived; counted when asked for where the file is read lazily.
    pub rows: Option<usize>,
    /// Rows that could not be used.
    pub rejected: usize,
    /// The first of them.
    pub rejected_examples: Vec<String>,
    /// What came of each column.
    pub columns: Vec<ImportColumn>,
    /// The frame as it was read, for what is counted later.
    pub(crate) later: Option<Later>,
}

/// What came of one column.
#[derive(Debug, Clone, Default)]
pub struct ImportColumn {
    /// Its name.
    pub name: String,
    /// Values that were made something else: missing, or text where kinds were mixed.
    pub coerced: usize,
    /// The first of them, each with its place.
    pub examples: Vec<String>,
    /// What was done to them, or why the column is of its type.
    pub reason: String,
}

#[derive(Clone)]
pub(crate) struct Later(Frame);

impl std::fmt::Debug for Later {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Later")
    }
}

impl ImportColumn {
    /// A value that was coerced.
    pub(crate) fn coerce(&mut self, example: impl FnOnce() -> String) {
        self.coerced += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(example());
        }
    }
}

impl Import {
    /// The reports of several files as one.
    pub(crate) fn joined(source: &str, imports: Vec<Import>) -> Import {
        let mut whole = Import { source: source.to_owned(), rows: Some(0), ..Import::default() };
        for import in imports {
            whole.rows = whole.rows.zip(import.rows).map(|(rows, more)| rows + more);
            whole.rejected += import.rejected;
            whole.chosen.extend(import.chosen);
            let named = |example: &String| format!("`{}`, {example}", import.source);
            whole.rejected_examples.extend(import.rejected_examples.iter().map(named));
            for column in import.columns {
                let examples = column.examples.iter().map(named);
                match whole.columns.iter_mut().find(|known| known.name == column.name) {
                    Some(known) => {
                        known.coerced += column.coerced;
                        known.examples.extend(examples);
                        if known.reason.is_empty() {
                            known.reason = column.reason;
                        }
                    }
                    None => whole.columns.push(ImportColumn { examples: examples.collect(), ..column }),
                }
            }
        }
        whole.rejected_examples.truncate(EXAMPLES);
        for column in &mut whole.columns {
            column.examples.truncate(EXAMPLES);
        }
        whole
    }

    /// What every frame made of the one that was read has to tell: nothing, where nothing was rejected or coerced.
    fn told(&self) -> Vec<String> {
        let mut told = Vec::new();
        if self.rejected > 0 {
            let all = self.rows.unwrap_or_default() + self.rejected;
            let first = self.rejected_examples.first().map(|first| format!(", the first: {first}")).unwrap_or_default();
            told.push(format!(
                "{} of {} rows of `{}` were rejected{first}",
                thousands(self.rejected),
                thousands(all),
                self.source
            ));
        }
        for column in self.columns.iter().filter(|column| column.coerced > 0) {
            let values = if column.coerced == 1 {
                "1 value".to_owned()
            } else {
                format!("{} values", thousands(column.coerced))
            };
            let first = column.examples.first().map(|first| format!(", the first: {first}")).unwrap_or_default();
            told.push(format!("{values} of `{}` {}{first}", column.name, column.reason));
        }
        if !told.is_empty() {
            told.push("`.import_report()` tells what was rejected and coerced, column by column".to_owned());
        }
        told
    }
}

impl Frame {
    /// The frame with the report of how it was read.
    #[must_use]
    pub(crate) fn imported(self, mut import: Import) -> Frame {
        let mut about = self.about().clone();
        about.notes.extend(import.chosen.iter().cloned());
        let kept = import.columns.iter().filter(|column| column.coerced == 0 && !column.reason.is_empty());
        about.notes.extend(kept.map(|column| format!("`{}` {}", column.name, column.reason)));
        about.inherited.extend(import.told().into_iter().map(Arc::from));
        // The first frame is kept as it was read, so that the report counts its rows, not those that are left.
        import.later = Some(Later(self.clone()));
        about.import = Some(Arc::new(import));
        self.with_about(about)
    }

    /// How the data of this frame was read: one line for the whole, then one for each column. None for a frame that was
    /// not read from outside.
    pub fn import_report(&self, host: &dyn Host) -> Result<Option<Frame>> {
        let Some(import) = &self.about().import else { return Ok(None) };
        let Some(Later(read)) = &import.later else { return Ok(None) };
        let rows = match import.rows {
            Some(rows) => rows,
            None => read.height(host)?,
        };
        let missing = read.missing(host)?;
        let count = |number: usize| Cell::Integer(number as i64);
        let examples = |found: &[String]| if found.is_empty() { Cell::Missing } else { Cell::Text(found.join("; ")) };
        let words = |text: &str| if text.is_empty() { Cell::Missing } else { Cell::Text(text.to_owned()) };
        let mut columns: Vec<(String, Vec<Cell>)> =
            ["column", "type", "rows", "rejected", "coerced", "missing", "examples", "chosen"]
                .map(|name| (name.to_owned(), Vec::new()))
                .into();
        let mut line = |cells: [Cell; 8]| {
            for ((_, column), cell) in columns.iter_mut().zip(cells) {
                column.push(cell);
            }
        };
        let coerced: usize = import.columns.iter().map(|column| column.coerced).sum();
        let mut chosen = vec![import.source.clone()];
        chosen.extend(import.chosen.iter().cloned());
        line([
            Cell::Missing,
            Cell::Missing,
            count(rows),
            count(import.rejected),
            count(coerced),
            count((0..missing.0.width()).map(|place| counted(&missing, place)).sum()),
            examples(&import.rejected_examples),
            Cell::Text(chosen.join("; ")),
        ]);
        for (place, (name, kind)) in read.schema().into_iter().enumerate() {
            let about = import.columns.iter().find(|column| column.name == name);
            line([
                Cell::Text(name),
                Cell::Text(kind),
                count(rows),
                count(import.rejected),
                count(about.map_or(0, |about| about.coerced)),
                count(counted(&missing, place)),
                examples(about.map_or(&[], |about| &about.examples)),
                words(about.map_or("", |about| &about.reason)),
            ]);
        }
        Frame::from_cells(&columns).map(Some)
    }

    /// The missing values of each column.
    fn missing(&self, host: &dyn Host) -> Result<Data> {
        self.extend(|plan| plan.null_count())?.data(host)
    }
}

fn counted(missing: &Data, place: usize) -> usize {
    let value = missing.0.columns().get(place).and_then(|column| column.get(0).ok());
    value.and_then(|value| value.extract::<usize>()).unwrap_or_default()
}
