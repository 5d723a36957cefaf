//! CSV and other separated text.

use std::collections::BTreeMap;

use polars::prelude::*;
use regulars_plugin::{Failure, Host, Result};

use super::door;
use crate::table::{About, Frame, type_of_word};

/// How a separated text file is read.
#[derive(Debug, Clone, Default)]
pub struct CsvOptions {
    /// Between fields; a comma unless told, a tab where the name ends in `.tsv`.
    pub separator: Option<String>,
    /// Whether the first line holds the names; yes unless told.
    pub header: Option<bool>,
    /// Types of columns by name, where the guess is wrong.
    pub types: BTreeMap<String, String>,
    /// Texts that mean a missing value, besides the empty one.
    pub missing: Vec<String>,
}

/// Rows whose types are looked at before the rest is read.
const LOOK_AT: usize = 10_000;

/// Reads separated text. Types are guessed from the first rows; dates written 1997-09-30 become dates.
pub fn read_csv(path: &str, options: &CsvOptions, host: &dyn Host) -> Result<Frame> {
    let separator = separator(path, options)?;
    let bytes = plain_bytes(path)?;
    let has_header = options.header.unwrap_or(true);
    check(path, &bytes, separator)?;
    let overwrite: Result<Schema> =
        options.types.iter().map(|(name, word)| Ok((PlSmallStr::from(name.as_str()), type_of_word(word)?))).collect();
    let overwrite = overwrite.map_err(|failure| failure.within("types"))?;
    let missing = (!options.missing.is_empty())
        .then(|| NullValues::AllColumns(options.missing.iter().map(|text| text.as_str().into()).collect()));
    let reader = LazyCsvReader::new_with_sources(ScanSources::Buffers([bytes.clone().into()].into_iter().collect()))
        .with_has_header(has_header)
        .with_separator(separator)
        .with_infer_schema_length(Some(LOOK_AT))
        .with_try_parse_dates(true)
        .with_null_values(missing)
        .with_glob(false)
        .with_dtype_overwrite(Some(Arc::new(overwrite.clone())));
    let plan = reader.finish().map_err(|error| refused(path, &error, &bytes, separator))?;
    let frame = Frame::new(plan, false, &[]).map_err(|failure| failure.within(path))?;
    let names = frame.names();
    if let Some(unknown) = overwrite.iter_names().find(|name| !names.iter().any(|known| known == name.as_str())) {
        return Err(Failure::new(format!("`types` names a column `{unknown}` that `{path}` does not have"))
            .near(unknown, names.iter().map(String::as_str)));
    }
    let frame = match frame.data(host) {
        Ok(_) => frame,
        Err(failure) if failure.cancelled => return Err(failure),
        Err(failure) => return Err(wrong_type(path, &failure.message, &bytes, separator, &names)),
    };
    let mut about = About::default();
    let blank: Vec<&String> =
        names.iter().filter(|name| name.trim().is_empty() || name.starts_with("column_") && has_header).collect();
    if !blank.is_empty() {
        about.notes.push(format!("{} columns of `{path}` have no name in the header", blank.len()));
    }
    if frame.height(host)? == 0 {
        about.notes.push(format!("`{path}` has a header, but no rows"));
    }
    Ok(frame.with_about(about))
}

fn separator(path: &str, options: &CsvOptions) -> Result<u8> {
    match options.separator.as_deref() {
        None if path.ends_with(".tsv") || path.ends_with(".tsv.gz") => Ok(b'\t'),
        None => Ok(b','),
        Some(one) if one.len() == 1 => Ok(one.as_bytes()[0]),
        Some(other) => Err(Failure::new(format!("`separator` is \"{other}\", but one character is wanted"))
            .help("such as \",\", \";\", \"|\" or \"\\t\"")),
    }
}

/// The file's bytes, unpacked where it is packed.
fn plain_bytes(path: &str) -> Result<Vec<u8>> {
    let packed = door::read_bytes(path)?;
    let unpacked = |bytes: &[u8]| -> std::io::Result<Vec<u8>> {
        let mut whole = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(bytes), &mut whole)?;
        Ok(whole)
    };
    let bytes = if packed.starts_with(&[0x1f, 0x8b]) {
        unpacked(&packed).map_err(|error| {
            Failure::new(format!("`{path}` is packed with gzip, but cannot be unpacked: {error}"))
                .help("the file is cut off or damaged: fetch it again")
        })?
    } else {
        packed
    };
    Ok(match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => rest.to_vec(),
        None => bytes,
    })
}

/// What can be wrong with a text file, told with its line: nothing in it, another encoding, lines of unequal length.
fn check(path: &str, bytes: &[u8], separator: u8) -> Result<()> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Failure::new(format!("`{path}` is empty")).help("a header line and rows are wanted"));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(encoding(path, "UTF-16", 1));
    }
    if bytes.starts_with(b"PAR1") || bytes.starts_with(b"PK\x03\x04") {
        let what = if bytes.starts_with(b"PAR1") {
            "a Parquet file: use `read_parquet`"
        } else {
            "a packed file (Excel?): save it as CSV"
        };
        return Err(Failure::new(format!("`{path}` is no text")).help(format!("it looks like {what}")));
    }
    if let Err(error) = std::str::from_utf8(bytes) {
        let line = 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        return Err(encoding(path, "another encoding than UTF-8", line));
    }
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(bytes);
    let mut record = csv::ByteRecord::new();
    let mut wanted = None;
    while reader.read_byte_record(&mut record).unwrap_or(false) {
        let fields = record.len();
        let wanted = *wanted.get_or_insert(fields);
        if fields != wanted {
            let line = record.position().map_or(0, csv::Position::line);
            let text = String::from_utf8_lossy(bytes)
                .lines()
                .nth(line.saturating_sub(1) as usize)
                .unwrap_or_default()
                .chars()
                .take(70)
                .collect::<String>();
            let failure =
                Failure::new(format!("`{path}`, line {line}: {fields} fields, but the first line has {wanted}"));
            return Err(failure
                .help(format!("the line is: {text}"))
                .help("put fields that hold a separator into double quotes, or complete the line"));
        }
    }
    if wanted == Some(1) {
        let first = String::from_utf8_lossy(bytes).lines().next().unwrap_or_default().to_owned();
        let other = [';', '\t', '|', ','].into_iter().find(|mark| *mark as u8 != separator && first.contains(*mark));
        if let Some(mark) = other {
            let shown = if mark == '\t' { "\\t".to_owned() } else { mark.to_string() };
            return Err(Failure::new(format!("`{path}` has one column only, but its first line holds `{shown}`"))
                .help(format!("say so: `read_csv(\"{path}\", #{{separator: \"{shown}\"}})`")));
        }
    }
    Ok(())
}

fn encoding(path: &str, found: &str, line: usize) -> Failure {
    Failure::new(format!("`{path}` is written in {found}: line {line} cannot be read"))
        .help("save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\")")
}

fn refused(path: &str, error: &PolarsError, bytes: &[u8], separator: u8) -> Failure {
    let words = error.to_string();
    if words.contains("duplicate") {
        let mut reader = csv::ReaderBuilder::new().delimiter(separator).from_reader(bytes);
        let names = reader.headers().cloned().unwrap_or_default();
        let twice = names.iter().enumerate().find(|(index, name)| names.iter().take(*index).any(|one| one == *name));
        let name = twice.map(|(_, name)| name.to_owned()).unwrap_or_default();
        return Failure::new(format!("`{path}` has two columns called `{name}`"))
            .help("give one of them another name in the header");
    }
    Failure::new(format!("`{path}` cannot be read: {}", words.lines().next().unwrap_or_default()))
}

/// A value further down that does not have the type guessed from the first rows: which one, and where.
fn wrong_type(path: &str, words: &str, bytes: &[u8], separator: u8, names: &[String]) -> Failure {
    // Polars says: could not parse `abc` as dtype `i64` at column 'amount' (column number 3)
    let between = |open: &str, close: &str| {
        words.split_once(open).and_then(|(_, rest)| rest.split_once(close)).map(|(word, _)| word.to_owned())
    };
    let (Some(value), Some(column)) = (between("parse `", "`"), between("column '", "'")) else {
        return Failure::new(format!("`{path}` cannot be read: {words}"));
    };
    let place = names.iter().position(|name| *name == column);
    let line = place.and_then(|place| {
        let mut reader =
            csv::ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(bytes);
        let found = reader.byte_records().flatten().find(|record| record.get(place) == Some(value.as_bytes()));
        found.and_then(|record| record.position().map(csv::Position::line))
    });
    let at = line.map(|line| format!(", line {line}")).unwrap_or_default();
    Failure::new(format!("`{path}`{at}: `{value}` in column `{column}` does not fit the rows before"))
        .help(format!("read the column as text: `read_csv(\"{path}\", #{{types: #{{{column}: \"string\"}}}})`"))
        .help(format!("or call it missing: `read_csv(\"{path}\", #{{missing: [\"{value}\"]}})`"))
}

/// Writes a frame as CSV with a header, whole or not at all. Dates are ISO, numbers in full precision.
pub fn write_csv(frame: &Frame, path: &str, host: &dyn Host) -> Result<()> {
    let mut data = frame.data(host)?;
    door::write(path, |file| {
        CsvWriter::new(std::io::BufWriter::new(file)).finish(&mut data.0).map_err(|error| match error {
            PolarsError::IO { error, .. } => door::writing(path, &error),
            other => Failure::new(format!("`{path}` cannot be written: {other}"))
                .help("lists and structs do not fit into CSV: write Parquet, or leave those columns out"),
        })
    })
}
