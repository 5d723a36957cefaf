//! Workbooks: `.xlsx`, and to read also `.xls`, `.xlsb` and `.ods`.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{CellErrorType, Data as Value, Range, Reader, open_workbook_auto_from_rs};
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};
use regulars_plugin::{ColumnKind, Failure, Host, Result};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::gather::{Found, Gather};
use super::moments::moment;
use super::{door, sink};
use crate::table::{Cell, Data, Frame, Import, thousands};

/// How a workbook is read.
#[derive(Debug, Clone, Default)]
pub struct ExcelOptions {
    /// The sheet; the first one with something on it unless told.
    pub sheet: Option<String>,
    /// The cells, such as `B3:F200`; all that are filled unless told.
    pub range: Option<String>,
    /// Whether the first row holds the names; yes unless told.
    pub header: Option<bool>,
}

/// Rows of a sheet, the header among them: the format knows no more.
pub const MOST_ROWS: usize = 1_048_576;
/// Columns of a sheet.
pub const MOST_COLUMNS: usize = 16_384;

/// Reads a sheet of a workbook.
pub fn read_excel(path: &str, options: &ExcelOptions, host: &dyn Host) -> Result<Frame> {
    let bytes = door::read_bytes(path)?;
    is_workbook(path, &bytes)?;
    // What is in a broken file may surprise the reader of the format as well.
    catch_unwind(AssertUnwindSafe(|| sheet_of(path, bytes, options, host))).unwrap_or_else(|_| Err(damaged(path)))
}

fn sheet_of(path: &str, bytes: Vec<u8>, options: &ExcelOptions, host: &dyn Host) -> Result<Frame> {
    let mut book = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|_| damaged(path))?;
    let names = book.sheet_names();
    let mut import = Import { source: path.to_owned(), ..Import::default() };
    let mut load = |name: &str| book.worksheet_range(name).map_err(|_| damaged(path));
    let (sheet, range) = match &options.sheet {
        Some(told) if names.contains(told) => (told.clone(), load(told)?),
        Some(told) => {
            return Err(
                Failure::new(format!("`{path}` has no sheet `{told}`")).near(told, names.iter().map(String::as_str))
            );
        }
        None => {
            let mut filled = None;
            for name in &names {
                let range = load(name)?;
                if !range.is_empty() {
                    filled = Some((name.clone(), range));
                    break;
                }
            }
            filled.ok_or_else(|| {
                Failure::new(format!("`{path}` has nothing on its sheets")).help("a header row and rows are wanted")
            })?
        }
    };
    if options.sheet.is_none() && names.len() > 1 {
        let others: Vec<String> = names.iter().filter(|name| **name != sheet).map(|name| format!("`{name}`")).collect();
        import.chosen.push(format!("sheet `{sheet}` is read; there are also {}", others.join(", ")));
    }
    if let Ok(formulas) = book.worksheet_formula(&sheet) {
        import.chosen.extend(uncomputed(&formulas, &range));
    }
    let range = match &options.range {
        Some(told) => part(&range, told)?,
        None => range,
    };
    let mut rows = range.rows();
    let header = options.header.unwrap_or(true);
    let names = if header {
        let first = rows.next().ok_or_else(|| {
            Failure::new(format!("sheet `{sheet}` of `{path}` is empty")).help("a header row and rows are wanted")
        })?;
        names_of(path, &sheet, first, &mut import)?
    } else {
        (1..=range.width()).map(|place| format!("column_{place}")).collect()
    };
    let mut gather = Gather::new(names);
    gather.wholes = true;
    for row in rows {
        if row.iter().all(|value| matches!(value, Value::Empty)) {
            continue;
        }
        for (place, value) in row.iter().enumerate() {
            let found = found(value);
            if let Value::Error(error) = value {
                gather.coerced(place, "are missing now: the sheet holds an error there", error_word(error));
            }
            gather.set(place, found);
        }
        gather.end_row();
        if gather.rows().is_multiple_of(4096) && host.is_cancelled() {
            return Err(Failure::interrupted());
        }
    }
    if gather.rows() == 0 {
        import.chosen.push(format!("sheet `{sheet}` of `{path}` has a header, but no rows"));
    }
    gather.frame(import)
}

/// What is told of formulas whose result is not stored, as some programs leave them: their cells are empty.
fn uncomputed(formulas: &Range<String>, range: &Range<Value>) -> Option<String> {
    let (top, left) = formulas.start()?;
    let place = |row: usize, column: usize| Some((top + u32::try_from(row).ok()?, left + u32::try_from(column).ok()?));
    let is_empty = |row: usize, column: usize| {
        let value = place(row, column).and_then(|place| range.get_value(place));
        value.is_none_or(|value| matches!(value, Value::Empty))
    };
    let mut empty = formulas.used_cells().filter(|(row, column, text)| !text.is_empty() && is_empty(*row, *column));
    let (row, column, text) = empty.next()?;
    let (row, _) = place(row, column)?;
    let count = thousands(1 + empty.count());
    Some(format!(
        "formulas without a stored result are missing values ({count}, the first is `={text}` in row {}): open the workbook \
         in a spreadsheet and save it",
        row + 1
    ))
}

fn damaged(path: &str) -> Failure {
    Failure::new(format!("`{path}` is a workbook, but it is cut off or damaged"))
        .help("open it in the program that wrote it, and save it again")
}

fn is_workbook(path: &str, bytes: &[u8]) -> Result<()> {
    if bytes.is_empty() {
        return Err(Failure::new(format!("`{path}` is empty")).help("fetch or write it again: nothing arrived in it"));
    }
    // What Office wraps an encrypted workbook in names its content so, in UTF-16.
    let mark: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        if bytes.windows(mark.len()).any(|window| window == mark) {
            return Err(Failure::new(format!("`{path}` is protected by a password"))
                .help("open it in a spreadsheet and save it without one"));
        }
        return Ok(());
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Ok(());
    }
    Err(super::columnar::another_kind(path, "Excel", bytes.get(..16).unwrap_or(bytes)))
}

/// The cells of a range such as `B3:F200`.
fn part(range: &Range<Value>, told: &str) -> Result<Range<Value>> {
    let wrong = || {
        Failure::new(format!("`range` is \"{told}\", but cells such as \"B3:F200\" are wanted"))
            .help("the first cell and the last one, with a colon between")
    };
    let (from, to) = told.split_once(':').ok_or_else(wrong)?;
    let (from, to) = (cell_of(from).ok_or_else(wrong)?, cell_of(to).ok_or_else(wrong)?);
    if from.0 > to.0 || from.1 > to.1 {
        return Err(wrong());
    }
    let end = range.end().unwrap_or_default();
    let to = (to.0.min(end.0.max(from.0)), to.1.min(end.1.max(from.1)));
    Ok(range.range(from, to))
}

/// Row and column of `B3`, from 0.
fn cell_of(text: &str) -> Option<(u32, u32)> {
    let text = text.trim().replace('$', "").to_ascii_uppercase();
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let column = text[..letters]
        .bytes()
        .try_fold(0_u32, |column, letter| column.checked_mul(26)?.checked_add(u32::from(letter - b'A') + 1))?;
    let row: u32 = text[letters..].parse().ok()?;
    let fits = column <= MOST_COLUMNS as u32 && row <= MOST_ROWS as u32;
    (fits && column > 0 && row > 0).then(|| (row - 1, column - 1))
}

fn names_of(path: &str, sheet: &str, first: &[Value], import: &mut Import) -> Result<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    let mut unnamed = 0;
    for (place, value) in first.iter().enumerate() {
        let name = match value {
            Value::Empty => {
                unnamed += 1;
                format!("column_{}", place + 1)
            }
            value => value.to_string(),
        };
        if names.contains(&name) {
            return Err(Failure::new(format!("sheet `{sheet}` of `{path}` has two columns called `{name}`")).help(
                "give one of them another name in the first row, or say where the table lies: `range: \"B3:F200\"`",
            ));
        }
        names.push(name);
    }
    if unnamed > 0 {
        import.chosen.push(format!("{unnamed} columns of sheet `{sheet}` have no name in the first row"));
    }
    Ok(names)
}

fn found(value: &Value) -> Found {
    match value {
        Value::Int(number) => Found::Whole(*number),
        Value::Float(number) => Found::Number(*number),
        Value::String(text) => Found::Text(text.clone()),
        Value::Bool(flag) => Found::Flag(*flag),
        Value::DateTime(time) if time.is_duration() => clock(time.as_f64()),
        Value::DateTime(time) => match time.as_datetime() {
            // A time of day alone stands on the day before the first one.
            Some(_) if time.as_f64() < 1.0 => clock(time.as_f64()),
            Some(moment) => day_or_moment(moment),
            None => Found::Missing,
        },
        Value::DateTimeIso(text) => match moment(text.as_bytes(), None) {
            Some((moment, true)) => Found::Moment(moment),
            Some((moment, false)) => Found::Day(moment.date()),
            None => Found::Text(text.clone()),
        },
        Value::DurationIso(text) => Found::Text(text.clone()),
        Value::Error(_) | Value::Empty => Found::Missing,
    }
}

fn day_or_moment(moment: NaiveDateTime) -> Found {
    if moment.time() == NaiveTime::MIN { Found::Day(moment.date()) } else { Found::Moment(moment) }
}

/// A part of a day as the time on the clock; hours beyond a day are text, as no clock shows them.
fn clock(days: f64) -> Found {
    let seconds = (days * 86_400.0).round();
    if (0.0..86_400.0).contains(&seconds) {
        NaiveTime::from_num_seconds_from_midnight_opt(seconds as u32, 0).map_or(Found::Missing, Found::Clock)
    } else {
        let whole = seconds.abs() as u64;
        let sign = if seconds < 0.0 { "-" } else { "" };
        Found::Text(format!("{sign}{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60))
    }
}

fn error_word(error: &CellErrorType) -> &'static str {
    match error {
        CellErrorType::Div0 => "#DIV/0!",
        CellErrorType::NA => "#N/A",
        CellErrorType::Name => "#NAME?",
        CellErrorType::Null => "#NULL!",
        CellErrorType::Num => "#NUM!",
        CellErrorType::Ref => "#REF!",
        CellErrorType::Value => "#VALUE!",
        _ => "an error",
    }
}

/// Writes a frame as a sheet: a bold header that stays in sight, dates as dates, numbers with their format, columns as
/// wide as what they hold, and a filter on the header.
pub fn write_excel(frame: &Frame, path: &str, sheet: Option<&str>, host: &dyn Host) -> Result<()> {
    let data = frame.data(host)?;
    let names = data.names();
    if data.height() >= MOST_ROWS || names.len() > MOST_COLUMNS {
        return Err(Failure::new(format!(
            "`{path}` cannot be written: {} rows × {} columns, but a sheet holds {} × {}",
            thousands(data.height()),
            thousands(names.len()),
            thousands(MOST_ROWS - 1),
            thousands(MOST_COLUMNS)
        ))
        .help("write CSV or Parquet, or a part of the rows: `.head(1000000)`"));
    }
    let refused = |error: XlsxError| match error {
        XlsxError::IoError(error) => door::writing(path, &error),
        XlsxError::MaxStringLengthExceeded => {
            Failure::new(format!("`{path}` cannot be written: a text is longer than a cell holds"))
                .help("a cell holds 32,767 letters: shorten the text, or write CSV")
        }
        _ => Failure::new(format!(
            "`{path}` cannot be written: the sheet cannot be called `{}`",
            sheet.unwrap_or("data")
        ))
        .help("a name has 1 to 31 letters, none of them one of [ ] : * ? / \\"),
    };
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    page.set_name(sheet.unwrap_or("data")).map_err(refused)?;
    fill(page, &data, host).map_err(|error| match error {
        Stopped::Sheet(error) => refused(error),
        Stopped::Failure(failure) => failure,
    })?;
    door::write(path, |file| {
        sink::packed(path, file, |out| {
            let bytes = book.save_to_buffer().map_err(refused)?;
            out.write_all(&bytes).map_err(|error| door::writing(path, &error))
        })
    })
}

enum Stopped {
    Sheet(XlsxError),
    Failure(Failure),
}

impl From<XlsxError> for Stopped {
    fn from(error: XlsxError) -> Self {
        Stopped::Sheet(error)
    }
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Stopped::Failure(failure)
    }
}

/// Whether whole numbers of a column name somebody or something, as one of its words says.
fn names_somebody(column: &str) -> bool {
    const WORDS: [&str; 8] = ["customer", "id", "year", "order", "zip", "invoice", "product", "code"];
    let lower = column.to_lowercase();
    let mut words = lower.split(|letter: char| !letter.is_alphanumeric());
    words.any(|word| WORDS.contains(&word)) || column.ends_with("ID") || column.ends_with("Id")
}

/// Whether a day is in the calendar of workbooks, which begins with 1900.
fn in_calendar(day: NaiveDate) -> bool {
    (1900..=9999).contains(&day.year())
}

fn fill(page: &mut Worksheet, data: &Data, host: &dyn Host) -> std::result::Result<(), Stopped> {
    let header = Format::new().set_bold();
    let whole = Format::new().set_num_format("#,##0");
    let plain = Format::new();
    let number = Format::new().set_num_format("#,##0.00##########");
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let moment = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
    let names: Vec<String> = data.names().into_iter().map(str::to_owned).collect();
    for (place, name) in names.iter().enumerate() {
        let column = place as u16;
        page.write_string_with_format(0, column, name, &header)?;
        let mut widest = name.chars().count() + 3;
        // Years and numbers of customers are no amounts: thousands are not set apart in what names somebody.
        let is_key = names_somebody(name);
        let whole = if is_key || data.kind(name)? != ColumnKind::Integer { &plain } else { &whole };
        for (row, cell) in data.cells(name)?.into_iter().enumerate() {
            let line = row as u32 + 1;
            let length = match &cell {
                Cell::Missing => 0,
                // Beyond 2⁵³ a cell would round: the digits are kept as text.
                Cell::Integer(number) if number.unsigned_abs() > 1 << 53 => {
                    page.write_string(line, column, number.to_string())?;
                    20
                }
                Cell::Integer(number) => {
                    page.write_number_with_format(line, column, *number as f64, whole)?;
                    number.to_string().len() + number.to_string().len() / 3
                }
                Cell::Number(value) if value.is_finite() => {
                    page.write_number_with_format(line, column, *value, &number)?;
                    format!("{value:.2}").len() + 2
                }
                Cell::Flag(flag) => {
                    page.write_boolean(line, column, *flag)?;
                    5
                }
                Cell::Date(date) if in_calendar(*date) => {
                    page.write_datetime_with_format(line, column, date, &day)?;
                    11
                }
                Cell::Time(time) if in_calendar(time.date()) => {
                    page.write_datetime_with_format(line, column, time, &moment)?;
                    20
                }
                other => {
                    let text = other.plain();
                    let length = text.chars().count();
                    page.write_string(line, column, text)?;
                    length
                }
            };
            widest = widest.max(length);
            if row % 4096 == 0 && host.is_cancelled() {
                return Err(Failure::interrupted().into());
            }
        }
        page.set_column_width(column, widest.clamp(6, 60) as f64 + 1.0)?;
    }
    page.set_freeze_panes(1, 0)?;
    if !names.is_empty() {
        page.autofilter(0, 0, data.height() as u32, names.len() as u16 - 1)?;
    }
    Ok(())
}
