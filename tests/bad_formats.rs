//! Broken files of every format: ten and more of each, each with its words and its advice, and never a panic.

use std::io::Write;

use crate::formats::Place;

/// A file of a format, written by us.
fn good(name: &str) -> Vec<u8> {
    let place = Place::with(&[]);
    place.answer(&format!("sample(\"cdnow\").head(300).write(\"DIR/{name}\"); 1"));
    std::fs::read(place.0.path().join(name)).unwrap()
}

#[track_caller]
fn refused(name: &str, bytes: &[u8], code: &str, words: &[&str]) {
    let place = Place::with(&[(name, bytes)]);
    let failure = place.failure(code);
    for word in words {
        assert!(failure.contains(word), "{code}: `{word}` is not in: {failure}");
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

#[test]
fn broken_parquet_files() {
    let whole = good("x.parquet");
    let read = "read_parquet(\"DIR/x.parquet\").height";
    let damaged = "is a Parquet file, but it is cut off or damaged";
    refused("x.parquet", b"", read, &["is empty"]);
    refused("x.parquet", b"PAR1", read, &[damaged]);
    refused("x.parquet", &whole[..whole.len() / 2], read, &[damaged]);
    refused("x.parquet", &whole[..whole.len() - 1], read, &[damaged]);
    refused("x.parquet", &whole[1..], read, &["is no Parquet file"]);
    refused("x.parquet", b"a,b\n1,2\n", read, &["is no Parquet file", "read_csv"]);
    refused("x.parquet", &good("x.arrow"), read, &["is no Parquet file", "read_ipc"]);
    refused("x.parquet", &good("x.xlsx"), read, &["is no Parquet file", "read_excel"]);
    refused("x.parquet", &gzip(&whole), read, &["is no Parquet file"]);
    let mut footer = whole.clone();
    let at = footer.len() - 8;
    footer[at..at + 4].copy_from_slice(&[0xff; 4]);
    refused("x.parquet", &footer, read, &[damaged]);
    let mut thrift = whole;
    let at = thrift.len() - 60;
    thrift[at..at + 20].fill(0xff);
    refused("x.parquet", &thrift, read, &["x.parquet"]);
    refused("y.parquet", b"", read, &["there is no file"]);
}

#[test]
fn broken_arrow_files() {
    let whole = good("x.arrow");
    let read = "read_ipc(\"DIR/x.arrow\").height";
    let damaged = "is an Arrow file, but it is cut off or damaged";
    refused("x.arrow", b"", read, &["is empty"]);
    refused("x.arrow", b"ARROW1", read, &[damaged]);
    refused("x.arrow", b"ARROW1\0\0", read, &[damaged]);
    refused("x.arrow", &whole[..whole.len() / 2], read, &[damaged]);
    refused("x.arrow", &whole[..whole.len() - 1], read, &[damaged]);
    refused("x.arrow", &whole[1..], read, &["is no Arrow file"]);
    refused("x.arrow", b"{\"a\": 1}\n", read, &["is no Arrow file"]);
    refused("x.arrow", &good("x.parquet"), read, &["is no Arrow file", "read_parquet"]);
    refused("x.arrow", &gzip(&whole), read, &["is no Arrow file"]);
    let mut footer = whole;
    let at = footer.len() - 10;
    footer[at..at + 4].copy_from_slice(&[0x7f; 4]);
    refused("x.arrow", &footer, read, &[damaged]);
    refused("y.arrow", b"", read, &["there is no file"]);
}

#[test]
fn broken_json_files() {
    let read = "read_json(\"DIR/x.json\")";
    refused("x.json", b"", read, &["is empty"]);
    refused("x.json", b"[{\"a\": 1}, {\"a\": ", read, &["ends too early"]);
    refused("x.json", b"[{\"a\": 1},\n {\"a\": 2 \"b\": 3}]", read, &["line 2, column", "this is no JSON"]);
    refused("x.json", b"{\"a\": 1}\n{\"a\": 2}\n", read, &["read_ndjson"]);
    refused("x.json", b"{\"data\": [{\"a\": 1}]}", read, &["holds one object", "`data`"]);
    refused("x.json", b"{\"a\": 1}", read, &["holds one object", "write `[{"]);
    refused("x.json", b"42", read, &["holds a single value"]);
    refused("x.json", b"[1, 2, 3]", read, &["entry 1 of the list is `1`, but an object is wanted"]);
    refused("x.json", b"[{\"a\": 1}, [2]]", read, &["entry 2 of the list is `[2]`"]);
    refused("x.json", b"[{'a': 1}]", read, &["line 1, column 3", "this is no JSON"]);
    refused("x.json", b"[{\"a\": NaN}]", read, &["this is no JSON"]);
    refused("x.json", &"[".repeat(500).into_bytes(), read, &["x.json"]);
    refused("x.json", b"a,b\n1,2\n", read, &["this is no JSON"]);
    refused("x.json", &gzip(b"[{\"a\": 1}]")[..20], read, &["packed with gzip", "ends too early"]);
}

#[test]
fn broken_ndjson_files() {
    let read = "read_ndjson(\"DIR/x.ndjson\")";
    refused("x.ndjson", b" \n", read, &["is empty"]);
    refused("x.ndjson", b"[{\"a\": 1}]", read, &["line 1: this is no JSON object", "read_json"]);
    refused("x.ndjson", b"[\n{\"a\": 1}\n]\n", read, &["line 1", "over several lines"]);
    refused("x.ndjson", b"{\n\"a\": 1\n}\n", read, &["line 1", "over several lines"]);
    refused("x.ndjson", b"{\"a\": 1", read, &["line 1: this is no JSON object"]);
    refused("x.ndjson", b"a,b\n1,2\n3,4\n", read, &["line 1: this is no JSON object"]);
    refused("x.ndjson", b"\"text\"\n", read, &["line 1"]);
    refused("x.ndjson", b"{'a': 1}\n", read, &["line 1"]);
    refused("x.ndjson", b"\x00\x01\x02", read, &["is no text"]);
    refused("x.ndjson", b"{\"a\": 1}\nnot\n", "read_ndjson(\"DIR/x.ndjson\", #{strict: true})", &["line 2"]);
    refused("x.ndjson", b"{\"a\": 1}\n", "read_ndjson(\"DIR/x.ndjson\", #{strct: true})", &["did you mean `strict`?"]);
    refused("x.ndjson", &good("x.parquet"), read, &["use `read_parquet`"]);
}

#[test]
fn broken_workbooks() {
    let whole = good("x.xlsx");
    let read = "read_excel(\"DIR/x.xlsx\")";
    let damaged = "is a workbook, but it is cut off or damaged";
    refused("x.xlsx", b"", read, &["is empty"]);
    refused("x.xlsx", b"PK\x03\x04", read, &[damaged]);
    refused("x.xlsx", &whole[..whole.len() / 2], read, &[damaged]);
    refused("x.xlsx", &whole[..whole.len() - 30], read, &[damaged]);
    refused("x.xlsx", b"a;b\n1;2\n", read, &["is no Excel file", "read_csv"]);
    refused("x.xlsx", b"<html><table></table></html>", read, &["is no Excel file"]);
    refused("x.xlsx", &good("x.parquet"), read, &["is no Excel file", "read_parquet"]);
    refused("x.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", read, &[damaged]);
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    refused("x.xlsx", &[&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..], &name].concat(), read, &["protected by a password"]);
    refused("x.xlsx", &whole, "read_excel(\"DIR/x.xlsx\", #{sheet: \"2024\"})", &["has no sheet `2024`", "`data`"]);
    refused("x.xlsx", &whole, "read_excel(\"DIR/x.xlsx\", #{range: \"9:9\"})", &["cells such as"]);
    refused("x.xlsx", &whole, "read_excel(\"DIR/x.xlsx\", #{range: \"D9:A1\"})", &["cells such as"]);
    let place = Place::with(&[]);
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet();
    book.save(place.0.path().join("x.xlsx")).unwrap();
    assert!(place.failure(read).contains("has nothing on its sheets"));
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().write(0, 0, "a").unwrap().write(0, 1, "a").unwrap();
    book.save(place.0.path().join("x.xlsx")).unwrap();
    assert!(place.failure(read).contains("two columns called `a`"));
}

#[test]
fn broken_databases() {
    let place = Place::with(&[]);
    place.answer("sample(\"cdnow\").write_sqlite(\"DIR/x.db\", \"orders\"); 1");
    let whole = std::fs::read(place.0.path().join("x.db")).unwrap();
    let read = "read_sqlite(\"DIR/x.db\", \"orders\")";
    refused("x.db", b"", read, &["is empty"]);
    refused("x.db", b"a,b\n1,2\n", read, &["is no SQLite file", "read_csv"]);
    refused("x.db", &good("x.parquet"), read, &["is no SQLite file", "read_parquet"]);
    refused("x.db", b"SQLite format 3\0", read, &["cut off or damaged"]);
    refused("x.db", &whole[..whole.len() / 2], read, &["cut off or damaged"]);
    let mut holes = whole.clone();
    holes[4096..].fill(0xaa);
    refused("x.db", &holes, read, &["cut off or damaged"]);
    refused("x.db", &whole, "read_sqlite(\"DIR/x.db\", \"customers\")", &["has no table `customers`", "`orders`"]);
    refused("x.db", &whole, "read_sqlite(\"DIR/x.db\", \"\")", &["has no table ``"]);
    refused(
        "x.db",
        &whole,
        "read_sqlite(\"DIR/x.db\", \"select nothing_such from orders\")",
        &["a column `nothing_such`"],
    );
    refused("x.db", &whole, "read_sqlite(\"DIR/x.db\")", &["read_sqlite"]);
    refused("x.db", b"text", "frame(#{a: [1]}).write_sqlite(\"DIR/x.db\", \"a\")", &["is no SQLite database"]);
    let unknown = "frame(#{a: [1]}).write_sqlite(\"DIR/x.db\", \"a\", #{if_exists: \"replce\"})";
    refused("x.db", &whole, unknown, &["did you mean `replace`?"]);
}

#[test]
fn addresses_that_lead_nowhere() {
    for (code, words) in [
        ("read_postgres(\"nonsense\", \"orders\")", "is no address of a PostgreSQL server"),
        ("read_postgres(\"postgres://ann:s3cret@127.0.0.1:1/shop\", \"orders\")", "does not answer"),
        ("read_postgres(\"postgres://ann:s3cret@db.example.org/shop\", \"orders\")", "--allow-net"),
        ("read_postgres(\"postgres://ann:s3cret@127.0.0.1/shop?sslmode=require\", \"orders\")", "encrypted line"),
        ("read_postgres(\"postgres://ann:s3cret@127.0.0.1:99999/shop\", \"orders\")", "is no address"),
        ("read_postgres(\"mysql://ann:s3cret@127.0.0.1/shop\", \"orders\")", "is no address"),
        ("read_parquet(\"https://example.org/x.parquet\")", "--allow-net"),
        ("read_parquet(\"https://ann:s3cret@example.org/x.parquet?token=s3cret\")", "https://…@example.org/x.parquet"),
        ("read_parquet(\"s3://bucket/x.parquet\")", "--allow-net"),
        ("read_parquet(\"s3://bucket\")", "names no file"),
        ("read_parquet(\"https://\")", "names no file"),
        ("read_parquet(\"ftp://example.org/x.parquet\")", "are not known"),
        ("read(\"https://example.org/x.csv\")", "only Parquet is read"),
    ] {
        let failure = Place::with(&[]).failure(code);
        assert!(failure.contains(words), "{code}: {failure}");
        assert!(!failure.contains("s3cret"), "{code}: {failure}");
    }
}

#[test]
fn broken_packed_files() {
    let rows: String = (0..3000).map(|row| format!("{row},{}\n", row * 7919 % 1009)).collect();
    let text = format!("a,b\n{rows}");
    let gz = gzip(text.as_bytes());
    let zst = zstd::stream::encode_all(text.as_bytes(), 0).unwrap();
    let (read_gz, read_zst) = ("read_csv(\"DIR/x.csv.gz\")", "read_csv(\"DIR/x.csv.zst\")");
    refused("x.csv.gz", &gz[..gz.len() / 2], read_gz, &["packed with gzip", "ends too early"]);
    refused("x.csv.gz", &gz[..12], read_gz, &["packed with gzip", "ends too early"]);
    let mut spoilt = gz.clone();
    spoilt[gz.len() / 2..gz.len() / 2 + 20].fill(0x5a);
    refused("x.csv.gz", &spoilt, read_gz, &["packed with gzip"]);
    let mut sum = gz;
    let at = sum.len() - 6;
    sum[at] ^= 0xff;
    refused("x.csv.gz", &sum, read_gz, &["packed with gzip", "it is damaged"]);
    refused("x.csv.gz", &gzip(b""), read_gz, &["is empty"]);
    refused("x.csv.gz", &gzip(&gzip(b"a,b\n1,2\n")), read_gz, &["x.csv.gz"]);
    refused("x.csv.zst", &zst[..zst.len() / 2], read_zst, &["packed with zstd", "ends too early"]);
    refused("x.csv.zst", &zst[..6], read_zst, &["packed with zstd"]);
    let mut spoilt = zst;
    spoilt[30..50].fill(0xff);
    refused("x.csv.zst", &spoilt, read_zst, &["packed with zstd"]);
    refused("x.csv.zst", b"\x28\xb5\x2f\xfdnonsense", read_zst, &["packed with zstd"]);
}
