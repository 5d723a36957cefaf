//! What can be wrong with a separated text file, told with its line before any value is read.

use std::borrow::Cow;

use regulars_plugin::{Failure, Result};

use super::Layout;

/// Characters of a wrong line that are told.
const SHOWN: usize = 70;

/// The bytes as they are to be read, or what is wrong with them: nothing in them, another encoding, lines of unequal
/// length, a quote that is never closed, two columns of one name.
///
/// A blank line in a file of several columns is no row, as in pandas; in a file of one column it is a missing value.
/// Line ends of old Macs (`\r` alone) count as line ends.
pub(super) fn checked<'a>(layout: &Layout<'_>, bytes: &'a [u8]) -> Result<Cow<'a, [u8]>> {
    is_text(layout.path, bytes)?;
    let bytes = if bytes.contains(&b'\r') && !bytes.contains(&b'\n') {
        Cow::Owned(bytes.iter().map(|byte| if *byte == b'\r' { b'\n' } else { *byte }).collect::<Vec<u8>>())
    } else {
        Cow::Borrowed(bytes)
    };
    Ok(match rows(layout, &bytes)? {
        Some(starts) => Cow::Owned(without_blank_lines(&bytes, &starts)),
        None => bytes,
    })
}

/// Whether the bytes are text that can be read.
fn is_text(path: &str, bytes: &[u8]) -> Result<()> {
    let no_text = |advice: &str| Failure::new(format!("`{path}` is no text")).help(advice);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Failure::new(format!("`{path}` is empty")).help("a header line and rows are wanted"));
    }
    if bytes.starts_with(b"PAR1") {
        return Err(no_text("it looks like a Parquet file: use `read_parquet`"));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(no_text("it looks like a packed file or an Excel sheet: save the sheet as CSV"));
    }
    let zeros = bytes.iter().filter(|byte| **byte == 0).count();
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) || zeros * 3 > bytes.len() {
        return Err(encoding(path, "UTF-16", "UTF-16", 1));
    }
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return Err(no_text(&format!("line {} holds a zero byte: is it a file of another program?", line(bytes, at))));
    }
    match std::str::from_utf8(bytes) {
        Ok(_) => Ok(()),
        Err(error) => Err(encoding(path, "another encoding than UTF-8", "LATIN1", line(bytes, error.valid_up_to()))
            .help("instead of LATIN1 whichever it has: WINDOWS-1252, GB18030, SHIFT_JIS …")),
    }
}

fn encoding(path: &str, found: &str, code: &str, line: usize) -> Failure {
    Failure::new(format!("`{path}`, line {line}: the file is written in {found}"))
        .help("save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\")")
        .help(format!("or convert it at the shell: `iconv -f {code} -t UTF-8 old.csv > new.csv`"))
}

/// Looks at every row. Where there are blank lines between them, the answer tells where the rows begin.
fn rows(layout: &Layout<'_>, bytes: &[u8]) -> Result<Option<Vec<usize>>> {
    let mut reader = layout.reader(bytes);
    let mut record = csv::ByteRecord::new();
    let mut wanted = None;
    let mut blank = false;
    let mut last = 0;
    while reader.read_byte_record(&mut record).unwrap_or(false) {
        let start = start(bytes, &record);
        let fields = record.len();
        if wanted.is_none() {
            header(layout, bytes, &record)?;
        }
        let wanted = *wanted.get_or_insert(fields);
        if fields != wanted {
            return Err(ragged(layout.path, bytes, start, fields, wanted));
        }
        // The reader passes over blank lines: its position is that of the first of them.
        blank |= record.position().is_some_and(|position| position.byte() as usize != start);
        last = start;
    }
    unclosed(layout.path, bytes, last)?;
    let tail = &bytes[last..];
    blank |= tail.ends_with(b"\n\n") || tail.ends_with(b"\n\r\n");
    if !blank || wanted == Some(1) {
        return Ok(None);
    }
    let mut starts = Vec::new();
    let mut reader = layout.reader(bytes);
    while reader.read_byte_record(&mut record).unwrap_or(false) {
        starts.push(start(bytes, &record));
    }
    Ok(Some(starts))
}

/// Names of the columns in which a whole number begins with a zero: article numbers, postcodes, customers called 00042.
/// Read as numbers, 42 and 00042 would be one.
pub(super) fn padded_columns(layout: &Layout<'_>, bytes: &[u8]) -> Vec<String> {
    let mut reader = layout.reader(bytes);
    let mut record = csv::ByteRecord::new();
    let mut names: Vec<String> = Vec::new();
    let mut padded: Vec<bool> = Vec::new();
    while reader.read_byte_record(&mut record).unwrap_or(false) {
        if names.is_empty() {
            let name = |(place, name): (usize, &[u8])| match layout.has_header {
                true => String::from_utf8_lossy(name).into_owned(),
                false => format!("column_{}", place + 1),
            };
            names = record.iter().enumerate().map(name).collect();
            padded = vec![false; names.len()];
            if layout.has_header {
                continue;
            }
        }
        for (field, padded) in record.iter().zip(&mut padded) {
            *padded |= field.len() > 1 && field[0] == b'0' && field.iter().all(u8::is_ascii_digit);
        }
    }
    names.into_iter().zip(padded).filter_map(|(name, padded)| padded.then_some(name)).collect()
}

fn without_blank_lines(bytes: &[u8], starts: &[usize]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(bytes.len());
    for (place, start) in starts.iter().enumerate() {
        let end = starts.get(place + 1).copied().unwrap_or(bytes.len());
        // Blanks and tabs at the end may be fields.
        let row = &bytes[*start..end];
        let length = row.iter().rposition(|byte| !matches!(byte, b'\n' | b'\r')).map_or(0, |last| last + 1);
        kept.extend_from_slice(&row[..length]);
        kept.push(b'\n');
    }
    kept
}

/// The first line: separated as we think, and each name once.
fn header(layout: &Layout<'_>, bytes: &[u8], record: &csv::ByteRecord) -> Result<()> {
    let path = layout.path;
    if record.len() == 1 {
        let first = text_at(bytes, start(bytes, record));
        let other =
            [';', '\t', '|', ','].into_iter().find(|mark| *mark as u8 != layout.separator && first.contains(*mark));
        if let Some(mark) = other {
            let shown = if mark == '\t' { "\\t".to_owned() } else { mark.to_string() };
            return Err(Failure::new(format!(
                "`{path}`, line 1: there is one column only, but the line holds `{shown}`"
            ))
            .help(format!("say so: `read_csv(\"{path}\", #{{separator: \"{shown}\"}})`")));
        }
    }
    if !layout.has_header {
        return Ok(());
    }
    for (place, name) in record.iter().enumerate() {
        if !name.is_empty() && record.iter().take(place).any(|other| other == name) {
            let name = String::from_utf8_lossy(name);
            return Err(Failure::new(format!("`{path}`, line 1: two columns are called `{name}`"))
                .help("give one of them another name in the header"));
        }
    }
    Ok(())
}

fn ragged(path: &str, bytes: &[u8], start: usize, fields: usize, wanted: usize) -> Failure {
    let plural = if fields == 1 { "field" } else { "fields" };
    let failure = Failure::new(format!(
        "`{path}`, line {}: {fields} {plural}, but the first line has {wanted}",
        line(bytes, start)
    ))
    .help(format!("the line is: {}", text_at(bytes, start)));
    if fields > wanted {
        failure.help("put fields that hold a separator into double quotes")
    } else {
        failure.help("complete the line, or take it out; an empty field is written as nothing between two separators")
    }
}

/// A quote that is opened in the last row and takes the rest of the file with it.
fn unclosed(path: &str, bytes: &[u8], last: usize) -> Result<()> {
    let row = &bytes[last..];
    let spans_lines = row.trim_ascii_end().contains(&b'\n');
    let quotes = row.iter().filter(|byte| **byte == b'"').count();
    if !spans_lines || quotes.is_multiple_of(2) {
        return Ok(());
    }
    Err(Failure::new(format!("`{path}`, line {}: a double quote is opened and never closed", line(bytes, last)))
        .help(format!("the line is: {}", text_at(bytes, last)))
        .help("close it, or write it twice where it belongs to the text: `\"5\"\" disk\"`"))
}

/// Where a row begins, behind the blank lines before it.
pub(super) fn start(bytes: &[u8], record: &csv::ByteRecord) -> usize {
    let begins = record.position().map_or(0, |position| position.byte() as usize).min(bytes.len());
    let blank = bytes[begins..].iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
    begins + blank
}

/// The line of a byte, from 1.
pub(super) fn line(bytes: &[u8], at: usize) -> usize {
    1 + bytes[..at].iter().filter(|byte| **byte == b'\n').count()
}

/// The beginning of the line that begins there.
fn text_at(bytes: &[u8], start: usize) -> String {
    let line = bytes[start..].split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let text = String::from_utf8_lossy(line);
    let mut shown: String = text.chars().take(SHOWN).collect();
    if text.chars().count() > SHOWN {
        shown.push('…');
    }
    shown
}
