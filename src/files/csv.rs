//! CSV and other separated text.

mod build;
mod check;
mod kinds;
mod scan;
mod sniff;
mod told;
mod values;

use std::collections::BTreeMap;

use polars::prelude::*;
use regulars_plugin::{Failure, Host, Result};

use super::many::{self, Source};
use super::{conversions, door, sink, text};
use crate::table::{Frame, Import, ImportColumn, thousands, type_of_word, type_word};
use build::{Made, Manner, Wanted, kind_of};
use kinds::{Kind, Looks, key};
use scan::Marks;
use values::{Look, Writing};

/// How a separated text file is read. What is left out is found by looking at the file, and told.
#[derive(Debug, Clone, Default)]
pub struct CsvOptions {
    /// Between fields.
    pub separator: Option<String>,
    /// How the text is encoded.
    pub encoding: Option<String>,
    /// Whether a comma stands before the fraction of a number.
    pub decimal_comma: Option<bool>,
    /// What fields are quoted with; empty where quotes are letters like any other.
    pub quote: Option<String>,
    /// Whether the first line holds the names.
    pub header: Option<bool>,
    /// Lines above the table.
    pub skip_rows: usize,
    /// The columns that are wanted; all, where none is named.
    pub columns: Vec<String>,
    /// Types of columns by name, where the guess is wrong.
    pub types: BTreeMap<String, String>,
    /// Texts that mean a missing value, besides the empty one.
    pub missing: Vec<String>,
    /// How dates are written, such as `%d.%m.%Y`.
    pub date_format: Option<String>,
    /// Whether a row or a value that does not fit is refused.
    pub strict: bool,
}

/// How one file is laid out.
struct Layout<'a> {
    path: &'a str,
    marks: Marks,
    has_header: bool,
}

/// Endings of the files that are read in a folder.
pub(super) const ENDINGS: [&str; 8] = ["csv", "tsv", "csv.gz", "tsv.gz", "csv.zst", "tsv.zst", "txt", "txt.gz"];

/// Reads separated text: one file, those that match a pattern, or those of a folder. The type of a column is that of all
/// its values; dates written 1997-09-30 become dates.
pub fn read_csv(path: &str, options: &CsvOptions, host: &dyn Host) -> Result<Frame> {
    let Some(sources) = many::sources(path, &ENDINGS)? else {
        let (data, import) = read_one(path, options, host)?;
        return Ok(Frame::from_data(data).imported(import));
    };
    let mut read: Vec<(Source, DataFrame, Import)> = Vec::new();
    for source in sources {
        let (data, import) = read_one(&source.path, options, host)?;
        read.push((source, data, import));
    }
    // A column of numbers in one file and of text in another is text in both, as it was written.
    let mut types = options.types.clone();
    for (name, kind) in conversions::common(read.iter().map(|(_, data, _)| data.schema().as_ref())) {
        if kind == DataType::String {
            types.entry(name.to_string()).or_insert_with(|| "string".to_owned());
        }
    }
    for (source, data, import) in &mut read {
        let own: BTreeMap<String, String> = types
            .iter()
            .filter(|(name, _)| data.schema().contains(name.as_str()))
            .map(|(name, kind)| (name.clone(), kind.clone()))
            .collect();
        let differs = own.iter().any(|(name, kind)| {
            kind == "string" && data.schema().get(name.as_str()).is_some_and(|found| *found != DataType::String)
        });
        if differs {
            (*data, *import) = read_one(&source.path, &CsvOptions { types: own, ..options.clone() }, host)?;
        }
    }
    let (frames, imports): (Vec<_>, Vec<_>) =
        read.into_iter().map(|(source, data, import)| ((source, data.lazy()), import)).unzip();
    let (plan, told) = many::together(frames, options.strict)?;
    let mut import = Import::joined(path, imports);
    import.chosen.extend(told);
    let frame = Frame::new(plan, false, &[])?;
    let data = frame.data(host)?;
    Ok(Frame::from_data(data.0).imported(import))
}

fn read_one(path: &str, options: &CsvOptions, host: &dyn Host) -> Result<(DataFrame, Import)> {
    let text::Text { bytes, mut chosen } = text::read(path, options.encoding.as_deref())?;
    let bytes = with_line_feeds(bytes);
    let begin = below(path, &bytes, options.skip_rows)?;
    let quote = one_mark("quote", options.quote.as_deref().unwrap_or("\""))?;
    let usual = if path.contains(".tsv") { b'\t' } else { b',' };
    let separator = match options.separator.as_deref() {
        Some(told) => one_mark("separator", told)?
            .ok_or_else(|| Failure::new("`separator` is empty").help("such as \",\", \";\", \"|\" or \"\\t\""))?,
        None => sniff::separator(&bytes, begin.0, quote, usual),
    };
    if options.separator.is_none() && separator != usual {
        let shown = if separator == b'\t' { "a tab".to_owned() } else { format!("`{}`", separator as char) };
        chosen.push(format!("the fields of `{path}` are separated by {shown}"));
    }
    let marks = Marks { separator, quote };
    let writing =
        Writing { decimal_comma: options.decimal_comma.unwrap_or(false), date_format: options.date_format.clone() };
    let has_header = options.header.unwrap_or_else(|| !sniff::is_data(&bytes, begin.0, marks, &writing));
    if options.header.is_none() && !has_header {
        chosen.push(format!(
            "the first line of `{path}` looks like data, so the columns are called `column_1` …; `header: true` says otherwise"
        ));
    }
    let layout = Layout { path, marks, has_header };
    let shape = check::shape(&layout, &bytes, begin, options.strict, host)?;
    for name in options.columns.iter().chain(options.types.keys()) {
        if !shape.names.contains(name) {
            let option = if options.types.contains_key(name) { "types" } else { "columns" };
            return Err(Failure::new(format!("`{option}` names a column `{name}` that `{path}` does not have"))
                .near(name, shape.names.iter().map(String::as_str)));
        }
    }
    let mut manner = Manner { layout: &layout, writing, missing: &options.missing };
    let mut looks = manner.looks(&bytes, &shape, host)?;
    if options.decimal_comma.is_none() && separator != b',' && has_decimal_commas(&looks) {
        manner.writing.decimal_comma = true;
        looks = manner.looks(&bytes, &shape, host)?;
        chosen.push(format!("numbers in `{path}` have a decimal comma; `decimal_comma: false` says otherwise"));
    }
    let mut import = Import {
        source: path.to_owned(),
        rows: Some(shape.rows),
        rejected: shape.rejected,
        rejected_examples: shape.examples.clone(),
        ..Import::default()
    };
    let mut wanted = Vec::new();
    for (place, (name, looks)) in shape.names.iter().zip(&looks).enumerate() {
        if !options.columns.is_empty() && !options.columns.contains(name) {
            continue;
        }
        let told = options.types.get(name).map(|word| type_of_word(word)).transpose();
        let told = told.map_err(|failure| failure.within("types"))?;
        let (kind, reason) = match &told {
            Some(told) => (kind_of(told), None),
            None => looks.kind(name),
        };
        import.columns.push(ImportColumn {
            name: name.clone(),
            reason: reason.unwrap_or_default(),
            ..ImportColumn::default()
        });
        wanted.push((Wanted { place, name: name.clone(), kind }, told));
    }
    let (places, told): (Vec<Wanted>, Vec<Option<DataType>>) = wanted.into_iter().unzip();
    let made = manner.columns(&bytes, &shape, &places, host)?;
    let mut columns = Vec::new();
    for (((made, told), one), about) in made.into_iter().zip(told).zip(&places).zip(&mut import.columns) {
        if options.strict && made.coerced > 0 {
            return Err(unfit(path, one, &made));
        }
        if made.coerced > 0 {
            about.coerced = made.coerced;
            about.examples = made.examples;
            let are = if made.coerced == 1 { "is" } else { "are" };
            about.reason = format!("{are} missing now, being no {}", one.kind.word().trim_start_matches("a "));
        }
        if separator != b',' && told.is_none() && !manner.writing.decimal_comma && may_be_thousands(&made.column) {
            chosen.push(format!(
                "the points in `{}` were read as decimal points; if they part thousands, read it as text, \
                 `types: #{{{}: \"string\"}}`, and take them out",
                one.name,
                key(&one.name)
            ));
        }
        columns.push(match told {
            Some(told) if *made.column.dtype() != told => as_told(&made.column, &told, about, options.strict)?,
            _ => made.column,
        });
    }
    if shape.unnamed > 0 && has_header {
        let columns = if shape.unnamed == 1 { "column of" } else { "columns of" };
        let have = if shape.unnamed == 1 { "has" } else { "have" };
        chosen.push(format!("{} {columns} `{path}` {have} no name in the header", shape.unnamed));
    }
    if let (stray @ 1.., line) = shape.stray {
        let values = if stray == 1 { "1 value has".to_owned() } else { format!("{} values have", thousands(stray)) };
        chosen.push(format!(
            "{values} text behind a closing quote, the first in line {}: single quotes inside are left out; written twice they stay",
            thousands(line)
        ));
    }
    if shape.rows == 0 {
        chosen.push(format!("`{path}` has a header, but no rows"));
    }
    import.chosen = chosen;
    let height = shape.rows;
    let data = DataFrame::new(height, columns).map_err(|_| Failure::new(format!("`{path}` cannot be made a frame")))?;
    Ok((ordered(data, &options.columns), import))
}

/// The columns in the order in which they were asked for.
fn ordered(data: DataFrame, columns: &[String]) -> DataFrame {
    if columns.is_empty() { data } else { data.select(columns.iter().map(String::as_str)).unwrap_or(data) }
}

/// A column in a type of Polars' own that was told; a number that does not fit into it is missing, and counted.
fn as_told(column: &Column, told: &DataType, about: &mut ImportColumn, strict: bool) -> Result<Column> {
    let before = column.null_count();
    let cast = column.cast(told).map_err(|_| {
        Failure::new(format!("column `{}` cannot be read as {}", about.name, type_word(told)))
            .help(format!("read it as text first: `types: #{{{}: \"string\"}}`", key(&about.name)))
    })?;
    let lost = cast.null_count().saturating_sub(before);
    if lost > 0 && strict {
        return Err(Failure::new(format!(
            "{} values of column `{}` do not fit into its type",
            thousands(lost),
            about.name
        ))
        .help("choose a larger type, such as \"int\" or \"float\""));
    }
    if lost > 0 {
        about.coerced += lost;
        about.reason = "are missing now, being too large for the type".to_owned();
    }
    Ok(cast)
}

/// The first value that does not fit, where that is to be refused.
fn unfit(path: &str, wanted: &Wanted, made: &Made) -> Failure {
    let first = made.examples.first().map(String::as_str).unwrap_or_default();
    let column = key(&wanted.name);
    let value = first.split('`').nth(1).unwrap_or_default();
    Failure::new(format!("`{path}`: {first} in column `{}` is not {}", wanted.name, wanted.kind.word()))
        .help(format!("read the column as text: `types: #{{{column}: \"string\"}}`"))
        .help(format!("or call it missing: `missing: [\"{value}\"]`; without `strict` it is made missing and counted"))
}

/// Whether commas stand before fractions: some column says so, and none has a point there.
fn has_decimal_commas(looks: &[Looks]) -> bool {
    let points = looks.iter().any(|looks| looks.kind("").0 == Kind::Number && looks.count(Look::Fraction) > 0);
    let commas = looks.iter().any(|looks| {
        let numbers = [Look::Whole, Look::Comma, Look::Thousands].map(|look| looks.count(look)).iter().sum::<usize>();
        looks.count(Look::Comma) > 0 && numbers + looks.count(Look::Word) == looks.content()
    });
    commas && !points
}

/// Whether every number could as well be one of thousands, 1.234 for 1234, as programs write it that do not part fields by
/// commas: three digits behind the point, not all of them ending in 0, and nothing like 0.123 or 1234.567.
fn may_be_thousands(column: &Column) -> bool {
    let Ok(numbers) = column.f64() else { return false };
    let whole = |number: f64| (number - number.round()).abs() < 1e-6;
    let fits = |number: f64| (1.0..1000.0).contains(&number.abs()) && whole(number * 1000.0);
    numbers.iter().flatten().all(fits) && numbers.iter().flatten().any(|number| !whole(number * 100.0))
}

/// The text with the line ends of old Macs (`\r` alone) as line feeds.
fn with_line_feeds(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.contains(&b'\r') && !bytes.contains(&b'\n') {
        for byte in &mut bytes {
            if *byte == b'\r' {
                *byte = b'\n';
            }
        }
    }
    bytes
}

/// Where the table begins, and on which line.
fn below(path: &str, bytes: &[u8], lines: usize) -> Result<(usize, usize)> {
    if lines == 0 {
        return Ok((0, 1));
    }
    let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    match ends.skip(lines - 1).find(|at| *at < bytes.len()) {
        Some(at) => Ok((at, lines + 1)),
        None => Err(Failure::new(format!("`skip_rows` is {lines}, but `{path}` has no line behind those"))
            .help("the table begins with the line after the skipped ones")),
    }
}

fn one_mark(option: &str, told: &str) -> Result<Option<u8>> {
    match told.as_bytes() {
        [] => Ok(None),
        [one] if one.is_ascii() && *one != b'\n' => Ok(Some(*one)),
        _ => Err(Failure::new(format!("`{option}` is \"{told}\", but one character is wanted"))
            .help("such as \",\", \";\", \"|\" or \"\\t\"")),
    }
}

/// A name that two columns have.
fn names_twice(names: &[String]) -> Option<&String> {
    names.iter().enumerate().find(|(place, name)| names[..*place].contains(name)).map(|(_, name)| name)
}

/// Rows that are written before it is told how far the work is.
const WRITTEN_AT_ONCE: usize = 100_000;

/// Writes a frame as CSV with a header, whole or not at all. Dates are ISO, numbers in full precision.
pub fn write_csv(frame: &Frame, path: &str, host: &dyn Host) -> Result<()> {
    let separator = if path.contains(".tsv") { b'\t' } else { b',' };
    let schema = sink::schema(frame)?;
    if schema.iter_values().any(|kind| kind.is_nested()) {
        return Err(Failure::new(format!("`{path}` cannot be written: a column holds lists or structs"))
            .help("CSV holds single values: write Parquet, or leave those columns out"));
    }
    door::write(path, |file| {
        sink::packed(path, file, |out| {
            let mut writer = CsvWriter::new(out)
                .with_separator(separator)
                .batched(&schema)
                .map_err(|error| sink::refused(path, error))?;
            frame.batches(frame.plan(), host, |batch| {
                // In pieces, so that a frame in memory can tell how far it is, and be interrupted.
                for from in (0..batch.height().max(1)).step_by(WRITTEN_AT_ONCE) {
                    let piece = batch.slice(from as i64, WRITTEN_AT_ONCE);
                    writer.write_batch(&piece).map_err(|error| sink::refused(path, error))?;
                    if host.is_cancelled() {
                        return Err(Failure::interrupted());
                    }
                    if !frame.reads_files() {
                        host.progress((from + piece.height()) as u64, batch.height() as u64, "writing");
                    }
                }
                Ok(())
            })?;
            writer.finish().map_err(|error| sink::refused(path, error))
        })
    })
}
