//! Laws of files: what is written is read again, and looking at any bytes never breaks.

use proptest::prelude::*;
use regulars::files::{self, CsvOptions, ExcelOptions};
use regulars::show::{self, Value};
use regulars_plugin::Quiet;
use serde_json::{Value as Json, json};

use crate::examples::session;
use crate::formats::{ENDINGS, Place};

/// One row: a whole number, a number, text, a day, a moment, a flag; any of them missing.
type Row = (Option<i64>, Option<f64>, Option<String>, Option<i64>, Option<i64>, Option<bool>);

fn rows() -> impl Strategy<Value = Vec<Row>> {
    // Text begins with a letter: text that is written as a number comes back from CSV as one.
    let text = "[xyzé北][a-z\"',;\t|\\\\ éß北京0-9\n]{0,12}[a-z]";
    let some = (
        proptest::option::of(-9_007_199_254_740_992_i64..=9_007_199_254_740_992),
        proptest::option::of(prop_oneof![-1e9..1e9, Just(0.1), Just(-0.5), Just(1e-7), Just(123_456_789.25)]),
        proptest::option::of(text),
        proptest::option::of(0_i64..20_000),
        proptest::option::of(1_i64..1_600_000_000),
        proptest::option::of(any::<bool>()),
    );
    proptest::collection::vec(some, 1..12)
}

fn day(days: i64) -> String {
    (chrono::NaiveDate::from_ymd_opt(1970, 1, 1).unwrap() + chrono::Days::new(days as u64)).to_string()
}

fn moment(seconds: i64) -> String {
    // Never midnight: a column of days alone is one of dates.
    let seconds = if seconds % 86_400 == 0 { seconds + 1 } else { seconds };
    chrono::DateTime::from_timestamp(seconds, 0).unwrap().naive_utc().format("%Y-%m-%dT%H:%M:%S").to_string()
}

/// The frame as a script makes it.
fn frame(rows: &[Row]) -> String {
    fn list<T>(rows: &[Row], pick: impl Fn(&Row) -> Option<T>, say: impl Fn(T) -> String) -> String {
        let cells: Vec<String> = rows.iter().map(|row| pick(row).map_or("()".to_owned(), &say)).collect();
        format!("[{}]", cells.join(", "))
    }
    // A row that lacks nothing gives every column its type.
    let quoted = |text: String| serde_json::to_string(&text).unwrap();
    format!(
        "frame(#{{key: {}, whole: {}, number: {}, text: {}, day: {}, at: {}, flag: {}}}).with_columns(\
         col(\"day\").str.to_date(\"%Y-%m-%d\"), col(\"at\").str.to_datetime(\"%Y-%m-%dT%H:%M:%S\"))",
        list(rows, |_| Some(()), |()| "\"k\"".to_owned()),
        list(rows, |row| row.0, |value| value.to_string()),
        list(rows, |row| row.1, |value| format!("{value:?}")),
        list(rows, |row| row.2.clone(), quoted),
        list(rows, |row| row.3, |value| format!("\"{}\"", day(value))),
        list(rows, |row| row.4, |value| format!("\"{}\"", moment(value))),
        list(rows, |row| row.5, |value| value.to_string()),
    )
}

fn wanted(rows: &[Row]) -> Vec<Json> {
    let one = |row: &Row| {
        json!({
            "key": "k", "whole": row.0, "number": row.1, "text": row.2, "day": row.3.map(day), "at": row.4.map(moment),
            "flag": row.5
        })
    };
    rows.iter().map(one).collect()
}

/// The frame that code makes: its numbers to the last digit, and all else as JSON.
fn read(place: &Place, code: &str) -> (Vec<Option<f64>>, Vec<Json>) {
    let value = session(Vec::new()).run(&place.code(code)).answer.unwrap_or_else(|failure| panic!("{code}: {failure}"));
    let Value::Frame(frame) = &value else { panic!("{code}: no frame") };
    let numbers = frame.data(&Quiet).unwrap().numbers("number").unwrap();
    let rows: Json = serde_json::from_str(&show::export(&value, show::Format::Json, &Quiet).unwrap()).unwrap();
    (numbers, rows.as_array().unwrap().clone())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_again(mut rows in rows()) {
        rows.push((Some(1), Some(0.5), Some("x".to_owned()), Some(1), Some(1), Some(true)));
        let place = Place::with(&[]);
        let wanted = wanted(&rows);
        let numbers: Vec<Option<f64>> = rows.iter().map(|row| row.1).collect();
        let calls = ENDINGS.map(|ending| format!("f.write(\"DIR/x.{ending}\"); read(\"DIR/x.{ending}\")"));
        let base = "f.write_sqlite(\"DIR/x.db\", \"t\"); read_sqlite(\"DIR/x.db\", \"t\")".to_owned();
        for call in calls.into_iter().chain([base]) {
            let (found, read) = read(&place, &format!("let f = {}; {call}", frame(&rows)));
            prop_assert_eq!(&found, &numbers, "{}", call);
            prop_assert_eq!(read.len(), wanted.len(), "{}", call);
            for (read, wanted) in read.iter().zip(&wanted) {
                for (name, value) in wanted.as_object().unwrap().iter().filter(|(name, _)| *name != "number") {
                    // A database has no flags: they are 0 and 1 there.
                    let flag = value.as_bool().map(i64::from).filter(|_| call.contains("sqlite"));
                    let value = flag.map_or(value.clone(), Json::from);
                    prop_assert!(read[name] == value, "{}: {}: {} became {}", call, name, value, read[name]);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_break_a_reader(bytes in proptest::collection::vec(any::<u8>(), 0..400), kind in 0..7_usize) {
        let begins: [&[u8]; 7] = [b"", b"PAR1", b"ARROW1\0\0", b"PK\x03\x04", b"SQLite format 3\0", b"\x1f\x8b\x08", b"\xd0\xcf\x11\xe0"];
        let bytes = [begins[kind], &bytes].concat();
        let place = Place::with(&[("x", &bytes)]);
        let path = place.0.path().join("x").display().to_string();
        let results = [
            files::read_csv(&path, &CsvOptions::default(), &Quiet),
            files::read_json(&path),
            files::read_ndjson(&path, false, &Quiet),
            files::read_parquet(&path).and_then(|frame| { frame.data(&Quiet)?; Ok(frame) }),
            files::read_ipc(&path).and_then(|frame| { frame.data(&Quiet)?; Ok(frame) }),
            files::read_excel(&path, &ExcelOptions::default(), &Quiet),
            files::read_sqlite(&path, "t", &Quiet),
        ];
        for failure in results.into_iter().filter_map(Result::err) {
            prop_assert!(!failure.message.is_empty() && !failure.help.is_empty(), "{}", failure);
        }
    }

    #[test]
    fn no_text_breaks_the_reader_of_text(text in "[a1,;\t|\"'\n\r é北.:-]{0,200}") {
        let place = Place::with(&[("x.csv", text.as_bytes())]);
        let path = place.0.path().join("x.csv").display().to_string();
        if let Ok(frame) = files::read_csv(&path, &CsvOptions::default(), &Quiet) {
            // Every row is read or rejected, and the report says so.
            let report = frame.import_report(&Quiet).unwrap().unwrap();
            prop_assert_eq!(report.data(&Quiet).unwrap().integers("rows").unwrap()[0], Some(frame.height(&Quiet).unwrap() as i64));
        }
    }
}
