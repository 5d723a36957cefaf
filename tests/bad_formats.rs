//! Broken files of every format: ten and more of each, each with its words and its advice, and never a panic.

use std::io::Write;
use std::path::Path;

use crate::formats::Place;
use crate::mistakes::{LEAKS, SWITCH};

/// A file of a format, written by us.
fn good(name: &str) -> Vec<u8> {
    let place = Place::with(&[]);
    place.answer(&format!("sample(\"cdnow\").head(300).write(\"DIR/{name}\"); 1"));
    std::fs::read(place.0.path().join(name)).unwrap()
}

/// What one format's broken files are met with: told in `tests/broken/FORMAT.messages`, one below the other.
/// `REWRITE_MESSAGES=1 cargo test --test all bad_formats::` writes them anew; read the difference before keeping it.
struct Hall {
    format: &'static str,
    shown: String,
    exhibits: usize,
}

impl Hall {
    fn of(format: &'static str) -> Hall {
        Hall { format, shown: String::new(), exhibits: 0 }
    }

    #[track_caller]
    fn refused(&mut self, what: &str, name: &str, bytes: &[u8], code: &str, words: &[&str]) {
        self.shows(what, &Place::with(&[(name, bytes)]), code, words);
    }

    /// The code fails in this place with these words.
    #[track_caller]
    fn shows(&mut self, what: &str, place: &Place, code: &str, words: &[&str]) {
        let failure = place.refusal(code);
        for word in words {
            assert!(failure.to_string().contains(word), "{code}: `{word}` is not in: {failure}");
        }
        let within: String = failure.within.iter().map(|name| format!("{name}: ")).collect();
        let help: String = failure.help.iter().map(|advice| format!("  = {advice}\n")).collect();
        let told = format!("{what}\n  {code}\nerror: {within}{}\n{help}\n", failure.message);
        for leak in LEAKS {
            assert!(code.contains(leak) || !told.contains(leak), "`{leak}` leaks: {told}");
        }
        self.shown.push_str(&told.replace(&place.0.path().display().to_string(), "DIR"));
        self.exhibits += 1;
    }

    fn closes(self) {
        assert!(self.exhibits >= 10, "{} holds {} exhibits only", self.format, self.exhibits);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/broken/{}.messages", self.format));
        if std::env::var_os(SWITCH).is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &self.shown).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), self.shown, "{}", path.display());
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

#[test]
fn broken_parquet_files() {
    let mut hall = Hall::of("parquet");
    let whole = good("x.parquet");
    let read = "read_parquet(\"DIR/x.parquet\").height";
    let damaged = "is a Parquet file, but it is cut off or damaged";
    hall.refused("nothing in it", "x.parquet", b"", read, &["is empty"]);
    hall.refused("only the mark at the beginning", "x.parquet", b"PAR1", read, &[damaged]);
    hall.refused("cut in half", "x.parquet", &whole[..whole.len() / 2], read, &[damaged]);
    hall.refused("the last byte missing", "x.parquet", &whole[..whole.len() - 1], read, &[damaged]);
    hall.refused("the first byte missing", "x.parquet", &whole[1..], read, &["is no Parquet file"]);
    hall.refused("CSV under another name", "x.parquet", b"a,b\n1,2\n", read, &["is no Parquet file", "read_csv"]);
    hall.refused("Arrow under another name", "x.parquet", &good("x.arrow"), read, &["is no Parquet file", "read_ipc"]);
    hall.refused(
        "a workbook under another name",
        "x.parquet",
        &good("x.xlsx"),
        read,
        &["is no Parquet file", "read_excel"],
    );
    hall.refused("packed as a whole", "x.parquet", &gzip(&whole), read, &["is no Parquet file"]);
    let mut footer = whole.clone();
    let at = footer.len() - 8;
    footer[at..at + 4].copy_from_slice(&[0xff; 4]);
    hall.refused("a footer of impossible length", "x.parquet", &footer, read, &[damaged]);
    let mut thrift = whole;
    let at = thrift.len() - 60;
    thrift[at..at + 20].fill(0xff);
    hall.refused("a footer of rubbish", "x.parquet", &thrift, read, &["x.parquet"]);
    hall.refused("no such file", "y.parquet", b"", read, &["there is no file"]);
    hall.closes();
}

#[test]
fn broken_arrow_files() {
    let mut hall = Hall::of("arrow");
    let whole = good("x.arrow");
    let read = "read_ipc(\"DIR/x.arrow\").height";
    let damaged = "is an Arrow file, but it is cut off or damaged";
    hall.refused("nothing in it", "x.arrow", b"", read, &["is empty"]);
    hall.refused("a mark cut short", "x.arrow", b"ARROW1", read, &[damaged]);
    hall.refused("only the mark at the beginning", "x.arrow", b"ARROW1\0\0", read, &[damaged]);
    hall.refused("cut in half", "x.arrow", &whole[..whole.len() / 2], read, &[damaged]);
    hall.refused("the last byte missing", "x.arrow", &whole[..whole.len() - 1], read, &[damaged]);
    hall.refused("the first byte missing", "x.arrow", &whole[1..], read, &["is no Arrow file"]);
    hall.refused("JSON under another name", "x.arrow", b"{\"a\": 1}\n", read, &["is no Arrow file"]);
    hall.refused(
        "Parquet under another name",
        "x.arrow",
        &good("x.parquet"),
        read,
        &["is no Arrow file", "read_parquet"],
    );
    hall.refused("packed as a whole", "x.arrow", &gzip(&whole), read, &["is no Arrow file"]);
    let mut footer = whole;
    let at = footer.len() - 10;
    footer[at..at + 4].copy_from_slice(&[0x7f; 4]);
    hall.refused("a footer of impossible length", "x.arrow", &footer, read, &[damaged]);
    hall.refused("no such file", "y.arrow", b"", read, &["there is no file"]);
    hall.closes();
}

#[test]
fn broken_json_files() {
    let mut hall = Hall::of("json");
    let read = "read_json(\"DIR/x.json\")";
    hall.refused("nothing in it", "x.json", b"", read, &["is empty"]);
    hall.refused("cut off behind a name", "x.json", b"[{\"a\": 1}, {\"a\": ", read, &["ends too early"]);
    hall.refused(
        "a comma missing",
        "x.json",
        b"[{\"a\": 1},\n {\"a\": 2 \"b\": 3}]",
        read,
        &["line 2, column", "this is no JSON"],
    );
    hall.refused("one object a line", "x.json", b"{\"a\": 1}\n{\"a\": 2}\n", read, &["read_ndjson"]);
    hall.refused(
        "the list inside an object",
        "x.json",
        b"{\"data\": [{\"a\": 1}]}",
        read,
        &["holds one object", "`data`"],
    );
    hall.refused("one object", "x.json", b"{\"a\": 1}", read, &["holds one object", "write `[{"]);
    hall.refused("a number", "x.json", b"42", read, &["holds a single value"]);
    hall.refused(
        "a list of numbers",
        "x.json",
        b"[1, 2, 3]",
        read,
        &["entry 1 of the list is `1`, but an object is wanted"],
    );
    hall.refused("a list among the objects", "x.json", b"[{\"a\": 1}, [2]]", read, &["entry 2 of the list is `[2]`"]);
    hall.refused("single quotes", "x.json", b"[{'a': 1}]", read, &["line 1, column 3", "this is no JSON"]);
    hall.refused("a value that JSON does not know", "x.json", b"[{\"a\": NaN}]", read, &["this is no JSON"]);
    hall.refused("brackets five hundred deep", "x.json", &"[".repeat(500).into_bytes(), read, &["x.json"]);
    hall.refused("CSV under another name", "x.json", b"a,b\n1,2\n", read, &["this is no JSON"]);
    hall.refused(
        "packed and cut off",
        "x.json",
        &gzip(b"[{\"a\": 1}]")[..20],
        read,
        &["packed with gzip", "ends too early"],
    );
    hall.closes();
}

#[test]
fn broken_ndjson_files() {
    let mut hall = Hall::of("ndjson");
    let read = "read_ndjson(\"DIR/x.ndjson\")";
    hall.refused("only blanks", "x.ndjson", b" \n", read, &["is empty"]);
    hall.refused(
        "a list of objects",
        "x.ndjson",
        b"[{\"a\": 1}]",
        read,
        &["line 1: this is no JSON object", "read_json"],
    );
    hall.refused(
        "a list over several lines",
        "x.ndjson",
        b"[\n{\"a\": 1}\n]\n",
        read,
        &["line 1", "over several lines"],
    );
    hall.refused(
        "an object over several lines",
        "x.ndjson",
        b"{\n\"a\": 1\n}\n",
        read,
        &["line 1", "over several lines"],
    );
    hall.refused("cut off in the first line", "x.ndjson", b"{\"a\": 1", read, &["line 1: this is no JSON object"]);
    hall.refused("CSV under another name", "x.ndjson", b"a,b\n1,2\n3,4\n", read, &["line 1: this is no JSON object"]);
    hall.refused("a single text", "x.ndjson", b"\"text\"\n", read, &["line 1"]);
    hall.refused("single quotes", "x.ndjson", b"{'a': 1}\n", read, &["line 1"]);
    hall.refused("bytes that are no text", "x.ndjson", b"\x00\x01\x02", read, &["is no text"]);
    hall.refused(
        "a line that is no object, read strictly",
        "x.ndjson",
        b"{\"a\": 1}\nnot\n",
        "read_ndjson(\"DIR/x.ndjson\", #{strict: true})",
        &["line 2"],
    );
    hall.refused(
        "an option misspelt",
        "x.ndjson",
        b"{\"a\": 1}\n",
        "read_ndjson(\"DIR/x.ndjson\", #{strct: true})",
        &["did you mean `strict`?"],
    );
    hall.refused("Parquet under another name", "x.ndjson", &good("x.parquet"), read, &["use `read_parquet`"]);
    hall.closes();
}

#[test]
fn broken_workbooks() {
    let mut hall = Hall::of("excel");
    let whole = good("x.xlsx");
    let read = "read_excel(\"DIR/x.xlsx\")";
    let damaged = "is a workbook, but it is cut off or damaged";
    hall.refused("nothing in it", "x.xlsx", b"", read, &["is empty"]);
    hall.refused("only the mark at the beginning", "x.xlsx", b"PK\x03\x04", read, &[damaged]);
    hall.refused("cut in half", "x.xlsx", &whole[..whole.len() / 2], read, &[damaged]);
    hall.refused("the end missing", "x.xlsx", &whole[..whole.len() - 30], read, &[damaged]);
    hall.refused("CSV under another name", "x.xlsx", b"a;b\n1;2\n", read, &["is no Excel file", "read_csv"]);
    hall.refused(
        "a web page under another name",
        "x.xlsx",
        b"<html><table></table></html>",
        read,
        &["is no Excel file"],
    );
    hall.refused(
        "Parquet under another name",
        "x.xlsx",
        &good("x.parquet"),
        read,
        &["is no Excel file", "read_parquet"],
    );
    hall.refused("an old workbook of its mark alone", "x.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", read, &[damaged]);
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    hall.refused(
        "protected by a password",
        "x.xlsx",
        &[&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..], &name].concat(),
        read,
        &["protected by a password"],
    );
    hall.refused(
        "a sheet that is not there",
        "x.xlsx",
        &whole,
        "read_excel(\"DIR/x.xlsx\", #{sheet: \"2024\"})",
        &["has no sheet `2024`", "`data`"],
    );
    hall.refused(
        "a range without letters",
        "x.xlsx",
        &whole,
        "read_excel(\"DIR/x.xlsx\", #{range: \"9:9\"})",
        &["cells such as"],
    );
    hall.refused(
        "a range from right to left",
        "x.xlsx",
        &whole,
        "read_excel(\"DIR/x.xlsx\", #{range: \"D9:A1\"})",
        &["cells such as"],
    );
    let place = Place::with(&[]);
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet();
    book.save(place.0.path().join("x.xlsx")).unwrap();
    hall.shows("sheets without anything", &place, read, &["has nothing on its sheets"]);
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().write(0, 0, "a").unwrap().write(0, 1, "a").unwrap();
    book.save(place.0.path().join("x.xlsx")).unwrap();
    hall.shows("two columns of one name", &place, read, &["two columns called `a`"]);
    hall.closes();
}

#[test]
fn broken_databases() {
    let mut hall = Hall::of("sqlite");
    let place = Place::with(&[]);
    place.answer("sample(\"cdnow\").write_sqlite(\"DIR/x.db\", \"orders\"); 1");
    let whole = std::fs::read(place.0.path().join("x.db")).unwrap();
    let read = "read_sqlite(\"DIR/x.db\", \"orders\")";
    hall.refused("nothing in it", "x.db", b"", read, &["is empty"]);
    hall.refused("CSV under another name", "x.db", b"a,b\n1,2\n", read, &["is no SQLite file", "read_csv"]);
    hall.refused(
        "Parquet under another name",
        "x.db",
        &good("x.parquet"),
        read,
        &["is no SQLite file", "read_parquet"],
    );
    hall.refused("only the mark at the beginning", "x.db", b"SQLite format 3\0", read, &["cut off or damaged"]);
    hall.refused("cut in half", "x.db", &whole[..whole.len() / 2], read, &["cut off or damaged"]);
    let mut holes = whole.clone();
    holes[4096..].fill(0xaa);
    hall.refused("pages of rubbish", "x.db", &holes, read, &["cut off or damaged"]);
    hall.refused(
        "a table that is not there",
        "x.db",
        &whole,
        "read_sqlite(\"DIR/x.db\", \"customers\")",
        &["has no table `customers`", "`orders`"],
    );
    hall.refused("a table without a name", "x.db", &whole, "read_sqlite(\"DIR/x.db\", \"\")", &["has no table ``"]);
    hall.refused(
        "a query of a column that is not there",
        "x.db",
        &whole,
        "read_sqlite(\"DIR/x.db\", \"select nothing_such from orders\")",
        &["a column `nothing_such`"],
    );
    hall.refused("neither table nor query", "x.db", &whole, "read_sqlite(\"DIR/x.db\")", &["read_sqlite"]);
    hall.refused(
        "text to be written into",
        "x.db",
        b"text",
        "frame(#{a: [1]}).write_sqlite(\"DIR/x.db\", \"a\")",
        &["is no SQLite database"],
    );
    let unknown = "frame(#{a: [1]}).write_sqlite(\"DIR/x.db\", \"a\", #{if_exists: \"replce\"})";
    hall.refused("an option misspelt", "x.db", &whole, unknown, &["did you mean `replace`?"]);
    hall.closes();
}

#[test]
fn broken_csv_files() {
    let mut hall = Hall::of("csv");
    let read = "read_csv(\"DIR/x.csv\")";
    let strict = "read_csv(\"DIR/x.csv\", #{strict: true})";
    hall.refused("nothing in it", "x.csv", b"", read, &["is empty"]);
    hall.refused("only blanks", "x.csv", b"\n\n  \n", read, &["is empty"]);
    hall.refused("bytes that are no text", "x.csv", &(0..=255).collect::<Vec<u8>>(), read, &["is no text"]);
    hall.refused("a workbook under another name", "x.csv", b"PK\x03\x04\x14\x00", read, &["is no text", "read_excel"]);
    hall.refused("Parquet under another name", "x.csv", &good("x.parquet"), read, &["use `read_parquet`"]);
    hall.refused("a quote that is never closed", "x.csv", b"a,b\n1,\"open\n2,x\n", read, &["line 2", "never closed"]);
    hall.refused("two columns of one name", "x.csv", b"a,b,b\n1,2,3\n", read, &["line 1: two columns are called `b`"]);
    hall.refused("a row too long, read strictly", "x.csv", b"a,b\n1,2,3\n", strict, &["line 2: 3 fields"]);
    hall.refused("a row too short, read strictly", "x.csv", b"a,b\n1\n", strict, &["line 2: 1 field"]);
    hall.refused("a value of another kind, read strictly", "x.csv", b"a\n1\n2\n3\n4\n5\nn/a\n", strict, &["`n/a`"]);
    hall.refused("a title above the header", "x.csv", b"Report\n\na,b\n1,2\n", read, &["skip_rows"]);
    let encoded = "read_csv(\"DIR/x.csv\", #{encoding: \"utf-8\"})";
    hall.refused("another encoding than told", "x.csv", b"a\nZ\xfcrich\n", encoded, &["line 2", "not UTF-8"]);
    let unknown = "read_csv(\"DIR/x.csv\", #{encoding: \"utf8x\"})";
    hall.refused("an encoding that nobody knows", "x.csv", b"a\n1\n", unknown, &["no encoding `utf8x`"]);
    let separated = "read_csv(\"DIR/x.csv\", #{separator: \",\"})";
    hall.refused("another separator than told", "x.csv", b"a;b\n1;2\n", separated, &["one column only"]);
    let typed = "read_csv(\"DIR/x.csv\", #{types: #{b: \"int\"}})";
    hall.refused("a type for a column that is not there", "x.csv", b"a\n1\n", typed, &["`b`"]);
    hall.refused(
        "an option of another kind",
        "x.csv",
        b"a\n1\n",
        "read_csv(\"DIR/x.csv\", #{skip_rows: \"one\"})",
        &["`skip_rows` is text"],
    );
    hall.refused("no such file", "orders.csv", b"a\n1\n", "read_csv(\"DIR/ordres.csv\")", &["did you mean `"]);
    hall.closes();
}

#[test]
fn addresses_that_lead_nowhere() {
    let mut hall = Hall::of("addresses");
    for (what, code, words) in [
        ("no address", "read_postgres(\"nonsense\", \"orders\")", "is no address of a PostgreSQL server"),
        ("nobody answers", "read_postgres(\"postgres://ann:s3cret@127.0.0.1:1/shop\", \"orders\")", "does not answer"),
        ("an empty address", "read_postgres(\"\", \"orders\")", "is no address"),
        ("a server without a name", "read_postgres(\"postgres:///shop\", \"orders\")", "is no address"),
        ("no table", "read_postgres(\"postgres://ann:s3cret@127.0.0.1:1/shop\")", "read_postgres"),
        (
            "another machine, not allowed",
            "read_postgres(\"postgres://ann:s3cret@db.example.org/shop\", \"orders\")",
            "--allow-net",
        ),
        (
            "an encrypted line",
            "read_postgres(\"postgres://ann:s3cret@127.0.0.1/shop?sslmode=require\", \"orders\")",
            "encrypted line",
        ),
        (
            "a port that cannot be",
            "read_postgres(\"postgres://ann:s3cret@127.0.0.1:99999/shop\", \"orders\")",
            "is no address",
        ),
        (
            "another database's address",
            "read_postgres(\"mysql://ann:s3cret@127.0.0.1/shop\", \"orders\")",
            "is no address",
        ),
        ("Parquet on the web, not allowed", "read_parquet(\"https://example.org/x.parquet\")", "--allow-net"),
        (
            "a password and a token in an address",
            "read_parquet(\"https://ann:s3cret@example.org/x.parquet?token=s3cret\")",
            "https://…@example.org/x.parquet",
        ),
        ("an object store, not allowed", "read_parquet(\"s3://bucket/x.parquet\")", "--allow-net"),
        ("a bucket without a file", "read_parquet(\"s3://bucket\")", "names no file"),
        ("an address of nothing", "read_parquet(\"https://\")", "names no file"),
        ("another way of fetching", "read_parquet(\"ftp://example.org/x.parquet\")", "are not known"),
        ("CSV on the web", "read(\"https://example.org/x.csv\")", "only Parquet is read"),
    ] {
        hall.shows(what, &Place::with(&[]), code, &[words]);
        let told = Place::with(&[]).failure(code);
        assert!(!told.contains("s3cret"), "{code}: {told}");
    }
    hall.closes();
}

#[test]
fn broken_packed_files() {
    let mut hall = Hall::of("packed");
    let rows: String = (0..3000).map(|row| format!("{row},{}\n", row * 7919 % 1009)).collect();
    let text = format!("a,b\n{rows}");
    let gz = gzip(text.as_bytes());
    let zst = zstd::stream::encode_all(text.as_bytes(), 0).unwrap();
    let (read_gz, read_zst) = ("read_csv(\"DIR/x.csv.gz\")", "read_csv(\"DIR/x.csv.zst\")");
    hall.refused("gzip cut in half", "x.csv.gz", &gz[..gz.len() / 2], read_gz, &["packed with gzip", "ends too early"]);
    hall.refused("gzip cut behind its header", "x.csv.gz", &gz[..12], read_gz, &["packed with gzip", "ends too early"]);
    let mut spoilt = gz.clone();
    spoilt[gz.len() / 2..gz.len() / 2 + 20].fill(0x5a);
    hall.refused("gzip with rubbish inside", "x.csv.gz", &spoilt, read_gz, &["packed with gzip"]);
    let mut sum = gz;
    let at = sum.len() - 6;
    sum[at] ^= 0xff;
    hall.refused("gzip with a wrong check sum", "x.csv.gz", &sum, read_gz, &["packed with gzip", "it is damaged"]);
    hall.refused("gzip of nothing", "x.csv.gz", &gzip(b""), read_gz, &["is empty"]);
    hall.refused("gzip of gzip", "x.csv.gz", &gzip(&gzip(b"a,b\n1,2\n")), read_gz, &["x.csv.gz"]);
    hall.refused(
        "zstd cut in half",
        "x.csv.zst",
        &zst[..zst.len() / 2],
        read_zst,
        &["packed with zstd", "ends too early"],
    );
    hall.refused("zstd cut behind its header", "x.csv.zst", &zst[..6], read_zst, &["packed with zstd"]);
    let mut spoilt = zst;
    spoilt[30..50].fill(0xff);
    hall.refused("zstd with rubbish inside", "x.csv.zst", &spoilt, read_zst, &["packed with zstd"]);
    hall.refused(
        "the mark of zstd before text",
        "x.csv.zst",
        b"\x28\xb5\x2f\xfdnonsense",
        read_zst,
        &["packed with zstd"],
    );
    hall.closes();
}
