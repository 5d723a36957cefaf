//! Every format: what it keeps, what it chooses and tells, and that a file is written whole or not at all.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use polars::prelude::{Column, DataFrame, DataType, IntoColumn, NamedFrom, ParquetWriter, Series};
use regulars_plugin::{Failure, Host, Quiet};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

use crate::examples::session;
use crate::program::{names_in, program, run, told};
use crate::witnesses::answer;

/// A folder with files, and scripts in which `DIR` is its name.
pub struct Place(pub TempDir);

impl Place {
    pub fn with(files: &[(&str, &[u8])]) -> Place {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        Place(folder)
    }

    pub fn code(&self, code: &str) -> String {
        code.replace("DIR", &self.0.path().display().to_string())
    }

    pub fn answer(&self, code: &str) -> Json {
        answer(&self.code(code))
    }

    /// Message and advice of the failure that the code ends with.
    #[track_caller]
    pub fn failure(&self, code: &str) -> String {
        self.refusal(code).to_string()
    }

    /// The failure that the code ends with.
    #[track_caller]
    pub fn refusal(&self, code: &str) -> Failure {
        let failure =
            session(Vec::new()).run(&self.code(code)).answer.err().unwrap_or_else(|| panic!("{code}: no failure"));
        assert!(!failure.help.is_empty(), "{code}: no advice: {failure}");
        failure
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }
}

pub const ENDINGS: [&str; 11] =
    ["csv", "tsv", "csv.gz", "csv.zst", "parquet", "arrow", "ndjson", "ndjson.gz", "json", "json.zst", "xlsx"];

#[test]
fn every_ending_is_written_and_read() {
    let place = Place::with(&[]);
    for ending in ENDINGS {
        let rows =
            place.answer(&format!("sample(\"cdnow\").head(50).write(\"DIR/x.{ending}\"); read(\"DIR/x.{ending}\")"));
        assert_eq!(rows, answer("sample(\"cdnow\").head(50)"), "{ending}");
    }
    let words = place.failure("sample(\"cdnow\").write(\"DIR/x.sas\")");
    assert!(words.contains("ends in `.sas`"), "{words}");
    assert!(place.failure("read(\"DIR/x.db\")").contains("read_sqlite"));
    assert!(place.failure("read(\"cdnow\")").contains("sample(\"cdnow\")"));
    assert!(place.failure("sample(\"cdnow\").write(\"DIR/x.xls\")").contains(".xlsx only"));
    assert!(place.failure("sample(\"cdnow\").write(\"https://example.org/x.csv\")").contains("is an address"));
}

/// A failure in the middle of the work leaves what was there, and nothing beside it.
#[test]
fn a_failed_write_of_any_format_keeps_what_was_there() {
    for ending in ENDINGS {
        let name = format!("x.{ending}");
        let place = Place::with(&[(name.as_str(), b"before")]);
        let failing = "sample(\"cdnow\").with_columns((col(\"amount\").cast(\"string\") + \"x\").cast(\"int\"))";
        place.failure(&format!("{failing}.write(\"DIR/{name}\")"));
        assert_eq!(std::fs::read(place.path(&name)).unwrap(), b"before", "{ending}");
        assert_eq!(names_in(place.0.path()), [name]);
    }
}

/// Somebody who presses Ctrl-C after so many looks.
struct Impatient(AtomicUsize);

impl Host for Impatient {
    fn is_cancelled(&self) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_err()
    }

    fn progress(&self, _: u64, _: u64, _: &str) {}

    fn warn(&self, _: &str) {}
}

#[test]
fn an_interrupted_write_leaves_what_was_there() {
    let place = Place::with(&[]);
    place.answer("sample(\"cdnow\").write(\"DIR/from.parquet\"); 1");
    for ending in ENDINGS {
        let name = format!("x.{ending}");
        std::fs::write(place.path(&name), "before").unwrap();
        let frame = regulars::files::read_parquet(&place.path("from.parquet")).unwrap();
        let failure = regulars::files::write_any(&frame, &place.path(&name), &Impatient(AtomicUsize::new(0)));
        assert!(failure.is_err_and(|failure| failure.cancelled), "{ending}");
        assert_eq!(std::fs::read(place.path(&name)).unwrap(), b"before", "{ending}");
        std::fs::remove_file(place.path(&name)).unwrap();
    }
    let orders = regulars::files::read_parquet(&place.path("from.parquet")).unwrap();
    let stopped = Impatient(AtomicUsize::new(1));
    let failure = regulars::files::write_sqlite(&orders, &place.path("x.db"), "orders", Default::default(), &stopped);
    assert!(failure.is_err_and(|failure| failure.cancelled));
    assert_eq!(names_in(place.0.path()), ["from.parquet"]);
}

/// A frame that reads a file is written batch by batch: it is not gathered in memory for it.
#[test]
fn a_lazy_frame_is_written_without_being_computed() {
    let place = Place::with(&[]);
    place.answer("sample(\"cdnow\").write(\"DIR/x.parquet\"); 1");
    let frame = regulars::files::read_parquet(&place.path("x.parquet")).unwrap();
    for ending in ["csv", "csv.gz", "parquet", "arrow", "ndjson", "json"] {
        regulars::files::write_any(&frame, &place.path(&format!("y.{ending}")), &Quiet).unwrap();
        assert!(!frame.is_computed(), "{ending}");
        assert_eq!(place.answer(&format!("read(\"DIR/y.{ending}\")")), answer("sample(\"cdnow\")"), "{ending}");
    }
    regulars::files::write_sqlite(&frame, &place.path("y.db"), "orders", Default::default(), &Quiet).unwrap();
    assert!(!frame.is_computed());
}

#[test]
fn the_report_counts_rows_and_values() {
    let mut text = String::from("customer,date,amount,zip\n");
    for row in 0..200 {
        text += &format!("c{row},2024-01-{:02},{row}.5,0{row}\n", row % 28 + 1);
    }
    text += "x,2024-01-01\nx,2024-01-01,NA,1\nx,2024-01-01,closed,1\nx,,3,1\n";
    let place = Place::with(&[("x.csv", text.as_bytes())]);
    let report = place.answer("read_csv(\"DIR/x.csv\").import_report()");
    let line = |column: &str| report.as_array().unwrap().iter().find(|row| row["column"] == column).unwrap().clone();
    let whole = &report[0];
    assert_eq!((&whole["rows"], &whole["rejected"], &whole["coerced"]), (&json!(203), &json!(1), &json!(2)));
    assert_eq!(whole["examples"], "line 202: 2 of 4 fields, `x,2024-01-01`");
    let amount = line("amount");
    assert_eq!((&amount["type"], &amount["coerced"], &amount["missing"]), (&json!("number"), &json!(2), &json!(2)));
    assert_eq!(amount["examples"], "`NA` (line 203); `closed` (line 204)");
    assert_eq!((&line("date")["missing"], &line("date")["coerced"]), (&json!(1), &json!(0)));
    assert_eq!((&line("zip")["type"], &line("zip")["coerced"]), (&json!("text"), &json!(0)));
    // What was lost on the way is told by every answer made of it.
    let notes = place.answer("read_csv(\"DIR/x.csv\").filter(col(\"amount\") > 1).rfm().notes").to_string();
    assert!(notes.contains("1 of 204 rows of `") && notes.contains("2 values of `amount`"), "{notes}");
    assert!(place.failure("sample(\"cdnow\").import_report()").contains("was not read from outside"));
    let clean = place.answer("sample(\"cdnow\").write(\"DIR/c.csv\"); read_csv(\"DIR/c.csv\").notes");
    assert_eq!(clean, json!([]));
}

#[test]
fn options_of_csv_say_otherwise() {
    let place = Place::with(&[
        ("x.csv", b"Report of 2024\nid;day;sum;note\n007;31.01.2024;1,5;'a;b'\n8;01.02.2024;-;x\n"),
        ("bare.csv", b"ann,2024-01-31,10\nbob,2024-02-01,20\n"),
    ]);
    let told = "#{skip_rows: 1, separator: \";\", quote: \"'\", decimal_comma: true, date_format: \"%d.%m.%Y\", types: #{id: \"int\"}}";
    assert_eq!(
        place.answer(&format!("read_csv(\"DIR/x.csv\", {told})")),
        json!([
            {"id": 7, "day": "2024-01-31", "sum": 1.5, "note": "a;b"},
            {"id": 8, "day": "2024-02-01", "sum": null, "note": "x"}
        ])
    );
    let some = "#{skip_rows: 1, quote: \"'\", columns: [\"note\", \"id\"], missing: [\"x\"]}";
    assert_eq!(
        place.answer(&format!("read_csv(\"DIR/x.csv\", {some})")),
        json!([{"note": "a;b", "id": "007"}, {"note": null, "id": "8"}])
    );
    assert_eq!(place.answer("read_csv(\"DIR/bare.csv\").columns"), json!(["column_1", "column_2", "column_3"]));
    assert_eq!(place.answer("read_csv(\"DIR/bare.csv\", #{header: true}).columns"), json!(["ann", "2024-01-31", "10"]));
    let words = place.failure("read_csv(\"DIR/bare.csv\", #{columns: [\"name\"]})");
    assert!(words.contains("`columns` names a column `name`"), "{words}");
}

#[test]
fn several_files_are_one_table() {
    let place = Place::with(&[
        ("sales/year=2023/a.csv", b"customer,amount\n1,10\n"),
        ("sales/year=2024/b.csv", b"customer,amount,channel\n2,20.5,web\n"),
        ("sales/year=2024/c.csv", b"customer,amount\nC3,30\n"),
        ("sales/year=2024/_notes.csv", b"not,this\n"),
        ("sales/year=2024/readme.md", b"nor this"),
    ]);
    let wanted = json!([
        {"customer": "1", "amount": 10.0, "channel": null, "year": 2023},
        {"customer": "2", "amount": 20.5, "channel": "web", "year": 2024},
        {"customer": "C3", "amount": 30.0, "channel": null, "year": 2024}
    ]);
    assert_eq!(place.answer("read_csv(\"DIR/sales\")"), wanted);
    assert_eq!(place.answer("read_csv(\"DIR/sales/year=*/?.csv\")"), wanted);
    assert_eq!(place.answer("read_csv(\"DIR/**/[a-c].csv\")"), wanted);
    assert_eq!(place.answer("read_csv(\"DIR/sales/year=2023\").columns"), json!(["customer", "amount"]));
    let notes = place.answer("read_csv(\"DIR/sales\").notes").to_string();
    assert!(notes.contains("a.csv` has no column `channel` (text): missing in its rows"), "{notes}");
    assert!(place.failure("read_csv(\"DIR/sales\", #{strict: true})").contains("a.csv` has no column `channel`"));
    assert!(place.failure("read_csv(\"DIR/sales/*.csv\")").contains("no file matches"));
    assert!(place.failure("read_parquet(\"DIR/sales\")").contains("holds no file ending in `.parquet`"));
    for (name, code) in [("a", "2023"), ("b", "2024")] {
        let folder = place.0.path().join(format!("lake/year={code}"));
        std::fs::create_dir_all(folder).unwrap();
        place.answer(&format!(
            "frame(#{{customer: [{code}], amount: [1]}}).write(\"DIR/lake/year={code}/{name}.parquet\"); 1"
        ));
    }
    let lake = json!([{"amount": 1, "customer": 2024, "year": 2024}]);
    assert_eq!(place.answer("read_parquet(\"DIR/lake\").filter(col(\"year\") == 2024)"), lake);
    assert_eq!(place.answer("read_parquet(\"DIR/lake/year=*/b.parquet\")"), lake);
    // Nothing but the rows is asked for: Polars counts those of several files with a type that is not in this build.
    assert_eq!(place.answer("read_parquet(\"DIR/lake\").height"), 2);
    assert_eq!(place.answer("read_parquet(\"DIR/lake\").select(len().alias(\"n\")).item()"), 2);
}

fn parquet(place: &Place, columns: Vec<Column>) {
    let mut data = DataFrame::new_infer_height(columns).unwrap();
    ParquetWriter::new(std::fs::File::create(place.path("x.parquet")).unwrap()).finish(&mut data).unwrap();
}

#[test]
fn money_as_a_decimal_is_exact_and_the_functions_take_it() {
    let place = Place::with(&[]);
    let amounts = Series::new("amount".into(), ["0.10", "0.20", "12.50"]).cast(&DataType::Decimal(12, 2)).unwrap();
    let segment = Series::new("segment".into(), ["a", "b", "a"]);
    let segment = segment.cast(&DataType::from_categories(polars::prelude::Categories::global())).unwrap();
    let time = Series::new("at".into(), [43_200_000_000_000_i64, 0, 1_000_000_000]).cast(&DataType::Time).unwrap();
    let dates = ["2024-01-01", "2024-01-02", "2024-01-03"];
    let columns = vec![
        Series::new("customer".into(), [1_i64, 1, 2]).into_column(),
        Series::new("date".into(), dates).cast(&DataType::Date).unwrap().into_column(),
        amounts.into_column(),
        segment.into_column(),
        time.into_column(),
    ];
    parquet(&place, columns);
    let rows = place.answer("read(\"DIR/x.parquet\")");
    assert_eq!(rows[2], json!({"customer": 2, "date": "2024-01-03", "amount": 12.5, "segment": "a", "at": "00:00:01"}));
    assert_eq!(place.answer("read(\"DIR/x.parquet\").schema.amount"), "decimal");
    let mean = place.answer("read(\"DIR/x.parquet\").select(\"amount\").describe()");
    assert!((mean[2]["amount"].as_f64().unwrap() - 12.8 / 3.0).abs() < 1e-12, "{mean}");
    assert!(place.answer("read(\"DIR/x.parquet\").notes").to_string().contains("`amount` is an exact decimal"));
    let rfm = place.answer("read(\"DIR/x.parquet\").transactions().rfm(#{bins: 2})");
    assert_eq!((&rfm[0]["monetary"], &rfm[1]["monetary"]), (&json!(0.3), &json!(12.5)));
    let sum = place.answer("read(\"DIR/x.parquet\").group_by(\"segment\").agg(col(\"amount\").sum()).sort(\"amount\")");
    assert_eq!(sum[1]["amount"], json!(12.6));
    for ending in ["csv", "json", "xlsx", "arrow"] {
        let back = place.answer(&format!(
            "read(\"DIR/x.parquet\").write(\"DIR/y.{ending}\"); read(\"DIR/y.{ending}\").to_list(\"amount\")"
        ));
        assert_eq!(back, json!([0.1, 0.2, 12.5]), "{ending}");
    }
}

#[test]
fn json_inside_json_has_names_of_two_parts() {
    let lines = b"{\"id\": 1, \"who\": {\"name\": \"Ann\", \"tags\": [1, 2]}, \"day\": \"2024-01-31\"}\n\n{\"id\": \"x\", \"extra\": true}\nbroken\n";
    let place = Place::with(&[("x.ndjson", lines)]);
    assert_eq!(
        place.answer("read(\"DIR/x.ndjson\")"),
        json!([
            {"id": "1", "who.name": "Ann", "who.tags": "[1,2]", "day": "2024-01-31", "extra": null},
            {"id": "x", "who.name": null, "who.tags": null, "day": null, "extra": true}
        ])
    );
    let notes = place.answer("read(\"DIR/x.ndjson\").notes").to_string();
    for words in
        ["1 of 3 rows of", "line 4: `broken`", "1 value of `id` became text", "1 value of `who.tags` became text"]
    {
        assert!(notes.contains(words), "{words}: {notes}");
    }
    assert!(place.failure("read_ndjson(\"DIR/x.ndjson\", #{strict: true})").contains("line 4: this is no JSON object"));
}

#[test]
fn sheets_ranges_and_formats_of_workbooks() {
    let place = Place::with(&[]);
    let mut book = rust_xlsxwriter::Workbook::new();
    let note = book.add_worksheet().set_name("Notes").unwrap();
    note.write(0, 0, "See orders").unwrap();
    let page = book.add_worksheet().set_name("Orders").unwrap();
    page.write(0, 0, "Report").unwrap();
    for (column, name) in ["id", "when", "mixed", "rate"].iter().enumerate() {
        page.write(2, 1 + column as u16, *name).unwrap();
    }
    let moment = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd hh:mm");
    let day = chrono::NaiveDate::from_ymd_opt(2024, 1, 31).unwrap();
    page.write(3, 1, 7).unwrap();
    page.write_with_format(3, 2, &day.and_hms_opt(10, 30, 0).unwrap(), &moment).unwrap();
    page.write(3, 3, 42).unwrap();
    page.write(3, 4, 0.5).unwrap();
    page.write(4, 1, 8).unwrap();
    page.write_with_format(4, 2, &day.and_hms_opt(0, 0, 0).unwrap(), &moment).unwrap();
    page.write(4, 3, "x").unwrap();
    page.write_formula(4, 4, rust_xlsxwriter::Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    book.save(place.path("x.xlsx")).unwrap();
    let rows = place.answer("read_excel(\"DIR/x.xlsx\", #{sheet: \"Orders\", range: \"B3:E5\"})");
    assert_eq!(rows[0], json!({"id": 7, "when": "2024-01-31T10:30:00", "mixed": "42", "rate": rows[0]["rate"]}));
    assert_eq!(rows[1]["when"], "2024-01-31T00:00:00");
    let first = place.answer("read_excel(\"DIR/x.xlsx\").notes").to_string();
    assert!(first.contains("sheet `Notes` is read; there are also `Orders`"), "{first}");
    let notes = place.answer("read_excel(\"DIR/x.xlsx\", #{sheet: \"Orders\", range: \"B3:D5\"}).notes").to_string();
    assert!(notes.contains("1 value of `mixed` became text"), "{notes}");
    assert!(place.failure("read_excel(\"DIR/x.xlsx\", #{sheet: \"orders\"})").contains("did you mean `Orders`?"));
    assert!(place.failure("read_excel(\"DIR/x.xlsx\", #{range: \"B3\"})").contains("cells such as"));
    assert!(
        place.failure("sample(\"cdnow\").write_excel(\"DIR/y.xlsx\", #{sheet: \"a/b\"})").contains("cannot be called")
    );
    // The header is bold and stays, dates are dates, and there is a filter.
    place.answer("sample(\"cdnow\").head(9).write_excel(\"DIR/z.xlsx\", #{sheet: \"Orders\"}); 1");
    assert_eq!(place.answer("read_excel(\"DIR/z.xlsx\", #{sheet: \"Orders\"})"), answer("sample(\"cdnow\").head(9)"));
}

#[test]
fn tables_of_a_database_are_written_in_one_go() {
    let place = Place::with(&[]);
    let orders = answer("sample(\"cdnow\").head(20)");
    let write = |options: &str| format!("sample(\"cdnow\").head(20).write_sqlite(\"DIR/x.db\", \"orders\"{options}); ");
    assert_eq!(place.answer(&format!("{}read_sqlite(\"DIR/x.db\", \"orders\")", write(""))), orders);
    assert!(place.failure(&write("")).contains("has a table `orders` already"));
    assert_eq!(
        place.answer(&format!("{}read_sqlite(\"DIR/x.db\", \"orders\").height", write(", #{if_exists: \"append\"}"))),
        40
    );
    assert_eq!(
        place.answer(&format!("{}read_sqlite(\"DIR/x.db\", \"orders\").height", write(", #{if_exists: \"replace\"}"))),
        20
    );
    let query = "read_sqlite(\"DIR/x.db\", \"select customer, sum(amount) as total from orders group by customer order by 1 limit 1\")";
    assert_eq!(place.answer(query).as_array().unwrap().len(), 1);
    // A failure in the middle of the table leaves the old one.
    let failing = "sample(\"cdnow\").with_columns((col(\"amount\").cast(\"string\") + \"x\").cast(\"number\")).write_sqlite(\"DIR/x.db\", \"orders\", #{if_exists: \"replace\"})";
    place.failure(failing);
    assert_eq!(place.answer("read_sqlite(\"DIR/x.db\", \"orders\").height"), 20);
    assert_eq!(names_in(place.0.path()), ["x.db"]);
    let base = rusqlite::Connection::open(place.path("x.db")).unwrap();
    base.execute_batch("create table mixed (a, b); insert into mixed values (1, x'00ff'), ('two', null);").unwrap();
    drop(base);
    assert_eq!(
        place.answer("read_sqlite(\"DIR/x.db\", \"mixed\")"),
        json!([{"a": "1", "b": "00ff"}, {"a": "two", "b": null}])
    );
    let notes = place.answer("read_sqlite(\"DIR/x.db\", \"mixed\").notes").to_string();
    assert!(notes.contains("1 value of `a` became text") && notes.contains("hexadecimal"), "{notes}");
    for (query, words) in [
        ("order", "did you mean `orders`?"),
        ("select * from ordres", "has no table `ordres`"),
        ("select amonut from orders", "asks for a column `amonut`"),
        ("select customer, customer from orders", "two columns called `customer`"),
        ("selec * from orders", "has no table `selec * from orders`"),
        ("select from where", "is not understood"),
    ] {
        let failure = place.failure(&format!("read_sqlite(\"DIR/x.db\", \"{query}\")"));
        assert!(failure.contains(words), "{query}: {failure}");
    }
    let other = place.failure("frame(#{other: [1]}).write_sqlite(\"DIR/x.db\", \"orders\", #{if_exists: \"append\"})");
    assert!(other.contains("table `orders` has no column `other`"), "{other}");
}

/// A server that sends one file, whole or in the parts that are asked for.
fn serve(bytes: Vec<u8>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, bytes) = (stream.unwrap(), bytes.clone());
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                loop {
                    let mut request = String::new();
                    loop {
                        let mut line = String::new();
                        if reader.read_line(&mut line).unwrap_or(0) == 0 {
                            return;
                        }
                        if line == "\r\n" {
                            break;
                        }
                        request += &line.to_ascii_lowercase();
                    }
                    let first = request.lines().next().unwrap().to_owned();
                    if !first.contains("/x.parquet") {
                        let _ = stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
                        continue;
                    }
                    let range = request.lines().find_map(|line| line.strip_prefix("range: bytes="));
                    let part = range.map(|range| {
                        let (from, to) = range.trim().split_once('-').unwrap();
                        let last = bytes.len() - 1;
                        match (from.parse::<usize>(), to.parse::<usize>()) {
                            (Ok(from), Ok(to)) => (from, to.min(last)),
                            (Ok(from), Err(_)) => (from, last),
                            (Err(_), Ok(count)) => (bytes.len() - count.min(bytes.len()), last),
                            _ => (0, last),
                        }
                    });
                    let (status, from, to) = match part {
                        Some((from, to)) => ("206 Partial Content", from, to),
                        None => ("200 OK", 0, bytes.len() - 1),
                    };
                    let head = format!(
                        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nContent-Range: bytes {from}-{to}/{}\r\nAccept-Ranges: bytes\r\nLast-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\n\r\n",
                        to - from + 1,
                        bytes.len()
                    );
                    let _ = stream.write_all(head.as_bytes());
                    if !first.starts_with("head") {
                        let _ = stream.write_all(&bytes[from..=to]);
                    }
                }
            });
        }
    });
    port
}

#[test]
fn parquet_is_read_from_the_web_where_that_is_allowed() {
    let place = Place::with(&[]);
    place.answer("sample(\"cdnow\").write(\"DIR/x.parquet\"); 1");
    let port = serve(std::fs::read(place.path("x.parquet")).unwrap());
    let code = format!("read_parquet(\"http://127.0.0.1:{port}/x.parquet\").filter(col(\"amount\") > 500).height");
    let refused = run(place.0.path(), &["-c", &code]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("lies outside this machine"), "{}", refused.err);
    assert!(refused.err.contains("regulars --allow-net"), "{}", refused.err);
    let allowed = run(place.0.path(), &["--allow-net", "-c", &code]);
    let wanted = answer("sample(\"cdnow\").filter(col(\"amount\") > 500).height").to_string();
    assert_eq!(allowed.out.trim(), wanted, "{}", allowed.err);
    // An object store is asked in the same way; this server does not look at the signature.
    let mut command = program(place.0.path());
    command.env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}")).env("AWS_ALLOW_HTTP", "true");
    command.env("AWS_ACCESS_KEY_ID", "key").env("AWS_SECRET_ACCESS_KEY", "word").env("AWS_REGION", "eu-west-1");
    let stored = told(
        command
            .args(["--allow-net", "-c", &code.replace(&format!("http://127.0.0.1:{port}"), "s3://bucket")])
            .output()
            .unwrap(),
    );
    assert_eq!(stored.out.trim(), wanted, "{}", stored.err);
    for (address, words) in [
        (format!("http://127.0.0.1:{port}/y.parquet"), "there is no such file"),
        ("http://127.0.0.1:1/x.parquet".to_owned(), "does not answer"),
    ] {
        let failed = run(place.0.path(), &["--allow-net", "-c", &format!("read_parquet(\"{address}\")")]);
        assert_eq!(failed.code, Some(1), "{}", failed.out);
        assert!(failed.err.contains(words), "{address}: {}", failed.err);
    }
}

/// A PostgreSQL server of this test's own, ended when the test is.
struct Server {
    _folder: TempDir,
    process: std::process::Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A command as a user without rights: the server refuses to run as root.
fn unprivileged(program: &Path) -> Command {
    let mut command = Command::new(program);
    if let Ok(status) = std::fs::read_to_string("/proc/self/status")
        && status.lines().any(|line| line.starts_with("Uid:\t0\t"))
    {
        // 65534 is `nobody` everywhere.
        std::os::unix::process::CommandExt::uid(&mut command, 65534);
        std::os::unix::process::CommandExt::gid(&mut command, 65534);
    }
    command
}

fn server() -> Option<Server> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let programs = versions.flatten().map(|entry| entry.path().join("bin")).find(|bin| bin.join("initdb").exists())?;
    let folder = tempfile::Builder::new().prefix("regulars-pg-").tempdir_in("/tmp").ok()?;
    let mut rights = std::fs::metadata(folder.path()).ok()?.permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut rights, 0o777);
    std::fs::set_permissions(folder.path(), rights).ok()?;
    let data = folder.path().join("data");
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "s3cret-word\n").ok()?;
    let made = unprivileged(&programs.join("initdb"))
        .current_dir("/tmp")
        .args(["-U", "ann", "--auth=scram-sha-256", "--no-sync", "--encoding=UTF8", "--locale=C"])
        .arg(format!("--pwfile={}", secret.display()))
        .arg("-D")
        .arg(&data)
        .output()
        .ok()?;
    assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
    let port = TcpListener::bind("127.0.0.1:0").ok()?.local_addr().ok()?.port();
    let process = unprivileged(&programs.join("postgres"))
        .current_dir("/tmp")
        .arg("-D")
        .arg(&data)
        .args(["-h", "127.0.0.1", "-k", "", "-F", "-p", &port.to_string()])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .ok()?;
    let server = Server { _folder: folder, process, port };
    for _ in 0..200 {
        if postgres::Client::connect(&server.url("s3cret-word"), postgres::NoTls).is_ok() {
            return Some(server);
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("the server does not begin to answer");
}

impl Server {
    fn url(&self, password: &str) -> String {
        format!("postgres://ann:{password}@127.0.0.1:{}/postgres", self.port)
    }
}

#[test]
fn a_server_answers_with_every_type() {
    let Some(server) = server() else {
        eprintln!("skipped: PostgreSQL is not installed here (apt-get install postgresql)");
        return;
    };
    let place = Place::with(&[]);
    let url = server.url("s3cret-word");
    let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
    client
        .batch_execute(
            "create type mood as enum ('glad', 'sad');
             create table orders (id int8, small int2, price numeric(12, 2), rate float8, name text, paid bool, day date,
                 at timestamp, zoned timestamptz, clock time, doc jsonb, code uuid, state mood);
             insert into orders values (1, 2, 12.50, 0.5, 'Zürich 北京', true, '2024-01-31', '2024-01-31 10:30:00.25',
                 '2024-01-31 10:30:00+02', '23:59:58', '{\"a\": 1}', '00112233-4455-6677-8899-aabbccddeeff', 'glad');
             insert into orders (id, price) values (2, -0.01);
             create table points (p point);",
        )
        .unwrap();
    let read = |what: &str| format!("read_postgres(\"{url}\", \"{what}\")");
    let rows = place.answer(&read("orders"));
    assert_eq!(
        rows[0],
        json!({"id": 1, "small": 2, "price": 12.5, "rate": 0.5, "name": "Zürich 北京", "paid": true, "day": "2024-01-31",
            "at": "2024-01-31T10:30:00.250", "zoned": "2024-01-31T08:30:00", "clock": "23:59:58",
            "doc": "{\"a\": 1}", "code": "00112233-4455-6677-8899-aabbccddeeff", "state": "glad"})
    );
    assert_eq!((&rows[1]["price"], &rows[1]["name"]), (&json!(-0.01), &Json::Null));
    assert_eq!(place.answer(&format!("{}.schema.price", read("orders"))), "decimal");
    assert_eq!(place.answer(&read("select count(*) as n from orders")), json!([{"n": 2}]));
    let report = place.answer(&format!("{}.import_report()", read("orders"))).to_string();
    assert!(!report.contains("s3cret-word") && report.contains("those of UTC"), "{report}");
    for (what, words) in [
        ("ordres", "does not exist"),
        ("points", "is of type point"),
        ("select 1 as a, 2 as a", "two columns called `a`"),
        ("select * form orders", "the query is refused"),
        ("with gone as (delete from orders returning *) select * from gone", "only reads"),
    ] {
        let failure = place.failure(&read(what));
        assert!(failure.contains(words) && !failure.contains("s3cret-word"), "{what}: {failure}");
    }
    let wrong = place.failure(&format!("read_postgres(\"{}\", \"orders\")", server.url("another-word")));
    assert!(wrong.contains("does not let this user in") && !wrong.contains("another-word"), "{wrong}");
    assert_eq!(place.answer(&format!("{}.height", read("orders"))), 2, "the query that would delete did not");
    let mut output = String::new();
    std::fs::File::open(server._folder.path().join("secret")).unwrap().read_to_string(&mut output).unwrap();
    assert_eq!(output.trim(), "s3cret-word");
}

/// A workbook of one sheet as other programs write it, put together by hand: a zip of unpacked parts.
fn workbook_of(sheet: &str) -> Vec<u8> {
    const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relation = |kind: &str, target: &str| {
        format!(
            r#"<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="{OFFICE}/{kind}" Target="{target}"/></Relationships>"#
        )
    };
    let types = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>"#;
    let book = format!(
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{OFFICE}"><sheets><sheet name="data" sheetId="1" r:id="r1"/></sheets></workbook>"#
    );
    let parts = [
        ("[Content_Types].xml", types.to_owned()),
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml")),
        ("xl/worksheets/sheet1.xml", sheet.to_owned()),
    ];
    let (mut zip, mut list) = (Vec::new(), Vec::new());
    for (name, text) in &parts {
        let mut sum = flate2::Crc::new();
        sum.update(text.as_bytes());
        // Version, flags, no packing, time and date, check sum, both sizes, length of the name, no extra field.
        let mut entry = [20_u16, 0, 0, 0, 0x21].map(u16::to_le_bytes).concat();
        let size = u32::try_from(text.len()).unwrap();
        entry.extend([sum.sum(), size, size].map(u32::to_le_bytes).concat());
        entry.extend([u16::try_from(name.len()).unwrap(), 0].map(u16::to_le_bytes).concat());
        let at = u32::try_from(zip.len()).unwrap();
        zip.extend([b"PK\x03\x04", entry.as_slice(), name.as_bytes(), text.as_bytes()].concat());
        list.extend([b"PK\x01\x02\x14\x00", entry.as_slice(), &[0; 10], &at.to_le_bytes(), name.as_bytes()].concat());
    }
    let count = u16::try_from(parts.len()).unwrap();
    let end = [u32::try_from(list.len()).unwrap(), u32::try_from(zip.len()).unwrap()].map(u32::to_le_bytes).concat();
    let counts = [0, 0, count, count].map(u16::to_le_bytes).concat();
    [zip, list, b"PK\x05\x06".to_vec(), counts, end, vec![0, 0]].concat()
}

#[test]
fn formulas_without_a_result_are_told() {
    let place = Place::with(&[]);
    // Row 3 holds one with its result and one without, row 4 one without alone.
    let sheet = r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
        <row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>
        <row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c></row>
        <row r="3"><c r="A3"><f>A2+1</f><v>2</v></c><c r="B3"><f>B2+1</f></c></row>
        <row r="4"><c r="A4"><f>A3+1</f></c></row></sheetData></worksheet>"#;
    std::fs::write(place.0.path().join("x.xlsx"), workbook_of(sheet)).unwrap();
    assert_eq!(place.answer("read_excel(\"DIR/x.xlsx\").rows()"), json!([{"a": 1, "b": 2}, {"a": 2, "b": null}]));
    let notes = place.answer("read_excel(\"DIR/x.xlsx\").notes").to_string();
    assert!(
        notes.contains("formulas without a stored result are missing values (2, the first is `=B2+1` in row 3)"),
        "{notes}"
    );
}

#[test]
fn rows_of_frames_put_together_are_counted_in_memory_and_on_files() {
    let place = Place::with(&[]);
    let begin = "let tx = sample(\"cdnow\").head(100); tx.write_parquet(\"DIR/a/x.parquet\"); tx.head(7).write_parquet(\"DIR/a/y.parquet\"); \
                 let x = read(\"DIR/a/x.parquet\"); let both = read_parquet(\"DIR/a/*.parquet\");";
    std::fs::create_dir(place.0.path().join("a")).unwrap();
    for (frame, rows) in [
        ("concat([tx, tx])", 200),
        ("concat([x, x])", 200),
        ("concat([x, tx])", 200),
        ("concat([both, x.filter(col(\"amount\") > -1)])", 207),
        ("concat([x, tx.head(3).rename(#{amount: \"other\"})], #{how: \"diagonal\"})", 103),
    ] {
        for code in
            ["FRAME.height", "FRAME.select(len()).item()", "FRAME.group_by(\"date\").agg(len()).to_list(\"len\")"]
        {
            let answer = place.answer(&format!("{begin} {}", code.replace("FRAME", frame)));
            let counted = match &answer {
                Json::Array(counts) => counts.iter().filter_map(Json::as_i64).sum(),
                count => count.as_i64().unwrap(),
            };
            assert_eq!(counted, rows, "{frame}, {code}");
        }
    }
}

#[test]
fn long_fractions_in_json_keep_their_last_digit() {
    // What a parser that takes a short cut reads one unit in the last place too low or too high.
    let texts =
        ["0.30000000000000004", "2.718281828459045235", "1.7976931348623157e308", "5e-324", "9007199254740993.0"];
    let numbers = texts.map(|text| text.parse::<f64>().unwrap());
    let list = format!("[{}]", texts.map(|text| format!("{{\"a\": {text}}}")).join(","));
    let lines = texts.map(|text| format!("{{\"a\": {text}}}")).join("\n");
    let place = Place::with(&[("x.json", list.as_bytes()), ("x.ndjson", lines.as_bytes())]);
    for name in ["x.json", "x.ndjson"] {
        let read = place.answer(&format!("read(\"DIR/{name}\").to_list(\"a\")"));
        let read: Vec<f64> = read.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect();
        assert_eq!(read, numbers, "{name}");
    }
}
