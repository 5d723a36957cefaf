//! CSV and other separated text.

mod check;
mod dates;

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

/// How one file is laid out.
struct Layout<'a> {
    path: &'a str,
    separator: u8,
    has_header: bool,
}

impl Layout<'_> {
    /// A reader of its rows, for finding the line at fault.
    fn reader<'b>(&self, bytes: &'b [u8]) -> csv::Reader<&'b [u8]> {
        csv::ReaderBuilder::new().delimiter(self.separator).has_headers(false).flexible(true).from_reader(bytes)
    }
}

/// Reads separated text. Types are guessed from the first rows; dates written 1997-09-30 become dates.
pub fn read_csv(path: &str, options: &CsvOptions, host: &dyn Host) -> Result<Frame> {
    let has_header = options.header.unwrap_or(true);
    let layout = Layout { path, separator: separator(path, options)?, has_header };
    let whole = plain_bytes(path)?;
    let bytes = check::checked(&layout, &whole)?;
    let overwrite: Result<Schema> =
        options.types.iter().map(|(name, word)| Ok((PlSmallStr::from(name.as_str()), type_of_word(word)?))).collect();
    let mut overwrite = overwrite.map_err(|failure| failure.within("types"))?;
    let padded = check::padded_columns(&layout, &bytes);
    let padded: Vec<&String> = padded.iter().filter(|name| !options.types.contains_key(*name)).collect();
    for name in &padded {
        overwrite.insert(name.as_str().into(), DataType::String);
    }
    let missing = (!options.missing.is_empty())
        .then(|| NullValues::AllColumns(options.missing.iter().map(|text| text.as_str().into()).collect()));
    let reader =
        LazyCsvReader::new_with_sources(ScanSources::Buffers([bytes.into_owned().into()].into_iter().collect()))
            .with_has_header(has_header)
            .with_separator(layout.separator)
            .with_infer_schema_length(Some(LOOK_AT))
            .with_null_values(missing)
            .with_glob(false)
            .with_dtype_overwrite(Some(Arc::new(overwrite.clone())));
    let plan = reader.finish().map_err(|error| refused(path, &error))?;
    let frame = Frame::new(plan, false, &[]).map_err(|failure| failure.within(path))?;
    let names = frame.names();
    if let Some(unknown) = overwrite.iter_names().find(|name| !names.iter().any(|known| known == name.as_str())) {
        return Err(Failure::new(format!("`types` names a column `{unknown}` that `{path}` does not have"))
            .near(unknown, names.iter().map(String::as_str)));
    }
    let frame = match frame.data(host) {
        Ok(_) => frame,
        Err(failure) if failure.cancelled => return Err(failure),
        Err(failure) => return Err(wrong_type(&layout, &failure.message, &whole, &names)),
    };
    let told: Vec<&str> = options.types.keys().map(String::as_str).collect();
    let frame = dates::certain_dates(&frame, &told, host)?;
    let mut about = About::default();
    if !padded.is_empty() {
        let names: Vec<String> = padded.iter().map(|name| format!("`{name}`")).collect();
        about.notes.push(format!("{} kept as text: some values begin with 0, as 00042 does", names.join(", ")));
    }
    let unnamed =
        |name: &str| name.strip_prefix("column_").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    let blank: Vec<&String> =
        names.iter().filter(|name| name.trim().is_empty() || unnamed(name) && has_header).collect();
    if !blank.is_empty() {
        let have = if blank.len() == 1 { "column of `{path}` has" } else { "columns of `{path}` have" };
        about.notes.push(format!("{} {} no name in the header", blank.len(), have.replace("{path}", path)));
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
            let why =
                if error.kind() == std::io::ErrorKind::UnexpectedEof { "it ends too early" } else { "it is damaged" };
            Failure::new(format!("`{path}` is packed with gzip, but cannot be unpacked: {why}"))
                .help("the file was cut off or changed on its way: fetch it again")
        })?
    } else {
        packed
    };
    Ok(match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => rest.to_vec(),
        None => bytes,
    })
}

fn refused(path: &str, error: &PolarsError) -> Failure {
    let words = error.to_string();
    Failure::new(format!("`{path}` cannot be read: {}", words.lines().next().unwrap_or_default()))
        .help("is it separated text with a header line? `help read_csv` tells the options")
}

/// A value further down that does not have the type guessed from the first rows: which one, and where.
fn wrong_type(layout: &Layout<'_>, words: &str, bytes: &[u8], names: &[String]) -> Failure {
    // Polars says: could not parse `abc` as dtype `i64` at column 'amount' (column number 3)
    let path = layout.path;
    let between = |open: &str, close: &str| {
        words.split_once(open).and_then(|(_, rest)| rest.split_once(close)).map(|(word, _)| word.to_owned())
    };
    let (Some(value), Some(column)) = (between("parse `", "`"), between("column '", "'")) else {
        return Failure::new(format!("`{path}` cannot be read: {words}")).help("`help read_csv` tells the options");
    };
    let line = names.iter().position(|name| *name == column).and_then(|place| {
        let mut reader = layout.reader(bytes);
        let found = reader.byte_records().flatten().find(|record| record.get(place) == Some(value.as_bytes()));
        found.map(|record| check::line(bytes, check::start(bytes, &record)))
    });
    let at = line.map(|line| format!(", line {line}")).unwrap_or_default();
    let failure = Failure::new(format!("`{path}`{at}: `{value}` in column `{column}` does not fit the rows before"));
    if value.parse::<f64>().is_ok() {
        return failure
            .help(format!("read the column as numbers: `read_csv(\"{path}\", #{{types: #{{{column}: \"float\"}}}})`"));
    }
    failure
        .help(format!("read the column as text: `read_csv(\"{path}\", #{{types: #{{{column}: \"string\"}}}})`"))
        .help(format!("or call it missing: `read_csv(\"{path}\", #{{missing: [\"{value}\"]}})`"))
}

/// Writes a frame as CSV with a header, whole or not at all. Dates are ISO, numbers in full precision.
pub fn write_csv(frame: &Frame, path: &str, host: &dyn Host) -> Result<()> {
    let mut data = frame.data(host)?;
    door::write(path, |file| {
        CsvWriter::new(std::io::BufWriter::new(file)).finish(&mut data.0).map_err(|error| match error {
            PolarsError::IO { error, .. } => door::writing(path, &error),
            _ => Failure::new(format!("`{path}` cannot be written: a column holds lists or structs"))
                .help("CSV holds single values: write Parquet, or leave those columns out"),
        })
    })
}
